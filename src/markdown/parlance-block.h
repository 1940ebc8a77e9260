/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  PARLANCE_BLOCK_PARAGRAPH,
  PARLANCE_BLOCK_HEADING,
  PARLANCE_BLOCK_CODE,
  PARLANCE_BLOCK_RULE,
  PARLANCE_BLOCK_TABLE, /* text: the cells, separated by TAB, rows by line ends; first row: head */
} ParlanceBlockKind;

typedef enum
{
  PARLANCE_SPAN_EMPHASIS = 1 << 0,
  PARLANCE_SPAN_STRONG = 1 << 1,
  PARLANCE_SPAN_CODE = 1 << 2,
  PARLANCE_SPAN_STRIKE = 1 << 3,
  PARLANCE_SPAN_LINK = 1 << 4,
} ParlanceSpanFlags;

/* Bytes @start to @end of a block's text. @target: (nullable): where a link or image points. */
typedef struct
{
  unsigned           start;
  unsigned           end;
  ParlanceSpanFlags  flags;
  char              *target;
} ParlanceSpan;

/**
 * ParlanceBlock:
 * @kind: what it is
 * @text: what is seen, without markup: valid UTF-8 without NUL
 * @spans: (element-type ParlanceSpan): in order of @start, not overlapping
 * @level: of a heading, 1 to 6
 * @quote_depth: in how many quotes it stands
 * @list_depth: in how many lists it stands
 * @marker: (nullable): "•", "3.", "☐", "☑" where a list item begins with this block
 * @language: (nullable): of fenced code, the first word of its info string
 * @source_start: byte of the source where the top-level block that it belongs to begins, or the
 *   item of a top-level list; counted with what is not UTF-8 replaced by U+FFFD
 *
 * One row of the transcript. Immutable, reference counted.
 */
typedef struct
{
  ParlanceBlockKind  kind;
  char              *text;
  GArray            *spans;
  int                level;
  int                quote_depth;
  int                list_depth;
  char              *marker;
  char              *language;
  size_t             source_start;
} ParlanceBlock;

#define PARLANCE_TYPE_BLOCK (parlance_block_get_type ())

GType          parlance_block_get_type (void);
ParlanceBlock *parlance_block_ref      (ParlanceBlock       *self);
void           parlance_block_unref    (ParlanceBlock       *self);
gboolean       parlance_block_equal    (const ParlanceBlock *a,
                                        const ParlanceBlock *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceBlock, parlance_block_unref)

/* (element-type ParlanceBlock) (transfer full): the blocks of @length bytes of @text (-1: up to
 * the NUL). CommonMark with tables, strikethrough and task lists; raw HTML is text. What is too
 * deep or too large is shown as plain text. */
GPtrArray     *parlance_markdown_parse (const char          *text,
                                        gssize               length);

/**
 * ParlanceMarkdown:
 * A text that grows, as blocks. Only what may still change is parsed again.
 */
typedef struct _ParlanceMarkdown ParlanceMarkdown;

ParlanceMarkdown *parlance_markdown_new        (void);
void              parlance_markdown_free       (ParlanceMarkdown *self);
/* Cheap: nothing is parsed. */
void              parlance_markdown_append     (ParlanceMarkdown *self,
                                                const char       *text,
                                                gssize            length);
/* Parses what has come and returns the index of the first block that may have changed since the
 * last call: blocks before it are the same objects as before. */
unsigned          parlance_markdown_update     (ParlanceMarkdown *self);
/* Nothing more will come: as update(), and the blocks are now those of parlance_markdown_parse()
 * over the whole text. */
unsigned          parlance_markdown_finish     (ParlanceMarkdown *self);
/* (element-type ParlanceBlock) (transfer none): as of the last update. */
GPtrArray        *parlance_markdown_get_blocks (ParlanceMarkdown *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceMarkdown, parlance_markdown_free)

G_END_DECLS
