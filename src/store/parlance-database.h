/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * ParlanceDatabase:
 * The one connection to the database file, with its prepared statements. For one thread. It holds
 * the file's lock from opening to closing.
 */
typedef struct _ParlanceDatabase ParlanceDatabase;

/* How much a commit waits for. */
typedef enum
{
  PARLANCE_COMMIT_WRITTEN, /* survives a crash of the program */
  PARLANCE_COMMIT_DURABLE, /* survives a power cut */
} ParlanceCommit;

ParlanceDatabase *parlance_database_open      (const char        *path,
                                               GError           **error);
/* For reading only, also where the file was written by a newer version, or may not be written:
 * nothing is written to it, and no lock keeps others out. */
ParlanceDatabase *parlance_database_open_read_only (const char   *path,
                                               GError           **error);
gboolean          parlance_database_is_read_only (ParlanceDatabase *self);
void              parlance_database_free      (ParlanceDatabase  *self);
sqlite3          *parlance_database_get_handle (ParlanceDatabase *self);

/* (transfer none): a statement kept for @sql, reset, without bindings; %NULL with an error. */
sqlite3_stmt     *parlance_database_prepare   (ParlanceDatabase  *self,
                                               const char        *sql,
                                               GError           **error);
/* @row: whether there was one; %NULL where none is awaited. Resets the statement at its end. */
gboolean          parlance_database_step      (ParlanceDatabase  *self,
                                               sqlite3_stmt      *statement,
                                               gboolean          *row,
                                               GError           **error);
gboolean          parlance_database_begin     (ParlanceDatabase  *self,
                                               ParlanceCommit     commit,
                                               GError           **error);
/* Commits where @good, else takes back. Returns whether it was committed; @error is set only where
 * @good was and the commit failed. */
gboolean          parlance_database_end       (ParlanceDatabase  *self,
                                               gboolean           good,
                                               GError           **error);
gboolean          parlance_database_in_transaction (ParlanceDatabase *self);

void              parlance_database_set_error (sqlite3           *handle,
                                               int                rc,
                                               GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceDatabase, parlance_database_free)

G_END_DECLS
