/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that is killed, told to end, or stopped for a time, while a reply streams: a child runs
 * chat and store, this process runs the service and sends the signals. */
#include "chat-fixture.h"

#include <glib-unix.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

/* ms between two tokens, each of which is the time at which it was sent */
#define TOKEN_INTERVAL "4"
#define STREAM "{\"steps\":[{\"repeat\":100000,\"step\":{\"clock\":" TOKEN_INTERVAL "}}]}"
#define SHORT_STREAM \
  "{\"steps\":[{\"repeat\":40,\"step\":{\"clock\":" TOKEN_INTERVAL "}}," \
  "{\"finish\":\"stop\"},{\"done\":true}]}"
#define HANGING_STREAM \
  "{\"steps\":[{\"repeat\":10,\"step\":{\"clock\":" TOKEN_INTERVAL "}},{\"hang\":true}]}"

#define STALL_TIMEOUT 400 /* ms, in the child */
#define N_SHORT 3
#define LATEST 1200       /* ms after the first message at which the child is killed */
#define OLDEST 1000       /* ms: of the oldest byte that a kill may lose */
#define OLDEST_P99 250    /* ms, in 99 of 100 kills; judged where there are enough of them */

static const char *program;

/* The child. */

static void
say (const char *format,
     ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  fflush (stdout);
}

static gboolean
on_terminated (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_CONTINUE;
}

/* Sends one message after the other, and says what it was told: that a message is saved, and how a
 * reply ended. Ends well on SIGTERM. */
static void
chat (const char *path)
{
  ChatFixture fixture = { .path = (char *) path, .stall_timeout = STALL_TIMEOUT };
  g_autoptr (ParlanceConversation) conversation = NULL;
  gboolean terminated = FALSE;
  unsigned n = 0;

  /* Not without the one that watches. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  g_unix_signal_add (SIGTERM, on_terminated, &terminated);
  fixture.keyring = parlance_keyring_new ();
  chat_fixture_start (&fixture);
  g_assert_no_error (parlance_chat_get_store_error (fixture.chat));
  parlance_keyring_keep_for_run (fixture.keyring, parlance_chat_get_account (fixture.chat),
                                 "ms-valid-1");

  while (!terminated)
    {
      g_autofree char *text = g_strdup_printf ("question %u", n++);
      ParlanceConversation *sent = chat_fixture_send (&fixture, conversation, text);
      ParlanceMessage *reply = leaf (sent);

      g_set_object (&conversation, sent);
      say ("saved %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
           parlance_conversation_get_id (sent), parlance_message_get_parent_id (reply),
           g_get_monotonic_time ());
      while (parlance_conversation_get_busy (sent) && !terminated)
        g_main_context_iteration (NULL, TRUE);
      if (!terminated)
        say ("ended %d\n", parlance_message_get_state (reply));
    }

  parlance_chat_set_draft (fixture.chat, conversation, "unsent");
  g_clear_object (&conversation);
  chat_fixture_quit (&fixture);
  g_assert_finalize_object (fixture.keyring);
}

/* The parent. */

typedef struct
{
  GSubprocess      *process;
  GDataInputStream *lines;
  char             *line;   /* the last one */
  gboolean          is_over;

  GArray           *saved;  /* int64_t: ids of messages of which it said that they are saved */
  int64_t           saved_at;
  int64_t           conversation_id;
  int               ended;  /* the state of the last reply that ended */
} Child;

static void
read_line (Child *child);

static void
on_line (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Child *child = user_data;
  gint64 conversation_id, id, at;

  g_free (child->line);
  child->line =
    g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  if (child->line == NULL)
    {
      child->is_over = TRUE;
      return;
    }

  if (sscanf (child->line, "saved %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
              &conversation_id, &id, &at) == 3)
    {
      child->conversation_id = conversation_id;
      child->saved_at = at;
      g_array_append_val (child->saved, id);
    }
  else
    {
      g_assert_cmpint (sscanf (child->line, "ended %d", &child->ended), ==, 1);
    }
  read_line (child);
}

static void
read_line (Child *child)
{
  g_data_input_stream_read_line_async (child->lines, G_PRIORITY_DEFAULT, NULL, on_line, child);
}

static void
start_child (ChatFixture *fixture,
             Child       *child)
{
  g_autoptr (GError) error = NULL;

  memset (child, 0, sizeof *child);
  child->ended = -1;
  child->saved = g_array_new (FALSE, FALSE, sizeof (int64_t));
  child->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--chat",
                                     fixture->path, NULL);
  g_assert_no_error (error);
  child->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child->process));
  read_line (child);
}

