/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-window.h"

#include "parlance-chat-view.h"
#include "parlance-compat.h"
#include "parlance-notices.h"
#include "parlance-preferences.h"
#include "parlance-preset.h"
#include "parlance-rename-dialog.h"
#include "parlance-shortcuts.h"
#include "parlance-sidebar.h"
#include "parlance-split.h"
#include "parlance-welcome-page.h"
#include "parlance-window-state.h"

#include <glib/gi18n.h>

struct _ParlanceWindow
{
  AdwApplicationWindow  parent_instance;

  AdwToastOverlay      *toasts;
  GtkStack             *pages;
  ParlanceSplit        *split;
  ParlanceSidebar      *sidebar;
  AdwWindowTitle       *title;
  GtkBox               *chat_box;
  GtkWidget            *sidebar_button;
  GtkWidget            *demo_badge;
  GtkWidget            *chat_view;

  ParlanceSession      *session;
  ParlanceChat         *chat;
  GSettings            *settings;
  ParlanceConversation *conversation;
  GSignalGroup         *conversation_signals;
  GSignalGroup         *account_signals;
  GtkWidget            *preferences;
  unsigned              look_up_id;
  gboolean              closing;
  gboolean              reopen;
};

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
  const char *title = "";

  if (self->conversation != NULL)
    title = parlance_conversation_get_title (self->conversation);
  adw_window_title_set_title (self->title, *title != '\0' ? title : _("New Conversation"));
  adw_window_title_set_subtitle (self->title,
                                 account != NULL ? parlance_account_get_model_id (account) : "");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.rename", self->conversation != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.delete", self->conversation != NULL);
}

static void
account_cb (ParlanceWindow *self)
{
  g_signal_group_set_target (self->account_signals, parlance_chat_get_account (self->chat));
  update_title (self);
}

static void
started_conversation_cb (ParlanceWindow       *self,
                         ParlanceConversation *conversation)
{
  parlance_window_set_conversation (self, conversation);
}

/* The welcome page shows all that Preferences do. */
static void
enable_preferences (ParlanceWindow *self,
                    gboolean        enabled)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (application), "preferences");

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* The page holds the token in an entry, which tells it to assistive technology. Not dropped at
 * once, for it is the page itself that says it is done. */
static gboolean
drop_welcome (gpointer user_data)
{
  ParlanceWindow *self = user_data;
  GtkWidget *page = gtk_stack_get_child_by_name (self->pages, "welcome");

  if (page != NULL && page != gtk_stack_get_visible_child (self->pages))
    gtk_stack_remove (self->pages, page);

  return G_SOURCE_REMOVE;
}

/* The transcript is made once it is to be seen: a start on the welcome page does without. */
static void
show_chat (ParlanceWindow *self)
{
  if (self->chat_view == NULL)
    {
      self->chat_view = parlance_chat_view_new (self->chat);
      gtk_widget_set_vexpand (self->chat_view, TRUE);
      g_signal_connect_object (self->chat_view, "started", G_CALLBACK (started_conversation_cb),
                               self, G_CONNECT_SWAPPED);
      gtk_box_append (self->chat_box, parlance_notices_new (self->session));
      gtk_box_append (self->chat_box, self->chat_view);
      parlance_chat_view_set_conversation (PARLANCE_CHAT_VIEW (self->chat_view), self->conversation);
    }
  enable_preferences (self, TRUE);
  gtk_stack_set_visible_child_name (self->pages, "chat");
  g_idle_add_full (G_PRIORITY_LOW, drop_welcome, g_object_ref (self), g_object_unref);
  parlance_chat_view_focus_composer (PARLANCE_CHAT_VIEW (self->chat_view));
}

static void
show_welcome (ParlanceWindow *self)
{
  if (gtk_stack_get_child_by_name (self->pages, "welcome") == NULL)
    {
      GtkWidget *page = parlance_welcome_page_new (self->session);

      g_signal_connect_object (page, "done", G_CALLBACK (show_chat), self, G_CONNECT_SWAPPED);
      gtk_stack_add_named (self->pages, page, "welcome");
    }
  enable_preferences (self, FALSE);
  gtk_stack_set_visible_child_name (self->pages, "welcome");
  parlance_welcome_page_focus (
    PARLANCE_WELCOME_PAGE (gtk_stack_get_child_by_name (self->pages, "welcome")));
}

