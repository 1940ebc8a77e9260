/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-keyring.h"

#include "parlance-limit.h"
#include "parlance-secret-search.h"

#include <glib/gi18n.h>
#include <string.h>

#define DEFAULT_TIMEOUT 10000

struct _ParlanceKeyring
{
  GObject     parent_instance;

  GHashTable *run_tokens;  /* account id → token kept for this run */
  GPtrArray  *untouched;   /* tasks that wait for the first touch; NULL when it is over */
  gboolean    is_touching;
  int         timeout;     /* ms */
};

enum
{
  PROP_RUN_ONLY = 1,
  PROP_TIMEOUT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceKeyring, parlance_keyring, G_TYPE_OBJECT)
G_DEFINE_QUARK (parlance-keyring-error-quark, parlance_keyring_error)

/* A call under way: the data of its task. */
typedef struct
{
  ParlanceAccount     *account;
  ParlanceLimit       *limit;
  ParlanceSecretFound *found;
  char                *token;   /* to be stored */
  void               (*go_on) (GTask *task);  /* when the account's items were searched */
  guint                next;    /* of the items, when one after another is deleted */
} Call;

/* What a lookup returns. */
typedef struct
{
  ParlanceKeyringState  state;
  char                 *token;
} Lookup;

void
parlance_token_free (char *token)
{
  if (token == NULL)
    return;

  explicit_bzero (token, strlen (token));
  g_free (token);
}

static void
call_free (Call *call)
{
  g_object_unref (call->account);
  g_clear_pointer (&call->limit, parlance_limit_free);
  g_clear_pointer (&call->found, parlance_secret_found_free);
  parlance_token_free (call->token);
  g_free (call);
}

static void
lookup_free (Lookup *lookup)
{
  parlance_token_free (lookup->token);
  g_free (lookup);
}

static void
set_run_token (ParlanceKeyring *self,
               const char      *id,
               const char      *token)
{
  gboolean was_run_only = parlance_keyring_get_run_only (self);

  if (token != NULL)
    g_hash_table_insert (self->run_tokens, g_strdup (id), g_strdup (token));
  else
    g_hash_table_remove (self->run_tokens, id);

  if (parlance_keyring_get_run_only (self) != was_run_only)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUN_ONLY]);
}

static void
parlance_keyring_finalize (GObject *object)
{
  ParlanceKeyring *self = PARLANCE_KEYRING (object);

  g_hash_table_unref (self->run_tokens);
  g_clear_pointer (&self->untouched, g_ptr_array_unref);

  G_OBJECT_CLASS (parlance_keyring_parent_class)->finalize (object);
}

