/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-service-group.h"

#include "parlance-clean.h"
#include "parlance-paste.h"
#include "parlance-report-row.h"

#include <glib/gi18n.h>

struct _ParlanceServiceGroup
{
  AdwPreferencesGroup  parent_instance;

  AdwExpanderRow      *expander;
  AdwComboRow         *kind_row;
  GtkWidget           *url_row;
  ParlanceReportRow   *report;

  ParlanceAccount     *account;
  gboolean             quiet; /* the fields change by our hand */
};

enum
{
  SIGNAL_EDITED,
  SIGNAL_CHANGED,
  N_SIGNALS
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceServiceGroup, parlance_service_group, ADW_TYPE_PREFERENCES_GROUP)

static void
show_account (ParlanceServiceGroup *self)
{
  const ParlancePreset *presets = parlance_presets_get ();
  const ParlancePreset *preset =
    parlance_preset_find (parlance_account_get_preset (self->account));
  const char *url = parlance_account_get_base_url (self->account);

  self->quiet = TRUE;
  for (unsigned i = 0; presets[i].id != NULL; i++)
    {
      if (g_str_equal (presets[i].id, preset->id))
        adw_combo_row_set_selected (self->kind_row, i);
    }
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->url_row)), url))
    gtk_editable_set_text (GTK_EDITABLE (self->url_row), url);
  self->quiet = FALSE;

  adw_expander_row_set_subtitle (self->expander, _(preset->name));
}

static void
kind_cb (ParlanceServiceGroup *self)
{
  const ParlancePreset *preset;

  if (self->quiet || self->account == NULL)
    return;

  preset = &parlance_presets_get ()[adw_combo_row_get_selected (self->kind_row)];
  parlance_report_row_clear (self->report);
  parlance_account_set_preset (self->account, preset->id);
  parlance_account_set_label (self->account, preset->name);
  /* A service of any other kind keeps the address that is there, to be changed by hand. */
  if (preset->base_url != NULL)
    parlance_account_set_base_url (self->account, preset->base_url);
  show_account (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
url_changed_cb (ParlanceServiceGroup *self)
{
  if (self->quiet)
    return;

  parlance_report_row_clear (self->report);
  g_signal_emit (self, signals[SIGNAL_EDITED], 0);
}

static void
url_activated_cb (ParlanceServiceGroup *self)
{
  parlance_service_group_take (self);
}

static void
url_left_cb (ParlanceServiceGroup *self)
{
  if (self->account != NULL)
    parlance_service_group_take (self);
}

static void
parlance_service_group_dispose (GObject *object)
{
  ParlanceServiceGroup *self = PARLANCE_SERVICE_GROUP (object);

  g_clear_object (&self->account);

  G_OBJECT_CLASS (parlance_service_group_parent_class)->dispose (object);
}

static void
parlance_service_group_class_init (ParlanceServiceGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = parlance_service_group_dispose;

  signals[SIGNAL_EDITED] =
    g_signal_new ("edited", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PARLANCE_TYPE_REPORT_ROW);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/parlance_chat/Parlance/parlance-service-group.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceServiceGroup, expander);
  gtk_widget_class_bind_template_child (widget_class, ParlanceServiceGroup, kind_row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceServiceGroup, url_row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceServiceGroup, report);
  gtk_widget_class_bind_template_callback (widget_class, kind_cb);
  gtk_widget_class_bind_template_callback (widget_class, url_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, url_changed_cb);
}

static void
parlance_service_group_init (ParlanceServiceGroup *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const ParlancePreset *presets = parlance_presets_get ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->quiet = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  for (unsigned i = 0; presets[i].id != NULL; i++)
    gtk_string_list_append (names, _(presets[i].name));
  adw_combo_row_set_model (self->kind_row, G_LIST_MODEL (names));
  self->quiet = FALSE;

  parlance_paste_attach_line (GTK_EDITABLE (self->url_row));
  g_signal_connect_object (focus, "leave", G_CALLBACK (url_left_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->url_row, focus);
}

void
parlance_service_group_set_account (ParlanceServiceGroup *self,
                                    ParlanceAccount      *account)
{
  g_return_if_fail (PARLANCE_IS_SERVICE_GROUP (self));

  g_set_object (&self->account, account);
  show_account (self);
}

gboolean
parlance_service_group_take (ParlanceServiceGroup *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  const char *text;

  g_return_val_if_fail (PARLANCE_IS_SERVICE_GROUP (self), FALSE);

  text = gtk_editable_get_text (GTK_EDITABLE (self->url_row));
  if (*text != '\0' && g_str_equal (text, parlance_account_get_base_url (self->account)))
    return TRUE;

  url = parlance_clean_base_url (text, &error);
  if (url == NULL)
    {
      parlance_service_group_expand (self);
      parlance_report_row_show_text (self->report, _("This cannot be the address of a service"),
                                     error->message, NULL);
      return FALSE;
    }

  parlance_account_set_base_url (self->account, url);
  show_account (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return TRUE;
}

void
parlance_service_group_discard (ParlanceServiceGroup *self)
{
  g_return_if_fail (PARLANCE_IS_SERVICE_GROUP (self));

  show_account (self);
  parlance_report_row_clear (self->report);
}

void
parlance_service_group_expand (ParlanceServiceGroup *self)
{
  g_return_if_fail (PARLANCE_IS_SERVICE_GROUP (self));

  adw_expander_row_set_expanded (self->expander, TRUE);
}

void
parlance_service_group_show_verdict (ParlanceServiceGroup *self,
                                     ParlanceVerdict      *verdict,
                                     const ParlancePreset *preset)
{
  g_return_if_fail (PARLANCE_IS_SERVICE_GROUP (self));

  parlance_service_group_expand (self);
  parlance_report_row_show_verdict (self->report, verdict, preset);
}

void
parlance_service_group_clear_report (ParlanceServiceGroup *self)
{
  g_return_if_fail (PARLANCE_IS_SERVICE_GROUP (self));

  parlance_report_row_clear (self->report);
}

void
parlance_service_group_focus (ParlanceServiceGroup *self)
{
  g_return_if_fail (PARLANCE_IS_SERVICE_GROUP (self));

  gtk_widget_grab_focus (self->url_row);
}
