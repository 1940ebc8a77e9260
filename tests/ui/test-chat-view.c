/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-chat-view.h"
#include "parlance-test-service.h"

#define TIMEOUT_MS 10000

typedef struct
{
  ParlanceTestService *service;
  char                *folder;
  ParlanceKeyring     *keyring;
  ParlanceChat        *chat;
  GtkWindow           *window;
  ParlanceChatView    *view;
  GtkTextView         *text_view;
  unsigned             n_started;
  unsigned             n_toasts;
} Fixture;

/* Until @condition holds: the test fails where that takes too long. */
#define wait_until(condition)                                                                   \
  G_STMT_START                                                                                  \
    {                                                                                           \
      int64_t end_ = g_get_monotonic_time () + TIMEOUT_MS * 1000;                               \
      unsigned wake_ = g_timeout_add (5, G_SOURCE_FUNC (keep), NULL);                           \
      while (!(condition))                                                                      \
        {                                                                                       \
          if (g_get_monotonic_time () > end_)                                                   \
            g_error ("line %d: waited in vain for " #condition, __LINE__);                      \
          g_main_context_iteration (NULL, TRUE);                                                \
        }                                                                                       \
      g_source_remove (wake_);                                                                  \
    }                                                                                           \
  G_STMT_END

static gboolean
keep (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static GtkWidget *
find (GtkWidget *widget,
      GType      type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found)
        return found;
    }

  return NULL;
}

/* A button or a label that is to be seen, by the start of its text. */
static GtkWidget *
find_text (GtkWidget  *widget,
           const char *start)
{
  const char *text = GTK_IS_BUTTON (widget)  ? gtk_button_get_label (GTK_BUTTON (widget))
                     : GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget))
                                             : NULL;

  if (text && g_str_has_prefix (text, start) && gtk_widget_get_mapped (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_text (child, start);

      if (found)
        return found;
    }

  return NULL;
}

static GtkWidget *
find_button (GtkWidget  *widget,
             const char *tooltip)
{
  if (GTK_IS_BUTTON (widget) &&
      g_strcmp0 (gtk_widget_get_tooltip_text (widget), tooltip) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, tooltip);

      if (found)
        return found;
    }

  return NULL;
}

static void
take_result (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
on_started (Fixture *fixture)
{
  fixture->n_started++;
}

static void
on_toast (Fixture *fixture)
{
  fixture->n_toasts++;
}

static void
add_window_actions (Fixture *fixture)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) toast = g_simple_action_new ("toast", G_VARIANT_TYPE_STRING);

  g_signal_connect_swapped (toast, "activate", G_CALLBACK (on_toast), fixture);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (toast));
  gtk_widget_insert_action_group (GTK_WIDGET (fixture->window), "win", G_ACTION_GROUP (group));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (ParlanceStore) store = NULL;
  g_autoptr (ParlanceHttp) http = parlance_http_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *path = NULL;
  ParlanceAccount *account;

  fixture->service = parlance_test_service_new ();
  fixture->folder = g_dir_make_tmp ("parlance-view-XXXXXX", NULL);
  path = g_build_filename (fixture->folder, "parlance.db", NULL);
  store = parlance_store_new (path);
  fixture->keyring = parlance_keyring_new ();
  fixture->chat = parlance_chat_new (store, fixture->keyring, http);
  parlance_chat_start_async (fixture->chat, take_result, &result);
  wait_until (result);
  parlance_chat_start_finish (fixture->chat, result, NULL);

  account = parlance_chat_get_account (fixture->chat);
  parlance_account_set_base_url (account, parlance_test_service_get_base_url (fixture->service));
  parlance_account_set_model_id (account, "Qwen/Qwen3-32B");
  parlance_keyring_keep_for_run (fixture->keyring, account, "ms-valid-1");

  fixture->window = GTK_WINDOW (adw_window_new ());
  add_window_actions (fixture);
  fixture->view = PARLANCE_CHAT_VIEW (parlance_chat_view_new (fixture->chat));
  g_signal_connect_swapped (fixture->view, "started", G_CALLBACK (on_started), fixture);
  adw_window_set_content (ADW_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  gtk_window_set_default_size (fixture->window, 600, 500);
  gtk_window_present (fixture->window);
  fixture->text_view = GTK_TEXT_VIEW (find (GTK_WIDGET (fixture->view), GTK_TYPE_TEXT_VIEW));
  parlance_chat_view_focus_composer (fixture->view);
  wait_until (gtk_window_is_active (fixture->window) &&
              gtk_widget_has_focus (GTK_WIDGET (fixture->text_view)));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", fixture->folder);
  g_autoptr (GAsyncResult) result = NULL;

  gtk_window_destroy (fixture->window);
  parlance_chat_shutdown_async (fixture->chat, take_result, &result);
  wait_until (result);
  parlance_chat_shutdown_finish (fixture->chat, result);
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->chat);
  g_object_unref (fixture->keyring);
  parlance_test_service_free (fixture->service);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (fixture->folder);
}

