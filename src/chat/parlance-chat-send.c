/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-chat-private.h"

#include "parlance-reply.h"

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  ParlanceConversation *conversation = g_task_get_task_data (task);
  g_autoptr (GPtrArray) messages = NULL;
  GError *error = NULL;
  int64_t leaf_id = 0;

  messages =
    parlance_store_load_messages_finish (PARLANCE_STORE (source), result, &leaf_id, &error);
  if (messages == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  /* Two readers may have asked at the same time. */
  if (!parlance_conversation_get_loaded (conversation))
    parlance_conversation_load (conversation, messages, leaf_id);
  g_task_return_boolean (task, TRUE);
}

void
parlance_chat_load_async (ParlanceChat         *self,
                          ParlanceConversation *conversation,
                          GAsyncReadyCallback   callback,
                          gpointer              user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PARLANCE_IS_CHAT (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, parlance_chat_load_async);
  g_task_set_task_data (task, g_object_ref (conversation), g_object_unref);

  if (parlance_conversation_get_loaded (conversation))
    g_task_return_boolean (task, TRUE);
  else
    parlance_store_load_messages_async (self->store, parlance_conversation_get_id (conversation),
                                        NULL, on_loaded, g_steal_pointer (&task));
}

gboolean
parlance_chat_load_finish (ParlanceChat  *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_unsaved_committed (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  ParlanceChat *self = g_task_get_source_object (task);
  ParlanceMessage *message = g_task_get_task_data (task);

  /* On failure it stays what it is, and what is sent after it will say why. So does a reply that
   * has gone on meanwhile. */
  if (parlance_store_add_message_finish (PARLANCE_STORE (source), result, NULL)
      && !parlance_message_is_active (message))
    g_hash_table_remove (self->unsaved, message);

  self->n_saving--;
  parlance_chat_close_if_due (self);
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  int64_t a_id = parlance_message_get_id (*(ParlanceMessage *const *) a);
  int64_t b_id = parlance_message_get_id (*(ParlanceMessage *const *) b);

  return (a_id > b_id) - (a_id < b_id);
}

void
parlance_chat_save_unsaved (ParlanceChat         *self,
                            ParlanceConversation *conversation)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer message, place;

  g_hash_table_iter_init (&iter, self->unsaved);
  while (g_hash_table_iter_next (&iter, &message, &place))
    if ((conversation == NULL || place == conversation) && !parlance_message_is_active (message))
      g_ptr_array_add (messages, g_object_ref (message));

  /* Parents before children. */
  g_ptr_array_sort (messages, compare_ids);

  for (unsigned i = 0; i < messages->len; i++)
    {
      GTask *task = g_task_new (self, NULL, NULL, NULL);

      self->n_saving++;
      message = messages->pdata[i];
      g_task_set_task_data (task, g_object_ref (message), g_object_unref);
      parlance_store_add_message_async (self->store, g_hash_table_lookup (self->unsaved, message),
                                        message, NULL, on_unsaved_committed, task);
    }
}

static void
on_reply_ended (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (ParlanceChat) self = user_data;
  ParlanceReply *reply = PARLANCE_REPLY (source);
  int keyring_state = parlance_reply_run_finish (reply, result);

  if (keyring_state >= 0)
    parlance_chat_take_keyring_state (self, keyring_state);
  /* What could not be saved at its beginning may be by now. */
  parlance_chat_save_unsaved (self, parlance_reply_get_conversation (reply));
  g_ptr_array_remove (self->replies, reply);
}

static void
run_reply (ParlanceChat         *self,
           ParlanceConversation *conversation,
           ParlanceMessage      *message)
{
  gboolean saved = !g_hash_table_contains (self->unsaved, message);
  ParlanceReply *reply =
    parlance_reply_new (self->http, self->keyring, self->dispatcher, saved ? self->store : NULL,
                        self->retry_second);

  g_ptr_array_add (self->replies, reply);
  parlance_reply_run_async (reply, self->account, conversation, message, on_reply_ended,
                            g_object_ref (self));
}

/* An answer of the account's model to @question. */
static void
answer (ParlanceChat         *self,
        ParlanceConversation *conversation,
        ParlanceMessage      *question)
{
  g_autoptr (ParlanceMessage) message =
    parlance_message_new (parlance_store_new_id (self->store),
                          parlance_message_get_id (question), PARLANCE_ROLE_ASSISTANT);

  parlance_message_set_origin (message, parlance_account_get_id (self->account),
                               parlance_account_get_model_id (self->account));
  parlance_message_set_state (message, PARLANCE_STATE_PENDING);
  if (g_hash_table_contains (self->unsaved, question))
    g_hash_table_insert (self->unsaved, g_object_ref (message), g_object_ref (conversation));

  parlance_conversation_add (conversation, message);
  run_reply (self, conversation, message);
}

typedef struct
{
  ParlanceConversation *conversation;
  ParlanceMessage      *message;
  gboolean              begins; /* the conversation */
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_object_unref (sending->conversation);
  g_object_unref (sending->message);
  g_free (sending);
}

/* What is being committed follows the leaf of its time, and is to be answered. */
static gboolean
is_busy (ParlanceChat         *self,
         ParlanceConversation *conversation)
{
  return parlance_conversation_get_busy (conversation)
         || g_hash_table_contains (self->sending, conversation);
}

