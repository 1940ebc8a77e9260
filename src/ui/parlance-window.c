/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-window-private.h"

#include "parlance-chat-view.h"
#include "parlance-compat.h"
#include "parlance-preferences.h"
#include "parlance-text.h"
#include "parlance-window-state.h"

#include <glib/gi18n.h>

enum
{
  PROP_SESSION = 1,
  PROP_SETTINGS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceWindow, parlance_window, ADW_TYPE_APPLICATION_WINDOW)

/* ------------------------------------------------------------------ what is open */

static void
update_title (ParlanceWindow *self)
{
  ParlanceAccount *account = parlance_chat_get_account (self->chat);
  g_autofree char *title =
    parlance_text_line (self->conversation != NULL
                          ? parlance_conversation_get_title (self->conversation)
                          : "");
  g_autofree char *model =
    parlance_text_line (account != NULL ? parlance_account_get_model_id (account) : "");

  adw_window_title_set_title (self->title,
                              *title != '\0' ? title : C_("title", "New Conversation"));
  adw_window_title_set_subtitle (self->title, model);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.rename", self->conversation != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.delete", self->conversation != NULL);
}

void
parlance_window_account_changed (ParlanceWindow *self)
{
  g_signal_group_set_target (self->account_signals, parlance_chat_get_account (self->chat));
  update_title (self);
}

/* ------------------------------------------------------------------ closing */

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (ParlanceWindow) self = user_data;
  GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  gboolean reopen = self->reopen;

  parlance_session_close_finish (PARLANCE_SESSION (source), result);
  gtk_window_destroy (GTK_WINDOW (self));
  if (reopen)
    g_application_activate (application);
  g_application_release (application);
}

static gboolean
parlance_window_close_request (GtkWindow *window)
{
  parlance_window_close (PARLANCE_WINDOW (window));

  return TRUE;
}

/* ------------------------------------------------------------------ object */

static void
parlance_window_constructed (GObject *object)
{
  ParlanceWindow *self = PARLANCE_WINDOW (object);

  G_OBJECT_CLASS (parlance_window_parent_class)->constructed (object);

  self->chat = g_object_ref (parlance_session_get_chat (self->session));
  gtk_widget_set_visible (self->demo_badge, parlance_session_is_demo (self->session));
  if (self->settings != NULL)
    parlance_window_state_restore (GTK_WINDOW (self), self->split, self->settings);

  g_signal_connect_object (self->chat, "notify::account",
                           G_CALLBACK (parlance_window_account_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->chat, "notify::started", G_CALLBACK (parlance_window_started),
                           self, G_CONNECT_SWAPPED);
  update_title (self);
  parlance_window_started (self);
}

static void
parlance_window_dispose (GObject *object)
{
  ParlanceWindow *self = PARLANCE_WINDOW (object);

  g_clear_handle_id (&self->look_up_id, g_source_remove);
  g_clear_handle_id (&self->drop_welcome_id, g_source_remove);
  g_clear_weak_pointer (&self->preferences);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->account_signals);
  g_clear_object (&self->conversation);
  g_clear_object (&self->settings);
  g_clear_object (&self->chat);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (parlance_window_parent_class)->dispose (object);
}

static void
parlance_window_set_property (GObject      *object,
                              unsigned      prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  ParlanceWindow *self = PARLANCE_WINDOW (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      self->session = g_value_dup_object (value);
      break;
    case PROP_SETTINGS:
      self->settings = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_window_class_init (ParlanceWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWindowClass *window_class = GTK_WINDOW_CLASS (klass);

  object_class->constructed = parlance_window_constructed;
  object_class->dispose = parlance_window_dispose;
  object_class->set_property = parlance_window_set_property;
  window_class->close_request = parlance_window_close_request;

  props[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, PARLANCE_TYPE_SESSION,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_SETTINGS] =
    g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (PARLANCE_TYPE_PANE);
  g_type_ensure (PARLANCE_TYPE_SIDEBAR);
  g_type_ensure (PARLANCE_TYPE_SPLIT);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/parlance_chat/Parlance/parlance-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, split);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, title);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, chat_pane);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, demo_badge);

  parlance_window_install_actions (klass);
}

