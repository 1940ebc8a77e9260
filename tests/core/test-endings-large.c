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
  g_test_message ("tried %s: 1, held 1, lost 0", name);
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

/* Sends @text; %FALSE: the main loop was held up too long by it, or by what came back. */
static gboolean
send_smoothly (ChatFixture           *fixture,
               ParlanceConversation **conversation,
               const char            *text,
               const char            *what)
{
  g_autoptr (Pulse) pulse = pulse_new ();
  int sent;

  *conversation = chat_fixture_send (fixture, *conversation, text);
  sent = pulse_get_longest (pulse);
  while (parlance_conversation_get_busy (*conversation))
    g_main_context_iteration (NULL, TRUE);
  g_test_message ("%s: held up for %d ms at most, for %d ms until it was sent", what,
                  pulse_get_longest (pulse), sent);

  return pulse_get_longest (pulse) < PULSE_LIMIT;
}

/* As large as an event, and an answer that does not stream, may be without being felt. */
static void
test_largest (ChatFixture   *fixture,
              gconstpointer  data)
{
  static const unsigned sizes[] = { 8, 16, 31 };
  static const struct { const char *name, *form; } kinds[] = {
    { "an event", "{\"steps\":[{\"delta\":\"<\"},{\"delta\":\"%s\"},{\"delta\":\">\"},"
                  "{\"done\":true}]}" },
    { "a document", "{\"body\":\"{\\\"choices\\\":[{\\\"finish_reason\\\":\\\"stop\\\","
                    "\\\"message\\\":{\\\"content\\\":\\\"<%s>\\\"}}]}\"}" },
  };
  unsigned held = 0, lost = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (sizes) * G_N_ELEMENTS (kinds); i++)
    {
      unsigned size = sizes[i / G_N_ELEMENTS (kinds)];
      g_autofree char *filler = make_filler ((size_t) size * MIB);
      g_autofree char *script =
        g_strdup_printf (kinds[i % G_N_ELEMENTS (kinds)].form, filler);
      g_autofree char *expected = g_strdup_printf ("<%s>", filler);
      g_autofree char *what =
        g_strdup_printf ("%s of %u MB", kinds[i % G_N_ELEMENTS (kinds)].name, size);
      gboolean smooth = FALSE;

      for (unsigned j = 0; j < 3 && !smooth; j++)
        {
          ParlanceConversation *conversation = NULL;
          g_autofree char *text = NULL;

          parlance_test_service_push_script (fixture->service, script);
          smooth = send_smoothly (fixture, &conversation, "question", what);
          text = parlance_message_dup_text (leaf (conversation), PARLANCE_PART_TEXT);
          /* Not by an assertion that would print them. */
          lost += !g_str_equal (text, expected);
          g_assert_cmpint (parlance_message_get_state (leaf (conversation)), ==,
                           PARLANCE_STATE_COMPLETE);
        }
      held += smooth;
    }

  g_test_message ("tried events and whole answers of 8 to 31 MB: %zu, held %u, lost %u",
                  G_N_ELEMENTS (sizes) * G_N_ELEMENTS (kinds), held, lost);
  g_assert_cmpuint (lost, ==, 0);
  g_assert_cmpuint (held, ==, G_N_ELEMENTS (sizes) * G_N_ELEMENTS (kinds));
}

/* Large, and no text: what is made of it does not hold up either. */
static void
test_no_text (ChatFixture   *fixture,
              gconstpointer  data)
{
  static const struct
  {
    const char           *name;
    const char           *form;
    const char           *filler;
    ParlanceMessageState  state;
  } cases[] = {
    { "an error of 16 MB", "{\"steps\":[{\"event\":{\"error\":{\"message\":\"%s\"}}}]}", "x",
      PARLANCE_STATE_FAILED },
    { "an answer of 16 MB that is no JSON", "{\"body\":\"{%s\"}", "x", PARLANCE_STATE_FAILED },
    { "an event of 16 MB that is no JSON",
      "{\"steps\":[{\"send\":\"data: {%s\\n\\n\"},{\"done\":true}]}", "x",
      PARLANCE_STATE_FAILED },
    { "an answer of too many values", "{\"body\":\"[%s0]\"}", "0,", PARLANCE_STATE_FAILED },
    { "an event of too many values",
      "{\"steps\":[{\"send\":\"data: [%s0]\\n\\n\"},{\"done\":true}]}", "0,",
      PARLANCE_STATE_FAILED },
    { "a tool call of 16 MB",
      "{\"steps\":[{\"event\":{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
      "{\"name\":\"f\",\"arguments\":\"%s\"}}]}}]}},{\"finish\":\"tool_calls\"},{\"done\":true}]}",
      "x", PARLANCE_STATE_COMPLETE },
    { "a page of 16 MB",
      "{\"status\":502,\"headers\":{\"Content-Type\":\"text/html\"},\"body\":\"<html>%s\"}", "<p>x",
      PARLANCE_STATE_FAILED },
  };
  unsigned held = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) filler = g_string_new (NULL);
      g_autofree char *script = NULL;
      gboolean smooth = FALSE;

      while (filler->len < 16 * MIB)
        g_string_append (filler, cases[i].filler);
      script = g_strdup_printf (cases[i].form, filler->str);

      for (unsigned j = 0; j < 3 && !smooth; j++)
        {
          ParlanceConversation *conversation = NULL;

          parlance_test_service_push_script (fixture->service, script);
          smooth = send_smoothly (fixture, &conversation, "question", cases[i].name);
          g_assert_cmpint (parlance_message_get_state (leaf (conversation)), ==, cases[i].state);
          chat_fixture_send (fixture, conversation, "next");
          chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: next");
        }
      held += smooth;
    }

  g_test_message ("tried large answers without text: %zu, held %u, lost 0", G_N_ELEMENTS (cases),
                  held);
  g_assert_cmpuint (held, ==, G_N_ELEMENTS (cases));
}

