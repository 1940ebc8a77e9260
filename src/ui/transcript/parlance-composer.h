/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_COMPOSER (parlance_composer_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceComposer, parlance_composer, PARLANCE, COMPOSER, AdwBin)

/**
 * ParlanceComposer:
 * Where a message is written. It never empties itself: whoever took the text says so.
 *
 * Signals: "send" (unsaved: gboolean), "stop", "changed" (the text, by the person).
 */
GtkWidget  *parlance_composer_new         (void);
void        parlance_composer_focus       (ParlanceComposer *self);
/* (transfer full) */
char       *parlance_composer_dup_text    (ParlanceComposer *self);
/* Replaces the text, without "changed" and with nothing to undo. */
void        parlance_composer_set_text    (ParlanceComposer *self,
                                           const char       *text);
/* Takes out @sent, which has become a message; what was written after it stays. */
void        parlance_composer_take_text   (ParlanceComposer *self,
                                           const char       *sent);
/* Whether a reply is under way: the button then stops it, and nothing can be sent. */
void        parlance_composer_set_busy    (ParlanceComposer *self,
                                           gboolean          busy);
/* Says why nothing could be saved, and offers to send all the same. %NULL: all is well again. */
void        parlance_composer_set_problem (ParlanceComposer *self,
                                           const char       *message);

G_END_DECLS
