/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-fixture.h"
#include "pulse.h"

#include "parlance-decoder.h"

#include <string.h>

/* Recorded streams, the connection closed or reset after every byte of what the server says, head
 * and framing included. With PARLANCE_TEST_FULL unset only some of the offsets are tried. */

#define STRIDE 13

typedef struct
{
  const char *path;
  gboolean    chunked;
  gboolean    reset;
} Stream;

static const Stream streams[] = {
  { "modelscope/qwen-reasoning.sse", FALSE, FALSE },
  { "modelscope/qwen-reasoning.sse", FALSE, TRUE },
  { "mistral/parts.sse", FALSE, FALSE },
  { "mistral/parts.sse", FALSE, TRUE },
  { "ollama/reasoning.sse", TRUE, FALSE },
  { "ollama/reasoning.sse", TRUE, TRUE },
};

/* What the server says, and how much of the stream there is up to each byte of it. */
typedef struct
{
  char    *body;
  GString *wire;
  GArray  *n_body; /* of size_t, one more than bytes */
} Saying;

static void
say (Saying     *self,
     const char *bytes,
     size_t      length,
     gboolean    is_body)
{
  size_t n = self->n_body->len > 0 ? g_array_index (self->n_body, size_t, self->n_body->len - 1)
                                   : 0;

  for (size_t i = 0; i < length; i++)
    {
      n += is_body;
      g_array_append_val (self->n_body, n);
    }
  g_string_append_len (self->wire, bytes, length);
}

static Saying
make_saying (const Stream *stream)
{
  Saying self = { NULL, g_string_new (NULL), g_array_new (FALSE, FALSE, sizeof (size_t)) };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "streams",
                                                 stream->path, NULL);
  g_autoptr (GError) error = NULL;
  const char *head = stream->chunked ? "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                       "Transfer-Encoding: chunked\r\n\r\n"
                                     : "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
  size_t none = 0;

  g_file_get_contents (path, &self.body, NULL, &error);
  g_assert_no_error (error);

  g_array_append_val (self.n_body, none);
  say (&self, head, strlen (head), FALSE);
  if (!stream->chunked)
    {
      say (&self, self.body, strlen (self.body), TRUE);
      return self;
    }

  /* An event a chunk. */
  for (const char *event = self.body; *event != '\0';)
    {
      const char *end = strstr (event, "\n\n");
      size_t length = end != NULL ? (size_t) (end + 2 - event) : strlen (event);
      g_autofree char *size = g_strdup_printf ("%zx\r\n", length);

      say (&self, size, strlen (size), FALSE);
      say (&self, event, length, TRUE);
      say (&self, "\r\n", 2, FALSE);
      event += length;
    }
  say (&self, "0\r\n\r\n", 5, FALSE);

  return self;
}

static void
saying_clear (Saying *self)
{
  g_free (self->body);
  g_string_free (self->wire, TRUE);
  g_array_unref (self->n_body);
}

/* What has to come of a part of a stream. */
typedef struct
{
  int64_t               id; /* of the conversation */
  GString              *text;
  GString              *reasoning;
  ParlanceMessageState  state;
} Expected;

static void
expected_free (gpointer data)
{
  Expected *self = data;

  g_string_free (self->text, TRUE);
  g_string_free (self->reasoning, TRUE);
  g_free (self);
}

static void
on_delta (ParlancePartKind  kind,
          const char       *text,
          size_t            length,
          gpointer          user_data)
{
  Expected *expected = user_data;

  g_string_append_len (kind == PARLANCE_PART_TEXT ? expected->text : expected->reasoning, text,
                       length);
}

static void
on_event (const ParlanceSseEvent *event,
          gpointer                decoder)
{
  parlance_decoder_event (decoder, event);
}

static Expected *
expect (const char *body,
        size_t      length)
{
  Expected *self = g_new0 (Expected, 1);
  g_autoptr (ParlanceDecoder) decoder = parlance_decoder_new (on_delta, self);
  g_autoptr (ParlanceSseParser) parser =
    parlance_sse_parser_new (PARLANCE_SSE_MAX_EVENT, on_event, decoder);

  self->text = g_string_new (NULL);
  self->reasoning = g_string_new (NULL);
  g_assert_true (parlance_sse_parser_feed (parser, body, length, NULL));
  self->state = parlance_decoder_is_complete (decoder)              ? PARLANCE_STATE_COMPLETE
                : self->text->len == 0 && self->reasoning->len == 0 ? PARLANCE_STATE_FAILED
                                                                    : PARLANCE_STATE_INTERRUPTED;

  return self;
}

