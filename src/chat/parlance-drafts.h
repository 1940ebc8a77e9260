/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-store.h"

G_BEGIN_DECLS

#define PARLANCE_TYPE_DRAFTS (parlance_drafts_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceDrafts, parlance_drafts, PARLANCE, DRAFTS, GObject)

/**
 * ParlanceDrafts:
 * Unsent text of each conversation and of the one that has not begun, saved at most once a
 * second.
 */
ParlanceDrafts *parlance_drafts_new   (ParlanceStore        *store);
/* The text that was saved for the conversation that has not begun; one that it has stays. */
void            parlance_drafts_take_new (ParlanceDrafts     *self,
                                       const char           *text);
/* @conversation: (nullable): %NULL is the one that has not begun. */
void            parlance_drafts_set   (ParlanceDrafts       *self,
                                       ParlanceConversation *conversation,
                                       const char           *text);
const char     *parlance_drafts_get   (ParlanceDrafts       *self,
                                       ParlanceConversation *conversation);
/* Saves at once what waits to be saved. */
void            parlance_drafts_flush (ParlanceDrafts       *self);

G_END_DECLS
