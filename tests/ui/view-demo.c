/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows a view of one conversation, to look at: view-demo [WIDTH [HEIGHT [FILE.md]]]. */
#include "parlance-chat-view.h"

static const char reply[] =
  "# Sorting in C\n\nThe standard library has `qsort`, which sorts **in place** with a *comparison "
  "function* that you give. See [the manual](https://man7.org/linux/man-pages/man3/qsort.3.html) "
  "for what it ~~promises~~ guarantees, and <mailto:someone@example.org> for help.\n\n"
  "## How to use it\n\n1. Write a function that compares two elements.\n2. Call `qsort` with the "
  "array, the number of elements, the size of one and that function. A line that is long enough to "
  "wrap shows how the text hangs below itself and not below the number.\n   - nested point\n   - "
  "another one\n3. Done.\n\n```c\n#include <stdlib.h>\n\nstatic int\ncompare (const void *a, const "
  "void *b)\n{\n  int x = *(const int *) a, y = *(const int *) b; /* a comment that goes on and "
  "on, past the edge of the card */\n\n  return (x > y) - (x < y);\n}\n```\n\n"
  "> Premature optimisation is the root of all evil.\n>\n> — Donald Knuth\n\n"
  "| Algorithm | Average | Worst | Stable |\n|---|---|---|---|\n| Quicksort | `n log n` | n² | no "
  "|\n| Merge sort | n log n | n log n | **yes** |\n| Insertion sort | n² | n² | yes |\n\n---\n\n"
  "中文:排序算法的**时间复杂度**通常是 `O(n log n)`。请问您还有其他问题吗?"
  "这是一段比较长的文字,用来查看换行的效果是否正确,以及行距是否舒适。\n\n"
  "- [x] written\n- [ ] tested\n";

static ParlanceMessage *
add (GPtrArray            *messages,
     int64_t               id,
     int64_t               parent,
     ParlanceRole          role,
     ParlanceMessageState  state,
     const char           *reasoning,
     const char           *text)
{
  ParlanceMessage *message = parlance_message_new (id, parent, role);

  if (reasoning)
    parlance_message_append (message, PARLANCE_PART_REASONING, reasoning, -1);
  if (text)
    parlance_message_append (message, PARLANCE_PART_TEXT, text, -1);
  if (role == PARLANCE_ROLE_ASSISTANT)
    parlance_message_set_origin (message, "1", "Qwen/Qwen3-32B");
  parlance_message_set_state (message, state);
  g_ptr_array_add (messages, message);

  return message;
}

static GPtrArray *
make_messages (const char *text)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (ParlanceVerdict) verdict =
    parlance_verdict_new (PARLANCE_VERDICT_WRONG_TOKEN, 401, "Authentication failed, please make "
                          "sure that a valid ModelScope token is supplied.", "4f0e-11aa");

  add (messages, 1, 0, PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, NULL, "How do I sort an array "
       "of integers in C?\n\nPlease show an example.");
  add (messages, 2, 1, PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_COMPLETE, "They want qsort.",
       "First answer.");
  add (messages, 3, 1, PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_COMPLETE,
       "The user asks about **sorting**.\n\nI should name `qsort`.", text);
  add (messages, 4, 3, PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, NULL, "谢谢");
  parlance_message_set_verdict (add (messages, 5, 4, PARLANCE_ROLE_ASSISTANT,
                                     PARLANCE_STATE_FAILED, NULL, NULL), verdict);
  add (messages, 6, 5, PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, NULL, "And now?");
  add (messages, 7, 6, PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_INTERRUPTED, NULL,
       "The stream ended in the middle of");
  add (messages, 8, 7, PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, NULL, "Go on");
  add (messages, 9, 8, PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_PENDING, NULL, NULL);

  return messages;
}

static void
on_activate (GtkApplication *application,
             char          **argv)
{
  g_autoptr (ParlanceStore) store = parlance_store_new ("/nonexistent/view-demo.db");
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceHttp) http = parlance_http_new ();
  g_autoptr (ParlanceChat) chat = parlance_chat_new (store, keyring, http);
  g_autoptr (ParlanceConversation) conversation = parlance_conversation_new (1);
  g_autoptr (GPtrArray) messages = NULL;
  g_autofree char *text = NULL;
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *view = parlance_chat_view_new (chat);
  int n_args = g_strv_length (argv);

  if (n_args > 3 && *argv[3] && !g_file_get_contents (argv[3], &text, NULL, NULL))
    g_error ("%s cannot be read", argv[3]);
  messages = make_messages (text ? text : reply);
  parlance_conversation_load (conversation, messages, n_args > 4 ? atoi (argv[4]) : 9);
  if (n_args < 5 || atoi (argv[4]) > 0)
    parlance_chat_view_set_conversation (PARLANCE_CHAT_VIEW (view), conversation);

  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), view);
  gtk_widget_set_vexpand (view, TRUE);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), n_args > 1 ? atoi (argv[1]) : 900,
                               n_args > 2 ? atoi (argv[2]) : 950);
  gtk_window_present (GTK_WINDOW (window));
  parlance_chat_view_focus_composer (PARLANCE_CHAT_VIEW (view));
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AdwApplication) application =
    adw_application_new ("io.github.parlance_chat.ViewDemo", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (on_activate), argv);

  return g_application_run (G_APPLICATION (application), 1, argv);
}
