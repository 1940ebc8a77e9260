/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-model-group.h"

#include "parlance-clean.h"
#include "parlance-compat.h"
#include "parlance-completion.h"
#include "parlance-paste.h"
#include "parlance-report-row.h"
#include "parlance-service.h"

#include <glib/gi18n.h>

struct _ParlanceModelGroup
{
  AdwPreferencesGroup  parent_instance;

  GtkWidget           *model_row;
  GtkWidget           *library_button;
  AdwComboRow         *task_row;
  ParlanceReportRow   *model_report;
  ParlanceReportRow   *task_report;

  ParlanceChat        *chat;
  ParlanceAccount     *account;
  ParlanceTokenGroup  *token_group; /* not owned: a part of the same rows */
  ParlanceCompletion  *completion;  /* owned by the row */
  GCancellable        *cancellable; /* ends with the widget */
  gboolean             quiet;       /* the fields change by our hand */
  gboolean             models_asked;
};

enum
{
  SIGNAL_EDITED,
  SIGNAL_CHANGED,
  SIGNAL_ACTIVATED,
  N_SIGNALS
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceModelGroup, parlance_model_group, ADW_TYPE_PREFERENCES_GROUP)

static const ParlancePreset *
get_preset (ParlanceModelGroup *self)
{
  return parlance_preset_find (parlance_account_get_preset (self->account));
}

static void
library_cb (ParlanceModelGroup *self)
{
  const char *url = get_preset (self)->models_url;

  if (url != NULL)
    parlance_compat_open_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), url);
}

/* ------------------------------------------------------------------ Model ID */

static void
set_text (ParlanceModelGroup *self,
          const char         *text)
{
  if (g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->model_row)), text))
    return;

  self->quiet = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->model_row), text);
  gtk_editable_set_position (GTK_EDITABLE (self->model_row), -1);
  self->quiet = FALSE;
}

static void
model_changed_cb (ParlanceModelGroup *self)
{
  if (self->quiet)
    return;

  parlance_report_row_clear (self->model_report);
  g_signal_emit (self, signals[SIGNAL_EDITED], 0);
}

static void
model_activated_cb (ParlanceModelGroup *self)
{
  if (parlance_model_group_take (self))
    g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0);
}

static void
models_listed_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (ParlanceModelGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) models = parlance_service_list_models_finish (result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  /* Suggestions are a comfort: without them any ID can be typed. */
  if (models != NULL)
    parlance_completion_set_words (self->completion, (const char *const *) models);
  else
    self->models_asked = FALSE;
}

static void
focus_entered_cb (ParlanceModelGroup *self)
{
  char *token;

  if (self->models_asked || self->account == NULL
      || *parlance_account_get_base_url (self->account) == '\0')
    return;

  self->models_asked = TRUE;
  token = parlance_token_group_dup_token (self->token_group);
  parlance_service_list_models_async (parlance_chat_get_http (self->chat), self->account,
                                      *token != '\0' ? token : NULL, self->cancellable,
                                      models_listed_cb, g_object_ref (self));
  parlance_token_free (token);
}

static void
focus_left_cb (ParlanceModelGroup *self)
{
  parlance_model_group_take_unless_empty (self);
}

/* ------------------------------------------------------------------ task */

static void
show_task (ParlanceModelGroup *self)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->task_row),
                               parlance_account_get_task (self->account) == PARLANCE_TASK_CHAT
                                 ? ""
                                 : _("Images come in a later version; text works today"));
}

static void
task_cb (ParlanceModelGroup *self)
{
  if (self->quiet || self->account == NULL)
    return;

  parlance_report_row_clear (self->task_report);
  parlance_account_set_task (self->account,
                             (ParlanceTask) adw_combo_row_get_selected (self->task_row));
  show_task (self);
  g_signal_emit (self, signals[SIGNAL_EDITED], 0);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* ------------------------------------------------------------------ object */

static void
parlance_model_group_dispose (GObject *object)
{
  ParlanceModelGroup *self = PARLANCE_MODEL_GROUP (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->account);
  g_clear_object (&self->chat);

  G_OBJECT_CLASS (parlance_model_group_parent_class)->dispose (object);
}

static void
parlance_model_group_finalize (GObject *object)
{
  ParlanceModelGroup *self = PARLANCE_MODEL_GROUP (object);

  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (parlance_model_group_parent_class)->finalize (object);
}

static void
parlance_model_group_class_init (ParlanceModelGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const char *names[N_SIGNALS] = { "edited", "changed", "activated" };

  object_class->dispose = parlance_model_group_dispose;
  object_class->finalize = parlance_model_group_finalize;

  for (int i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PARLANCE_TYPE_REPORT_ROW);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/parlance_chat/Parlance/parlance-model-group.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceModelGroup, model_row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceModelGroup, library_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceModelGroup, task_row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceModelGroup, model_report);
  gtk_widget_class_bind_template_child (widget_class, ParlanceModelGroup, task_report);
  gtk_widget_class_bind_template_callback (widget_class, library_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, task_cb);
}

