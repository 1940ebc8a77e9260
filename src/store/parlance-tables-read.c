/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-tables.h"

#include "parlance-store.h"

#include <glib/gi18n.h>

/* What stands in the file is not taken on trust: a text may be anything. */
static char *
column_dup_nullable (sqlite3_stmt *statement,
            int           column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);
  int         length = sqlite3_column_bytes (statement, column);

  return text ? g_utf8_make_valid (text, length) : NULL;
}

static char *
column_dup (sqlite3_stmt *statement,
            int           column)
{
  char *text = column_dup_nullable (statement, column);

  return text ? text : g_strdup ("");
}

static GString *
column_string (sqlite3_stmt *statement,
               int           column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);
  int         length = sqlite3_column_bytes (statement, column);

  return g_string_new_len (text ? text : "", text ? length : 0);
}

/* The next row of @statement, or its end, or an error (then *@good is %FALSE). */
static gboolean
next_row (ParlanceDatabase  *database,
          sqlite3_stmt      *statement,
          gboolean          *good,
          GError           **error)
{
  gboolean row = FALSE;

  *good = parlance_database_step (database, statement, &row, error);
  return *good && row;
}

GPtrArray *
parlance_tables_read_accounts (ParlanceDatabase  *database,
                               GError           **error)
{
  g_autoptr (GPtrArray) accounts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_account_record_free);
  sqlite3_stmt *statement = parlance_database_prepare (
    database,
    "SELECT id, preset, label, base_url, model_id, task FROM account WHERE id <> ''"
    " ORDER BY position, id",
    error);
  gboolean      good = statement != NULL;

  while (good && next_row (database, statement, &good, error))
    {
      ParlanceAccountRecord *account = g_new0 (ParlanceAccountRecord, 1);

      account->id = column_dup (statement, 0);
      account->preset = column_dup (statement, 1);
      account->label = column_dup (statement, 2);
      account->base_url = column_dup (statement, 3);
      account->model_id = column_dup (statement, 4);
      account->task = sqlite3_column_int (statement, 5);
      g_ptr_array_add (accounts, account);
    }

  return good ? g_steal_pointer (&accounts) : NULL;
}

GPtrArray *
parlance_tables_read_conversations (ParlanceDatabase  *database,
                                    GError           **error)
{
  g_autoptr (GPtrArray) conversations =
    g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_conversation_record_free);
  sqlite3_stmt *statement = parlance_database_prepare (
    database,
    "SELECT id, title, updated, leaf_id, draft FROM conversation WHERE NOT deleted AND id > 0"
    " ORDER BY updated DESC, id DESC",
    error);
  gboolean      good = statement != NULL;

  while (good && next_row (database, statement, &good, error))
    {
      ParlanceConversationRecord *conversation = g_new0 (ParlanceConversationRecord, 1);

      conversation->id = sqlite3_column_int64 (statement, 0);
      conversation->title = column_dup (statement, 1);
      conversation->updated = sqlite3_column_int64 (statement, 2);
      conversation->leaf_id = sqlite3_column_int64 (statement, 3);
      conversation->draft = column_dup (statement, 4);
      g_ptr_array_add (conversations, conversation);
    }

  return good ? g_steal_pointer (&conversations) : NULL;
}

static gboolean
read_number (ParlanceDatabase  *database,
             const char        *sql,
             int64_t            id,
             int64_t           *number,
             GError           **error)
{
  sqlite3_stmt *statement = parlance_database_prepare (database, sql, error);
  gboolean      good = statement != NULL;

  *number = 0;
  if (!good)
    return FALSE;

  if (sqlite3_bind_parameter_count (statement) > 0)
    sqlite3_bind_int64 (statement, 1, id);
  if (next_row (database, statement, &good, error))
    {
      *number = sqlite3_column_int64 (statement, 0);
      sqlite3_reset (statement);
    }

  return good;
}

