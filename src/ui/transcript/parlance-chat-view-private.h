/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-chat-view.h"

G_BEGIN_DECLS

ParlanceChat *parlance_chat_view_get_chat         (ParlanceChatView *self);
/* Folds or unfolds reasoning, where the person looks. */
void          parlance_chat_view_toggle_reasoning (ParlanceChatView *self,
                                                   int64_t           message_id,
                                                   unsigned          part);

/* Installs the "transcript" actions, which the rows' buttons activate. */
void          parlance_chat_view_install_actions  (GtkWidgetClass   *widget_class);

G_END_DECLS
