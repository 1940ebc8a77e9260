/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Laid into the program with LD_PRELOAD: tells what its windows look like, where the accessibility
 * tree does not, or is wrong. At each SIGUSR1 it writes the file that PARLANCE_LOOK names, a fact in
 * each line:
 *   direction TAB rtl|ltr
 *   window TAB width TAB least width TAB title
 *   focus TAB secret|other
 *   cut TAB text     of a label that has not the room for its text
 * PARLANCE_LOOK_TEXT_SCALE is how large text is, as of what it is at first; PARLANCE_LOOK_RTL turns
 * the windows from right to left. */

#include <glib-unix.h>
#include <gtk/gtk.h>

/* In ms. An idle function would keep a program from ending that never shows a window. */
#define SOON 5

static char *
one_line (const char *text)
{
  return g_strdelimit (g_strdup (text != NULL ? text : ""), "\n\t", ' ');
}

static gboolean
scrolls_sideways (GtkWidget *widget)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    {
      GtkPolicyType policy = GTK_POLICY_NEVER;

      if (GTK_IS_SCROLLED_WINDOW (widget))
        gtk_scrolled_window_get_policy (GTK_SCROLLED_WINDOW (widget), &policy, NULL);
      if (policy != GTK_POLICY_NEVER)
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_cut (GtkLabel *label)
{
  GtkWidget *widget = GTK_WIDGET (label);
  GtkWidget *native = GTK_WIDGET (gtk_widget_get_native (widget));
  PangoLayout *layout = gtk_label_get_layout (label);
  graphene_rect_t bounds;
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (pango_layout_is_ellipsized (layout))
    return TRUE;
  if (width > gtk_widget_get_width (widget) + 1 || height > gtk_widget_get_height (widget) + 1)
    return TRUE;

  return !scrolls_sideways (widget) && gtk_widget_compute_bounds (widget, native, &bounds)
         && (bounds.origin.x < -1
             || bounds.origin.x + bounds.size.width > (float) gtk_widget_get_width (native) + 1);
}

static void
look_at (GtkWidget *widget,
         GString   *said)
{
  if (!gtk_widget_get_mapped (widget))
    return;

  if (GTK_IS_LABEL (widget) && is_cut (GTK_LABEL (widget)))
    {
      g_autofree char *text = one_line (gtk_label_get_text (GTK_LABEL (widget)));

      g_string_append_printf (said, "cut\t%s\n", text);
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    look_at (child, said);
}

static gboolean
look_cb (gpointer user_data)
{
  g_autoptr (GString) said = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GListModel *windows = gtk_window_get_toplevels ();

  g_string_append_printf (said, "direction\t%s\n",
                          gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL ? "rtl" : "ltr");
  for (unsigned i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
      g_autofree char *title = one_line (gtk_window_get_title (GTK_WINDOW (window)));
      GtkWidget *focus;
      int least;

      if (!gtk_widget_get_mapped (window))
        continue;
      gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      g_string_append_printf (said, "window\t%d\t%d\t%s\n", gtk_widget_get_width (window), least,
                              title);
      focus = gtk_window_get_focus (GTK_WINDOW (window));
      if (focus != NULL)
        g_string_append_printf (
          said, "focus\t%s\n",
          GTK_IS_TEXT (focus) && !gtk_text_get_visibility (GTK_TEXT (focus)) ? "secret" : "other");
      look_at (window, said);
    }

  if (!g_file_set_contents (g_getenv ("PARLANCE_LOOK"), said->str, (gssize) said->len, &error))
    g_error ("%s", error->message);

  return G_SOURCE_CONTINUE;
}

/* An X server without a desktop has no setting for the size of text. */
static gboolean
enlarge_cb (gpointer user_data)
{
  if (!gtk_is_initialized ())
    return G_SOURCE_CONTINUE;

  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", GPOINTER_TO_INT (user_data), NULL);
  return G_SOURCE_REMOVE;
}

/* Newer GTK asks the locale, and not a translation, which way is forward. */
static gboolean
turn_cb (gpointer user_data)
{
  if (!gtk_is_initialized ())
    return G_SOURCE_CONTINUE;

  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  return G_SOURCE_REMOVE;
}

#ifdef PLACES_WITHOUT_FRAMES
static gboolean (*own_bounds) (GtkAccessible *, int *, int *, int *, int *);

/* Newer GTK says where a thing is from where the content of its parent begins, and leaves out what
 * is around that: the deeper a thing is, the further from its place a pointer would look for it. */
static gboolean
get_bounds (GtkAccessible *accessible,
            int           *x,
            int           *y,
            int           *width,
            int           *height)
{
  g_autoptr (GtkAccessible) parent = gtk_accessible_get_accessible_parent (accessible);
  graphene_rect_t outside;

  if (!own_bounds (accessible, x, y, width, height))
    return FALSE;
  if (GTK_IS_WIDGET (parent) &&
      gtk_widget_compute_bounds (GTK_WIDGET (parent), GTK_WIDGET (parent), &outside))
    {
      *x -= (int) outside.origin.x;
      *y -= (int) outside.origin.y;
    }

  return TRUE;
}

static gboolean
correct_cb (gpointer user_data)
{
  GtkAccessibleInterface *accessible_iface;

  if (!gtk_is_initialized ())
    return G_SOURCE_CONTINUE;

  accessible_iface = g_type_interface_peek (g_type_class_ref (GTK_TYPE_WIDGET),
                                            GTK_TYPE_ACCESSIBLE);
  own_bounds = accessible_iface->get_bounds;
  accessible_iface->get_bounds = get_bounds;
  return G_SOURCE_REMOVE;
}
#endif

__attribute__ ((constructor)) static void
begin (void)
{
  const char *scale = g_getenv ("PARLANCE_LOOK_TEXT_SCALE");

  if (scale != NULL)
    g_timeout_add_full (G_PRIORITY_HIGH, SOON, enlarge_cb,
                        GINT_TO_POINTER ((int) (96 * 1024 * g_ascii_strtod (scale, NULL))), NULL);
  if (g_getenv ("PARLANCE_LOOK_RTL") != NULL)
    g_timeout_add_full (G_PRIORITY_HIGH, SOON, turn_cb, NULL, NULL);
#ifdef PLACES_WITHOUT_FRAMES
  g_timeout_add_full (G_PRIORITY_HIGH, SOON, correct_cb, NULL, NULL);
#endif
  /* What the program starts is none of ours. */
  g_unsetenv ("LD_PRELOAD");
  g_unix_signal_add (SIGUSR1, look_cb, NULL);
}
