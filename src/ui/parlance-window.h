/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_WINDOW (parlance_window_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceWindow, parlance_window, PARLANCE, WINDOW, AdwApplicationWindow)

/* @settings: (nullable): where size and last conversation are remembered. */
ParlanceWindow       *parlance_window_new              (GtkApplication       *application,
                                                        ParlanceSession      *session,
                                                        GSettings            *settings);
ParlanceSession      *parlance_window_get_session      (ParlanceWindow       *self);
/* @conversation: (nullable): %NULL is the new, empty conversation. */
void                  parlance_window_set_conversation (ParlanceWindow       *self,
                                                        ParlanceConversation *conversation);
void                  parlance_window_show_preferences (ParlanceWindow       *self);
void                  parlance_window_toast            (ParlanceWindow       *self,
                                                        const char           *text);
/* Hides the window, lets what it shows be saved, then destroys it. */
void                  parlance_window_close            (ParlanceWindow       *self);
gboolean              parlance_window_get_closing      (ParlanceWindow       *self);
/* Presents the window; one that is being closed is opened anew once it has ended. */
void                  parlance_window_reopen           (ParlanceWindow       *self);

G_END_DECLS
