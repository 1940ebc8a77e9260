/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where a server is, as far as its name or address alone, in small letters, can say. */
gboolean parlance_host_is_loopback (const char *host);
/* On this machine or in a private network. */
gboolean parlance_host_is_private  (const char *host);

G_END_DECLS
