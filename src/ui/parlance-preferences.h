/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_PREFERENCES (parlance_preferences_get_type ())

G_DECLARE_FINAL_TYPE (ParlancePreferences, parlance_preferences, PARLANCE, PREFERENCES, AdwBin)

/**
 * ParlancePreferences:
 * The content of the preferences dialog: the account, and whether it works.
 */
GtkWidget *parlance_preferences_new       (ParlanceSession *session);
/* Whether all that was typed in @content could be taken. Where not, the person is asked whether to
 * go on with it, or to lose it and close. */
gboolean   parlance_preferences_may_close (GtkWidget       *content);

G_END_DECLS
