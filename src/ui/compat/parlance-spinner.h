/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_SPINNER (parlance_spinner_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceSpinner, parlance_spinner, PARLANCE, SPINNER, AdwBin)

/**
 * ParlanceSpinner:
 * Shows that something is going on: it turns for as long as it is to be seen. What goes on is said
 * in words beside it, so assistive technology passes over it.
 */
GtkWidget *parlance_spinner_new (void);

G_END_DECLS
