/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Makes what is put into @view plain text without NUL, of at most a megabyte at a time. More is
 * refused, with a word on "win.toast". */
void parlance_paste_attach (GtkTextView *view);

G_END_DECLS
