/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends what the reference of @length bytes ("&amp;", "&#x41;") stands for: itself if the name
 * is not known, U+FFFD for what is no character. */
void parlance_entity_append    (GString    *out,
                                const char *entity,
                                size_t      length);
/* Appends @length bytes of @text with its references and backslash escapes resolved. */
void parlance_entity_unescape  (GString    *out,
                                const char *text,
                                size_t      length);

G_END_DECLS
