/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that made Pango stand still, or that would be markup, in every place that shows text of
 * others: the main loop is never held up, nothing is warned of (a warning ends the test), and what
 * looks like markup is read as it was written. */
#include "../core/pulse.h"

#include "parlance-completion.h"
#include "parlance-decoder.h"
#include "parlance-paste.h"
#include "parlance-report-row.h"
#include "parlance-session.h"
#include "parlance-sidebar.h"
#include "parlance-window.h"

#include <string.h>

#define TIMEOUT_MS 30000
/* What is cut into more pieces makes more rows, up to the two hundred that a list makes at once.
 * Pango by itself takes longer than this for each of the worst: 50 kB unbroken or of marks, or 1 MB
 * of joined emoji. */
#define MOST_MS (15 * PULSE_LIMIT)
#define RLO "\xe2\x80\xae"
#define ISOLATE "\xe2\x81\xa6"
#define MARK "\xcc\x81"

static const struct
{
  const char *name;
  const char *start;
  const char *unit;
  size_t      size;
  /* What is to be read of it where it is shown as it is. */
  const char *shown;
  /* The bytes of a service, which are to become text first. */
  gboolean    streamed;
} texts[] = {
  /* First: what the others are to be compared with. */
  { "plain", "", "A word or two. ", 20000 },
  { "markup", "", "<b>bold</b> <a href=\"https://example.org\">link</a> &amp; ", 20000,
    "<b>bold</b> <a" },
  { "broken markup", "", "<b <i>& &# </span> ", 20000, "<b <i>" },
  { "override", "", "a" RLO "b", 20000 },
  { "isolates", "", ISOLATE "a", 20000 },
  { "unbroken", "", "x", 50000 },
  { "marks", "e", MARK, 50000 },
  { "joined emoji", "", "👩\xe2\x80\x8d", 1000000 },
  { "families", "", "👩‍👩‍👧‍👦", 50000 },
  { "new lines", "a", "\n", 20000 },
  { "controls", "", "\x01\x1b\x7f\xc2\x85", 20000 },
  { "separators", "", "a\xe2\x80\xa8" "b\xe2\x80\xa9", 20000 },
  { "arabic", "", "سلام", 20000 },
  { "no UTF-8", "left ", "\xff\xc3(\xed\xa0\x80", 5000,
    "\xef\xbf\xbd(", TRUE },
  { "NUL", "left", "\\u0000.", 5000, "left", TRUE },
  { "tabs", "", "\t", 20000 },
  { "empty", "", "", 0 },
};

typedef struct
{
  GtkWidget            *window;  /* with the demo, which has a real chat */
  GtkWidget            *parts;   /* a window of what else shows such text */
  ParlanceSession      *session;
  ParlanceSidebar      *sidebar;
  ParlanceReportRow    *report;
  GtkWidget            *field;
  ParlanceCompletion   *completion;
  ParlanceConversation *conversation; /* in the sidebar */
} Fixture;

static void
on_delta (ParlancePartKind  kind,
          const char       *text,
          size_t            length,
          gpointer          user_data)
{
  g_string_append_len (user_data, text, length);
}

static void
on_event (const ParlanceSseEvent *event,
          gpointer                user_data)
{
  parlance_decoder_event (user_data, event);
}

/* What becomes of @bytes, inside of a JSON string, that a service streams. */
static char *
read_stream (const char *bytes)
{
  GString *text = g_string_new (NULL);
  g_autoptr (ParlanceDecoder) decoder = parlance_decoder_new (on_delta, text);
  g_autoptr (ParlanceSseParser) parser =
    parlance_sse_parser_new (PARLANCE_SSE_MAX_EVENT, on_event, decoder);
  g_autofree char *event =
    g_strconcat ("data: {\"choices\":[{\"delta\":{\"content\":\"", bytes, "\"}}]}\n\n", NULL);

  g_assert_true (parlance_sse_parser_feed (parser, event, strlen (event), NULL));
  g_assert_cmpuint (text->len, >, strlen (bytes) / 8);
  g_assert_true (g_utf8_validate (text->str, text->len, NULL));

  return g_string_free (text, FALSE);
}

