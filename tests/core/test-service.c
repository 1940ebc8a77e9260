/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-service.h"
#include "parlance-test-service.h"

#include <string.h>

#define TOKEN "ms-valid-0123456789"

typedef struct
{
  ParlanceTestService *service;
  ParlanceHttp        *http;
  ParlanceAccount     *account;
  GPtrArray           *branch;
  GCancellable        *cancellable;
  size_t               cancel_after; /* bytes of text; 0: never */

  GString             *text;
  GString             *reasoning;
  ParlanceOutcome     *outcome;
  ParlanceVerdict     *verdict;
  GStrv                models;
  GError              *error;
  gboolean             good;
  gboolean             ended;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  ParlanceMessage *message = parlance_message_new (1, 0, PARLANCE_ROLE_USER);

  f->service = parlance_test_service_new ();
  f->http = g_object_new (PARLANCE_TYPE_HTTP, "first-byte-timeout", 10000, "stall-timeout", 400,
                          NULL);
  f->account = parlance_account_new ("a", "modelscope", "Test",
                                     parlance_test_service_get_base_url (f->service));
  parlance_account_set_model_id (f->account, "test/chat");
  f->branch = g_ptr_array_new_with_free_func (g_object_unref);
  parlance_message_append (message, PARLANCE_PART_TEXT, "Hello", -1);
  g_ptr_array_add (f->branch, message);
  f->cancellable = g_cancellable_new ();
  f->text = g_string_new (NULL);
  f->reasoning = g_string_new (NULL);
}

static void
forget (Fixture *f)
{
  g_string_truncate (f->text, 0);
  g_string_truncate (f->reasoning, 0);
  g_clear_pointer (&f->outcome, parlance_outcome_free);
  g_clear_pointer (&f->verdict, parlance_verdict_unref);
  g_clear_pointer (&f->models, g_strfreev);
  g_clear_error (&f->error);
  f->ended = FALSE;
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  forget (f);
  g_string_free (f->text, TRUE);
  g_string_free (f->reasoning, TRUE);
  g_object_unref (f->cancellable);
  g_ptr_array_unref (f->branch);
  g_object_unref (f->account);
  g_object_unref (f->http);
  parlance_test_service_free (f->service);
}

static void
on_delta (ParlancePartKind  kind,
          const char       *text,
          size_t            length,
          gpointer          user_data)
{
  Fixture *f = user_data;

  g_assert_false (g_cancellable_is_cancelled (f->cancellable));
  g_assert_false (f->ended);
  g_string_append_len (kind == PARLANCE_PART_TEXT ? f->text : f->reasoning, text, length);
  if (f->cancel_after > 0 && f->text->len >= f->cancel_after)
    g_cancellable_cancel (f->cancellable);
}

static void
on_completed (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Fixture *f = user_data;

  f->outcome = parlance_service_complete_finish (result, &f->error);
  f->ended = TRUE;
}

static void
on_checked (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Fixture *f = user_data;

  f->good = parlance_service_check_finish (result, &f->verdict, &f->error);
  f->ended = TRUE;
}

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Fixture *f = user_data;

  f->models = parlance_service_list_models_finish (result, &f->error);
  f->ended = TRUE;
}

static void
wait_end (Fixture *f)
{
  while (!f->ended)
    g_main_context_iteration (NULL, TRUE);
}

static void
complete (Fixture    *f,
          const char *script)
{
  forget (f);
  if (script != NULL)
    parlance_test_service_push_script (f->service, script);
  parlance_service_complete_async (f->http, f->account, TOKEN, f->branch, on_delta, f,
                                   f->cancellable, on_completed, f);
  wait_end (f);
}

