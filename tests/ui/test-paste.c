/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is pasted into a field with the keyboard, with the middle button, or dropped there: it is
 * taken whole, as one step that can be undone, or refused with nothing changed. */
#include "../core/pulse.h"

#include "parlance-paste.h"

#include <adwaita.h>
#include <gdk/x11/gdkx.h>

#define TIMEOUT_S 20

typedef enum
{
  KEYBOARD,
  MIDDLE_BUTTON,
  DROP,
  N_WAYS,
} Way;

static const char *const way_names[] = { "pasted", "middle button", "dropped" };
static const char *const field_names[] = { "message", "row", "token", "entry" };
#define N_FIELDS G_N_ELEMENTS (field_names)

typedef struct
{
  GtkWidget *window;
  GtkWidget *fields[N_FIELDS]; /* what takes the text: a GtkTextView, then GtkText */
  unsigned   n_refused;
} Fixture;

static gboolean
on_late (gpointer user_data)
{
  g_test_message ("waited in vain: %s", (const char *) user_data);
  g_assert_not_reached ();

  return G_SOURCE_REMOVE;
}

static gboolean
on_tick (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  return ++*(unsigned *) user_data < 3 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
wait_frames (GtkWidget *window)
{
  unsigned late = g_timeout_add_seconds (TIMEOUT_S, on_late, "for a frame");
  unsigned count = 0;

  gtk_widget_add_tick_callback (window, on_tick, &count, NULL);
  while (count < 3)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
}

static void
on_toast (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  Fixture *fixture = user_data;

  fixture->n_refused++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *widgets[N_FIELDS] = { gtk_text_view_new (), adw_entry_row_new (),
                                   adw_password_entry_row_new (), gtk_entry_new () };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) toast = g_simple_action_new ("toast", G_VARIANT_TYPE_STRING);

  for (size_t i = 0; i < N_FIELDS; i++)
    {
      GtkWidget *scroller = gtk_scrolled_window_new ();

      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), widgets[i]);
      gtk_widget_set_vexpand (scroller, TRUE);
      gtk_box_append (GTK_BOX (box), scroller);
      if (GTK_IS_TEXT_VIEW (widgets[i]))
        parlance_paste_attach (GTK_TEXT_VIEW (widgets[i]));
      else
        parlance_paste_attach_line (GTK_EDITABLE (widgets[i]));
      while (GTK_IS_EDITABLE (widgets[i]) && gtk_editable_get_delegate (GTK_EDITABLE (widgets[i])))
        widgets[i] = GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (widgets[i])));
      fixture->fields[i] = widgets[i];
    }

  g_signal_connect (toast, "activate", G_CALLBACK (on_toast), fixture);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (toast));
  fixture->window = adw_window_new ();
  gtk_widget_insert_action_group (fixture->window, "win", G_ACTION_GROUP (group));
  adw_window_set_content (ADW_WINDOW (fixture->window), box);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 600, 600);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_frames (fixture->window);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

static GtkTextBuffer *
get_buffer (GtkWidget *field)
{
  return GTK_IS_TEXT_VIEW (field) ? gtk_text_view_get_buffer (GTK_TEXT_VIEW (field)) : NULL;
}

static char *
dup_text (GtkWidget *field)
{
  char *text;

  if (!get_buffer (field))
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (field)));
  g_object_get (get_buffer (field), "text", &text, NULL);

  return text;
}

#define assert_text(field, expected)               \
  G_STMT_START                                     \
    {                                              \
      g_autofree char *text_ = dup_text (field);   \
      g_assert_cmpstr (text_, ==, expected);       \
    }                                              \
  G_STMT_END

/* As its first text, which cannot be undone. */
static void
set_text (GtkWidget  *field,
          const char *text)
{
  GtkTextBuffer *buffer = get_buffer (field);

  if (!buffer)
    {
      gtk_editable_set_text (GTK_EDITABLE (field), text);
      return;
    }
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, text, -1);
  gtk_text_buffer_end_irreversible_action (buffer);
}

static void
type_text (GtkWidget  *field,
           const char *text)
{
  g_signal_emit_by_name (field, "insert-at-cursor", text);
}

static void
select_text (GtkWidget *field,
             int        start,
             int        end)
{
  GtkTextIter from, to;

  if (!get_buffer (field))
    {
      gtk_editable_select_region (GTK_EDITABLE (field), start, end);
      return;
    }
  gtk_text_buffer_get_iter_at_offset (get_buffer (field), &from, start);
  gtk_text_buffer_get_iter_at_offset (get_buffer (field), &to, end);
  gtk_text_buffer_select_range (get_buffer (field), &to, &from);
}

