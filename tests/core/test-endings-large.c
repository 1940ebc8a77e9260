/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-fixture.h"
#include "pulse.h"

#include "parlance-service.h"

#include <string.h>
#include <sys/resource.h>

/* Replies without an end or of no good size: what may be kept is kept, memory is bounded, the
 * main loop is not held up. */

#define DELTA "data: {\"choices\":[{\"delta\":{\"content\":\"some\"}}]}\n\n"
#define MIB (1024 * 1024)

/* Megabytes, the most that the program ever had. */
static long
get_peak (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);

  return usage.ru_maxrss / 1024;
}

static char *
make_filler (size_t length)
{
  return g_strnfill (length, 'x');
}

/* The reply has to end as too large, with what @expected says of its text. */
static void
run (ChatFixture *fixture,
     const char  *name,
     const char  *script,
     size_t       expected)
{
  g_autoptr (Pulse) pulse = pulse_new ();
  int least = G_MAXINT;
  int64_t id = 0;
  ParlanceConversation *conversation;

  for (unsigned i = 0; i < 3 && least >= PULSE_LIMIT; i++)
    {
      g_autofree char *text = NULL;
      ParlanceMessage *reply;
      int held;

      parlance_test_service_push_script (fixture->service, script);
      pulse_reset (pulse);
      conversation = chat_fixture_send (fixture, NULL, "question");
      reply = leaf (conversation);
      id = parlance_conversation_get_id (conversation);
      while (parlance_conversation_get_busy (conversation))
        g_main_context_iteration (NULL, TRUE);
      held = pulse_get_longest (pulse);

      text = parlance_message_dup_text (reply, PARLANCE_PART_TEXT);
      g_assert_cmpuint (strlen (text), ==, expected);
      g_assert_cmpint (parlance_message_get_state (reply), ==, PARLANCE_STATE_FAILED);
      g_assert_cmpint (parlance_message_get_verdict (reply)->kind, ==,
                       PARLANCE_VERDICT_TOO_LARGE);

      pulse_reset (pulse);
      conversation = chat_fixture_send (fixture, NULL, "next");
      chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: next");
      g_test_message ("%s: held up for %d and %d ms, peak %ld MB", name, held,
                      pulse_get_longest (pulse), get_peak ());
      least = MIN (least, MAX (held, pulse_get_longest (pulse)));
    }
  g_assert_cmpint (least, <, PULSE_LIMIT);

  chat_fixture_quit (fixture);
  chat_fixture_start (fixture);
  {
    ParlanceMessage *reply = leaf (chat_fixture_load (fixture, id));
    g_autofree char *text = parlance_message_dup_text (reply, PARLANCE_PART_TEXT);

    g_assert_cmpuint (strlen (text), ==, expected);
    g_assert_cmpint (parlance_message_get_verdict (reply)->kind, ==, PARLANCE_VERDICT_TOO_LARGE);
  }
}

static void
test_line (ChatFixture   *fixture,
           gconstpointer  data)
{
  g_autofree char *filler = make_filler (64 * 1024);
  g_autofree char *script =
    g_strdup_printf ("{\"steps\":[{\"delta\":\"some\"},{\"send\":\"data: \"},"
                     "{\"repeat\":1600,\"step\":{\"send\":\"%s\"}},{\"hang\":true}]}", filler);

  run (fixture, "a line of 100 MB", script, strlen ("some"));
}

static void
test_endless (ChatFixture   *fixture,
              gconstpointer  data)
{
  g_autofree char *filler = make_filler (64 * 1024);
  g_autofree char *script =
    g_strdup_printf ("{\"steps\":[{\"repeat\":1000000,\"step\":{\"delta\":\"%s\"}}]}", filler);

  run (fixture, "an endless stream", script, PARLANCE_MAX_REPLY);
}

