/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-account-rows.h"

#include "parlance-clean.h"
#include "parlance-compat.h"
#include "parlance-completion.h"
#include "parlance-report-row.h"
#include "parlance-service-group.h"
#include "parlance-service.h"
#include "parlance-token-group.h"

#include <glib/gi18n.h>

struct _ParlanceAccountRows
{
  GtkBox                parent_instance;

  AdwPreferencesGroup  *get_group;
  ParlanceTokenGroup   *token_group;
  AdwPreferencesGroup  *model_group;
  GtkWidget            *get_row;
  GtkWidget            *model_row;
  GtkWidget            *library_button;
  AdwComboRow          *task_row;
  ParlanceServiceGroup *service_group;
  ParlanceReportRow    *model_report;
  ParlanceReportRow    *task_report;
  ParlanceReportRow    *other_report;

  ParlanceSession      *session;
  ParlanceChat         *chat;
  ParlanceAccount      *account;
  ParlanceCompletion   *completion;
  gboolean              steps;
  gboolean              quiet;        /* the fields change by our hand */
  gboolean              check_wanted; /* as soon as the token is kept */
  gboolean              models_asked;
  GCancellable         *check;        /* not NULL while checking */
  GCancellable         *cancellable;  /* ends with the widget */
};

enum
{
  PROP_SESSION = 1,
  PROP_STEPS,
  PROP_CHECKING,
  N_PROPS
};

enum
{
  SIGNAL_CHECKED,
  SIGNAL_ACTIVATED,
  SIGNAL_REMOVED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceAccountRows, parlance_account_rows, GTK_TYPE_BOX)

static GtkWindow *
get_window (ParlanceAccountRows *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static const ParlancePreset *
get_preset (ParlanceAccountRows *self)
{
  return parlance_preset_find (parlance_account_get_preset (self->account));
}

static void
save (ParlanceAccountRows *self)
{
  if (!self->steps)
    parlance_chat_save_account (self->chat);
}

static void
clear_reports (ParlanceAccountRows *self)
{
  parlance_token_group_clear_report (self->token_group);
  parlance_report_row_clear (self->model_report);
  parlance_report_row_clear (self->task_report);
  parlance_service_group_clear_report (self->service_group);
  parlance_report_row_clear (self->other_report);
}

static void
set_text (ParlanceAccountRows *self,
          GtkWidget           *row,
          const char          *text)
{
  if (g_str_equal (gtk_editable_get_text (GTK_EDITABLE (row)), text))
    return;

  self->quiet = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  gtk_editable_set_position (GTK_EDITABLE (row), -1);
  self->quiet = FALSE;
}

/* Ends a check whatever it has found so far. */
static void
end_check (ParlanceAccountRows *self)
{
  self->check_wanted = FALSE;
  if (self->check == NULL)
    return;

  g_cancellable_cancel (self->check);
  g_clear_object (&self->check);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHECKING]);
}

/* ------------------------------------------------------------------ service */

static void
show_links (ParlanceAccountRows *self)
{
  const ParlancePreset *preset = get_preset (self);

  gtk_widget_set_sensitive (self->get_row, preset->token_url != NULL);
  gtk_widget_set_visible (self->library_button, preset->models_url != NULL);
}

static void
service_edited_cb (ParlanceAccountRows *self)
{
  end_check (self);
}

static void
service_changed_cb (ParlanceAccountRows *self)
{
  end_check (self);
  self->models_asked = FALSE;
  show_links (self);
  save (self);
}

static void
get_token_cb (ParlanceAccountRows *self)
{
  const char *url = get_preset (self)->token_url;

  if (url != NULL)
    parlance_compat_open_uri (get_window (self), url);
}

static void
library_cb (ParlanceAccountRows *self)
{
  const char *url = get_preset (self)->models_url;

  if (url != NULL)
    parlance_compat_open_uri (get_window (self), url);
}

/* ------------------------------------------------------------------ model */

