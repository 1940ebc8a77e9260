/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-chat-private.h"

#include "parlance-preset.h"
#include "parlance-reply.h"

static ParlanceAccount *
make_default_account (void)
{
  const ParlancePreset *preset = &parlance_presets_get ()[0];
  g_autofree char *id = g_uuid_string_random ();

  return parlance_account_new (id, preset->id, preset->name, preset->base_url);
}

static gboolean
is_configured (ParlanceAccount *account)
{
  return *parlance_account_get_model_id (account) != '\0';
}

/* The keyring knows where an account leads to, not which service that is. */
static void
find_preset (ParlanceAccount *account)
{
  for (const ParlancePreset *preset = parlance_presets_get (); preset->id != NULL; preset++)
    if (g_strcmp0 (preset->base_url, parlance_account_get_base_url (account)) == 0)
      parlance_account_set_preset (account, preset->id);
}

/* Whether there were any. */
static gboolean
take_found_accounts (ParlanceChat *self,
                     GPtrArray    *accounts)
{
  if (accounts == NULL || accounts->len == 0)
    return FALSE;

  self->accounts_lost = FALSE;
  for (unsigned i = 0; i < accounts->len; i++)
    {
      find_preset (accounts->pdata[i]);
      parlance_store_save_account (self->store, accounts->pdata[i]);
    }
  parlance_chat_take_account (self, g_object_ref (accounts->pdata[0]));

  return TRUE;
}

static void
on_keyring_looked_at (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (ParlanceChat) self = user_data;
  char *token = NULL;

  parlance_chat_take_keyring_state (
    self, parlance_keyring_lookup_finish (PARLANCE_KEYRING (source), result, &token, NULL));
  parlance_token_free (token);
}

static void
look_up (ParlanceChat *self)
{
  parlance_keyring_lookup_async (self->keyring, self->account, NULL, on_keyring_looked_at,
                                 g_object_ref (self));
}

static void
on_listed_again (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (ParlanceChat) self = user_data;
  g_autoptr (GPtrArray) accounts =
    parlance_keyring_list_finish (PARLANCE_KEYRING (source), result, NULL);

  if (!is_configured (self->account))
    take_found_accounts (self, accounts);
  look_up (self);
}

void
parlance_chat_look_at_keyring (ParlanceChat *self)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (self->account != NULL);

  /* It may have been locked when accounts were looked for. */
  if (self->accounts_lost && !is_configured (self->account))
    parlance_keyring_list_async (self->keyring, NULL, on_listed_again, g_object_ref (self));
  else
    look_up (self);
}

static void
finish_start (GTask  *task,
              GError *error)
{
  ParlanceChat *self = g_task_get_source_object (task);

  if (self->account == NULL)
    parlance_chat_take_account (self, make_default_account ());
  parlance_chat_set_started (self);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  ParlanceChat *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) accounts =
    parlance_keyring_list_finish (PARLANCE_KEYRING (source), result, NULL);

  take_found_accounts (self, accounts);
  finish_start (task, NULL);
}

/* What is in the list already has been opened before, or was begun since. */
static void
take_conversations (ParlanceChat *self,
                    GPtrArray    *conversations)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new ();
  g_autoptr (GHashTable) known = g_hash_table_new (g_int64_hash, g_int64_equal);
  unsigned n_known = g_list_model_get_n_items (G_LIST_MODEL (self->conversations));
  g_autofree int64_t *ids = g_new (int64_t, n_known);

  for (unsigned i = 0; i < n_known; i++)
    {
      g_autoptr (ParlanceConversation) conversation =
        g_list_model_get_item (G_LIST_MODEL (self->conversations), i);

      ids[i] = parlance_conversation_get_id (conversation);
      g_hash_table_add (known, &ids[i]);
    }

  for (unsigned i = 0; i < conversations->len; i++)
    {
      int64_t id = parlance_conversation_get_id (conversations->pdata[i]);

      if (!g_hash_table_contains (known, &id))
        g_ptr_array_add (added, conversations->pdata[i]);
    }

  g_list_store_splice (self->conversations, n_known, 0, added->pdata, added->len);
}