static ParlanceMessageRecord *
read_message (sqlite3_stmt *statement)
{
  ParlanceMessageRecord *message = parlance_message_record_new_empty ();

  message->id = sqlite3_column_int64 (statement, 0);
  message->parent_id = sqlite3_column_int64 (statement, 1);
  /* So that no branch can go in circles. */
  if (message->parent_id < 0 || message->parent_id >= message->id)
    message->parent_id = 0;
  message->role = sqlite3_column_int (statement, 2);
  message->state = sqlite3_column_int (statement, 3);
  message->created = sqlite3_column_int64 (statement, 4);
  message->account_id = column_dup (statement, 5);
  message->model_id = column_dup (statement, 6);
  message->usage.prompt = sqlite3_column_int64 (statement, 7);
  message->usage.completion = sqlite3_column_int64 (statement, 8);
  message->usage.reasoning = sqlite3_column_int64 (statement, 9);
  message->finish_reason = column_dup_nullable (statement, 10);
  message->verdict = column_dup_nullable (statement, 11);
  message->verdict_status = sqlite3_column_int (statement, 12);
  message->verdict_words = column_dup_nullable (statement, 13);
  message->verdict_request_id = column_dup_nullable (statement, 14);

  return message;
}

/* Appends the texts of rows (message, kind, text), ordered by message, to @messages, which are in
 * the same order. */
static gboolean
read_texts (ParlanceDatabase  *database,
            const char        *sql,
            int64_t            conversation_id,
            GPtrArray         *messages,
            GError           **error)
{
  sqlite3_stmt *statement = parlance_database_prepare (database, sql, error);
  gboolean      good = statement != NULL;
  unsigned      at = 0;

  if (good && sqlite3_bind_parameter_count (statement) > 0)
    sqlite3_bind_int64 (statement, 1, conversation_id);

  while (good && next_row (database, statement, &good, error))
    {
      int64_t id = sqlite3_column_int64 (statement, 0);

      while (at < messages->len &&
             ((ParlanceMessageRecord *) g_ptr_array_index (messages, at))->id < id)
        at++;
      if (at < messages->len &&
          ((ParlanceMessageRecord *) g_ptr_array_index (messages, at))->id == id)
        parlance_message_record_append (g_ptr_array_index (messages, at),
                                        sqlite3_column_int (statement, 1),
                                        column_string (statement, 2));
    }

  return good;
}

GPtrArray *
parlance_tables_read_messages (ParlanceDatabase  *database,
                               int64_t            conversation_id,
                               int64_t           *leaf_id,
                               GError           **error)
{
  g_autoptr (GPtrArray) messages =
    g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_message_record_free);
  sqlite3_stmt *statement;
  gboolean      good;

  if (!read_number (database, "SELECT leaf_id FROM conversation WHERE id = ?1", conversation_id,
                    leaf_id, error))
    return NULL;

  /* A child's id is larger than its parent's. */
  statement = parlance_database_prepare (
    database,
    "SELECT id, coalesce (parent_id, 0), role, state, created, account_id, model_id,"
    " prompt_tokens, completion_tokens, reasoning_tokens, finish_reason, verdict,"
    " verdict_status, verdict_words, verdict_request_id"
    " FROM message WHERE conversation_id = ?1 AND id > 0 ORDER BY id",
    error);
  good = statement != NULL;
  if (good)
    sqlite3_bind_int64 (statement, 1, conversation_id);
  while (good && next_row (database, statement, &good, error))
    g_ptr_array_add (messages, read_message (statement));

  /* What a reply at work has journaled comes after its parts. */
  if (!good ||
      !read_texts (database,
                   "SELECT part.message_id, part.kind, part.text FROM message"
                   " JOIN part ON part.message_id = message.id"
                   " WHERE message.conversation_id = ?1 ORDER BY message.id, part.seq",
                   conversation_id, messages, error) ||
      !read_texts (database,
                   "SELECT journal.message_id, journal.kind, journal.text FROM journal"
                   " JOIN message ON message.id = journal.message_id"
                   " WHERE message.conversation_id = ?1 ORDER BY journal.message_id, journal.id",
                   conversation_id, messages, error))
    return NULL;

  return g_steal_pointer (&messages);
}

