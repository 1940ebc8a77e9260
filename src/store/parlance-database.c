/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-database.h"

#include "parlance-schema.h"
#include "parlance-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* Long enough for a program that is just closing, short enough for a person to wait. */
#define BUSY_TIMEOUT_MS 500

/* Bytes. Up to here the whole file is checked at each opening, in some hundredths of a second. */
#define SMALL_FILE (8 * 1024 * 1024)

struct _ParlanceDatabase
{
  sqlite3        *handle;
  GHashTable     *statements; /* SQL → sqlite3_stmt */
  ParlanceCommit  commit;
  gboolean        read_only;
};

static gboolean
is_no_space (int code)
{
  return code == ENOSPC || code == EDQUOT || code == EFBIG;
}

/* Whether the last trouble with the database file, or with its log, was want of room.
 * sqlite3_system_errno() is that of whatever SQLite did last, such as taking back. */
static gboolean
has_no_space (sqlite3 *handle,
              int      which)
{
  sqlite3_file *file = NULL;
  int           code = 0;

  return sqlite3_file_control (handle, "main", which, &file) == SQLITE_OK && file &&
         file->pMethods &&
         file->pMethods->xFileControl (file, SQLITE_FCNTL_LAST_ERRNO, &code) == SQLITE_OK &&
         is_no_space (code);
}

static void
set_error (ParlanceStoreError   code,
           const char          *words,
           GError             **error)
{
  switch (code)
    {
    case PARLANCE_STORE_ERROR_OPEN:
      g_set_error (error, PARLANCE_STORE_ERROR, code,
                   /* Translators: %s is what the system said. */
                   _("The database cannot be opened for writing: %s"), words);
      break;
    case PARLANCE_STORE_ERROR_DAMAGED:
      g_set_error (error, PARLANCE_STORE_ERROR, code,
                   /* Translators: %s is what SQLite said. */
                   _("The database is damaged: %s"), words);
      break;
    case PARLANCE_STORE_ERROR_BUSY:
      g_set_error_literal (error, PARLANCE_STORE_ERROR, code,
                           _("The database is in use by another program."));
      break;
    case PARLANCE_STORE_ERROR_FULL:
      g_set_error_literal (error, PARLANCE_STORE_ERROR, code,
                           _("There is no space left on the disk. Make room, then try again."));
      break;
    case PARLANCE_STORE_ERROR_NEWER:
    case PARLANCE_STORE_ERROR_FAILED:
    default:
      g_set_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_FAILED,
                   /* Translators: %s is what SQLite said. */
                   _("The database refused: %s"), words);
      break;
    }
}

/**
 * parlance_database_set_error:
 * @rc: the result code of a call on @handle, its last
 *
 * Tells apart what a person can do something about.
 */
void
parlance_database_set_error (sqlite3  *handle,
                             int       rc,
                             GError  **error)
{
  ParlanceStoreError code = PARLANCE_STORE_ERROR_FAILED;

  switch (rc & 0xff)
    {
    case SQLITE_FULL:
      code = PARLANCE_STORE_ERROR_FULL;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      code = PARLANCE_STORE_ERROR_BUSY;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      code = PARLANCE_STORE_ERROR_DAMAGED;
      break;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      code = PARLANCE_STORE_ERROR_OPEN;
      break;
    default:
      break;
    }

  /* Only ENOSPC at a write is SQLITE_FULL: a quota, a limit and a late refusal are I/O errors. */
  if ((rc & 0xff) == SQLITE_IOERR && handle &&
      (has_no_space (handle, SQLITE_FCNTL_FILE_POINTER) ||
       has_no_space (handle, SQLITE_FCNTL_JOURNAL_POINTER)))
    code = PARLANCE_STORE_ERROR_FULL;

  set_error (code, handle ? sqlite3_errmsg (handle) : sqlite3_errstr (rc), error);
}

static gboolean
execute (ParlanceDatabase  *self,
         const char        *sql,
         GError           **error)
{
  int rc = sqlite3_exec (self->handle, sql, NULL, NULL, NULL);

  if (rc == SQLITE_OK)
    return TRUE;

  parlance_database_set_error (self->handle, rc, error);
  return FALSE;
}

/* SQLite would make a file that others can read. */
static gboolean
make_file (const char  *path,
           GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int              fd = -1;
  int              code = 0;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    code = errno;
  else if ((fd = g_open (path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600)) < 0)
    code = errno;

  if (fd >= 0)
    close (fd);
  if (code == 0 || code == EEXIST)
    return TRUE;

  set_error (is_no_space (code) ? PARLANCE_STORE_ERROR_FULL : PARLANCE_STORE_ERROR_OPEN,
             g_strerror (code), error);
  return FALSE;
}