/* As large as an event, and an answer that does not stream, may be without being felt. */
static void
test_largest (ChatFixture   *fixture,
              gconstpointer  data)
{
  const size_t size = 8 * MIB;
  g_autofree char *filler = make_filler (size);
  char *scripts[] = {
    g_strdup_printf ("{\"steps\":[{\"delta\":\"%s\"},{\"done\":true}]}", filler),
    g_strdup_printf ("{\"body\":\"{\\\"choices\\\":[{\\\"finish_reason\\\":\\\"stop\\\","
                     "\\\"message\\\":{\\\"content\\\":\\\"%s\\\"}}]}\"}", filler),
  };
  g_autoptr (Pulse) pulse = pulse_new ();

  for (size_t i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      int least = G_MAXINT;

      for (unsigned j = 0; j < 3 && least >= PULSE_LIMIT; j++)
        {
          ParlanceConversation *conversation;

          parlance_test_service_push_script (fixture->service, scripts[i]);
          pulse_reset (pulse);
          conversation = chat_fixture_send (fixture, NULL, "question");
          while (parlance_conversation_get_busy (conversation))
            g_main_context_iteration (NULL, TRUE);
          g_test_message ("held up for %d ms", pulse_get_longest (pulse));
          least = MIN (least, pulse_get_longest (pulse));
          chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, filler);
        }
      g_assert_cmpint (least, <, PULSE_LIMIT);
      g_free (scripts[i]);
    }
}

/* One that never says a word. */
static void
test_endless_comments (ChatFixture   *fixture,
                       gconstpointer  data)
{
  g_autofree char *filler = make_filler (64 * 1024);
  g_autofree char *script =
    g_strdup_printf ("{\"steps\":[{\"delta\":\"some\"},"
                     "{\"repeat\":1000000,\"step\":{\"send\":\":%s\\n\"}}]}", filler);

  if (g_getenv ("PARLANCE_TEST_FULL") == NULL)
    {
      g_test_skip ("PARLANCE_TEST_FULL is not set");
      return;
    }

  run (fixture, "endless comments", script, strlen ("some"));
}

/* @start, then @n times @step, as a gzip of about a thousandth of that. */
static char *
make_bomb (const char *type,
           const char *start,
           const char *step,
           size_t      n)
{
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GZlibCompressor) zlib = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autoptr (GOutputStream) stream =
    g_converter_output_stream_new (memory, G_CONVERTER (zlib));
  g_autofree char *head =
    g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Encoding: gzip\r\n\r\n", type);
  g_autofree char *head64 = g_base64_encode ((const guchar *) head, strlen (head));
  g_autofree char *body64 = NULL;

  g_assert_true (g_output_stream_write_all (stream, start, strlen (start), NULL, NULL, NULL));
  for (size_t i = 0; i < n; i++)
    g_assert_true (g_output_stream_write_all (stream, step, strlen (step), NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));

  g_assert_cmpuint (g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)), <,
                    MIB);
  body64 = g_base64_encode (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)),
                            g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)));

  return g_strdup_printf ("{\"raw\":true,\"steps\":[{\"send_b64\":\"%s\"},{\"send_b64\":\"%s\"},"
                          "{\"close\":true}]}", head64, body64);
}

static void
test_bombs (ChatFixture   *fixture,
            gconstpointer  data)
{
  g_autofree char *filler = make_filler (64 * 1024);
  g_autofree char *event =
    g_strdup_printf ("data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n", filler);
  g_autofree char *line = make_bomb ("text/event-stream", DELTA "data: ", filler, 3000);
  g_autofree char *events = make_bomb ("text/event-stream", "", event, 3000);
  g_autofree char *document =
    make_bomb ("application/json", "{\"choices\":[{\"message\":{\"content\":\"", filler, 3000);

  run (fixture, "a bomb, one line", line, strlen ("some"));
  run (fixture, "a bomb, events", events, PARLANCE_MAX_REPLY);
  run (fixture, "a bomb, a document", document, 0);
}

static void
test_memory (void)
{
#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("Checked memory is larger");
#else
  /* The text of one reply, copies of it on their way to the store, and the service's own. */
  g_assert_cmpint (get_peak (), <, 700);
#endif
}

int
main (int   argc,
      char *argv[])
{
  /* No keyring: tokens are given for the run. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) \
  g_test_add (path, ChatFixture, NULL, chat_fixture_set_up, function, chat_fixture_tear_down)

  ADD ("/endings/large/line", test_line);
  ADD ("/endings/large/largest", test_largest);
  ADD ("/endings/large/bombs", test_bombs);
  ADD ("/endings/large/endless", test_endless);
  ADD ("/endings/large/endless-comments", test_endless_comments);
  g_test_add_func ("/endings/large/memory", test_memory);

  return g_test_run ();
}
