/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-chat-view.h"

#include "parlance-composer.h"
#include "parlance-transcript-view.h"

G_BEGIN_DECLS

struct _ParlanceChatView
{
  AdwBin                  parent_instance;

  ParlanceChat           *chat;
  ParlanceConversation   *conversation;
  ParlanceTranscript     *transcript;

  GtkStack               *stack;
  GtkLabel               *model;
  AdwStatusPage          *load_error;
  ParlanceTranscriptView *transcript_view;
  ParlanceComposer       *composer;

  gboolean                sending;
  gboolean                busy; /* a reply is on its way in the conversation that is shown */
};

/* Sends what is in the composer. @unsaved: also where it cannot be saved. */
void          parlance_chat_view_send             (ParlanceChatView *self,
                                                   gboolean          unsaved);
/* Has a screen reader say how the last reply ended: it is not told of each token. */
void          parlance_chat_view_announce_end     (ParlanceChatView *self);
ParlanceChat *parlance_chat_view_get_chat         (ParlanceChatView *self);
/* Folds or unfolds reasoning, where the person looks. */
void          parlance_chat_view_toggle_reasoning (ParlanceChatView *self,
                                                   int64_t           message_id,
                                                   unsigned          part);

/* Installs the "transcript" actions, which the rows' buttons activate. */
void          parlance_chat_view_install_actions  (GtkWidgetClass   *widget_class);

G_END_DECLS
