/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-judge.h"
#include "parlance-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_TOKEN_GROUP (parlance_token_group_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceTokenGroup, parlance_token_group, PARLANCE, TOKEN_GROUP,
                      AdwPreferencesGroup)

/**
 * ParlanceTokenGroup:
 * The row of the account's token. What is pasted goes to the keyring as soon as it has settled.
 *
 * Signals: "edited" (by the person), "activated" (Enter), "stored" (kept: boolean, the keyring has
 * answered), "removed" (token: string, for an undo).
 */
void     parlance_token_group_set_session  (ParlanceTokenGroup   *self,
                                            ParlanceSession      *session);
/* (transfer full): what is in the row, cleaned; never %NULL. Free it with parlance_token_free(). */
char    *parlance_token_group_dup_token    (ParlanceTokenGroup   *self);
/* Keeps what is in the row now. %TRUE: the keyring is at work, "stored" follows. */
gboolean parlance_token_group_keep         (ParlanceTokenGroup   *self);
/* Undoes a removal, unless another token has been entered. */
void     parlance_token_group_restore      (ParlanceTokenGroup   *self,
                                            const char           *token);
void     parlance_token_group_show_verdict (ParlanceTokenGroup   *self,
                                            ParlanceVerdict      *verdict,
                                            const ParlancePreset *preset);
/* Says that there is none. */
void     parlance_token_group_show_missing (ParlanceTokenGroup   *self);
void     parlance_token_group_clear_report (ParlanceTokenGroup   *self);
void     parlance_token_group_focus        (ParlanceTokenGroup   *self);

G_END_DECLS
