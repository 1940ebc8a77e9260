/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-keyring.h"

G_BEGIN_DECLS

/* The keyring's calls, each awaited on the main loop. */
ParlanceAccount      *new_keyring_account (const char       *id,
                                           const char       *label);
ParlanceKeyringState  await_lookup        (ParlanceKeyring  *keyring,
                                           ParlanceAccount  *account,
                                           GCancellable     *cancellable,
                                           char            **token,
                                           GError          **error);
gboolean              await_store         (ParlanceKeyring  *keyring,
                                           ParlanceAccount  *account,
                                           const char       *token,
                                           GError          **error);
gboolean              await_remove        (ParlanceKeyring  *keyring,
                                           ParlanceAccount  *account,
                                           GError          **error);
gboolean              await_unlock        (ParlanceKeyring  *keyring,
                                           ParlanceAccount  *account,
                                           GError          **error);

/* The longest time in ms that the main loop was held up in these calls since the last question. */
int                   take_longest_hold   (void);

/* A lookup's state, and its token where one was found. */
void                  assert_lookup       (ParlanceKeyring      *keyring,
                                           ParlanceAccount      *account,
                                           ParlanceKeyringState  state,
                                           const char           *token);
/* Looks up, and expects that a keyring is there which does not answer. */
void                  assert_silent       (ParlanceKeyring      *keyring,
                                           ParlanceAccount      *account);
/* (element-type SecretRetrievable) (transfer full): what the keyring has for this account. */
GList                *await_items         (const char           *account_id);
void                  assert_n_items      (const char           *account_id,
                                           int                   n);

G_END_DECLS
