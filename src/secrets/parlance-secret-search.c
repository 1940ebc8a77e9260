/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-secret-search.h"

#define COLLECTION_INTERFACE "org.freedesktop.Secret.Collection"

typedef struct
{
  ParlanceAccount     *account;
  ParlanceSecretFound *found;
} Search;

#define SCHEMA(flags) \
  { \
    "io.github.parlance_chat.Parlance.Token", \
    flags, \
    { \
      { PARLANCE_SECRET_ACCOUNT_ID, SECRET_SCHEMA_ATTRIBUTE_STRING }, \
      { PARLANCE_SECRET_LABEL, SECRET_SCHEMA_ATTRIBUTE_STRING }, \
      { PARLANCE_SECRET_BASE_URL, SECRET_SCHEMA_ATTRIBUTE_STRING }, \
      { NULL, 0 }, \
    }, \
  }

/* A daemon that was never unlocked knows the attributes of what it holds, but not the schema's
 * name: matching that too would find nothing there. */
static const SecretSchema schema = SCHEMA (SECRET_SCHEMA_DONT_MATCH_NAME);
static const SecretSchema named_schema = SCHEMA (SECRET_SCHEMA_NONE);

/* Whether libsecret keeps a file of its own, under a key of the portal's, in place of the Secret
 * Service. A sandbox of ours has no way to the service. */
static gboolean
uses_file (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) || g_getenv ("SNAP_NAME") != NULL ||
         g_strcmp0 (g_getenv ("SECRET_BACKEND"), "file") == 0;
}

const SecretSchema *
parlance_secret_get_schema (void)
{
  return &schema;
}

const SecretSchema *
parlance_secret_get_named_schema (void)
{
  return &named_schema;
}

void
parlance_secret_found_free (ParlanceSecretFound *self)
{
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_object (&self->bus);
  g_free (self->collection);
  g_free (self);
}

static void
search_free (Search *search)
{
  g_object_unref (search->account);
  g_clear_pointer (&search->found, parlance_secret_found_free);
  g_free (search);
}

/* D-Bus ends the connection of a client that sends it anything but UTF-8. */
static void
insert (GHashTable *attributes,
        const char *name,
        const char *value)
{
  g_hash_table_insert (attributes, g_strdup (name), g_utf8_make_valid (value, -1));
}

static GHashTable *
dup_id_attribute (ParlanceAccount *account)
{
  GHashTable *attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  insert (attributes, PARLANCE_SECRET_ACCOUNT_ID, parlance_account_get_id (account));

  return attributes;
}

GHashTable *
parlance_secret_dup_attributes (ParlanceAccount *account)
{
  GHashTable *attributes = dup_id_attribute (account);

  insert (attributes, PARLANCE_SECRET_LABEL, parlance_account_get_label (account));
  insert (attributes, PARLANCE_SECRET_BASE_URL, parlance_account_get_base_url (account));

  return attributes;
}

gboolean
parlance_secret_is_locked (SecretRetrievable *item)
{
  return SECRET_IS_ITEM (item) && secret_item_get_locked (SECRET_ITEM (item));
}

gboolean
parlance_secret_is_of (SecretRetrievable *item,
                       ParlanceAccount   *account)
{
  g_autoptr (GHashTable) wanted = parlance_secret_dup_attributes (account);
  g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (item);
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      if (attributes == NULL || g_strcmp0 (g_hash_table_lookup (attributes, name), value) != 0)
        return FALSE;
    }

  return TRUE;
}

static int
compare_items (gconstpointer a,
               gconstpointer b,
               gpointer      account)
{
  SecretRetrievable *first = *(SecretRetrievable *const *) a;
  SecretRetrievable *second = *(SecretRetrievable *const *) b;
  int by_lock = parlance_secret_is_locked (first) - parlance_secret_is_locked (second);
  int by_account = parlance_secret_is_of (second, account) - parlance_secret_is_of (first, account);
  guint64 first_time = secret_retrievable_get_modified (first);
  guint64 second_time = secret_retrievable_get_modified (second);

  if (by_lock != 0)
    return by_lock;
  if (by_account != 0)
    return by_account;

  return first_time > second_time ? -1 : first_time < second_time;
}