static gboolean
is_selected (GtkWidget *field,
             int        start,
             int        end)
{
  int from, to;

  if (get_buffer (field))
    {
      GtkTextIter first, last;

      gtk_text_buffer_get_selection_bounds (get_buffer (field), &first, &last);
      from = gtk_text_iter_get_offset (&first);
      to = gtk_text_iter_get_offset (&last);
    }
  else
    gtk_editable_get_selection_bounds (GTK_EDITABLE (field), &from, &to);

  return from == start && to == end;
}

/* Word that an earlier selection is no longer the one to paste may come late, and end this one. */
static void
select_settled (Fixture   *fixture,
                GtkWidget *field,
                int        start,
                int        end)
{
  do
    {
      select_text (field, start, end);
      wait_frames (fixture->window);
    }
  while (!is_selected (field, start, end));
}

/* Where a character stands in a field. */
static graphene_point_t
find_place (GtkWidget *field,
            int        offset)
{
  graphene_rect_t cursor;
  GdkRectangle rectangle;
  GtkTextIter iter;
  int x, y;

  if (!get_buffer (field))
    {
      gtk_text_compute_cursor_extents (GTK_TEXT (field), offset, &cursor, NULL);
      return GRAPHENE_POINT_INIT (cursor.origin.x, cursor.origin.y + cursor.size.height / 2);
    }
  gtk_text_buffer_get_iter_at_offset (get_buffer (field), &iter, offset);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (field), &iter, &rectangle);
  gtk_text_view_buffer_to_window_coords (GTK_TEXT_VIEW (field), GTK_TEXT_WINDOW_WIDGET,
                                         rectangle.x, rectangle.y + rectangle.height / 2, &x, &y);

  return GRAPHENE_POINT_INIT (x, y);
}

static void
click_middle (GtkWidget        *field,
              graphene_point_t  place)
{
  GtkNative *native = gtk_widget_get_native (field);
  graphene_point_t point;
  double x, y;
  g_autofree char *command = NULL;
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) error = NULL;
  unsigned long window;

  gtk_native_get_surface_transform (native, &x, &y);
  g_assert_true (gtk_widget_compute_point (field, GTK_WIDGET (native), &place, &point));
  /* All of X11 is deprecated in newer GTK, and nothing takes its place here. */
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  window = gdk_x11_surface_get_xid (gtk_native_get_surface (native));
  G_GNUC_END_IGNORE_DEPRECATIONS
  command = g_strdup_printf ("xdotool mousemove --window %lu %d %d click 2", window,
                             (int) (x + point.x + 0.5), (int) (y + point.y + 0.5));
  arguments = g_strsplit (command, " ", -1);
  g_spawn_async (NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
drop (GtkWidget        *field,
      graphene_point_t  place,
      const char       *text)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (field);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean found = FALSE, taken;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  for (unsigned i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      /* GTK's own comes later. */
      if (!GTK_IS_DROP_TARGET (controller) ||
          gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE)
        continue;
      g_assert_false (found);
      found = TRUE;
      g_signal_emit_by_name (controller, "drop", &value, (double) place.x, (double) place.y,
                             &taken);
    }
  g_assert_true (found);
}

/* Brings @text to the character at @offset, as a person would. */
static void
bring (Fixture    *fixture,
       GtkWidget  *field,
       Way         way,
       int         offset,
       const char *text)
{
  switch (way)
    {
    case KEYBOARD:
      gdk_clipboard_set_text (gtk_widget_get_clipboard (field), text);
      g_signal_emit_by_name (field, "paste-clipboard");
      break;
    case MIDDLE_BUTTON:
      gdk_clipboard_set_text (gtk_widget_get_primary_clipboard (field), text);
      click_middle (field, find_place (field, offset));
      break;
    case DROP:
    default:
      drop (field, find_place (field, offset), text);
    }
}

static gboolean
is_visible (GtkWidget *field)
{
  return !GTK_IS_TEXT (field) || gtk_text_get_visibility (GTK_TEXT (field));
}

