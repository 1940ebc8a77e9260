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

/* What is asked with two buttons. */
typedef struct
{
  const char *heading;
  const char *body;        /* (nullable) */
  GtkWidget  *extra;       /* (nullable): below the text */
  const char *cancel;
  const char *accept;
  gboolean    destructive; /* accepting loses something: then the default is to cancel */
} ParlanceQuestion;

/* Returns the dialog: it closes itself. */
GtkWidget *parlance_compat_ask            (GtkWindow              *parent,
                                           const ParlanceQuestion *question,
                                           ParlanceAnswerFunc      func,
                                           gpointer                user_data,
                                           GDestroyNotify          destroy);

/* Whether a dialog that the person wants to close may go. */
typedef gboolean (*ParlanceMayCloseFunc) (GtkWidget *content);

/* A dialog above @parent, with @content (that brings its own header bar) in it. It destroys itself
 * when closed. */
GtkWidget *parlance_compat_dialog_new     (const char *title,
                                           GtkWidget  *content,
                                           int         width,
                                           int         height);
void       parlance_compat_dialog_guard   (GtkWidget            *dialog,
                                           ParlanceMayCloseFunc  may_close);
void       parlance_compat_dialog_present (GtkWidget  *dialog,
                                           GtkWindow  *parent);
/* Closes the dialog that @widget is, or is in, without asking. */
void       parlance_compat_dialog_close   (GtkWidget  *widget);

/* Has a screen reader say @text, once it has said what it is at. Before GTK 4.14 there is no way
 * to ask for that. */
void       parlance_compat_announce       (GtkWidget  *widget,
                                           const char *text);

/* For a button that uses underlines: GTK 4.8 takes the underline into its accessible name. */
void       parlance_compat_set_label      (GtkButton  *button,
                                           const char *label);

/* Gives a name to what GTK and libadwaita leave without one below @widget, rows of settings or a
 * dialog: lists get that of their row, or @name; icons that are buttons that of their tooltip;
 * other icons are hidden from who reads the screen out. */
void       parlance_compat_name_parts     (GtkWidget  *widget,
                                           const char *name);

G_END_DECLS
