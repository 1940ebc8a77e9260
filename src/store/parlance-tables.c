/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-tables.h"

static void
bind_text (sqlite3_stmt *statement,
           int           column,
           const char   *text)
{
  sqlite3_bind_text (statement, column, text, -1, SQLITE_STATIC);
}

static void
bind_string (sqlite3_stmt  *statement,
             int            column,
             const GString *text)
{
  sqlite3_bind_text64 (statement, column, text->str, text->len, SQLITE_STATIC, SQLITE_UTF8);
}

/* Runs a statement that gives no rows; %NULL is one that could not be prepared. */
static gboolean
run (ParlanceDatabase  *database,
     sqlite3_stmt      *statement,
     GError           **error)
{
  return statement && parlance_database_step (database, statement, NULL, error);
}

static gboolean
run_with_id (ParlanceDatabase  *database,
             const char        *sql,
             int64_t            id,
             GError           **error)
{
  sqlite3_stmt *statement = parlance_database_prepare (database, sql, error);

  if (!statement)
    return FALSE;

  sqlite3_bind_int64 (statement, 1, id);
  return run (database, statement, error);
}

gboolean
parlance_tables_write_account (ParlanceDatabase       *database,
                               ParlanceAccountRecord  *account,
                               GError                **error)
{
  sqlite3_stmt *statement = parlance_database_prepare (
    database,
    "INSERT INTO account (id, position, preset, label, base_url, model_id, task)"
    " VALUES (?1, (SELECT coalesce (max (position), 0) + 1 FROM account), ?2, ?3, ?4, ?5, ?6)"
    " ON CONFLICT (id) DO UPDATE SET preset = excluded.preset, label = excluded.label,"
    " base_url = excluded.base_url, model_id = excluded.model_id, task = excluded.task",
    error);

  if (!statement)
    return FALSE;

  bind_text (statement, 1, account->id);
  bind_text (statement, 2, account->preset);
  bind_text (statement, 3, account->label);
  bind_text (statement, 4, account->base_url);
  bind_text (statement, 5, account->model_id);
  sqlite3_bind_int (statement, 6, account->task);
  return run (database, statement, error);
}

gboolean
parlance_tables_write_conversation (ParlanceDatabase            *database,
                                    ParlanceConversationRecord  *conversation,
                                    GError                     **error)
{
  sqlite3_stmt *statement = parlance_database_prepare (
    database,
    "INSERT INTO conversation (id, title, updated, leaf_id, draft) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (id) DO UPDATE SET title = excluded.title, updated = excluded.updated,"
    " leaf_id = CASE excluded.leaf_id WHEN 0 THEN leaf_id ELSE excluded.leaf_id END,"
    " draft = excluded.draft",
    error);

  if (!statement)
    return FALSE;

  sqlite3_bind_int64 (statement, 1, conversation->id);
  bind_text (statement, 2, conversation->title);
  sqlite3_bind_int64 (statement, 3, conversation->updated);
  sqlite3_bind_int64 (statement, 4, conversation->leaf_id);
  bind_text (statement, 5, conversation->draft);
  return run (database, statement, error);
}