/* Real keys: input methods see them. Returns when they have been sent. */
static void
press (const char *command)
{
  g_autofree char *line = g_strdup_printf ("xdotool %s", command);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, &error));
  process = g_subprocess_newv ((const char *const *) argv, 0, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check_async (process, NULL, take_result, &result);
  wait_until (result);
  g_assert_true (g_subprocess_wait_check_finish (process, result, &error));
  g_assert_no_error (error);
}

static char *
get_text (Fixture *fixture)
{
  char *text;

  g_object_get (gtk_text_view_get_buffer (fixture->text_view), "text", &text, NULL);

  return text;
}

static gboolean
text_is (Fixture    *fixture,
         const char *expected)
{
  g_autofree char *text = get_text (fixture);

  return g_str_equal (text, expected);
}

static ParlanceMessage *
get_message (Fixture  *fixture,
             unsigned  index)
{
  ParlanceConversation *conversation = parlance_chat_view_get_conversation (fixture->view);
  g_autoptr (ParlanceMessage) message = NULL;

  if (conversation)
    message = g_list_model_get_item (G_LIST_MODEL (conversation), index);

  return message;
}

static gboolean
state_is (Fixture              *fixture,
          unsigned              index,
          ParlanceMessageState  state)
{
  ParlanceMessage *message = get_message (fixture, index);

  return message && parlance_message_get_state (message) == state;
}

static void
test_keys (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *sent = NULL;
  GtkWidget *button = find_button (GTK_WIDGET (fixture->view), "Send");

  g_assert_nonnull (button);
  g_assert_false (gtk_widget_get_sensitive (button));
  parlance_test_service_push_script (
    fixture->service, "{\"steps\":[{\"delta\":\"Some \"},{\"delta\":\"words\"},{\"hang\":true}]}");

  press ("type hello");
  press ("key shift+Return");
  press ("type world");
  wait_until (text_is (fixture, "hello\nworld"));
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 0);
  g_assert_true (gtk_widget_get_sensitive (button));

  press ("key Return");
  wait_until (text_is (fixture, ""));
  g_assert_cmpuint (fixture->n_started, ==, 1);
  sent = parlance_message_dup_text (get_message (fixture, 0), PARLANCE_PART_TEXT);
  g_assert_cmpstr (sent, ==, "hello\nworld");
  wait_until (state_is (fixture, 1, PARLANCE_STATE_STREAMING));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Stop");

  /* One may go on writing; Enter then leaves the text alone. */
  press ("type next");
  press ("key Return");
  press ("type er");
  wait_until (text_is (fixture, "nexter"));
  g_assert_true (state_is (fixture, 1, PARLANCE_STATE_STREAMING));
  g_assert_cmpstr (parlance_chat_get_draft (fixture->chat,
                                            parlance_chat_view_get_conversation (fixture->view)),
                   ==, "nexter");

  press ("key Escape");
  wait_until (state_is (fixture, 1, PARLANCE_STATE_STOPPED));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Send");
  g_assert_true (text_is (fixture, "nexter"));
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 1);
}

static gboolean
shows_all (GtkScrollable *view)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (view);

  return gtk_adjustment_get_value (adjustment) == 0
         && gtk_adjustment_get_page_size (adjustment) >= gtk_adjustment_get_upper (adjustment);
}

/* The composer grows with its text: nothing of few lines is out of sight. */
static void
test_grows (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *view = find (GTK_WIDGET (fixture->view), GTK_TYPE_TEXT_VIEW);
  int height = gtk_widget_get_height (view);

  press ("key a shift+Return b shift+Return c");
  wait_until (text_is (fixture, "a\nb\nc"));
  wait_until (gtk_widget_get_height (view) > 2 * height);
  wait_until (shows_all (GTK_SCROLLABLE (view)));
}

/* Enter belongs to an input method that is composing. */
static void
test_input_method (Fixture       *fixture,
                   gconstpointer  data)
{
  press ("key ctrl+shift+u");
  press ("key e 9");
  press ("key Return");
  wait_until (text_is (fixture, "é"));
  g_assert_null (parlance_chat_view_get_conversation (fixture->view));

  press ("key Return");
  wait_until (fixture->n_started == 1);
  wait_until (state_is (fixture, 1, PARLANCE_STATE_COMPLETE));
}

