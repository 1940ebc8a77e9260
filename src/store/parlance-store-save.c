/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests for which nobody waits: where one fails, it is owed until it succeeds. */
#include "parlance-store-private.h"

ParlanceJob *
parlance_store_new_message_job (ParlanceJobKind       kind,
                                ParlanceConversation *conversation,
                                ParlanceMessage      *message)
{
  ParlanceJob *job = parlance_job_new (kind);
  int64_t      id = parlance_message_get_id (message);

  job->conversation = parlance_conversation_record_new (conversation);
  if (!parlance_conversation_get_message (conversation, id))
    job->conversation->leaf_id = id;
  parlance_job_add_message (job, message, job->conversation->id);

  return job;
}

ParlanceJob *
parlance_store_new_branch_job (ParlanceConversation *conversation,
                               ParlanceMessage      *message)
{
  ParlanceJob *job =
    parlance_store_new_message_job (PARLANCE_JOB_ADD_MESSAGE, conversation, message);

  while ((message = parlance_conversation_get_message (conversation,
                                                       parlance_message_get_parent_id (message))))
    parlance_job_add_message (job, message, job->conversation->id);

  return job;
}

/* Whether a later request cannot be trusted to repair it. */
static gboolean
is_owed (ParlanceJob *job)
{
  switch (job->kind)
    {
    case PARLANCE_JOB_SAVE_ACCOUNT:
    case PARLANCE_JOB_SAVE_CONVERSATION:
    case PARLANCE_JOB_SAVE_NEW_DRAFT:
    case PARLANCE_JOB_SET_DELETED:
      return TRUE;
    case PARLANCE_JOB_END_REPLY:
    case PARLANCE_JOB_ADD_MESSAGE:
      return job->place != NULL;
    default:
      return FALSE;
    }
}

static gboolean
is_same (ParlanceJob *a,
         ParlanceJob *b)
{
  return a->subject == b->subject &&
         (a->kind == b->kind || PARLANCE_IS_MESSAGE (a->subject));
}

static void
forgive (ParlanceStore *self,
         ParlanceJob   *job)
{
  for (unsigned i = self->owed->len; i > 0; i--)
    if (is_same (self->owed->pdata[i - 1], job))
      g_ptr_array_remove_index_fast (self->owed, i - 1);
}

/* The same request as things are now. */
static ParlanceJob *
renew (ParlanceJob *job)
{
  ParlanceJob *renewed;

  if (PARLANCE_IS_MESSAGE (job->subject))
    renewed = parlance_store_new_branch_job (job->place, PARLANCE_MESSAGE (job->subject));
  else
    renewed = parlance_job_new (job->kind);

  renewed->id = job->id;
  renewed->number = job->number;
  renewed->subject = g_steal_pointer (&job->subject);
  renewed->place = g_steal_pointer (&job->place);
  renewed->text = g_steal_pointer (&job->text);
  if (job->kind == PARLANCE_JOB_SAVE_ACCOUNT)
    renewed->account = parlance_account_record_new (PARLANCE_ACCOUNT (renewed->subject));
  else if (job->kind == PARLANCE_JOB_SAVE_CONVERSATION)
    renewed->conversation =
      parlance_conversation_record_new (PARLANCE_CONVERSATION (renewed->subject));

  return renewed;
}

void
parlance_store_pay (ParlanceStore *self)
{
  g_autoptr (GPtrArray) owed = g_steal_pointer (&self->owed);

  self->owed = g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_job_free);
  for (unsigned i = 0; i < owed->len; i++)
    {
      ParlanceJob *job = renew (owed->pdata[i]);

      /* A reply that goes on is stored at its end; its journal is not to be replaced before. */
      if (g_hash_table_contains (self->begun, job->subject))
        g_ptr_array_add (self->owed, job);
      else
        parlance_store_worker_push (self->worker, job);
    }
}

void
parlance_store_take_saved (ParlanceStore *self)
{
  parlance_store_pay (self);

  if (!self->failing)
    return;

  self->failing = FALSE;
  parlance_store_emit_saved (self);
}

void
parlance_store_take_returned (ParlanceStore *self,
                              ParlanceJob   *job)
{
  forgive (self, job);

  if (!job->error)
    {
      parlance_store_take_saved (self);
      return;
    }

  if (is_owed (job))
    g_ptr_array_add (self->owed, renew (job));

  if (self->failing)
    return;

  self->failing = TRUE;
  parlance_store_emit_failed (self, job->error);
}

