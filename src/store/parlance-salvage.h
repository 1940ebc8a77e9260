/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-database.h"

G_BEGIN_DECLS

/* What is done about a damaged database: it is kept, under another name, and what can be read of
 * it is taken over into a new one. */

/* Renames the closed database at @path, with its log, to a dated name beside it; nothing is
 * overwritten. Returns the new path; on failure all is as before. */
char     *parlance_salvage_set_aside (const char        *path,
                                      GError           **error);
/* Copies into @database, which is new, what can be read of the one at @path. Returns whether it was
 * stored: on failure nothing is. That rows were lost is no failure. */
gboolean  parlance_salvage_copy      (ParlanceDatabase  *database,
                                      const char        *path,
                                      GError           **error);

G_END_DECLS
