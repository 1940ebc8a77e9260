/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-rename-dialog.h"

#include "parlance-compat.h"
#include "parlance-paste.h"
#include "parlance-text.h"

#include <glib/gi18n.h>

typedef struct
{
  ParlanceChat         *chat;
  ParlanceConversation *conversation;
  GtkEditable          *entry;
} Rename;

static void
rename_free (gpointer data)
{
  Rename *rename = data;

  g_object_unref (rename->chat);
  g_object_unref (rename->conversation);
  g_object_unref (rename->entry);
  g_free (rename);
}

static void
renamed_cb (gboolean accepted,
            gpointer user_data)
{
  Rename *rename = user_data;
  g_autofree char *title = g_strdup (gtk_editable_get_text (rename->entry));

  g_strstrip (title);
  if (accepted && *title != '\0')
    parlance_chat_rename (rename->chat, rename->conversation, title);
}

void
parlance_rename_dialog_show (GtkWindow            *parent,
                             ParlanceChat         *chat,
                             ParlanceConversation *conversation)
{
  GtkWidget *entry = gtk_entry_new ();
  Rename *rename = g_new0 (Rename, 1);
  g_autofree char *title = NULL;

  title = parlance_text_line (parlance_conversation_get_title (conversation));
  gtk_editable_set_text (GTK_EDITABLE (entry), title);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_entry_set_max_length (GTK_ENTRY (entry), 200);
  parlance_paste_attach_line (GTK_EDITABLE (entry));
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  C_("of a conversation", "Title"), -1);

  rename->chat = g_object_ref (chat);
  rename->conversation = g_object_ref (conversation);
  rename->entry = g_object_ref (GTK_EDITABLE (entry));
  parlance_compat_ask (parent,
                       &(ParlanceQuestion) {
                         .heading = _("Rename Conversation"),
                         .extra = entry,
                         .cancel = _("_Cancel"),
                         .accept = _("_Rename"),
                       },
                       renamed_cb, rename, rename_free);
  gtk_widget_grab_focus (entry);
}
