/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_CODE_VIEW (parlance_code_view_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceCodeView, parlance_code_view, PARLANCE, CODE_VIEW, GtkBox)

/* Code as it is, in a card with its language and a button that copies all of it. */
GtkWidget *parlance_code_view_new (void);
void       parlance_code_view_set (ParlanceCodeView *self,
                                   ParlanceRow      *row);

G_END_DECLS
