/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_COMPLETION (parlance_completion_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceCompletion, parlance_completion, PARLANCE, COMPLETION, GObject)

/**
 * ParlanceCompletion:
 * Offers words below a text field while the person types: those that contain the text. Arrows move,
 * Enter takes the marked one, Escape closes; any other text stays as it was typed. Lives as long as
 * the field.
 */
ParlanceCompletion *parlance_completion_new       (GtkWidget          *field);
/* @words: (nullable); empty ones are left out */
void                parlance_completion_set_words (ParlanceCompletion *self,
                                                   const char *const  *words);

G_END_DECLS
