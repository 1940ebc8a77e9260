/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Masks @token in @text, which is valid UTF-8: whole, or eight characters of it or more; as it is,
 * in other capitals, percent-encoded, or in base64. */
void parlance_mask_token (GString    *text,
                          const char *token);

G_END_DECLS