static gboolean
take_model (ParlanceAccountRows *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->model_row));
  g_autoptr (GError) error = NULL;
  g_autofree char *model_id = NULL;

  if (*text != '\0' && g_str_equal (text, parlance_account_get_model_id (self->account)))
    return TRUE;

  model_id = parlance_clean_model_id (text, &error);
  if (model_id == NULL)
    {
      parlance_report_row_show_text (self->model_report,
                                     *text == '\0' ? _("A Model ID is needed")
                                                   : _("This is no Model ID"),
                                     error->message, NULL);
      return FALSE;
    }

  set_text (self, self->model_row, model_id);
  parlance_account_set_model_id (self->account, model_id);
  save (self);
  return TRUE;
}

static void
model_changed_cb (ParlanceAccountRows *self)
{
  if (self->quiet)
    return;
  end_check (self);
  parlance_report_row_clear (self->model_report);
}

static void
model_activated_cb (ParlanceAccountRows *self)
{
  if (take_model (self))
    g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0);
}

static void
show_task (ParlanceAccountRows *self)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->task_row),
                               parlance_account_get_task (self->account) == PARLANCE_TASK_CHAT
                                 ? ""
                                 : _("Images come in a later version; text works today"));
}

static void
task_cb (ParlanceAccountRows *self)
{
  if (self->quiet || self->account == NULL)
    return;

  end_check (self);
  parlance_report_row_clear (self->task_report);
  parlance_account_set_task (self->account,
                             (ParlanceTask) adw_combo_row_get_selected (self->task_row));
  show_task (self);
  save (self);
}

static void
models_listed_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (ParlanceAccountRows) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) models = parlance_service_list_models_finish (result, &error);

  /* Suggestions are a comfort: without them any ID can be typed. */
  if (models != NULL)
    parlance_completion_set_words (self->completion, (const char *const *) models);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->models_asked = FALSE;
}

static void
model_focus_cb (ParlanceAccountRows *self)
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

/* ------------------------------------------------------------------ the check */

static void
show_verdict (ParlanceAccountRows *self,
              ParlanceVerdict     *verdict)
{
  ParlanceReportRow *report = self->other_report;
  GtkWidget *row = NULL;

  switch (parlance_verdict_get_concerns (verdict))
    {
    case PARLANCE_CONCERNS_TOKEN:
      parlance_token_group_show_verdict (self->token_group, verdict, get_preset (self));
      parlance_token_group_focus (self->token_group);
      return;
    case PARLANCE_CONCERNS_MODEL:
      report = self->model_report;
      row = self->model_row;
      break;
    case PARLANCE_CONCERNS_TASK:
      report = self->task_report;
      row = GTK_WIDGET (self->task_row);
      break;
    case PARLANCE_CONCERNS_BASE_URL:
      parlance_service_group_show_verdict (self->service_group, verdict, get_preset (self));
      parlance_service_group_focus (self->service_group);
      return;
    case PARLANCE_CONCERNS_NONE:
    default:
      break;
    }

  parlance_report_row_show_verdict (report, verdict, get_preset (self));
  gtk_widget_grab_focus (row != NULL ? row : GTK_WIDGET (report));
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (ParlanceAccountRows) self = user_data;
  g_autoptr (ParlanceVerdict) verdict = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good = parlance_service_check_finish (result, &verdict, &error);

  /* Cancelled, and perhaps another has begun. */
  if (error != NULL || g_cancellable_is_cancelled (self->cancellable))
    return;

  g_clear_object (&self->check);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHECKING]);
  if (good)
    parlance_chat_save_account (self->chat);
  else
    show_verdict (self, verdict);
  g_signal_emit (self, signals[SIGNAL_CHECKED], 0, good);
}

static gboolean
has_token (ParlanceAccountRows *self,
           const char          *token)
{
  if (*token != '\0' || (get_preset (self)->quirks & PARLANCE_QUIRK_NEEDS_TOKEN) == 0)
    return TRUE;

  parlance_token_group_show_missing (self->token_group);
  parlance_token_group_focus (self->token_group);
  return FALSE;
}

