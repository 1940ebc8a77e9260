/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-spinner.h"

#define SIZE 16 /* px, as of an icon in a row */

struct _ParlanceSpinner
{
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (ParlanceSpinner, parlance_spinner, ADW_TYPE_BIN)

#if ADW_CHECK_VERSION(1, 6, 0)
#define CHILD_TYPE ADW_TYPE_SPINNER
#else
#define CHILD_TYPE GTK_TYPE_SPINNER

/* GtkSpinner would keep the frame clock busy where nobody sees it. */
static void
parlance_spinner_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (parlance_spinner_parent_class)->map (widget);
  gtk_spinner_start (GTK_SPINNER (adw_bin_get_child (ADW_BIN (widget))));
}

static void
parlance_spinner_unmap (GtkWidget *widget)
{
  gtk_spinner_stop (GTK_SPINNER (adw_bin_get_child (ADW_BIN (widget))));
  GTK_WIDGET_CLASS (parlance_spinner_parent_class)->unmap (widget);
}
#endif

static void
parlance_spinner_class_init (ParlanceSpinnerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
#if !ADW_CHECK_VERSION(1, 6, 0)
  widget_class->map = parlance_spinner_map;
  widget_class->unmap = parlance_spinner_unmap;
#endif
}

static void
parlance_spinner_init (ParlanceSpinner *self)
{
  adw_bin_set_child (ADW_BIN (self),
                     g_object_new (CHILD_TYPE,
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                   "width-request", SIZE,
                                   "height-request", SIZE,
                                   "halign", GTK_ALIGN_CENTER,
                                   "valign", GTK_ALIGN_CENTER,
                                   NULL));
}

GtkWidget *
parlance_spinner_new (void)
{
  return g_object_new (PARLANCE_TYPE_SPINNER, NULL);
}
