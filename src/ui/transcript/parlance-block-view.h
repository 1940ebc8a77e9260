/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_BLOCK_VIEW (parlance_block_view_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceBlockView, parlance_block_view, PARLANCE, BLOCK_VIEW, GtkWidget)

/* One block of a reply: its quote bars, its list marker in a column of its own, its content. */
GtkWidget *parlance_block_view_new (void);
/* @above, @below: px around it, through which quote bars run on. */
void       parlance_block_view_set (ParlanceBlockView *self,
                                    ParlanceRow       *row,
                                    int                above,
                                    int                below);

G_END_DECLS
