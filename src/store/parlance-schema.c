/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-schema.h"

#include "parlance-database.h"
#include "parlance-store.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* Never change a step that has been released: a database out there has gone through it. */
static const char *const version_1 =
  "CREATE TABLE account ("
  "  id TEXT NOT NULL PRIMARY KEY,"
  "  position INTEGER NOT NULL,"
  "  preset TEXT NOT NULL,"
  "  label TEXT NOT NULL,"
  "  base_url TEXT NOT NULL,"
  "  model_id TEXT NOT NULL,"
  "  task INTEGER NOT NULL"
  ") STRICT;"
  "CREATE TABLE conversation ("
  "  id INTEGER PRIMARY KEY,"
  "  title TEXT NOT NULL,"
  "  updated INTEGER NOT NULL,"
  "  leaf_id INTEGER NOT NULL,"
  "  draft TEXT NOT NULL,"
  "  deleted INTEGER NOT NULL DEFAULT 0"
  ") STRICT;"
  "CREATE TABLE message ("
  "  id INTEGER PRIMARY KEY,"
  "  conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,"
  /* Deferred, so that a conversation's messages can go in any order. */
  "  parent_id INTEGER REFERENCES message (id) DEFERRABLE INITIALLY DEFERRED,"
  "  role INTEGER NOT NULL,"
  "  state INTEGER NOT NULL,"
  "  created INTEGER NOT NULL,"
  "  account_id TEXT NOT NULL,"
  "  model_id TEXT NOT NULL,"
  "  prompt_tokens INTEGER NOT NULL,"
  "  completion_tokens INTEGER NOT NULL,"
  "  reasoning_tokens INTEGER NOT NULL,"
  "  finish_reason TEXT,"
  "  verdict TEXT,"
  "  verdict_status INTEGER NOT NULL,"
  "  verdict_words TEXT,"
  "  verdict_request_id TEXT"
  ") STRICT;"
  "CREATE INDEX message_conversation ON message (conversation_id);"
  "CREATE INDEX message_parent ON message (parent_id);"
  /* Replies that are pending or streaming: looked for at each start. */
  "CREATE INDEX message_active ON message (state) WHERE state < 2;"
  "CREATE TABLE part ("
  "  id INTEGER PRIMARY KEY,"
  "  message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,"
  "  seq INTEGER NOT NULL,"
  "  kind INTEGER NOT NULL,"
  "  text TEXT NOT NULL,"
  "  UNIQUE (message_id, seq)"
  ") STRICT;"
  "CREATE TABLE journal ("
  "  id INTEGER PRIMARY KEY,"
  "  message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,"
  "  kind INTEGER NOT NULL,"
  "  text TEXT NOT NULL"
  ") STRICT;"
  "CREATE INDEX journal_message ON journal (message_id);"
  "CREATE TABLE setting ("
  "  name TEXT NOT NULL PRIMARY KEY,"
  "  value TEXT NOT NULL"
  ") STRICT;";

const char *const parlance_schema_steps[] = { version_1, NULL };

static gboolean
read_number (sqlite3     *handle,
             const char  *sql,
             int         *number,
             GError     **error)
{
  sqlite3_stmt *statement = NULL;
  int           rc = sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL);

  if (rc == SQLITE_OK)
    rc = sqlite3_step (statement);
  if (rc == SQLITE_ROW)
    *number = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);

  if (rc == SQLITE_ROW)
    return TRUE;

  /* The statements are right: what is there is of no format that SQLite knows. */
  parlance_database_set_error (handle, rc == SQLITE_ERROR ? SQLITE_NOTADB : rc, error);
  return FALSE;
}

static int
count_steps (const char *const *steps)
{
  return (int) g_strv_length ((char **) steps);
}

gboolean
parlance_schema_check (sqlite3            *handle,
                       const char *const  *steps,
                       GError            **error)
{
  int version = 0;
  int n_tables = 0;

  if (!read_number (handle, "PRAGMA user_version", &version, error) ||
      !read_number (handle, "SELECT count(*) FROM sqlite_schema", &n_tables, error))
    return FALSE;

  if (version > count_steps (steps))
    {
      g_set_error_literal (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_NEWER,
                           _("The conversations were saved by a newer version of Parlance. "
                             "Update Parlance to open them."));
      return FALSE;
    }

  if (version < 0 || (version == 0 && n_tables > 0))
    {
      g_set_error_literal (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_DAMAGED,
                           _("The file is not a database of Parlance."));
      return FALSE;
    }

  return TRUE;
}

/* The copy's path. */
static char *
make_backup (sqlite3     *handle,
             const char  *path,
             int          version,
             GError     **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%S.%f");
  g_autofree char *backup = g_strdup_printf ("%s.v%d-%s.backup", path, version, stamp);
  char            *sql;
  int              fd;
  int              rc;

  /* SQLite takes an empty file, and would make one that others can read. */
  fd = g_open (backup, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (fd >= 0)
    close (fd);

  sql = sqlite3_mprintf ("VACUUM INTO %Q", backup);
  rc = sqlite3_exec (handle, sql, NULL, NULL, NULL);
  sqlite3_free (sql);
  if (rc == SQLITE_OK)
    return g_steal_pointer (&backup);

  parlance_database_set_error (handle, rc, error);
  g_unlink (backup);
  return NULL;
}

gboolean
parlance_schema_upgrade (sqlite3            *handle,
                         const char         *path,
                         const char *const  *steps,
                         GError            **error)
{
  g_autofree char *set_version = NULL;
  g_autofree char *backup = NULL;
  int              last = count_steps (steps);
  int              version = 0;
  int              rc;

  if (!read_number (handle, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version >= last)
    return TRUE;
  if (version > 0 && !(backup = make_backup (handle, path, version, error)))
    return FALSE;

  set_version = g_strdup_printf ("PRAGMA user_version = %d", last);
  rc = sqlite3_exec (handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  for (int i = version; rc == SQLITE_OK && i < last; i++)
    rc = sqlite3_exec (handle, steps[i], NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec (handle, set_version, NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec (handle, "COMMIT", NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    return TRUE;

  parlance_database_set_error (handle, rc, error);
  if (!sqlite3_get_autocommit (handle))
    sqlite3_exec (handle, "ROLLBACK", NULL, NULL, NULL);
  /* All is as before; each new try would leave one more copy. */
  if (backup)
    g_unlink (backup);
  return FALSE;
}