void
parlance_account_rows_check (ParlanceAccountRows *self)
{
  gboolean storing;
  char *token;

  g_return_if_fail (PARLANCE_IS_ACCOUNT_ROWS (self));

  end_check (self);
  clear_reports (self);
  storing = parlance_token_group_keep (self->token_group);

  token = parlance_token_group_dup_token (self->token_group);
  if (!has_token (self, token))
    g_signal_emit (self, signals[SIGNAL_CHECKED], 0, FALSE);
  else if (!take_model (self))
    {
      gtk_widget_grab_focus (self->model_row);
      g_signal_emit (self, signals[SIGNAL_CHECKED], 0, FALSE);
    }
  else if (!parlance_service_group_take (self->service_group))
    {
      parlance_service_group_focus (self->service_group);
      g_signal_emit (self, signals[SIGNAL_CHECKED], 0, FALSE);
    }
  else
    {
      self->check = g_cancellable_new ();
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHECKING]);
      /* What the chat will use is what the keyring has. */
      if (storing)
        self->check_wanted = TRUE;
      else
        parlance_service_check_async (parlance_chat_get_http (self->chat), self->account,
                                      *token != '\0' ? token : NULL, self->check, checked_cb,
                                      g_object_ref (self));
    }
  parlance_token_free (token);
}

/* ------------------------------------------------------------------ what the token does */

static void
token_edited_cb (ParlanceAccountRows *self)
{
  end_check (self);
  self->models_asked = FALSE;
}

static void
token_activated_cb (ParlanceAccountRows *self)
{
  gtk_widget_grab_focus (self->model_row);
}

static void
token_stored_cb (ParlanceAccountRows *self,
                 gboolean             kept)
{
  if (!self->check_wanted)
    return;

  if (kept)
    parlance_account_rows_check (self);
  else
    {
      end_check (self);
      g_signal_emit (self, signals[SIGNAL_CHECKED], 0, FALSE);
    }
}

static void
token_removed_cb (ParlanceAccountRows *self,
                  const char          *token)
{
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0, token);
}

/* ------------------------------------------------------------------ object */

/* What was typed and not yet taken, when the person turns elsewhere. */
static void
take_all (ParlanceAccountRows *self)
{
  parlance_token_group_keep (self->token_group);
  if (*gtk_editable_get_text (GTK_EDITABLE (self->model_row)) != '\0')
    take_model (self);
  parlance_service_group_take (self->service_group);
}

static void
parlance_account_rows_unmap (GtkWidget *widget)
{
  ParlanceAccountRows *self = PARLANCE_ACCOUNT_ROWS (widget);

  end_check (self);
  take_all (self);

  GTK_WIDGET_CLASS (parlance_account_rows_parent_class)->unmap (widget);
}

static void
parlance_account_rows_constructed (GObject *object)
{
  ParlanceAccountRows *self = PARLANCE_ACCOUNT_ROWS (object);

  G_OBJECT_CLASS (parlance_account_rows_parent_class)->constructed (object);

  self->chat = g_object_ref (parlance_session_get_chat (self->session));
  self->account = g_object_ref (parlance_chat_get_account (self->chat));

  gtk_widget_set_visible (GTK_WIDGET (self->get_group), self->steps);
  if (self->steps)
    {
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->token_group),
                                       _("2. Paste It"));
      adw_preferences_group_set_title (self->model_group, _("3. Choose a Model"));
    }
  else
    parlance_service_group_expand (self->service_group);

  set_text (self, self->model_row, parlance_account_get_model_id (self->account));
  self->quiet = TRUE;
  adw_combo_row_set_selected (self->task_row, parlance_account_get_task (self->account));
  self->quiet = FALSE;
  show_task (self);
  parlance_service_group_set_account (self->service_group, self->account);
  show_links (self);

  parlance_token_group_set_session (self->token_group, self->session);
}

