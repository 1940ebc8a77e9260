/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-reply.h"

#include "parlance-overlap.h"
#include "parlance-preset.h"
#include "parlance-service.h"

/* Milliseconds that text may wait for the journal: with the write itself below the 250 ms that
 * may be lost to a kill. */
#define JOURNAL_INTERVAL 150

struct _ParlanceReply
{
  GObject               parent_instance;

  ParlanceHttp         *http;
  ParlanceKeyring      *keyring;
  ParlanceDispatcher   *dispatcher;
  ParlanceStore        *store;

  ParlanceAccount      *account;
  ParlanceConversation *conversation;
  ParlanceMessage      *message;
  GTask                *task; /* until the message has ended */
  GCancellable         *cancellable;
  gboolean              serial; /* the account takes one call at a time */
  int                   keyring_state;

  ParlanceOverlap      *overlap; /* of a continued reply */
  GString              *unsaved; /* text that the journal does not have yet */
  ParlancePartKind      unsaved_kind;
  unsigned              journal_source;
};

G_DEFINE_FINAL_TYPE (ParlanceReply, parlance_reply, G_TYPE_OBJECT)

static void
parlance_reply_finalize (GObject *object)
{
  ParlanceReply *self = PARLANCE_REPLY (object);

  g_clear_handle_id (&self->journal_source, g_source_remove);
  g_clear_pointer (&self->overlap, parlance_overlap_free);
  g_string_free (self->unsaved, TRUE);
  g_clear_object (&self->http);
  g_clear_object (&self->keyring);
  g_clear_object (&self->dispatcher);
  g_clear_object (&self->store);
  g_clear_object (&self->account);
  g_clear_object (&self->conversation);
  g_clear_object (&self->message);
  g_clear_object (&self->task);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (parlance_reply_parent_class)->finalize (object);
}

static void
parlance_reply_class_init (ParlanceReplyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_reply_finalize;
}

static void
parlance_reply_init (ParlanceReply *self)
{
  self->unsaved = g_string_new (NULL);
  self->cancellable = g_cancellable_new ();
  self->keyring_state = -1;
}

ParlanceReply *
parlance_reply_new (ParlanceHttp       *http,
                    ParlanceKeyring    *keyring,
                    ParlanceDispatcher *dispatcher,
                    ParlanceStore      *store)
{
  ParlanceReply *self = g_object_new (PARLANCE_TYPE_REPLY, NULL);

  self->http = g_object_ref (http);
  self->keyring = g_object_ref (keyring);
  self->dispatcher = g_object_ref (dispatcher);
  g_set_object (&self->store, store);

  return self;
}

ParlanceConversation *
parlance_reply_get_conversation (ParlanceReply *self)
{
  g_return_val_if_fail (PARLANCE_IS_REPLY (self), NULL);

  return self->conversation;
}

static void
write_journal (ParlanceReply *self)
{
  g_clear_handle_id (&self->journal_source, g_source_remove);

  if (self->unsaved->len > 0 && self->store != NULL)
    parlance_store_append (self->store, parlance_message_get_id (self->message),
                           self->unsaved_kind, self->unsaved->str, self->unsaved->len);
  g_string_truncate (self->unsaved, 0);
}

static gboolean
on_journal_due (gpointer user_data)
{
  ParlanceReply *self = user_data;

  self->journal_source = 0;
  write_journal (self);

  return G_SOURCE_REMOVE;
}

static void
append (ParlanceReply    *self,
        ParlancePartKind  kind,
        const char       *text,
        size_t            length)
{
  if (length == 0)
    return;

  if (kind != self->unsaved_kind)
    write_journal (self);
  self->unsaved_kind = kind;
  g_string_append_len (self->unsaved, text, length);
  if (self->journal_source == 0)
    self->journal_source = g_timeout_add (JOURNAL_INTERVAL, on_journal_due, self);

  parlance_message_append (self->message, kind, text, length);
}

