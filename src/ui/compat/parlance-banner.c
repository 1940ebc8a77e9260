/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-banner.h"

#include "parlance-compat.h"

struct _ParlanceBanner
{
  AdwBin       parent_instance;

#if ADW_CHECK_VERSION(1, 3, 0)
  AdwBanner   *banner;
#else
  GtkRevealer *revealer;
  GtkLabel    *title;
  GtkButton   *button;
#endif
};

enum
{
  SIGNAL_CLICKED,
  N_SIGNALS
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceBanner, parlance_banner, ADW_TYPE_BIN)

static void
clicked_cb (ParlanceBanner *self)
{
  g_signal_emit (self, signals[SIGNAL_CLICKED], 0);
}

static void
parlance_banner_class_init (ParlanceBannerClass *klass)
{
  signals[SIGNAL_CLICKED] = g_signal_new ("clicked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_banner_init (ParlanceBanner *self)
{
#if ADW_CHECK_VERSION(1, 3, 0)
  self->banner = ADW_BANNER (adw_banner_new (""));
  adw_banner_set_use_markup (self->banner, FALSE);
  g_signal_connect_object (self->banner, "button-clicked", G_CALLBACK (clicked_cb), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->banner));
#else
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->title, TRUE);
  gtk_label_set_justify (self->title, GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "heading");
  gtk_widget_set_hexpand (GTK_WIDGET (self->title), TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->title), GTK_ALIGN_CENTER);

  self->button = GTK_BUTTON (gtk_button_new ());
  gtk_button_set_use_underline (self->button, TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->button), GTK_ALIGN_CENTER);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (clicked_cb), self,
                           G_CONNECT_SWAPPED);

  gtk_widget_add_css_class (box, "parlance-banner");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->button));

  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->revealer, box);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->revealer));
#endif
}

GtkWidget *
parlance_banner_new (void)
{
  return g_object_new (PARLANCE_TYPE_BANNER, NULL);
}

void
parlance_banner_show (ParlanceBanner *self,
                      const char     *title,
                      const char     *button)
{
  g_return_if_fail (PARLANCE_IS_BANNER (self));

#if ADW_CHECK_VERSION(1, 3, 0)
  if (!adw_banner_get_revealed (self->banner)
      || !g_str_equal (adw_banner_get_title (self->banner), title))
    parlance_compat_announce (GTK_WIDGET (self), title);
  adw_banner_set_title (self->banner, title);
  adw_banner_set_button_label (self->banner, button);
  adw_banner_set_revealed (self->banner, TRUE);
#else
  gtk_label_set_text (self->title, title);
  gtk_widget_set_visible (GTK_WIDGET (self->button), button != NULL);
  if (button != NULL)
    parlance_compat_set_label (self->button, button);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
#endif
}

void
parlance_banner_hide (ParlanceBanner *self)
{
  g_return_if_fail (PARLANCE_IS_BANNER (self));

#if ADW_CHECK_VERSION(1, 3, 0)
  adw_banner_set_revealed (self->banner, FALSE);
#else
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
#endif
}
