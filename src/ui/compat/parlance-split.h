/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_SPLIT (parlance_split_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceSplit, parlance_split, PARLANCE, SPLIT, AdwBin)

/**
 * ParlanceSplit:
 * A sidebar beside content, or folded over it where the room is narrow.
 *
 * Properties: "sidebar", "content" (widgets), "show-sidebar" (whether the sidebar is to be seen),
 * "collapsed" (read only: whether it lies over the content), "content-start-buttons" (read only:
 * whether a header bar in the content may show the window buttons of the start side).
 */
gboolean parlance_split_get_show_sidebar (ParlanceSplit *self);
void     parlance_split_set_show_sidebar (ParlanceSplit *self,
                                          gboolean       show);
gboolean parlance_split_get_collapsed    (ParlanceSplit *self);

G_END_DECLS
