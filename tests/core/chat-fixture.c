/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-fixture.h"

void
take_result (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

void
wake (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

void
chat_fixture_start (ChatFixture *fixture)
{
  g_autoptr (ParlanceStore) store = parlance_store_new (fixture->path);
  unsigned stall_timeout = fixture->stall_timeout > 0 ? fixture->stall_timeout : 120 * 1000;
  unsigned connect_timeout = fixture->connect_timeout > 0 ? fixture->connect_timeout : 20 * 1000;
  g_autoptr (ParlanceHttp) http = g_object_new (PARLANCE_TYPE_HTTP,
                                                "stall-timeout", stall_timeout,
                                                "connect-timeout", connect_timeout,
                                                NULL);
  g_autoptr (GAsyncResult) result = NULL;

  fixture->chat = g_object_new (PARLANCE_TYPE_CHAT,
                                "store", store,
                                "keyring", fixture->keyring,
                                "http", http,
                                "retry-second",
                                fixture->retry_second > 0 ? fixture->retry_second : 1000,
                                NULL);
  parlance_chat_start_async (fixture->chat, take_result, &result);
  parlance_chat_start_finish (fixture->chat, wait_result (&result), NULL);
}

void
chat_fixture_quit (ChatFixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_chat_shutdown_async (fixture->chat, take_result, &result);
  parlance_chat_shutdown_finish (fixture->chat, wait_result (&result));
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&fixture->chat));
}

void
chat_fixture_set_up (ChatFixture   *fixture,
                     gconstpointer  data)
{
  ParlanceAccount *account;

  fixture->service = parlance_test_service_new ();
  fixture->folder = g_dir_make_tmp ("parlance-chat-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "parlance.db", NULL);
  fixture->keyring = parlance_keyring_new ();
  chat_fixture_start (fixture);

  account = parlance_chat_get_account (fixture->chat);
  parlance_account_set_base_url (account,
                                 parlance_test_service_get_base_url (fixture->service));
  parlance_account_set_model_id (account, "Qwen/Qwen3-32B");
  parlance_chat_save_account (fixture->chat);
  parlance_keyring_keep_for_run (fixture->keyring, account, "ms-valid-1");
}

void
chat_fixture_tear_down (ChatFixture   *fixture,
                        gconstpointer  data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", fixture->folder);

  if (fixture->chat != NULL)
    chat_fixture_quit (fixture);
  g_assert_finalize_object (fixture->keyring);
  parlance_test_service_free (fixture->service);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (fixture->folder);
  g_free (fixture->path);
}

ParlanceConversation *
chat_fixture_send (ChatFixture          *fixture,
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

ParlanceConversation *
chat_fixture_load (ChatFixture *fixture,
                   int64_t      id)
{
  ParlanceConversation *conversation = parlance_chat_find_conversation (fixture->chat, id);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (conversation);
  parlance_chat_load_async (fixture->chat, conversation, take_result, &result);
  parlance_chat_load_finish (fixture->chat, wait_result (&result), &error);
  g_assert_no_error (error);

  return conversation;
}

ParlanceConversation *
chat_fixture_reload (ChatFixture *fixture,
                     int64_t      id)
{
  chat_fixture_quit (fixture);
  chat_fixture_start (fixture);

  return chat_fixture_load (fixture, id);
}

ParlanceMessage *
leaf (ParlanceConversation *conversation)
{
  return parlance_conversation_get_leaf (conversation);
}

void
chat_fixture_assert_reply (ParlanceConversation *conversation,
                           ParlanceMessageState  state,
                           const char           *expected)
{
  g_autofree char *text = NULL;

  WAIT_UNTIL (!parlance_conversation_get_busy (conversation));
  text = parlance_message_dup_text (leaf (conversation), PARLANCE_PART_TEXT);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (parlance_message_get_state (leaf (conversation)), ==, state);
}
