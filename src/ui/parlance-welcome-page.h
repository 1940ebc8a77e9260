/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_WELCOME_PAGE (parlance_welcome_page_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceWelcomePage, parlance_welcome_page, PARLANCE, WELCOME_PAGE, AdwBin)

/**
 * ParlanceWelcomePage:
 * The first start: from a token to the first message in three steps.
 *
 * Signal "done": token and model work.
 */
GtkWidget *parlance_welcome_page_new   (ParlanceSession     *session);
void       parlance_welcome_page_focus (ParlanceWelcomePage *self);

G_END_DECLS
