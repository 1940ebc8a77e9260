/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-welcome-page.h"

#include "parlance-compat.h"
#include "parlance-account-rows.h"
#include "parlance-notices.h"
#include "parlance-pane.h"
#include "parlance-spinner.h"

#include <glib/gi18n.h>

struct _ParlanceWelcomePage
{
  AdwBin               parent_instance;

  ParlancePane        *pane;
  GtkWidget           *header;
  GtkBox              *content;
  GtkWidget           *buttons;
  GtkWidget           *start_button;
  GtkLabel            *start_label;
  GtkWidget           *spinner;
  ParlanceAccountRows *rows;
};

enum
{
  SIGNAL_DONE,
  N_SIGNALS
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceWelcomePage, parlance_welcome_page, ADW_TYPE_BIN)

static void
checking_cb (ParlanceWelcomePage *self)
{
  gboolean checking = parlance_account_rows_get_checking (self->rows);

  gtk_widget_set_visible (self->spinner, checking);
  gtk_label_set_label (self->start_label, checking ? _("_Cancel") : _("_Start Chatting"));
  if (checking)
    gtk_widget_remove_css_class (self->start_button, "suggested-action");
  else
    gtk_widget_add_css_class (self->start_button, "suggested-action");
}

static void
start_cb (ParlanceWelcomePage *self)
{
  if (parlance_account_rows_get_checking (self->rows))
    parlance_account_rows_cancel (self->rows);
  else
    parlance_account_rows_check (self->rows);
}

static void
checked_cb (ParlanceWelcomePage *self,
            gboolean             good)
{
  if (good)
    g_signal_emit (self, signals[SIGNAL_DONE], 0);
}

static void
parlance_welcome_page_class_init (ParlanceWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[SIGNAL_DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PARLANCE_TYPE_PANE);
  g_type_ensure (PARLANCE_TYPE_SPINNER);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/parlance_chat/Parlance/parlance-welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, pane);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, header);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, content);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, buttons);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, start_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, start_label);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, spinner);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_welcome_page_init (ParlanceWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  parlance_compat_name_parts (self->header, _("Welcome to Parlance"));
}

GtkWidget *
parlance_welcome_page_new (ParlanceSession *session)
{
  ParlanceWelcomePage *self = g_object_new (PARLANCE_TYPE_WELCOME_PAGE, NULL);

  self->rows = PARLANCE_ACCOUNT_ROWS (parlance_account_rows_new (session, TRUE));
  gtk_box_insert_child_after (self->content, GTK_WIDGET (self->rows),
                              gtk_widget_get_prev_sibling (self->buttons));
  parlance_pane_add_top_bar (self->pane, parlance_notices_new (session));
  g_signal_connect_object (self->rows, "notify::checking", G_CALLBACK (checking_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rows, "checked", G_CALLBACK (checked_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rows, "activated", G_CALLBACK (parlance_account_rows_check),
                           self->rows, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

void
parlance_welcome_page_focus (ParlanceWelcomePage *self)
{
  g_return_if_fail (PARLANCE_IS_WELCOME_PAGE (self));

  parlance_account_rows_focus (self->rows);
}