/* Stopped while a large event is being read: at once, and nothing of it comes later. */
static void
test_stop (ChatFixture   *fixture,
           gconstpointer  data)
{
  g_autofree char *filler = make_filler (31 * MIB);
  g_autofree char *script =
    g_strdup_printf ("{\"steps\":[{\"delta\":\"some\"},{\"delta\":\"%s\"},{\"done\":true}]}",
                     filler);
  unsigned held = 0;

  /* Wherever that finds it. */
  for (unsigned i = 0; i < 20; i++)
    {
      ParlanceConversation *conversation;
      g_autofree char *text = NULL;
      gboolean due = FALSE;
      int64_t start;
      size_t length;

      parlance_test_service_push_script (fixture->service, script);
      conversation = chat_fixture_send (fixture, NULL, "question");
      WAIT_UNTIL (parlance_message_get_state (leaf (conversation)) == PARLANCE_STATE_STREAMING);
      g_timeout_add_once (i * 20, wake, &due);
      while (!due)
        g_main_context_iteration (NULL, TRUE);

      start = g_get_monotonic_time ();
      parlance_chat_stop (fixture->chat, conversation);
      g_assert_cmpint (g_get_monotonic_time () - start, <, PULSE_LIMIT * 2000);
      g_assert_false (parlance_conversation_get_busy (conversation));
      g_assert_cmpint (parlance_message_get_state (leaf (conversation)), !=,
                       PARLANCE_STATE_STREAMING);
      text = parlance_message_dup_text (leaf (conversation), PARLANCE_PART_TEXT);
      length = strlen (text);
      g_assert_true (g_str_has_prefix (text, "some"));

      conversation = chat_fixture_send (fixture, conversation, "next");
      chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: next");
      g_free (text);
      {
        ParlanceMessage *reply = parlance_conversation_get_message (
          conversation, parlance_message_get_parent_id (parlance_conversation_get_message (
                          conversation, parlance_message_get_parent_id (leaf (conversation)))));

        text = parlance_message_dup_text (reply, PARLANCE_PART_TEXT);
        held += strlen (text) == length;
      }
    }

  g_test_message ("tried stops within a large event: 20, held %u, lost 0", held);
  g_assert_cmpuint (held, ==, 20);
}

/* What follows such a reply takes all of it along. */
static void
test_next (ChatFixture   *fixture,
           gconstpointer  data)
{
  g_autofree char *filler = make_filler (MIB);
  g_autofree char *script =
    g_strdup_printf ("{\"steps\":[{\"repeat\":60,\"step\":{\"delta\":\"%s\"}},{\"done\":true}]}",
                     filler);
  gboolean smooth = FALSE;

  for (unsigned i = 0; i < 3 && !smooth; i++)
    {
      ParlanceConversation *conversation = NULL;
      g_autoptr (Pulse) pulse = NULL;
      ParlanceMessage *reply;
      int64_t id;

      parlance_test_service_push_script (fixture->service, script);
      smooth = send_smoothly (fixture, &conversation, "question", "a reply of 60 MB");
      g_assert_cmpint (parlance_message_get_state (leaf (conversation)), ==,
                       PARLANCE_STATE_COMPLETE);
      g_assert_cmpuint (parlance_message_get_part (leaf (conversation), 0)->text->len, ==,
                        60 * MIB);

      smooth &= send_smoothly (fixture, &conversation, "next", "the request after it");
      chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: next");

      id = parlance_conversation_get_id (conversation);
      chat_fixture_quit (fixture);
      chat_fixture_start (fixture);
      pulse = pulse_new ();
      conversation = chat_fixture_load (fixture, id);
      g_test_message ("loading it: held up for %d ms", pulse_get_longest (pulse));
      smooth &= pulse_get_longest (pulse) < PULSE_LIMIT;
      reply = parlance_conversation_get_message (
        conversation, parlance_message_get_parent_id (parlance_conversation_get_message (
                        conversation, parlance_message_get_parent_id (leaf (conversation)))));
      g_assert_cmpuint (parlance_message_get_part (reply, 0)->text->len, ==, 60 * MIB);
    }

  g_test_message ("tried requests after a reply of 60 MB: 1, held %d, lost 0", smooth);
  g_assert_true (smooth);
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
  ADD ("/endings/large/bombs", test_bombs);
  ADD ("/endings/large/endless", test_endless);
  ADD ("/endings/large/endless-comments", test_endless_comments);
  /* Of what is before; of what follows, several replies are open at a time. */
  g_test_add_func ("/endings/large/memory", test_memory);
  ADD ("/endings/large/largest", test_largest);
  ADD ("/endings/large/no-text", test_no_text);
  ADD ("/endings/large/stop", test_stop);
  ADD ("/endings/large/next", test_next);

  return g_test_run ();
}
