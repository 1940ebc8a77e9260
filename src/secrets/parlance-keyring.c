/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-keyring.h"

#include "parlance-keyring-private.h"

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

void
parlance_token_free (char *token)
{
  if (token == NULL)
    return;

  explicit_bzero (token, strlen (token));
  g_free (token);
}

static void
call_free (ParlanceKeyringCall *call)
{
  g_object_unref (call->account);
  g_clear_pointer (&call->limit, parlance_limit_free);
  g_clear_pointer (&call->found, parlance_secret_found_free);
  parlance_token_free (call->token);
  g_free (call);
}

gboolean
parlance_keyring_set_run_token (ParlanceKeyring *self,
                                const char      *id,
                                const char      *token)
{
  gboolean was_run_only = parlance_keyring_get_run_only (self);
  gboolean was_kept = g_hash_table_contains (self->run_tokens, id);

  if (token != NULL)
    g_hash_table_insert (self->run_tokens, g_strdup (id), g_strdup (token));
  else
    g_hash_table_remove (self->run_tokens, id);

  if (parlance_keyring_get_run_only (self) != was_run_only)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUN_ONLY]);

  return was_kept;
}

const char *
parlance_keyring_get_run_token (ParlanceKeyring *self,
                                const char      *id)
{
  return g_hash_table_lookup (self->run_tokens, id);
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

  parlance_keyring_set_run_token (self, parlance_account_get_id (account), token);
}

gboolean
parlance_keyring_is_refusal (const GError *error)
{
  return error->domain == SECRET_ERROR;
}

gboolean
parlance_keyring_is_absence (const GError *error)
{
  return g_error_matches (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_UNAVAILABLE) ||
         g_error_matches (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_SILENT);
}

GError *
parlance_keyring_new_locked_error (void)
{
  return g_error_new_literal (PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_LOCKED,
                              _("The keyring is locked"));
}

GError *
parlance_keyring_new_silent_error (void)
{
  return g_error_new_literal (PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_SILENT,
                              _("The keyring did not answer in time"));
}

GError *
parlance_keyring_new_dismissed_error (void)
{
  return g_error_new_literal (PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_DISMISSED,
                              _("The keyring was not unlocked"));
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
    made = parlance_keyring_new_locked_error ();
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMEOUT))
    made = parlance_keyring_new_silent_error ();
  else if (parlance_keyring_is_refusal (error))
    made = g_error_new_literal (PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_REFUSED,
                                _("The keyring refused the request"));
  else
    {
      g_dbus_error_strip_remote_error (error);
      /* Translators: %s is the system's own message */
      made = g_error_new (PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_UNAVAILABLE,
                          _("No keyring is available: %s"), error->message);
    }
  g_error_free (error);

  return made;
}

void
parlance_keyring_call_fail (GTask  *task,
                            GError *error)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GError) made = make_error (error);

  parlance_limit_lift (call->limit);

  /* Where no keyring serves, what was kept for the run is all that there was. */
  if (call->was_run_only && parlance_keyring_is_absence (made))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&made));
}

void
parlance_keyring_call_succeed (GTask *task)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);

  parlance_limit_lift (call->limit);
  g_task_return_boolean (task, TRUE);
}

gboolean
parlance_keyring_call_retry (GTask        *task,
                             const GError *error)
{
  ParlanceKeyringCall *call = g_task_get_task_data (task);

  if (call->retried || parlance_keyring_is_refusal (error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;

  call->retried = TRUE;
  secret_service_disconnect ();
  parlance_keyring_call_search (task);

  return TRUE;
}

static void
on_searched (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  ParlanceKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&call->found, parlance_secret_found_free);
  call->found = parlance_secret_search_finish (result, &error);
  if (parlance_limit_is_over (call->limit))
    return;

  if (call->found != NULL)
    call->go_on (task);
  else if (!parlance_keyring_call_retry (task, error))
    parlance_keyring_call_fail (task, g_steal_pointer (&error));
}

void
parlance_keyring_call_search (GTask *task)
{
  ParlanceKeyring *self = g_task_get_source_object (task);
  ParlanceKeyringCall *call = g_task_get_task_data (task);

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
    parlance_keyring_call_search (g_ptr_array_index (waiting, i));
}

void
parlance_keyring_call_start (ParlanceKeyring *self,
                             GTask           *task,
                             ParlanceAccount *account,
                             const char      *token,
                             gboolean         may_prompt,
                             void           (*go_on) (GTask *task))
{
  ParlanceKeyringCall *call = g_new0 (ParlanceKeyringCall, 1);

  call->account = g_object_ref (account);
  call->token = g_strdup (token);
  call->go_on = go_on;
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);

  if (!may_prompt)
    call->limit = parlance_limit_new (task, self->timeout);

  if (self->untouched == NULL)
    {
      parlance_keyring_call_search (task);
      return;
    }

  g_ptr_array_add (self->untouched, g_object_ref (task));
  if (!self->is_touching)
    {
      self->is_touching = TRUE;
      parlance_secret_touch_async (on_touched, g_object_ref (self));
    }
}
