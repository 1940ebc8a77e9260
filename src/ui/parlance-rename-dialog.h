/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-chat.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks for another title of @conversation, and gives it that. */
void parlance_rename_dialog_show (GtkWindow            *parent,
                                  ParlanceChat         *chat,
                                  ParlanceConversation *conversation);

G_END_DECLS
