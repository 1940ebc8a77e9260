/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-chat.h"
#include "parlance-test-service.h"

#include <glib/gstdio.h>

#define TIMEOUT_MS 10000

typedef struct
{
  ParlanceTestService *service;
  char                *folder;
  char                *path;
  ParlanceKeyring     *keyring;
  ParlanceChat        *chat;
} Fixture;

static void
take_result (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

static void
start (Fixture *fixture)
{
  g_autoptr (ParlanceStore) store = parlance_store_new (fixture->path);
  g_autoptr (ParlanceHttp) http = parlance_http_new ();
  g_autoptr (GAsyncResult) result = NULL;

  fixture->chat = parlance_chat_new (store, fixture->keyring, http);
  parlance_chat_start_async (fixture->chat, take_result, &result);
  parlance_chat_start_finish (fixture->chat, wait_result (&result), NULL);
}

static void
quit (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_chat_shutdown_async (fixture->chat, take_result, &result);
  parlance_chat_shutdown_finish (fixture->chat, wait_result (&result));
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&fixture->chat));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  ParlanceAccount *account;

  fixture->service = parlance_test_service_new ();
  fixture->folder = g_dir_make_tmp ("parlance-chat-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "parlance.db", NULL);
  fixture->keyring = parlance_keyring_new ();
  start (fixture);

  account = parlance_chat_get_account (fixture->chat);
  parlance_account_set_base_url (account,
                                 parlance_test_service_get_base_url (fixture->service));
  parlance_account_set_model_id (account, "Qwen/Qwen3-32B");
  parlance_chat_save_account (fixture->chat);
  parlance_keyring_keep_for_run (fixture->keyring, account, "ms-valid-1");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", fixture->folder);

  if (fixture->chat != NULL)
    quit (fixture);
  g_assert_finalize_object (fixture->keyring);
  parlance_test_service_free (fixture->service);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
wake (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* Iterates until @condition holds; fails the test after a time. */
#define WAIT_UNTIL(condition)                                                              \
  G_STMT_START                                                                             \
  {                                                                                        \
    gboolean too_late = FALSE;                                                             \
    unsigned source_id = g_timeout_add_once (TIMEOUT_MS, wake, &too_late);                 \
                                                                                           \
    while (!(condition) && !too_late)                                                      \
      g_main_context_iteration (NULL, TRUE);                                               \
    g_assert_true (condition);                                                             \
    g_assert_false (too_late);                                                             \
    g_source_remove (source_id);                                                           \
  }                                                                                        \
  G_STMT_END

/* (transfer none): kept by the chat's list. */
static ParlanceConversation *
send (Fixture              *fixture,
      ParlanceConversation *conversation,
      const char           *text)
{
  g_autoptr (ParlanceConversation) sent = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  parlance_chat_send_async (fixture->chat, conversation, text, FALSE, take_result, &result);
  sent = parlance_chat_send_finish (fixture->chat, wait_result (&result), &error);
  g_assert_no_error (error);

  return sent;
}

static ParlanceMessage *
leaf (ParlanceConversation *conversation)
{
  return parlance_conversation_get_leaf (conversation);
}

static void
assert_reply (ParlanceConversation *conversation,
              ParlanceMessageState  state,
              const char           *expected)
{
  g_autofree char *text = NULL;

  WAIT_UNTIL (!parlance_conversation_get_busy (conversation));
  text = parlance_message_dup_text (leaf (conversation), PARLANCE_PART_TEXT);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (parlance_message_get_state (leaf (conversation)), ==, state);
}

static ParlanceConversation *
reload (Fixture *fixture,
        int64_t  id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceConversation *conversation;

  quit (fixture);
  start (fixture);
  conversation = parlance_chat_find_conversation (fixture->chat, id);
  g_assert_nonnull (conversation);
  parlance_chat_load_async (fixture->chat, conversation, take_result, &result);
  parlance_chat_load_finish (fixture->chat, wait_result (&result), &error);
  g_assert_no_error (error);

  return conversation;
}

static void
test_send (Fixture       *fixture,
           gconstpointer  data)
{
  ParlanceConversation *conversation;

  parlance_chat_set_draft (fixture->chat, NULL, "Hello there\nsecond line");
  conversation = send (fixture, NULL, "Hello there\nsecond line");
  g_assert_cmpstr (parlance_conversation_get_title (conversation), ==, "Hello there");
  g_assert_cmpstr (parlance_chat_get_draft (fixture->chat, NULL), ==, "");
  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: Hello there\nsecond line");
  g_assert_cmpint (parlance_message_get_usage (leaf (conversation)).completion, >, 0);
  send (fixture, conversation, "Again");
  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: Again");

  conversation = reload (fixture, parlance_conversation_get_id (conversation));
  g_assert_cmpstr (parlance_conversation_get_title (conversation), ==, "Hello there");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (conversation)), ==, 4);
  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: Again");
  g_assert_cmpstr (parlance_message_get_model_id (leaf (conversation)), ==, "Qwen/Qwen3-32B");
  g_assert_cmpstr (parlance_account_get_model_id (parlance_chat_get_account (fixture->chat)), ==,
                   "Qwen/Qwen3-32B");
}

