/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-block.h"

#include <pango/pango.h>

G_BEGIN_DECLS

typedef enum
{
  PARLANCE_TEXT_PROSE,
  PARLANCE_TEXT_CODE,
  PARLANCE_TEXT_TABLE, /* for parlance_text_piece_end() only */
} ParlanceTextKind;

/**
 * ParlanceText:
 * @text: what is shown
 * @attributes: how
 * @markup: (nullable): @text as escaped markup that holds nothing but links, where there are any
 * @breakless: a run in it is so long that only breaking anywhere lays it out in time
 *
 * Text from anywhere, made safe to lay out. It stands between every block and every label: no
 * other code hands a service's text to Pango.
 */
typedef struct
{
  char          *text;
  PangoAttrList *attributes;
  char          *markup;
  gboolean       breakless;
} ParlanceText;

/* Bytes @start to @end of @text; @spans (nullable) are those of the whole text. */
ParlanceText *parlance_text_new          (const char       *text,
                                          size_t            start,
                                          size_t            end,
                                          GArray           *spans,
                                          ParlanceTextKind  kind);
void          parlance_text_free         (ParlanceText     *self);

/* Where the piece of @text that begins at @start ends, so that no piece costs much to lay out. A
 * text that fits is one piece. */
size_t        parlance_text_piece_end    (const char       *text,
                                          size_t            length,
                                          size_t            start,
                                          ParlanceTextKind  kind);

/* Whether @text has a run without a break that is so long that it must be broken anywhere. */
gboolean      parlance_text_is_breakless (const char       *text,
                                          size_t            length);

/* Whether @text can be laid out in time as it is, in a field, where nothing may be changed. */
gboolean      parlance_text_is_bearable  (const char       *text,
                                          size_t            length);

/* Whether a link that a model wrote may be opened: http, https and mailto. */
gboolean      parlance_text_link_is_safe (const char       *target);
/* (transfer full): @target for reading: what turns or hides text in it is spelt out. */
char         *parlance_text_show_target  (const char       *target);
/* (transfer full): @text, which may be anything, as one short line: a title or a name, for a label
 * that is no markup, or a part of a sentence, which it does not turn. */
char         *parlance_text_line         (const char       *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceText, parlance_text_free)

G_END_DECLS
