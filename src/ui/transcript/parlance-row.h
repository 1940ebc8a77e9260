/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-block.h"
#include "parlance-message.h"

G_BEGIN_DECLS

typedef enum
{
  PARLANCE_ROW_USER,      /* a piece of what the person wrote: plain text */
  PARLANCE_ROW_HEADER,    /* who answers */
  PARLANCE_ROW_BLOCK,     /* a piece of a block of the reply, or of its reasoning */
  PARLANCE_ROW_REASONING, /* what folds the reasoning away */
  PARLANCE_ROW_TOOL,      /* a call that the model asked for: plain text */
  PARLANCE_ROW_STATUS,    /* what is being waited for */
  PARLANCE_ROW_ERROR,     /* what went wrong, and what to do */
  PARLANCE_ROW_ENDED,     /* stopped or interrupted */
  PARLANCE_ROW_FOOTER,    /* Copy, Regenerate, the other answers */
} ParlanceRowKind;

typedef enum
{
  PARLANCE_ROW_FIRST = 1 << 0,   /* the first piece of its block */
  PARLANCE_ROW_LAST = 1 << 1,    /* the last piece of its block */
  PARLANCE_ROW_DIM = 1 << 2,     /* belongs to the reasoning */
  PARLANCE_ROW_OPEN = 1 << 3,    /* reasoning: unfolded */
  PARLANCE_ROW_RUNNING = 1 << 4, /* reasoning: still comes; status: the reply has begun */
  PARLANCE_ROW_LEAF = 1 << 5,    /* of the conversation's last message */
  PARLANCE_ROW_QUOTE = 1 << 6,   /* a quote begins with it */
  PARLANCE_ROW_QUEUED = 1 << 7,  /* status: behind another reply of the account */
  PARLANCE_ROW_RETRY = 1 << 8,   /* status: until the service is asked again */
} ParlanceRowFlags;

#define PARLANCE_TYPE_ROW (parlance_row_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceRow, parlance_row, PARLANCE, ROW, GObject)

/**
 * ParlanceRow:
 * One row of the transcript. Its kind and message never change; what it shows may: the signal
 * "changed" then says so, and the list does not.
 *
 * Text (of the kinds BLOCK, USER and TOOL) is the bytes start to end of parlance_row_get_text().
 */
ParlanceRow      *parlance_row_new         (ParlanceRowKind   kind,
                                            ParlanceMessage  *message,
                                            unsigned          part);
ParlanceRowKind   parlance_row_get_kind    (ParlanceRow      *self);
ParlanceMessage  *parlance_row_get_message (ParlanceRow      *self);
/* The part of the message that it shows, where it shows one. */
unsigned          parlance_row_get_part    (ParlanceRow      *self);
/* (nullable): of the kind BLOCK. */
ParlanceBlock    *parlance_row_get_block   (ParlanceRow      *self);
const char       *parlance_row_get_text    (ParlanceRow      *self);
size_t            parlance_row_get_start   (ParlanceRow      *self);
size_t            parlance_row_get_end     (ParlanceRow      *self);
ParlanceRowFlags  parlance_row_get_flags   (ParlanceRow      *self);
/* Of the kind STATUS: seconds of silence so far, or until the service is asked again. */
int               parlance_row_get_seconds (ParlanceRow      *self);
/* Which of how many answers it belongs to, of the kind FOOTER. */
unsigned          parlance_row_get_answer  (ParlanceRow      *self,
                                            unsigned         *n_answers);

/* For ParlanceSection. @block is %NULL for kinds without one. */
void              parlance_row_set         (ParlanceRow      *self,
                                            ParlanceBlock    *block,
                                            size_t            start,
                                            size_t            end,
                                            ParlanceRowFlags  flags);
void              parlance_row_set_seconds (ParlanceRow      *self,
                                            int               seconds);
void              parlance_row_set_answers (ParlanceRow      *self,
                                            unsigned          answer,
                                            unsigned          n_answers);

G_END_DECLS
