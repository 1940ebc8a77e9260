/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-window.h"

#include "parlance-pane.h"
#include "parlance-sidebar.h"
#include "parlance-split.h"

G_BEGIN_DECLS

struct _ParlanceWindow
{
  AdwApplicationWindow  parent_instance;

  AdwToastOverlay      *toasts;
  GtkStack             *pages;
  ParlanceSplit        *split;
  ParlanceSidebar      *sidebar;
  AdwWindowTitle       *title;
  ParlancePane         *chat_pane;
  GtkWidget            *demo_badge;
  GtkWidget            *chat_view;

  ParlanceSession      *session;
  ParlanceChat         *chat;
  GSettings            *settings;
  ParlanceConversation *conversation;
  GSignalGroup         *conversation_signals;
  GSignalGroup         *account_signals;
  GtkWidget            *preferences;
  unsigned              look_up_id;
  unsigned              drop_welcome_id;
  gboolean              list_over; /* the list lies over the conversation, and has the focus */
  gboolean              closing;
  gboolean              reopen;
};

/* Shows the welcome page or the chat once the chat has started; nothing before. */
void parlance_window_started         (ParlanceWindow      *self);
void parlance_window_account_changed (ParlanceWindow      *self);
/* Installs the "win" actions, and binds what the sidebar's signals do. */
void parlance_window_install_actions (ParlanceWindowClass *klass);

G_END_DECLS
