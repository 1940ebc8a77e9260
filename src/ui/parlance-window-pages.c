/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-window-private.h"

#include "parlance-chat-view.h"
#include "parlance-notices.h"
#include "parlance-preset.h"
#include "parlance-welcome-page.h"
#include "parlance-window-state.h"

static void
started_conversation_cb (ParlanceWindow       *self,
                         ParlanceConversation *conversation)
{
  parlance_window_set_conversation (self, conversation);
}

/* What acts on the conversations has to wait until they can be seen. */
static void
show_page (ParlanceWindow *self,
           const char     *name)
{
  gboolean chat = g_str_equal (name, "chat");

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new-conversation", chat);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.toggle-sidebar", chat);
  gtk_stack_set_visible_child_name (self->pages, name);
}

/* The page holds the token in an entry, which tells it to assistive technology. Not dropped at
 * once, for it is the page itself that says it is done. */
static gboolean
drop_welcome_cb (gpointer user_data)
{
  ParlanceWindow *self = user_data;
  GtkWidget *page = gtk_stack_get_child_by_name (self->pages, "welcome");

  self->drop_welcome_id = 0;
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
      g_signal_connect_object (self->chat_view, "started", G_CALLBACK (started_conversation_cb),
                               self, G_CONNECT_SWAPPED);
      parlance_pane_add_top_bar (self->chat_pane, parlance_notices_new (self->session));
      parlance_pane_set_content (self->chat_pane, self->chat_view);
      parlance_chat_view_set_conversation (PARLANCE_CHAT_VIEW (self->chat_view), self->conversation);
    }
  show_page (self, "chat");
  if (self->drop_welcome_id == 0)
    self->drop_welcome_id = g_idle_add_full (G_PRIORITY_LOW, drop_welcome_cb, self, NULL);
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
  show_page (self, "welcome");
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
void
parlance_window_started (ParlanceWindow *self)
{
  gboolean started;
  int64_t last = 0;

  g_object_get (self->chat, "started", &started, NULL);
  if (!started)
    {
      show_page (self, "start");
      return;
    }

  if (self->settings != NULL && self->chat_view == NULL)
    last = parlance_window_state_get_conversation (self->settings);
  parlance_sidebar_set_model (self->sidebar, parlance_chat_get_conversations (self->chat));
  if (last != 0)
    parlance_window_set_conversation (self, parlance_chat_find_conversation (self->chat, last));
  parlance_window_account_changed (self);

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