static void
test_drafts (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (ParlanceConversation) conversation = NULL;

  press ("type one");
  press ("key Return");
  wait_until (state_is (fixture, 1, PARLANCE_STATE_COMPLETE));
  conversation = g_object_ref (parlance_chat_view_get_conversation (fixture->view));
  press ("type two");
  wait_until (text_is (fixture, "two"));

  parlance_chat_view_set_conversation (fixture->view, NULL);
  g_assert_true (text_is (fixture, ""));
  press ("type three");
  wait_until (text_is (fixture, "three"));
  parlance_chat_view_set_conversation (fixture->view, conversation);
  g_assert_true (text_is (fixture, "two"));
  parlance_chat_view_set_conversation (fixture->view, NULL);
  g_assert_true (text_is (fixture, "three"));
}

static void
test_paste (Fixture       *fixture,
            gconstpointer  data)
{
  static const char with_nul[] = "a\0b\r\nc";
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (fixture->text_view));
  g_autofree char *large = g_strnfill (10 * 1024 * 1024, 'x');
  g_autofree char *line = g_strnfill (100 * 1024, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new_static (with_nul, sizeof with_nul - 1);
  g_autoptr (GdkContentProvider) provider =
    gdk_content_provider_new_for_bytes ("text/plain;charset=utf-8", bytes);

  press ("type x");
  wait_until (text_is (fixture, "x"));
  gdk_clipboard_set_text (clipboard, large);
  press ("key ctrl+v");
  wait_until (fixture->n_toasts == 1);
  g_assert_true (text_is (fixture, "x"));
  /* Laid out at every key, it would hold them up. What is selected stays, too. */
  gdk_clipboard_set_text (clipboard, line);
  press ("key ctrl+a ctrl+v");
  wait_until (fixture->n_toasts == 2);
  g_assert_true (text_is (fixture, "x"));
  /* As it comes by drag and drop. */
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (fixture->text_view), large, -1);
  g_assert_cmpuint (fixture->n_toasts, ==, 3);
  g_assert_true (text_is (fixture, "x"));
  gdk_clipboard_set_content (clipboard, provider);
  press ("key End ctrl+v");
  wait_until (text_is (fixture, "xab\r\nc") || text_is (fixture, "xab\nc"));
}

static ParlanceConversation *
make_conversation (unsigned n)
{
  ParlanceConversation *conversation = parlance_conversation_new (77);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);

  for (unsigned i = 1; i <= n; i++)
    {
      ParlanceMessage *message =
        parlance_message_new (i, i - 1, i % 2 ? PARLANCE_ROLE_USER : PARLANCE_ROLE_ASSISTANT);
      g_autofree char *filler = g_strnfill (i * 37 % 400, 'w');
      g_autofree char *text = g_strdup_printf ("Message %u\n\n%s\n\n```\ncode\n```\n", i, filler);

      parlance_message_append (message, PARLANCE_PART_TEXT, text, -1);
      parlance_message_set_state (message, PARLANCE_STATE_COMPLETE);
      g_ptr_array_add (messages, message);
    }
  parlance_message_set_state (g_ptr_array_index (messages, n - 1), PARLANCE_STATE_STREAMING);
  parlance_conversation_load (conversation, messages, 0);

  return conversation;
}

static gboolean
on_tick (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  (*(unsigned *) user_data)++;

  return G_SOURCE_CONTINUE;
}

static void
wait_frames (Fixture  *fixture,
             unsigned  n)
{
  unsigned count = 0;
  unsigned id = gtk_widget_add_tick_callback (GTK_WIDGET (fixture->view), on_tick, &count, NULL);

  wait_until (count >= n);
  gtk_widget_remove_tick_callback (GTK_WIDGET (fixture->view), id);
}

/* Where the lowest row of the list ends, and the list's height, in the list's own units. */
static double
get_bottom (GtkWidget *list)
{
  double bottom = -1;

  for (GtkWidget *row = gtk_widget_get_first_child (list); row;
       row = gtk_widget_get_next_sibling (row))
    {
      graphene_rect_t bounds;

      if (gtk_widget_get_mapped (row) && gtk_widget_compute_bounds (row, list, &bounds))
        bottom = MAX (bottom, bounds.origin.y + bounds.size.height);
    }

  return bottom;
}

static double
get_top (GtkWidget *list,
         GtkWidget *row)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (row, list, &bounds));

  return bounds.origin.y;
}

