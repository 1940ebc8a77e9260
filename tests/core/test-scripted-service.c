/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-test-service.h"

#include <libsoup/soup.h>

#define LIMIT 10000
#define ASK "{\"model\":\"%s\",\"stream\":true,\"stream_options\":{\"include_usage\":true}," \
            "\"messages\":[{\"role\":\"user\",\"content\":\"good day\"}]%s}"

typedef struct
{
  ParlanceTestService *service;
  SoupSession         *session;
} Fixture;

/* One call and what came of it. */
typedef struct
{
  SoupMessage  *message;
  GCancellable *cancellable;
  GInputStream *stream;
  GString      *text;
  char          buffer[4096];
  GError       *error;
  gboolean      ended;
} Call;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->service = parlance_test_service_new ();
  fixture->session = soup_session_new ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  soup_session_abort (fixture->session);
  g_object_unref (fixture->session);
  /* The connections that it keeps close in idle callbacks. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  parlance_test_service_free (fixture->service);
}

static SoupMessage *
new_message (Fixture    *fixture,
             const char *method,
             const char *path,
             const char *token,
             const char *body)
{
  const char *base = parlance_test_service_get_base_url (fixture->service);
  g_autofree char *uri = g_strconcat (base, path, NULL);
  SoupMessage *message = soup_message_new (method, uri);

  if (token != NULL)
    {
      g_autofree char *value = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_append (soup_message_get_request_headers (message),
                                   "Authorization", value);
    }
  if (body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }

  return message;
}

static char *
ask (Fixture      *fixture,
     const char   *token,
     const char   *model,
     const char   *more,
     SoupMessage **message,
     GError      **error)
{
  g_autofree char *body = g_strdup_printf (ASK, model, more);
  g_autoptr (SoupMessage) call = new_message (fixture, "POST", "/chat/completions", token, body);
  g_autoptr (GBytes) reply = soup_session_send_and_read (fixture->session, call, NULL, error);

  if (message != NULL)
    *message = g_object_ref (call);

  return reply == NULL ? NULL
                       : g_strndup (g_bytes_get_data (reply, NULL), g_bytes_get_size (reply));
}

static void
read_more (Call *call);

static void
on_read (GObject      *stream,
         GAsyncResult *result,
         gpointer      data)
{
  Call *call = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (stream), result, &call->error);

  if (n <= 0)
    {
      call->ended = TRUE;
      return;
    }

  g_string_append_len (call->text, call->buffer, n);
  read_more (call);
}

static void
read_more (Call *call)
{
  g_input_stream_read_async (call->stream, call->buffer, sizeof call->buffer, G_PRIORITY_DEFAULT,
                             call->cancellable, on_read, call);
}

static void
on_sent (GObject      *session,
         GAsyncResult *result,
         gpointer      data)
{
  Call *call = data;

  call->stream = soup_session_send_finish (SOUP_SESSION (session), result, &call->error);
  if (call->stream != NULL)
    read_more (call);
  else
    call->ended = TRUE;
}

static Call *
start_call (Fixture    *fixture,
            const char *token)
{
  g_autofree char *body = g_strdup_printf (ASK, "Qwen/Qwen3-8B", "");
  Call *call = g_new0 (Call, 1);

  call->message = new_message (fixture, "POST", "/chat/completions", token, body);
  call->cancellable = g_cancellable_new ();
  call->text = g_string_new (NULL);
  soup_session_send_async (fixture->session, call->message, G_PRIORITY_DEFAULT, call->cancellable,
                           on_sent, call);

  return call;
}

static void
call_free (Call *call)
{
  g_object_unref (call->message);
  g_object_unref (call->cancellable);
  g_clear_object (&call->stream);
  g_string_free (call->text, TRUE);
  g_clear_error (&call->error);
  g_free (call);
}

static void
finish_call (Call *call)
{
  while (!call->ended)
    g_main_context_iteration (NULL, TRUE);
}

static JsonObject *
get_request (JsonNode *requests,
             guint     i)
{
  return json_array_get_object_element (json_node_get_array (requests), i);
}

static void
test_models (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (SoupMessage) message = new_message (fixture, "GET", "/models", NULL, NULL);
  g_autoptr (GBytes) reply = soup_session_send_and_read (fixture->session, message, NULL, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *models;

  g_assert_cmpint (soup_message_get_status (message), ==, 200);
  g_assert_true (json_parser_load_from_data (parser, g_bytes_get_data (reply, NULL),
                                             g_bytes_get_size (reply), NULL));
  models = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                         "data");
  g_assert_cmpint (json_array_get_length (models), >=, 10);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (models, 0), "id"),
                   ==, "Qwen/Qwen3-32B");
}

static void
test_refusals (Fixture       *fixture,
               gconstpointer  data)
{
  static const struct
  {
    const char *token;
    const char *model;
    int         status;
    const char *words;
  } cases[] = {
    { NULL, "Qwen/Qwen3-8B", 401, "Authentication failed" },
    { "sk-other", "Qwen/Qwen3-8B", 401, "Authentication failed" },
    { "ms-unbound-1", "Qwen/Qwen3-8B", 401, "Please bind" },
    { "ms-noreal-1", "Qwen/Qwen3-8B", 403, "real name verified" },
    { "ms-valid-1", "test/retired", 400, "has no provider supported" },
    { "ms-valid-1", "test/image", 502, "Bad Gateway" },
    { "ms-valid-1", "test/unknown", 400, "Invalid model id: test/unknown" },
    { "ms-valid-1", "no-slash", 400, "Invalid model id: no-slash" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SoupMessage) message = NULL;
      g_autofree char *reply = ask (fixture, cases[i].token, cases[i].model, "", &message, NULL);

      g_assert_cmpint (soup_message_get_status (message), ==, cases[i].status);
      g_assert_nonnull (strstr (reply, cases[i].words));
      g_assert_nonnull (strstr (reply, "\"request_id\""));
    }
}

static void
test_reply (Fixture       *fixture,
            gconstpointer  data)
{
  for (int i = 1; i <= 2; i++)
    {
      g_autoptr (SoupMessage) message = NULL;
      g_autofree char *reply = ask (fixture, "ms-valid-1", "someone/model", "", &message, NULL);
      g_autofree char *left = g_strdup_printf ("%d", 2000 - i);
      SoupMessageHeaders *headers = soup_message_get_response_headers (message);

      g_assert_cmpint (soup_message_get_status (message), ==, 200);
      g_assert_cmpstr (soup_message_headers_get_content_type (headers, NULL), ==,
                       "text/event-stream");
      g_assert_cmpstr (soup_message_headers_get_one (
                         headers, "modelscope-ratelimit-requests-remaining"),
                       ==, left);
      g_assert_nonnull (strstr (reply, "\"content\":\" said:\""));
      g_assert_nonnull (strstr (reply, "\"content\":\" day\""));
      g_assert_nonnull (strstr (reply, "\"choices\":[],\"usage\":{\"prompt_tokens\":10"));
      g_assert_true (g_str_has_suffix (reply, "data: [DONE]\n\n"));
    }
}

static void
test_check (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *check = NULL;
  g_autofree char *scripted = NULL;

  parlance_test_service_push_script (fixture->service, "{\"steps\":[{\"delta\":\"mine\"}]}");
  check = ask (fixture, "ms-valid-1", "a/b", ",\"max_tokens\":1", NULL, NULL);
  scripted = ask (fixture, "ms-valid-1", "a/b", "", NULL, NULL);

  g_assert_nonnull (strstr (check, "\"content\":\"You\""));
  g_assert_null (strstr (check, "said"));
  g_assert_nonnull (strstr (check, "\"finish_reason\":\"length\""));
  g_assert_nonnull (strstr (scripted, "\"content\":\"mine\""));
}

static void
test_script (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *reply = NULL;
  g_autofree char *refusal = NULL;
  g_auto (GStrv) pieces = NULL;
  g_autoptr (SoupMessage) message = NULL;

  parlance_test_service_push_script (
    fixture->service,
    "{\"headers\":{\"X-One\":\"1\"},\"steps\":[{\"reasoning\":\"hm\"},"
    "{\"repeat\":3,\"step\":{\"delta\":\"x\"}},{\"event\":{\"error\":\"no\"}},"
    "{\"send\":\"bare\\n\"},{\"send_b64\":\"AP8=\"},{\"sleep\":1},{\"finish\":\"stop\"},"
    "{\"usage\":{\"total_tokens\":3}},{\"done\":true}]}");
  parlance_test_service_push_script (
    fixture->service, "{\"status\":429,\"headers\":{\"Retry-After\":\"2\"},\"body\":\"slow\"}");

  reply = ask (fixture, "", "", "", NULL, NULL);
  g_assert_nonnull (strstr (reply, "\"reasoning_content\":\"hm\""));
  pieces = g_strsplit (reply, "\"content\":\"x\"", -1);
  g_assert_cmpint (g_strv_length (pieces), ==, 4);
  g_assert_nonnull (strstr (reply, "data: {\"error\":\"no\"}\n\nbare\n"));
  /* The bare bytes begin with a NUL, where this C string ends. */
  g_assert_true (g_str_has_suffix (reply, "bare\n"));

  refusal = ask (fixture, "", "", "", &message, NULL);
  g_assert_cmpint (soup_message_get_status (message), ==, 429);
  g_assert_cmpstr (refusal, ==, "slow");
  g_assert_cmpstr (soup_message_headers_get_one (soup_message_get_response_headers (message),
                                                 "Retry-After"),
                   ==, "2");
}