static gboolean
check (ParlanceDatabase  *self,
       const char        *pragma,
       GError           **error)
{
  sqlite3_stmt *statement = NULL;
  int           rc = sqlite3_prepare_v2 (self->handle, pragma, -1, &statement, NULL);
  const char   *words = NULL;
  gboolean      good;

  if (rc == SQLITE_OK && (rc = sqlite3_step (statement)) == SQLITE_ROW)
    words = (const char *) sqlite3_column_text (statement, 0);

  good = g_strcmp0 (words, "ok") == 0;
  if (words && !good)
    set_error (PARLANCE_STORE_ERROR_DAMAGED, words, error);
  else if (!good)
    parlance_database_set_error (self->handle, rc, error);
  sqlite3_finalize (statement);

  return good;
}

/* Of a large file only the small tables that a start reads anyway: to check it all would take
 * seconds. A file that was cut off is noticed by SQLite at the first read, other damage by the
 * read that comes to it. */
static gboolean
check_tables (ParlanceDatabase  *self,
              const char        *path,
              GError           **error)
{
  GStatBuf info;

  if (g_stat (path, &info) == 0 && info.st_size <= SMALL_FILE)
    return check (self, "PRAGMA integrity_check(1)", error);

  return check (self, "PRAGMA quick_check(account)", error) &&
         check (self, "PRAGMA quick_check(conversation)", error) &&
         check (self, "PRAGMA quick_check(journal)", error) &&
         check (self, "PRAGMA quick_check(setting)", error);
}

/* SQLite takes one that may only be read for what it is. */
static gboolean
check_writable (ParlanceDatabase  *self,
                GError           **error)
{
  if (!sqlite3_db_readonly (self->handle, "main"))
    return TRUE;

  set_error (PARLANCE_STORE_ERROR_OPEN, g_strerror (EACCES), error);
  return FALSE;
}

/* A file that may be written, and yet is read only once it has been read, claims a format that is
 * not ours. */
static gboolean
check_format (ParlanceDatabase  *self,
              GError           **error)
{
  if (!sqlite3_db_readonly (self->handle, "main"))
    return TRUE;

  set_error (PARLANCE_STORE_ERROR_DAMAGED, sqlite3_errstr (SQLITE_NOTADB), error);
  return FALSE;
}

static gboolean
take_lock (ParlanceDatabase  *self,
           GError           **error)
{
  GError *failure = NULL;

  if (execute (self, "PRAGMA locking_mode = EXCLUSIVE", &failure) &&
      execute (self, "BEGIN EXCLUSIVE; COMMIT", &failure))
    return check_format (self, error);

  if (check_format (self, error))
    g_propagate_error (error, failure);
  else
    g_error_free (failure);
  return FALSE;
}

/* Until it is known to be ours nothing is written to the file, not even what its log holds. */
static void
set_write_log_back (ParlanceDatabase *self,
                    gboolean          write_back)
{
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !write_back, NULL);
}

static ParlanceDatabase *
open_handle (const char  *path,
             int          flags,
             GError     **error)
{
  g_autoptr (ParlanceDatabase) self = g_new0 (ParlanceDatabase, 1);
  int rc;

  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                            (GDestroyNotify) sqlite3_finalize);
  self->commit = PARLANCE_COMMIT_DURABLE;

  rc = sqlite3_open_v2 (path, &self->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc != SQLITE_OK)
    {
      parlance_database_set_error (self->handle, rc, error);
      return NULL;
    }

  sqlite3_busy_timeout (self->handle, BUSY_TIMEOUT_MS);
  return g_steal_pointer (&self);
}

/**
 * parlance_database_open:
 *
 * Opens the file, making it (0600) and its folder (0700) where they are missing, takes its lock
 * and brings it to the present schema. A file that is refused is left as it was.
 */
