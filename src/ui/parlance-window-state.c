/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-window-state.h"

#define MIN_WIDTH 360
#define MIN_HEIGHT 294

/* Set before the first frame, it would be undone as the window gets its size. */
static gboolean
hide_sidebar_cb (GtkWidget     *widget,
                 GdkFrameClock *clock,
                 gpointer       user_data)
{
  parlance_split_set_show_sidebar (PARLANCE_SPLIT (widget), FALSE);

  return G_SOURCE_REMOVE;
}

void
parlance_window_state_restore (GtkWindow     *window,
                               ParlanceSplit *split,
                               GSettings     *settings)
{
  gtk_window_set_default_size (window,
                               g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (window);
  if (!g_settings_get_boolean (settings, "show-sidebar"))
    gtk_widget_add_tick_callback (GTK_WIDGET (split), hide_sidebar_cb, NULL, NULL);
}

void
parlance_window_state_save (GtkWindow     *window,
                            ParlanceSplit *split,
                            GSettings     *settings)
{
  int width, height;

  gtk_window_get_default_size (window, &width, &height);
  g_settings_set_int (settings, "window-width", MAX (width, MIN_WIDTH));
  g_settings_set_int (settings, "window-height", MAX (height, MIN_HEIGHT));
  g_settings_set_boolean (settings, "window-maximized", gtk_window_is_maximized (window));
  if (!parlance_split_get_collapsed (split))
    g_settings_set_boolean (settings, "show-sidebar", parlance_split_get_show_sidebar (split));
}

int64_t
parlance_window_state_get_conversation (GSettings *settings)
{
  return g_settings_get_int64 (settings, "last-conversation");
}

void
parlance_window_state_set_conversation (int64_t    id,
                                        GSettings *settings)
{
  g_settings_set_int64 (settings, "last-conversation", id);
}
