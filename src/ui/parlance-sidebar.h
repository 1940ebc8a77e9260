/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-conversation.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_SIDEBAR (parlance_sidebar_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceSidebar, parlance_sidebar, PARLANCE, SIDEBAR, AdwBin)

/**
 * ParlanceSidebar:
 * The list of conversations.
 *
 * Signals, each with a #ParlanceConversation: "chosen" (the person chose it), "rename", "delete"
 * (the person asks for it).
 */
void parlance_sidebar_set_model    (ParlanceSidebar      *self,
                                    GListModel           *conversations);
/* Shows which one is open; %NULL: none. Emits nothing. */
void parlance_sidebar_set_selected (ParlanceSidebar      *self,
                                    ParlanceConversation *conversation);
/* On the open conversation, or on the first thing there is. */
void parlance_sidebar_focus        (ParlanceSidebar      *self);

G_END_DECLS