static void
test_second_waits (Fixture       *fixture,
                   gconstpointer  data)
{
  ParlanceConversation *first, *second, *third;

  parlance_test_service_push_script (
    fixture->service,
    "{\"steps\":[{\"delta\":\"one\"},{\"wait\":\"go\"},{\"finish\":\"stop\"},{\"done\":true}]}");
  first = send (fixture, NULL, "first");
  WAIT_UNTIL (parlance_message_get_state (leaf (first)) == PARLANCE_STATE_STREAMING);
  second = send (fixture, NULL, "second");
  third = send (fixture, NULL, "third");
  g_assert_true (parlance_message_get_queued (leaf (second)));
  g_assert_true (parlance_message_get_queued (leaf (third)));
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 1);

  parlance_chat_stop (fixture->chat, second);
  g_assert_cmpint (parlance_message_get_state (leaf (second)), ==, PARLANCE_STATE_STOPPED);
  parlance_test_service_release (fixture->service, "go");
  assert_reply (first, PARLANCE_STATE_COMPLETE, "one");
  assert_reply (third, PARLANCE_STATE_COMPLETE, "You said: third");
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 2);
  g_assert_cmpint (parlance_test_service_get_max_concurrent (fixture->service), ==, 1);
}

static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  ParlanceConversation *conversation;

  parlance_test_service_push_script (fixture->service,
                                     "{\"steps\":[{\"delta\":\"some\"},{\"hang\":true}]}");
  conversation = send (fixture, NULL, "stop me");
  WAIT_UNTIL (!parlance_message_is_empty (leaf (conversation)));
  parlance_chat_stop (fixture->chat, conversation);
  assert_reply (conversation, PARLANCE_STATE_STOPPED, "some");
  g_assert_true (parlance_test_service_wait_closed_early (fixture->service, 1, TIMEOUT_MS));
  send (fixture, conversation, "next");
  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: next");
}

static void
test_interrupted_and_continued (Fixture       *fixture,
                                gconstpointer  data)
{
  g_autoptr (JsonNode) requests = NULL;
  ParlanceConversation *conversation;
  int64_t id;

  parlance_test_service_push_script (
    fixture->service, "{\"steps\":[{\"delta\":\"The answer is forty\"},{\"close\":true}]}");
  conversation = send (fixture, NULL, "question");
  assert_reply (conversation, PARLANCE_STATE_INTERRUPTED, "The answer is forty");
  id = parlance_message_get_id (leaf (conversation));

  conversation = reload (fixture, parlance_conversation_get_id (conversation));
  parlance_test_service_push_script (
    fixture->service,
    "{\"steps\":[{\"delta\":\"answer is forty\"},{\"delta\":\"-two.\"},{\"done\":true}]}");
  parlance_chat_continue (fixture->chat, conversation, leaf (conversation));
  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "The answer is forty-two.");
  g_assert_cmpint (parlance_message_get_id (leaf (conversation)), ==, id);

  conversation = reload (fixture, parlance_conversation_get_id (conversation));
  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "The answer is forty-two.");
}

