/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-row-parts.h"

#include "parlance-prose.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkLabel    *title;
  GtkLabel    *advice;
  GtkWidget   *button;
  GtkExpander *expander;
  GtkLabel    *details;
} ErrorPart;

GtkWidget *
parlance_error_part_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  ErrorPart *part = g_new0 (ErrorPart, 1);

  g_object_set_data_full (G_OBJECT (box), "parlance-error-part", part, g_free);
  gtk_widget_add_css_class (box, "error-card");

  part->title = GTK_LABEL (parlance_prose_new ());
  gtk_widget_add_css_class (GTK_WIDGET (part->title), "heading");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (part->title));

  part->advice = GTK_LABEL (parlance_prose_new ());
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (part->advice));

  part->button = parlance_part_button_new (NULL, "", "transcript.remedy");
  gtk_widget_remove_css_class (part->button, "quiet");
  gtk_widget_set_halign (part->button, GTK_ALIGN_START);
  gtk_widget_set_margin_top (part->button, 4);
  gtk_box_append (GTK_BOX (box), part->button);

  part->details = GTK_LABEL (parlance_prose_new ());
  gtk_widget_add_css_class (GTK_WIDGET (part->details), "dim-text");
  gtk_widget_set_margin_top (GTK_WIDGET (part->details), 4);
  part->expander = GTK_EXPANDER (gtk_expander_new (_("Details")));
  gtk_accessible_update_property (GTK_ACCESSIBLE (part->expander),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Details"), -1);
  gtk_expander_set_child (part->expander, GTK_WIDGET (part->details));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (part->expander));

  return box;
}

static const char *
remedy_label (ParlanceRemedy remedy)
{
  switch (remedy)
    {
    case PARLANCE_REMEDY_CONTINUE:
      return C_("button", "Continue");

    case PARLANCE_REMEDY_PREFERENCES:
      return _("Open Preferences");

    case PARLANCE_REMEDY_UNLOCK:
      return _("Unlock");

    case PARLANCE_REMEDY_OPEN_URL:
      return _("Open Page");

    case PARLANCE_REMEDY_RETRY:
    default:
      return _("Try Again");
    }
}

/* What broke off is gone on with; asking anew would set it aside. */
static gboolean
is_interrupted (ParlanceMessage *message)
{
  return parlance_message_get_state (message) == PARLANCE_STATE_INTERRUPTED;
}

ParlanceRemedy
parlance_error_part_get_remedy (ParlanceMessage *message)
{
  ParlanceVerdict *verdict = parlance_message_get_verdict (message);

  if (is_interrupted (message))
    return PARLANCE_REMEDY_CONTINUE;

  return verdict ? parlance_verdict_get_remedy (verdict) : PARLANCE_REMEDY_RETRY;
}

static const char *
get_title (ParlanceMessage *message)
{
  ParlanceVerdict *verdict = parlance_message_get_verdict (message);

  if (!verdict)
    return _("The reply failed");
  if (is_interrupted (message) && verdict->kind == PARLANCE_VERDICT_NO_NETWORK)
    return _("The connection broke off");

  return parlance_verdict_get_title (verdict);
}

static const char *
get_advice (ParlanceMessage *message)
{
  ParlanceVerdict *verdict = parlance_message_get_verdict (message);

  if (is_interrupted (message))
    return _("What had arrived is kept, and the reply can go on from there.");

  return verdict ? parlance_verdict_get_advice (verdict) : _("Send the message again.");
}

void
parlance_error_part_set (GtkWidget   *widget,
                         ParlanceRow *row)
{
  ErrorPart *part = g_object_get_data (G_OBJECT (widget), "parlance-error-part");
  ParlanceMessage *message = parlance_row_get_message (row);
  ParlanceVerdict *verdict = parlance_message_get_verdict (message);
  gboolean leaf = parlance_row_get_flags (row) & PARLANCE_ROW_LEAF;
  ParlanceRemedy remedy = parlance_error_part_get_remedy (message);
  g_autofree char *details = verdict ? parlance_verdict_dup_details (verdict) : g_strdup ("");

  gtk_label_set_text (part->title, get_title (message));
  gtk_label_set_text (part->advice, get_advice (message));

  gtk_button_set_label (GTK_BUTTON (part->button), remedy_label (remedy));
  gtk_accessible_update_property (GTK_ACCESSIBLE (part->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, remedy_label (remedy), -1);
  parlance_part_button_set (part->button, row);
  /* Only the last reply can be gone on with. */
  gtk_widget_set_visible (part->button, leaf || remedy != PARLANCE_REMEDY_CONTINUE);

  gtk_widget_set_visible (GTK_WIDGET (part->expander), *details != '\0');
  gtk_expander_set_expanded (part->expander, FALSE);
  parlance_prose_set (part->details, details, 0, strlen (details), NULL, PARLANCE_TEXT_CODE);
}
