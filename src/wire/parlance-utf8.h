/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* U+FFFD */
#define PARLANCE_UTF8_REPLACEMENT "\xef\xbf\xbd"

/* How many bytes from the start of @text are well-formed UTF-8 (NUL is a character as any). */
size_t parlance_utf8_valid_prefix (const char *text,
                                   size_t      length);
/* The length of the ill-formed sequence that @text starts with, which is what the Encoding
 * standard's decoder replaces by one U+FFFD. @text must not start well-formed or be empty. */
size_t parlance_utf8_ill_formed   (const char *text,
                                   size_t      length);

G_END_DECLS
