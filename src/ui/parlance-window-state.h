/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-split.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How the window was left: its size, whether it was maximised and showed the sidebar, and which
 * conversation was open (id, 0: none). */
void    parlance_window_state_restore          (GtkWindow     *window,
                                                ParlanceSplit *split,
                                                GSettings     *settings);
int64_t parlance_window_state_get_conversation (GSettings     *settings);
void    parlance_window_state_save             (GtkWindow     *window,
                                                ParlanceSplit *split,
                                                int64_t        conversation_id,
                                                GSettings     *settings);

G_END_DECLS
