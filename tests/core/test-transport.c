/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-fixture.h"

#include "parlance-service.h"
#include "parlance-test-front.h"
#include "parlance-test-service.h"

#include <string.h>

#define TOKEN "ms-valid-canary-0123456789"

/* What lies between the program and the service. */
typedef struct
{
  const char      *name;
  const char      *protocols;  /* of the front; NULL: there is none */
  gboolean         http2;      /* offered by us */
  SoupHTTPVersion  version;
  const char      *via;        /* what the front says of each request */
} Transport;

static const Transport transports[] = {
  { "plain", NULL, FALSE, SOUP_HTTP_1_1, NULL },
  { "tls", "http/1.1", FALSE, SOUP_HTTP_1_1, "1.1 nghttpx" },
  /* As services are: it is our choice. */
  { "tls-both", "h2,http/1.1", FALSE, SOUP_HTTP_1_1, "1.1 nghttpx" },
  { "h2", "h2", TRUE, SOUP_HTTP_2_0, "2 nghttpx" },
};

typedef struct
{
  const Transport     *transport;
  ParlanceTestPki     *pki;
  ParlanceTestService *service;
  ParlanceTestFront   *front;
  ParlanceHttp        *http;
  ParlanceAccount     *account;
} Fixture;

/* One chat call and what came of it. */
typedef struct
{
  GCancellable    *cancellable;
  GString         *text;
  size_t           cancel_at;   /* bytes of text; 0: never */
  int64_t          cancelled_at;
  int64_t          ended_at;
  gboolean         ended;
  ParlanceOutcome *outcome;
  GError          *error;
} Chat;

/* Made once: the keys take a while. */
static ParlanceTestPki *pki;

static uint16_t
get_service_port (ParlanceTestService *service)
{
  g_autoptr (GUri) uri = g_uri_parse (parlance_test_service_get_base_url (service),
                                      G_URI_FLAGS_NONE, NULL);

  return g_uri_get_port (uri);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  uint16_t port;
  g_autofree char *base = NULL;

  f->transport = data;
  f->service = parlance_test_service_new ();
  port = get_service_port (f->service);
  if (f->transport->protocols != NULL)
    {
      f->front = parlance_test_front_new (pki, PARLANCE_TEST_CERTIFICATE_GOOD,
                                          f->transport->protocols, port);
      port = parlance_test_front_get_port (f->front);
    }
  base = g_strdup_printf ("%s://127.0.0.1:%u/v1", f->front ? "https" : "http", port);
  f->account = parlance_account_new ("a", "modelscope", "Test", base);
  parlance_account_set_model_id (f->account, "test/chat");
  f->http = g_object_new (PARLANCE_TYPE_HTTP, "first-byte-timeout", 10000, "stall-timeout", 2000,
                          "http2", f->transport->http2,
                          "tls-database", f->front ? parlance_test_pki_get_database (pki) : NULL,
                          NULL);
}

/* Every request came the way that it was to come. */
static void
check_way (Fixture *f)
{
  g_autoptr (JsonNode) requests = parlance_test_service_dup_requests (f->service);
  JsonArray *array = json_node_get_array (requests);

  g_assert_cmpuint (json_array_get_length (array), >, 0);
  for (unsigned i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *request = json_array_get_object_element (array, i);
      JsonObject *headers = json_object_get_object_member (request, "headers");

      g_assert_cmpstr (json_object_get_string_member_with_default (headers, "via", NULL),
                       ==, f->transport->via);
      g_assert_cmpstr (json_object_get_string_member (headers, "authorization"),
                       ==, "Bearer " TOKEN);
    }
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  check_way (f);
  http_free (f->http);
  g_clear_pointer (&f->front, parlance_test_front_free);
  g_object_unref (f->account);
  parlance_test_service_free (f->service);
}

static Chat *
chat_new (void)
{
  Chat *self = g_new0 (Chat, 1);

  self->cancellable = g_cancellable_new ();
  self->text = g_string_new (NULL);

  return self;
}

static void
chat_free (Chat *self)
{
  WAIT_FOR (self->ended);
  g_clear_pointer (&self->outcome, parlance_outcome_free);
  g_clear_error (&self->error);
  g_object_unref (self->cancellable);
  g_string_free (self->text, TRUE);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Chat, chat_free)