static void
take_sent (ParlanceChat *self,
           Sending      *sending)
{
  ParlanceConversation *conversation = sending->conversation;
  gboolean deleted =
    !sending->begins && !g_list_store_find (self->conversations, conversation, NULL);

  if (*parlance_conversation_get_title (conversation) == '\0')
    {
      g_autofree char *text = parlance_message_dup_text (sending->message, PARLANCE_PART_TEXT);
      g_autofree char *title = parlance_title_from_text (text);

      parlance_conversation_set_title (conversation, title);
    }

  parlance_conversation_add (conversation, sending->message);
  parlance_drafts_set (self->drafts, sending->begins ? NULL : conversation, "");
  parlance_drafts_flush (self->drafts);
  if (!deleted)
    parlance_chat_touch (self, conversation);
  if (!self->ended)
    answer (self, conversation, sending->message);
  /* As if it had been deleted a moment later. */
  if (deleted)
    parlance_chat_stop (self, conversation);
}

static void
on_committed (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  ParlanceChat *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);
  GError *error = NULL;

  g_hash_table_remove (self->sending, sending->conversation);
  if (!parlance_store_add_message_finish (PARLANCE_STORE (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  take_sent (self, sending);
  g_task_return_pointer (task, g_object_ref (sending->conversation), g_object_unref);
}

void
parlance_chat_send_async (ParlanceChat         *self,
                          ParlanceConversation *conversation,
                          const char           *text,
                          gboolean              unsaved,
                          GAsyncReadyCallback   callback,
                          gpointer              user_data)
{
  g_autoptr (GTask) task = NULL;
  ParlanceMessage *leaf = NULL;
  Sending *sending;

  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (self->started);
  g_return_if_fail (text != NULL);
  g_return_if_fail (conversation == NULL || !is_busy (self, conversation));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, parlance_chat_send_async);

  sending = g_new0 (Sending, 1);
  if (conversation != NULL)
    {
      sending->conversation = g_object_ref (conversation);
      leaf = parlance_conversation_get_leaf (conversation);
    }
  else
    {
      g_autoptr (GPtrArray) none = g_ptr_array_new ();

      sending->begins = TRUE;
      sending->conversation = parlance_conversation_new (parlance_store_new_id (self->store));
      parlance_conversation_load (sending->conversation, none, 0);
    }
  sending->message =
    parlance_message_new (parlance_store_new_id (self->store),
                          leaf ? parlance_message_get_id (leaf) : 0, PARLANCE_ROLE_USER);
  parlance_message_append (sending->message, PARLANCE_PART_TEXT, text, -1);
  g_task_set_task_data (task, sending, sending_free);

  if (unsaved)
    {
      g_hash_table_insert (self->unsaved, g_object_ref (sending->message),
                           g_object_ref (sending->conversation));
      take_sent (self, sending);
      g_task_return_pointer (task, g_object_ref (sending->conversation), g_object_unref);
      return;
    }

  g_hash_table_add (self->sending, g_object_ref (sending->conversation));
  /* Messages that were sent without saving must be in the store before one that follows them. */
  parlance_chat_save_unsaved (self, sending->conversation);
  parlance_store_add_message_async (self->store, sending->conversation, sending->message, NULL,
                                    on_committed, g_steal_pointer (&task));
}

ParlanceConversation *
parlance_chat_send_finish (ParlanceChat  *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
parlance_chat_stop (ParlanceChat         *self,
                    ParlanceConversation *conversation)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));

  for (unsigned i = 0; i < self->replies->len; i++)
    {
      ParlanceReply *reply = self->replies->pdata[i];

      if (parlance_reply_get_conversation (reply) == conversation)
        {
          parlance_reply_end (reply, PARLANCE_STATE_STOPPED);
          return;
        }
    }
}

void
parlance_chat_regenerate (ParlanceChat         *self,
                          ParlanceConversation *conversation,
                          ParlanceMessage      *reply)
{
  ParlanceMessage *question;

  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (parlance_message_get_role (reply) == PARLANCE_ROLE_ASSISTANT);

  question =
    parlance_conversation_get_message (conversation, parlance_message_get_parent_id (reply));
  if (is_busy (self, conversation) || question == NULL)
    return;

  if (parlance_message_is_empty (reply))
    {
      if (!g_hash_table_remove (self->unsaved, reply))
        parlance_store_remove_message (self->store, parlance_message_get_id (reply));
      parlance_conversation_remove (conversation, reply);
    }

  parlance_chat_touch (self, conversation);
  answer (self, conversation, question);
}

void
parlance_chat_continue (ParlanceChat         *self,
                        ParlanceConversation *conversation,
                        ParlanceMessage      *reply)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));

  if (is_busy (self, conversation)
      || parlance_conversation_get_leaf (conversation) != reply)
    return;

  if (parlance_message_is_empty (reply))
    {
      parlance_chat_regenerate (self, conversation, reply);
      return;
    }

  parlance_chat_touch (self, conversation);
  run_reply (self, conversation, reply);
}

void
parlance_chat_select_answer (ParlanceChat         *self,
                             ParlanceConversation *conversation,
                             ParlanceMessage      *reply)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));

  parlance_conversation_select (conversation, reply);
  parlance_store_save_conversation (self->store, conversation);
}
