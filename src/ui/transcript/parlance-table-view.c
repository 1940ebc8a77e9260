/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-table-view.h"

#include "parlance-prose.h"
#include "parlance-side-scroller.h"

#include <string.h>

/* What goes past these stays in the last cell. */
#define MAX_COLUMNS 24
#define MIN_WIDTH 12 /* characters of a cell, where it has so many */

struct _ParlanceTableView
{
  GtkWidget  parent_instance;

  GtkWidget *scroller;
  GtkGrid   *grid;
  int        n_lines;
};

G_DEFINE_FINAL_TYPE (ParlanceTableView, parlance_table_view, GTK_TYPE_WIDGET)

static void
parlance_table_view_dispose (GObject *object)
{
  ParlanceTableView *self = PARLANCE_TABLE_VIEW (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);

  G_OBJECT_CLASS (parlance_table_view_parent_class)->dispose (object);
}

static void
parlance_table_view_class_init (ParlanceTableViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = parlance_table_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_table_view_init (ParlanceTableView *self)
{
  self->grid = GTK_GRID (gtk_grid_new ());
  self->scroller = parlance_side_scroller_new (GTK_WIDGET (self->grid));
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
}

GtkWidget *
parlance_table_view_new (void)
{
  return g_object_new (PARLANCE_TYPE_TABLE_VIEW, NULL);
}

static void
set_cell (ParlanceTableView *self,
          ParlanceBlock     *block,
          size_t             start,
          size_t             end,
          int                column,
          int                line,
          gboolean           head)
{
  GtkWidget *cell = gtk_grid_get_child_at (self->grid, column, line);

  if (!cell)
    {
      cell = parlance_prose_new ();
      gtk_label_set_max_width_chars (GTK_LABEL (cell), 32);
      gtk_label_set_yalign (GTK_LABEL (cell), 0);
      gtk_widget_add_css_class (cell, "table-cell");
      gtk_grid_attach (self->grid, cell, column, line, 1, 1);
    }

  /* Words stay whole: the table scrolls sideways where it must. */
  gtk_label_set_width_chars (GTK_LABEL (cell), MIN (end - start, MIN_WIDTH));
  if (head)
    gtk_widget_add_css_class (cell, "head");
  else
    gtk_widget_remove_css_class (cell, "head");
  parlance_prose_set (GTK_LABEL (cell), block->text, start, end, block->spans,
                      PARLANCE_TEXT_PROSE);
}

static void
trim_line (ParlanceTableView *self,
           int                column,
           int                line)
{
  GtkWidget *cell;

  while ((cell = gtk_grid_get_child_at (self->grid, column++, line)) != NULL)
    gtk_grid_remove (self->grid, cell);
}

void
parlance_table_view_set (ParlanceTableView *self,
                         ParlanceRow       *row)
{
  ParlanceBlock *block = parlance_row_get_block (row);
  ParlanceRowFlags flags = parlance_row_get_flags (row);
  size_t start = parlance_row_get_start (row), end = parlance_row_get_end (row);
  gboolean whole = (flags & PARLANCE_ROW_FIRST) && (flags & PARLANCE_ROW_LAST);
  int line = 0;

  /* Pieces of one table keep their columns in line. */
  gtk_grid_set_column_homogeneous (self->grid, !whole);
  gtk_widget_set_halign (self->scroller, whole ? GTK_ALIGN_START : GTK_ALIGN_FILL);

  while (start < end)
    {
      const char *newline = memchr (block->text + start, '\n', end - start);
      size_t line_end = newline ? (size_t) (newline - block->text) : end;
      int column = 0;

      for (;;)
        {
          const char *tab = column < MAX_COLUMNS - 1
                              ? memchr (block->text + start, '\t', line_end - start)
                              : NULL;
          size_t cell_end = tab ? (size_t) (tab - block->text) : line_end;

          set_cell (self, block, start, cell_end, column++, line,
                    line == 0 && (flags & PARLANCE_ROW_FIRST));
          if (!tab)
            break;
          start = cell_end + 1;
        }

      trim_line (self, column, line++);
      start = line_end + 1;
    }

  for (int i = line; i < self->n_lines; i++)
    trim_line (self, 0, i);
  self->n_lines = line;
}
