/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-keyring-private.h"

static void
on_unlocked (GObject      *service,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autolist (GDBusProxy) unlocked = NULL;

  /* A prompt that was dismissed is an error with one daemon, and nothing unlocked with another. */
  secret_service_unlock_finish (SECRET_SERVICE (service), result, &unlocked, &error);
  if (unlocked != NULL)
    parlance_keyring_call_succeed (task);
  else if (error == NULL || parlance_keyring_is_refusal (error))
    parlance_keyring_call_fail (task, parlance_keyring_new_dismissed_error ());
  else
    parlance_keyring_call_fail (task, g_steal_pointer (&error));
}

/* No limit and no cancellable: cancelling an open prompt kills the daemon. */
static void
unlock (GTask         *task,
        SecretService *service,
        gpointer       object)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GList) objects = g_list_append (NULL, object);

  parlance_limit_lift (call->limit);
  secret_service_unlock (service, objects, NULL, on_unlocked, g_object_ref (task));
}

static void
on_collection (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (SecretCollection) collection = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceKeyringCall *call = g_task_get_task_data (task);

  collection = secret_collection_for_alias_finish (result, &error);
  if (parlance_limit_is_over (call->limit))
    return;

  if (collection != NULL)
    unlock (task, secret_collection_get_service (collection), collection);
  else if (error != NULL)
    parlance_keyring_call_fail (task, g_steal_pointer (&error));
  else
    parlance_keyring_call_succeed (task);
}

static void
on_service (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (SecretService) service = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceKeyringCall *call = g_task_get_task_data (task);

  service = secret_service_get_finish (result, &error);
  if (parlance_limit_is_over (call->limit))
    return;

  if (service == NULL)
    parlance_keyring_call_fail (task, g_steal_pointer (&error));
  else if (call->found->is_locked)
    secret_collection_for_alias (service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                                 parlance_limit_get_cancellable (call->limit), on_collection,
                                 g_object_ref (task));
  else
    /* The account's item may lie in a collection of its own. */
    unlock (task, service, g_ptr_array_index (call->found->items, 0));
}

static void
go_on_unlock (GTask *task)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  GPtrArray *items = call->found->items;

  if (call->found->is_locked ||
      (items->len > 0 && parlance_secret_is_locked (g_ptr_array_index (items, 0))))
    secret_service_get (SECRET_SERVICE_NONE, parlance_limit_get_cancellable (call->limit),
                        on_service, g_object_ref (task));
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
