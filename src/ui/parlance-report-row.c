/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-report-row.h"

#include "parlance-compat.h"
#include "parlance-prose.h"

#include <glib/gi18n.h>

struct _ParlanceReportRow
{
  AdwPreferencesRow  parent_instance;

  GtkLabel          *title;
  GtkLabel          *advice;
  GtkLabel          *details;
  GtkExpander       *expander;
  GtkButton         *button;

  GtkWidget         *concerned;
  char              *url; /* what the button opens; NULL: it is for others */
};

enum
{
  PROP_CONCERNED = 1,
  N_PROPS
};

enum
{
  SIGNAL_CLICKED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceReportRow, parlance_report_row, ADW_TYPE_PREFERENCES_ROW)

static void
clicked_cb (ParlanceReportRow *self)
{
  if (self->url != NULL)
    parlance_compat_open_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->url);
  else
    g_signal_emit (self, signals[SIGNAL_CLICKED], 0);
}

static void
show_report (ParlanceReportRow *self,
             const char        *title,
             const char        *advice,
             const char        *details,
             const char        *button)
{
  g_autofree char *line = parlance_text_line (advice);
  gboolean news = !gtk_widget_get_visible (GTK_WIDGET (self))
                  || !g_str_equal (gtk_label_get_text (self->title), title);

  gtk_label_set_text (self->title, title);
  /* Both may have the words of others in them, who may have many. */
  gtk_label_set_text (self->advice, line);
  gtk_widget_set_visible (GTK_WIDGET (self->advice), *advice != '\0');
  parlance_prose_set (self->details, details, 0,
                      parlance_text_piece_end (details, strlen (details), 0, PARLANCE_TEXT_PROSE),
                      NULL, PARLANCE_TEXT_PROSE);
  gtk_expander_set_expanded (self->expander, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->expander), *details != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->button), button != NULL);
  if (button != NULL)
    parlance_compat_set_label (self->button, button);
  if (self->concerned != NULL)
    {
      gtk_widget_add_css_class (self->concerned, "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->concerned), GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  if (news)
    parlance_compat_announce (GTK_WIDGET (self), title);
}

static void
parlance_report_row_set_property (GObject      *object,
                                  unsigned      prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  ParlanceReportRow *self = PARLANCE_REPORT_ROW (object);

  switch (prop_id)
    {
    case PROP_CONCERNED:
      g_set_weak_pointer (&self->concerned, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_report_row_dispose (GObject *object)
{
  ParlanceReportRow *self = PARLANCE_REPORT_ROW (object);

  g_clear_weak_pointer (&self->concerned);
  g_clear_pointer (&self->url, g_free);

  G_OBJECT_CLASS (parlance_report_row_parent_class)->dispose (object);
}

static void
parlance_report_row_class_init (ParlanceReportRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_report_row_dispose;
  object_class->set_property = parlance_report_row_set_property;

  props[PROP_CONCERNED] = g_param_spec_object ("concerned", NULL, NULL, GTK_TYPE_WIDGET,
                                               G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SIGNAL_CLICKED] = g_signal_new ("clicked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/parlance_chat/Parlance/parlance-report-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceReportRow, title);
  gtk_widget_class_bind_template_child (widget_class, ParlanceReportRow, advice);
  gtk_widget_class_bind_template_child (widget_class, ParlanceReportRow, details);
  gtk_widget_class_bind_template_child (widget_class, ParlanceReportRow, expander);
  gtk_widget_class_bind_template_child (widget_class, ParlanceReportRow, button);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
}

static void
parlance_report_row_init (ParlanceReportRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
parlance_report_row_show_verdict (ParlanceReportRow    *self,
                                  ParlanceVerdict      *verdict,
                                  const ParlancePreset *preset)
{
  g_autofree char *details = NULL;

  g_return_if_fail (PARLANCE_IS_REPORT_ROW (self));

  /* A tab is not broken: it would be wider than the row. */
  details = g_strdelimit (parlance_verdict_dup_details (verdict), "\t", ' ');
  g_free (self->url);
  self->url = g_strdup (parlance_verdict_get_url (verdict, preset));
  show_report (self, parlance_verdict_get_title (verdict), parlance_verdict_get_advice (verdict),
               details, self->url != NULL ? _("_Open Page") : NULL);
}

void
parlance_report_row_show_text (ParlanceReportRow *self,
                               const char        *title,
                               const char        *advice,
                               const char        *button)
{
  g_return_if_fail (PARLANCE_IS_REPORT_ROW (self));

  g_clear_pointer (&self->url, g_free);
  show_report (self, title, advice, "", button);
}

void
parlance_report_row_clear (ParlanceReportRow *self)
{
  g_return_if_fail (PARLANCE_IS_REPORT_ROW (self));

  if (self->concerned != NULL)
    {
      gtk_widget_remove_css_class (self->concerned, "error");
      gtk_accessible_reset_state (GTK_ACCESSIBLE (self->concerned), GTK_ACCESSIBLE_STATE_INVALID);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
