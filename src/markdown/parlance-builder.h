/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-block.h"

G_BEGIN_DECLS

/* Appends the blocks of Markdown to @blocks: @length bytes of @text, a NUL behind them, of which
 * those before @offset are link definitions whose blocks are not wanted. @ordinal: the number of
 * the item that it begins with, -1 to take the one that is written. FALSE: it is too deep or
 * grows too much, and @blocks is as before. */
gboolean parlance_builder_run (const char *text,
                               size_t      length,
                               size_t      offset,
                               gint64      ordinal,
                               size_t      source_start,
                               GPtrArray  *blocks);

/* What stands between link definitions and the text they are for: its own block in any case. */
#define PARLANCE_BUILDER_SEPARATOR "\n\n# -\n\n"

G_END_DECLS