/* Whether there is something to read, or to go on with. */
static gboolean
has_conversations (ParlanceWindow *self)
{
  return g_list_model_get_n_items (parlance_chat_get_conversations (self->chat)) > 0;
}

/* Says nothing about a token that the person removes later. */
static void
keyring_state_cb (ParlanceWindow *self)
{
  const ParlancePreset *preset;
  int state;

  g_object_get (self->chat, "keyring-state", &state, NULL);
  if (state < 0)
    return;

  g_signal_handlers_disconnect_by_func (self->chat, keyring_state_cb, self);
  preset = parlance_preset_find (
    parlance_account_get_preset (parlance_chat_get_account (self->chat)));
  if (state == PARLANCE_KEYRING_MISSING && !has_conversations (self)
      && (preset->quirks & PARLANCE_QUIRK_NEEDS_TOKEN) != 0)
    show_welcome (self);
}

/* The keyring may be slow, or ask for a password: it is not touched before the window is there. */
static gboolean
look_up_cb (gpointer user_data)
{
  ParlanceWindow *self = user_data;

  self->look_up_id = 0;
  g_signal_connect_object (self->chat, "notify::keyring-state", G_CALLBACK (keyring_state_cb),
                           self, G_CONNECT_SWAPPED);
  parlance_chat_look_at_keyring (self->chat);

  return G_SOURCE_REMOVE;
}

static gboolean
first_frame_cb (GtkWidget     *widget,
                GdkFrameClock *clock,
                gpointer       user_data)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  self->look_up_id = g_idle_add (look_up_cb, self);

  return G_SOURCE_REMOVE;
}

/* Also when the store was opened at a later try: what the person is at then is left alone. */
static void
started_cb (ParlanceWindow *self)
{
  gboolean started;
  int64_t last = 0;

  g_object_get (self->chat, "started", &started, NULL);
  if (!started)
    return;

  if (self->settings != NULL && self->chat_view == NULL)
    last = parlance_window_state_get_conversation (self->settings);
  parlance_sidebar_set_model (self->sidebar, parlance_chat_get_conversations (self->chat));
  if (last != 0)
    parlance_window_set_conversation (self, parlance_chat_find_conversation (self->chat, last));
  account_cb (self);

  if (*parlance_account_get_model_id (parlance_chat_get_account (self->chat)) == '\0'
      && !has_conversations (self))
    show_welcome (self);
  else
    {
      show_chat (self);
      if (!parlance_session_is_demo (self->session))
        gtk_widget_add_tick_callback (GTK_WIDGET (self), first_frame_cb, NULL, NULL);
    }
}

/* ------------------------------------------------------------------ the list's wishes */

static void
sidebar_chosen_cb (ParlanceWindow       *self,
                   ParlanceConversation *conversation)
{
  parlance_window_set_conversation (self, conversation);
  if (parlance_split_get_collapsed (self->split))
    parlance_split_set_show_sidebar (self->split, FALSE);
}

static void
sidebar_rename_cb (ParlanceWindow       *self,
                   ParlanceConversation *conversation)
{
  parlance_rename_dialog_show (GTK_WINDOW (self), self->chat, conversation);
}

static void
undo_delete_cb (AdwToast             *toast,
                ParlanceConversation *conversation)
{
  ParlanceWindow *self = g_object_get_data (G_OBJECT (toast), "window");

  parlance_chat_restore (self->chat, conversation);
  parlance_window_set_conversation (self, conversation);
}

