/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_PANE (parlance_pane_get_type ())

G_DECLARE_FINAL_TYPE (ParlancePane, parlance_pane, PARLANCE, PANE, AdwBin)

/**
 * ParlancePane:
 * A part of a window: bars at its top, and content below that fills the rest.
 *
 * Properties: "top-bar" (write only: a widget, the header bar), "content" (write only: a widget).
 */
GtkWidget *parlance_pane_new         (void);
/* Adds @bar below the bars that are there. */
void       parlance_pane_add_top_bar (ParlancePane *self,
                                      GtkWidget    *bar);
/* @content: (nullable) */
void       parlance_pane_set_content (ParlancePane *self,
                                      GtkWidget    *content);

G_END_DECLS
