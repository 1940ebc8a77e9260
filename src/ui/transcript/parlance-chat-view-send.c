/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-chat-view-private.h"

#include "parlance-compat.h"
#include "parlance-judge.h"

#include <glib/gi18n.h>

static const char *
describe_store_error (const GError *error)
{
  switch (error->code)
    {
    case PARLANCE_STORE_ERROR_FULL:
      return _("Not sent: there is no space left on the disk to save the message.");

    case PARLANCE_STORE_ERROR_NEWER:
      return _("Not sent: a newer version of Parlance has written the conversations, so nothing can "
               "be saved among them.");

    case PARLANCE_STORE_ERROR_BUSY:
      return _("Not sent: another program is using the conversations, so the message could not be "
               "saved.");

    default:
      return _("Not sent: the message could not be saved.");
    }
}

typedef struct
{
  ParlanceChatView     *view;
  ParlanceConversation *conversation;
  char                 *text;
} Sending;

static void
sending_free (Sending *sending)
{
  g_object_unref (sending->view);
  g_clear_object (&sending->conversation);
  g_free (sending->text);
  g_free (sending);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sending, sending_free)

static void
on_sent (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (Sending) sending = user_data;
  ParlanceChatView *self = sending->view;
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceConversation) conversation =
    parlance_chat_send_finish (PARLANCE_CHAT (source), result, &error);

  self->sending = FALSE;
  /* The window has been closed. */
  if (!self->chat)
    return;
  /* The person may have gone to another conversation meanwhile: its draft is not touched. */
  if (self->conversation != sending->conversation && self->conversation != conversation)
    return;

  if (error)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      if (error->domain == PARLANCE_STORE_ERROR)
        parlance_composer_set_problem (self->composer, describe_store_error (error));
      else
        gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", error->message);
      return;
    }

  parlance_composer_set_problem (self->composer, NULL);
  if (!self->conversation)
    {
      parlance_composer_take_text (self->composer, sending->text);
      parlance_chat_view_set_conversation (self, conversation);
      g_signal_emit_by_name (self, "started", conversation);
      return;
    }

  parlance_composer_take_text (self->composer, sending->text);
  parlance_transcript_view_jump_to_end (self->transcript_view);
}

void
parlance_chat_view_send (ParlanceChatView *self,
                         gboolean          unsaved)
{
  Sending *sending;
  gboolean started;

  /* Before the store has been opened there is nowhere to put a message: the text stays. */
  g_object_get (self->chat, "started", &started, NULL);
  if (!started || self->sending ||
      (self->conversation && !parlance_conversation_get_loaded (self->conversation)))
    return;

  sending = g_new0 (Sending, 1);
  sending->view = g_object_ref (self);
  sending->conversation = self->conversation ? g_object_ref (self->conversation) : NULL;
  sending->text = parlance_composer_dup_text (self->composer);
  self->sending = TRUE;
  parlance_chat_send_async (self->chat, self->conversation, sending->text, unsaved, on_sent,
                            sending);
}

void
parlance_chat_view_announce_end (ParlanceChatView *self)
{
  ParlanceMessage *reply = parlance_conversation_get_leaf (self->conversation);
  ParlanceVerdict *verdict = reply ? parlance_message_get_verdict (reply) : NULL;
  const char *text = _("The reply is complete");

  if (!reply || parlance_message_get_role (reply) != PARLANCE_ROLE_ASSISTANT)
    return;

  if (verdict)
    text = parlance_verdict_get_title (verdict);
  else if (parlance_message_get_state (reply) == PARLANCE_STATE_STOPPED)
    text = _("Stopped");
  else if (parlance_message_get_state (reply) == PARLANCE_STATE_INTERRUPTED)
    text = _("Interrupted");

  parlance_compat_announce (GTK_WIDGET (self->transcript_view), text);
}
