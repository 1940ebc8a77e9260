/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-account.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ParlanceKeyringState:
 * What looking up a token found.
 */
typedef enum
{
  PARLANCE_KEYRING_FOUND,
  PARLANCE_KEYRING_MISSING,     /* the keyring is open and has no token for this account */
  PARLANCE_KEYRING_LOCKED,      /* the keyring is locked: unlock when the person asks */
  PARLANCE_KEYRING_UNAVAILABLE, /* no Secret Service, or it failed; see the error's message */
} ParlanceKeyringState;

/**
 * ParlanceKeyringError:
 * What went wrong, as the person can act on it; the messages are for the person.
 * Cancelled calls give %G_IO_ERROR_CANCELLED instead.
 */
typedef enum
{
  PARLANCE_KEYRING_ERROR_LOCKED,      /* unlock, then again; nobody was asked */
  PARLANCE_KEYRING_ERROR_REFUSED,     /* a keyring serves, but did not do it */
  PARLANCE_KEYRING_ERROR_UNAVAILABLE, /* no keyring serves */
  PARLANCE_KEYRING_ERROR_SILENT,      /* one serves, but does not answer in time */
  PARLANCE_KEYRING_ERROR_DISMISSED,   /* its prompt ended without the keyring being open */
} ParlanceKeyringError;

#define PARLANCE_KEYRING_ERROR (parlance_keyring_error_quark ())

GQuark parlance_keyring_error_quark (void);

#define PARLANCE_TYPE_KEYRING (parlance_keyring_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceKeyring, parlance_keyring, PARLANCE, KEYRING, GObject)

/**
 * ParlanceKeyring:
 * Tokens in the system keyring, one item an account, with the attributes account id, label and
 * base URL. Where no keyring serves, tokens are kept in memory for this run only; never in
 * clear anywhere else. Never takes "nothing found" for "none" while locked, and never overwrites
 * on it.
 *
 * Properties: "run-only" (read only: whether a token is kept for this run only, because no
 * keyring took it), and construct-only "timeout" in ms (10,000): when a keyring that does
 * not answer counts as unavailable. Unlocking has no time limit.
 */
ParlanceKeyring      *parlance_keyring_new           (void);
gboolean              parlance_keyring_get_run_only  (ParlanceKeyring       *self);

void                  parlance_keyring_lookup_async  (ParlanceKeyring       *self,
                                                      ParlanceAccount       *account,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
/* *@token (transfer full): set on FOUND only; free it with parlance_token_free(). @error is set
 * on UNAVAILABLE only, also when cancelled. */
ParlanceKeyringState  parlance_keyring_lookup_finish (ParlanceKeyring       *self,
                                                      GAsyncResult          *result,
                                                      char                 **token,
                                                      GError               **error);

/* Keeps @token for @account, replacing what was there. It is the person's act: a locked keyring
 * may show its prompt, and while that can be, neither "timeout" nor @cancellable ends it. With no
 * Secret Service, or one that does not answer, the token is kept for this run ("run-only"), which
 * is no error. A keyring that
 * is locked or refuses is: the finish returns %FALSE, the token is then NOT kept
 * (parlance_keyring_keep_for_run() does on request). */
void                  parlance_keyring_store_async   (ParlanceKeyring       *self,
                                                      ParlanceAccount       *account,
                                                      const char            *token,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
gboolean              parlance_keyring_store_finish  (ParlanceKeyring       *self,
                                                      GAsyncResult          *result,
                                                      GError               **error);
void                  parlance_keyring_keep_for_run  (ParlanceKeyring       *self,
                                                      ParlanceAccount       *account,
                                                      const char            *token);

/* Removes what the keyring has for @account, and what is kept for this run. That there was nothing
 * is no error; that the keyring is locked is. */
void                  parlance_keyring_remove_async  (ParlanceKeyring       *self,
                                                      ParlanceAccount       *account,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
gboolean              parlance_keyring_remove_finish (ParlanceKeyring       *self,
                                                      GAsyncResult          *result,
                                                      GError               **error);

/* Asks the person, through the keyring's own prompt, to unlock. Only on the person's request; it
 * cannot be cancelled (cancelling an open prompt kills the daemon). */
void                  parlance_keyring_unlock_async  (ParlanceKeyring       *self,
                                                      ParlanceAccount       *account,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
gboolean              parlance_keyring_unlock_finish (ParlanceKeyring       *self,
                                                      GAsyncResult          *result,
                                                      GError               **error);

/* Which accounts have an item, as the items' attributes say: id, label and base URL, with the
 * preset "custom"; no token is read. For a database that has lost its accounts. Never prompts:
 * those of a keyring that is locked are not found. */
void                  parlance_keyring_list_async    (ParlanceKeyring       *self,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
/* (transfer full) (element-type ParlanceAccount): the one whose token is the newest first. */
GPtrArray            *parlance_keyring_list_finish   (ParlanceKeyring       *self,
                                                      GAsyncResult          *result,
                                                      GError               **error);

/* Wipes and frees; %NULL is allowed. */
void                  parlance_token_free            (char                  *token);

G_END_DECLS
