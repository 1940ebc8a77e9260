/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-compat.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* ------------------------------------------------------------------ buttons */

void
parlance_compat_set_label (GtkButton  *button,
                           const char *label)
{
  gtk_button_set_label (button, label);
  /* What is left is the name of the label in it. */
  gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/* ------------------------------------------------------------------ addresses */

static gboolean
is_safe_uri (const char *uri)
{
  g_autofree char *scheme = g_uri_parse_scheme (uri);

  return scheme != NULL
         && (g_ascii_strcasecmp (scheme, "https") == 0 || g_ascii_strcasecmp (scheme, "http") == 0
             || g_ascii_strcasecmp (scheme, "mailto") == 0);
}

static void
tell_failure (GtkWindow *parent)
{
  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.toast", "s",
                                _("The page could not be opened"));
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GtkWindow) parent = user_data;
  g_autoptr (GError) error = NULL;

#if GTK_CHECK_VERSION(4, 10, 0)
  gtk_uri_launcher_launch_finish (GTK_URI_LAUNCHER (source), result, &error);
#else
  gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error);
#endif
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell_failure (parent);
}

void
parlance_compat_open_uri (GtkWindow  *parent,
                          const char *uri)
{
  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));
  g_return_if_fail (uri != NULL);

  if (!is_safe_uri (uri))
    {
      tell_failure (parent);
      return;
    }

#if GTK_CHECK_VERSION(4, 10, 0)
  {
    g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (uri);

    gtk_uri_launcher_launch (launcher, parent, NULL, opened_cb,
                             parent != NULL ? g_object_ref (parent) : NULL);
  }
#else
  if (parent != NULL)
    gtk_show_uri_full (parent, uri, GDK_CURRENT_TIME, NULL, opened_cb, g_object_ref (parent));
  else
    gtk_show_uri (NULL, uri, GDK_CURRENT_TIME);
#endif
}

/* ------------------------------------------------------------------ screen readers */

void
parlance_compat_announce (GtkWidget  *widget,
                          const char *text)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (text != NULL);

#if GTK_CHECK_VERSION(4, 14, 0)
  {
    GtkRoot *root = gtk_widget_get_root (widget);
    g_autoptr (GtkATContext) context =
      root != NULL ? gtk_accessible_get_at_context (GTK_ACCESSIBLE (root)) : NULL;

    /* Assistive technology need not know of the widget yet: of its window it does. What GTK has in
     * its place for unit tests has no function to announce with, and GTK 4.18 calls it. */
    if (context != NULL && g_strcmp0 (G_OBJECT_TYPE_NAME (context), "GtkTestATContext") != 0)
      gtk_accessible_announce (GTK_ACCESSIBLE (root), text,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  }
#endif
}

/* ------------------------------------------------------------------ about */

void
parlance_compat_show_about (GtkWindow *parent)
{
  static const char *developers[] = { "The Parlance developers", NULL };

  g_return_if_fail (GTK_IS_WINDOW (parent));

#if ADW_CHECK_VERSION(1, 5, 0)
  AdwDialog *about = adw_about_dialog_new ();
#else
  GtkWidget *about = adw_about_window_new ();
#endif

  g_object_set (about,
                "application-name", "Parlance",
                "application-icon", APPLICATION_ID,
                "version", VERSION,
                "developer-name", developers[0],
                "developers", developers,
                "license-type", GTK_LICENSE_GPL_3_0,
                "copyright", "© 2026 The Parlance developers",
                "comments", _("Chat with open models"),
                "website", "https://github.com/parlance-chat/parlance",
                "issue-url", "https://github.com/parlance-chat/parlance/issues",
                /* Translators: your names, a line each, "Name <address>" if you like. */
                "translator-credits", _("translator-credits"),
                NULL);

#if ADW_CHECK_VERSION(1, 5, 0)
  adw_dialog_present (about, GTK_WIDGET (parent));
#else
  gtk_window_set_title (GTK_WINDOW (about), _("About Parlance"));
  parlance_compat_name_parts (about, _("About Parlance"));
  gtk_window_set_transient_for (GTK_WINDOW (about), parent);
  gtk_window_set_modal (GTK_WINDOW (about), TRUE);
  gtk_window_present (GTK_WINDOW (about));
#endif
}

/* ------------------------------------------------------------------ keyboard help */

#if ADW_CHECK_VERSION(1, 8, 0)

void
parlance_compat_show_shortcuts (GtkWindow              *parent,
                                const ParlanceShortcut *shortcuts)
{
  AdwDialog *dialog = adw_shortcuts_dialog_new ();
  AdwShortcutsSection *section = NULL;
  const char *title = NULL;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  for (size_t i = 0; shortcuts[i].title != NULL; i++)
    {
      if (g_strcmp0 (title, shortcuts[i].section) != 0)
        {
          title = shortcuts[i].section;
          section = adw_shortcuts_section_new (title);
          adw_shortcuts_dialog_add (ADW_SHORTCUTS_DIALOG (dialog), section);
        }
      adw_shortcuts_section_add (section, adw_shortcuts_item_new (shortcuts[i].title,
                                                                  shortcuts[i].accelerator));
    }

  adw_dialog_present (dialog, GTK_WIDGET (parent));
}

#else

#define TWO_COLUMNS 600 /* px */

/* The only button of that window that has no name of its own. */
static void
name_search (GtkWidget *widget)
{
  if (GTK_IS_TOGGLE_BUTTON (widget))
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    _("Search"), -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_search (child);
}

/* Before GTK 4.14 a shortcuts window can only be filled by GtkBuilder. */
void
parlance_compat_show_shortcuts (GtkWindow              *parent,
                                const ParlanceShortcut *shortcuts)
{
  g_autoptr (GString) xml = g_string_new ("<interface><object class='GtkShortcutsWindow' id='window'>"
                                          "<property name='modal'>1</property><child>"
                                          "<object class='GtkShortcutsSection'>"
                                          "<property name='section-name'>shortcuts</property>");
  g_autoptr (GtkBuilder) builder = NULL;
  const char *title = NULL;
  GtkWindow *window;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  /* In columns of so many rows; where there is no room for two, in one. */
  g_string_append_printf (xml, "<property name='max-height'>%d</property>",
                          gtk_widget_get_width (GTK_WIDGET (parent)) < TWO_COLUMNS ? 100 : 10);
  for (size_t i = 0; shortcuts[i].title != NULL; i++)
    {
      g_autofree char *group = NULL;
      g_autofree char *row = NULL;

      if (g_strcmp0 (title, shortcuts[i].section) != 0)
        {
          if (title != NULL)
            g_string_append (xml, "</object></child>");
          title = shortcuts[i].section;
          group = g_markup_printf_escaped ("<child><object class='GtkShortcutsGroup'>"
                                           "<property name='title'>%s</property>", title);
          g_string_append (xml, group);
        }
      row = g_markup_printf_escaped ("<child><object class='GtkShortcutsShortcut'>"
                                     "<property name='title'>%s</property>"
                                     "<property name='accelerator'>%s</property></object></child>",
                                     shortcuts[i].title, shortcuts[i].accelerator);
      g_string_append (xml, row);
    }
  if (title != NULL)
    g_string_append (xml, "</object></child>");
  g_string_append (xml, "</object></child></object></interface>");

  builder = gtk_builder_new_from_string (xml->str, xml->len);
  window = GTK_WINDOW (gtk_builder_get_object (builder, "window"));
  gtk_window_set_title (window, _("Keyboard Shortcuts"));
  name_search (GTK_WIDGET (window));
  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}

#endif