static gboolean
on_tick (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  (*(unsigned *) user_data)++;

  return G_SOURCE_CONTINUE;
}

static gboolean
on_late (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_CONTINUE;
}

/* Until the window has been drawn anew @n times. */
static void
wait_frames (GtkWidget *widget,
             unsigned   n)
{
  unsigned count = 0;
  gboolean late = FALSE;
  unsigned tick = gtk_widget_add_tick_callback (widget, on_tick, &count, NULL);
  unsigned timeout = g_timeout_add (TIMEOUT_MS, on_late, &late);

  while (count < n && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (timeout);
  gtk_widget_remove_tick_callback (widget, tick);
}

static GtkWidget *
find (GtkWidget  *widget,
      GType       type,
      const char *text)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) && gtk_widget_get_mapped (widget) &&
      (!text || strstr (gtk_label_get_text (GTK_LABEL (widget)), text)))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, text);

      if (found)
        return found;
    }

  return NULL;
}

/* Whether @text can be read in @window, at the latest after a while. */
static gboolean
wait_shown (GtkWidget  *window,
            const char *text)
{
  gboolean late = FALSE;
  unsigned timeout = g_timeout_add (TIMEOUT_MS, on_late, &late);

  while (!late && !find (window, GTK_TYPE_LABEL, text))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);

  return !late;
}

static ParlanceMessage *
make_message (int64_t              id,
              ParlanceRole         role,
              ParlanceMessageState state,
              const char          *text)
{
  ParlanceMessage *message = parlance_message_new (id, id - 1, role);

  parlance_message_append (message, PARLANCE_PART_TEXT, text, -1);
  parlance_message_set_state (message, state);

  return message;
}

/* A conversation of one question and one answer. */
static void
show_chat (Fixture         *fixture,
           const char      *question,
           const char      *answer,
           const char      *model,
           ParlanceVerdict *verdict)
{
  g_autoptr (ParlanceConversation) conversation = parlance_conversation_new (77);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  ParlanceMessage *reply = make_message (2, PARLANCE_ROLE_ASSISTANT,
                                         verdict ? PARLANCE_STATE_FAILED : PARLANCE_STATE_COMPLETE,
                                         answer);

  parlance_message_set_origin (reply, "a", model);
  if (verdict)
    parlance_message_set_verdict (reply, verdict);
  g_ptr_array_add (messages, make_message (1, PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE,
                                           question));
  g_ptr_array_add (messages, reply);
  parlance_conversation_load (conversation, messages, 0);
  parlance_window_set_conversation (PARLANCE_WINDOW (fixture->window), conversation);
}

static void
show_question (Fixture    *fixture,
               const char *text)
{
  show_chat (fixture, text, "Fine.", "test", NULL);
}

static void
show_answer (Fixture    *fixture,
             const char *text)
{
  show_chat (fixture, "How is it?", text, "test", NULL);
}

static void
show_code (Fixture    *fixture,
           const char *text)
{
  g_autofree char *fenced = g_strconcat ("```", text, "\n", text, "\n```\n\n`", text, "`", NULL);

  show_chat (fixture, "How is it?", fenced, "test", NULL);
}

static void
show_table (Fixture    *fixture,
            const char *text)
{
  g_autofree char *cell = g_strdelimit (g_strdup (text), "|\n", ' ');
  g_autofree char *table = g_strconcat ("| a | b |\n|---|---|\n| c | ", cell, " |\n", NULL);

  show_chat (fixture, "How is it?", table, "test", NULL);
}

static void
show_model (Fixture    *fixture,
            const char *text)
{
  show_chat (fixture, "How is it?", "Fine.", text, NULL);
  parlance_account_set_model_id (
    parlance_chat_get_account (parlance_session_get_chat (fixture->session)), text);
}

/* No window shows it yet: the keyring and the store take it. */
static void
show_label (Fixture    *fixture,
            const char *text)
{
  ParlanceAccount *account =
    parlance_chat_get_account (parlance_session_get_chat (fixture->session));

  parlance_account_set_label (account, text);
  show_chat (fixture, "How is it?", "Fine.", "test", NULL);
}