static void
test_shutdown_while_streaming (Fixture       *fixture,
                               gconstpointer  data)
{
  ParlanceConversation *conversation;

  parlance_test_service_push_script (fixture->service,
                                     "{\"steps\":[{\"delta\":\"part\"},{\"hang\":true}]}");
  conversation = send (fixture, NULL, "question");
  WAIT_UNTIL (!parlance_message_is_empty (leaf (conversation)));
  parlance_chat_set_draft (fixture->chat, conversation, "unsent");
  conversation = reload (fixture, parlance_conversation_get_id (conversation));
  assert_reply (conversation, PARLANCE_STATE_INTERRUPTED, "part");
  g_assert_cmpstr (parlance_chat_get_draft (fixture->chat, conversation), ==, "unsent");
}

static void
test_regenerate (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GPtrArray) siblings = NULL;
  ParlanceConversation *conversation;
  ParlanceMessage *first;
  unsigned index;

  conversation = send (fixture, NULL, "question");
  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: question");
  first = leaf (conversation);
  parlance_test_service_push_script (fixture->service, "{\"status\":500,\"body\":\"{}\"}");
  parlance_chat_regenerate (fixture->chat, conversation, first);
  assert_reply (conversation, PARLANCE_STATE_FAILED, "");

  /* The failed answer is empty, so the next one takes its place. */
  parlance_chat_regenerate (fixture->chat, conversation, leaf (conversation));
  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: question");
  siblings = parlance_conversation_get_siblings (conversation, leaf (conversation), &index);
  g_assert_cmpuint (siblings->len, ==, 2);
  g_assert_cmpuint (index, ==, 1);

  parlance_chat_select_answer (fixture->chat, conversation, first);
  conversation = reload (fixture, parlance_conversation_get_id (conversation));
  g_clear_pointer (&siblings, g_ptr_array_unref);
  siblings = parlance_conversation_get_siblings (conversation, leaf (conversation), &index);
  g_assert_cmpuint (siblings->len, ==, 2);
  g_assert_cmpuint (index, ==, 0);
}

static void
test_errors (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct
  {
    const char          *script;
    ParlanceVerdictKind  kind;
    const char          *text;
  } cases[] = {
    { "{\"status\":401,\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"Authentication failed\\\"}}\"}",
      PARLANCE_VERDICT_WRONG_TOKEN, "" },
    { "{\"status\":401,\"body\":\"{\\\"error\\\":{\\\"message\\\":"
      "\\\"Please bind your Alibaba Cloud account before use.\\\"}}\"}",
      PARLANCE_VERDICT_BIND_ACCOUNT, "" },
    { "{\"status\":429,\"body\":\"\"}", PARLANCE_VERDICT_TOO_FAST, "" },
    { "{\"status\":503,\"headers\":{\"content-type\":\"text/html\"},\"body\":\"<h1>Bad</h1>\"}",
      PARLANCE_VERDICT_SERVER, "" },
    { "{\"steps\":[{\"delta\":\"some\"},{\"event\":{\"error\":{\"message\":\"boom\"}}}]}",
      PARLANCE_VERDICT_SERVER, "some" },
    { "{\"steps\":[{\"done\":true}]}", PARLANCE_VERDICT_BAD_REPLY, "" },
  };
  ParlanceConversation *conversation = send (fixture, NULL, "begin");

  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: begin");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      parlance_test_service_push_script (fixture->service, cases[i].script);
      send (fixture, conversation, "fails");
      assert_reply (conversation, PARLANCE_STATE_FAILED, cases[i].text);
      if (i != 4) /* what the words mean is the judge's, tested there */
        g_assert_cmpint (parlance_message_get_verdict (leaf (conversation))->kind, ==,
                         cases[i].kind);
      send (fixture, conversation, "works");
      assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: works");
    }
}

static void
test_no_network (Fixture       *fixture,
                 gconstpointer  data)
{
  ParlanceConversation *conversation;
  ParlanceAccount *account = parlance_chat_get_account (fixture->chat);

  parlance_account_set_base_url (account, "http://127.0.0.1:9/v1");
  conversation = send (fixture, NULL, "hello");
  assert_reply (conversation, PARLANCE_STATE_FAILED, "");
  g_assert_cmpint (parlance_message_get_verdict (leaf (conversation))->kind, ==,
                   PARLANCE_VERDICT_NO_NETWORK);

  /* The verdict is there after a restart, and the conversation goes on. */
  conversation = reload (fixture, parlance_conversation_get_id (conversation));
  g_assert_cmpint (parlance_message_get_verdict (leaf (conversation))->kind, ==,
                   PARLANCE_VERDICT_NO_NETWORK);
  parlance_account_set_base_url (parlance_chat_get_account (fixture->chat),
                                 parlance_test_service_get_base_url (fixture->service));
  parlance_chat_regenerate (fixture->chat, conversation, leaf (conversation));
  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
}

