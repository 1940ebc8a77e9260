/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the scripted service knows of the calls to it, and how it is controlled. */
#include "service-fixture.h"

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
