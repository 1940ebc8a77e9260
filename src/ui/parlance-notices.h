/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_NOTICES (parlance_notices_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceNotices, parlance_notices, PARLANCE, NOTICES, AdwBin)

/**
 * ParlanceNotices:
 * Banners for what holds for the whole window: nothing can be saved, the keyring is locked, the
 * token is kept for this run only.
 */
GtkWidget *parlance_notices_new (ParlanceSession *session);

G_END_DECLS
