/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_ACCOUNT_ROWS (parlance_account_rows_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceAccountRows, parlance_account_rows, PARLANCE, ACCOUNT_ROWS, GtkBox)

/**
 * ParlanceAccountRows:
 * The settings of the account as lists of rows, with what is wrong with each: token, model, task,
 * service. The token goes to the keyring as soon as it has been pasted.
 *
 * Properties: "session" (construct only), "steps" (construct only: for the first start: the three
 * steps are numbered, the account is saved when a check was good; otherwise each change is),
 * "checking" (read only).
 *
 * Signals: "edited" (by the person: a verdict holds no longer), "checked" (good: boolean),
 * "activated" (Enter in the last field), "removed" (the token: a string; ask whether to undo with
 * parlance_account_rows_restore_token()).
 */
GtkWidget *parlance_account_rows_new           (ParlanceSession     *session,
                                                gboolean             steps);
/* Takes what was typed, and asks the service whether token and model work. Costs one call. */
void       parlance_account_rows_check         (ParlanceAccountRows *self);
void       parlance_account_rows_cancel        (ParlanceAccountRows *self);
/* Takes what was typed. %FALSE where something cannot be used: that is said at its row. */
gboolean   parlance_account_rows_take          (ParlanceAccountRows *self);
/* Shows what is in use again, instead of what cannot be. */
void       parlance_account_rows_discard       (ParlanceAccountRows *self);
/* Puts the focus on the first row where something cannot be used. */
void       parlance_account_rows_focus_problem (ParlanceAccountRows *self);
gboolean   parlance_account_rows_get_checking  (ParlanceAccountRows *self);
void       parlance_account_rows_restore_token (ParlanceAccountRows *self,
                                                const char          *token);
/* Puts the focus where the person has to go on. */
void       parlance_account_rows_focus         (ParlanceAccountRows *self);

G_END_DECLS
