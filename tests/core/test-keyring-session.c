/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With a real gnome-keyring-daemon, or without one, in the session that keyring-session made. */
#include "keyring-calls.h"
#include "keyring-daemon.h"

#include <libsecret/secret.h>

static void
test_tokens (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("tokens", "First");
  g_autoptr (ParlanceAccount) other = new_keyring_account ("other", "First");
  g_autoptr (GError) error = NULL;

  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
  g_assert_true (await_remove (keyring, account, &error));
  g_assert_true (await_store (keyring, account, "ms-1", &error));
  g_assert_true (await_store (keyring, other, "ms-other", &error));
  g_assert_no_error (error);
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-1");

  g_assert_true (await_store (keyring, account, "ms-2", &error));
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-2");
  assert_n_items ("tokens", 1);

  parlance_account_set_label (account, "Second");
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-2");
  g_assert_true (await_store (keyring, account, "ms-3", &error));
  parlance_account_set_base_url (account, "http://127.0.0.2/v1");
  g_assert_true (await_store (keyring, account, "ms-4", &error));
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-4");
  assert_n_items ("tokens", 1);

  g_assert_true (await_remove (keyring, account, &error));
  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
  assert_lookup (keyring, other, PARLANCE_KEYRING_FOUND, "ms-other");
  g_assert_false (parlance_keyring_get_run_only (keyring));
}

static void
test_attributes (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("attributes", "Mine");
  g_autoptr (GHashTable) attributes = NULL;
  g_autofree char *label = NULL;
  g_autoptr (GError) error = NULL;
  g_autolist (GObject) items = NULL;

  g_assert_true (await_store (keyring, account, "ms-1", &error));
  g_assert_no_error (error);
  items = await_items ("attributes");

  label = secret_retrievable_get_label (items->data);
  g_assert_cmpstr (label, ==, "Parlance: Mine");
  attributes = secret_retrievable_get_attributes (items->data);
  g_assert_cmpstr (g_hash_table_lookup (attributes, "label"), ==, "Mine");
  g_assert_cmpstr (g_hash_table_lookup (attributes, "base-url"), ==, "http://127.0.0.1/v1");
}

static void
test_locked (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("locked", "Locked");
  g_autoptr (ParlanceAccount) unknown = new_keyring_account ("unknown", "Unknown");
  g_autoptr (GError) error = NULL;

  g_assert_true (await_store (keyring, account, "ms-1", &error));
  lock_keyring ();

  assert_lookup (keyring, account, PARLANCE_KEYRING_LOCKED, NULL);
  assert_lookup (keyring, unknown, PARLANCE_KEYRING_LOCKED, NULL);
  g_assert_false (await_remove (keyring, account, &error));
  g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_LOCKED);
  g_clear_error (&error);

  /* Their prompt cannot be shown without a display: as if the person had dismissed it. */
  g_assert_false (await_store (keyring, account, "ms-2", &error));
  g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_DISMISSED);
  g_clear_error (&error);
  g_assert_false (parlance_keyring_get_run_only (keyring));
  g_assert_false (await_unlock (keyring, account, &error));
  g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_DISMISSED);
  g_clear_error (&error);
  assert_lookup (keyring, account, PARLANCE_KEYRING_LOCKED, NULL);

  unlock_keyring ();
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-1");
  assert_lookup (keyring, unknown, PARLANCE_KEYRING_MISSING, NULL);
  g_assert_true (await_unlock (keyring, account, &error));
  g_assert_no_error (error);
}

static GPtrArray *
await_list (ParlanceKeyring  *keyring,
            GError          **error);

/* What a database that was lost can be told of: every account once, and no token. */
static void
test_list (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("listed", "Listed");
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (GError) error = NULL;
  unsigned n = 0;

  g_assert_true (await_store (keyring, account, "ms-1", &error));
  accounts = await_list (keyring, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < accounts->len; i++)
    {
      ParlanceAccount *found = accounts->pdata[i];

      if (!g_str_equal (parlance_account_get_id (found), "listed"))
        continue;
      g_assert_cmpstr (parlance_account_get_label (found), ==, "Listed");
      g_assert_cmpstr (parlance_account_get_base_url (found), ==, "http://127.0.0.1/v1");
      n++;
    }
  g_assert_cmpuint (n, ==, 1);

  lock_keyring ();
  g_clear_pointer (&accounts, g_ptr_array_unref);
  accounts = await_list (keyring, &error);
  g_assert_no_error (error);
  unlock_keyring ();
}

static void
on_done (GObject      *keyring,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GPtrArray *
await_list (ParlanceKeyring  *keyring,
            GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_keyring_list_async (keyring, NULL, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return parlance_keyring_list_finish (keyring, result, error);
}

/* No keyring was ever made: nothing is locked, and to store asks the person for a password. */
static void
test_fresh (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("fresh", "Fresh");
  g_autoptr (GError) error = NULL;

  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
  g_assert_true (await_remove (keyring, account, &error));
  g_assert_true (await_unlock (keyring, account, &error));
  g_assert_no_error (error);

  g_assert_false (await_store (keyring, account, "ms-1", &error));
  g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_REFUSED);
  g_assert_false (parlance_keyring_get_run_only (keyring));
  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
}

static void
test_none (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("none", "None");
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 2; i++)
    {
      assert_lookup (keyring, account, PARLANCE_KEYRING_UNAVAILABLE, NULL);
      g_assert_false (await_unlock (keyring, account, &error));
      g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_UNAVAILABLE);
      g_clear_error (&error);

      g_assert_true (await_store (keyring, account, "ms-run", &error));
      g_assert_no_error (error);
      g_assert_true (parlance_keyring_get_run_only (keyring));
      assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-run");

      /* There was no more than what is forgotten here. */
      g_assert_true (await_remove (keyring, account, &error));
      g_assert_no_error (error);
      g_assert_false (parlance_keyring_get_run_only (keyring));

      g_assert_null (await_list (keyring, &error));
      g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_UNAVAILABLE);
      g_clear_error (&error);
    }
}

int
main (int   argc,
      char *argv[])
{
  gboolean has_daemon;
  gboolean is_fresh;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  is_fresh = g_str_equal (argv[1], "fresh");
  has_daemon = is_fresh || g_str_equal (argv[1], "daemon");

  if (has_daemon)
    wait_for_keyring_daemon ();

  if (is_fresh)
    {
      g_test_add_func ("/keyring-session/fresh", test_fresh);
    }
  else if (has_daemon)
    {
      g_test_add_func ("/keyring-session/tokens", test_tokens);
      g_test_add_func ("/keyring-session/attributes", test_attributes);
      g_test_add_func ("/keyring-session/list", test_list);
      g_test_add_func ("/keyring-session/locked", test_locked);
    }
  else
    {
      g_test_add_func ("/keyring-session/none", test_none);
    }

  status = g_test_run ();

  if (has_daemon)
    end_keyring_daemon ();

  /* The bus frees what its subscriptions hold in idle callbacks. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;

  return status;
}
