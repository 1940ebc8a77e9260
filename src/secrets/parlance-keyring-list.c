/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-keyring-private.h"

static const char *
get_attribute (GHashTable *attributes,
               const char *name)
{
  const char *value = attributes != NULL ? g_hash_table_lookup (attributes, name) : NULL;

  return value != NULL ? value : "";
}

static int
compare_modified (gconstpointer a,
                  gconstpointer b)
{
  guint64 first = secret_retrievable_get_modified ((SecretRetrievable *) a);
  guint64 second = secret_retrievable_get_modified ((SecretRetrievable *) b);

  return first > second ? -1 : first < second;
}

/* (transfer full) (element-type ParlanceAccount): of several items of one account the newest. */
static GPtrArray *
make_accounts (GList *items)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *accounts = g_ptr_array_new_with_free_func (g_object_unref);

  for (GList *l = items; l != NULL; l = l->next)
    {
      g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (l->data);
      const char *id = get_attribute (attributes, PARLANCE_SECRET_ACCOUNT_ID);

      if (*id != '\0' && g_hash_table_add (seen, g_strdup (id)))
        g_ptr_array_add (accounts,
                         parlance_account_new (id, "custom",
                                               get_attribute (attributes, PARLANCE_SECRET_LABEL),
                                               get_attribute (attributes,
                                                              PARLANCE_SECRET_BASE_URL)));
    }

  return accounts;
}

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  GError *error = NULL;
  GList *items = secret_password_search_finish (result, &error);

  if (!parlance_limit_is_over (call->limit))
    {
      if (error != NULL)
        {
          parlance_keyring_call_fail (task, g_steal_pointer (&error));
        }
      else
        {
          items = g_list_sort (items, compare_modified);
          parlance_limit_lift (call->limit);
          g_task_return_pointer (task, make_accounts (items),
                                 (GDestroyNotify) g_ptr_array_unref);
        }
    }

  g_list_free_full (items, g_object_unref);
  g_clear_error (&error);
}

static void
go_on_list (GTask *task)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GHashTable) nothing = g_hash_table_new (g_str_hash, g_str_equal);

  secret_password_searchv (parlance_secret_get_named_schema (), nothing, SECRET_SEARCH_ALL,
                           parlance_limit_get_cancellable (call->limit), on_listed,
                           g_object_ref (task));
}

void
parlance_keyring_list_async (ParlanceKeyring     *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  /* Each call begins with a look for one account's items: here that of none. */
  g_autoptr (ParlanceAccount) nobody = parlance_account_new ("none", "custom", "", "");
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PARLANCE_IS_KEYRING (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, parlance_keyring_list_async);
  parlance_keyring_call_start (self, task, nobody, NULL, FALSE, go_on_list);
}

GPtrArray *
parlance_keyring_list_finish (ParlanceKeyring  *self,
                              GAsyncResult     *result,
                              GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
