/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-keyring-private.h"

/* What a lookup returns. */
typedef struct
{
  ParlanceKeyringState  state;
  char                 *token;
} Lookup;

static void
lookup_free (Lookup *lookup)
{
  parlance_token_free (lookup->token);
  g_free (lookup);
}

static void
return_lookup (GTask                *task,
               ParlanceKeyringState  state,
               char                 *token)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  Lookup *lookup = g_new0 (Lookup, 1);

  lookup->state = state;
  lookup->token = token;
  if (call != NULL)
    parlance_limit_lift (call->limit);
  g_task_return_pointer (task, lookup, (GDestroyNotify) lookup_free);
}

static void
on_retrieved (GObject      *item,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (SecretValue) value = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  const char *secret;
  gsize length;

  value = secret_retrievable_retrieve_secret_finish (SECRET_RETRIEVABLE (item), result, &error);
  if (parlance_limit_is_over (call->limit))
    return;

  if (value != NULL)
    {
      secret = secret_value_get (value, &length);
      return_lookup (task, PARLANCE_KEYRING_FOUND, g_strndup (secret, length));
    }
  else if (error == NULL || g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    return_lookup (task, PARLANCE_KEYRING_LOCKED, NULL);
  else if (!parlance_keyring_call_retry (task, error))
    parlance_keyring_call_fail (task, g_steal_pointer (&error));
}

static void
go_on_lookup (GTask *task)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  SecretRetrievable *item = call->found->items->len > 0
                              ? g_ptr_array_index (call->found->items, 0)
                              : NULL;

  if (item == NULL)
    return_lookup (task,
                   call->found->is_locked ? PARLANCE_KEYRING_LOCKED : PARLANCE_KEYRING_MISSING,
                   NULL);
  else if (parlance_secret_is_locked (item))
    return_lookup (task, PARLANCE_KEYRING_LOCKED, NULL);
  else
    secret_retrievable_retrieve_secret (item, parlance_limit_get_cancellable (call->limit),
                                        on_retrieved, g_object_ref (task));
}

void
parlance_keyring_lookup_async (ParlanceKeyring     *self,
                               ParlanceAccount     *account,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  const char *token;

  g_return_if_fail (PARLANCE_IS_KEYRING (self));
  g_return_if_fail (PARLANCE_IS_ACCOUNT (account));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, parlance_keyring_lookup_async);

  token = parlance_keyring_get_run_token (self, parlance_account_get_id (account));
  if (token != NULL)
    return_lookup (task, PARLANCE_KEYRING_FOUND, g_strdup (token));
  else
    parlance_keyring_call_start (self, task, account, NULL, FALSE, go_on_lookup);
}

ParlanceKeyringState
parlance_keyring_lookup_finish (ParlanceKeyring  *self,
                                GAsyncResult     *result,
                                char            **token,
                                GError          **error)
{
  ParlanceKeyringState state;
  Lookup *lookup;

  g_return_val_if_fail (g_task_is_valid (result, self), PARLANCE_KEYRING_UNAVAILABLE);
  g_return_val_if_fail (token != NULL, PARLANCE_KEYRING_UNAVAILABLE);

  *token = NULL;
  lookup = g_task_propagate_pointer (G_TASK (result), error);
  if (lookup == NULL)
    return PARLANCE_KEYRING_UNAVAILABLE;

  state = lookup->state;
  *token = g_steal_pointer (&lookup->token);
  lookup_free (lookup);

  return state;
}
