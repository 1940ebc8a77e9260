/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-account-rows-private.h"

#include "parlance-compat.h"

#include <glib/gi18n.h>

enum
{
  PROP_SESSION = 1,
  PROP_STEPS,
  PROP_CHECKING,
  N_PROPS
};

enum
{
  SIGNAL_EDITED,
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

const ParlancePreset *
parlance_account_rows_get_preset (ParlanceAccountRows *self)
{
  return parlance_preset_find (parlance_account_get_preset (self->account));
}

static void
save (ParlanceAccountRows *self)
{
  if (!self->steps)
    parlance_chat_save_account (self->chat);
}

/* What a check has found, or is about to, holds no longer. */
static void
edited (ParlanceAccountRows *self)
{
  parlance_account_rows_cancel (self);
  g_signal_emit (self, signals[SIGNAL_EDITED], 0);
}

/* ------------------------------------------------------------------ service */

static void
show_links (ParlanceAccountRows *self)
{
  const ParlancePreset *preset = parlance_account_rows_get_preset (self);

  gtk_widget_set_sensitive (self->get_row, preset->token_url != NULL);
  parlance_model_group_service_changed (self->model_group);
}

static void
service_edited_cb (ParlanceAccountRows *self)
{
  edited (self);
}

static void
service_changed_cb (ParlanceAccountRows *self)
{
  edited (self);
  show_links (self);
  save (self);
}

static void
get_token_cb (ParlanceAccountRows *self)
{
  const char *url = parlance_account_rows_get_preset (self)->token_url;

  if (url != NULL)
    parlance_compat_open_uri (get_window (self), url);
}

/* ------------------------------------------------------------------ what the groups do */

static void
model_edited_cb (ParlanceAccountRows *self)
{
  edited (self);
}

static void
model_changed_cb (ParlanceAccountRows *self)
{
  save (self);
}

static void
model_activated_cb (ParlanceAccountRows *self)
{
  g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0);
}

static void
token_edited_cb (ParlanceAccountRows *self)
{
  edited (self);
  parlance_model_group_service_changed (self->model_group);
}

static void
token_activated_cb (ParlanceAccountRows *self)
{
  parlance_model_group_focus (self->model_group);
}

static void
token_removed_cb (ParlanceAccountRows *self,
                  const char          *token)
{
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0, token);
}

/* ------------------------------------------------------------------ object */

static void
parlance_account_rows_unmap (GtkWidget *widget)
{
  ParlanceAccountRows *self = PARLANCE_ACCOUNT_ROWS (widget);

  parlance_account_rows_cancel (self);
  /* What was typed and not yet taken, when the person turns elsewhere. */
  parlance_account_rows_take (self);

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
                                       /* Translators: the token that was got in the step before */
                                       _("2. Paste It"));
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->model_group),
                                       _("3. Choose a Model"));
    }
  else
    parlance_service_group_expand (self->service_group);

  parlance_compat_name_parts (GTK_WIDGET (self->token_group), _("API Token"));
  parlance_compat_name_parts (GTK_WIDGET (self->model_group), _("Model ID"));
  parlance_compat_name_parts (GTK_WIDGET (self->service_group), _("Service"));

  parlance_model_group_set_session (self->model_group, self->session, self->token_group);
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

  signals[SIGNAL_EDITED] = g_signal_new ("edited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CHECKED] = g_signal_new ("checked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[SIGNAL_ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                            0);
  signals[SIGNAL_REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                          G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  g_type_ensure (PARLANCE_TYPE_MODEL_GROUP);
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
  BIND (service_group);
  BIND (other_report);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, get_token_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, service_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, service_edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, token_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, token_edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, token_removed_cb);
  gtk_widget_class_bind_template_callback_full (
    widget_class, "token_stored_cb", G_CALLBACK (parlance_account_rows_token_stored));
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_account_rows_init (ParlanceAccountRows *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
parlance_account_rows_new (ParlanceSession *session,
                           gboolean         steps)
{
  return g_object_new (PARLANCE_TYPE_ACCOUNT_ROWS, "session", session, "steps", steps, NULL);
}

gboolean
parlance_account_rows_take (ParlanceAccountRows *self)
{
  gboolean model, service;

  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_ROWS (self), FALSE);

  parlance_token_group_keep (self->token_group);
  model = parlance_model_group_take_unless_empty (self->model_group);
  service = parlance_service_group_take (self->service_group);

  return model && service;
}

void
parlance_account_rows_discard (ParlanceAccountRows *self)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT_ROWS (self));

  parlance_model_group_discard (self->model_group);
  parlance_service_group_discard (self->service_group);
}

void
parlance_account_rows_focus_problem (ParlanceAccountRows *self)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT_ROWS (self));

  if (!parlance_model_group_take_unless_empty (self->model_group))
    parlance_model_group_focus (self->model_group);
  else if (!parlance_service_group_take (self->service_group))
    parlance_service_group_focus (self->service_group);
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
