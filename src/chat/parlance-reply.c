/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-reply.h"

#include "parlance-backoff.h"
#include "parlance-journal.h"
#include "parlance-overlap.h"
#include "parlance-preset.h"
#include "parlance-service.h"

struct _ParlanceReply
{
  GObject               parent_instance;

  ParlanceHttp         *http;
  ParlanceKeyring      *keyring;
  ParlanceDispatcher   *dispatcher;
  ParlanceStore        *store;
  unsigned              retry_second; /* milliseconds */

  ParlanceAccount      *account;
  ParlanceConversation *conversation;
  ParlanceMessage      *message;
  GTask                *task; /* until the message has ended */
  GCancellable         *cancellable;
  gboolean              has_turn;   /* of an account that takes one call at a time */
  int                   keyring_state;
  unsigned              n_tries;    /* after the first one */
  unsigned              retry_id;   /* waits for the next one */
  gboolean              begun;      /* something of the answer has come */

  ParlanceJournal      *journal;
  ParlanceOverlap      *overlap;    /* of a continued reply */
};

G_DEFINE_FINAL_TYPE (ParlanceReply, parlance_reply, G_TYPE_OBJECT)

static void
parlance_reply_finalize (GObject *object)
{
  ParlanceReply *self = PARLANCE_REPLY (object);

  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_pointer (&self->journal, parlance_journal_free);
  g_clear_pointer (&self->overlap, parlance_overlap_free);
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
  self->cancellable = g_cancellable_new ();
  self->keyring_state = -1;
}

ParlanceReply *
parlance_reply_new (ParlanceHttp       *http,
                    ParlanceKeyring    *keyring,
                    ParlanceDispatcher *dispatcher,
                    ParlanceStore      *store,
                    unsigned            retry_second)
{
  ParlanceReply *self = g_object_new (PARLANCE_TYPE_REPLY, NULL);

  self->http = g_object_ref (http);
  self->keyring = g_object_ref (keyring);
  self->dispatcher = g_object_ref (dispatcher);
  g_set_object (&self->store, store);
  self->retry_second = retry_second;

  return self;
}

ParlanceConversation *
parlance_reply_get_conversation (ParlanceReply *self)
{
  g_return_val_if_fail (PARLANCE_IS_REPLY (self), NULL);

  return self->conversation;
}

static void
flush_overlap (ParlanceReply *self)
{
  g_autoptr (GString) rest = g_string_new (NULL);

  if (self->overlap == NULL)
    return;

  parlance_overlap_flush (self->overlap, rest);
  parlance_journal_append (self->journal, PARLANCE_PART_TEXT, rest->str, rest->len);
  g_clear_pointer (&self->overlap, parlance_overlap_free);
}

static void
release_turn (ParlanceReply *self)
{
  if (self->has_turn)
    parlance_dispatcher_release (self->dispatcher, parlance_account_get_id (self->account));
  self->has_turn = FALSE;
}

static void
finish (ParlanceReply        *self,
        ParlanceMessageState  state,
        ParlanceVerdict      *verdict)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  /* Ended while it waited for the next try: nobody else gives the turn back. */
  if (self->retry_id != 0)
    release_turn (self);
  g_clear_handle_id (&self->retry_id, g_source_remove);

  flush_overlap (self);
  parlance_journal_flush (self->journal);
  parlance_message_set_queued (self->message, FALSE);
  parlance_message_set_retry_at (self->message, 0);
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

  self->begun = TRUE;
  parlance_message_set_state (self->message, PARLANCE_STATE_STREAMING);

  if (kind == PARLANCE_PART_TEXT && self->overlap != NULL)
    {
      g_autoptr (GString) shown = g_string_new (NULL);

      parlance_overlap_feed (self->overlap, text, length, shown);
      parlance_journal_append (self->journal, kind, shown->str, shown->len);
    }
  else
    {
      parlance_journal_append (self->journal, kind, text, length);
    }
}

/* A connection that broke in the middle of the text can be taken up again. */
static gboolean
is_interruption (ParlanceVerdict *verdict)
{
  return verdict == NULL || verdict->kind == PARLANCE_VERDICT_NO_NETWORK
         || verdict->kind == PARLANCE_VERDICT_NAME_NOT_FOUND
         || verdict->kind == PARLANCE_VERDICT_REFUSED || verdict->kind == PARLANCE_VERDICT_TIMEOUT;
}