static void
show_error (Fixture    *fixture,
            const char *text)
{
  g_autoptr (ParlanceVerdict) verdict =
    parlance_verdict_new (PARLANCE_VERDICT_OTHER, 500, text, text);
  GtkWidget *expander;

  show_chat (fixture, "How is it?", "", "test", verdict);
  wait_frames (fixture->window, 3);
  expander = find (fixture->window, GTK_TYPE_EXPANDER, NULL);
  if (expander)
    gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
}

static void
show_title (Fixture    *fixture,
            const char *text)
{
  g_autoptr (ParlanceConversation) conversation = parlance_conversation_new (78);

  parlance_conversation_set_title (conversation, text);
  parlance_window_set_conversation (PARLANCE_WINDOW (fixture->window), conversation);
  parlance_conversation_set_title (fixture->conversation, text);
}

static void
show_toast (Fixture    *fixture,
            const char *text)
{
  parlance_window_toast (PARLANCE_WINDOW (fixture->window), text);
}

static void
show_report (Fixture    *fixture,
             const char *text)
{
  /* What judges an answer hands on half of this at most. */
  g_autofree char *words = g_utf8_make_valid (text, strnlen (text, 4096));
  g_autoptr (ParlanceVerdict) verdict =
    parlance_verdict_new (PARLANCE_VERDICT_REDIRECTED, 302, words, words);

  parlance_report_row_show_verdict (fixture->report, verdict, parlance_preset_find (NULL));
  wait_frames (fixture->parts, 2);
  gtk_expander_set_expanded (GTK_EXPANDER (find (fixture->parts, GTK_TYPE_EXPANDER, NULL)), TRUE);
  wait_frames (fixture->parts, 3);
  parlance_report_row_show_text (fixture->report, "The keyring did not take the token",
                                 words, NULL);
}

static void
show_words (Fixture    *fixture,
            const char *text)
{
  const char *words[] = { text, "another", NULL };

  gtk_widget_grab_focus (fixture->field);
  parlance_completion_set_words (fixture->completion, words);
  gtk_editable_set_text (GTK_EDITABLE (fixture->field), "a");
  gtk_editable_set_text (GTK_EDITABLE (fixture->field), "");
}

static const struct
{
  const char *name;
  void      (*show) (Fixture    *fixture,
                     const char *text);
  /* Where what looks like markup is to be read. */
  gboolean    shown;
  gboolean    in_parts;
} places[] = {
  { "report", show_report, TRUE, TRUE },
  { "suggestion", show_words, TRUE, TRUE },
  { "message", show_question, TRUE, FALSE },
  { "reply", show_answer, TRUE, FALSE },
  { "code", show_code, FALSE, FALSE },
  { "table", show_table, TRUE, FALSE },
  { "model name", show_model, TRUE, FALSE },
  { "account", show_label, FALSE, FALSE },
  { "error", show_error, TRUE, FALSE },
  { "title", show_title, TRUE, FALSE },
  { "row of the list", show_title, TRUE, TRUE },
};

static void
set_up (Fixture *fixture)
{
  g_autoptr (GListStore) list = g_list_store_new (PARLANCE_TYPE_CONVERSATION);
  g_autoptr (GError) error = NULL;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *rows = gtk_list_box_new ();
  AdwApplication *application = adw_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  ParlanceChat *chat;

  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  fixture->session = parlance_session_new_demo (&error);
  g_assert_no_error (error);
  chat = parlance_session_get_chat (fixture->session);
  fixture->window = GTK_WIDGET (parlance_window_new (GTK_APPLICATION (application),
                                                     fixture->session, NULL));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 600);
  gtk_window_present (GTK_WINDOW (fixture->window));
  parlance_session_start (fixture->session);
  while (!parlance_chat_get_account (chat))
    g_main_context_iteration (NULL, TRUE);

  fixture->sidebar = g_object_new (PARLANCE_TYPE_SIDEBAR, "vexpand", TRUE, NULL);
  fixture->conversation = parlance_conversation_new (79);
  g_list_store_append (list, fixture->conversation);
  parlance_sidebar_set_model (fixture->sidebar, G_LIST_MODEL (list));
  fixture->report = g_object_new (PARLANCE_TYPE_REPORT_ROW, NULL);
  fixture->field = adw_entry_row_new ();
  fixture->completion = parlance_completion_new (fixture->field);
  gtk_list_box_append (GTK_LIST_BOX (rows), GTK_WIDGET (fixture->report));
  gtk_list_box_append (GTK_LIST_BOX (rows), fixture->field);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (fixture->sidebar));
  gtk_box_append (GTK_BOX (box), rows);
  fixture->parts = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (fixture->parts), box);
  gtk_window_set_default_size (GTK_WINDOW (fixture->parts), 360, 600);
  gtk_window_present (GTK_WINDOW (fixture->parts));
  wait_frames (fixture->window, 5);
  wait_frames (fixture->parts, 5);
}

