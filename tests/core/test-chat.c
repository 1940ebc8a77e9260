/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-fixture.h"

static void
test_send (ChatFixture   *fixture,
           gconstpointer  data)
{
  ParlanceConversation *conversation;

  parlance_chat_set_draft (fixture->chat, NULL, "Hello there\nsecond line");
  conversation = chat_fixture_send (fixture, NULL, "Hello there\nsecond line");
  g_assert_cmpstr (parlance_conversation_get_title (conversation), ==, "Hello there");
  g_assert_cmpstr (parlance_chat_get_draft (fixture->chat, NULL), ==, "");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: Hello there\nsecond line");
  g_assert_cmpint (parlance_message_get_usage (leaf (conversation)).completion, >, 0);
  chat_fixture_send (fixture, conversation, "Again");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: Again");

  conversation = chat_fixture_reload (fixture, parlance_conversation_get_id (conversation));
  g_assert_cmpstr (parlance_conversation_get_title (conversation), ==, "Hello there");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (conversation)), ==, 4);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: Again");
  g_assert_cmpstr (parlance_message_get_model_id (leaf (conversation)), ==, "Qwen/Qwen3-32B");
  g_assert_cmpstr (parlance_account_get_model_id (parlance_chat_get_account (fixture->chat)), ==,
                   "Qwen/Qwen3-32B");
}

static void
test_second_waits (ChatFixture   *fixture,
                   gconstpointer  data)
{
  ParlanceConversation *first, *second, *third;

  parlance_test_service_push_script (
    fixture->service,
    "{\"steps\":[{\"delta\":\"one\"},{\"wait\":\"go\"},{\"finish\":\"stop\"},{\"done\":true}]}");
  first = chat_fixture_send (fixture, NULL, "first");
  WAIT_UNTIL (parlance_message_get_state (leaf (first)) == PARLANCE_STATE_STREAMING);
  second = chat_fixture_send (fixture, NULL, "second");
  third = chat_fixture_send (fixture, NULL, "third");
  g_assert_true (parlance_message_get_queued (leaf (second)));
  g_assert_true (parlance_message_get_queued (leaf (third)));
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 1);

  parlance_chat_stop (fixture->chat, second);
  g_assert_cmpint (parlance_message_get_state (leaf (second)), ==, PARLANCE_STATE_STOPPED);
  parlance_test_service_release (fixture->service, "go");
  chat_fixture_assert_reply (first, PARLANCE_STATE_COMPLETE, "one");
  chat_fixture_assert_reply (third, PARLANCE_STATE_COMPLETE, "You said: third");
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 2);
  g_assert_cmpint (parlance_test_service_get_max_concurrent (fixture->service), ==, 1);
}

static void
test_stop (ChatFixture   *fixture,
           gconstpointer  data)
{
  ParlanceConversation *conversation;

  parlance_test_service_push_script (fixture->service,
                                     "{\"steps\":[{\"delta\":\"some\"},{\"hang\":true}]}");
  conversation = chat_fixture_send (fixture, NULL, "stop me");
  WAIT_UNTIL (!parlance_message_is_empty (leaf (conversation)));
  parlance_chat_stop (fixture->chat, conversation);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_STOPPED, "some");
  g_assert_true (parlance_test_service_wait_closed_early (fixture->service, 1, TIMEOUT_MS));
  chat_fixture_send (fixture, conversation, "next");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: next");
}

static void
test_interrupted_and_continued (ChatFixture   *fixture,
                                gconstpointer  data)
{
  g_autoptr (JsonNode) requests = NULL;
  ParlanceConversation *conversation;
  int64_t id;

  parlance_test_service_push_script (
    fixture->service, "{\"steps\":[{\"delta\":\"The answer is forty\"},{\"close\":true}]}");
  conversation = chat_fixture_send (fixture, NULL, "question");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_INTERRUPTED, "The answer is forty");
  id = parlance_message_get_id (leaf (conversation));

  conversation = chat_fixture_reload (fixture, parlance_conversation_get_id (conversation));
  parlance_test_service_push_script (
    fixture->service,
    "{\"steps\":[{\"delta\":\"answer is forty\"},{\"delta\":\"-two.\"},{\"done\":true}]}");
  parlance_account_set_model_id (parlance_chat_get_account (fixture->chat), "Qwen/Qwen3-8B");
  parlance_chat_continue (fixture->chat, conversation, leaf (conversation));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "The answer is forty-two.");
  g_assert_cmpint (parlance_message_get_id (leaf (conversation)), ==, id);

  conversation = chat_fixture_reload (fixture, parlance_conversation_get_id (conversation));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "The answer is forty-two.");
  g_assert_cmpstr (parlance_message_get_model_id (leaf (conversation)), ==, "Qwen/Qwen3-8B");
}