static void
sidebar_delete_cb (ParlanceWindow       *self,
                   ParlanceConversation *conversation)
{
  g_autofree char *escaped = NULL;
  g_autofree char *text = NULL;
  const char *title = parlance_conversation_get_title (conversation);
  AdwToast *toast;

  /* Translators: %s is the title of a conversation */
  text = g_strdup_printf (_("“%s” deleted"), *title != '\0' ? title : _("New Conversation"));
  escaped = g_markup_escape_text (text, -1);
  toast = adw_toast_new (escaped);
  adw_toast_set_button_label (toast, _("_Undo"));
  g_object_set_data (G_OBJECT (toast), "window", self);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_delete_cb),
                         g_object_ref (conversation), (GClosureNotify) g_object_unref, 0);

  if (self->conversation == conversation)
    parlance_window_set_conversation (self, NULL);
  parlance_chat_delete (self->chat, conversation);
  parlance_chat_view_focus_composer (PARLANCE_CHAT_VIEW (self->chat_view));
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* ------------------------------------------------------------------ actions */

static void
new_conversation_cb (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  if (self->chat_view == NULL)
    return;
  parlance_window_set_conversation (self, NULL);
  if (parlance_split_get_collapsed (self->split))
    parlance_split_set_show_sidebar (self->split, FALSE);
  parlance_chat_view_focus_composer (PARLANCE_CHAT_VIEW (self->chat_view));
}

static void
toggle_sidebar_cb (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  parlance_split_set_show_sidebar (self->split, !parlance_split_get_show_sidebar (self->split));
}

static void
rename_cb (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  if (self->conversation != NULL)
    sidebar_rename_cb (self, self->conversation);
}

static void
delete_cb (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  if (self->conversation != NULL)
    sidebar_delete_cb (self, self->conversation);
}

static void
toast_cb (GtkWidget  *widget,
          const char *name,
          GVariant   *parameter)
{
  parlance_window_toast (PARLANCE_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
show_help_overlay_cb (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  parlance_shortcuts_show (GTK_WINDOW (widget));
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

  g_signal_connect_object (self->chat, "notify::account", G_CALLBACK (account_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->chat, "notify::started", G_CALLBACK (started_cb), self,
                           G_CONNECT_SWAPPED);
  update_title (self);
  started_cb (self);
}

static void
parlance_window_dispose (GObject *object)
{
  ParlanceWindow *self = PARLANCE_WINDOW (object);

  g_clear_handle_id (&self->look_up_id, g_source_remove);
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

  g_type_ensure (PARLANCE_TYPE_SIDEBAR);
  g_type_ensure (PARLANCE_TYPE_SPLIT);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/parlance_chat/Parlance/parlance-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, split);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, title);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, chat_box);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, sidebar_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, demo_badge);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_rename_cb);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_delete_cb);

  gtk_widget_class_install_action (widget_class, "win.new-conversation", NULL,
                                   new_conversation_cb);
  gtk_widget_class_install_action (widget_class, "win.toggle-sidebar", NULL, toggle_sidebar_cb);
  gtk_widget_class_install_action (widget_class, "win.rename", NULL, rename_cb);
  gtk_widget_class_install_action (widget_class, "win.delete", NULL, delete_cb);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", toast_cb);
  gtk_widget_class_install_action (widget_class, "win.show-help-overlay", NULL,
                                   show_help_overlay_cb);
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

ParlanceConversation *
parlance_window_get_conversation (ParlanceWindow *self)
{
  g_return_val_if_fail (PARLANCE_IS_WINDOW (self), NULL);

  return self->conversation;
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

  /* Before the account has been read there is nothing to show. */
  if (self->chat_view == NULL || self->preferences != NULL)
    return;

  g_set_weak_pointer (&self->preferences,
                      parlance_compat_dialog_new (_("Preferences"),
                                                  parlance_preferences_new (self->session),
                                                  600, 640));
  parlance_compat_dialog_present (self->preferences, GTK_WINDOW (self));
}

void
parlance_window_toast (ParlanceWindow *self,
                       const char     *text)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (PARLANCE_IS_WINDOW (self));

  escaped = g_markup_escape_text (text, -1);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

void
parlance_window_close (ParlanceWindow *self)
{
  g_return_if_fail (PARLANCE_IS_WINDOW (self));

  if (self->closing)
    return;

  self->closing = TRUE;
  if (self->settings != NULL)
    parlance_window_state_save (GTK_WINDOW (self), self->split, self->settings);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_application_hold (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  parlance_session_close_async (self->session, closed_cb, g_object_ref (self));
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