/* In ms. */
static int
measure (Fixture    *fixture,
         Pulse      *pulse,
         size_t      place,
         const char *text)
{
  pulse_reset (pulse);
  places[place].show (fixture, text);
  wait_frames (places[place].in_parts ? fixture->parts : fixture->window, 5);

  return pulse_get_longest (pulse);
}

static void
test_places (void)
{
  Fixture fixture;
  g_autoptr (Pulse) pulse = pulse_new ();
  unsigned tried = 0, held = 0;

  set_up (&fixture);
  /* The first that is shown stays a while. */
  show_toast (&fixture, "<b>bold</b> & more");
  wait_frames (fixture.window, 5);
  g_assert_nonnull (find (fixture.window, GTK_TYPE_LABEL, "<b>bold</b> & more"));
  for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
    {
      int plain = 0;

      for (size_t j = 0; j < G_N_ELEMENTS (texts); j++, tried++)
        {
          g_autoptr (GString) text = g_string_new (texts[j].start);
          GtkWidget *window = places[i].in_parts ? fixture.parts : fixture.window;
          int longest;

          while (text->len < texts[j].size)
            g_string_append (text, texts[j].unit);

          if (texts[j].streamed)
            {
              g_autofree char *read = read_stream (text->str);

              g_string_assign (text, read);
            }

          longest = measure (&fixture, pulse, i, text->str);
          /* The first time is slower than any other. */
          if (j == 0)
            plain = longest = MIN (longest, measure (&fixture, pulse, i, text->str));
          /* The first use of a script also loads its font. */
          if (longest >= MOST_MS)
            {
              measure (&fixture, pulse, i, "");
              longest = measure (&fixture, pulse, i, text->str);
            }
          g_test_message ("%s, %s: %d ms (plain: %d)", places[i].name, texts[j].name, longest,
                          plain);

          /* No text makes the window wider. */
          if (longest < MOST_MS && gtk_widget_get_width (fixture.parts) <= 360 &&
              (!places[i].shown || !texts[j].shown || wait_shown (window, texts[j].shown)))
            held++;
          else
            {
              g_test_message ("not held: %s, %s", places[i].name, texts[j].name);
              g_test_fail ();
            }
        }
    }

  g_test_message ("tried hostile texts in the places that show text: %u, held %u, lost %u", tried,
                  held, tried - held);
}

/* A field of one line takes all of what comes at once, or nothing, and keeps what it had. */
static void
test_fields (void)
{
  GtkWidget *rows[] = { adw_entry_row_new (), adw_password_entry_row_new (), gtk_entry_new () };
  static const struct { size_t size; gboolean taken; } cases[] = {
    { 1, TRUE }, { 8 * 1024, TRUE }, { 8 * 1024 + 1, FALSE }, { 10 * 1024 * 1024, FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GtkEditable *field = GTK_EDITABLE (g_object_ref_sink (rows[i]));

      parlance_paste_attach_line (field);
      for (size_t j = 0; j < G_N_ELEMENTS (cases); j++)
        {
          g_autofree char *text = g_strnfill (cases[j].size, 'x');
          g_autofree char *both = g_strconcat ("ab", text, NULL);
          int position = 2;

          gtk_editable_set_text (field, "ab");
          gtk_editable_insert_text (field, text, -1, &position);
          g_assert_cmpstr (gtk_editable_get_text (field), ==, cases[j].taken ? both : "ab");
        }
      g_object_unref (field);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/hostile/fields", test_fields);
  g_test_add_func ("/hostile/places", test_places);

  return g_test_run ();
}
