/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-chat-view-private.h"

#include "parlance-compat.h"
#include "parlance-judge.h"
#include "parlance-preset.h"
#include "parlance-row-parts.h"

#include <glib/gi18n.h>

/* The shown message whose id an action carries. */
static ParlanceMessage *
find_message (ParlanceChatView *self,
              GVariant         *parameter)
{
  ParlanceConversation *conversation = parlance_chat_view_get_conversation (self);

  return conversation ? parlance_conversation_get_message (conversation,
                                                           g_variant_get_int64 (parameter))
                      : NULL;
}

static void
open_uri (ParlanceChatView *self,
          const char       *uri)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  parlance_compat_open_uri (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, uri);
}

static void
on_open_link (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  open_uri (PARLANCE_CHAT_VIEW (widget), g_variant_get_string (parameter, NULL));
}

static void
on_copy (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  ParlanceMessage *message = find_message (PARLANCE_CHAT_VIEW (widget), parameter);
  g_autofree char *text = NULL;

  if (!message)
    return;

  text = parlance_message_dup_text (message, PARLANCE_PART_TEXT);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  gtk_widget_activate_action (widget, "win.toast", "s", _("Reply copied"));
}

static void
on_regenerate (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  ParlanceChatView *self = PARLANCE_CHAT_VIEW (widget);
  ParlanceMessage *message = find_message (self, parameter);
  ParlanceConversation *conversation = parlance_chat_view_get_conversation (self);

  if (message && !parlance_conversation_get_busy (conversation))
    parlance_chat_regenerate (parlance_chat_view_get_chat (self), conversation, message);
}

static void
on_continue (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  ParlanceChatView *self = PARLANCE_CHAT_VIEW (widget);
  ParlanceMessage *message = find_message (self, parameter);
  ParlanceConversation *conversation = parlance_chat_view_get_conversation (self);

  if (message && parlance_conversation_get_leaf (conversation) == message &&
      !parlance_conversation_get_busy (conversation))
    parlance_chat_continue (parlance_chat_view_get_chat (self), conversation, message);
}

static void
select_answer (ParlanceChatView *self,
               GVariant         *parameter,
               int               step)
{
  ParlanceMessage *message = find_message (self, parameter);
  ParlanceConversation *conversation = parlance_chat_view_get_conversation (self);
  g_autoptr (GPtrArray) answers = NULL;
  unsigned index;

  if (!message)
    return;

  answers = parlance_conversation_get_siblings (conversation, message, &index);
  index += step;
  if (index < answers->len)
    parlance_chat_select_answer (parlance_chat_view_get_chat (self), conversation,
                                 g_ptr_array_index (answers, index));
}

static void
on_previous_answer (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  select_answer (PARLANCE_CHAT_VIEW (widget), parameter, -1);
}

static void
on_next_answer (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  select_answer (PARLANCE_CHAT_VIEW (widget), parameter, 1);
}

static void
on_toggle_reasoning (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  int64_t id;
  unsigned part;

  g_variant_get (parameter, "(xu)", &id, &part);
  parlance_chat_view_toggle_reasoning (PARLANCE_CHAT_VIEW (widget), id, part);
}

static void
on_stop (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  parlance_chat_view_stop (PARLANCE_CHAT_VIEW (widget));
}

typedef struct
{
  ParlanceChatView *view;
  GVariant         *parameter;
} Unlock;

static void
on_unlocked (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Unlock *unlock = user_data;
  g_autoptr (GError) error = NULL;

  if (parlance_keyring_unlock_finish (PARLANCE_KEYRING (source), result, &error))
    on_regenerate (GTK_WIDGET (unlock->view), NULL, unlock->parameter);
  else
    gtk_widget_activate_action (GTK_WIDGET (unlock->view), "win.toast", "s", error->message);

  g_object_unref (unlock->view);
  g_variant_unref (unlock->parameter);
  g_free (unlock);
}

static void
unlock_and_retry (ParlanceChatView *self,
                  GVariant         *parameter)
{
  ParlanceChat *chat = parlance_chat_view_get_chat (self);
  ParlanceAccount *account = parlance_chat_get_account (chat);
  Unlock *unlock;

  if (!account)
    return;

  unlock = g_new0 (Unlock, 1);
  unlock->view = g_object_ref (self);
  unlock->parameter = g_variant_ref (parameter);
  parlance_keyring_unlock_async (parlance_chat_get_keyring (chat), account, on_unlocked, unlock);
}

static void
open_page (ParlanceChatView *self,
           ParlanceVerdict  *verdict)
{
  ParlanceAccount *account = parlance_chat_get_account (parlance_chat_view_get_chat (self));
  const char *url = NULL;

  if (account)
    url = parlance_verdict_get_url (verdict,
                                    parlance_preset_find (parlance_account_get_preset (account)));
  if (url)
    open_uri (self, url);
}

static void
on_remedy (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  ParlanceChatView *self = PARLANCE_CHAT_VIEW (widget);
  ParlanceMessage *message = find_message (self, parameter);
  ParlanceVerdict *verdict = message ? parlance_message_get_verdict (message) : NULL;

  if (!message)
    return;

  switch (parlance_error_part_get_remedy (message))
    {
    case PARLANCE_REMEDY_CONTINUE:
      on_continue (widget, name, parameter);
      break;

    case PARLANCE_REMEDY_PREFERENCES:
      gtk_widget_activate_action (widget, "app.preferences", NULL);
      break;

    case PARLANCE_REMEDY_UNLOCK:
      unlock_and_retry (self, parameter);
      break;

    case PARLANCE_REMEDY_OPEN_URL:
      open_page (self, verdict);
      break;

    case PARLANCE_REMEDY_RETRY:
    default:
      on_regenerate (widget, name, parameter);
      break;
    }
}

void
parlance_chat_view_install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char                    *name;
    const char                    *type;
    GtkWidgetActionActivateFunc    func;
  } actions[] = {
    { "transcript.open-link", "s", on_open_link },
    { "transcript.copy", "x", on_copy },
    { "transcript.regenerate", "x", on_regenerate },
    { "transcript.continue", "x", on_continue },
    { "transcript.remedy", "x", on_remedy },
    { "transcript.previous-answer", "x", on_previous_answer },
    { "transcript.next-answer", "x", on_next_answer },
    { "transcript.toggle-reasoning", "(xu)", on_toggle_reasoning },
    { "transcript.stop", "x", on_stop },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].type,
                                     actions[i].func);
}