static void
parlance_account_rows_dispose (GObject *object)
{
  ParlanceAccountRows *self = PARLANCE_ACCOUNT_ROWS (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (self->check != NULL)
    g_cancellable_cancel (self->check);
  g_clear_object (&self->check);
  g_clear_object (&self->account);
  g_clear_object (&self->chat);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (parlance_account_rows_parent_class)->dispose (object);
}

static void
parlance_account_rows_finalize (GObject *object)
{
  ParlanceAccountRows *self = PARLANCE_ACCOUNT_ROWS (object);

  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (parlance_account_rows_parent_class)->finalize (object);
}

static void
parlance_account_rows_get_property (GObject    *object,
                                    unsigned    prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  ParlanceAccountRows *self = PARLANCE_ACCOUNT_ROWS (object);

  switch (prop_id)
    {
    case PROP_CHECKING:
      g_value_set_boolean (value, self->check != NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_account_rows_set_property (GObject      *object,
                                    unsigned      prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  ParlanceAccountRows *self = PARLANCE_ACCOUNT_ROWS (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      self->session = g_value_dup_object (value);
      break;
    case PROP_STEPS:
      self->steps = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_account_rows_class_init (ParlanceAccountRowsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = parlance_account_rows_constructed;
  object_class->dispose = parlance_account_rows_dispose;
  object_class->finalize = parlance_account_rows_finalize;
  object_class->get_property = parlance_account_rows_get_property;
  object_class->set_property = parlance_account_rows_set_property;
  widget_class->unmap = parlance_account_rows_unmap;

  props[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, PARLANCE_TYPE_SESSION,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_STEPS] =
    g_param_spec_boolean ("steps", NULL, NULL, FALSE,
                          G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_CHECKING] =
    g_param_spec_boolean ("checking", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_CHECKED] = g_signal_new ("checked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[SIGNAL_ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                            0);
  signals[SIGNAL_REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                          G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  g_type_ensure (PARLANCE_TYPE_REPORT_ROW);
  g_type_ensure (PARLANCE_TYPE_SERVICE_GROUP);
  g_type_ensure (PARLANCE_TYPE_TOKEN_GROUP);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/parlance_chat/Parlance/parlance-account-rows.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, ParlanceAccountRows, name)
  BIND (get_group);
  BIND (token_group);
  BIND (model_group);
  BIND (get_row);
  BIND (model_row);
  BIND (library_button);
  BIND (task_row);
  BIND (service_group);
  BIND (model_report);
  BIND (task_report);
  BIND (other_report);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, get_token_cb);
  gtk_widget_class_bind_template_callback (widget_class, library_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, service_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, service_edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, task_cb);
  gtk_widget_class_bind_template_callback (widget_class, token_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, token_edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, token_removed_cb);
  gtk_widget_class_bind_template_callback (widget_class, token_stored_cb);
}

static void
connect_focus (ParlanceAccountRows *self,
               GtkWidget           *row,
               const char          *signal,
               GCallback            callback)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_object (focus, signal, callback, self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (row, focus);
}

static void
model_left_cb (ParlanceAccountRows *self)
{
  if (self->account != NULL && *gtk_editable_get_text (GTK_EDITABLE (self->model_row)) != '\0')
    take_model (self);
}

static void
parlance_account_rows_init (ParlanceAccountRows *self)
{
  self->cancellable = g_cancellable_new ();

  self->quiet = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->quiet = FALSE;

  self->completion = parlance_completion_new (self->model_row);
  connect_focus (self, self->model_row, "enter", G_CALLBACK (model_focus_cb));
  connect_focus (self, self->model_row, "leave", G_CALLBACK (model_left_cb));
}

GtkWidget *
parlance_account_rows_new (ParlanceSession *session,
                           gboolean         steps)
{
  return g_object_new (PARLANCE_TYPE_ACCOUNT_ROWS, "session", session, "steps", steps, NULL);
}

void
parlance_account_rows_cancel (ParlanceAccountRows *self)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT_ROWS (self));

  end_check (self);
}

gboolean
parlance_account_rows_get_checking (ParlanceAccountRows *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_ROWS (self), FALSE);

  return self->check != NULL;
}

void
parlance_account_rows_restore_token (ParlanceAccountRows *self,
                                     const char          *token)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT_ROWS (self));

  parlance_token_group_restore (self->token_group, token);
}

void
parlance_account_rows_focus (ParlanceAccountRows *self)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT_ROWS (self));

  parlance_token_group_focus (self->token_group);
}
