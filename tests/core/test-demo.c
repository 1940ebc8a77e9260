/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-demo.h"
#include "parlance-service.h"

typedef struct
{
  GString         *reasoning;
  GString         *text;
  GCancellable    *cancellable;
  size_t           cancel_after; /* bytes of text; 0: never */
  ParlanceOutcome *outcome;
  GStrv            models;
  GError          *error;
  gboolean         ended;
} Reply;

static void
reply_init (Reply *reply)
{
  *reply = (Reply) {
    .reasoning = g_string_new (NULL),
    .text = g_string_new (NULL),
    .cancellable = g_cancellable_new (),
  };
}

static void
reply_clear (Reply *reply)
{
  g_string_free (reply->reasoning, TRUE);
  g_string_free (reply->text, TRUE);
  g_object_unref (reply->cancellable);
  parlance_outcome_free (reply->outcome);
  g_strfreev (reply->models);
  g_clear_error (&reply->error);
}

static void
on_delta (ParlancePartKind  kind,
          const char       *text,
          size_t            length,
          gpointer          user_data)
{
  Reply *reply = user_data;

  g_assert_false (g_cancellable_is_cancelled (reply->cancellable));
  g_string_append_len (kind == PARLANCE_PART_TEXT ? reply->text : reply->reasoning, text, length);
  if (reply->cancel_after > 0 && reply->text->len >= reply->cancel_after)
    g_cancellable_cancel (reply->cancellable);
}

static void
on_completed (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Reply *reply = user_data;

  reply->outcome = parlance_service_complete_finish (result, &reply->error);
  reply->ended = TRUE;
}

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Reply *reply = user_data;

  reply->models = parlance_service_list_models_finish (result, &reply->error);
  reply->ended = TRUE;
}

static void
ask (ParlanceDemo *demo,
     const char   *model,
     const char   *question,
     Reply        *reply)
{
  g_autoptr (ParlanceHttp) http = parlance_http_new ();
  g_autoptr (ParlanceAccount) account =
    parlance_account_new ("a", "custom", "Demo", parlance_demo_get_base_url (demo));
  g_autoptr (GPtrArray) branch = g_ptr_array_new_with_free_func (g_object_unref);
  ParlanceMessage *message = parlance_message_new (1, 0, PARLANCE_ROLE_USER);

  parlance_account_set_model_id (account, model);
  parlance_message_append (message, PARLANCE_PART_TEXT, question, -1);
  g_ptr_array_add (branch, message);

  parlance_service_complete_async (http, account, NULL, branch, on_delta, reply,
                                   reply->cancellable, on_completed, reply);
  while (!reply->ended)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_answers (void)
{
  static const struct { const char *model; const char *question; const char *word; } cases[] = {
    { PARLANCE_DEMO_MODEL_THINKING, "table", "| Token |" },
    { PARLANCE_DEMO_MODEL_CHAT, "something else", "offline demo" },
  };
  g_autoptr (ParlanceDemo) demo = parlance_demo_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Reply reply;

      reply_init (&reply);
      ask (demo, cases[i].model, cases[i].question, &reply);

      g_assert_no_error (reply.error);
      g_assert_null (reply.outcome->verdict);
      g_assert_true (reply.outcome->complete);
      g_assert_cmpstr (reply.outcome->finish_reason, ==, "stop");
      g_assert_cmpint (reply.outcome->usage.completion, >, 10);
      g_assert_nonnull (strstr (reply.text->str, cases[i].word));
      g_assert_true (g_str_has_suffix (reply.text->str, ".\n"));
      g_assert_cmpint (reply.reasoning->len > 0, ==,
                       g_str_equal (cases[i].model, PARLANCE_DEMO_MODEL_THINKING));
      reply_clear (&reply);
    }
}

static void
test_stop (void)
{
  g_autoptr (ParlanceDemo) demo = parlance_demo_new (NULL);
  Reply reply;

  reply_init (&reply);
  reply.cancel_after = 40;
  ask (demo, PARLANCE_DEMO_MODEL_CHAT, "long", &reply);
  g_assert_error (reply.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  reply_clear (&reply);

  /* The demo goes on serving after a client has gone, and ends with a reply half sent. */
  reply_init (&reply);
  ask (demo, PARLANCE_DEMO_MODEL_CHAT, "table", &reply);
  g_assert_true (reply.outcome->complete);
  reply_clear (&reply);
}

static void
test_gone (void)
{
  ParlanceDemo *demo = parlance_demo_new (NULL);
  g_autofree char *url = g_strdup (parlance_demo_get_base_url (demo));
  Reply reply;

  g_assert_true (g_str_has_prefix (url, "http://127.0.0.1:"));
  g_assert_true (g_str_has_suffix (url, "/v1"));

  reply_init (&reply);
  reply.cancel_after = 1;
  ask (demo, PARLANCE_DEMO_MODEL_CHAT, "long", &reply);
  reply_clear (&reply);

  g_assert_finalize_object (demo);
}

static void
test_models (void)
{
  g_autoptr (ParlanceDemo) demo = parlance_demo_new (NULL);
  g_autoptr (ParlanceHttp) http = parlance_http_new ();
  g_autoptr (ParlanceAccount) account =
    parlance_account_new ("a", "custom", "Demo", parlance_demo_get_base_url (demo));
  Reply reply;

  reply_init (&reply);
  parlance_service_list_models_async (http, account, NULL, NULL, on_listed, &reply);
  while (!reply.ended)
    g_main_context_iteration (NULL, TRUE);

  g_assert_no_error (reply.error);
  g_assert_cmpuint (g_strv_length (reply.models), ==, 2);
  g_assert_cmpstr (reply.models[0], ==, PARLANCE_DEMO_MODEL_CHAT);
  g_assert_cmpstr (reply.models[1], ==, PARLANCE_DEMO_MODEL_THINKING);
  reply_clear (&reply);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/demo/models", test_models);
  g_test_add_func ("/demo/answers", test_answers);
  g_test_add_func ("/demo/stop", test_stop);
  g_test_add_func ("/demo/gone", test_gone);

  return g_test_run ();
}