static gboolean
has_arrived (ParlanceMessage *message,
             Expected        *expected)
{
  g_autofree char *text = parlance_message_dup_text (message, PARLANCE_PART_TEXT);
  g_autofree char *reasoning = parlance_message_dup_text (message, PARLANCE_PART_REASONING);

  return g_str_equal (text, expected->text->str) &&
         g_str_equal (reasoning, expected->reasoning->str);
}

static void
assert_ending (ParlanceMessage *message,
               Expected        *expected)
{
  ParlanceVerdict *verdict = parlance_message_get_verdict (message);

  g_assert_true (has_arrived (message, expected));
  g_assert_cmpint (parlance_message_get_state (message), ==, expected->state);

  if (expected->state == PARLANCE_STATE_FAILED)
    g_assert_true (verdict->kind == PARLANCE_VERDICT_NO_NETWORK ||
                   verdict->kind == PARLANCE_VERDICT_SERVER);
  else if (expected->state == PARLANCE_STATE_COMPLETE)
    g_assert_null (verdict);
  else
    g_assert_true (verdict == NULL || verdict->kind == PARLANCE_VERDICT_NO_NETWORK);
}

static Expected *
cut (ChatFixture  *fixture,
     const Stream *stream,
     const Saying *saying,
     size_t        offset,
     Pulse        *pulse,
     int          *held)
{
  Expected *expected =
    expect (saying->body, g_array_index (saying->n_body, size_t, offset));
  g_autofree char *bytes = g_base64_encode ((const guchar *) saying->wire->str, offset);
  g_autofree char *gate = g_strdup_printf ("%zu", offset);
  g_autofree char *script =
    g_strdup_printf ("{\"raw\":true,\"steps\":[{\"send_b64\":\"%s\"},{\"wait\":\"%s\"},{\"%s\":true}]}",
                     bytes, gate, stream->reset ? "reset" : "close");
  ParlanceConversation *conversation;

  parlance_test_service_reset (fixture->service);
  parlance_test_service_push_script (fixture->service, script);
  pulse_reset (pulse);
  conversation = chat_fixture_send (fixture, NULL, "question");
  WAIT_UNTIL (parlance_test_service_get_chat_calls (fixture->service) == 1 &&
              has_arrived (leaf (conversation), expected));
  parlance_test_service_release (fixture->service, gate);
  WAIT_UNTIL (!parlance_conversation_get_busy (conversation));
  *held = MAX (*held, pulse_get_longest (pulse));

  assert_ending (leaf (conversation), expected);
  /* Nothing is sent again of itself. */
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 1);
  expected->id = parlance_conversation_get_id (conversation);

  return expected;
}

static void
test_cut (ChatFixture   *fixture,
          gconstpointer  data)
{
  const Stream *stream = data;
  Saying saying = make_saying (stream);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (expected_free);
  g_autoptr (Pulse) pulse = pulse_new ();
  size_t stride = g_getenv ("PARLANCE_TEST_FULL") != NULL ? 1 : STRIDE;
  ParlanceConversation *conversation;
  int64_t began = g_get_monotonic_time ();

  for (size_t offset = 0; offset <= saying.wire->len; offset += stride)
    {
      Expected *expected = NULL;
      int least = G_MAXINT;

      for (unsigned i = 0; i < 3 && least >= PULSE_LIMIT; i++)
        {
          int held = 0;

          g_clear_pointer (&expected, expected_free);
          expected = cut (fixture, stream, &saying, offset, pulse, &held);
          least = MIN (least, held);
        }
      g_assert_cmpint (least, <, PULSE_LIMIT);
      g_ptr_array_add (all, expected);
    }

  parlance_test_service_reset (fixture->service);
  conversation = chat_fixture_send (fixture, NULL, "next");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: next");

  chat_fixture_quit (fixture);
  chat_fixture_start (fixture);
  for (unsigned i = 0; i < all->len; i++)
    {
      Expected *expected = all->pdata[i];

      assert_ending (leaf (chat_fixture_load (fixture, expected->id)), expected);
    }

  g_test_message ("%u of %zu offsets in %.1f s", all->len, saying.wire->len + 1,
                  (g_get_monotonic_time () - began) / (double) G_USEC_PER_SEC);
  g_test_message ("tried streams of %3$s %1$s at one byte in %2$zu: %4$u, held %4$u, lost 0",
                  stream->reset ? "reset" : "closed", stride, stream->path, all->len);
  saying_clear (&saying);
}

int
main (int   argc,
      char *argv[])
{
  /* No keyring: tokens are given for the run. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      g_autofree char *path = g_strdup_printf ("/endings/%s/%s", streams[i].reset ? "reset"
                                                                                  : "closed",
                                               streams[i].path);

      g_test_add (path, ChatFixture, &streams[i], chat_fixture_set_up, test_cut,
                  chat_fixture_tear_down);
    }

  return g_test_run ();
}
