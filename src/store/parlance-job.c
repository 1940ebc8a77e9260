/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-job.h"

#include "parlance-store.h"
#include "parlance-tables.h"

#include <glib/gi18n.h>

#define NEW_DRAFT "new-draft"

ParlanceJob *
parlance_job_new (ParlanceJobKind kind)
{
  ParlanceJob *self = g_new0 (ParlanceJob, 1);

  self->kind = kind;

  return self;
}

void
parlance_job_add_message (ParlanceJob     *self,
                          ParlanceMessage *message,
                          int64_t          conversation_id)
{
  if (!self->messages)
    self->messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_message_record_free);

  g_ptr_array_insert (self->messages, 0, parlance_message_record_new (message, conversation_id));
}

void
parlance_job_free (ParlanceJob *self)
{
  if (self->text)
    g_string_free (self->text, TRUE);
  g_clear_pointer (&self->account, parlance_account_record_free);
  g_clear_pointer (&self->conversation, parlance_conversation_record_free);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_clear_error (&self->refusal);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_clear_pointer (&self->conversations, g_ptr_array_unref);
  g_clear_object (&self->subject);
  g_clear_object (&self->place);
  g_clear_object (&self->task);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static gboolean
read_contents (ParlanceJob       *self,
               ParlanceDatabase  *database,
               GError           **error)
{
  g_autofree char *draft = NULL;

  if ((!parlance_database_is_read_only (database) &&
       !parlance_tables_tidy (database, &self->n_interrupted, error)) ||
      !parlance_tables_read_largest_id (database, &self->largest_id, error) ||
      !(self->accounts = parlance_tables_read_accounts (database, error)) ||
      !(self->conversations = parlance_tables_read_conversations (database, error)) ||
      !(draft = parlance_tables_read_setting (database, NEW_DRAFT, error)))
    return FALSE;

  self->text = g_string_new (draft);
  return TRUE;
}

static gboolean
read_messages (ParlanceJob       *self,
               ParlanceDatabase  *database,
               GError           **error)
{
  self->messages = parlance_tables_read_messages (database, self->id, &self->leaf_id, error);
  if (!self->messages)
    return FALSE;

  for (unsigned i = 0; i < self->messages->len; i++)
    {
      ParlanceMessageRecord *message = g_ptr_array_index (self->messages, i);

      parlance_message_record_repair (message);
      /* Where tidying was not possible: nobody is at work on these. */
      if (parlance_database_is_read_only (database) &&
          message->state <= (int) PARLANCE_STATE_STREAMING)
        message->state = PARLANCE_STATE_INTERRUPTED;
    }

  return TRUE;
}

static gboolean
has_parent (ParlanceJob       *self,
            ParlanceDatabase  *database,
            GError           **error)
{
  ParlanceMessageRecord *first = g_ptr_array_index (self->messages, 0);
  gboolean               has = FALSE;

  if (first->parent_id == 0)
    return TRUE;
  if (!parlance_tables_has_message (database, first->parent_id, &has, error))
    return FALSE;
  if (has)
    return TRUE;

  self->parent_missing = TRUE;
  g_set_error_literal (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_FAILED,
                       _("The message before this one could not be saved."));
  return FALSE;
}

static gboolean
add_messages (ParlanceJob       *self,
              ParlanceDatabase  *database,
              GError           **error)
{
  if (!has_parent (self, database, error) ||
      !parlance_tables_write_conversation (database, self->conversation, error))
    return FALSE;

  for (unsigned i = 0; i < self->messages->len; i++)
    {
      ParlanceMessageRecord *message = g_ptr_array_index (self->messages, i);

      if (!parlance_tables_write_message (database, message, error) ||
          !parlance_tables_write_parts (database, message->id, message->parts, error))
        return FALSE;
    }

  return TRUE;
}

/* A reply that is continued has its parts in the database already; what was journaled since is not
 * to be stored twice. */
static gboolean
begin_reply (ParlanceJob       *self,
             ParlanceDatabase  *database,
             GError           **error)
{
  ParlanceMessageRecord *message = g_ptr_array_index (self->messages, 0);
  gboolean               has = FALSE;

  if (!parlance_tables_has_message (database, message->id, &has, error))
    return FALSE;
  if (!has)
    return add_messages (self, database, error);

  return parlance_tables_write_conversation (database, self->conversation, error) &&
         parlance_tables_write_message (database, message, error);
}

static gboolean
end_reply (ParlanceJob       *self,
           ParlanceDatabase  *database,
           GError           **error)
{
  ParlanceMessageRecord *message = g_ptr_array_index (self->messages, 0);

  return parlance_tables_write_message (database, message, error) &&
         parlance_tables_write_parts (database, message->id, message->parts, error);
}

static gboolean
carry_out (ParlanceJob       *self,
           ParlanceDatabase  *database,
           GError           **error)
{
  switch (self->kind)
    {
    case PARLANCE_JOB_OPEN:
      return read_contents (self, database, error);
    case PARLANCE_JOB_LOAD:
      return read_messages (self, database, error);
    case PARLANCE_JOB_SAVE_ACCOUNT:
      return parlance_tables_write_account (database, self->account, error);
    case PARLANCE_JOB_SAVE_CONVERSATION:
      return parlance_tables_write_conversation (database, self->conversation, error);
    case PARLANCE_JOB_SAVE_NEW_DRAFT:
      return parlance_tables_write_setting (database, NEW_DRAFT, self->text->str, error);
    case PARLANCE_JOB_SET_DELETED:
      return parlance_tables_mark_deleted (database, self->id, self->number, error);
    case PARLANCE_JOB_ADD_MESSAGE:
      return add_messages (self, database, error);
    case PARLANCE_JOB_BEGIN_REPLY:
      return begin_reply (self, database, error);
    case PARLANCE_JOB_APPEND:
      return parlance_tables_write_journal (database, self->id, self->number, self->text, error);
    case PARLANCE_JOB_END_REPLY:
      return end_reply (self, database, error);
    case PARLANCE_JOB_REMOVE_MESSAGE:
      return parlance_tables_remove_message (database, self->id, error);
    case PARLANCE_JOB_CLOSE:
    case PARLANCE_JOB_QUIT:
    default:
      g_assert_not_reached ();
    }
}

/* A person waits for nothing else than a message of theirs; the others follow each other. */
static ParlanceCommit
commit_of (ParlanceJobKind kind)
{
  switch (kind)
    {
    case PARLANCE_JOB_ADD_MESSAGE:
    case PARLANCE_JOB_END_REPLY:
    case PARLANCE_JOB_SAVE_ACCOUNT:
      return PARLANCE_COMMIT_DURABLE;
    default:
      return PARLANCE_COMMIT_WRITTEN;
    }
}

gboolean
parlance_job_run (ParlanceJob       *self,
                  ParlanceDatabase  *database,
                  GError           **error)
{
  if (self->kind == PARLANCE_JOB_LOAD || parlance_database_is_read_only (database))
    return carry_out (self, database, error);

  return parlance_database_begin (database, commit_of (self->kind), error) &&
         parlance_database_end (database, carry_out (self, database, error), error);
}

gboolean
parlance_job_run_appends (GPtrArray         *jobs,
                          ParlanceDatabase  *database,
                          GError           **error)
{
  GError   *first = NULL;
  GError   *failure = NULL;
  gboolean  open;

  if (!parlance_database_begin (database, PARLANCE_COMMIT_WRITTEN, error))
    return FALSE;

  open = TRUE;
  for (unsigned i = 0; open && i < jobs->len; i++)
    {
      if (!carry_out (g_ptr_array_index (jobs, i), database, first ? NULL : &first))
        open = parlance_database_in_transaction (database);
    }

  if (!parlance_database_end (database, open, first ? NULL : &failure) && !first)
    first = failure;
  if (!first)
    return TRUE;

  g_propagate_error (error, first);
  return FALSE;
}
