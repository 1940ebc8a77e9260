/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Opens a web or mail address in the person's own program. Addresses of other schemes are refused:
 * a model may have written them. A failure is told through the action "win.toast" of @parent.
 * @parent: (nullable) */
void       parlance_compat_open_uri       (GtkWindow  *parent,
                                           const char *uri);

/* The names of who made the program, its version, licence and addresses. */
void       parlance_compat_show_about     (GtkWindow  *parent);

/* A row of the keyboard help. @section and @title are translated already; a table of these ends
 * with a row whose title is %NULL. */
typedef struct
{
  const char *section;
  const char *title;
  const char *accelerator;
} ParlanceShortcut;

void       parlance_compat_show_shortcuts (GtkWindow              *parent,
                                           const ParlanceShortcut *shortcuts);

/* Called once, when the person has answered. */
typedef void (*ParlanceAnswerFunc) (gboolean accepted,
                                    gpointer user_data);

/* Asks with two buttons, Cancel and @accept (the default one). @extra: (nullable): a widget below the text.
 * Returns the dialog: it closes itself. */
GtkWidget *parlance_compat_ask            (GtkWindow          *parent,
                                           const char         *heading,
                                           const char         *body,
                                           GtkWidget          *extra,
                                           const char         *accept,
                                           ParlanceAnswerFunc  func,
                                           gpointer            user_data,
                                           GDestroyNotify      destroy);

/* A dialog above @parent, with @content (that brings its own header bar) in it. It destroys itself
 * when closed. */
GtkWidget *parlance_compat_dialog_new     (const char *title,
                                           GtkWidget  *content,
                                           int         width,
                                           int         height);
void       parlance_compat_dialog_present (GtkWidget  *dialog,
                                           GtkWindow  *parent);
void       parlance_compat_dialog_close   (GtkWidget  *dialog);

/* For a button that uses underlines: GTK 4.8 takes the underline into its accessible name. */
void       parlance_compat_set_label      (GtkButton  *button,
                                           const char *label);

G_END_DECLS
