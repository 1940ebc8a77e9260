/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-compat.h"

#include <adwaita.h>
#include <glib/gi18n.h>

static void
set_name (GtkWidget  *widget,
          const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* What a button with an icon does changes with what it has done: a password is shown, or hidden. */
static void
name_by_tooltip (GtkWidget *button)
{
  const char *tooltip = gtk_widget_get_tooltip_text (button);

  if (tooltip != NULL)
    set_name (button, tooltip);
  else if (g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (button)), "window-close-symbolic") == 0)
    set_name (button, _("Close"));
}

/* Of a button that holds more than a label: the first text in it. */
static gboolean
name_by_child (GtkWidget *button,
               GtkWidget *widget)
{
  gboolean named = GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0';

  if (named)
    set_name (button, gtk_label_get_text (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && !named;
       child = gtk_widget_get_next_sibling (child))
    named = name_by_child (button, child);

  return named;
}

/* GTK 4.8 reads out the underscore of a mnemonic, and then the label once more: that it is named by
 * its label is enough. */
static void
name_by_label (GtkButton *button)
{
  gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static gboolean
hide_from_readers (gpointer user_data)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (user_data), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);

  return G_SOURCE_REMOVE;
}

/* GTK shows to readers what it shows, once all have been told. */
static void
visible_cb (GtkWidget *widget)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, hide_from_readers, g_object_ref (widget), g_object_unref);
}

void
parlance_compat_name_parts (GtkWidget  *widget,
                            const char *name)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (name != NULL);

  /* Its title names its list already. */
  if (ADW_IS_PREFERENCES_GROUP (widget)
      && *adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (widget)) != '\0')
    name = "";
  if (ADW_IS_PREFERENCES_ROW (widget))
    {
      const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget));

      if (title != NULL && *title != '\0')
        name = title;
      if (ADW_IS_EXPANDER_ROW (widget))
        set_name (widget, name);
    }

  if (GTK_IS_MENU_BUTTON (widget) && gtk_widget_get_tooltip_text (widget) != NULL)
    name = gtk_widget_get_tooltip_text (widget);
  if (*name != '\0'
      && (GTK_IS_LIST_BOX (widget) || GTK_IS_LIST_VIEW (widget) || GTK_IS_POPOVER (widget)))
    {
      /* Newer libadwaita says that the title of its group names it: an empty one. */
      gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
      set_name (widget, name);
    }
  else if (GTK_IS_IMAGE (widget) && !gtk_widget_get_has_tooltip (widget))
    {
      hide_from_readers (widget);
      g_signal_connect (widget, "notify::visible", G_CALLBACK (visible_cb), NULL);
    }
  else if (GTK_IS_BUTTON (widget))
    {
      if (gtk_button_get_label (GTK_BUTTON (widget)) == NULL && !name_by_child (widget, widget))
        {
          name_by_tooltip (widget);
          g_signal_connect (widget, "notify::tooltip-text", G_CALLBACK (name_by_tooltip), NULL);
        }
      else if (gtk_button_get_label (GTK_BUTTON (widget)) != NULL
               && gtk_button_get_use_underline (GTK_BUTTON (widget)))
        name_by_label (GTK_BUTTON (widget));
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    parlance_compat_name_parts (child, name);
}
