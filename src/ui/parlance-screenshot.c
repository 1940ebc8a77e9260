/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-screenshot.h"

#include <glib/gi18n.h>

#define TIME_LIMIT_S 60
/* The transcript follows within a frame or two; its last animations end within half a second. */
#define SETTLE_MS 700

typedef struct
{
  char                 *path;
  ParlanceConversation *conversation;
  unsigned              timeout_id;
  unsigned              settle_id;
  gboolean              sent;
} Screenshot;

static void
screenshot_free (gpointer data)
{
  Screenshot *screenshot = data;

  g_clear_handle_id (&screenshot->timeout_id, g_source_remove);
  g_clear_handle_id (&screenshot->settle_id, g_source_remove);
  g_clear_object (&screenshot->conversation);
  g_free (screenshot->path);
  g_free (screenshot);
}

static gboolean
render (GtkWidget   *window,
        const char  *path,
        GError     **error)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  int width = gdk_paintable_get_intrinsic_width (paintable);
  int height = gdk_paintable_get_intrinsic_height (paintable);

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL || width < 1 || height < 1)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("the window has not been drawn"));
      return FALSE;
    }

  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float) width,
                                                              (float) height));
  if (!gdk_texture_save_to_png (texture, path))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("“%s” cannot be written"), path);
      return FALSE;
    }

  return TRUE;
}

static gboolean
settled_cb (gpointer user_data)
{
  GTask *task = user_data;
  Screenshot *screenshot = g_task_get_task_data (task);
  GError *error = NULL;

  screenshot->settle_id = 0;
  if (render (GTK_WIDGET (g_task_get_source_object (task)), screenshot->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  g_object_unref (task);

  return G_SOURCE_REMOVE;
}

static gboolean
timed_out_cb (gpointer user_data)
{
  GTask *task = user_data;
  Screenshot *screenshot = g_task_get_task_data (task);

  screenshot->timeout_id = 0;
  g_clear_handle_id (&screenshot->settle_id, g_source_remove);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                           _("the reply has not come within a minute"));
  g_object_unref (task);

  return G_SOURCE_REMOVE;
}

static void
busy_cb (ParlanceConversation *conversation,
         GParamSpec           *pspec,
         gpointer              user_data)
{
  GTask *task = user_data;
  Screenshot *screenshot = g_task_get_task_data (task);
  ParlanceMessage *reply = parlance_conversation_get_leaf (conversation);

  if (g_task_get_completed (task) || screenshot->settle_id != 0
      || parlance_conversation_get_busy (conversation) || reply == NULL
      || parlance_message_get_role (reply) != PARLANCE_ROLE_ASSISTANT)
    return;

  if (parlance_message_get_state (reply) != PARLANCE_STATE_COMPLETE)
    {
      g_clear_handle_id (&screenshot->timeout_id, g_source_remove);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, _("the reply has failed"));
      g_object_unref (task);
      return;
    }
  screenshot->settle_id = g_timeout_add (SETTLE_MS, settled_cb, task);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Screenshot *screenshot = g_task_get_task_data (task);
  ParlanceConversation *conversation;
  GError *error = NULL;

  conversation = parlance_chat_send_finish (PARLANCE_CHAT (source), result, &error);
  if (g_task_get_completed (task))
    {
      g_clear_object (&conversation);
      g_clear_error (&error);
    }
  else if (conversation == NULL)
    {
      g_clear_handle_id (&screenshot->timeout_id, g_source_remove);
      g_task_return_error (task, error);
      g_object_unref (task);
    }
  else
    {
      screenshot->conversation = conversation;
      parlance_window_set_conversation (g_task_get_source_object (task), conversation);
      g_signal_connect_object (conversation, "notify::busy", G_CALLBACK (busy_cb), task, 0);
      busy_cb (conversation, NULL, task);
    }
}

static void
started_cb (ParlanceChat *chat,
            GParamSpec   *pspec,
            gpointer      user_data)
{
  GTask *task = user_data;
  Screenshot *screenshot = g_task_get_task_data (task);
  gboolean started;

  g_object_get (chat, "started", &started, NULL);
  if (!started || screenshot->sent)
    return;

  screenshot->sent = TRUE;
  /* Translators: a question to the demo. It knows it by "show", "demo", "你好" or "こんにちは". */
  parlance_chat_send_async (chat, NULL, _("What can you show me?"), FALSE, sent_cb,
                            g_object_ref (task));
}

void
parlance_screenshot_async (ParlanceWindow      *window,
                           const char          *path,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  ParlanceChat *chat = parlance_session_get_chat (parlance_window_get_session (window));
  Screenshot *screenshot = g_new0 (Screenshot, 1);
  GTask *task;

  g_return_if_fail (PARLANCE_IS_WINDOW (window));
  g_return_if_fail (path != NULL);

  task = g_task_new (window, NULL, callback, user_data);
  g_task_set_source_tag (task, parlance_screenshot_async);
  g_task_set_task_data (task, screenshot, screenshot_free);
  screenshot->path = g_strdup (path);
  screenshot->timeout_id = g_timeout_add_seconds (TIME_LIMIT_S, timed_out_cb, task);

  g_signal_connect_object (chat, "notify::started", G_CALLBACK (started_cb), task, 0);
  started_cb (chat, NULL, task);
}

gboolean
parlance_screenshot_finish (ParlanceWindow  *window,
                            GAsyncResult    *result,
                            GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, window), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