static void
on_delta (ParlancePartKind  kind,
          const char       *text,
          size_t            length,
          gpointer          user_data)
{
  Chat *self = user_data;

  g_assert_false (g_cancellable_is_cancelled (self->cancellable));
  g_string_append_len (self->text, text, length);
  if (self->cancel_at > 0 && self->text->len >= self->cancel_at)
    {
      self->cancelled_at = g_get_monotonic_time ();
      g_cancellable_cancel (self->cancellable);
    }
}

static void
on_completed (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Chat *self = user_data;

  self->outcome = parlance_service_complete_finish (result, &self->error);
  self->ended_at = g_get_monotonic_time ();
  self->ended = TRUE;
}

static void
chat_start (Chat       *self,
            Fixture    *f,
            const char *script,
            const char *question)
{
  g_autoptr (GPtrArray) branch = g_ptr_array_new_with_free_func (g_object_unref);
  ParlanceMessage *message = parlance_message_new (1, 0, PARLANCE_ROLE_USER);

  parlance_message_append (message, PARLANCE_PART_TEXT, question, -1);
  g_ptr_array_add (branch, message);
  if (script != NULL)
    parlance_test_service_push_script (f->service, script);
  parlance_service_complete_async (f->http, f->account, TOKEN, branch, on_delta, self,
                                   self->cancellable, on_completed, self);
}

static const char *
chat_nick (Chat *self)
{
  return self->outcome->verdict ? parlance_verdict_kind_to_nick (self->outcome->verdict->kind)
                                : NULL;
}

/* The whole of a small chat goes well. */
static void
check_next (Fixture *f)
{
  g_autoptr (Chat) chat = chat_new ();

  chat_start (chat, f, "{\"steps\":[{\"delta\":\"next\"},{\"finish\":\"stop\"},{\"done\":true}]}",
              "And now?");
  WAIT_FOR (chat->ended);
  g_assert_no_error (chat->error);
  g_assert_cmpstr (chat->text->str, ==, "next");
  g_assert_cmpstr (chat_nick (chat), ==, NULL);
  g_assert_true (chat->outcome->complete);
}

/* The protocol, as the library has it. */
static void
test_version (Fixture       *f,
              gconstpointer  data)
{
  g_autofree char *url = g_strconcat (parlance_account_get_base_url (f->account), "/models", NULL);
  ParlanceHttpRequest request = {
    .method = "GET", .url = url, .token = TOKEN, .max_body = 1024 * 1024
  };
  Call *call = call_new (f->http);

  call_send (call, &request);
  WAIT_FOR (call->done);
  g_assert_no_error (call->error);
  g_assert_cmpint (soup_message_get_http_version (call->message), ==, f->transport->version);
  g_assert_nonnull (strstr (call->body->str, "\"data\""));
  call_free (call);
}

/* Each step is there as the service sends it, not gathered on the way. */
static void
test_stream (Fixture       *f,
             gconstpointer  data)
{
  g_autoptr (Chat) chat = chat_new ();

  chat_start (chat, f,
              "{\"steps\":[{\"delta\":\"one\"},{\"wait\":\"a\"},{\"delta\":\"two\"},"
              "{\"wait\":\"b\"},{\"delta\":\"three\"},{\"finish\":\"stop\"},{\"done\":true}]}",
              "Count.");
  WAIT_FOR (chat->text->len == 3);
  parlance_test_service_release (f->service, "a");
  WAIT_FOR (chat->text->len == 6);
  g_assert_false (chat->ended);
  parlance_test_service_release (f->service, "b");
  WAIT_FOR (chat->ended);
  g_assert_no_error (chat->error);
  g_assert_cmpstr (chat->text->str, ==, "onetwothree");
  g_assert_true (chat->outcome->complete);
  check_next (f);
}

/* More than any window or buffer on the way holds, in both directions. */
static void
test_large (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (Chat) chat = chat_new ();
  g_autofree char *question = g_strnfill (1024 * 1024, 'q');
  g_autofree char *piece = g_strnfill (64 * 1024, 'r');
  g_autofree char *script = g_strdup_printf (
    "{\"steps\":[{\"repeat\":64,\"step\":{\"delta\":\"%s\"}},{\"finish\":\"stop\"},"
    "{\"done\":true}]}", piece);
  g_autoptr (JsonNode) requests = NULL;
  JsonObject *request;

  chat_start (chat, f, script, question);
  WAIT_FOR (chat->ended);
  g_assert_no_error (chat->error);
  g_assert_cmpuint (chat->text->len, ==, 64 * 64 * 1024);
  g_assert_true (chat->outcome->complete);

  requests = parlance_test_service_dup_requests (f->service);
  request = json_array_get_object_element (json_node_get_array (requests), 0);
  g_assert_nonnull (strstr (json_object_get_string_member (request, "body"), question));
  check_next (f);
}