static void
signal_child (Child *child,
              int    number)
{
  g_subprocess_send_signal (child->process, number);
}

static void
end_child (Child *child)
{
  WAIT_UNTIL (child->is_over);
  g_subprocess_wait (child->process, NULL, NULL);
}

static void
clear_child (Child *child)
{
  g_clear_object (&child->process);
  g_clear_object (&child->lines);
  g_clear_pointer (&child->line, g_free);
  g_clear_pointer (&child->saved, g_array_unref);
}

static void
pass_time (unsigned ms)
{
  gboolean over = FALSE;

  g_timeout_add_once (ms, wake, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
check_integrity (const char *path)
{
  sqlite3      *handle = NULL;
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (handle, "PRAGMA integrity_check", -1, &statement, NULL), ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpstr ((const char *) sqlite3_column_text (statement, 0), ==, "ok");
  sqlite3_finalize (statement);
  sqlite3_close (handle);
}

/* The time at which the last token of @message was sent, 0 where it has none. */
static int64_t
last_token (ParlanceMessage *message)
{
  g_autofree char *text = parlance_message_dup_text (message, PARLANCE_PART_TEXT);
  const char *blank;

  g_strchomp (text);
  blank = strrchr (text, ' ');

  return g_ascii_strtoll (blank ? blank + 1 : text, NULL, 10);
}

/* Opens what the child has left, and looks for all that it said is saved. */
static ParlanceConversation *
open_left (ChatFixture *fixture,
           Child       *child)
{
  ParlanceConversation *conversation;

  check_integrity (fixture->path);
  chat_fixture_start (fixture);
  g_assert_no_error (parlance_chat_get_store_error (fixture->chat));
  g_assert_null (parlance_chat_get_set_aside (fixture->chat));
  conversation = chat_fixture_load (fixture, child->conversation_id);
  for (guint i = 0; i < child->saved->len; i++)
    {
      ParlanceMessage *message =
        parlance_conversation_get_message (conversation, g_array_index (child->saved, int64_t, i));
      g_autofree char *expected = g_strdup_printf ("question %u", i);
      g_autofree char *text = NULL;

      g_assert_nonnull (message);
      text = parlance_message_dup_text (message, PARLANCE_PART_TEXT);
      g_assert_cmpstr (text, ==, expected);
    }

  return conversation;
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double first = *(const double *) a;
  double second = *(const double *) b;

  return (first > second) - (first < second);
}

static void
test_killed (ChatFixture   *fixture,
             gconstpointer  data)
{
  gboolean full = g_getenv ("PARLANCE_TEST_FULL") != NULL;
  unsigned n_rounds = full ? 1000 : 20;
  g_autoptr (GArray) ages = g_array_new (FALSE, FALSE, sizeof (double));
  double p99, max;

  for (unsigned round = 0; round < n_rounds; round++)
    {
      ParlanceConversation *conversation;
      ParlanceMessage *last;
      Child child;
      int64_t killed_at;

      chat_fixture_quit (fixture);
      parlance_test_service_reset (fixture->service);
      for (unsigned i = g_random_int_range (0, N_SHORT + 1); i > 0; i--)
        parlance_test_service_push_script (fixture->service, SHORT_STREAM);
      parlance_test_service_push_script (fixture->service, STREAM);

      start_child (fixture, &child);
      WAIT_UNTIL (child.saved->len > 0);
      pass_time (g_random_int_range (1, LATEST));
      killed_at = g_get_monotonic_time ();
      signal_child (&child, SIGKILL);
      end_child (&child);
      g_assert_true (g_subprocess_get_if_signaled (child.process));

      conversation = open_left (fixture, &child);
      last = leaf (conversation);
      if (parlance_message_get_role (last) == PARLANCE_ROLE_USER
          || parlance_message_get_state (last) != PARLANCE_STATE_COMPLETE)
        {
          /* The first byte that is missing came after the last one that is there. */
          int64_t since = parlance_message_get_role (last) == PARLANCE_ROLE_USER
                            ? 0
                            : last_token (last);
          double age = (killed_at - (since > 0 ? since : child.saved_at)) / 1000.0;

          if (parlance_message_get_role (last) == PARLANCE_ROLE_ASSISTANT)
            g_assert_cmpint (parlance_message_get_state (last), ==, PARLANCE_STATE_INTERRUPTED);
          g_array_append_val (ages, age);
        }
      clear_child (&child);
    }

  g_assert_cmpuint (ages->len, >, n_rounds / 4);
  g_array_sort (ages, compare_doubles);
  p99 = g_array_index (ages, double, (ages->len * 99 - 1) / 100);
  max = g_array_index (ages, double, ages->len - 1);
  g_test_message ("%u of %u children were killed in the middle of a reply", ages->len, n_rounds);
  g_test_message ("figure kill-loss-p50 %.0f ms", g_array_index (ages, double, ages->len / 2));
  g_test_message ("figure kill-loss-p99 %.0f ms", p99);
  g_test_message ("figure kill-loss-max %.0f ms", max);
  g_assert_cmpfloat (max, <=, OLDEST);
  if (full)
    g_assert_cmpfloat (p99, <=, OLDEST_P99);
  g_test_message ("tried kills while a reply streams: %u, held %u, lost 0", n_rounds, n_rounds);
}

/* Told to end in the middle of a reply: what came is there, and what was not sent. */
static void
test_terminated (ChatFixture   *fixture,
                 gconstpointer  data)
{
  ParlanceConversation *conversation;
  Child child;
  int64_t told_at;

  chat_fixture_quit (fixture);
  parlance_test_service_push_script (fixture->service, STREAM);
  start_child (fixture, &child);
  WAIT_UNTIL (child.saved->len > 0);
  pass_time (300);
  told_at = g_get_monotonic_time ();
  signal_child (&child, SIGTERM);
  end_child (&child);
  g_assert_true (g_subprocess_get_successful (child.process));

  conversation = open_left (fixture, &child);
  g_assert_cmpint (parlance_message_get_state (leaf (conversation)), ==,
                   PARLANCE_STATE_INTERRUPTED);
  g_assert_cmpint (last_token (leaf (conversation)), >, told_at - 100 * 1000);
  g_assert_cmpstr (parlance_chat_get_draft (fixture->chat, conversation), ==, "unsent");
  clear_child (&child);
}

/* Stopped for longer than a service may be silent, as by a suspend: a reply of which no more comes
 * is not called complete, and nothing is sent again. */
static void
test_suspended (ChatFixture   *fixture,
                gconstpointer  data)
{
  static const struct
  {
    const char           *script;
    ParlanceMessageState  state;
  } cases[] = {
    { HANGING_STREAM, PARLANCE_STATE_INTERRUPTED },
    /* All of it is there to be read, whatever the clock says. */
    { SHORT_STREAM, PARLANCE_STATE_COMPLETE },
    { "{\"steps\":[{\"repeat\":40,\"step\":{\"clock\":" TOKEN_INTERVAL "}},"
      "{\"repeat\":4000,\"step\":{\"delta\":\"1234567 \"}},{\"done\":true},{\"hang\":true}]}",
      PARLANCE_STATE_COMPLETE },
    /* Cut while nobody looked. */
    { "{\"steps\":[{\"repeat\":40,\"step\":{\"clock\":" TOKEN_INTERVAL "}},{\"close\":true}]}",
      PARLANCE_STATE_INTERRUPTED },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ParlanceConversation *conversation;
      g_autoptr (GPtrArray) siblings = NULL;
      ParlanceMessage *question;
      Child child;
      unsigned index;

      if (fixture->chat != NULL)
        chat_fixture_quit (fixture);
      parlance_test_service_reset (fixture->service);
      parlance_test_service_push_script (fixture->service, cases[i].script);
      parlance_test_service_push_script (fixture->service, "{\"steps\":[{\"hang\":true}]}");
      start_child (fixture, &child);
      g_assert_true (parlance_test_service_wait_chat_calls (fixture->service, 1, TIMEOUT_MS));
      pass_time (20);
      signal_child (&child, SIGSTOP);
      pass_time (2 * STALL_TIMEOUT);
      g_assert_cmpint (child.ended, ==, -1);
      signal_child (&child, SIGCONT);
      WAIT_UNTIL (child.ended >= 0);
      g_assert_cmpint (child.ended, ==, cases[i].state);
      WAIT_UNTIL (child.saved->len == 2);
      signal_child (&child, SIGTERM);
      end_child (&child);
      g_assert_true (g_subprocess_get_successful (child.process));
      /* Its own two, and no call was made again. */
      g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), <=, 2);

      conversation = open_left (fixture, &child);
      question = parlance_conversation_get_message (conversation,
                                                    g_array_index (child.saved, int64_t, 1));
      question = parlance_conversation_get_message (conversation,
                                                    parlance_message_get_parent_id (question));
      g_assert_cmpint (parlance_message_get_state (question), ==, cases[i].state);
      siblings = parlance_conversation_get_siblings (conversation, question, &index);
      g_assert_cmpuint (siblings->len, ==, 1);
      clear_child (&child);
    }

  g_test_message ("tried suspends within a reply: %zu, held %zu, lost 0", G_N_ELEMENTS (cases),
                  G_N_ELEMENTS (cases));
}

