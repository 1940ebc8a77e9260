/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-row-parts.h"

#include "parlance-prose.h"

#include <glib/gi18n.h>

#define MAX_NARROW 512 /* bytes */

GtkWidget *
parlance_user_part_new (void)
{
  GtkWidget *label = parlance_prose_new ();

  gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_margin_start (label, 48);
  gtk_widget_add_css_class (label, "user-card");

  return label;
}

void
parlance_user_part_set (GtkWidget   *part,
                        ParlanceRow *row)
{
  const char *text = parlance_row_get_text (row);
  size_t start = parlance_row_get_start (row), end = parlance_row_get_end (row);
  ParlanceRowFlags flags = parlance_row_get_flags (row);
  gboolean first = flags & PARLANCE_ROW_FIRST, last = flags & PARLANCE_ROW_LAST;

  /* Several pieces of one message look as one card only where they are equally wide. And to make
   * a card as narrow as its text, many widths are tried: a long text fills the row in any case. */
  gtk_widget_set_halign (part, first && last && end - start < MAX_NARROW ? GTK_ALIGN_END
                                                                         : GTK_ALIGN_FILL);
  if (first)
    gtk_widget_add_css_class (part, "first");
  else
    gtk_widget_remove_css_class (part, "first");
  if (last)
    gtk_widget_add_css_class (part, "last");
  else
    gtk_widget_remove_css_class (part, "last");

  /* A card is no wider than a word or two. */
  gtk_label_set_width_chars (GTK_LABEL (part), end - start < 40 ? -1 : 10);
  parlance_prose_set (GTK_LABEL (part), text, start, end, NULL, PARLANCE_TEXT_PROSE);
}

GtkWidget *
parlance_header_part_new (void)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "xalign", 0.0f,
                                   "ellipsize", PANGO_ELLIPSIZE_END,
                                   NULL);

  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");

  return label;
}

void
parlance_header_part_set (GtkWidget   *part,
                          ParlanceRow *row)
{
  const char *model_id = parlance_message_get_model_id (parlance_row_get_message (row));
  /* Translators: a noun, above a reply of which the model is not known */
  const char *reply = C_("heading of a reply", "Reply");
  g_autofree char *shown = parlance_text_show_target (*model_id ? model_id : reply);

  gtk_label_set_text (GTK_LABEL (part), shown);
}

GtkWidget *
parlance_tool_part_new (void)
{
  GtkWidget *label = parlance_prose_new ();

  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (label, "dim-text");

  return label;
}

void
parlance_tool_part_set (GtkWidget   *part,
                        ParlanceRow *row)
{
  parlance_prose_set (GTK_LABEL (part), parlance_row_get_text (row), parlance_row_get_start (row),
                      parlance_row_get_end (row), NULL, PARLANCE_TEXT_CODE);
}
