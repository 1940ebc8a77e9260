/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-keyring-private.h"

#include "parlance-secret-unlock.h"

static void
on_unlocked (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (parlance_secret_unlock_finish (result, &error))
    parlance_keyring_call_succeed (task);
  else
    parlance_keyring_call_fail (task, error);
}

static void
go_on_unlock (GTask *task)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  GPtrArray *items = call->found->items;
  const char *path = NULL;

  if (call->found->is_locked)
    path = call->found->collection;
  else if (items->len > 0 && parlance_secret_is_locked (g_ptr_array_index (items, 0)))
    /* The account's item may lie in a collection of its own. */
    path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (g_ptr_array_index (items, 0)));

  /* No limit from here on: the person takes their time. */
  parlance_limit_lift (call->limit);
  if (path != NULL)
    parlance_secret_unlock_async (call->found->bus, path, on_unlocked, g_object_ref (task));
  else
    parlance_keyring_call_succeed (task);
}

void
parlance_keyring_unlock_async (ParlanceKeyring     *self,
                               ParlanceAccount     *account,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PARLANCE_IS_KEYRING (self));
  g_return_if_fail (PARLANCE_IS_ACCOUNT (account));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, parlance_keyring_unlock_async);
  parlance_keyring_call_start (self, task, account, NULL, TRUE, go_on_unlock);
}

gboolean
parlance_keyring_unlock_finish (ParlanceKeyring  *self,
                                GAsyncResult     *result,
                                GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
