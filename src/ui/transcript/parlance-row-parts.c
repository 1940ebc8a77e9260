/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-row-parts.h"

#include "parlance-spinner.h"

#include <glib/gi18n.h>

static GtkWidget *
get_child (GtkWidget *box,
           unsigned   index)
{
  GtkWidget *child = gtk_widget_get_first_child (box);

  while (index-- > 0)
    child = gtk_widget_get_next_sibling (child);

  return child;
}

GtkWidget *
parlance_part_button_new (const char *icon,
                          const char *label,
                          const char *action)
{
  GtkWidget *button = icon ? gtk_button_new_from_icon_name (icon)
                           : gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "quiet");
  if (icon)
    {
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_tooltip_text (button, label);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  /* An action that takes an id must not be named before there is one. */
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "x", (int64_t) 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);

  return button;
}

void
parlance_part_button_set (GtkWidget   *button,
                          ParlanceRow *row)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "x",
                                    parlance_message_get_id (parlance_row_get_message (row)));
}

GtkWidget *
parlance_reasoning_part_new (void)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (GTK_BOX (box), g_object_new (GTK_TYPE_IMAGE,
                                               "accessible-role",
                                               GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                               NULL));
  gtk_box_append (GTK_BOX (box), gtk_label_new (NULL));
  gtk_box_append (GTK_BOX (box), parlance_spinner_new ());

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_add_css_class (button, "outdent");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "quiet");
  gtk_widget_add_css_class (button, "dim-text");
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(xu)", (int64_t) 0, 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "transcript.toggle-reasoning");

  return button;
}

void
parlance_reasoning_part_set (GtkWidget   *part,
                             ParlanceRow *row)
{
  GtkWidget *box = gtk_button_get_child (GTK_BUTTON (part));
  ParlanceRowFlags flags = parlance_row_get_flags (row);
  gboolean open = flags & PARLANCE_ROW_OPEN, running = flags & PARLANCE_ROW_RUNNING;
  /* Translators: above what a model thinks before it answers, while that comes */
  const char *thinking = C_("heading of reasoning", "Thinking…");
  /* Translators: above what a model has thought before it answered: "it has thought" */
  const char *thought = C_("heading of reasoning", "Thought");
  const char *label = running ? thinking : thought;

  gtk_image_set_from_icon_name (GTK_IMAGE (get_child (box, 0)),
                                open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_label_set_text (GTK_LABEL (get_child (box, 1)), label);
  gtk_widget_set_visible (get_child (box, 2), running);
  gtk_accessible_update_property (GTK_ACCESSIBLE (part),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (part),
                               GTK_ACCESSIBLE_STATE_EXPANDED, open, -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (part), "(xu)",
                                    parlance_message_get_id (parlance_row_get_message (row)),
                                    parlance_row_get_part (row));
}

GtkWidget *
parlance_status_part_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0f, "wrap", TRUE, NULL);
  GtkWidget *cancel = parlance_part_button_new (NULL, _("Cancel"), "transcript.stop");

  gtk_widget_add_css_class (label, "dim-text");
  gtk_widget_set_margin_start (cancel, 4);
  gtk_box_append (GTK_BOX (box), parlance_spinner_new ());
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), cancel);

  return box;
}

void
parlance_status_part_set (GtkWidget   *part,
                          ParlanceRow *row)
{
  ParlanceRowFlags flags = parlance_row_get_flags (row);
  int seconds = parlance_row_get_seconds (row);
  g_autofree char *text = NULL;

  if (flags & PARLANCE_ROW_QUEUED)
    text = g_strdup (_("Waiting for another reply of this account…"));
  else if (flags & PARLANCE_ROW_RETRY)
    /* Translators: %d is seconds, counted down */
    text = g_strdup_printf (ngettext ("The service is busy. Trying again in %d s",
                                      "The service is busy. Trying again in %d s",
                                      (unsigned long) seconds),
                            seconds);
  else if (seconds < 5)
    text = g_strdup (_("Waiting for the reply…"));
  else
    /* Translators: %d is seconds, since the service last sent something */
    text = g_strdup_printf (ngettext ("Still waiting, %d s", "Still waiting, %d s",
                                      (unsigned long) seconds),
                            seconds);

  gtk_label_set_text (GTK_LABEL (get_child (part, 1)), text);
  gtk_widget_set_visible (get_child (part, 2), flags & (PARLANCE_ROW_QUEUED | PARLANCE_ROW_RETRY));
}

GtkWidget *
parlance_ended_part_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (label, "dim-text");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box),
                  parlance_part_button_new (NULL, C_("button", "Continue"), "transcript.continue"));

  return box;
}

void
parlance_ended_part_set (GtkWidget   *part,
                         ParlanceRow *row)
{
  ParlanceMessage *message = parlance_row_get_message (row);

  gtk_label_set_text (GTK_LABEL (get_child (part, 0)),
                      parlance_message_get_state (message) == PARLANCE_STATE_STOPPED
                        ? C_("state of a reply", "Stopped")
                        : C_("state of a reply", "Interrupted"));
  gtk_widget_set_visible (get_child (part, 1), parlance_row_get_flags (row) & PARLANCE_ROW_LEAF);
  parlance_part_button_set (get_child (part, 1), row);
}

GtkWidget *
parlance_footer_part_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  GtkWidget *place = gtk_label_new (NULL);

  gtk_widget_add_css_class (box, "outdent");
  gtk_widget_add_css_class (place, "caption");
  gtk_widget_add_css_class (place, "dim-label");
  gtk_widget_add_css_class (place, "numeric");
  gtk_box_append (GTK_BOX (box), parlance_part_button_new ("edit-copy-symbolic",
                                                           C_("button", "Copy"),
                                                           "transcript.copy"));
  gtk_box_append (GTK_BOX (box), parlance_part_button_new ("view-refresh-symbolic",
                                                           _("Regenerate"),
                                                           "transcript.regenerate"));
  gtk_box_append (GTK_BOX (box), parlance_part_button_new ("go-previous-symbolic",
                                                           _("Previous Answer"),
                                                           "transcript.previous-answer"));
  gtk_box_append (GTK_BOX (box), place);
  gtk_box_append (GTK_BOX (box), parlance_part_button_new ("go-next-symbolic", _("Next Answer"),
                                                           "transcript.next-answer"));

  return box;
}

void
parlance_footer_part_set (GtkWidget   *part,
                          ParlanceRow *row)
{
  unsigned n_answers;
  unsigned answer = parlance_row_get_answer (row, &n_answers);
  /* Translators: which of how many answers to the same message is shown */
  g_autofree char *place = g_strdup_printf (_("%u/%u"), answer + 1, n_answers);
  GtkWidget *copy = get_child (part, 0), *previous = get_child (part, 2);
  GtkWidget *next = get_child (part, 4);

  parlance_part_button_set (copy, row);
  parlance_part_button_set (get_child (part, 1), row);
  parlance_part_button_set (previous, row);
  parlance_part_button_set (next, row);

  gtk_widget_set_visible (copy, !parlance_message_is_empty (parlance_row_get_message (row)));
  for (unsigned i = 2; i < 5; i++)
    gtk_widget_set_visible (get_child (part, i), n_answers > 1);
  gtk_widget_set_sensitive (previous, answer > 0);
  gtk_widget_set_sensitive (next, answer + 1 < n_answers);
  gtk_label_set_text (GTK_LABEL (get_child (part, 3)), place);
}
