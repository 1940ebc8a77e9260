/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-row.h"

G_BEGIN_DECLS

/**
 * ParlanceSection:
 * The rows of one message, and what is needed to keep them up to date: the parsers of its
 * texts, and which of its reasoning is unfolded.
 */
typedef struct _ParlanceSection ParlanceSection;

/* What a section did to its rows: at @position, counted from its first, @removed rows went and
 * @added came. Others changed in place and have said so themselves. */
typedef struct
{
  unsigned position;
  unsigned removed;
  unsigned added;
} ParlanceSplice;

/* What the rows show that the message itself does not know. */
typedef struct
{
  gboolean leaf;      /* whether it is the conversation's last message */
  unsigned answer;    /* its place among the answers to the same message, from 0 */
  unsigned n_answers; /* how many there are, with this one */
  int      silence;   /* seconds for which a reply that is active has been silent */
} ParlanceSectionState;

ParlanceSection *parlance_section_new         (ParlanceMessage  *message);
void             parlance_section_free        (ParlanceSection  *self);
ParlanceMessage *parlance_section_get_message (ParlanceSection  *self);
/* (element-type ParlanceRow) (transfer none): as of the last update. */
GPtrArray       *parlance_section_get_rows    (ParlanceSection  *self);
/* Brings the rows up to the message as it is now. */
ParlanceSplice   parlance_section_update      (ParlanceSection            *self,
                                               const ParlanceSectionState *state);
/* Folds or unfolds reasoning; to be followed by an update. */
void             parlance_section_toggle      (ParlanceSection  *self,
                                               unsigned          part);

G_END_DECLS
