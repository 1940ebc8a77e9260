/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-row.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_ROW_VIEW (parlance_row_view_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceRowView, parlance_row_view, PARLANCE, ROW_VIEW, AdwBin)

/* What the list shows for a row, and keeps showing while it changes. */
GtkWidget *parlance_row_view_new (void);
/* @row: (nullable) */
void       parlance_row_view_set (ParlanceRowView *self,
                                  ParlanceRow     *row);

G_END_DECLS