/* How each answer ends: text, whether complete, and the verdict's nick. */
static const struct
{
  const char *script;
  const char *text;
  gboolean    complete;
  const char *nick;
} cases[] = {
  { "{\"steps\":[{\"delta\":\"Hi \"},{\"delta\":\"you\"},{\"finish\":\"stop\"},{\"done\":true}]}",
    "Hi you", TRUE, NULL },
  /* A finish reason is an end as good as [DONE], and the other way round. */
  { "{\"steps\":[{\"delta\":\"a\"},{\"finish\":\"length\"},{\"close\":true}]}", "a", TRUE, NULL },
  { "{\"steps\":[{\"delta\":\"a\"},{\"done\":true}]}", "a", TRUE, NULL },
  /* The socket stays open after [DONE]. */
  { "{\"steps\":[{\"delta\":\"a\"},{\"done\":true},{\"hang\":true}]}", "a", TRUE, NULL },
  /* Data after [DONE]. */
  { "{\"steps\":[{\"delta\":\"a\"},{\"done\":true},{\"delta\":\"late\"},{\"done\":true}]}", "a",
    TRUE, NULL },
  /* Falls silent. */
  { "{\"steps\":[{\"delta\":\"a\"},{\"hang\":true}]}", "a", FALSE, "timeout" },
  { "{\"steps\":[{\"delta\":\"a\"},{\"reset\":true}]}", "a", FALSE, "no-network" },
  { "{\"steps\":[{\"delta\":\"a\"},{\"finish\":\"stop\"},{\"reset\":true}]}", "a", TRUE, NULL },
  /* Whole in its framing, cut in its sense: interrupted without a word. */
  { "{\"steps\":[{\"delta\":\"a\"}]}", "a", FALSE, NULL },
  /* An error inside, with what had come kept, and nothing after it. */
  { "{\"steps\":[{\"delta\":\"a\"},{\"event\":{\"error\":{\"code\":429,\"message\":\"slow\"}}},"
    "{\"delta\":\"b\"},{\"hang\":true}]}", "a", FALSE, "too-fast" },
  /* Not streamed. */
  { "{\"body\":\"{\\\"choices\\\":[{\\\"message\\\":{\\\"content\\\":\\\"doc\\\"},"
    "\\\"finish_reason\\\":\\\"stop\\\"}]}\"}", "doc", TRUE, NULL },
  { "{\"body\":\"{\\\"choices\\\":null}\"}", "", FALSE, "other" },
  { "{\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"Invalid model id: x\\\"}}\"}", "", FALSE,
    "wrong-model" },
  { "{\"body\":\"{broken\"}", "", FALSE, "bad-reply" },
  { "{\"headers\":{\"Content-Type\":\"text/html\"},\"body\":\"<html><body>Log in</body></html>\"}",
    "", FALSE, "bad-reply" },
  { "{\"headers\":{\"Content-Type\":\"text/plain\"},\"body\":\"It works!\"}", "", FALSE,
    "bad-reply" },
  { "{\"body\":\"\"}", "", FALSE, "bad-reply" },
  /* A stream under a wrong type. */
  { "{\"headers\":{\"Content-Type\":\"application/json\"},\"body\":\"data: {\\\"choices\\\":"
    "[{\\\"delta\\\":{\\\"content\\\":\\\"s\\\"}}]}\\n\\ndata: [DONE]\\n\\n\"}", "s", TRUE, NULL },
  { "{\"status\":429,\"body\":\"\"}", "", FALSE, "too-fast" },
  { "{\"status\":500,\"body\":\"{\\\"error\\\":\\\"x\\\"}\"}", "", FALSE, "server" },
  { "{\"status\":502,\"body\":\"\"}", "", FALSE, "wrong-task" },
  { "{\"status\":302,\"headers\":{\"Location\":\"https://example.com/\"},\"body\":\"\"}", "", FALSE,
    "redirected" },
};

static void
test_ends (Fixture       *f,
           gconstpointer  data)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].script);
      complete (f, cases[i].script);

      g_assert_no_error (f->error);
      g_assert_cmpstr (f->text->str, ==, cases[i].text);
      g_assert_cmpstr (f->outcome->verdict != NULL
                         ? parlance_verdict_kind_to_nick (f->outcome->verdict->kind) : NULL,
                       ==, cases[i].nick);
      g_assert_cmpint (f->outcome->complete, ==, cases[i].complete);
    }
}

static void
test_usage_and_tools (Fixture       *f,
                      gconstpointer  data)
{
  complete (f, "{\"steps\":[{\"reasoning\":\"hm\"},{\"event\":{\"choices\":[{\"delta\":{\"tool_calls\":"
               "[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}},"
               "{\"finish\":\"tool_calls\"},"
               "{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}},{\"done\":true}]}");

  g_assert_cmpstr (f->reasoning->str, ==, "hm");
  g_assert_cmpstr (f->outcome->finish_reason, ==, "tool_calls");
  g_assert_cmpint (f->outcome->usage.prompt, ==, 3);
  g_assert_cmpint (f->outcome->usage.completion, ==, 4);
  g_assert_cmpuint (g_strv_length (f->outcome->tool_calls), ==, 1);
  g_assert_cmpstr (f->outcome->tool_calls[0], ==, "f({})");
}

/* More than one reply may hold: ends, with what had come kept. */
static void
test_too_large (Fixture       *f,
                gconstpointer  data)
{
  g_autofree char *text = g_strnfill (4 * 1024 * 1024, 'x');
  g_autofree char *script = g_strdup_printf (
    "{\"steps\":[{\"repeat\":17,\"step\":{\"delta\":\"%s\"}},{\"hang\":true}]}", text);

  /* The service may take its time with pieces of this size. */
  g_clear_object (&f->http);
  f->http = parlance_http_new ();
  complete (f, script);
  g_assert_nonnull (f->outcome->verdict);
  g_assert_cmpint (f->outcome->verdict->kind, ==, PARLANCE_VERDICT_TOO_LARGE);
  g_assert_false (f->outcome->complete);
  g_assert_cmpuint (f->text->len, ==, PARLANCE_MAX_REPLY);
}