static void
return_found (GTask *task)
{
  Search *search = g_task_get_task_data (task);

  g_task_return_pointer (task, g_steal_pointer (&search->found),
                         (GDestroyNotify) parlance_secret_found_free);
}

static void
on_locked_read (GObject      *connection,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) value = NULL;
  Search *search = g_task_get_task_data (task);
  GError *error = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (connection), result, &error);
  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_variant_get (reply, "(v)", &value);
  search->found->is_locked = g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) &&
                             g_variant_get_boolean (value);
  return_found (task);
}

static void
on_alias_read (GObject      *connection,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GVariant) reply = NULL;
  Search *search = g_task_get_task_data (task);
  const char *path;
  GError *error = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (connection), result, &error);
  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_variant_get (reply, "(&o)", &path);
  if (g_str_equal (path, "/"))
    {
      return_found (task);
      return;
    }

  search->found->collection = g_strdup (path);
  g_dbus_connection_call (G_DBUS_CONNECTION (connection), PARLANCE_SECRET_SERVICE_NAME, path,
                          "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", COLLECTION_INTERFACE, "Locked"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE, -1,
                          g_task_get_cancellable (task), on_locked_read, g_object_ref (task));
}

static void
on_bus (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (GTask) task = data;
  Search *search = g_task_get_task_data (task);
  GError *error = NULL;

  search->found->bus = g_bus_get_finish (result, &error);
  if (search->found->bus == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  /* Read from the service, not through libsecret's collections: those are cached. */
  g_dbus_connection_call (search->found->bus, PARLANCE_SECRET_SERVICE_NAME, PARLANCE_SECRET_SERVICE_PATH, PARLANCE_SECRET_SERVICE_INTERFACE,
                          "ReadAlias", g_variant_new ("(s)", SECRET_COLLECTION_DEFAULT),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1,
                          g_task_get_cancellable (task), on_alias_read, g_object_ref (task));
}

static void
on_searched (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  Search *search = g_task_get_task_data (task);
  GError *error = NULL;
  GList *items = secret_password_search_finish (result, &error);

  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  search->found = g_new0 (ParlanceSecretFound, 1);
  search->found->items = g_ptr_array_new_with_free_func (g_object_unref);
  for (GList *l = items; l != NULL; l = l->next)
    g_ptr_array_add (search->found->items, l->data);
  g_list_free (items);
  g_ptr_array_sort_with_data (search->found->items, compare_items, search->account);

  if (uses_file ())
    return_found (task);
  else
    g_bus_get (G_BUS_TYPE_SESSION, g_task_get_cancellable (task), on_bus, g_object_ref (task));
}

void
parlance_secret_search_async (ParlanceAccount     *account,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GHashTable) attributes = dup_id_attribute (account);
  Search *search = g_new0 (Search, 1);

  g_task_set_source_tag (task, parlance_secret_search_async);
  search->account = g_object_ref (account);
  g_task_set_task_data (task, search, (GDestroyNotify) search_free);

  secret_password_searchv (&schema, attributes, SECRET_SEARCH_ALL, cancellable, on_searched,
                           g_object_ref (task));
}

ParlanceSecretFound *
parlance_secret_search_finish (GAsyncResult  *result,
                               GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
touch_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  GList *items;

  g_hash_table_insert (attributes, (gpointer) PARLANCE_SECRET_ACCOUNT_ID, (gpointer) "");
  items = secret_password_searchv_sync (&schema, attributes, SECRET_SEARCH_NONE, NULL, &error);
  g_list_free_full (items, g_object_unref);

  /* What libsecret made may belong to this thread: the main loop is to make its own. */
  if (error != NULL)
    secret_service_disconnect ();

  g_task_return_boolean (task, TRUE);
}

void
parlance_secret_touch_async (GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, parlance_secret_touch_async);

  /* The Secret Service is all asynchronous calls over the bus: nothing blocks there. */
  if (uses_file ())
    g_task_run_in_thread (task, touch_in_thread);
  else
    g_task_return_boolean (task, TRUE);
}
