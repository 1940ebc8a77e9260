/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the scripted service says, of its own and by a script. */
#include "service-fixture.h"

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
  };

  g_test_init (&argc, &argv, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
