/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-keyring-private.h"

#include "parlance-secret-unlock.h"

#include <glib/gi18n.h>

static void
delete_next_other (GTask *task);

static void
on_other_deleted (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (GTask) task = data;
  ParlanceKeyringCall *call = g_task_get_task_data (task);

  /* An item that stays is no failure of the store: a lookup takes the one that was stored. */
  if (SECRET_IS_ITEM (source))
    secret_item_delete_finish (SECRET_ITEM (source), result, NULL);
  else
    secret_password_clear_finish (result, NULL);

  if (!parlance_limit_is_over (call->limit))
    delete_next_other (task);
}

/* An item is replaced by a store where all its attributes are the same: one with a label or an
 * address that the account had before is still there. */
static void
delete_next_other (GTask *task)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);

  while (call->next < call->found->items->len)
    {
      SecretRetrievable *item = g_ptr_array_index (call->found->items, call->next++);
      g_autoptr (GHashTable) all = NULL;

      if (parlance_secret_is_of (item, call->account) || parlance_secret_is_locked (item))
        continue;

      if (SECRET_IS_ITEM (item))
        {
          secret_item_delete (SECRET_ITEM (item), NULL, on_other_deleted, g_object_ref (task));
          return;
        }

      all = secret_retrievable_get_attributes (item);
      secret_password_clearv (parlance_secret_get_schema (), all, NULL, on_other_deleted,
                              g_object_ref (task));
      return;
    }

  parlance_keyring_call_succeed (task);
}

/* Whether a keyring that was there a moment ago said no, in one of its many ways, rather than went
 * away: a prompt that is dismissed may be nothing but a collection that does not exist. */
static gboolean
was_refused (const GError *error)
{
  return error == NULL || parlance_keyring_is_refusal (error) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_DBUS_ERROR) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT);
}

static void
on_stored (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  gboolean stored = secret_password_store_finish (result, &error);

  if (parlance_limit_is_over (call->limit))
    return;

  if (stored)
    delete_next_other (task);
  else if (!was_refused (error))
    parlance_keyring_call_fail (task, g_steal_pointer (&error));
  else if (call->found->is_locked)
    parlance_keyring_call_fail (task, parlance_keyring_new_dismissed_error ());
  else
    parlance_keyring_call_fail (task,
                                g_error_new_literal (SECRET_ERROR, SECRET_ERROR_PROTOCOL, ""));
}

static void
on_unlocked (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  /* What was found while it was locked says nothing any more. */
  if (parlance_secret_unlock_finish (result, &error))
    parlance_keyring_call_search (task);
  else
    parlance_keyring_call_fail (task, error);
}

static void
go_on_store (GTask *task)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GHashTable) attributes = parlance_secret_dup_attributes (call->account);
  /* Translators: the name of a token in the list of passwords; %s is the account's label */
  g_autofree char *label = g_strdup_printf (_("Parlance: %s"),
                                            parlance_account_get_label (call->account));
  g_autofree char *valid_label = g_utf8_make_valid (label, -1);

  /* Locked, or the first item of all: the keyring will ask the person, who takes their time. */
  if (call->found->bus != NULL && (call->found->is_locked || call->found->collection == NULL))
    parlance_limit_lift (call->limit);

  if (call->found->bus != NULL && call->found->is_locked && !call->unlocked)
    {
      call->unlocked = TRUE;
      parlance_secret_unlock_async (call->found->bus, call->found->collection, on_unlocked,
                                    g_object_ref (task));
      return;
    }

  /* Not with the limit's cancellable: a prompt may come all the same, and to cancel it would kill
   * the daemon. */
  secret_password_storev (parlance_secret_get_schema (), attributes, SECRET_COLLECTION_DEFAULT,
                          valid_label, call->token, NULL, on_stored, g_object_ref (task));
}

static void
on_store_tried (GObject      *object,
                GAsyncResult *result,
                gpointer      data)
{
  ParlanceKeyring *self = PARLANCE_KEYRING (object);
  g_autoptr (GTask) task = data;
  ParlanceKeyringCall *call = g_task_get_task_data (G_TASK (result));
  const char *id = parlance_account_get_id (call->account);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    parlance_keyring_set_run_token (self, id, NULL);
  else if (error != NULL && parlance_keyring_is_absence (error))
    parlance_keyring_set_run_token (self, id, call->token);
  else
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_task_return_boolean (task, TRUE);
}

void
parlance_keyring_store_async (ParlanceKeyring     *self,
                              ParlanceAccount     *account,
                              const char          *token,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GTask) attempt = NULL;

  g_return_if_fail (PARLANCE_IS_KEYRING (self));
  g_return_if_fail (PARLANCE_IS_ACCOUNT (account));
  g_return_if_fail (token != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, parlance_keyring_store_async);

  /* What was stored is stored, whatever was cancelled meanwhile. */
  attempt = g_task_new (self, cancellable, on_store_tried, g_object_ref (task));
  g_task_set_check_cancellable (attempt, FALSE);
  parlance_keyring_call_start (self, attempt, account, token, TRUE, go_on_store);
}

gboolean
parlance_keyring_store_finish (ParlanceKeyring  *self,
                               GAsyncResult     *result,
                               GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_cleared (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  GPtrArray *items = call->found->items;

  secret_password_clear_finish (result, &error);
  if (parlance_limit_is_over (call->limit))
    return;

  if (error != NULL)
    parlance_keyring_call_fail (task, g_steal_pointer (&error));
  else if (parlance_secret_is_locked (g_ptr_array_index (items, items->len - 1)))
    parlance_keyring_call_fail (task, parlance_keyring_new_locked_error ());
  else
    parlance_keyring_call_succeed (task);
}

static void
go_on_remove (GTask *task)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  GPtrArray *items = call->found->items;

  if (items->len == 0 && !call->found->is_locked)
    parlance_keyring_call_succeed (task);
  else if (items->len == 0 || parlance_secret_is_locked (g_ptr_array_index (items, 0)))
    parlance_keyring_call_fail (task, parlance_keyring_new_locked_error ());
  else
    secret_password_clear (parlance_secret_get_schema (), NULL, on_cleared, g_object_ref (task),
                           PARLANCE_SECRET_ACCOUNT_ID, parlance_account_get_id (call->account),
                           NULL);
}

void
parlance_keyring_remove_async (ParlanceKeyring     *self,
                               ParlanceAccount     *account,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  ParlanceKeyringCall *call;
  gboolean was_run_only;

  g_return_if_fail (PARLANCE_IS_KEYRING (self));
  g_return_if_fail (PARLANCE_IS_ACCOUNT (account));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, parlance_keyring_remove_async);
  g_task_set_check_cancellable (task, FALSE);

  was_run_only = parlance_keyring_set_run_token (self, parlance_account_get_id (account), NULL);
  parlance_keyring_call_start (self, task, account, NULL, FALSE, go_on_remove);
  call = g_task_get_task_data (task);
  call->was_run_only = was_run_only;
}

gboolean
parlance_keyring_remove_finish (ParlanceKeyring  *self,
                                GAsyncResult     *result,
                                GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

