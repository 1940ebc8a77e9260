/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With libsecret's own file in place of a daemon, as in a sandbox. */
#include "keyring-calls.h"

#include <glib/gstdio.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
const char *__asan_default_options (void);

/* libsecret 0.20 loses 28 bytes at each write of its file. That this room itself loses nothing
 * is seen in the tests with a daemon, which go through the same code. */
const char *
__asan_default_options (void)
{
  return "detect_leaks=0";
}
#endif

static void
on_notify (GObject    *object,
           GParamSpec *pspec,
           gpointer    n)
{
  (*(int *) n)++;
}

static void
test_finalize (void)
{
  ParlanceKeyring *keyring = parlance_keyring_new ();
  int timeout;

  g_object_get (keyring, "timeout", &timeout, NULL);
  g_assert_cmpint (timeout, ==, 10000);
  g_assert_false (parlance_keyring_get_run_only (keyring));
  g_assert_finalize_object (keyring);
}

static void
test_tokens (void)
{
  g_autofree char *long_token = g_strnfill (100000, 'x');
  const char *tokens[] = { "ms-1234", "ms-other", "", "a token with spaces\nand lines", "ñ漢🙂",
                           long_token };
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("tokens", "Tokens");
  g_autoptr (ParlanceAccount) other = new_keyring_account ("other", "Tokens");
  g_autoptr (GError) error = NULL;

  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
  g_assert_true (await_store (keyring, other, "ms-of-the-other", &error));

  for (size_t i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_assert_true (await_store (keyring, account, tokens[i], &error));
      g_assert_no_error (error);
      assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, tokens[i]);
      assert_n_items ("tokens", 1);
    }
  g_assert_false (parlance_keyring_get_run_only (keyring));

  for (int i = 0; i < 2; i++)
    {
      g_assert_true (await_remove (keyring, account, &error));
      g_assert_no_error (error);
      assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
    }
  assert_lookup (keyring, other, PARLANCE_KEYRING_FOUND, "ms-of-the-other");
}

static void
test_changed_account (void)
{
  static const struct
  {
    const char *label;
    const char *base_url;
  } changes[] = {
    { "First", "http://127.0.0.1/v1" },
    { "Second", "http://127.0.0.1/v1" },
    { "Second", "http://127.0.0.1/v2" },
    { "", "" },
    { "not \xff UTF-8", "http://\xfe" },
    { "First", "http://127.0.0.1/v1" },
  };
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("changed", "Zeroth");
  g_autoptr (GError) error = NULL;

  g_assert_true (await_store (keyring, account, "ms-0", &error));
  for (size_t i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *before = g_strdup_printf ("ms-%zu", i);
      g_autofree char *after = g_strdup_printf ("ms-%zu", i + 1);

      parlance_account_set_label (account, changes[i].label);
      parlance_account_set_base_url (account, changes[i].base_url);
      assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, before);

      g_assert_true (await_store (keyring, account, after, &error));
      g_assert_no_error (error);
      assert_n_items ("changed", 1);
      assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, after);
    }
}

static void
test_keep_for_run (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("run", "Run");
  g_autoptr (GError) error = NULL;
  int n_notifies = 0;

  g_signal_connect (keyring, "notify::run-only", G_CALLBACK (on_notify), &n_notifies);
  g_assert_true (await_store (keyring, account, "ms-kept", &error));
  g_assert_cmpint (n_notifies, ==, 0);

  parlance_keyring_keep_for_run (keyring, account, "ms-run");
  parlance_keyring_keep_for_run (keyring, account, "ms-again");
  g_assert_true (parlance_keyring_get_run_only (keyring));
  g_assert_cmpint (n_notifies, ==, 1);
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-again");

  g_assert_true (await_store (keyring, account, "ms-new", &error));
  g_assert_false (parlance_keyring_get_run_only (keyring));
  g_assert_cmpint (n_notifies, ==, 2);
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-new");

  parlance_keyring_keep_for_run (keyring, account, "ms-run");
  g_assert_true (await_remove (keyring, account, &error));
  g_assert_cmpint (n_notifies, ==, 4);
  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
}

static void
test_cancelled (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("cancelled", "Cancelled");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  char *token = NULL;

  g_assert_true (await_store (keyring, account, "ms-1", &error));
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (await_lookup (keyring, account, cancellable, &token, &error), ==,
                   PARLANCE_KEYRING_UNAVAILABLE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (token);
}

static void
test_unlock (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("unlock", "Unlock");
  g_autoptr (GError) error = NULL;

  g_assert_true (await_unlock (keyring, account, &error));
  g_assert_no_error (error);
}

static void
test_not_in_clear (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("clear", "Clear");
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  size_t length;

  g_assert_true (await_store (keyring, account, "ms-0123456789abcdef", &error));
  g_assert_true (g_file_get_contents (g_getenv ("SECRET_FILE_TEST_PATH"), &contents, &length,
                                      &error));
  for (size_t i = 0; i + 10 <= length; i++)
    g_assert_true (memcmp (contents + i, "0123456789", 10) != 0);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("parlance-keyring-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "test.keyring", NULL);
  int status;

  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "password", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keyring/finalize", test_finalize);
  g_test_add_func ("/keyring/tokens", test_tokens);
  g_test_add_func ("/keyring/changed-account", test_changed_account);
  g_test_add_func ("/keyring/keep-for-run", test_keep_for_run);
  g_test_add_func ("/keyring/cancelled", test_cancelled);
  g_test_add_func ("/keyring/unlock", test_unlock);
  g_test_add_func ("/keyring/not-in-clear", test_not_in_clear);

  status = g_test_run ();
  g_unlink (path);
  g_rmdir (folder);

  return status;
}
