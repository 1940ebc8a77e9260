/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-window-private.h"

#include "parlance-chat-view.h"
#include "parlance-compat.h"
#include "parlance-rename-dialog.h"
#include "parlance-shortcuts.h"
#include "parlance-text.h"

#include <glib/gi18n.h>

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

/* Laid over the conversation, the list takes the focus; as it goes, it gives it back. Newer widgets
 * move the focus as well, but to whatever comes first. */
static void
sidebar_shown_cb (ParlanceWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  gboolean inside = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->sidebar));

  if (self->chat_view == NULL)
    return;
  if (parlance_split_get_show_sidebar (self->split))
    {
      self->list_over = parlance_split_get_collapsed (self->split);
      if (self->list_over)
        parlance_sidebar_focus (self->sidebar);
    }
  else
    {
      if (inside || self->list_over)
        parlance_chat_view_focus_composer (PARLANCE_CHAT_VIEW (self->chat_view));
      self->list_over = FALSE;
    }
}

static void
undo_delete_cb (AdwToast       *toast,
                ParlanceWindow *self)
{
  ParlanceConversation *conversation = g_object_get_data (G_OBJECT (toast), "conversation");

  parlance_chat_restore (self->chat, conversation);
  parlance_window_set_conversation (self, conversation);
  /* The button with the focus goes with the toast. */
  parlance_chat_view_focus_composer (PARLANCE_CHAT_VIEW (self->chat_view));
}

static void
sidebar_delete_cb (ParlanceWindow       *self,
                   ParlanceConversation *conversation)
{
  g_autofree char *title = parlance_text_line (parlance_conversation_get_title (conversation));
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;
  AdwToast *toast;

  /* Translators: %s is the title of a conversation */
  text = g_strdup_printf (_("“%s” deleted"),
                          *title != '\0' ? title : C_("title", "New Conversation"));
  escaped = g_markup_escape_text (text, -1);
  toast = adw_toast_new (escaped);
  adw_toast_set_button_label (toast, _("Undo"));
  /* Who goes there by keyboard, or is read the screen, needs more than the usual five seconds. */
  adw_toast_set_timeout (toast, 15);
  g_object_set_data_full (G_OBJECT (toast), "conversation", g_object_ref (conversation),
                          g_object_unref);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_delete_cb), self, 0);

  if (self->conversation == conversation)
    parlance_window_set_conversation (self, NULL);
  parlance_chat_delete (self->chat, conversation);
  parlance_chat_view_focus_composer (PARLANCE_CHAT_VIEW (self->chat_view));
  adw_toast_overlay_add_toast (self->toasts, toast);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->toasts)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (child != adw_toast_overlay_get_child (self->toasts))
      parlance_compat_name_parts (child, text);
}

/* ------------------------------------------------------------------ actions */

static void
new_conversation_cb (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

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

/* ------------------------------------------------------------------ class */

void
parlance_window_install_actions (ParlanceWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_bind_template_callback (widget_class, sidebar_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_rename_cb);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_delete_cb);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_shown_cb);

  gtk_widget_class_install_action (widget_class, "win.new-conversation", NULL,
                                   new_conversation_cb);
  gtk_widget_class_install_action (widget_class, "win.toggle-sidebar", NULL, toggle_sidebar_cb);
  gtk_widget_class_install_action (widget_class, "win.rename", NULL, rename_cb);
  gtk_widget_class_install_action (widget_class, "win.delete", NULL, delete_cb);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", toast_cb);
  gtk_widget_class_install_action (widget_class, "win.show-help-overlay", NULL,
                                   show_help_overlay_cb);
}