static void
test_no_token (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (ParlanceKeyring) empty = parlance_keyring_new ();
  ParlanceConversation *conversation;
  int state;

  quit (fixture);
  g_assert_finalize_object (g_steal_pointer (&fixture->keyring));
  fixture->keyring = g_steal_pointer (&empty);
  start (fixture);
  conversation = send (fixture, NULL, "hello");
  assert_reply (conversation, PARLANCE_STATE_FAILED, "");
  g_assert_cmpint (parlance_message_get_verdict (leaf (conversation))->kind, ==,
                   PARLANCE_VERDICT_NO_TOKEN);
  g_object_get (fixture->chat, "keyring-state", &state, NULL);
  g_assert_cmpint (state, ==, PARLANCE_KEYRING_UNAVAILABLE);
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 0);
}

static void
test_unsaved (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *file = NULL;
  ParlanceAccount *account;

  /* A file stands where the folder of the database should be made. */
  quit (fixture);
  g_free (fixture->path);
  fixture->path = g_build_filename (fixture->folder, "file", "parlance.db", NULL);
  file = g_path_get_dirname (fixture->path);
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  start (fixture);
  g_assert_nonnull (parlance_chat_get_store_error (fixture->chat));
  account = parlance_chat_get_account (fixture->chat);
  parlance_account_set_base_url (account,
                                 parlance_test_service_get_base_url (fixture->service));
  parlance_account_set_model_id (account, "Qwen/Qwen3-32B");
  parlance_keyring_keep_for_run (fixture->keyring, account, "ms-valid-1");

  parlance_chat_send_async (fixture->chat, NULL, "hello", FALSE, take_result, &result);
  conversation = parlance_chat_send_finish (fixture->chat, wait_result (&result), &error);
  g_assert_null (conversation);
  g_assert_cmpint (error->domain, ==, PARLANCE_STORE_ERROR);
  g_assert_cmpuint (g_list_model_get_n_items (parlance_chat_get_conversations (fixture->chat)), ==,
                    0);
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 0);

  g_clear_object (&result);
  parlance_chat_send_async (fixture->chat, NULL, "hello", TRUE, take_result, &result);
  conversation = parlance_chat_send_finish (fixture->chat, wait_result (&result), NULL);
  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
}

static void
test_delete (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (ParlanceConversation) conversation = g_object_ref (send (fixture, NULL, "hello"));
  GListModel *list = parlance_chat_get_conversations (fixture->chat);
  int64_t id = parlance_conversation_get_id (conversation);

  assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  parlance_chat_rename (fixture->chat, conversation, "  \n ");
  g_assert_cmpstr (parlance_conversation_get_title (conversation), ==, "hello");
  parlance_chat_rename (fixture->chat, conversation, " A name\n");
  parlance_chat_delete (fixture->chat, conversation);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);
  parlance_chat_restore (fixture->chat, conversation);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 1);
  g_clear_object (&conversation);

  conversation = g_object_ref (reload (fixture, id));
  g_assert_cmpstr (parlance_conversation_get_title (conversation), ==, "A name");
  parlance_chat_delete (fixture->chat, conversation);
  quit (fixture);
  start (fixture);
  g_assert_null (parlance_chat_find_conversation (fixture->chat, id));
}

int
main (int   argc,
      char *argv[])
{
  /* No keyring: tokens are given for the run. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, set_up, function, tear_down)

  ADD ("/chat/send", test_send);
  ADD ("/chat/second-waits", test_second_waits);
  ADD ("/chat/stop", test_stop);
  ADD ("/chat/interrupted-and-continued", test_interrupted_and_continued);
  ADD ("/chat/shutdown-while-streaming", test_shutdown_while_streaming);
  ADD ("/chat/regenerate", test_regenerate);
  ADD ("/chat/errors", test_errors);
  ADD ("/chat/no-network", test_no_network);
  ADD ("/chat/no-token", test_no_token);
  ADD ("/chat/unsaved", test_unsaved);
  ADD ("/chat/delete", test_delete);

  return g_test_run ();
}
