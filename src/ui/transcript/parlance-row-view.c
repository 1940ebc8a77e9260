/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-row-view.h"

#include "parlance-block-view.h"
#include "parlance-row-parts.h"

struct _ParlanceRowView
{
  AdwBin           parent_instance;

  ParlanceRow     *row;
  ParlanceRowKind  kind; /* of the child, where there is one */
};

G_DEFINE_FINAL_TYPE (ParlanceRowView, parlance_row_view, ADW_TYPE_BIN)

static const struct
{
  GtkWidget *(*make) (void);
  void       (*set)  (GtkWidget   *view,
                      ParlanceRow *row); /* a block's view knows its margins too */
  int          above; /* px, before the first piece */
  int          below; /* px, after the last piece */
} kinds[] = {
  [PARLANCE_ROW_USER] = { parlance_user_part_new, parlance_user_part_set, 18, 6 },
  [PARLANCE_ROW_HEADER] = { parlance_header_part_new, parlance_header_part_set, 14, 2 },
  [PARLANCE_ROW_BLOCK] = { parlance_block_view_new, NULL, 5, 5 },
  [PARLANCE_ROW_REASONING] = { parlance_reasoning_part_new, parlance_reasoning_part_set, 2, 2 },
  [PARLANCE_ROW_TOOL] = { parlance_tool_part_new, parlance_tool_part_set, 4, 4 },
  [PARLANCE_ROW_STATUS] = { parlance_status_part_new, parlance_status_part_set, 6, 6 },
  [PARLANCE_ROW_ERROR] = { parlance_error_part_new, parlance_error_part_set, 8, 8 },
  [PARLANCE_ROW_ENDED] = { parlance_ended_part_new, parlance_ended_part_set, 4, 4 },
  [PARLANCE_ROW_FOOTER] = { parlance_footer_part_new, parlance_footer_part_set, 2, 2 },
};

static void
set_child (ParlanceRowView *self,
           GtkWidget       *child)
{
  ParlanceRowFlags flags = parlance_row_get_flags (self->row);
  ParlanceBlock *block = parlance_row_get_block (self->row);
  gboolean text = self->kind == PARLANCE_ROW_USER || self->kind == PARLANCE_ROW_BLOCK ||
                  self->kind == PARLANCE_ROW_TOOL;
  int above = kinds[self->kind].above, below = kinds[self->kind].below;

  if (block && block->list_depth > 0)
    above = below = 3;
  else if (block && block->kind == PARLANCE_BLOCK_HEADING)
    above = 14;
  else if (block && block->kind != PARLANCE_BLOCK_PARAGRAPH)
    above = below = 8;

  if (text && !(flags & PARLANCE_ROW_FIRST))
    above = 0;
  if (text && !(flags & PARLANCE_ROW_LAST))
    below = 0;

  if (block)
    {
      parlance_block_view_set (PARLANCE_BLOCK_VIEW (child), self->row, above, below);
      gtk_widget_set_margin_top (child, flags & PARLANCE_ROW_QUOTE ? 6 : 0);
      return;
    }

  gtk_widget_set_margin_top (child, above);
  gtk_widget_set_margin_bottom (child, below);
  kinds[self->kind].set (child, self->row);
}

static void
update (ParlanceRowView *self)
{
  GtkWidget *child = adw_bin_get_child (ADW_BIN (self));
  ParlanceRowKind kind = parlance_row_get_kind (self->row);

  if (!child || kind != self->kind)
    {
      child = kinds[kind].make ();
      adw_bin_set_child (ADW_BIN (self), child);
      self->kind = kind;
    }

  if (parlance_row_get_flags (self->row) & PARLANCE_ROW_DIM)
    gtk_widget_add_css_class (GTK_WIDGET (self), "dim-text");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "dim-text");

  set_child (self, child);
}

static void
parlance_row_view_dispose (GObject *object)
{
  parlance_row_view_set (PARLANCE_ROW_VIEW (object), NULL);

  G_OBJECT_CLASS (parlance_row_view_parent_class)->dispose (object);
}

static void
parlance_row_view_class_init (ParlanceRowViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = parlance_row_view_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_row_view_init (ParlanceRowView *self)
{
  gtk_widget_set_margin_start (GTK_WIDGET (self), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (self), 12);
}

GtkWidget *
parlance_row_view_new (void)
{
  return g_object_new (PARLANCE_TYPE_ROW_VIEW, NULL);
}

void
parlance_row_view_set (ParlanceRowView *self,
                       ParlanceRow     *row)
{
  g_return_if_fail (PARLANCE_IS_ROW_VIEW (self));

  if (self->row == row)
    return;

  if (self->row)
    g_signal_handlers_disconnect_by_func (self->row, update, self);
  g_set_object (&self->row, row);
  if (!row)
    return;

  g_signal_connect_swapped (row, "changed", G_CALLBACK (update), self);
  update (self);
}