static void
parlance_model_group_init (ParlanceModelGroup *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->cancellable = g_cancellable_new ();
  self->quiet = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->quiet = FALSE;

  parlance_paste_attach_line (GTK_EDITABLE (self->model_row));
  self->completion = parlance_completion_new (self->model_row);
  g_signal_connect_object (focus, "enter", G_CALLBACK (focus_entered_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "leave", G_CALLBACK (focus_left_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->model_row, focus);
}

/* ------------------------------------------------------------------ public */

void
parlance_model_group_set_session (ParlanceModelGroup *self,
                                  ParlanceSession    *session,
                                  ParlanceTokenGroup *token_group)
{
  g_return_if_fail (PARLANCE_IS_MODEL_GROUP (self));
  g_return_if_fail (self->chat == NULL);

  self->chat = g_object_ref (parlance_session_get_chat (session));
  self->token_group = token_group;
  set_text (self, parlance_account_get_model_id (parlance_chat_get_account (self->chat)));
  adw_combo_row_set_selected (self->task_row,
                              parlance_account_get_task (parlance_chat_get_account (self->chat)));
  /* Set last: what was shown above is no change by the person. */
  self->account = g_object_ref (parlance_chat_get_account (self->chat));
  show_task (self);
  parlance_model_group_service_changed (self);
}

void
parlance_model_group_service_changed (ParlanceModelGroup *self)
{
  g_return_if_fail (PARLANCE_IS_MODEL_GROUP (self));

  self->models_asked = FALSE;
  gtk_widget_set_visible (self->library_button, get_preset (self)->models_url != NULL);
}

gboolean
parlance_model_group_take (ParlanceModelGroup *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *model_id = NULL;
  const char *text;

  g_return_val_if_fail (PARLANCE_IS_MODEL_GROUP (self), FALSE);

  text = gtk_editable_get_text (GTK_EDITABLE (self->model_row));
  if (*text != '\0' && g_str_equal (text, parlance_account_get_model_id (self->account)))
    return TRUE;

  model_id = parlance_clean_model_id (text, &error);
  if (model_id == NULL)
    {
      parlance_report_row_show_text (self->model_report,
                                     *text == '\0' ? _("A Model ID is needed")
                                                   : _("This cannot be a Model ID"),
                                     error->message, NULL);
      return FALSE;
    }

  set_text (self, model_id);
  parlance_account_set_model_id (self->account, model_id);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return TRUE;
}

gboolean
parlance_model_group_take_unless_empty (ParlanceModelGroup *self)
{
  g_return_val_if_fail (PARLANCE_IS_MODEL_GROUP (self), FALSE);

  return self->account == NULL
         || *gtk_editable_get_text (GTK_EDITABLE (self->model_row)) == '\0'
         || parlance_model_group_take (self);
}

void
parlance_model_group_discard (ParlanceModelGroup *self)
{
  g_return_if_fail (PARLANCE_IS_MODEL_GROUP (self));

  set_text (self, parlance_account_get_model_id (self->account));
  parlance_report_row_clear (self->model_report);
}

void
parlance_model_group_show_verdict (ParlanceModelGroup   *self,
                                   ParlanceVerdict      *verdict,
                                   const ParlancePreset *preset)
{
  g_return_if_fail (PARLANCE_IS_MODEL_GROUP (self));

  if (parlance_verdict_get_concerns (verdict) == PARLANCE_CONCERNS_TASK)
    {
      parlance_report_row_show_verdict (self->task_report, verdict, preset);
      gtk_widget_grab_focus (GTK_WIDGET (self->task_row));
    }
  else
    {
      parlance_report_row_show_verdict (self->model_report, verdict, preset);
      gtk_widget_grab_focus (self->model_row);
    }
}

void
parlance_model_group_clear_reports (ParlanceModelGroup *self)
{
  g_return_if_fail (PARLANCE_IS_MODEL_GROUP (self));

  parlance_report_row_clear (self->model_report);
  parlance_report_row_clear (self->task_report);
}

void
parlance_model_group_focus (ParlanceModelGroup *self)
{
  g_return_if_fail (PARLANCE_IS_MODEL_GROUP (self));

  gtk_widget_grab_focus (self->model_row);
}
