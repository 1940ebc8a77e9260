/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A database that can no longer be read, in the session that keyring-session made: the keyring
 * still knows where the person's tokens lead to. */
#include "parlance-chat.h"
#include "parlance-preset.h"

#include <signal.h>

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

static ParlanceChat *
start (const char      *path,
       ParlanceKeyring *keyring)
{
  g_autoptr (ParlanceStore) store = parlance_store_new (path);
  g_autoptr (ParlanceHttp) http = parlance_http_new ();
  g_autoptr (GAsyncResult) result = NULL;
  ParlanceChat *chat = parlance_chat_new (store, keyring, http);

  parlance_chat_start_async (chat, take_result, &result);
  g_assert_true (parlance_chat_start_finish (chat, wait_result (&result), NULL));

  return chat;
}

static void
quit (ParlanceChat *chat)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_chat_shutdown_async (chat, take_result, &result);
  parlance_chat_shutdown_finish (chat, wait_result (&result));
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (chat);
}

static void
assert_account (ParlanceChat    *chat,
                ParlanceKeyring *keyring,
                ParlanceAccount *expected)
{
  ParlanceAccount *account = parlance_chat_get_account (chat);
  g_autoptr (GAsyncResult) result = NULL;
  char *token = NULL;

  g_assert_cmpstr (parlance_account_get_id (account), ==, parlance_account_get_id (expected));
  g_assert_cmpstr (parlance_account_get_label (account), ==,
                   parlance_account_get_label (expected));
  g_assert_cmpstr (parlance_account_get_base_url (account), ==,
                   parlance_account_get_base_url (expected));
  g_assert_cmpstr (parlance_account_get_preset (account), ==,
                   parlance_account_get_preset (expected));

  parlance_keyring_lookup_async (keyring, account, NULL, take_result, &result);
  g_assert_cmpint (parlance_keyring_lookup_finish (keyring, wait_result (&result), &token, NULL),
                   ==, PARLANCE_KEYRING_FOUND);
  g_assert_cmpstr (token, ==, "ms-valid-1");
  parlance_token_free (token);
}

static void
test_found (void)
{
  const ParlancePreset *preset = &parlance_presets_get ()[0];
  g_autofree char *folder = g_dir_make_tmp ("parlance-accounts-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "parlance.db", NULL);
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", folder);
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account =
    parlance_account_new ("an-account", preset->id, "Mine", preset->base_url);
  g_autoptr (GAsyncResult) result = NULL;
  ParlanceChat *chat;

  parlance_keyring_store_async (keyring, account, "ms-valid-1", NULL, take_result, &result);
  g_assert_true (parlance_keyring_store_finish (keyring, wait_result (&result), NULL));
  g_assert_false (parlance_keyring_get_run_only (keyring));

  /* A new database is no reason to take what another one's accounts have left. */
  chat = start (path, keyring);
  g_assert_null (parlance_chat_get_set_aside (chat));
  g_assert_cmpstr (parlance_account_get_id (parlance_chat_get_account (chat)), !=, "an-account");
  quit (chat);

  g_assert_true (g_file_set_contents (path, "What is this?", -1, NULL));
  chat = start (path, keyring);
  g_assert_nonnull (parlance_chat_get_set_aside (chat));
  assert_account (chat, keyring, account);
  quit (chat);

  /* It is kept from then on. */
  chat = start (path, keyring);
  g_assert_null (parlance_chat_get_set_aside (chat));
  assert_account (chat, keyring, account);
  quit (chat);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

/* It may be one that the bus started. */
static void
end_daemon (void)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus", "GetConnectionUnixProcessID",
                                 g_variant_new ("(s)", "org.freedesktop.secrets"),
                                 G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  guint32 pid = 0;

  if (reply != NULL)
    g_variant_get (reply, "(u)", &pid);
  if (pid > 1)
    kill ((pid_t) pid, SIGTERM);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/accounts/found", test_found);
  status = g_test_run ();
  end_daemon ();
  while (g_main_context_iteration (NULL, FALSE))
    continue;

  return status;
}
