/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* %NULL-terminated: step n takes a database from version n to n + 1. */
extern const char *const parlance_schema_steps[];

/* Whether @handle is ours to open: DAMAGED for a foreign database, NEWER for one from a later
 * version. Writes nothing. */
gboolean parlance_schema_check   (sqlite3            *handle,
                                  const char *const  *steps,
                                  GError            **error);
/* Brings the database to the last of @steps in one transaction. One that holds data is first
 * copied to a file beside @path. */
gboolean parlance_schema_upgrade (sqlite3            *handle,
                                  const char         *path,
                                  const char *const  *steps,
                                  GError            **error);

G_END_DECLS