static void
test_shutdown_while_streaming (ChatFixture   *fixture,
                               gconstpointer  data)
{
  ParlanceConversation *conversation;

  parlance_test_service_push_script (fixture->service,
                                     "{\"steps\":[{\"delta\":\"part\"},{\"hang\":true}]}");
  conversation = chat_fixture_send (fixture, NULL, "question");
  WAIT_UNTIL (!parlance_message_is_empty (leaf (conversation)));
  parlance_chat_set_draft (fixture->chat, conversation, "unsent");
  conversation = chat_fixture_reload (fixture, parlance_conversation_get_id (conversation));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_INTERRUPTED, "part");
  g_assert_cmpstr (parlance_chat_get_draft (fixture->chat, conversation), ==, "unsent");
}

static void
test_regenerate (ChatFixture   *fixture,
                 gconstpointer  data)
{
  g_autoptr (GPtrArray) siblings = NULL;
  ParlanceConversation *conversation;
  ParlanceMessage *first;
  unsigned index;

  conversation = chat_fixture_send (fixture, NULL, "question");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: question");
  first = leaf (conversation);
  parlance_test_service_push_script (fixture->service, "{\"status\":500,\"body\":\"{}\"}");
  parlance_chat_regenerate (fixture->chat, conversation, first);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_FAILED, "");

  /* The failed answer is empty, so the next one takes its place. */
  parlance_chat_regenerate (fixture->chat, conversation, leaf (conversation));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: question");
  siblings = parlance_conversation_get_siblings (conversation, leaf (conversation), &index);
  g_assert_cmpuint (siblings->len, ==, 2);
  g_assert_cmpuint (index, ==, 1);

  parlance_chat_select_answer (fixture->chat, conversation, first);
  conversation = chat_fixture_reload (fixture, parlance_conversation_get_id (conversation));
  g_clear_pointer (&siblings, g_ptr_array_unref);
  siblings = parlance_conversation_get_siblings (conversation, leaf (conversation), &index);
  g_assert_cmpuint (siblings->len, ==, 2);
  g_assert_cmpuint (index, ==, 0);
}

static void
test_errors (ChatFixture   *fixture,
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
    { "{\"status\":429,\"headers\":{\"Retry-After\":\"60\"},\"body\":\"\"}",
      PARLANCE_VERDICT_TOO_FAST, "" },
    { "{\"status\":503,\"headers\":{\"content-type\":\"text/html\"},\"body\":\"<h1>Bad</h1>\"}",
      PARLANCE_VERDICT_SERVER, "" },
    { "{\"steps\":[{\"delta\":\"some\"},{\"event\":{\"error\":{\"message\":\"boom\"}}}]}",
      PARLANCE_VERDICT_SERVER, "some" },
    { "{\"steps\":[{\"done\":true}]}", PARLANCE_VERDICT_EMPTY, "" },
    { "{\"steps\":[{\"finish\":\"stop\"},{\"done\":true}]}", PARLANCE_VERDICT_EMPTY, "" },
    { "{\"body\":\"{\\\"choices\\\":[{\\\"finish_reason\\\":\\\"stop\\\","
      "\\\"message\\\":{\\\"content\\\":\\\"\\\"}}]}\"}", PARLANCE_VERDICT_EMPTY, "" },
  };
  ParlanceConversation *conversation = chat_fixture_send (fixture, NULL, "begin");

  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: begin");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      parlance_test_service_push_script (fixture->service, cases[i].script);
      chat_fixture_send (fixture, conversation, "fails");
      chat_fixture_assert_reply (conversation, PARLANCE_STATE_FAILED, cases[i].text);
      if (i != 4) /* what the words mean is the judge's, tested there */
        g_assert_cmpint (parlance_message_get_verdict (leaf (conversation))->kind, ==,
                         cases[i].kind);
      chat_fixture_send (fixture, conversation, "works");
      chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: works");
    }
}