gboolean
parlance_tables_write_setting (ParlanceDatabase  *database,
                               const char        *name,
                               const char        *value,
                               GError           **error)
{
  sqlite3_stmt *statement = parlance_database_prepare (
    database,
    "INSERT INTO setting (name, value) VALUES (?1, ?2)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    error);

  if (!statement)
    return FALSE;

  bind_text (statement, 1, name);
  bind_text (statement, 2, value);
  return run (database, statement, error);
}

gboolean
parlance_tables_mark_deleted (ParlanceDatabase  *database,
                              int64_t            conversation_id,
                              gboolean           deleted,
                              GError           **error)
{
  return run_with_id (database,
                      deleted ? "UPDATE conversation SET deleted = 1 WHERE id = ?1"
                              : "UPDATE conversation SET deleted = 0 WHERE id = ?1",
                      conversation_id, error);
}

gboolean
parlance_tables_write_message (ParlanceDatabase       *database,
                               ParlanceMessageRecord  *message,
                               GError                **error)
{
  /* The end of a reply repairs a beginning that could not be stored: its place is its parent's. */
  sqlite3_stmt *statement = parlance_database_prepare (
    database,
    "INSERT INTO message (id, conversation_id, parent_id, role, state, created, account_id,"
    " model_id, prompt_tokens, completion_tokens, reasoning_tokens, finish_reason, verdict,"
    " verdict_status, verdict_words, verdict_request_id)"
    " VALUES (?1, coalesce (nullif (?2, 0), (SELECT conversation_id FROM message WHERE id = ?1),"
    " (SELECT conversation_id FROM message WHERE id = ?3)), nullif (?3, 0), ?4, ?5, ?6, ?7, ?8,"
    " ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, account_id = excluded.account_id,"
    " model_id = excluded.model_id, prompt_tokens = excluded.prompt_tokens,"
    " completion_tokens = excluded.completion_tokens,"
    " reasoning_tokens = excluded.reasoning_tokens, finish_reason = excluded.finish_reason,"
    " verdict = excluded.verdict, verdict_status = excluded.verdict_status,"
    " verdict_words = excluded.verdict_words, verdict_request_id = excluded.verdict_request_id",
    error);

  if (!statement)
    return FALSE;

  sqlite3_bind_int64 (statement, 1, message->id);
  sqlite3_bind_int64 (statement, 2, message->conversation_id);
  sqlite3_bind_int64 (statement, 3, message->parent_id);
  sqlite3_bind_int (statement, 4, message->role);
  sqlite3_bind_int (statement, 5, message->state);
  sqlite3_bind_int64 (statement, 6, message->created);
  bind_text (statement, 7, message->account_id);
  bind_text (statement, 8, message->model_id);
  sqlite3_bind_int64 (statement, 9, message->usage.prompt);
  sqlite3_bind_int64 (statement, 10, message->usage.completion);
  sqlite3_bind_int64 (statement, 11, message->usage.reasoning);
  bind_text (statement, 12, message->finish_reason);
  bind_text (statement, 13, message->verdict);
  sqlite3_bind_int (statement, 14, message->verdict_status);
  bind_text (statement, 15, message->verdict_words);
  bind_text (statement, 16, message->verdict_request_id);
  return run (database, statement, error);
}

gboolean
parlance_tables_write_parts (ParlanceDatabase  *database,
                             int64_t            message_id,
                             GArray            *parts,
                             GError           **error)
{
  if (!run_with_id (database, "DELETE FROM part WHERE message_id = ?1", message_id, error) ||
      !run_with_id (database, "DELETE FROM journal WHERE message_id = ?1", message_id, error))
    return FALSE;

  for (unsigned i = 0; i < parts->len; i++)
    {
      ParlancePart *part = &g_array_index (parts, ParlancePart, i);
      sqlite3_stmt *statement = parlance_database_prepare (
        database, "INSERT INTO part (message_id, seq, kind, text) VALUES (?1, ?2, ?3, ?4)", error);

      if (!statement)
        return FALSE;

      sqlite3_bind_int64 (statement, 1, message_id);
      sqlite3_bind_int64 (statement, 2, i);
      sqlite3_bind_int (statement, 3, (int) part->kind);
      bind_string (statement, 4, part->text);
      if (!run (database, statement, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
parlance_tables_write_journal (ParlanceDatabase  *database,
                               int64_t            message_id,
                               int                kind,
                               GString           *text,
                               GError           **error)
{
  sqlite3_stmt *statement = parlance_database_prepare (
    database, "INSERT INTO journal (message_id, kind, text) VALUES (?1, ?2, ?3)", error);

  if (!statement)
    return FALSE;

  sqlite3_bind_int64 (statement, 1, message_id);
  sqlite3_bind_int (statement, 2, kind);
  bind_string (statement, 3, text);
  return run (database, statement, error);
}

gboolean
parlance_tables_has_message (ParlanceDatabase  *database,
                             int64_t            message_id,
                             gboolean          *has,
                             GError           **error)
{
  sqlite3_stmt *statement = parlance_database_prepare (
    database, "SELECT 1 FROM message WHERE id = ?1", error);

  if (!statement)
    return FALSE;

  sqlite3_bind_int64 (statement, 1, message_id);
  if (!parlance_database_step (database, statement, has, error))
    return FALSE;

  sqlite3_reset (statement);
  return TRUE;
}

gboolean
parlance_tables_remove_message (ParlanceDatabase  *database,
                                int64_t            message_id,
                                GError           **error)
{
  return run_with_id (database, "DELETE FROM message WHERE id = ?1", message_id, error);
}