void
parlance_store_save_account (ParlanceStore   *self,
                             ParlanceAccount *account)
{
  ParlanceJob *job;

  g_return_if_fail (PARLANCE_IS_STORE (self));
  g_return_if_fail (PARLANCE_IS_ACCOUNT (account));

  job = parlance_job_new (PARLANCE_JOB_SAVE_ACCOUNT);
  job->account = parlance_account_record_new (account);
  job->subject = G_OBJECT (g_object_ref (account));
  parlance_store_worker_push (self->worker, job);
}

void
parlance_store_save_conversation (ParlanceStore        *self,
                                  ParlanceConversation *conversation)
{
  ParlanceJob *job;

  g_return_if_fail (PARLANCE_IS_STORE (self));
  g_return_if_fail (PARLANCE_IS_CONVERSATION (conversation));

  job = parlance_job_new (PARLANCE_JOB_SAVE_CONVERSATION);
  job->conversation = parlance_conversation_record_new (conversation);
  job->subject = G_OBJECT (g_object_ref (conversation));
  parlance_store_worker_push (self->worker, job);
}

void
parlance_store_save_new_draft (ParlanceStore *self,
                               const char    *draft)
{
  ParlanceJob *job;

  g_return_if_fail (PARLANCE_IS_STORE (self));
  g_return_if_fail (draft != NULL);

  job = parlance_job_new (PARLANCE_JOB_SAVE_NEW_DRAFT);
  job->text = g_string_new (draft);
  parlance_store_worker_push (self->worker, job);
}

void
parlance_store_set_deleted (ParlanceStore        *self,
                            ParlanceConversation *conversation,
                            gboolean              deleted)
{
  ParlanceJob *job;

  g_return_if_fail (PARLANCE_IS_STORE (self));
  g_return_if_fail (PARLANCE_IS_CONVERSATION (conversation));

  job = parlance_job_new (PARLANCE_JOB_SET_DELETED);
  job->id = parlance_conversation_get_id (conversation);
  job->number = deleted;
  job->subject = G_OBJECT (g_object_ref (conversation));
  parlance_store_worker_push (self->worker, job);
}

void
parlance_store_begin_reply (ParlanceStore        *self,
                            ParlanceConversation *conversation,
                            ParlanceMessage      *message)
{
  g_return_if_fail (PARLANCE_IS_STORE (self));
  g_return_if_fail (PARLANCE_IS_CONVERSATION (conversation));
  g_return_if_fail (PARLANCE_IS_MESSAGE (message));

  /* What a reply that goes on had before may be owed. */
  parlance_store_pay (self);
  g_hash_table_insert (self->begun, g_object_ref (message), g_object_ref (conversation));
  parlance_store_worker_push (self->worker,
                              parlance_store_new_message_job (PARLANCE_JOB_BEGIN_REPLY,
                                                              conversation, message));
}

void
parlance_store_append (ParlanceStore    *self,
                       int64_t           message_id,
                       ParlancePartKind  kind,
                       const char       *text,
                       gssize            length)
{
  ParlanceJob *job;

  g_return_if_fail (PARLANCE_IS_STORE (self));
  g_return_if_fail (text != NULL);

  job = parlance_job_new (PARLANCE_JOB_APPEND);
  job->id = message_id;
  job->number = (int) kind;
  job->text = length < 0 ? g_string_new (text) : g_string_new_len (text, length);
  parlance_store_worker_push (self->worker, job);
}

void
parlance_store_end_reply (ParlanceStore   *self,
                          ParlanceMessage *message)
{
  ParlanceJob *job;

  g_return_if_fail (PARLANCE_IS_STORE (self));
  g_return_if_fail (PARLANCE_IS_MESSAGE (message));

  job = parlance_job_new (PARLANCE_JOB_END_REPLY);
  parlance_job_add_message (job, message, 0);
  job->subject = G_OBJECT (g_object_ref (message));
  g_set_object (&job->place, g_hash_table_lookup (self->begun, message));
  g_hash_table_remove (self->begun, message);
  parlance_store_worker_push (self->worker, job);
}

void
parlance_store_remove_message (ParlanceStore *self,
                               int64_t        message_id)
{
  ParlanceJob *job;

  g_return_if_fail (PARLANCE_IS_STORE (self));

  job = parlance_job_new (PARLANCE_JOB_REMOVE_MESSAGE);
  job->id = message_id;
  parlance_store_worker_push (self->worker, job);
}