/* The arguments of a call have no end either. */
static void
test_too_large_call (Fixture       *f,
                     gconstpointer  data)
{
  g_autofree char *text = g_strnfill (4 * 1024 * 1024, 'x');
  g_autofree char *script = g_strdup_printf (
    "{\"steps\":[{\"repeat\":17,\"step\":{\"event\":{\"choices\":[{\"delta\":{\"tool_calls\":"
    "[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"%s\"}}]}}]}}},{\"hang\":true}]}",
    text);

  g_clear_object (&f->http);
  f->http = parlance_http_new ();
  complete (f, script);
  g_assert_nonnull (f->outcome->verdict);
  g_assert_cmpint (f->outcome->verdict->kind, ==, PARLANCE_VERDICT_TOO_LARGE);
}

static void
test_cancel (Fixture       *f,
             gconstpointer  data)
{
  f->cancel_after = 2;
  complete (f, "{\"steps\":[{\"delta\":\"a\"},{\"delta\":\"b\"},{\"delta\":\"c\"},{\"hang\":true}]}");
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (f->outcome);
  g_assert_cmpstr (f->text->str, ==, "ab");
  g_assert_true (parlance_test_service_wait_closed_early (f->service, 1, 5000));

  /* Cancelled before it began. */
  complete (f, NULL);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (f->text->len, ==, 0);
  parlance_test_service_reset (f->service);
}

static void
test_no_service (Fixture       *f,
                 gconstpointer  data)
{
  parlance_account_set_base_url (f->account, "http://127.0.0.1:1/v1/");
  complete (f, NULL);
  g_assert_cmpint (f->outcome->verdict->kind, ==, PARLANCE_VERDICT_REFUSED);
}

static void
test_check (Fixture       *f,
            gconstpointer  data)
{
  static const struct { const char *token; const char *model; const char *nick; } checks[] = {
    { TOKEN, "test/chat", NULL },
    { "ms-wrong", "test/chat", "wrong-token" },
    { NULL, "test/chat", "wrong-token" },
    { "ms-unbound-1", "test/chat", "bind-account" },
    { "ms-noreal-1", "test/chat", "real-name" },
    { TOKEN, "test/unknown", "wrong-model" },
    { TOKEN, "test/retired", "model-not-served" },
    { TOKEN, "test/image", "wrong-task" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      forget (f);
      parlance_account_set_model_id (f->account, checks[i].model);
      parlance_service_check_async (f->http, f->account, checks[i].token, f->cancellable,
                                    on_checked, f);
      wait_end (f);

      g_test_message ("%s %s", checks[i].token, checks[i].model);
      g_assert_no_error (f->error);
      g_assert_cmpint (f->good, ==, checks[i].nick == NULL);
      g_assert_cmpstr (f->verdict != NULL ? parlance_verdict_kind_to_nick (f->verdict->kind) : NULL,
                       ==, checks[i].nick);
    }

  g_assert_cmpint (parlance_test_service_get_chat_calls (f->service), ==, G_N_ELEMENTS (checks));

  forget (f);
  g_cancellable_cancel (f->cancellable);
  parlance_service_check_async (f->http, f->account, TOKEN, f->cancellable, on_checked, f);
  wait_end (f);
  g_assert_false (f->good);
  g_assert_null (f->verdict);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_models (Fixture       *f,
             gconstpointer  data)
{
  parlance_service_list_models_async (f->http, f->account, TOKEN, NULL, on_listed, f);
  wait_end (f);
  g_assert_no_error (f->error);
  g_assert_cmpuint (g_strv_length (f->models), >, 1);
  for (size_t i = 1; f->models[i] != NULL; i++)
    g_assert_cmpint (g_ascii_strcasecmp (f->models[i - 1], f->models[i]), <=, 0);

  forget (f);
  parlance_account_set_base_url (f->account, "http://127.0.0.1:1/v1");
  parlance_service_list_models_async (f->http, f->account, NULL, NULL, on_listed, f);
  wait_end (f);
  g_assert_null (f->models);
  g_assert_error (f->error, PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_REFUSED);
}

#define ADD(name, func) g_test_add ("/service/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("ends", test_ends);
  ADD ("usage-and-tools", test_usage_and_tools);
  ADD ("too-large", test_too_large);
  ADD ("too-large-call", test_too_large_call);
  ADD ("cancel", test_cancel);
  ADD ("no-service", test_no_service);
  ADD ("check", test_check);
  ADD ("models", test_models);

  return g_test_run ();
}
