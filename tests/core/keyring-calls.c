/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keyring-calls.h"

#include <libsecret/secret.h>

#define TICK 5

static gint64 longest_hold;

ParlanceAccount *
new_keyring_account (const char *id,
                     const char *label)
{
  return parlance_account_new (id, "modelscope", label, "http://127.0.0.1/v1");
}

static gboolean
on_tick (gpointer last)
{
  gint64 now = g_get_monotonic_time ();
  gint64 *last_tick = last;

  longest_hold = MAX (longest_hold, now - *last_tick - TICK * 1000);
  *last_tick = now;

  return G_SOURCE_CONTINUE;
}

static void
on_done (GObject      *keyring,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
await (GAsyncResult **result)
{
  gint64 last = g_get_monotonic_time ();
  guint tick = g_timeout_add (TICK, on_tick, &last);

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  on_tick (&last);

  g_source_remove (tick);
}

int
take_longest_hold (void)
{
  int ms = longest_hold / 1000;

  longest_hold = 0;

  return ms;
}

ParlanceKeyringState
await_lookup (ParlanceKeyring  *keyring,
              ParlanceAccount  *account,
              GCancellable     *cancellable,
              char            **token,
              GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_keyring_lookup_async (keyring, account, cancellable, on_done, &result);
  await (&result);

  return parlance_keyring_lookup_finish (keyring, result, token, error);
}

gboolean
await_store (ParlanceKeyring  *keyring,
             ParlanceAccount  *account,
             const char       *token,
             GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_keyring_store_async (keyring, account, token, NULL, on_done, &result);
  await (&result);

  return parlance_keyring_store_finish (keyring, result, error);
}

gboolean
await_remove (ParlanceKeyring  *keyring,
              ParlanceAccount  *account,
              GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_keyring_remove_async (keyring, account, NULL, on_done, &result);
  await (&result);

  return parlance_keyring_remove_finish (keyring, result, error);
}

gboolean
await_unlock (ParlanceKeyring  *keyring,
              ParlanceAccount  *account,
              GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_keyring_unlock_async (keyring, account, on_done, &result);
  await (&result);

  return parlance_keyring_unlock_finish (keyring, result, error);
}

void
assert_lookup (ParlanceKeyring      *keyring,
               ParlanceAccount      *account,
               ParlanceKeyringState  state,
               const char           *token)
{
  g_autoptr (GError) error = NULL;
  char *found = NULL;

  g_assert_cmpint (await_lookup (keyring, account, NULL, &found, &error), ==, state);
  g_assert_cmpstr (found, ==, token);
  if (state == PARLANCE_KEYRING_UNAVAILABLE)
    g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_UNAVAILABLE);
  else
    g_assert_no_error (error);

  parlance_token_free (found);
}

void
assert_silent (ParlanceKeyring *keyring,
               ParlanceAccount *account)
{
  g_autoptr (GError) error = NULL;
  char *found = NULL;

  g_assert_cmpint (await_lookup (keyring, account, NULL, &found, &error), ==,
                   PARLANCE_KEYRING_UNAVAILABLE);
  g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_SILENT);
  g_assert_null (found);
}

GList *
await_items (const char *account_id)
{
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GList *items;

  g_hash_table_insert (attributes, (gpointer) "account-id", (gpointer) account_id);
  secret_password_searchv (NULL, attributes, SECRET_SEARCH_ALL, NULL, on_done, &result);
  await (&result);
  items = secret_password_search_finish (result, &error);
  g_assert_no_error (error);

  return items;
}

void
assert_n_items (const char *account_id,
                int         n)
{
  g_autolist (GObject) items = await_items (account_id);

  g_assert_cmpint (g_list_length (items), ==, n);
}