ParlanceDatabase *
parlance_database_open (const char  *path,
                        GError     **error)
{
  g_autoptr (ParlanceDatabase) self = NULL;

  if (!make_file (path, error) || !(self = open_handle (path, SQLITE_OPEN_READWRITE, error)))
    return NULL;

  set_write_log_back (self, FALSE);

  /* The lock is taken before anything is read, so that of two programs exactly one goes on. Being
   * alone also keeps the index of the write-ahead log in memory. */
  if (!check_writable (self, error) ||
      !take_lock (self, error) ||
      !parlance_schema_check (self->handle, parlance_schema_steps, error) ||
      !execute (self, "PRAGMA journal_mode = WAL", error) ||
      !execute (self, "PRAGMA synchronous = FULL", error) ||
      !execute (self, "PRAGMA journal_size_limit = 16777216", error) ||
      !parlance_schema_upgrade (self->handle, path, parlance_schema_steps, error) ||
      !execute (self, "PRAGMA foreign_keys = ON", error) ||
      !check_tables (self, path, error))
    return NULL;

  set_write_log_back (self, TRUE);
  return g_steal_pointer (&self);
}

ParlanceDatabase *
parlance_database_open_read_only (const char  *path,
                                  GError     **error)
{
  g_autoptr (ParlanceDatabase) self = open_handle (path, SQLITE_OPEN_READONLY, error);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *uri = NULL;
  g_autofree char *immutable = NULL;
  GStatBuf info;

  if (!self)
    return NULL;

  /* The index of the log needs a file beside it. Where none can be made, a database without a log
   * can still be read as one that nobody changes. */
  if (!execute (self, "SELECT count(*) FROM sqlite_schema", NULL) &&
      (g_stat (log, &info) != 0 || info.st_size == 0) &&
      (uri = g_filename_to_uri (path, NULL, NULL)))
    {
      immutable = g_strconcat (uri, "?immutable=1", NULL);
      g_clear_pointer (&self, parlance_database_free);
      self = open_handle (immutable, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error);
    }

  if (!self || !execute (self, "SELECT count(*) FROM sqlite_schema", error))
    return NULL;

  self->read_only = TRUE;
  return g_steal_pointer (&self);
}

gboolean
parlance_database_is_read_only (ParlanceDatabase *self)
{
  return self->read_only;
}

sqlite3 *
parlance_database_get_handle (ParlanceDatabase *self)
{
  return self->handle;
}

void
parlance_database_free (ParlanceDatabase *self)
{
  g_hash_table_unref (self->statements);
  sqlite3_close (self->handle);
  g_free (self);
}

sqlite3_stmt *
parlance_database_prepare (ParlanceDatabase  *self,
                           const char        *sql,
                           GError           **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  int           rc;

  if (statement)
    {
      sqlite3_reset (statement);
      sqlite3_clear_bindings (statement);
      return statement;
    }

  rc = sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (rc == SQLITE_ERROR)
    {
      /* The statement is right: a table or column that it names is not there. */
      set_error (PARLANCE_STORE_ERROR_DAMAGED, sqlite3_errmsg (self->handle), error);
      return NULL;
    }
  if (rc != SQLITE_OK)
    {
      parlance_database_set_error (self->handle, rc, error);
      return NULL;
    }

  g_hash_table_insert (self->statements, (char *) sql, statement);
  return statement;
}

gboolean
parlance_database_step (ParlanceDatabase  *self,
                        sqlite3_stmt      *statement,
                        gboolean          *row,
                        GError           **error)
{
  int rc = sqlite3_step (statement);

  if (row)
    *row = rc == SQLITE_ROW;
  if (rc == SQLITE_ROW && row)
    return TRUE;

  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    parlance_database_set_error (self->handle, rc, error);
  sqlite3_reset (statement);
  return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

gboolean
parlance_database_begin (ParlanceDatabase  *self,
                         ParlanceCommit     commit,
                         GError           **error)
{
  /* Has no effect inside of a transaction. A durable commit makes those before it durable too. */
  if (self->commit != commit &&
      !execute (self, commit == PARLANCE_COMMIT_DURABLE ? "PRAGMA synchronous = FULL"
                                                        : "PRAGMA synchronous = NORMAL", error))
    return FALSE;

  self->commit = commit;
  return execute (self, "BEGIN IMMEDIATE", error);
}

gboolean
parlance_database_end (ParlanceDatabase  *self,
                       gboolean           good,
                       GError           **error)
{
  if (good && execute (self, "COMMIT", error))
    return TRUE;

  /* After some errors SQLite has taken it back by itself. */
  if (parlance_database_in_transaction (self))
    execute (self, "ROLLBACK", NULL);
  return FALSE;
}

gboolean
parlance_database_in_transaction (ParlanceDatabase *self)
{
  return !sqlite3_get_autocommit (self->handle);
}