static void
wait_text (GtkWidget  *field,
           const char *expected)
{
  unsigned late = g_timeout_add_seconds (TIMEOUT_S, on_late, (gpointer) expected);

  for (;;)
    {
      g_autofree char *text = dup_text (field);

      if (g_str_equal (text, expected))
        break;
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (late);
}

/* What is brought into a selection takes its place, and undo brings that back. */
static void
test_taken (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct
  {
    int         offset;
    const char *text;
    /* What the middle button pastes is what is selected: where that is another text, there is no
     * selection in the field any more. */
    const char *without;
  } cases[] = {
    { 5, "one 2 three", "one t2wo three" },
    { 0, "2one two three", "2one two three" },
  };

  for (size_t i = 0; i < N_FIELDS; i++)
    for (Way way = KEYBOARD; way < N_WAYS; way++)
      for (size_t j = 0; j < (way == KEYBOARD ? 1 : G_N_ELEMENTS (cases)); j++)
        {
          GtkWidget *field = fixture->fields[i];

          g_test_message ("%s, %s, at %d", field_names[i], way_names[way], cases[j].offset);
          set_text (field, "one two three");
          select_settled (fixture, field, way == MIDDLE_BUTTON ? 7 : 4, 7);
          bring (fixture, field, way, cases[j].offset, "2");
          wait_text (field, way == MIDDLE_BUTTON ? cases[j].without : cases[j].text);
          gtk_widget_activate_action (field, "text.undo", NULL);
          /* For a GtkText what went and what came are a step each. */
          if (!get_buffer (field) && way != MIDDLE_BUTTON && cases[j].offset == 5)
            gtk_widget_activate_action (field, "text.undo", NULL);
          if (is_visible (field))
            assert_text (field, "one two three");
        }
  g_assert_cmpuint (fixture->n_refused, ==, 0);
}

/* @unit, until @size bytes. */
static char *
make_text (const char *unit,
           size_t      size)
{
  GString *text = g_string_sized_new (size + 16);

  while (text->len < size)
    g_string_append (text, unit);

  return g_string_free (text, FALSE);
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    const char *unit;
    size_t      size;
  } cases[] = {
    { "A word or two. \n", 10 * 1024 * 1024 },
    { "x", 10 * 1024 * 1024 },
    { "x", 20 * 1024 },
    { "\xcc\x81", 2 * 1024 },
  };
  g_autoptr (Pulse) pulse = pulse_new ();
  unsigned tried = 0;

  for (size_t i = 0; i < N_FIELDS; i++)
    for (Way way = KEYBOARD; way < N_WAYS; way++)
      for (size_t j = 0; j < G_N_ELEMENTS (cases); j++, tried++)
        {
          GtkWidget *field = fixture->fields[i];
          unsigned refused, again = 0;
          int longest;
          unsigned late = g_timeout_add_seconds (TIMEOUT_S, on_late, "for a refusal");
          g_autofree char *text = make_text (cases[j].unit, cases[j].size);
          g_autofree char *before = NULL;

          gtk_widget_grab_focus (field);
          /* What undo gives where nothing is brought. */
          set_text (field, "one");
          select_text (field, 3, 3);
          type_text (field, " two");
          gtk_widget_activate_action (field, "text.undo", NULL);
          before = dup_text (field);
          if (is_visible (field))
            g_assert_cmpstr (before, !=, "one two");

          set_text (field, "one");
          select_text (field, 3, 3);
          type_text (field, " two");
          select_settled (fixture, field, way == MIDDLE_BUTTON ? 3 : 0, 3);

          /* Others may have kept the X server busy: what is slow by itself is so each time. */
          do
            {
              refused = fixture->n_refused;
              pulse_reset (pulse);
              bring (fixture, field, way, 1, text);
              /* Starting what clicks is the test's own time. */
              if (way == MIDDLE_BUTTON)
                pulse_reset (pulse);
              while (fixture->n_refused == refused)
                g_main_context_iteration (NULL, TRUE);
              wait_frames (fixture->window);
              longest = pulse_get_longest (pulse);
            }
          while (longest >= PULSE_LIMIT && ++again < 3);

          g_test_message ("%s, %s, %" G_GSIZE_FORMAT " bytes: %d ms", field_names[i],
                          way_names[way], cases[j].size, longest);
          g_assert_cmpint (longest, <, PULSE_LIMIT);
          g_assert_cmpuint (fixture->n_refused, ==, refused + 1);
          assert_text (field, "one two");
          g_assert_true (is_selected (field, way == MIDDLE_BUTTON ? 3 : 0, 3));
          gtk_widget_activate_action (field, "text.undo", NULL);
          assert_text (field, before);
          g_source_remove (late);
        }
  /* Each of these ended the test where it was not so. */
  g_test_message ("tried texts that a field refuses: %u, held %u, lost 0", tried, tried);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add ("/paste/taken", Fixture, NULL, set_up, test_taken, tear_down);
  g_test_add ("/paste/refused", Fixture, NULL, set_up, test_refused, tear_down);

  return g_test_run ();
}
