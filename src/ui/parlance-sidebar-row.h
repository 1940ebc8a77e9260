/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-conversation.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_SIDEBAR_ROW (parlance_sidebar_row_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceSidebarRow, parlance_sidebar_row, PARLANCE, SIDEBAR_ROW, GtkWidget)

/**
 * ParlanceSidebarRow:
 * One conversation of the list: its title, when it was used, and whether a reply is being written.
 *
 * Signal "menu" (x, y: double): the person asks for what can be done with it.
 */
GtkWidget            *parlance_sidebar_row_new              (void);
/* (nullable) */
ParlanceConversation *parlance_sidebar_row_get_conversation (ParlanceSidebarRow   *self);
void                  parlance_sidebar_row_set_conversation (ParlanceSidebarRow   *self,
                                                             ParlanceConversation *conversation);

G_END_DECLS