char *
parlance_tables_read_setting (ParlanceDatabase  *database,
                              const char        *name,
                              GError           **error)
{
  sqlite3_stmt *statement = parlance_database_prepare (
    database, "SELECT value FROM setting WHERE name = ?1", error);
  gboolean      good = statement != NULL;
  char         *value = NULL;

  if (good)
    sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  if (good && next_row (database, statement, &good, error))
    {
      value = column_dup (statement, 0);
      sqlite3_reset (statement);
    }

  return good && !value ? g_strdup ("") : value;
}

gboolean
parlance_tables_read_largest_id (ParlanceDatabase  *database,
                                 int64_t           *id,
                                 GError           **error)
{
  if (!read_number (database,
                    "SELECT max (coalesce ((SELECT max (id) FROM conversation), 0),"
                    " coalesce ((SELECT max (id) FROM message), 0))",
                    0, id, error))
    return FALSE;
  if (*id <= PARLANCE_TABLES_MAX_ID)
    return TRUE;

  g_set_error_literal (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_DAMAGED,
                       _("The file is not a database of Parlance."));
  return FALSE;
}

/* (element-type ParlanceMessageRecord): messages with a journal, with the texts of their parts
 * and then of the journal. */
static GPtrArray *
read_journaled (ParlanceDatabase  *database,
                GError           **error)
{
  g_autoptr (GPtrArray) messages =
    g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_message_record_free);
  sqlite3_stmt *statement = parlance_database_prepare (
    database, "SELECT DISTINCT message_id FROM journal ORDER BY message_id", error);
  gboolean      good = statement != NULL;

  while (good && next_row (database, statement, &good, error))
    {
      ParlanceMessageRecord *message = parlance_message_record_new_empty ();

      message->id = sqlite3_column_int64 (statement, 0);
      g_ptr_array_add (messages, message);
    }

  if (!good ||
      !read_texts (database,
                   "SELECT message_id, kind, text FROM part"
                   " WHERE message_id IN (SELECT message_id FROM journal)"
                   " ORDER BY message_id, seq",
                   0, messages, error) ||
      !read_texts (database,
                   "SELECT message_id, kind, text FROM journal"
                   " ORDER BY message_id, id",
                   0, messages, error))
    return NULL;

  return g_steal_pointer (&messages);
}

gboolean
parlance_tables_tidy (ParlanceDatabase  *database,
                      unsigned          *n_interrupted,
                      GError           **error)
{
  g_autoptr (GPtrArray) messages = NULL;
  sqlite3_stmt *statement;
  int64_t       n = 0;

  statement = parlance_database_prepare (database, "DELETE FROM conversation WHERE deleted", error);
  if (!statement || !parlance_database_step (database, statement, NULL, error))
    return FALSE;

  if (!(messages = read_journaled (database, error)))
    return FALSE;
  for (unsigned i = 0; i < messages->len; i++)
    {
      ParlanceMessageRecord *message = g_ptr_array_index (messages, i);

      if (!parlance_tables_write_parts (database, message->id, message->parts, error))
        return FALSE;
    }

  if (!read_number (database, "SELECT count (*) FROM message WHERE state < 2", 0, &n, error))
    return FALSE;
  *n_interrupted = (unsigned) n;

  statement = parlance_database_prepare (
    database, "UPDATE message SET state = ?1 WHERE state < 2", error);
  if (!statement)
    return FALSE;

  sqlite3_bind_int (statement, 1, PARLANCE_STATE_INTERRUPTED);
  return parlance_database_step (database, statement, NULL, error);
}
