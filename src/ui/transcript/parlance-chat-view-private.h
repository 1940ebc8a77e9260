/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-chat-view.h"
#include "parlance-transcript.h"

G_BEGIN_DECLS

/* (nullable) (transfer none) */
ParlanceTranscript *parlance_chat_view_get_transcript (ParlanceChatView    *self);
ParlanceChat       *parlance_chat_view_get_chat       (ParlanceChatView    *self);

/* Installs the "transcript" actions, which the rows' buttons activate. */
void                parlance_chat_view_install_actions (GtkWidgetClass      *widget_class);

G_END_DECLS
