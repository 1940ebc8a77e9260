/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-fixture.h"
#include "pulse.h"

#include "parlance-judge.h"

#include <string.h>

/* Every way in which a reply can end: what had come is kept, in the message and in the store; the
 * state and the reason are right; the main loop is not held up; the next message works. */

#define NONE -1 /* no verdict */

#define RAW_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define DELTA "data: {\"choices\":[{\"delta\":{\"content\":\"some\"}}]}\n\n"
#define RAW_CHUNKED RAW_HEAD "Transfer-Encoding: chunked\r\n\r\n32\r\n" DELTA "\r\n"

typedef struct
{
  const char           *name;
  const char           *script;  /* NULL: made of the following two */
  const char           *raw;     /* what the server says, then it closes */
  ParlanceMessageState  state;
  int                   kind;    /* ParlanceVerdictKind, or NONE */
  const char           *text;
  const char           *details; /* (nullable): is in them */
  int                   n_calls; /* 0: one */
  gboolean              is_cut;  /* newer libsoup sees it, and calls it a lost connection */
} Ending;

static const Ending endings[] = {
  { "closed at once", "{\"raw\":true,\"steps\":[{\"close\":true}]}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_NO_NETWORK, "", NULL, 0 },
  { "reset at once", "{\"raw\":true,\"steps\":[{\"reset\":true}]}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_NO_NETWORK, "", NULL, 0 },
  { "closed after the role",
    "{\"steps\":[{\"event\":{\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}},"
    "{\"close\":true}]}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_SERVER, "", "before its first word", 0, TRUE },
  { "cut at a chunk's boundary", NULL, RAW_CHUNKED,
    PARLANCE_STATE_INTERRUPTED, NONE, "some", NULL, 0, TRUE },
  { "garbage for a chunk's size", NULL, RAW_CHUNKED "zz\r\nmore\r\n",
    PARLANCE_STATE_INTERRUPTED, NONE, "some", NULL, 0, TRUE },
  { "a negative chunk's size", NULL, RAW_CHUNKED "-5\r\nmore\r\n",
    PARLANCE_STATE_INTERRUPTED, NONE, "some", NULL, 0, TRUE },
  { "plain bytes called gzip", NULL, RAW_HEAD "Content-Encoding: gzip\r\n\r\n" DELTA,
    PARLANCE_STATE_INTERRUPTED, NONE, "some", NULL, 0, TRUE },
  { "no HTTP", NULL, "SSH-2.0-OpenSSH_9.2p1\r\n",
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_NO_NETWORK, "", NULL, 0 },
  { "a shorter body than was said", NULL, RAW_HEAD "Content-Length: 500\r\n\r\n" DELTA,
    PARLANCE_STATE_INTERRUPTED, PARLANCE_VERDICT_NO_NETWORK, "some", NULL, 0 },

  { "stalled", "{\"steps\":[{\"delta\":\"some\"},{\"hang\":true}]}", NULL,
    PARLANCE_STATE_INTERRUPTED, PARLANCE_VERDICT_TIMEOUT, "some", NULL, 0 },

  { "429 all the time", "{\"status\":429,\"body\":\"\"}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_TOO_FAST, "", "HTTP 429", 3 },
  { "429 with a long wait",
    "{\"status\":429,\"headers\":{\"Retry-After\":\"60\"},\"body\":\"\"}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_TOO_FAST, "", "HTTP 429", 1 },
  { "400 without a word", "{\"status\":400,\"body\":\"\"}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_BAD_REQUEST, "", "HTTP 400", 0 },
  { "500 with a page",
    "{\"status\":500,\"headers\":{\"Content-Type\":\"text/html\"},\"body\":\"<html><head>"
    "<title>500 Internal Server Error</title></head><body><center><h1>500 Internal Server Error"
    "</h1></center><hr></body></html>\"}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_SERVER, "", "Internal Server Error", 0 },
  { "502 with a page",
    "{\"status\":502,\"headers\":{\"Content-Type\":\"text/html\"},\"body\":\"<html>"
    "<body><h1>Bad Gateway</h1><script>alert(1)</script></body></html>\"}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_SERVER, "", "Bad Gateway", 0 },
  { "200 with an error",
    "{\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"Invalid model id: x\\\"}}\"}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_WRONG_MODEL, "", "Invalid model id: x", 0 },

  { "error in the stream",
    "{\"steps\":[{\"delta\":\"some\"},{\"event\":{\"error\":{\"message\":\"internal trouble\"}}},"
    "{\"delta\":\"more\"},{\"done\":true}]}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_SERVER, "some", "internal trouble", 0 },
  { "errors in the stream",
    "{\"steps\":[{\"delta\":\"some\"},{\"event\":{\"errors\":{\"message\":\"internal trouble\"}}},"
    "{\"delta\":\"more\"},{\"done\":true}]}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_SERVER, "some", "internal trouble", 0 },
  { "an event of the type error",
    "{\"steps\":[{\"delta\":\"some\"},"
    "{\"send\":\"event: error\\ndata: {\\\"message\\\":\\\"internal trouble\\\"}\\n\\n\"},"
    "{\"delta\":\"more\"},{\"done\":true}]}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_SERVER, "some", "internal trouble", 0 },
  { "an event of the type error, in words",
    "{\"steps\":[{\"delta\":\"some\"},{\"send\":\"event: error\\ndata: internal trouble\\n\\n\"},"
    "{\"hang\":true}]}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_SERVER, "some", "internal trouble", 0 },

  { "[DONE] missing", "{\"steps\":[{\"delta\":\"some\"},{\"finish\":\"stop\"}]}", NULL,
    PARLANCE_STATE_COMPLETE, NONE, "some", NULL, 0 },
  { "[DONE] and the reason missing", "{\"steps\":[{\"delta\":\"some\"}]}", NULL,
    PARLANCE_STATE_INTERRUPTED, NONE, "some", NULL, 0 },
  { "[DONE] twice", "{\"steps\":[{\"delta\":\"some\"},{\"done\":true},{\"done\":true}]}", NULL,
    PARLANCE_STATE_COMPLETE, NONE, "some", NULL, 0 },
  { "[DONE] in the text",
    "{\"steps\":[{\"delta\":\"[DONE]\"},{\"delta\":\"\\ndata: [DONE]\\n\\n\"},"
    "{\"delta\":\"more\"},{\"finish\":\"stop\"},{\"done\":true}]}", NULL,
    PARLANCE_STATE_COMPLETE, NONE, "[DONE]\ndata: [DONE]\n\nmore", NULL, 0 },
  { "[DONE] in the text, then cut",
    "{\"steps\":[{\"delta\":\"data: [DONE]\\n\\n\"},{\"close\":true}]}", NULL,
    PARLANCE_STATE_INTERRUPTED, NONE, "data: [DONE]\n\n", NULL, 0, TRUE },
  { "text after [DONE]",
    "{\"steps\":[{\"delta\":\"some\"},{\"done\":true},{\"delta\":\"more\"}]}", NULL,
    PARLANCE_STATE_COMPLETE, NONE, "some", NULL, 0 },
  { "open after [DONE]", "{\"steps\":[{\"delta\":\"some\"},{\"done\":true},{\"hang\":true}]}",
    NULL, PARLANCE_STATE_COMPLETE, NONE, "some", NULL, 0 },

  { "[DONE] alone", "{\"steps\":[{\"done\":true}]}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_EMPTY, "", NULL, 0 },
  { "a reason alone", "{\"steps\":[{\"finish\":\"stop\"}]}", NULL,
    PARLANCE_STATE_FAILED, PARLANCE_VERDICT_EMPTY, "", NULL, 0 },

  { "ill-formed UTF-8", NULL,
    RAW_HEAD "\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"a\xff\xc3(b\"},"
    "\"finish_reason\":\"stop\"}]}\n\n",
    PARLANCE_STATE_COMPLETE, NONE, "a\xef\xbf\xbd\xef\xbf\xbd(b", NULL, 0 },
  { "NUL, escaped",
    "{\"steps\":[{\"send\":\"data: {\\\"choices\\\":[{\\\"delta\\\":{\\\"content\\\":"
    "\\\"a\\\\u0000b\\\"}}]}\\n\\n\"},{\"done\":true}]}", NULL,
    PARLANCE_STATE_COMPLETE, NONE, "ab", NULL, 0 },
  /* "data: " NUL "x" and a good event. */
  { "NUL", "{\"steps\":[{\"send_b64\":\"ZGF0YTogAHgKCg==\"},{\"delta\":\"some\"},{\"done\":true}]}",
    NULL, PARLANCE_STATE_COMPLETE, NONE, "some", NULL, 0 },
};

static char *
make_raw_script (const char *bytes,
                 size_t      length)
{
  g_autofree char *data = g_base64_encode ((const guchar *) bytes, length);

  return g_strdup_printf ("{\"raw\":true,\"steps\":[{\"send_b64\":\"%s\"},{\"close\":true}]}",
                          data);
}

static void
assert_ending (ParlanceMessage *message,
               const Ending    *ending)
{
  ParlanceVerdict *verdict = parlance_message_get_verdict (message);
  gboolean is_lost = ending->is_cut && verdict && verdict->kind == PARLANCE_VERDICT_NO_NETWORK;
  g_autofree char *text = parlance_message_dup_text (message, PARLANCE_PART_TEXT);
  g_autofree char *details = verdict ? parlance_verdict_dup_details (verdict) : g_strdup ("");

  g_assert_cmpstr (text, ==, ending->text);
  g_assert_cmpint (parlance_message_get_state (message), ==, ending->state);
  if (!is_lost)
    g_assert_cmpint (verdict ? (int) verdict->kind : NONE, ==, ending->kind);
  g_assert_null (strchr (details, '<'));
  if (ending->details != NULL && !is_lost)
    g_assert_nonnull (strstr (details, ending->details));
}

/* Milliseconds for which the main loop was held up. */
static int
run_ending (ChatFixture  *fixture,
            const Ending *ending,
            const char   *script,
            Pulse        *pulse,
            int64_t      *id)
{
  ParlanceConversation *conversation;
  ParlanceMessage *reply;
  int held;

  parlance_test_service_reset (fixture->service);
  for (int i = 0; i < MAX (1, ending->n_calls); i++)
    parlance_test_service_push_script (fixture->service, script);
  pulse_reset (pulse);
  conversation = chat_fixture_send (fixture, NULL, "question");
  reply = leaf (conversation);
  WAIT_UNTIL (!parlance_conversation_get_busy (conversation));
  held = pulse_get_longest (pulse);

  assert_ending (reply, ending);
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==,
                   MAX (1, ending->n_calls));

  pulse_reset (pulse);
  chat_fixture_send (fixture, conversation, "next");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: next");
  *id = parlance_conversation_get_id (conversation);

  return MAX (held, pulse_get_longest (pulse));
}

/* The same as it is in the store. */
static void
assert_stored (ChatFixture  *fixture,
               const Ending *ending,
               int64_t       id)
{
  ParlanceConversation *conversation = chat_fixture_load (fixture, id);
  g_autoptr (ParlanceMessage) reply = g_list_model_get_item (G_LIST_MODEL (conversation), 1);

  assert_ending (reply, ending);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: next");
}

static int64_t
run_best_of_three (ChatFixture  *fixture,
                   const Ending *ending,
                   const char   *script)
{
  g_autoptr (Pulse) pulse = pulse_new ();
  int least = G_MAXINT;
  int64_t id = 0;

  g_test_message ("%s", ending->name);
  for (unsigned i = 0; i < 3 && least >= PULSE_LIMIT; i++)
    least = MIN (least, run_ending (fixture, ending, script, pulse, &id));
  g_assert_cmpint (least, <, PULSE_LIMIT);

  return id;
}

static void
test_table (ChatFixture   *fixture,
            gconstpointer  data)
{
  int64_t ids[G_N_ELEMENTS (endings)];

  for (size_t i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *script =
        endings[i].script ? g_strdup (endings[i].script)
                          : make_raw_script (endings[i].raw, strlen (endings[i].raw));

      ids[i] = run_best_of_three (fixture, &endings[i], script);
    }

  chat_fixture_quit (fixture);
  chat_fixture_start (fixture);
  for (size_t i = 0; i < G_N_ELEMENTS (endings); i++)
    assert_stored (fixture, &endings[i], ids[i]);

  g_test_message ("tried endings of a reply: %zu, held %zu, lost 0", G_N_ELEMENTS (endings),
                  G_N_ELEMENTS (endings));
}

static void
run_and_reopen (ChatFixture  *fixture,
                const Ending *ending,
                const char   *script)
{
  int64_t id = run_best_of_three (fixture, ending, script);

  chat_fixture_quit (fixture);
  chat_fixture_start (fixture);
  assert_stored (fixture, ending, id);
}

static void
test_one_byte_a_packet (ChatFixture   *fixture,
                        gconstpointer  data)
{
  static const char said[] = RAW_CHUNKED "2e\r\ndata: {\"choices\":[{\"finish_reason\":"
                             "\"stop\"}]}\n\n\r\n0\r\n\r\n";
  const Ending ending = { "one byte a packet", NULL, NULL, PARLANCE_STATE_COMPLETE, NONE, "some",
                          NULL, 0 };
  g_autoptr (GString) script = g_string_new ("{\"raw\":true,\"steps\":[");

  for (size_t i = 0; i < strlen (said); i++)
    {
      g_autofree char *byte = g_base64_encode ((const guchar *) said + i, 1);

      g_string_append_printf (script, "{\"send_b64\":\"%s\"},", byte);
    }
  g_string_append (script, "{\"close\":true}]}");

  run_and_reopen (fixture, &ending, script->str);
  g_test_message ("tried packets of one byte: %zu, held %zu, lost 0", strlen (said),
                  strlen (said));
}

/* An event that can be read, and a part of what follows it. */
static void
test_truncated_gzip (ChatFixture   *fixture,
                     gconstpointer  data)
{
  static const char head[] = RAW_HEAD "Content-Encoding: gzip\r\n\r\n";
  static const char more[] = "data: {\"choices\":[{\"delta\":{\"content\":\"and much more of it\"}}]}\n\n";
  const Ending ending = { "truncated gzip", NULL, NULL, PARLANCE_STATE_INTERRUPTED, NONE, "some",
                          NULL, 0 };
  g_autoptr (GZlibCompressor) zlib = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autoptr (GByteArray) said = g_byte_array_new ();
  g_autofree char *script = NULL;
  g_autoptr (GError) error = NULL;
  char out[1024];
  size_t n_read, n_written;

  g_byte_array_append (said, (const guint8 *) head, strlen (head));
  g_converter_convert (G_CONVERTER (zlib), DELTA, strlen (DELTA), out, sizeof out,
                       G_CONVERTER_FLUSH, &n_read, &n_written, &error);
  g_assert_no_error (error);
  g_byte_array_append (said, (const guint8 *) out, n_written);
  g_converter_convert (G_CONVERTER (zlib), more, strlen (more), out, sizeof out,
                       G_CONVERTER_INPUT_AT_END, &n_read, &n_written, &error);
  g_assert_no_error (error);
  g_byte_array_append (said, (const guint8 *) out, 10);
  script = make_raw_script ((const char *) said->data, said->len);

  run_and_reopen (fixture, &ending, script);
}

/* Stopped in the middle of silence: at once, and for good. */
static void
test_stop_in_silence (ChatFixture   *fixture,
                      gconstpointer  data)
{
  ParlanceConversation *conversation;
  int64_t began;

  parlance_test_service_push_script (fixture->service,
                                     "{\"steps\":[{\"delta\":\"some\"},{\"hang\":true}]}");
  conversation = chat_fixture_send (fixture, NULL, "question");
  WAIT_UNTIL (!parlance_message_is_empty (leaf (conversation)));
  began = g_get_monotonic_time ();
  parlance_chat_stop (fixture->chat, conversation);
  g_assert_false (parlance_conversation_get_busy (conversation));
  g_assert_true (parlance_test_service_wait_closed_early (fixture->service, 1, TIMEOUT_MS));
  g_assert_cmpint (g_get_monotonic_time () - began, <, 200 * 1000 * PULSE_LIMIT / 100);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_STOPPED, "some");
  chat_fixture_send (fixture, conversation, "next");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: next");
}

/* What a stall left is gone on with. */
static void
test_stall_is_continued (ChatFixture   *fixture,
                         gconstpointer  data)
{
  ParlanceConversation *conversation;

  parlance_test_service_push_script (fixture->service,
                                     "{\"steps\":[{\"delta\":\"some\"},{\"hang\":true}]}");
  conversation = chat_fixture_send (fixture, NULL, "question");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_INTERRUPTED, "some");
  parlance_test_service_push_script (fixture->service,
                                     "{\"steps\":[{\"delta\":\" more\"},{\"done\":true}]}");
  parlance_chat_continue (fixture->chat, conversation, leaf (conversation));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "some more");
  g_assert_null (parlance_message_get_verdict (leaf (conversation)));
}

static void
on_connection (GThreadedSocketService *service,
               GSocketConnection      *connection,
               GObject                *source,
               gpointer                n_connections)
{
  g_atomic_int_inc ((int *) n_connections);
}

/* The second server hears nothing: not even a connection is made. */
static void
test_redirects (ChatFixture   *fixture,
                gconstpointer  data)
{
  static const struct
  {
    const char *to;
    const char *address;
  } servers[] = {
    { "http://127.0.0.2:%u", "127.0.0.2" },
    { "http://127.0.0.1:%u", "127.0.0.1" },
    { "https://127.0.0.1:%u", "127.0.0.1" },
  };
  static const int statuses[] = { 301, 302, 303, 307, 308 };
  int n_connections = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      g_autoptr (GSocketService) second = g_threaded_socket_service_new (4);
      g_autoptr (GSocketAddress) wanted =
        g_inet_socket_address_new_from_string (servers[i].address, 0);
      g_autoptr (GSocketAddress) found = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *host = NULL;

      g_socket_listener_add_address (G_SOCKET_LISTENER (second), wanted, G_SOCKET_TYPE_STREAM,
                                     G_SOCKET_PROTOCOL_TCP, NULL, &found, &error);
      g_assert_no_error (error);
      g_signal_connect (second, "run", G_CALLBACK (on_connection), &n_connections);
      host = g_strdup_printf (servers[i].to,
                              g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (found)));

      for (size_t j = 0; j < G_N_ELEMENTS (statuses); j++)
        {
          const Ending ending = { host, NULL, NULL, PARLANCE_STATE_FAILED,
                                  PARLANCE_VERDICT_REDIRECTED, "", host, 0 };
          g_autofree char *script =
            g_strdup_printf ("{\"status\":%d,\"headers\":{\"Location\":\"%s/v1/chat/completions"
                             "?key=secret\"},\"body\":\"\"}", statuses[j], host);
          int64_t id = run_best_of_three (fixture, &ending, script);
          ParlanceConversation *conversation = parlance_chat_find_conversation (fixture->chat, id);
          g_autoptr (ParlanceMessage) reply =
            g_list_model_get_item (G_LIST_MODEL (conversation), 1);

          g_assert_null (strstr (parlance_message_get_verdict (reply)->words, "secret"));
        }

      g_socket_service_stop (second);
    }

  g_assert_cmpint (n_connections, ==, 0);
  g_test_message ("tried redirects to another host, port or scheme: %zu, held %zu, lost 0",
                  G_N_ELEMENTS (servers) * G_N_ELEMENTS (statuses),
                  G_N_ELEMENTS (servers) * G_N_ELEMENTS (statuses));
}

static void
set_up (ChatFixture   *fixture,
        gconstpointer  data)
{
  fixture->stall_timeout = 700;
  fixture->retry_second = 10;
  chat_fixture_set_up (fixture, data);
}

int
main (int   argc,
      char *argv[])
{
  /* No keyring: tokens are given for the run. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) \
  g_test_add (path, ChatFixture, NULL, set_up, function, chat_fixture_tear_down)

  ADD ("/endings/table", test_table);
  ADD ("/endings/one-byte-a-packet", test_one_byte_a_packet);
  ADD ("/endings/truncated-gzip", test_truncated_gzip);
  ADD ("/endings/stop-in-silence", test_stop_in_silence);
  ADD ("/endings/stall-is-continued", test_stall_is_continued);
  ADD ("/endings/redirects", test_redirects);

  return g_test_run ();
}
