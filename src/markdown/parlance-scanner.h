/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PARLANCE_CHUNK_MARKDOWN,
  PARLANCE_CHUNK_FENCE, /* one fenced code block, nothing else */
  PARLANCE_CHUNK_PLAIN, /* the rest of something too large to be parsed */
} ParlanceChunkKind;

/* A piece of source whose blocks depend on nothing outside of it but link definitions: in most
 * cases one top-level block, of a list one item. */
typedef struct
{
  ParlanceChunkKind kind;
  size_t            start;
  size_t            end;      /* of its last line that is not blank, without the line end */
  gint64            ordinal;  /* the number of the ordered item that it begins with, or -1 */
  gboolean          closed;   /* a fence whose closing line is there */
} ParlanceChunk;

typedef enum
{
  PARLANCE_SCAN_NOTHING, /* whatever comes begins a block */
  PARLANCE_SCAN_PARAGRAPH,
  PARLANCE_SCAN_FENCE,
  PARLANCE_SCAN_INDENTED,
  PARLANCE_SCAN_LIST,
  PARLANCE_SCAN_LIST_LAZY, /* the last line is either in a list or in a paragraph after it */
  PARLANCE_SCAN_QUOTE,
  PARLANCE_SCAN_QUOTE_LAZY,
} ParlanceScanState;

/**
 * ParlanceScanner:
 * Finds, line by line, where a new top-level block certainly begins. It may miss such a place
 * (the chunk is then longer than it need be) but never invents one. A plain value: copy it to
 * look ahead.
 */
typedef struct
{
  ParlanceScanState state;
  gboolean          after_blank;
  gboolean          is_open;
  ParlanceChunk     open;
  char              fence_mark;
  unsigned          fence_length;
  char              list_mark;
  unsigned          item_indent;
  gint64            ordinal;
  gboolean          may_define; /* the open paragraph may be link definitions only */
  gboolean          is_flat;    /* the open quote holds no container and no code */
  gboolean          was_bare;   /* the last line of the quote was a lone '>' */
} ParlanceScanner;

/* Takes the line from byte @start to @end (without its line end) of @text; a chunk that ends
 * before it is appended to @chunks. */
void parlance_scanner_take_line (ParlanceScanner *self,
                                 const char      *text,
                                 size_t           start,
                                 size_t           end,
                                 GArray          *chunks);

/* Whether a line of these bytes, with more to come, may yet turn out to be nothing but markup:
 * showing it now would show what has to be taken back. */
gboolean parlance_scanner_is_unsure (const ParlanceScanner *self,
                                     const char            *text,
                                     size_t                 start,
                                     size_t                 end);

G_END_DECLS
