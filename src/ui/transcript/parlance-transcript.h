/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-conversation.h"
#include "parlance-row.h"

G_BEGIN_DECLS

#define PARLANCE_TYPE_TRANSCRIPT (parlance_transcript_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceTranscript, parlance_transcript, PARLANCE, TRANSCRIPT, GObject)

/**
 * ParlanceTranscript:
 * A conversation as a #GListModel of #ParlanceRow. It follows the conversation's messages at most
 * 30 times a second, and only while something changes. A long conversation is built from its end:
 * see parlance_transcript_extend().
 *
 * "items-changed" tells only of rows that come and go; one that changes says so itself.
 */
ParlanceTranscript   *parlance_transcript_new              (ParlanceConversation *conversation);

/* Builds the rows of some earlier messages, where there are any left. */
gboolean              parlance_transcript_extend           (ParlanceTranscript   *self);
/* Folds or unfolds the reasoning in a part of a message. */
void                  parlance_transcript_toggle           (ParlanceTranscript   *self,
                                                            int64_t               message_id,
                                                            unsigned              part);
/* Shows at once what would be shown within the thirtieth of a second. */
void                  parlance_transcript_flush            (ParlanceTranscript   *self);

G_END_DECLS
