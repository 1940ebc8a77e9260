/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-block-view.h"

#include "parlance-code-view.h"
#include "parlance-prose.h"
#include "parlance-table-view.h"

/* Deeper ones stand where these do: a narrow window must keep room for the text. */
#define MAX_QUOTES 4
#define MAX_LISTS 6
#define INDENT 24 /* px */

static const char *const heading_classes[] = { "title-2", "title-4", "heading" };

struct _ParlanceBlockView
{
  GtkBox             parent_instance;

  GtkWidget         *bars[MAX_QUOTES];
  GtkLabel          *marker;
  GtkWidget         *content;
  ParlanceBlockKind  kind; /* of the content */
  int                heading;
};

G_DEFINE_FINAL_TYPE (ParlanceBlockView, parlance_block_view, GTK_TYPE_BOX)

static void
parlance_block_view_class_init (ParlanceBlockViewClass *klass)
{
}

static void
parlance_block_view_init (ParlanceBlockView *self)
{
  for (unsigned i = 0; i < MAX_QUOTES; i++)
    {
      self->bars[i] = gtk_separator_new (GTK_ORIENTATION_VERTICAL);
      gtk_widget_add_css_class (self->bars[i], "quote-bar");
      gtk_widget_set_margin_end (self->bars[i], 12);
      gtk_box_append (GTK_BOX (self), self->bars[i]);
    }

  self->marker = g_object_new (GTK_TYPE_LABEL,
                               "xalign", 1.0f,
                               "yalign", 0.0f,
                               "valign", GTK_ALIGN_START,
                               "margin-end", 8,
                               NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->marker), "prose");
  gtk_widget_add_css_class (GTK_WIDGET (self->marker), "list-marker");
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->marker));
}

GtkWidget *
parlance_block_view_new (void)
{
  return g_object_new (PARLANCE_TYPE_BLOCK_VIEW, NULL);
}

static GtkWidget *
make_content (ParlanceBlockKind kind)
{
  GtkWidget *content;

  switch (kind)
    {
    case PARLANCE_BLOCK_CODE:
      return parlance_code_view_new ();

    case PARLANCE_BLOCK_TABLE:
      return parlance_table_view_new ();

    case PARLANCE_BLOCK_RULE:
      content = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
      gtk_widget_set_valign (content, GTK_ALIGN_CENTER);
      gtk_widget_set_hexpand (content, TRUE);
      return content;

    case PARLANCE_BLOCK_PARAGRAPH:
    case PARLANCE_BLOCK_HEADING:
    default:
      content = parlance_prose_new ();
      gtk_widget_set_hexpand (content, TRUE);
      return content;
    }
}

static gboolean
same_content (ParlanceBlockKind a,
              ParlanceBlockKind b)
{
  return a == b || (a <= PARLANCE_BLOCK_HEADING && b <= PARLANCE_BLOCK_HEADING);
}

static void
set_gutter (ParlanceBlockView   *self,
            const ParlanceBlock *block,
            ParlanceRowFlags     flags)
{
  int indent = MIN (block->list_depth, MAX_LISTS) * INDENT;
  const char *marker = (flags & PARLANCE_ROW_FIRST) && block->marker ? block->marker : "";
  /* Reasoning stands apart as a quote does. */
  int n_bars = block->quote_depth + (flags & PARLANCE_ROW_DIM ? 1 : 0);

  for (int i = 0; i < MAX_QUOTES; i++)
    gtk_widget_set_visible (self->bars[i], i < n_bars);

  gtk_widget_set_visible (GTK_WIDGET (self->marker), indent > 0);
  gtk_label_set_text (self->marker, marker);
  /* The margin at its end is part of the column. */
  gtk_widget_set_size_request (GTK_WIDGET (self->marker), MAX (indent - 8, 0), -1);
}

static void
set_heading (ParlanceBlockView *self,
             int                level)
{
  const char *old = self->heading ? heading_classes[self->heading - 1] : NULL;

  level = MIN (level, (int) G_N_ELEMENTS (heading_classes));
  if (level == self->heading)
    return;

  if (old)
    gtk_widget_remove_css_class (self->content, old);
  if (level)
    gtk_widget_add_css_class (self->content, heading_classes[level - 1]);
  self->heading = level;
}

static void
set_margins (GtkWidget *widget,
             int        above,
             int        below)
{
  gtk_widget_set_margin_top (widget, above);
  gtk_widget_set_margin_bottom (widget, below);
}

void
parlance_block_view_set (ParlanceBlockView *self,
                         ParlanceRow       *row,
                         int                above,
                         int                below)
{
  ParlanceBlock *block = parlance_row_get_block (row);
  ParlanceRowFlags flags = parlance_row_get_flags (row);

  if (!self->content || !same_content (self->kind, block->kind))
    {
      if (self->content)
        gtk_box_remove (GTK_BOX (self), self->content);
      self->content = make_content (block->kind);
      self->heading = 0;
      gtk_box_append (GTK_BOX (self), self->content);
    }
  self->kind = block->kind;

  set_gutter (self, block, flags);
  set_margins (GTK_WIDGET (self->marker), above, below);
  set_margins (self->content, above, below);

  switch (block->kind)
    {
    case PARLANCE_BLOCK_CODE:
      parlance_code_view_set (PARLANCE_CODE_VIEW (self->content), row);
      break;

    case PARLANCE_BLOCK_TABLE:
      parlance_table_view_set (PARLANCE_TABLE_VIEW (self->content), row);
      break;

    case PARLANCE_BLOCK_RULE:
      break;

    case PARLANCE_BLOCK_PARAGRAPH:
    case PARLANCE_BLOCK_HEADING:
    default:
      set_heading (self, block->kind == PARLANCE_BLOCK_HEADING ? MAX (block->level, 1) : 0);
      parlance_prose_set (GTK_LABEL (self->content), block->text, parlance_row_get_start (row),
                          parlance_row_get_end (row), block->spans, PARLANCE_TEXT_PROSE);
      break;
    }
}