static void
parlance_keyring_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  ParlanceKeyring *self = PARLANCE_KEYRING (object);

  switch (prop_id)
    {
    case PROP_RUN_ONLY:
      g_value_set_boolean (value, parlance_keyring_get_run_only (self));
      break;

    case PROP_TIMEOUT:
      g_value_set_int (value, self->timeout);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_keyring_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  ParlanceKeyring *self = PARLANCE_KEYRING (object);

  switch (prop_id)
    {
    case PROP_TIMEOUT:
      self->timeout = g_value_get_int (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_keyring_class_init (ParlanceKeyringClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = parlance_keyring_finalize;
  object_class->get_property = parlance_keyring_get_property;
  object_class->set_property = parlance_keyring_set_property;

  properties[PROP_RUN_ONLY] =
    g_param_spec_boolean ("run-only", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_TIMEOUT] =
    g_param_spec_int ("timeout", NULL, NULL, 1, G_MAXINT, DEFAULT_TIMEOUT,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_keyring_init (ParlanceKeyring *self)
{
  self->run_tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify) parlance_token_free);
  self->untouched = g_ptr_array_new_with_free_func (g_object_unref);
}

ParlanceKeyring *
parlance_keyring_new (void)
{
  return g_object_new (PARLANCE_TYPE_KEYRING, NULL);
}

gboolean
parlance_keyring_get_run_only (ParlanceKeyring *self)
{
  g_return_val_if_fail (PARLANCE_IS_KEYRING (self), FALSE);

  return g_hash_table_size (self->run_tokens) > 0;
}

void
parlance_keyring_keep_for_run (ParlanceKeyring *self,
                               ParlanceAccount *account,
                               const char      *token)
{
  g_return_if_fail (PARLANCE_IS_KEYRING (self));
  g_return_if_fail (PARLANCE_IS_ACCOUNT (account));
  g_return_if_fail (token != NULL);

  set_run_token (self, parlance_account_get_id (account), token);
}

static gboolean
is_refusal (const GError *error)
{
  return error->domain == SECRET_ERROR;
}

/* Of what libsecret and the bus say, in words for a person; cancelling stays what it is. */
static GError *
make_error (GError *error)
{
  GError *made;

  if (error->domain == PARLANCE_KEYRING_ERROR ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return error;

  if (g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    made = g_error_new_literal (PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_LOCKED,
                                _("The keyring is locked"));
  else if (is_refusal (error))
    made = g_error_new_literal (PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_REFUSED,
                                _("The keyring refused"));
  else
    {
      g_dbus_error_strip_remote_error (error);
      /* Translators: %s is the system's own message */
      made = g_error_new (PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_UNAVAILABLE,
                          _("No keyring is available: %s"), error->message);

      /* The service may come back as another process, to which the session that libsecret
       * keeps means nothing: the next call is to begin anew. */
      secret_service_disconnect ();
    }
  g_error_free (error);

  return made;
}

static GError *
new_locked_error (void)
{
  return g_error_new_literal (PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_LOCKED,
                              _("The keyring is locked"));
}

static void
fail (GTask  *task,
      GError *error)
{
  Call *call = g_task_get_task_data (task);

  parlance_limit_lift (call->limit);
  g_task_return_error (task, make_error (error));
}

static void
succeed (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  parlance_limit_lift (call->limit);
  g_task_return_boolean (task, TRUE);
}

static void
on_searched (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&call->found, parlance_secret_found_free);
  call->found = parlance_secret_search_finish (result, &error);
  if (parlance_limit_is_over (call->limit))
    return;

  if (call->found == NULL)
    fail (task, g_steal_pointer (&error));
  else
    call->go_on (task);
}

static void
search (GTask *task)
{
  ParlanceKeyring *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);

  if (call->limit == NULL)
    call->limit = parlance_limit_new (task, self->timeout);

  if (!parlance_limit_is_over (call->limit))
    parlance_secret_search_async (call->account, parlance_limit_get_cancellable (call->limit),
                                  on_searched, g_object_ref (task));
}

static void
on_touched (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (ParlanceKeyring) self = data;
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->untouched);

  for (guint i = 0; i < waiting->len; i++)
    search (g_ptr_array_index (waiting, i));
}

/* Starts a call with a search for what the account has; @go_on follows when that is known. */
static void
start (ParlanceKeyring *self,
       GTask           *task,
       ParlanceAccount *account,
       const char      *token,
       gboolean         may_prompt,
       void           (*go_on) (GTask *task))
{
  Call *call = g_new0 (Call, 1);

  call->account = g_object_ref (account);
  call->token = g_strdup (token);
  call->go_on = go_on;
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);

  /* The first touch may show a prompt of the portal's: what the person asked for waits for it, all
   * else does not. */
  if (!may_prompt)
    call->limit = parlance_limit_new (task, self->timeout);

  if (self->untouched == NULL)
    {
      search (task);
      return;
    }

  g_ptr_array_add (self->untouched, g_object_ref (task));
  if (!self->is_touching)
    {
      self->is_touching = TRUE;
      parlance_secret_touch_async (on_touched, g_object_ref (self));
    }
}

static void
return_lookup (GTask                *task,
               ParlanceKeyringState  state,
               char                 *token)
{
  Call *call = g_task_get_task_data (task);
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
  Call *call = g_task_get_task_data (task);
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
  else
    fail (task, g_steal_pointer (&error));
}

static void
go_on_lookup (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  SecretRetrievable *item = call->found->items->len > 0
                              ? g_ptr_array_index (call->found->items, 0)
                              : NULL;

  if (item == NULL)
    return_lookup (task, call->found->is_locked ? PARLANCE_KEYRING_LOCKED : PARLANCE_KEYRING_MISSING,
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

  token = g_hash_table_lookup (self->run_tokens, parlance_account_get_id (account));
  if (token != NULL)
    return_lookup (task, PARLANCE_KEYRING_FOUND, g_strdup (token));
  else
    start (self, task, account, NULL, FALSE, go_on_lookup);
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

static void
delete_next_other (GTask *task);

static void
on_other_deleted (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (GTask) task = data;
  Call *call = g_task_get_task_data (task);

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
  Call *call = g_task_get_task_data (task);

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

  succeed (task);
}

static void
on_stored (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  Call *call = g_task_get_task_data (task);
  gboolean stored = secret_password_store_finish (result, &error);

  if (parlance_limit_is_over (call->limit))
    return;

  if (stored)
    delete_next_other (task);
  else if (call->found->is_locked && (error == NULL || is_refusal (error)))
    fail (task, new_locked_error ());
  else if (error != NULL)
    fail (task, g_steal_pointer (&error));
  else
    fail (task, g_error_new_literal (SECRET_ERROR, SECRET_ERROR_PROTOCOL, ""));
}

static void
go_on_store (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  g_autoptr (GHashTable) attributes = parlance_secret_dup_attributes (call->account);
  /* Translators: the name of a token in the list of passwords; %s is the account's label */
  g_autofree char *label = g_strdup_printf (_("Parlance: %s"),
                                            parlance_account_get_label (call->account));
  g_autofree char *valid_label = g_utf8_make_valid (label, -1);

  /* Locked, or the first item of all: the keyring will ask the person, who takes their time. */
  if (call->found->bus != NULL && (call->found->is_locked || call->found->collection == NULL))
    parlance_limit_lift (call->limit);

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
  Call *call = g_task_get_task_data (G_TASK (result));
  const char *id = parlance_account_get_id (call->account);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    set_run_token (self, id, NULL);
  else if (g_error_matches (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_UNAVAILABLE))
    set_run_token (self, id, call->token);
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
  start (self, attempt, account, token, TRUE, go_on_store);
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
  Call *call = g_task_get_task_data (task);
  GPtrArray *items = call->found->items;

  secret_password_clear_finish (result, &error);
  if (parlance_limit_is_over (call->limit))
    return;

  if (error != NULL)
    fail (task, g_steal_pointer (&error));
  else if (parlance_secret_is_locked (g_ptr_array_index (items, items->len - 1)))
    fail (task, new_locked_error ());
  else
    succeed (task);
}

static void
go_on_remove (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  GPtrArray *items = call->found->items;

  if (items->len == 0 && !call->found->is_locked)
    succeed (task);
  else if (items->len == 0 || parlance_secret_is_locked (g_ptr_array_index (items, 0)))
    fail (task, new_locked_error ());
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

  g_return_if_fail (PARLANCE_IS_KEYRING (self));
  g_return_if_fail (PARLANCE_IS_ACCOUNT (account));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, parlance_keyring_remove_async);
  g_task_set_check_cancellable (task, FALSE);

  set_run_token (self, parlance_account_get_id (account), NULL);
  start (self, task, account, NULL, FALSE, go_on_remove);
}

gboolean
parlance_keyring_remove_finish (ParlanceKeyring  *self,
                                GAsyncResult     *result,
                                GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

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
    succeed (task);
  else if (error == NULL || is_refusal (error))
    fail (task, new_locked_error ());
  else
    fail (task, g_steal_pointer (&error));
}

/* No limit and no cancellable: cancelling an open prompt kills the daemon. */
static void
unlock (GTask         *task,
        SecretService *service,
        gpointer       object)
{
  Call *call = g_task_get_task_data (task);
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
  Call *call = g_task_get_task_data (task);

  collection = secret_collection_for_alias_finish (result, &error);
  if (parlance_limit_is_over (call->limit))
    return;

  if (collection != NULL)
    unlock (task, secret_collection_get_service (collection), collection);
  else if (error != NULL)
    fail (task, g_steal_pointer (&error));
  else
    succeed (task);
}

static void
on_service (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (SecretService) service = NULL;
  g_autoptr (GError) error = NULL;
  Call *call = g_task_get_task_data (task);

  service = secret_service_get_finish (result, &error);
  if (parlance_limit_is_over (call->limit))
    return;

  if (service == NULL)
    fail (task, g_steal_pointer (&error));
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
  Call *call = g_task_get_task_data (task);
  GPtrArray *items = call->found->items;

  if (call->found->is_locked ||
      (items->len > 0 && parlance_secret_is_locked (g_ptr_array_index (items, 0))))
    secret_service_get (SECRET_SERVICE_NONE, parlance_limit_get_cancellable (call->limit),
                        on_service, g_object_ref (task));
  else
    succeed (task);
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
  start (self, task, account, NULL, TRUE, go_on_unlock);
}

gboolean
parlance_keyring_unlock_finish (ParlanceKeyring  *self,
                                GAsyncResult     *result,
                                GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
