/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What comes into a field at once is taken as a whole or, where it is so long that laying it out
 * would hold up the window, refused: nothing that was there is lost. */

void parlance_paste_attach      (GtkTextView *view);
/* For a field of one line. */
void parlance_paste_attach_line (GtkEditable *editable);

G_END_DECLS
