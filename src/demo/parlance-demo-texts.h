/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): the demo's answer to @question, in Markdown. */
char *parlance_demo_dup_answer    (const char *question);
/* (transfer full): what the thinking model thinks before it gives that answer. */
char *parlance_demo_dup_reasoning (const char *question);

G_END_DECLS
