/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-compat.h"

#include <adwaita.h>

typedef struct
{
  ParlanceAnswerFunc  func;
  gpointer            user_data;
  GDestroyNotify      destroy;
} Asker;

static void
asker_free (gpointer  data,
            GClosure *closure)
{
  Asker *asker = data;

  if (asker->destroy != NULL)
    asker->destroy (asker->user_data);
  g_free (asker);
}

static void
response_cb (GObject    *dialog,
             const char *response,
             gpointer    user_data)
{
  Asker *asker = user_data;

  asker->func (g_str_equal (response, "accept"), asker->user_data);
}

#if ADW_CHECK_VERSION(1, 5, 0)
#define ALERT(function) adw_alert_dialog_##function
#define ALERT_DIALOG ADW_ALERT_DIALOG
#else
#define ALERT(function) adw_message_dialog_##function
#define ALERT_DIALOG ADW_MESSAGE_DIALOG
#endif

GtkWidget *
parlance_compat_ask (GtkWindow              *parent,
                     const ParlanceQuestion *question,
                     ParlanceAnswerFunc      func,
                     gpointer                user_data,
                     GDestroyNotify          destroy)
{
  Asker *asker = g_new0 (Asker, 1);
  GtkWidget *dialog;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);

  asker->func = func;
  asker->user_data = user_data;
  asker->destroy = destroy;

#if ADW_CHECK_VERSION(1, 5, 0)
  dialog = GTK_WIDGET (adw_alert_dialog_new (question->heading, question->body));
#else
  dialog = adw_message_dialog_new (parent, question->heading, question->body);
#endif
  ALERT (add_responses) (ALERT_DIALOG (dialog), "cancel", question->cancel,
                         "accept", question->accept, NULL);
  ALERT (set_response_appearance) (ALERT_DIALOG (dialog), "accept",
                                   question->destructive ? ADW_RESPONSE_DESTRUCTIVE
                                                         : ADW_RESPONSE_SUGGESTED);
  ALERT (set_default_response) (ALERT_DIALOG (dialog), question->destructive ? "cancel" : "accept");
  ALERT (set_close_response) (ALERT_DIALOG (dialog), "cancel");
  ALERT (set_extra_child) (ALERT_DIALOG (dialog), question->extra);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), asker, asker_free,
                         G_CONNECT_DEFAULT);
#if ADW_CHECK_VERSION(1, 5, 0)
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (parent));
#else
  gtk_window_set_title (GTK_WINDOW (dialog), question->heading);
  gtk_window_present (GTK_WINDOW (dialog));
#endif
  parlance_compat_name_parts (dialog, question->heading);

  return dialog;
}

GtkWidget *
parlance_compat_dialog_new (const char *title,
                            GtkWidget  *content,
                            int         width,
                            int         height)
{
#if ADW_CHECK_VERSION(1, 5, 0)
  AdwDialog *dialog = adw_dialog_new ();

  adw_dialog_set_title (dialog, title);
  adw_dialog_set_child (dialog, content);
  adw_dialog_set_content_width (dialog, width);
  adw_dialog_set_content_height (dialog, height);
  return GTK_WIDGET (dialog);
#else
  GtkWidget *window = adw_window_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_widget_set_size_request (window, 360, 294);
  adw_window_set_content (ADW_WINDOW (window), content);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                          gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (window, keys);
  return window;
#endif
}

static GtkWidget *
get_content (GtkWidget *dialog)
{
#if ADW_CHECK_VERSION(1, 5, 0)
  return adw_dialog_get_child (ADW_DIALOG (dialog));
#else
  return adw_window_get_content (ADW_WINDOW (dialog));
#endif
}

#if ADW_CHECK_VERSION(1, 5, 0)
static void
close_attempt_cb (GtkWidget            *dialog,
                  ParlanceMayCloseFunc  may_close)
{
  if (may_close (get_content (dialog)))
    adw_dialog_force_close (ADW_DIALOG (dialog));
}
#else
static gboolean
close_request_cb (GtkWidget            *dialog,
                  ParlanceMayCloseFunc  may_close)
{
  return !may_close (get_content (dialog));
}
#endif

void
parlance_compat_dialog_guard (GtkWidget            *dialog,
                              ParlanceMayCloseFunc  may_close)
{
#if ADW_CHECK_VERSION(1, 5, 0)
  adw_dialog_set_can_close (ADW_DIALOG (dialog), FALSE);
  g_signal_connect (dialog, "close-attempt", G_CALLBACK (close_attempt_cb), may_close);
#else
  g_signal_connect (dialog, "close-request", G_CALLBACK (close_request_cb), may_close);
#endif
}

void
parlance_compat_dialog_present (GtkWidget *dialog,
                                GtkWindow *parent)
{
#if ADW_CHECK_VERSION(1, 5, 0)
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (parent));
#else
  gtk_window_set_transient_for (GTK_WINDOW (dialog), parent);
  /* The program's shortcuts hold here too. */
  gtk_window_set_application (GTK_WINDOW (dialog), gtk_window_get_application (parent));
  gtk_window_set_modal (GTK_WINDOW (dialog), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  gtk_window_present (GTK_WINDOW (dialog));
#endif
}

void
parlance_compat_dialog_close (GtkWidget *widget)
{
#if ADW_CHECK_VERSION(1, 5, 0)
  adw_dialog_force_close (ADW_DIALOG (gtk_widget_get_ancestor (widget, ADW_TYPE_DIALOG)));
#else
  gtk_window_destroy (GTK_WINDOW (gtk_widget_get_root (widget)));
#endif
}
