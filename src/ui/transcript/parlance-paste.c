/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-paste.h"

#include "parlance-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_PASTE (1024 * 1024)
/* Of a field of one line: the longest tokens are half of it. */
#define MAX_LINE_PASTE (8 * 1024)

static size_t
get_limit (GtkWidget *field)
{
  return GTK_IS_TEXT_VIEW (field) ? MAX_PASTE : MAX_LINE_PASTE;
}

static void
refuse (GtkWidget  *field,
        const char *message)
{
  GtkWidget *place = field;

  /* A dialog has no room for it; the window below it has. */
  while (place && !gtk_widget_activate_action (place, "win.toast", "s", message))
    {
      GtkRoot *root = gtk_widget_get_root (place);

      place = GTK_IS_WINDOW (root)
                ? GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (root)))
                : NULL;
    }
  if (!place)
    gtk_widget_error_bell (field);
}

/* %FALSE: @text is not for @field, which the person has been told. */
static gboolean
check (GtkWidget  *field,
       const char *text,
       size_t      length)
{
  if (length > get_limit (field))
    {
      refuse (field, _("This text is too long to paste"));
      return FALSE;
    }
  if (!parlance_text_is_bearable (text, length))
    {
      refuse (field, _("A line of this text is too long to paste"));
      return FALSE;
    }

  return TRUE;
}

static void
insert (GtkWidget  *field,
        const char *text)
{
  if (GTK_IS_TEXT_VIEW (field))
    {
      GtkTextView *view = GTK_TEXT_VIEW (field);
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
      gboolean editable = gtk_text_view_get_editable (view);

      gtk_text_buffer_begin_user_action (buffer);
      gtk_text_buffer_delete_selection (buffer, TRUE, editable);
      gtk_text_buffer_insert_interactive_at_cursor (buffer, text, -1, editable);
      gtk_text_buffer_end_user_action (buffer);
      gtk_text_view_scroll_mark_onscreen (view, gtk_text_buffer_get_insert (buffer));
    }
  else if (gtk_editable_get_editable (GTK_EDITABLE (field)))
    {
      int position;

      gtk_editable_delete_selection (GTK_EDITABLE (field));
      position = gtk_editable_get_position (GTK_EDITABLE (field));
      gtk_editable_insert_text (GTK_EDITABLE (field), text, -1, &position);
      gtk_editable_set_position (GTK_EDITABLE (field), position);
    }
}

static void
on_bytes_read (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GtkWidget) field = GTK_WIDGET (user_data);
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (source);
  g_autoptr (GString) text = NULL;
  char *data;
  size_t size;

  /* Too much is an error of the stream, which takes no more than its limit. */
  g_output_stream_splice_finish (G_OUTPUT_STREAM (memory), result, NULL);
  size = g_memory_output_stream_get_data_size (memory);
  data = g_memory_output_stream_get_data (memory);

  text = g_string_sized_new (size);
  for (size_t start = 0; start < size;)
    {
      const char *nul = memchr (data + start, '\0', size - start);
      size_t end = nul ? (size_t) (nul - data) : size;

      g_string_append_len (text, data + start, end - start);
      start = end + 1;
    }
  if (size > get_limit (field))
    check (field, "", size);
  else if (text->len > 0)
    {
      g_autofree char *valid = g_utf8_make_valid (text->str, text->len);

      if (check (field, valid, strlen (valid)))
        insert (field, valid);
      explicit_bzero (valid, strlen (valid));
    }

  /* It may have been a token. */
  explicit_bzero (text->str, text->len);
  explicit_bzero (data, size);
}

static void
on_clipboard_read (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GtkWidget) field = GTK_WIDGET (user_data);
  const char *mime_type;
  g_autoptr (GInputStream) stream =
    gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, &mime_type, NULL);
  g_autofree char *buffer = NULL;
  g_autoptr (GOutputStream) memory = NULL;
  size_t size = get_limit (field) + 1;

  /* Nothing to paste: not even an empty text. */
  if (!stream)
    return;

  buffer = g_malloc (size);
  memory = g_memory_output_stream_new (g_steal_pointer (&buffer), size, NULL, g_free);
  g_output_stream_splice_async (memory, stream,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE |
                                  G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, NULL, on_bytes_read, g_steal_pointer (&field));
}

static void
on_paste (GtkWidget *field,
          gpointer   user_data)
{
  static const char *mime_types[] = { "text/plain;charset=utf-8", "text/plain", NULL };

  g_signal_stop_emission_by_name (field, "paste-clipboard");
  gdk_clipboard_read_async (gtk_widget_get_clipboard (field), mime_types, G_PRIORITY_DEFAULT, NULL,
                            on_clipboard_read, g_object_ref (field));
}

/* Text may also be dropped, or pasted with the middle button. */
static void
on_buffer_insert (GtkTextBuffer *buffer,
                  GtkTextIter   *location,
                  const char    *text,
                  int            length,
                  GtkTextView   *view)
{
  if (!check (GTK_WIDGET (view), text, length))
    g_signal_stop_emission_by_name (buffer, "insert-text");
}

static void
on_line_insert (GtkEditable *field,
                const char  *text,
                int          length,
                int         *position,
                gpointer     user_data)
{
  if (!check (GTK_WIDGET (field), text, length < 0 ? strlen (text) : (size_t) length))
    g_signal_stop_emission_by_name (field, "insert-text");
}

void
parlance_paste_attach (GtkTextView *view)
{
  g_signal_connect (view, "paste-clipboard", G_CALLBACK (on_paste), NULL);
  g_signal_connect (gtk_text_view_get_buffer (view), "insert-text", G_CALLBACK (on_buffer_insert),
                    view);
}

void
parlance_paste_attach_line (GtkEditable *editable)
{
  GtkEditable *field = editable;

  while (gtk_editable_get_delegate (field))
    field = gtk_editable_get_delegate (field);
  g_return_if_fail (GTK_IS_TEXT (field));

  g_signal_connect (field, "paste-clipboard", G_CALLBACK (on_paste), NULL);
  g_signal_connect (field, "insert-text", G_CALLBACK (on_line_insert), NULL);
}
