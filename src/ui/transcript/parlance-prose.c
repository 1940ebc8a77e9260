/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-prose.h"

static gboolean
on_activate_link (GtkLabel   *label,
                  const char *uri,
                  gpointer    user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (label), "transcript.open-link", "s", uri);

  return TRUE;
}

GtkWidget *
parlance_prose_new (void)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "width-chars", 10,
                                   "max-width-chars", 80,
                                   "xalign", 0.0f,
                                   "selectable", TRUE,
                                   NULL);

  gtk_widget_add_css_class (label, "prose");
  g_signal_connect (label, "activate-link", G_CALLBACK (on_activate_link), NULL);

  return label;
}

void
parlance_prose_set (GtkLabel         *label,
                    const char       *text,
                    size_t            start,
                    size_t            end,
                    GArray           *spans,
                    ParlanceTextKind  kind)
{
  g_autoptr (ParlanceText) shown = NULL;

  if (end > start && text[end - 1] == '\n')
    end--;
  shown = parlance_text_new (text, start, end, spans, kind);

  /* Each of these lays the label out again: the text comes last. */
  gtk_label_set_wrap_mode (label, shown->breakless ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
  gtk_label_set_attributes (label, shown->attributes);
  if (shown->markup)
    gtk_label_set_markup (label, shown->markup);
  else
    gtk_label_set_text (label, shown->text);
}