static void
test_sticky (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (ParlanceConversation) conversation = make_conversation (300);
  ParlanceMessage *reply = parlance_conversation_get_leaf (conversation);
  GtkWidget *list, *row = NULL;
  GtkAdjustment *adjustment;
  double top;

  parlance_chat_view_set_conversation (fixture->view, conversation);
  list = find (GTK_WIDGET (fixture->view), GTK_TYPE_LIST_VIEW);
  adjustment = gtk_scrolled_window_get_vadjustment (
    GTK_SCROLLED_WINDOW (gtk_widget_get_ancestor (list, GTK_TYPE_SCROLLED_WINDOW)));
  wait_frames (fixture, 10);

  for (unsigned i = 0; i < 60; i++)
    {
      parlance_message_append (reply, PARLANCE_PART_TEXT,
                               i % 3 ? "more and more words " : "\n\nA new paragraph ", -1);
      wait_frames (fixture, 3);
      g_assert_cmpfloat (get_bottom (list), >, 0);
      g_assert_cmpfloat (get_bottom (list), <=, gtk_widget_get_height (list));
      g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (adjustment),
                                      gtk_adjustment_get_upper (adjustment) -
                                        gtk_adjustment_get_page_size (adjustment), 1);
    }

  /* A reader who has scrolled up does not move while the end grows. */
  press ("mousemove 300 200 click 4 click 4 click 4");
  wait_until (gtk_adjustment_get_value (adjustment) <
              gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) -
                100);
  wait_frames (fixture, 20);
  for (row = gtk_widget_get_first_child (list); row; row = gtk_widget_get_next_sibling (row))
    if (gtk_widget_get_mapped (row) && get_top (list, row) > 50 && get_top (list, row) < 300)
      break;
  g_assert_nonnull (row);
  top = get_top (list, row);
  for (unsigned i = 0; i < 60; i++)
    {
      parlance_message_append (reply, PARLANCE_PART_TEXT,
                               i % 3 ? "more and more words " : "\n\nA new paragraph ", -1);
      wait_frames (fixture, 3);
      g_assert_cmpfloat_with_epsilon (get_top (list, row), top, 0.01);
    }

  /* And is brought back by the button. */
  g_signal_emit_by_name (find_button (GTK_WIDGET (fixture->view), "Jump to Latest"), "clicked");
  wait_until (gtk_adjustment_get_value (adjustment) >
              gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) -
                1);
  parlance_message_append (reply, PARLANCE_PART_TEXT, "\n\nThe end", -1);
  wait_frames (fixture, 5);
  g_assert_cmpfloat (get_bottom (list), <=, gtk_widget_get_height (list));
}

static void
test_countdown (Fixture       *fixture,
                gconstpointer  data)
{
  GtkWidget *view = GTK_WIDGET (fixture->view);

  parlance_test_service_push_script (
    fixture->service,
    "{\"status\":429,\"headers\":{\"Retry-After\":\"20\"},\"body\":\"\"}");
  press ("type hello");
  press ("key Return");
  wait_until (find_text (view, "The service is busy. Trying again in 20 s") ||
              find_text (view, "The service is busy. Trying again in 21 s"));
  wait_until (find_text (view, "The service is busy. Trying again in 19 s"));
  g_signal_emit_by_name (find_text (view, "Cancel"), "clicked");
  wait_until (state_is (fixture, 1, PARLANCE_STATE_STOPPED));
  wait_until (find_text (view, "Stopped"));
  g_assert_null (find_text (view, "The service is busy"));
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 1);
}

/* What broke off is kept, and gone on with from where it was. */
static void
test_interrupted (Fixture       *fixture,
                  gconstpointer  data)
{
  GtkWidget *view = GTK_WIDGET (fixture->view);

  parlance_test_service_push_script (
    fixture->service,
    "{\"steps\":[{\"delta\":\"Once upon\"},{\"wait\":\"shown\"},{\"reset\":true}]}");
  parlance_test_service_push_script (
    fixture->service, "{\"steps\":[{\"delta\":\" a time\"},{\"done\":true}]}");
  press ("type hello");
  press ("key Return");
  wait_until (state_is (fixture, 1, PARLANCE_STATE_STREAMING));
  wait_until (find_text (view, "Still waiting, 5 s"));
  parlance_test_service_release (fixture->service, "shown");
  wait_until (state_is (fixture, 1, PARLANCE_STATE_INTERRUPTED));
  wait_until (find_text (view, "The connection broke off"));
  g_assert_null (find_text (view, "Still waiting"));
  g_assert_null (find_text (view, "Try Again"));
  g_signal_emit_by_name (find_text (view, "Continue"), "clicked");
  wait_until (state_is (fixture, 1, PARLANCE_STATE_COMPLETE));
  {
    g_autofree char *text = parlance_message_dup_text (get_message (fixture, 1),
                                                       PARLANCE_PART_TEXT);

    g_assert_cmpstr (text, ==, "Once upon a time");
  }
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void      (*func) (Fixture       *fixture,
                       gconstpointer  data);
  } tests[] = {
    { "/chat-view/keys", test_keys },
    { "/chat-view/grows", test_grows },
    { "/chat-view/input-method", test_input_method },
    { "/chat-view/drafts", test_drafts },
    { "/chat-view/paste", test_paste },
    { "/chat-view/sticky", test_sticky },
    { "/chat-view/countdown", test_countdown },
    { "/chat-view/interrupted", test_interrupted },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();

  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);

  return g_test_run ();
}
