/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-preferences.h"

#include "parlance-account-rows.h"
#include "parlance-compat.h"
#include "parlance-pane.h"
#include "parlance-spinner.h"
#include "parlance-text.h"

#include <glib/gi18n.h>

struct _ParlancePreferences
{
  AdwBin               parent_instance;

  AdwToastOverlay     *toasts;
  GtkBox              *content;
  AdwActionRow        *check_row;
  GtkButton           *check_button;
  GtkWidget           *spinner;
  GtkWidget           *good;
  ParlanceAccountRows *rows;
  gboolean             asking; /* whether to close, and lose what cannot be used */
};

G_DEFINE_FINAL_TYPE (ParlancePreferences, parlance_preferences, ADW_TYPE_BIN)

/* Forgets the verdict of an earlier check. */
static void
show_checking (ParlancePreferences *self)
{
  gboolean checking = parlance_account_rows_get_checking (self->rows);

  gtk_widget_set_visible (self->spinner, checking);
  parlance_compat_set_label (self->check_button,
                             checking ? _("_Cancel") : C_("button", "_Check"));
  gtk_widget_set_visible (self->good, FALSE);
  adw_action_row_set_subtitle (self->check_row,
                               checking ? _("Asking the service…") : _("Costs one call"));
}

static void
checked_cb (ParlancePreferences *self,
            gboolean             good)
{
  gtk_widget_set_visible (self->good, good);
  adw_action_row_set_subtitle (self->check_row,
                               good ? _("Token and model work") : _("Something has to be changed"));
  if (good)
    parlance_compat_announce (GTK_WIDGET (self), _("Token and model work"));
}

static void
check_cb (ParlancePreferences *self)
{
  if (parlance_account_rows_get_checking (self->rows))
    parlance_account_rows_cancel (self->rows);
  else
    parlance_account_rows_check (self->rows);
}

static void
undo_remove_cb (AdwToast            *toast,
                ParlancePreferences *self)
{
  parlance_account_rows_restore_token (self->rows, g_object_get_data (G_OBJECT (toast), "token"));
}

/* The window's own name for it: what is in both need not know where it is. */
static void
toast_cb (GtkWidget  *widget,
          const char *name,
          GVariant   *parameter)
{
  ParlancePreferences *self = PARLANCE_PREFERENCES (widget);
  g_autofree char *line = parlance_text_line (g_variant_get_string (parameter, NULL));
  g_autofree char *escaped = g_markup_escape_text (line, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static void
removed_cb (ParlancePreferences *self,
            const char          *token)
{
  AdwToast *toast = adw_toast_new (_("Token removed"));

  adw_toast_set_button_label (toast, _("Undo"));
  g_object_set_data_full (G_OBJECT (toast), "token", g_strdup (token),
                          (GDestroyNotify) parlance_token_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_remove_cb), self, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
parlance_preferences_class_init (ParlancePreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (PARLANCE_TYPE_PANE);
  g_type_ensure (PARLANCE_TYPE_SPINNER);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/parlance_chat/Parlance/parlance-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferences, toasts);
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferences, content);
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferences, check_row);
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferences, check_button);
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferences, spinner);
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferences, good);
  gtk_widget_class_bind_template_callback (widget_class, check_cb);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", toast_cb);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_preferences_init (ParlancePreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Once the question is gone, which is a part of this dialog. */
static gboolean
close_cb (gpointer user_data)
{
  if (gtk_widget_get_root (user_data) != NULL)
    parlance_compat_dialog_close (user_data);

  return G_SOURCE_REMOVE;
}

static void
answered_cb (gboolean discard,
             gpointer user_data)
{
  ParlancePreferences *self = user_data;

  self->asking = FALSE;
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;

  if (!discard)
    parlance_account_rows_focus_problem (self->rows);
  else
    {
      parlance_account_rows_discard (self->rows);
      g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_cb, g_object_ref (self), g_object_unref);
    }
}

gboolean
parlance_preferences_may_close (GtkWidget *content)
{
  ParlancePreferences *self = PARLANCE_PREFERENCES (content);

  if (parlance_account_rows_take (self->rows))
    return TRUE;
  if (self->asking)
    return FALSE;

  self->asking = TRUE;
  parlance_compat_ask (GTK_WINDOW (gtk_widget_get_root (content)),
                       &(ParlanceQuestion) {
                         .heading = _("Discard Changes?"),
                         .body = _("Something that you entered cannot be used. If you close now, "
                                   "what was there before stays in use."),
                         .cancel = _("_Keep Editing"),
                         .accept = _("_Discard"),
                         .destructive = TRUE,
                       },
                       answered_cb, g_object_ref (self), g_object_unref);

  return FALSE;
}

GtkWidget *
parlance_preferences_new (ParlanceSession *session)
{
  ParlancePreferences *self = g_object_new (PARLANCE_TYPE_PREFERENCES, NULL);

  self->rows = PARLANCE_ACCOUNT_ROWS (parlance_account_rows_new (session, FALSE));
  gtk_box_prepend (self->content, GTK_WIDGET (self->rows));
  parlance_compat_name_parts (
    gtk_widget_get_ancestor (GTK_WIDGET (self->check_row), ADW_TYPE_PREFERENCES_GROUP),
    adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self->check_row)));
  g_signal_connect_object (self->rows, "notify::checking", G_CALLBACK (show_checking), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rows, "edited", G_CALLBACK (show_checking), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rows, "checked", G_CALLBACK (checked_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rows, "removed", G_CALLBACK (removed_cb), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