static void
test_no_network (ChatFixture   *fixture,
                 gconstpointer  data)
{
  ParlanceConversation *conversation;
  ParlanceAccount *account = parlance_chat_get_account (fixture->chat);

  parlance_account_set_base_url (account, "http://127.0.0.1:9/v1");
  conversation = chat_fixture_send (fixture, NULL, "hello");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_FAILED, "");
  g_assert_cmpint (parlance_message_get_verdict (leaf (conversation))->kind, ==,
                   PARLANCE_VERDICT_REFUSED);

  /* The verdict is there after a restart, and the conversation goes on. */
  conversation = chat_fixture_reload (fixture, parlance_conversation_get_id (conversation));
  g_assert_cmpint (parlance_message_get_verdict (leaf (conversation))->kind, ==,
                   PARLANCE_VERDICT_REFUSED);
  parlance_account_set_base_url (parlance_chat_get_account (fixture->chat),
                                 parlance_test_service_get_base_url (fixture->service));
  parlance_chat_regenerate (fixture->chat, conversation, leaf (conversation));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
}

static void
test_no_token (ChatFixture   *fixture,
               gconstpointer  data)
{
  g_autoptr (ParlanceKeyring) empty = parlance_keyring_new ();
  ParlanceConversation *conversation;
  int state;

  chat_fixture_quit (fixture);
  g_assert_finalize_object (g_steal_pointer (&fixture->keyring));
  fixture->keyring = g_steal_pointer (&empty);
  chat_fixture_start (fixture);
  conversation = chat_fixture_send (fixture, NULL, "hello");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_FAILED, "");
  g_assert_cmpint (parlance_message_get_verdict (leaf (conversation))->kind, ==,
                   PARLANCE_VERDICT_NO_KEYRING);
  g_object_get (fixture->chat, "keyring-state", &state, NULL);
  g_assert_cmpint (state, ==, PARLANCE_KEYRING_UNAVAILABLE);
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 0);
}

static void
test_unsaved (ChatFixture   *fixture,
              gconstpointer  data)
{
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *file = NULL;
  ParlanceAccount *account;

  /* A file stands where the folder of the database should be made. */
  chat_fixture_quit (fixture);
  g_free (fixture->path);
  fixture->path = g_build_filename (fixture->folder, "file", "parlance.db", NULL);
  file = g_path_get_dirname (fixture->path);
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  chat_fixture_start (fixture);
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
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
}

static void
test_delete (ChatFixture   *fixture,
             gconstpointer  data)
{
  g_autoptr (ParlanceConversation) conversation = g_object_ref (chat_fixture_send (fixture, NULL, "hello"));
  GListModel *list = parlance_chat_get_conversations (fixture->chat);
  int64_t id = parlance_conversation_get_id (conversation);

  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  parlance_chat_rename (fixture->chat, conversation, "  \n ");
  g_assert_cmpstr (parlance_conversation_get_title (conversation), ==, "hello");
  parlance_chat_rename (fixture->chat, conversation, " A name\n");
  parlance_chat_delete (fixture->chat, conversation);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);
  parlance_chat_restore (fixture->chat, conversation);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 1);
  g_clear_object (&conversation);

  conversation = g_object_ref (chat_fixture_reload (fixture, id));
  g_assert_cmpstr (parlance_conversation_get_title (conversation), ==, "A name");
  parlance_chat_delete (fixture->chat, conversation);
  chat_fixture_quit (fixture);
  chat_fixture_start (fixture);
  g_assert_null (parlance_chat_find_conversation (fixture->chat, id));
}

/* Deleted while its next message is on the way to the disk: it stays deleted, and has what was
 * written when it is restored. */
static void
test_delete_while_sending (ChatFixture   *fixture,
                           gconstpointer  data)
{
  g_autoptr (ParlanceConversation) conversation =
    g_object_ref (chat_fixture_send (fixture, NULL, "hello"));
  g_autoptr (ParlanceConversation) sent = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GListModel *list = parlance_chat_get_conversations (fixture->chat);
  int64_t id = parlance_conversation_get_id (conversation);
  ParlanceMessage *reply;

  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  reply = leaf (conversation);
  parlance_chat_send_async (fixture->chat, conversation, "again", FALSE, take_result, &result);
  /* Neither may a second answer begin before the message has its own. */
  parlance_chat_regenerate (fixture->chat, conversation, reply);
  g_assert_false (parlance_conversation_get_busy (conversation));
  parlance_chat_delete (fixture->chat, conversation);
  sent = parlance_chat_send_finish (fixture->chat, wait_result (&result), NULL);
  g_clear_object (&result);
  g_assert_true (sent == conversation);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_STOPPED, "");
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 1);

  parlance_chat_restore (fixture->chat, conversation);
  g_clear_object (&conversation);
  conversation = g_object_ref (chat_fixture_reload (fixture, id));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (conversation)), ==, 4);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_STOPPED, "");
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
  ADD ("/chat/delete-while-sending", test_delete_while_sending);

  return g_test_run ();
}
