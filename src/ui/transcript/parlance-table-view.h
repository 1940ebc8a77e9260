/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_TABLE_VIEW (parlance_table_view_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceTableView, parlance_table_view, PARLANCE, TABLE_VIEW, GtkWidget)

/* Some lines of a table, cell by cell. */
GtkWidget *parlance_table_view_new (void);
void       parlance_table_view_set (ParlanceTableView *self,
                                    ParlanceRow       *row);

G_END_DECLS
