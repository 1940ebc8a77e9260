/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-text.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A label for text to read: wraps, can be selected, and its links ask "transcript.open-link". */
GtkWidget *parlance_prose_new (void);
/* Shows bytes @start to @end of @text, without a line end at their end. */
void       parlance_prose_set (GtkLabel         *label,
                               const char       *text,
                               size_t            start,
                               size_t            end,
                               GArray           *spans,
                               ParlanceTextKind  kind);

G_END_DECLS
