/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-split.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How the window was left: its size, whether it was maximised, and whether it showed the
 * sidebar. */
void    parlance_window_state_restore          (GtkWindow     *window,
                                                ParlanceSplit *split,
                                                GSettings     *settings);
void    parlance_window_state_save             (GtkWindow     *window,
                                                ParlanceSplit *split,
                                                GSettings     *settings);
/* The conversation that is open, 0: none. Kept as it changes, so that a program that was killed
 * opens it again. */
int64_t parlance_window_state_get_conversation (GSettings     *settings);
void    parlance_window_state_set_conversation (int64_t        id,
                                                GSettings     *settings);

G_END_DECLS
