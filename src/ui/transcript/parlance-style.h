/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes the default display draw the transcript and the composer as they are meant. Once. */
void parlance_style_load (void);

G_END_DECLS