/* In the middle of the text, and before anything came: the service sees it at once. */
static void
test_stop (Fixture       *f,
           gconstpointer  data)
{
  static const struct { const char *script; size_t cancel_at; } cases[] = {
    { "{\"steps\":[{\"delta\":\"kept\"},{\"hang\":true}]}", 4 },
    { "{\"steps\":[{\"hang\":true}]}", 0 },
    /* The service is in the middle of sending. */
    { "{\"steps\":[{\"repeat\":1000000,\"step\":{\"delta\":\"kept\"}}]}", 4 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Chat) chat = chat_new ();
      int64_t seen_at;

      parlance_test_service_reset (f->service);
      chat->cancel_at = cases[i].cancel_at;
      chat_start (chat, f, cases[i].script, "Speak.");
      if (cases[i].cancel_at == 0)
        {
          g_assert_true (parlance_test_service_wait_open (f->service, 1, 5000));
          chat->cancelled_at = g_get_monotonic_time ();
          g_cancellable_cancel (chat->cancellable);
        }
      WAIT_FOR (chat->ended);
      g_assert_true (parlance_test_service_wait_closed_early (f->service, 1, 5000));
      seen_at = g_get_monotonic_time ();

      g_assert_error (chat->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpstr (chat->text->str, ==, cases[i].cancel_at > 0 ? "kept" : "");
      g_test_message ("%zu: answered after %.1f ms, seen after %.1f ms", i,
                      (chat->ended_at - chat->cancelled_at) / 1000.0,
                      (seen_at - chat->cancelled_at) / 1000.0);
      g_assert_cmpint (chat->ended_at - chat->cancelled_at, <, CANCEL_LIMIT);
      g_assert_cmpint (seen_at - chat->cancelled_at, <, CANCEL_LIMIT);
      check_next (f);
    }

  g_test_message ("tried stops over %s: %zu, held %zu, lost 0", f->transport->name,
                  G_N_ELEMENTS (cases), G_N_ELEMENTS (cases));
}

/* Of two that go on at once, one is stopped: the other comes to its end. */
static void
test_two (Fixture       *f,
          gconstpointer  data)
{
  g_autoptr (Chat) first = chat_new ();
  g_autoptr (Chat) second = chat_new ();
  static const char script[] =
    "{\"steps\":[{\"delta\":\"one\"},{\"wait\":\"go\"},{\"delta\":\"two\"},{\"done\":true}]}";

  chat_start (first, f, script, "First");
  WAIT_FOR (first->text->len == 3);
  chat_start (second, f, script, "Second");
  WAIT_FOR (second->text->len == 3);

  g_cancellable_cancel (first->cancellable);
  WAIT_FOR (first->ended);
  g_assert_true (parlance_test_service_wait_closed_early (f->service, 1, 5000));
  parlance_test_service_release (f->service, "go");
  WAIT_FOR (second->ended);
  g_assert_no_error (second->error);
  g_assert_cmpstr (second->text->str, ==, "onetwo");
  g_assert_true (second->outcome->complete);
}

/* How each answer ends. The verdict of one that was interrupted may be none (the end looked
 * clean), that of a broken connection, or over HTTP/2 a timeout's, for what libsoup does not
 * tell: all mean that it can be continued. */
static const struct
{
  const char *name;
  const char *script;
  const char *text;
  gboolean    complete;
  gboolean    interrupted;
  const char *nick;
} ends[] = {
  { "done", "{\"steps\":[{\"delta\":\"a\"},{\"finish\":\"stop\"},{\"done\":true}]}", "a", TRUE },
  { "open-after-done", "{\"steps\":[{\"delta\":\"a\"},{\"done\":true},{\"hang\":true}]}", "a",
    TRUE },
  /* A reset takes along what has not been read: the text comes last, to tell that all was. */
  { "reset-after-finish", "{\"steps\":[{\"finish\":\"stop\"},{\"delta\":\"a\"},{\"wait\":\"go\"},"
    "{\"reset\":true}]}", "a", TRUE },
  { "cut", "{\"steps\":[{\"delta\":\"a\"},{\"wait\":\"go\"},{\"close\":true}]}", "a", FALSE, TRUE },
  { "reset", "{\"steps\":[{\"delta\":\"a\"},{\"wait\":\"go\"},{\"reset\":true}]}", "a", FALSE,
    TRUE },
  { "short", "{\"headers\":{\"Content-Length\":\"900\"},\"steps\":[{\"delta\":\"a\"},"
    "{\"wait\":\"go\"},{\"close\":true}]}", "a", FALSE, TRUE },
  { "no-end", "{\"steps\":[{\"delta\":\"a\"}]}", "a", FALSE, TRUE },
  { "stall", "{\"steps\":[{\"delta\":\"a\"},{\"hang\":true}]}", "a", FALSE, FALSE, "timeout" },
  { "error-inside", "{\"steps\":[{\"delta\":\"a\"},{\"event\":{\"error\":{\"code\":429,"
    "\"message\":\"slow\"}}},{\"hang\":true}]}", "a", FALSE, FALSE, "too-fast" },
  { "401", "{\"status\":401,\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"bad token\\\"}}\"}",
    "", FALSE, FALSE, "wrong-token" },
  { "429", "{\"status\":429,\"body\":\"\"}", "", FALSE, FALSE, "too-fast" },
  { "500", "{\"status\":500,\"body\":\"{\\\"error\\\":\\\"x\\\"}\"}", "", FALSE, FALSE, "server" },
  { "html", "{\"headers\":{\"Content-Type\":\"text/html\"},\"body\":\"<html>Log in</html>\"}", "",
    FALSE, FALSE, "bad-reply" },
  { "redirect", "{\"status\":307,\"headers\":{\"Location\":\"https://other.invalid/\"},"
    "\"body\":\"\"}", "", FALSE, FALSE, "redirected" },
};

static void
test_ends (Fixture       *f,
           gconstpointer  data)
{
  for (size_t i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autoptr (Chat) chat = chat_new ();
      const char *nick;

      parlance_test_service_reset (f->service);
      chat_start (chat, f, ends[i].script, "Speak.");
      if (strstr (ends[i].script, "\"go\"") != NULL)
        {
          WAIT_FOR (chat->text->len == strlen (ends[i].text));
          parlance_test_service_release (f->service, "go");
        }
      WAIT_FOR (chat->ended);
      g_assert_no_error (chat->error);
      nick = chat_nick (chat);
      g_test_message ("%s: %s (%s)", ends[i].name, nick,
                      nick ? chat->outcome->verdict->words : NULL);
      g_assert_cmpstr (chat->text->str, ==, ends[i].text);
      g_assert_cmpint (chat->outcome->complete, ==, ends[i].complete);
      if (!ends[i].interrupted)
        g_assert_cmpstr (nick, ==, ends[i].nick);
      else if (nick != NULL && !f->transport->http2)
        g_assert_cmpstr (nick, ==, "no-network");
      else if (nick != NULL)
        g_assert_cmpstr (nick, ==, "timeout");
      check_next (f);
    }

  g_test_message ("tried endings over %s: %zu, held %zu, lost 0", f->transport->name,
                  G_N_ELEMENTS (ends), G_N_ELEMENTS (ends));
}

/* Over each transport. */
static void
add (const char *name,
     void      (*func) (Fixture *f, gconstpointer data))
{
  for (size_t i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      g_autofree char *path = g_strdup_printf ("/transport/%s/%s", transports[i].name, name);

      /* libsoup 3.2 does not reset each HTTP/2 stream that is cancelled: one more reason why it is
       * off unless asked for. */
      if (func == test_stop && transports[i].http2)
        continue;

      g_test_add (path, Fixture, &transports[i], set_up, func, tear_down);
    }
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);

  if (parlance_test_front_missing () != NULL)
    {
      g_print ("1..0 # SKIP %s is not installed\n", parlance_test_front_missing ());
      return 0;
    }
  pki = parlance_test_pki_new ();

  add ("version", test_version);
  add ("stream", test_stream);
  add ("large", test_large);
  add ("stop", test_stop);
  add ("two", test_two);
  add ("ends", test_ends);
  status = g_test_run ();

  parlance_test_pki_free (pki);

  return status;
}