static void
flush_overlap (ParlanceReply *self)
{
  g_autoptr (GString) rest = g_string_new (NULL);

  if (self->overlap == NULL)
    return;

  parlance_overlap_flush (self->overlap, rest);
  append (self, PARLANCE_PART_TEXT, rest->str, rest->len);
  g_clear_pointer (&self->overlap, parlance_overlap_free);
}

static void
finish (ParlanceReply        *self,
        ParlanceMessageState  state,
        ParlanceVerdict      *verdict)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  flush_overlap (self);
  write_journal (self);
  parlance_message_set_queued (self->message, FALSE);
  parlance_message_set_verdict (self->message, verdict);
  parlance_message_set_state (self->message, state);
  if (self->store != NULL)
    parlance_store_end_reply (self->store, self->message);

  g_task_return_boolean (task, TRUE);
}

static void
on_delta (ParlancePartKind  kind,
          const char       *text,
          size_t            length,
          gpointer          user_data)
{
  ParlanceReply *self = user_data;

  /* A late delta of a call that was stopped belongs to nobody. */
  if (self->task == NULL)
    return;

  parlance_message_set_state (self->message, PARLANCE_STATE_STREAMING);

  if (kind == PARLANCE_PART_TEXT && self->overlap != NULL)
    {
      g_autoptr (GString) shown = g_string_new (NULL);

      parlance_overlap_feed (self->overlap, text, length, shown);
      append (self, kind, shown->str, shown->len);
    }
  else
    {
      append (self, kind, text, length);
    }
}

/* A connection that broke in the middle of the text can be taken up again. */
static gboolean
is_interruption (ParlanceVerdict *verdict)
{
  return verdict == NULL || verdict->kind == PARLANCE_VERDICT_NO_NETWORK
         || verdict->kind == PARLANCE_VERDICT_TIMEOUT;
}

static void
take_outcome (ParlanceReply   *self,
              ParlanceOutcome *outcome)
{
  g_autoptr (ParlanceVerdict) verdict = NULL;

  flush_overlap (self);
  for (char **call = outcome->tool_calls; call != NULL && *call != NULL; call++)
    append (self, PARLANCE_PART_TOOL_CALL, *call, strlen (*call));

  parlance_message_set_usage (self->message, outcome->usage);
  parlance_message_set_finish_reason (self->message, outcome->finish_reason);

  if (outcome->verdict != NULL)
    verdict = parlance_verdict_ref (outcome->verdict);
  else if (parlance_message_is_empty (self->message))
    verdict = parlance_verdict_new (PARLANCE_VERDICT_BAD_REPLY, 0, NULL, NULL);

  if (outcome->complete && verdict == NULL)
    finish (self, PARLANCE_STATE_COMPLETE, NULL);
  else if (!parlance_message_is_empty (self->message) && is_interruption (verdict))
    finish (self, PARLANCE_STATE_INTERRUPTED, verdict);
  else
    finish (self, PARLANCE_STATE_FAILED, verdict);
}

static void
release_turn (ParlanceReply *self)
{
  if (self->serial)
    parlance_dispatcher_release (self->dispatcher, parlance_account_get_id (self->account));
}

static void
on_completed (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (ParlanceReply) self = user_data;
  g_autoptr (ParlanceOutcome) outcome = parlance_service_complete_finish (result, NULL);

  release_turn (self);

  if (outcome != NULL && self->task != NULL)
    take_outcome (self, outcome);
}

static GPtrArray *
dup_branch (ParlanceReply *self)
{
  GPtrArray *branch = g_ptr_array_new_with_free_func (g_object_unref);
  ParlanceMessage *message = self->message;

  /* An empty reply is the place for the answer, not a part of the question. */
  if (parlance_message_is_empty (message))
    message = parlance_conversation_get_message (self->conversation,
                                                 parlance_message_get_parent_id (message));

  for (; message != NULL;
       message = parlance_conversation_get_message (self->conversation,
                                                    parlance_message_get_parent_id (message)))
    g_ptr_array_insert (branch, 0, g_object_ref (message));

  return branch;
}

