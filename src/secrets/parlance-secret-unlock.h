/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Unlocks what is at @path in the Secret Service, which may show its prompt and wait for the person
 * as long as they like; it cannot be cancelled. Not by libsecret: where the service goes while its
 * prompt is open, that never returns (0.20.5). */
void      parlance_secret_unlock_async  (GDBusConnection      *bus,
                                         const char           *path,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
/* %FALSE with %PARLANCE_KEYRING_ERROR_DISMISSED: the prompt ended, or the service did, and it is
 * still locked. */
gboolean  parlance_secret_unlock_finish (GAsyncResult         *result,
                                         GError              **error);

G_END_DECLS