static void
take_contents (ParlanceChat          *self,
               ParlanceStoreContents *contents)
{
  self->opened = contents->read_only == NULL;
  parlance_chat_set_store_error (self, contents->read_only);
  take_conversations (self, contents->conversations);
  parlance_drafts_take_new (self->drafts, contents->new_draft);

  if (contents->accounts->len > 0)
    {
      ParlanceAccount *account = contents->accounts->pdata[0];

      /* One that was set up while nothing could be saved is kept beside the person's own. */
      if (self->account != NULL && self->opened && is_configured (self->account))
        parlance_store_save_account (self->store, self->account);
      if (self->account == NULL
          || g_strcmp0 (parlance_account_get_id (self->account),
                        parlance_account_get_id (account)) != 0)
        parlance_chat_take_account (self, g_object_ref (account));
    }
}

static void
on_store_opened (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  ParlanceChat *self = g_task_get_source_object (task);
  g_autoptr (ParlanceStoreContents) contents = NULL;
  GError *error = NULL;

  contents = parlance_store_open_finish (self->store, result, &error);
  if (contents != NULL)
    take_contents (self, contents);
  else
    parlance_chat_set_store_error (self, error);

  if (self->set_aside != NULL && self->account == NULL)
    {
      self->accounts_lost = TRUE;
      g_clear_error (&error);
      parlance_keyring_list_async (self->keyring, NULL, on_listed, g_steal_pointer (&task));
      return;
    }

  finish_start (task, error);
}

void
parlance_chat_start_async (ParlanceChat        *self,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (!self->started);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, parlance_chat_start_async);
  parlance_store_open_async (self->store, NULL, on_store_opened, task);
}

gboolean
parlance_chat_start_finish (ParlanceChat  *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_store_opened_again (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (ParlanceChat) self = user_data;
  g_autoptr (ParlanceStoreContents) contents = NULL;
  g_autoptr (GError) error = NULL;

  contents = parlance_store_open_finish (self->store, result, &error);
  if (contents == NULL)
    {
      parlance_chat_set_store_error (self, error);
      return;
    }

  take_contents (self, contents);
  parlance_chat_save_unsaved (self, NULL);
  parlance_chat_set_started (self);
}

void
parlance_chat_try_again (ParlanceChat *self)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (self->started);

  if (!self->opened)
    {
      parlance_store_open_async (self->store, NULL, on_store_opened_again, g_object_ref (self));
      return;
    }

  /* What comes to the disk brings along what the store owes. */
  parlance_chat_save_account (self);
  parlance_chat_save_unsaved (self, NULL);
}

static void
on_store_closed (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!parlance_store_close_finish (PARLANCE_STORE (source), result, &error))
    g_warning ("Closing the database: %s", error->message);

  g_task_return_boolean (task, TRUE);
}

void
parlance_chat_close_if_due (ParlanceChat *self)
{
  if (self->closing != NULL && self->n_saving == 0)
    parlance_store_close_async (self->store, on_store_closed, g_steal_pointer (&self->closing));
}

void
parlance_chat_shutdown_async (ParlanceChat        *self,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GPtrArray) replies = NULL;

  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (self->closing == NULL);

  self->closing = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->closing, parlance_chat_shutdown_async);

  self->ended = TRUE;

  /* Those that end leave the array. */
  replies = g_ptr_array_copy (self->replies, (GCopyFunc) g_object_ref, NULL);
  for (unsigned i = 0; i < replies->len; i++)
    parlance_reply_end (replies->pdata[i], PARLANCE_STATE_INTERRUPTED);

  parlance_drafts_flush (self->drafts);
  parlance_chat_save_unsaved (self, NULL);
  parlance_chat_close_if_due (self);
}

void
parlance_chat_shutdown_finish (ParlanceChat *self,
                               GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));

  g_task_propagate_boolean (G_TASK (result), NULL);
}
