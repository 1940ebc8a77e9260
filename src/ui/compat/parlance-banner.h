/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_BANNER (parlance_banner_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceBanner, parlance_banner, PARLANCE, BANNER, AdwBin)

/**
 * ParlanceBanner:
 * A line across the window that stays as long as something holds.
 *
 * Signal "clicked": the button was pressed.
 */
GtkWidget *parlance_banner_new  (void);
/* @button: (nullable): no button */
void       parlance_banner_show (ParlanceBanner *self,
                                 const char     *title,
                                 const char     *button);
void       parlance_banner_hide (ParlanceBanner *self);

G_END_DECLS
