/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-paste.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_PASTE (1024 * 1024)

static void
refuse (GtkTextView *view)
{
  gtk_widget_activate_action (GTK_WIDGET (view), "win.toast", "s",
                              _("This text is too long to paste"));
}

static void
on_bytes_read (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GtkTextView) view = GTK_TEXT_VIEW (user_data);
  GOutputStream *memory = G_OUTPUT_STREAM (source);
  g_autoptr (GString) text = NULL;
  const char *data = NULL;
  size_t size;

  /* Too much is an error of the stream, which takes no more than its limit. */
  g_output_stream_splice_finish (memory, result, NULL);
  size = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory));
  data = g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory));
  if (size > MAX_PASTE)
    {
      refuse (view);
      return;
    }

  text = g_string_sized_new (size);
  for (size_t start = 0; start < size;)
    {
      const char *nul = memchr (data + start, '\0', size - start);
      size_t end = nul ? (size_t) (nul - data) : size;

      g_string_append_len (text, data + start, end - start);
      start = end + 1;
    }
  if (text->len > 0)
    {
      g_autofree char *valid = g_utf8_make_valid (text->str, text->len);
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);

      gtk_text_buffer_begin_user_action (buffer);
      gtk_text_buffer_delete_selection (buffer, TRUE, gtk_text_view_get_editable (view));
      gtk_text_buffer_insert_interactive_at_cursor (buffer, valid, -1,
                                                    gtk_text_view_get_editable (view));
      gtk_text_buffer_end_user_action (buffer);
      gtk_text_view_scroll_mark_onscreen (view, gtk_text_buffer_get_insert (buffer));
    }
}

static void
on_clipboard_read (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GtkTextView) view = GTK_TEXT_VIEW (user_data);
  const char *mime_type;
  g_autoptr (GInputStream) stream =
    gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, &mime_type, NULL);
  g_autofree char *buffer = NULL;
  g_autoptr (GOutputStream) memory = NULL;

  /* Nothing to paste: not even an empty text. */
  if (!stream)
    return;

  buffer = g_malloc (MAX_PASTE + 1);
  memory = g_memory_output_stream_new (g_steal_pointer (&buffer), MAX_PASTE + 1, NULL, g_free);
  g_output_stream_splice_async (memory, stream,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE |
                                  G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, NULL, on_bytes_read, g_steal_pointer (&view));
}

static void
on_paste (GtkTextView *view,
          gpointer     user_data)
{
  static const char *mime_types[] = { "text/plain;charset=utf-8", "text/plain", NULL };

  g_signal_stop_emission_by_name (view, "paste-clipboard");
  gdk_clipboard_read_async (gtk_widget_get_clipboard (GTK_WIDGET (view)), mime_types,
                            G_PRIORITY_DEFAULT, NULL, on_clipboard_read, g_object_ref (view));
}

/* Text may also be dropped, or pasted with the middle button. */
static void
on_insert_text (GtkTextBuffer *buffer,
                GtkTextIter   *location,
                const char    *text,
                int            length,
                GtkTextView   *view)
{
  if (length <= MAX_PASTE)
    return;

  g_signal_stop_emission_by_name (buffer, "insert-text");
  refuse (view);
}

void
parlance_paste_attach (GtkTextView *view)
{
  g_signal_connect (view, "paste-clipboard", G_CALLBACK (on_paste), NULL);
  g_signal_connect (gtk_text_view_get_buffer (view), "insert-text", G_CALLBACK (on_insert_text),
                    view);
}
