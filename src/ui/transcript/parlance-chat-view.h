/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-chat.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_CHAT_VIEW (parlance_chat_view_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceChatView, parlance_chat_view, PARLANCE, CHAT_VIEW, AdwBin)

/**
 * ParlanceChatView:
 * A conversation: its transcript and the composer below. Activates on its ancestors
 * "app.preferences" and "win.toast" (s: the title, plain text).
 *
 * Properties: "chat" (construct only), "conversation" (#ParlanceConversation, %NULL: the one that
 * has not begun; it is loaded where it is not).
 *
 * Signal "started" (#ParlanceConversation): a first message has made a conversation, which is now
 * shown.
 */
GtkWidget            *parlance_chat_view_new              (ParlanceChat         *chat);
ParlanceConversation *parlance_chat_view_get_conversation (ParlanceChatView     *self);
void                  parlance_chat_view_set_conversation (ParlanceChatView     *self,
                                                           ParlanceConversation *conversation);
void                  parlance_chat_view_focus_composer   (ParlanceChatView     *self);
/* Stops the reply that is under way. %FALSE: there is none. */
gboolean              parlance_chat_view_stop             (ParlanceChatView     *self);

G_END_DECLS
