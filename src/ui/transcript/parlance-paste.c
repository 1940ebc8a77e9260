/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-paste.h"

#include "parlance-text.h"

#include <glib/gi18n.h>
#include <math.h>
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

/* What is on its way into a field. */
typedef struct
{
  GtkWidget *field;
  int        offset; /* in characters, where it was pointed at; -1: where the cursor is */
} Paste;

static void
paste_free (Paste *self)
{
  g_object_unref (self->field);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Paste, paste_free)

static void
insert_into_view (GtkTextView *view,
                  int          offset,
                  const char  *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  gboolean editable = gtk_text_view_get_editable (view);
  GtkTextIter start, end, place;

  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  gtk_text_buffer_get_iter_at_offset (buffer, &place, offset);
  /* What is pointed at inside the selection takes its place. */
  if (offset >= 0 && (gtk_text_iter_compare (&place, &start) < 0 ||
                      gtk_text_iter_compare (&place, &end) > 0))
    gtk_text_buffer_place_cursor (buffer, &place);
  gtk_text_buffer_delete_selection (buffer, TRUE, editable);
  gtk_text_buffer_insert_interactive_at_cursor (buffer, text, -1, editable);
  gtk_text_buffer_end_user_action (buffer);
  gtk_text_view_scroll_mark_onscreen (view, gtk_text_buffer_get_insert (buffer));
}

/* As keys do it: what a program changes by itself cannot be undone in newer GTK. */
static void
insert_into_line (GtkEditable *field,
                  int          offset,
                  const char  *text)
{
  int start, end;

  gtk_editable_get_selection_bounds (field, &start, &end);
  if (offset >= 0 && (offset < start || offset > end))
    gtk_editable_set_position (field, offset);
  if (gtk_editable_get_selection_bounds (field, NULL, NULL))
    g_signal_emit_by_name (field, "delete-from-cursor", GTK_DELETE_CHARS, 1);
  g_signal_emit_by_name (field, "insert-at-cursor", text);
}

static void
insert (Paste      *paste,
        const char *text)
{
  if (GTK_IS_TEXT_VIEW (paste->field))
    insert_into_view (GTK_TEXT_VIEW (paste->field), paste->offset, text);
  else if (gtk_editable_get_editable (GTK_EDITABLE (paste->field)))
    insert_into_line (GTK_EDITABLE (paste->field), paste->offset, text);
}

static void
on_bytes_read (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Paste) paste = user_data;
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
  if (size > get_limit (paste->field))
    check (paste->field, "", size);
  else if (text->len > 0)
    {
      g_autofree char *valid = g_utf8_make_valid (text->str, text->len);

      if (check (paste->field, valid, strlen (valid)))
        insert (paste, valid);
      explicit_bzero (valid, strlen (valid));
    }

  /* It may have been a token. */
  explicit_bzero (text->str, text->len);
  explicit_bzero (data, size);
}

static void
read_stream (Paste        *paste,
             GInputStream *stream)
{
  size_t size = get_limit (paste->field) + 1;
  g_autoptr (GOutputStream) memory =
    g_memory_output_stream_new (g_malloc (size), size, NULL, g_free);

  g_output_stream_splice_async (memory, stream,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE |
                                  G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, NULL, on_bytes_read, paste);
}

static void
on_clipboard_read (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (Paste) paste = user_data;
  const char *mime_type;
  g_autoptr (GInputStream) stream =
    gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, &mime_type, NULL);

  /* Nothing to paste: not even an empty text. */
  if (stream)
    read_stream (g_steal_pointer (&paste), stream);
}

static void
paste_from (GtkWidget    *field,
            GdkClipboard *clipboard,
            int           offset)
{
  static const char *mime_types[] = { "text/plain;charset=utf-8", "text/plain", NULL };
  Paste *paste = g_new (Paste, 1);

  paste->field = g_object_ref (field);
  paste->offset = offset;
  gdk_clipboard_read_async (clipboard, mime_types, G_PRIORITY_DEFAULT, NULL, on_clipboard_read,
                            paste);
}

static void
on_paste (GtkWidget *field,
          gpointer   user_data)
{
  g_signal_stop_emission_by_name (field, "paste-clipboard");
  paste_from (field, gtk_widget_get_clipboard (field), -1);
}