static void
test_faults (Fixture       *fixture,
             gconstpointer  data)
{
  /* libsoup once took a cut between chunks for the end. */
  gboolean cut_fails = soup_check_version (3, 6, 0);
  const struct
  {
    const char *script;
    gboolean    fails;
    const char *reply;
  } cases[] = {
    { "{\"steps\":[{\"send\":\"half\"},{\"reset\":true}]}", TRUE, NULL },
    { "{\"steps\":[{\"send\":\"half\"},{\"close\":true}]}", cut_fails, cut_fails ? NULL : "half" },
    { "{\"headers\":{\"Content-Length\":\"5\"},\"steps\":[{\"send\":\"whole\"}]}", FALSE, "whole" },
    { "{\"raw\":true,\"steps\":[{\"close\":true}]}", TRUE, NULL },
    { "{\"raw\":true,\"steps\":[{\"send\":\"HTTP/1.1 203 So\\r\\n\\r\\nbare\"}]}", FALSE, "bare" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *reply = NULL;

      /* libsoup tries once more where a kept connection turns out to be dead. */
      soup_session_abort (fixture->session);
      parlance_test_service_push_script (fixture->service, cases[i].script);
      reply = ask (fixture, "", "", "", NULL, &error);

      g_assert_cmpint (error != NULL, ==, cases[i].fails);
      g_assert_cmpstr (reply, ==, cases[i].reply);
    }
}

static void
test_gate (Fixture       *fixture,
           gconstpointer  data)
{
  Call *call;

  parlance_test_service_push_script (
    fixture->service,
    "{\"steps\":[{\"delta\":\"one\"},{\"wait\":\"go\"},{\"delta\":\"two\"},{\"done\":true}]}");
  call = start_call (fixture, "");

  while (strstr (call->text->str, "one") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (parlance_test_service_wait_open (fixture->service, 1, LIMIT));
  g_assert_null (strstr (call->text->str, "two"));

  parlance_test_service_release (fixture->service, "go");
  finish_call (call);
  g_assert_no_error (call->error);
  g_assert_nonnull (strstr (call->text->str, "two"));
  g_assert_true (parlance_test_service_wait_open (fixture->service, 0, LIMIT));
  g_assert_false (parlance_test_service_wait_closed_early (fixture->service, 1, 0));

  call_free (call);
}

static void
test_closed_early (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (JsonNode) requests = NULL;
  JsonObject *request;
  Call *call;

  parlance_test_service_push_script (fixture->service,
                                     "{\"steps\":[{\"delta\":\"one\"},{\"hang\":true}]}");
  call = start_call (fixture, "ms-valid-9");
  while (call->text->len == 0)
    g_main_context_iteration (NULL, TRUE);

  g_cancellable_cancel (call->cancellable);
  finish_call (call);
  g_assert_error (call->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* The connection ends with its stream. */
  g_clear_object (&call->stream);
  g_assert_true (parlance_test_service_wait_closed_early (fixture->service, 1, LIMIT));

  requests = parlance_test_service_dup_requests (fixture->service);
  g_assert_cmpint (json_array_get_length (json_node_get_array (requests)), ==, 1);
  request = get_request (requests, 0);
  g_assert_cmpstr (json_object_get_string_member (request, "method"), ==, "POST");
  g_assert_cmpstr (json_object_get_string_member (request, "path"), ==, "/v1/chat/completions");
  g_assert_cmpstr (json_object_get_string_member (request, "state"), ==, "ended");
  g_assert_true (json_object_get_boolean_member (request, "closed_early"));
  g_assert_nonnull (strstr (json_object_get_string_member (request, "body"), "good day"));
  g_assert_cmpstr (json_object_get_string_member (
                     json_object_get_object_member (request, "headers"), "authorization"),
                   ==, "Bearer ms-valid-9");

  call_free (call);
}

static void
test_concurrent (Fixture       *fixture,
                 gconstpointer  data)
{
  const char *hanging = "{\"steps\":[{\"wait\":\"go\"},{\"done\":true}]}";
  static const struct
  {
    const char *first;
    const char *second;
    int         max;
  } cases[] = {
    { "ms-valid-1", "ms-valid-2", 1 },
    { "ms-valid-1", "ms-valid-1", 2 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Call *first;
      Call *second;

      parlance_test_service_push_script (fixture->service, hanging);
      parlance_test_service_push_script (fixture->service, hanging);
      first = start_call (fixture, cases[i].first);
      second = start_call (fixture, cases[i].second);

      g_assert_true (parlance_test_service_wait_chat_calls (fixture->service, 2, LIMIT));
      g_assert_cmpint (parlance_test_service_get_max_concurrent (fixture->service), ==,
                       cases[i].max);
      parlance_test_service_release (fixture->service, "go");
      finish_call (first);
      finish_call (second);
      parlance_test_service_reset (fixture->service);
      g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 0);

      call_free (first);
      call_free (second);
    }
}

static void
test_one_after_another (Fixture       *fixture,
                        gconstpointer  data)
{
  for (int i = 0; i < 50; i++)
    g_free (ask (fixture, "ms-valid-1", "a/b", "", NULL, NULL));

  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 50);
  g_assert_cmpint (parlance_test_service_get_max_concurrent (fixture->service), ==, 1);
}

static void
test_control (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    const char *path;
    const char *body;
    int         status;
    const char *reply;
  } cases[] = {
    { "/../control/next", "{\"steps\":[{\"delta\":\"hm\"},{\"hang\":true}]}", 200, "{}" },
    { "/../control/next", "{\"steps\":[{\"unheard\":1}]}", 400, "\"step 0 is not one\"" },
    { "/../control/next", "[", 400, NULL },
    { "/../control/release", "{\"name\":\"a\"}", 200, "{}" },
    { "/../control/stats", NULL, 200, "{\"max_concurrent\":0,\"chat_calls\":0,\"checks\":0}" },
    { "/../control/requests", NULL, 200, "[]" },
    { "/../control/reset", "", 200, "{}" },
    { "/../control/else", NULL, 404, NULL },
  };
  g_autofree char *reply = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SoupMessage) message =
        new_message (fixture, cases[i].body != NULL ? "POST" : "GET", cases[i].path, NULL,
                     cases[i].body);
      g_autoptr (GBytes) bytes = soup_session_send_and_read (fixture->session, message, NULL, NULL);
      g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

      g_assert_cmpint (soup_message_get_status (message), ==, cases[i].status);
      if (cases[i].reply != NULL)
        g_assert_cmpstr (text, ==, cases[i].reply);
    }

  /* The script that hangs is gone with the reset. */
  reply = ask (fixture, "ms-valid-1", "a/b", "", NULL, NULL);
  g_assert_true (g_str_has_suffix (reply, "data: [DONE]\n\n"));
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/scripted-service/models", test_models },
    { "/scripted-service/refusals", test_refusals },
    { "/scripted-service/reply", test_reply },
    { "/scripted-service/check", test_check },
    { "/scripted-service/script", test_script },
    { "/scripted-service/faults", test_faults },
    { "/scripted-service/gate", test_gate },
    { "/scripted-service/closed-early", test_closed_early },
    { "/scripted-service/concurrent", test_concurrent },
    { "/scripted-service/one-after-another", test_one_after_another },
    { "/scripted-service/control", test_control },
  };

  g_test_init (&argc, &argv, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
