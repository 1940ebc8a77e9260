/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-transcript.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_TRANSCRIPT_VIEW (parlance_transcript_view_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceTranscriptView, parlance_transcript_view, PARLANCE, TRANSCRIPT_VIEW,
                      GtkWidget)

/**
 * ParlanceTranscriptView:
 * The list of a transcript's rows. It stays at the end while it grows, until the person scrolls
 * away from there.
 */
GtkWidget *parlance_transcript_view_new            (void);
/* Shows the end of @transcript (nullable). */
void       parlance_transcript_view_set_transcript (ParlanceTranscriptView *self,
                                                    ParlanceTranscript     *transcript);
void       parlance_transcript_view_jump_to_end    (ParlanceTranscriptView *self);
/* Lets go of the end: the person looks at something else. */
void       parlance_transcript_view_let_go         (ParlanceTranscriptView *self);

G_END_DECLS