/* Stopped while a call that came too fast waits to be made again: made once then, however long it
 * was. */
static void
test_suspended_retry (ChatFixture   *fixture,
                      gconstpointer  data)
{
  Child child;

  chat_fixture_quit (fixture);
  parlance_test_service_push_script (fixture->service,
                                     "{\"status\":429,\"headers\":{\"Retry-After\":\"1\"},\"body\":\"\"}");
  parlance_test_service_push_script (fixture->service, SHORT_STREAM);
  parlance_test_service_push_script (fixture->service, HANGING_STREAM);
  start_child (fixture, &child);
  g_assert_true (parlance_test_service_wait_chat_calls (fixture->service, 1, TIMEOUT_MS));
  /* Until it has read that. */
  pass_time (200);
  signal_child (&child, SIGSTOP);
  pass_time (3000);
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 1);
  signal_child (&child, SIGCONT);
  WAIT_UNTIL (child.ended >= 0);
  g_assert_cmpint (child.ended, ==, PARLANCE_STATE_COMPLETE);
  g_assert_true (parlance_test_service_wait_chat_calls (fixture->service, 3, TIMEOUT_MS));
  signal_child (&child, SIGTERM);
  end_child (&child);
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 3);
  g_assert_cmpint (parlance_test_service_get_max_concurrent (fixture->service), ==, 1);
  open_left (fixture, &child);
  clear_child (&child);
  g_test_message ("tried suspends within the wait for a new try: 1, held 1, lost 0");
}

int
main (int   argc,
      char *argv[])
{
  /* No keyring: tokens are given for the run. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  program = argv[0];
  if (argc == 3 && g_str_equal (argv[1], "--chat"))
    return chat (argv[2]), 0;

  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) \
  g_test_add (path, ChatFixture, NULL, chat_fixture_set_up, function, chat_fixture_tear_down)

  ADD ("/kill/killed", test_killed);
  ADD ("/kill/terminated", test_terminated);
  ADD ("/kill/suspended", test_suspended);
  ADD ("/kill/suspended-retry", test_suspended_retry);

  return g_test_run ();
}