static void
parlance_window_init (ParlanceWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->conversation_signals = g_signal_group_new (PARLANCE_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->conversation_signals, "notify::title",
                                  G_CALLBACK (update_title), self);
  self->account_signals = g_signal_group_new (PARLANCE_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify::model-id",
                                  G_CALLBACK (update_title), self);
}

ParlanceWindow *
parlance_window_new (GtkApplication  *application,
                     ParlanceSession *session,
                     GSettings       *settings)
{
  return g_object_new (PARLANCE_TYPE_WINDOW,
                       "application", application,
                       "session", session,
                       "settings", settings,
                       NULL);
}

ParlanceSession *
parlance_window_get_session (ParlanceWindow *self)
{
  g_return_val_if_fail (PARLANCE_IS_WINDOW (self), NULL);

  return self->session;
}

void
parlance_window_set_conversation (ParlanceWindow       *self,
                                  ParlanceConversation *conversation)
{
  g_return_if_fail (PARLANCE_IS_WINDOW (self));

  if (!g_set_object (&self->conversation, conversation))
    return;

  g_signal_group_set_target (self->conversation_signals, conversation);
  parlance_sidebar_set_selected (self->sidebar, conversation);
  if (self->chat_view != NULL)
    parlance_chat_view_set_conversation (PARLANCE_CHAT_VIEW (self->chat_view), conversation);
  if (self->settings != NULL)
    parlance_window_state_set_conversation (
      conversation != NULL ? parlance_conversation_get_id (conversation) : 0, self->settings);
  update_title (self);
}

void
parlance_window_show_preferences (ParlanceWindow *self)
{
  g_return_if_fail (PARLANCE_IS_WINDOW (self));

  /* Before the account has been read there is nothing to show, and the welcome page shows all that
   * Preferences do. */
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), "chat") != 0
      || self->preferences != NULL)
    return;

  g_set_weak_pointer (&self->preferences,
                      parlance_compat_dialog_new (_("Preferences"),
                                                  parlance_preferences_new (self->session),
                                                  600, 640));
  parlance_compat_dialog_guard (self->preferences, parlance_preferences_may_close);
  parlance_compat_dialog_present (self->preferences, GTK_WINDOW (self));
}

void
parlance_window_toast (ParlanceWindow *self,
                       const char     *text)
{
  g_autofree char *line = NULL;
  g_autofree char *escaped = NULL;

  g_return_if_fail (PARLANCE_IS_WINDOW (self));

  line = parlance_text_line (text);
  escaped = g_markup_escape_text (line, -1);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

void
parlance_window_close (ParlanceWindow *self)
{
  g_return_if_fail (PARLANCE_IS_WINDOW (self));

  if (self->closing)
    return;

  self->closing = TRUE;
  /* What was typed there is taken as it goes: later would be too late to be saved. */
  if (self->preferences != NULL)
    parlance_compat_dialog_close (self->preferences);
  if (self->settings != NULL)
    parlance_window_state_save (GTK_WINDOW (self), self->split, self->settings);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_application_hold (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  parlance_session_close_async (self->session, closed_cb, g_object_ref (self));
}

gboolean
parlance_window_get_closing (ParlanceWindow *self)
{
  g_return_val_if_fail (PARLANCE_IS_WINDOW (self), FALSE);

  return self->closing;
}

void
parlance_window_reopen (ParlanceWindow *self)
{
  g_return_if_fail (PARLANCE_IS_WINDOW (self));

  if (self->closing)
    self->reopen = TRUE;
  else
    gtk_window_present (GTK_WINDOW (self));
}
