/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_SIDE_SCROLLER (parlance_side_scroller_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceSideScroller, parlance_side_scroller, PARLANCE, SIDE_SCROLLER,
                      GtkWidget)

/**
 * ParlanceSideScroller:
 * Something wide that scrolls sideways and is as tall as it wants. A scrolled window alone asks
 * for the height of its content at the wrong width, and takes the wheel from the list around it.
 */
GtkWidget *parlance_side_scroller_new (GtkWidget *content);

G_END_DECLS