static void
on_token (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (ParlanceReply) self = user_data;
  const ParlancePreset *preset = parlance_preset_find (parlance_account_get_preset (self->account));
  g_autoptr (GPtrArray) branch = NULL;
  g_autoptr (GError) error = NULL;
  char *token = NULL;

  self->keyring_state =
    parlance_keyring_lookup_finish (PARLANCE_KEYRING (source), result, &token, &error);

  if (self->task == NULL)
    {
      release_turn (self);
    }
  else if (token == NULL
           && (preset->quirks & PARLANCE_QUIRK_NEEDS_TOKEN
               || self->keyring_state == PARLANCE_KEYRING_LOCKED))
    {
      g_autoptr (ParlanceVerdict) verdict =
        parlance_verdict_new (self->keyring_state == PARLANCE_KEYRING_LOCKED
                                ? PARLANCE_VERDICT_KEYRING_LOCKED
                                : PARLANCE_VERDICT_NO_TOKEN,
                              0, error ? error->message : NULL, NULL);

      release_turn (self);
      finish (self, PARLANCE_STATE_FAILED, verdict);
    }
  else
    {
      branch = dup_branch (self);
      parlance_service_complete_async (self->http, self->account, token, branch, on_delta, self,
                                       self->cancellable, on_completed, g_object_ref (self));
    }

  parlance_token_free (token);
}

static void
look_up_token (ParlanceReply *self)
{
  parlance_message_set_queued (self->message, FALSE);
  parlance_keyring_lookup_async (self->keyring, self->account, self->cancellable, on_token,
                                 g_object_ref (self));
}

static void
on_turn (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (ParlanceReply) self = user_data;

  if (parlance_dispatcher_acquire_finish (PARLANCE_DISPATCHER (source), result, NULL))
    look_up_token (self);
}

void
parlance_reply_run_async (ParlanceReply        *self,
                          ParlanceAccount      *account,
                          ParlanceConversation *conversation,
                          ParlanceMessage      *message,
                          GAsyncReadyCallback   callback,
                          gpointer              user_data)
{
  const char *account_id = parlance_account_get_id (account);
  const ParlancePreset *preset = parlance_preset_find (parlance_account_get_preset (account));

  g_return_if_fail (PARLANCE_IS_REPLY (self));
  g_return_if_fail (self->task == NULL);

  g_set_object (&self->account, account);
  g_set_object (&self->conversation, conversation);
  g_set_object (&self->message, message);
  self->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->task, parlance_reply_run_async);

  if (!parlance_message_is_empty (message))
    {
      g_autofree char *text = parlance_message_dup_text (message, PARLANCE_PART_TEXT);

      self->overlap = parlance_overlap_new (text, strlen (text));
    }

  parlance_message_set_verdict (message, NULL);
  parlance_message_set_state (message, PARLANCE_STATE_PENDING);
  if (self->store != NULL)
    parlance_store_begin_reply (self->store, conversation, message);

  self->serial = (preset->quirks & PARLANCE_QUIRK_SERIAL) != 0;
  if (self->serial)
    {
      parlance_message_set_queued (message,
                                   parlance_dispatcher_is_taken (self->dispatcher, account_id));
      parlance_dispatcher_acquire_async (self->dispatcher, account_id, self->cancellable, on_turn,
                                         g_object_ref (self));
    }
  else
    {
      look_up_token (self);
    }
}

int
parlance_reply_run_finish (ParlanceReply *self,
                           GAsyncResult  *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  g_task_propagate_boolean (G_TASK (result), NULL);

  return self->keyring_state;
}

void
parlance_reply_end (ParlanceReply        *self,
                    ParlanceMessageState  state)
{
  g_autoptr (ParlanceReply) kept = NULL;

  g_return_if_fail (PARLANCE_IS_REPLY (self));

  /* The callback of the run may let go of it. */
  kept = g_object_ref (self);
  if (self->task == NULL)
    return;

  finish (self, state, NULL);
  g_cancellable_cancel (self->cancellable);
}