static int
find_nearest (GtkText *field,
              double   x,
              int      start,
              int      end,
              int      step)
{
  int nearest = start;
  double least = G_MAXDOUBLE;

  for (int i = start; i <= end; i += step)
    {
      graphene_rect_t cursor;
      double distance;

      gtk_text_compute_cursor_extents (field, i, &cursor, NULL);
      distance = fabs (cursor.origin.x - x);
      if (distance < least)
        {
          least = distance;
          nearest = i;
        }
    }

  return nearest;
}

/* The character of @field that is nearest to a place in it. */
static int
find_offset (GtkWidget *field,
             double     x,
             double     y)
{
  if (GTK_IS_TEXT_VIEW (field))
    {
      GtkTextView *view = GTK_TEXT_VIEW (field);
      GtkTextIter iter;
      int buffer_x, buffer_y;

      gtk_text_view_window_to_buffer_coords (view, GTK_TEXT_WINDOW_WIDGET, x, y, &buffer_x,
                                             &buffer_y);
      gtk_text_view_get_iter_at_location (view, &iter, buffer_x, buffer_y);
      return gtk_text_iter_get_offset (&iter);
    }
  else
    {
      int length = g_utf8_strlen (gtk_editable_get_text (GTK_EDITABLE (field)), -1);
      int step = 1 + length / 64;
      int nearest = find_nearest (GTK_TEXT (field), x, 0, length, step);

      /* Each look costs as much as the text is long. */
      return find_nearest (GTK_TEXT (field), x, MAX (0, nearest - step),
                           MIN (length, nearest + step), 1);
    }
}

static void
on_middle_pressed (GtkGestureClick *gesture,
                   int              n_press,
                   double           x,
                   double           y,
                   GtkWidget       *field)
{
  gboolean enabled;

  g_object_get (gtk_widget_get_settings (field), "gtk-enable-primary-paste", &enabled, NULL);
  if (!enabled)
    return;

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  if (GTK_IS_TEXT (field))
    gtk_text_grab_focus_without_selecting (GTK_TEXT (field));
  else
    gtk_widget_grab_focus (field);
  paste_from (field, gtk_widget_get_primary_clipboard (field), find_offset (field, x, y));
}

/* A text that is dragged within the program is left to GTK, which can move it. */
static gboolean
on_accept (GtkDropTarget *target,
           GdkDrop       *drop,
           gpointer       user_data)
{
  GdkContentFormats *formats = gdk_content_formats_union_deserialize_gtypes (
    gdk_content_formats_ref (gdk_drop_get_formats (drop)));
  gboolean is_text = gdk_content_formats_contain_gtype (formats, G_TYPE_STRING);

  gdk_content_formats_unref (formats);

  return is_text && !gdk_drop_get_drag (drop);
}

static gboolean
on_drop (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         GtkWidget     *field)
{
  const char *text = g_value_get_string (value);
  Paste paste = { .field = field, .offset = find_offset (field, x, y) };

  if (!text || !check (field, text, strlen (text)))
    return FALSE;

  insert (&paste, text);

  return TRUE;
}

/* GTK takes the selection away, or the cursor elsewhere, before it puts in what was dropped, or
 * pasted with the middle button: what is refused must not have done so. */
static void
attach_pointer (GtkWidget *field)
{
  GtkGesture *gesture = gtk_gesture_click_new ();
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_STRING, GDK_ACTION_COPY | GDK_ACTION_MOVE);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), GDK_BUTTON_MIDDLE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture), GTK_PHASE_CAPTURE);
  g_signal_connect (gesture, "pressed", G_CALLBACK (on_middle_pressed), field);
  gtk_widget_add_controller (field, GTK_EVENT_CONTROLLER (gesture));

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect (target, "accept", G_CALLBACK (on_accept), NULL);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), field);
  gtk_widget_add_controller (field, GTK_EVENT_CONTROLLER (target));
}

/* Text may also be moved within the program, or come from an input method. */
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
  attach_pointer (GTK_WIDGET (view));
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
  attach_pointer (GTK_WIDGET (field));
}
