/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-salvage.h"

#include "parlance-store.h"
#include "parlance-tables.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* The log first: beside a new database it would be taken for that one's own. */
static const char *const suffixes[] = { "-wal", "-shm", "-journal", "" };

typedef struct
{
  const char *name;
  const char *columns;
} Table;

/* Parents before children. A part's own id says nothing. */
static const Table tables[] = {
  { "account", "id, position, preset, label, base_url, model_id, task" },
  { "setting", "name, value" },
  { "conversation", "id, title, updated, leaf_id, draft, deleted" },
  { "message", "id, conversation_id, parent_id, role, state, created, account_id, model_id,"
               " prompt_tokens, completion_tokens, reasoning_tokens, finish_reason, verdict,"
               " verdict_status, verdict_words, verdict_request_id" },
  { "part", "message_id, seq, kind, text" },
  { "journal", "id, message_id, kind, text" },
};

/* What rows were lost leaves others without a place. A message goes below the one that came before
 * it; a conversation gets a row again, whose title is unknown. */
static const char mend[] =
  "INSERT INTO conversation (id, title, updated, leaf_id, draft)"
  " SELECT conversation_id, '', max (created), 0, '' FROM message"
  " WHERE conversation_id NOT IN (SELECT id FROM conversation) GROUP BY conversation_id;"
  "UPDATE message SET parent_id = (SELECT max (id) FROM message AS earlier"
  " WHERE earlier.conversation_id = message.conversation_id AND earlier.id < message.id)"
  " WHERE parent_id IS NOT NULL AND (parent_id >= id OR parent_id NOT IN"
  " (SELECT id FROM message AS other WHERE other.conversation_id = message.conversation_id));"
  "DELETE FROM part WHERE message_id NOT IN (SELECT id FROM message);"
  "DELETE FROM journal WHERE message_id NOT IN (SELECT id FROM message);";

static char *
find_free_name (const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y-%m-%d-%H%M%S");

  for (unsigned n = 1;; n++)
    {
      g_autofree char *name = n == 1 ? g_strdup_printf ("%s.damaged-%s", path, stamp)
                                     : g_strdup_printf ("%s.damaged-%s-%u", path, stamp, n);
      gboolean         taken = FALSE;

      for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
        {
          g_autofree char *file = g_strconcat (name, suffixes[i], NULL);
          GStatBuf         info;

          taken = taken || g_lstat (file, &info) == 0;
        }
      if (!taken)
        return g_steal_pointer (&name);
    }
}

static gboolean
rename_file (const char *from,
             const char *to,
             const char *suffix)
{
  g_autofree char *source = g_strconcat (from, suffix, NULL);
  g_autofree char *target = g_strconcat (to, suffix, NULL);

  return g_rename (source, target) == 0 || (errno == ENOENT && *suffix != '\0');
}

char *
parlance_salvage_set_aside (const char  *path,
                            GError     **error)
{
  g_autofree char *name = find_free_name (path);

  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      int code;

      if (rename_file (path, name, suffixes[i]))
        continue;

      code = errno;
      while (i-- > 0)
        rename_file (name, path, suffixes[i]);
      g_set_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_DAMAGED,
                   /* Translators: %s is what the system said. */
                   _("The database is damaged, and it cannot be set aside: %s"),
                   g_strerror (code));
      return NULL;
    }

  return g_steal_pointer (&name);
}

/* Fails only where the new database does. */
static gboolean
copy_row (sqlite3      *to,
          sqlite3_stmt *source,
          sqlite3_stmt *insert)
{
  int rc;

  for (int i = 0; i < sqlite3_column_count (source); i++)
    sqlite3_bind_value (insert, i + 1, sqlite3_column_value (source, i));
  rc = sqlite3_step (insert);
  sqlite3_reset (insert);

  /* A row that the schema does not take is lost. */
  return rc == SQLITE_DONE || ((rc & 0xff) == SQLITE_CONSTRAINT && !sqlite3_get_autocommit (to));
}

/* Reads as far as it goes, from the beginning and then from the end: a damaged page in the middle
 * costs no more than its own rows. */
static gboolean
copy_table (sqlite3     *from,
            sqlite3     *to,
            const Table *table,
            GError     **error)
{
  static const char *const orders[] = { "ASC", "DESC" };
  g_autofree char *insert_sql = NULL;
  g_autoptr (GString) marks = g_string_new ("?");
  sqlite3_stmt *insert = NULL;
  gboolean      good = TRUE;
  int           rc = SQLITE_ROW;

  for (const char *c = table->columns; *c; c++)
    if (*c == ',')
      g_string_append (marks, ", ?");
  insert_sql = g_strdup_printf ("INSERT OR IGNORE INTO %s (%s) VALUES (%s)", table->name,
                                table->columns, marks->str);
  good = sqlite3_prepare_v2 (to, insert_sql, -1, &insert, NULL) == SQLITE_OK;

  for (size_t i = 0; good && rc != SQLITE_DONE && i < G_N_ELEMENTS (orders); i++)
    {
      g_autofree char *sql = g_strdup_printf (
        "SELECT %s FROM %s WHERE rowid BETWEEN 1 AND %" G_GINT64_FORMAT " ORDER BY rowid %s",
        table->columns, table->name, PARLANCE_TABLES_MAX_ID, orders[i]);
      sqlite3_stmt    *source = NULL;

      rc = sqlite3_prepare_v2 (from, sql, -1, &source, NULL);
      if (rc == SQLITE_OK)
        while (good && (rc = sqlite3_step (source)) == SQLITE_ROW)
          good = copy_row (to, source, insert);
      sqlite3_finalize (source);
    }

  sqlite3_finalize (insert);
  if (!good)
    parlance_database_set_error (to, sqlite3_extended_errcode (to), error);
  return good;
}

static gboolean
copy_tables (sqlite3  *from,
             sqlite3  *to,
             GError  **error)
{
  int rc = sqlite3_exec (to, "BEGIN IMMEDIATE", NULL, NULL, NULL);

  for (size_t i = 0; rc == SQLITE_OK && i < G_N_ELEMENTS (tables); i++)
    if (!copy_table (from, to, &tables[i], error))
      {
        sqlite3_exec (to, "ROLLBACK", NULL, NULL, NULL);
        return FALSE;
      }

  if (rc == SQLITE_OK)
    rc = sqlite3_exec (to, mend, NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec (to, "COMMIT", NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    return TRUE;

  parlance_database_set_error (to, rc, error);
  if (!sqlite3_get_autocommit (to))
    sqlite3_exec (to, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

gboolean
parlance_salvage_copy (ParlanceDatabase  *database,
                       const char        *path,
                       GError           **error)
{
  sqlite3  *to = parlance_database_get_handle (database);
  sqlite3  *from = NULL;
  gboolean  good = TRUE;

  if (sqlite3_open_v2 (path, &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
    {
      /* Reads a file that was cut off, and past what is wrong with the schema. */
      sqlite3_exec (from, "PRAGMA writable_schema = ON", NULL, NULL, NULL);
      sqlite3_exec (to, "PRAGMA foreign_keys = OFF", NULL, NULL, NULL);
      good = copy_tables (from, to, error);
      sqlite3_exec (to, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
    }
  sqlite3_close (from);

  return good;
}
