/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-block.h"
#include "parlance-scanner.h"

G_BEGIN_DECLS

/* Appends the blocks of @chunk of @text to @blocks. @definitions: (nullable): source of link
 * definitions that stand elsewhere. */
void     parlance_chunk_parse       (const ParlanceChunk *chunk,
                                     const char          *text,
                                     const GString       *definitions,
                                     GPtrArray           *blocks);

/* Whether a link definition elsewhere may change what the chunk looks like. */
gboolean parlance_chunk_has_links   (const ParlanceChunk *chunk,
                                     const char          *text);
/* Whether the chunk may contain link definitions. */
gboolean parlance_chunk_may_define  (const ParlanceChunk *chunk,
                                     const char          *text);

G_END_DECLS
