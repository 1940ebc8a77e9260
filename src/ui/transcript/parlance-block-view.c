/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-block-view.h"

#include "parlance-code-view.h"
#include "parlance-prose.h"
#include "parlance-table-view.h"

/* Deeper ones stand where these do: a narrow window must keep room for the text. */
#define MAX_QUOTES 4
#define MAX_LISTS 6
#define INDENT 24       /* px */
#define MARKER_GAP 8    /* px, part of the indent */
#define BAR_DISTANCE 15 /* px */
#define BAR_WIDTH 3     /* px */

static const char *const heading_classes[] = { "title-2", "title-4", "heading" };

struct _ParlanceBlockView
{
  GtkWidget          parent_instance;

  GtkWidget         *bars[MAX_QUOTES];
  GtkLabel          *marker;
  GtkWidget         *content;
  ParlanceBlockKind  kind; /* of the content */
  int                heading;
  int                n_bars;
  int                indent;
};

G_DEFINE_FINAL_TYPE (ParlanceBlockView, parlance_block_view, GTK_TYPE_WIDGET)

static int
get_gutter (ParlanceBlockView *self)
{
  return self->n_bars * BAR_DISTANCE + self->indent;
}

static GtkSizeRequestMode
parlance_block_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* A GtkBox that lies on its side tries out widths to find its height: for a long text that is a
 * hundred layouts instead of one. */
static void
parlance_block_view_measure (GtkWidget      *widget,
                             GtkOrientation  orientation,
                             int             for_size,
                             int            *minimum,
                             int            *natural,
                             int            *minimum_baseline,
                             int            *natural_baseline)
{
  ParlanceBlockView *self = PARLANCE_BLOCK_VIEW (widget);
  int gutter = get_gutter (self);

  if (!self->content)
    return;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      gtk_widget_measure (self->content, orientation, -1, minimum, natural, NULL, NULL);
      *minimum += gutter;
      *natural += gutter;
    }
  else
    {
      for_size = for_size < 0 ? -1 : MAX (for_size - gutter, 0);
      gtk_widget_measure (self->content, orientation, for_size, minimum, natural, NULL, NULL);
    }
}

static void
parlance_block_view_size_allocate (GtkWidget *widget,
                                   int        width,
                                   int        height,
                                   int        baseline)
{
  ParlanceBlockView *self = PARLANCE_BLOCK_VIEW (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = 0;

#define PLACE(child, x, w)                                                                       \
  gtk_widget_size_allocate ((child),                                                             \
                            &(GtkAllocation) { rtl ? width - (x) - (w) : (x), 0, (w), height }, -1)

  for (int i = 0; i < self->n_bars; i++, x += BAR_DISTANCE)
    PLACE (self->bars[i], x, BAR_WIDTH);
  if (self->indent > 0)
    {
      int minimum;

      gtk_widget_measure (GTK_WIDGET (self->marker), GTK_ORIENTATION_HORIZONTAL, -1, &minimum,
                          NULL, NULL, NULL);
      /* A long number sticks out of its column, to where there is nothing. */
      minimum = MAX (minimum, self->indent - MARKER_GAP);
      PLACE (GTK_WIDGET (self->marker), x + self->indent - MARKER_GAP - minimum, minimum);
    }
  if (self->content)
    PLACE (self->content, x + self->indent, width - x - self->indent);

#undef PLACE
}

static void
parlance_block_view_dispose (GObject *object)
{
  ParlanceBlockView *self = PARLANCE_BLOCK_VIEW (object);

  for (unsigned i = 0; i < MAX_QUOTES; i++)
    g_clear_pointer (&self->bars[i], gtk_widget_unparent);
  if (self->marker)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->marker)));
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (parlance_block_view_parent_class)->dispose (object);
}

static void
parlance_block_view_class_init (ParlanceBlockViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_block_view_dispose;
  widget_class->get_request_mode = parlance_block_view_get_request_mode;
  widget_class->measure = parlance_block_view_measure;
  widget_class->size_allocate = parlance_block_view_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_block_view_init (ParlanceBlockView *self)
{
  for (unsigned i = 0; i < MAX_QUOTES; i++)
    {
      self->bars[i] = gtk_separator_new (GTK_ORIENTATION_VERTICAL);
      gtk_widget_add_css_class (self->bars[i], "quote-bar");
      gtk_widget_set_parent (self->bars[i], GTK_WIDGET (self));
    }

  self->marker = g_object_new (GTK_TYPE_LABEL,
                               "xalign", 1.0f,
                               "yalign", 0.0f,
                               "valign", GTK_ALIGN_START,
                               NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->marker), "prose");
  gtk_widget_add_css_class (GTK_WIDGET (self->marker), "list-marker");
  gtk_widget_set_parent (GTK_WIDGET (self->marker), GTK_WIDGET (self));
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
  const char *marker = (flags & PARLANCE_ROW_FIRST) && block->marker ? block->marker : "";

  self->indent = MIN (block->list_depth, MAX_LISTS) * INDENT;
  /* Reasoning stands apart as a quote does. */
  self->n_bars = MIN (block->quote_depth + (flags & PARLANCE_ROW_DIM ? 1 : 0), MAX_QUOTES);

  for (int i = 0; i < MAX_QUOTES; i++)
    gtk_widget_set_child_visible (self->bars[i], i < self->n_bars);
  gtk_widget_set_child_visible (GTK_WIDGET (self->marker), self->indent > 0);
  gtk_label_set_text (self->marker, marker);
  gtk_widget_queue_resize (GTK_WIDGET (self));
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
        gtk_widget_unparent (self->content);
      self->content = make_content (block->kind);
      self->heading = 0;
      gtk_widget_set_parent (self->content, GTK_WIDGET (self));
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