static void
take_outcome (ParlanceReply   *self,
              ParlanceOutcome *outcome)
{
  g_autoptr (ParlanceVerdict) verdict = NULL;

  flush_overlap (self);
  for (char **call = outcome->tool_calls; call != NULL && *call != NULL; call++)
    parlance_journal_append (self->journal, PARLANCE_PART_TOOL_CALL, *call, strlen (*call));

  parlance_message_set_usage (self->message, outcome->usage);
  parlance_message_set_finish_reason (self->message, outcome->finish_reason);

  if (outcome->verdict != NULL)
    verdict = parlance_verdict_ref (outcome->verdict);
  else if (parlance_message_is_empty (self->message))
    verdict = parlance_verdict_new (outcome->complete ? PARLANCE_VERDICT_EMPTY
                                                      : PARLANCE_VERDICT_BAD_REPLY,
                                    0, NULL, NULL);

  if (outcome->complete && verdict == NULL)
    finish (self, PARLANCE_STATE_COMPLETE, NULL);
  else if (!parlance_message_is_empty (self->message) && is_interruption (verdict))
    finish (self, PARLANCE_STATE_INTERRUPTED, verdict);
  else
    finish (self, PARLANCE_STATE_FAILED, verdict);
}

static void look_up_token (ParlanceReply *self);

static gboolean
on_retry_due (gpointer user_data)
{
  ParlanceReply *self = user_data;

  self->retry_id = 0;
  self->n_tries++;
  parlance_message_set_retry_at (self->message, 0);
  look_up_token (self);

  return G_SOURCE_REMOVE;
}

/* Whether the call is to be made again a little later. The turn is kept: what waits behind it
 * would come too fast as well. */
static gboolean
wait_for_retry (ParlanceReply   *self,
                ParlanceOutcome *outcome)
{
  double delay = -1;
  int64_t ms;

  if (outcome->verdict != NULL && outcome->tool_calls == NULL && !self->begun)
    delay = parlance_backoff_delay (outcome->verdict, self->n_tries, g_random_double ());
  if (delay < 0)
    return FALSE;

  ms = delay * self->retry_second;
  parlance_message_set_retry_at (self->message, g_get_monotonic_time () + ms * 1000);
  self->retry_id = g_timeout_add_full (G_PRIORITY_DEFAULT, ms, on_retry_due, g_object_ref (self),
                                       g_object_unref);

  return TRUE;
}

static void
on_completed (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (ParlanceReply) self = user_data;
  g_autoptr (ParlanceOutcome) outcome = parlance_service_complete_finish (result, NULL);

  if (outcome != NULL && self->task != NULL && wait_for_retry (self, outcome))
    return;

  release_turn (self);

  if (outcome != NULL && self->task != NULL)
    take_outcome (self, outcome);
}

static GPtrArray *
dup_branch (ParlanceReply *self)
{
  ParlanceMessage *end = self->message;

  /* An empty reply is the place for the answer, not a part of the question. */
  if (parlance_message_is_empty (end))
    end = parlance_conversation_get_message (self->conversation,
                                             parlance_message_get_parent_id (end));

  return parlance_conversation_dup_branch (self->conversation, end);
}

/* Why there is no token. @error: (nullable): of the look for it. */
static ParlanceVerdictKind
judge_keyring (ParlanceKeyringState  state,
               const GError         *error)
{
  if (state == PARLANCE_KEYRING_LOCKED)
    return PARLANCE_VERDICT_KEYRING_LOCKED;
  if (state != PARLANCE_KEYRING_UNAVAILABLE)
    return PARLANCE_VERDICT_NO_TOKEN;
  if (g_error_matches (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_REFUSED))
    return PARLANCE_VERDICT_KEYRING_REFUSED;
  if (g_error_matches (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_SILENT))
    return PARLANCE_VERDICT_KEYRING_SILENT;

  return PARLANCE_VERDICT_NO_KEYRING;
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
        parlance_verdict_new (judge_keyring (self->keyring_state, error), 0,
                              error ? error->message : NULL, NULL);

      release_turn (self);
      finish (self, PARLANCE_STATE_FAILED, verdict);
    }
  else
    {
      /* The account may have another model by now, or since the part that is continued. */
      parlance_message_set_origin (self->message, parlance_account_get_id (self->account),
                                   parlance_account_get_model_id (self->account));
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

  self->has_turn =
    parlance_dispatcher_acquire_finish (PARLANCE_DISPATCHER (source), result, NULL);
  if (self->has_turn)
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
  self->journal = parlance_journal_new (self->store, message);

  if (!parlance_message_is_empty (message))
    {
      g_autofree char *text = parlance_message_dup_text (message, PARLANCE_PART_TEXT);

      self->overlap = parlance_overlap_new (text, strlen (text));
    }

  parlance_message_set_verdict (message, NULL);
  parlance_message_set_state (message, PARLANCE_STATE_PENDING);
  if (self->store != NULL)
    parlance_store_begin_reply (self->store, conversation, message);

  if (preset->quirks & PARLANCE_QUIRK_SERIAL)
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
