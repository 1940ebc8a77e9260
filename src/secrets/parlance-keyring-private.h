/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-keyring.h"
#include "parlance-limit.h"
#include "parlance-secret-search.h"

G_BEGIN_DECLS

/* A call under way: the data of its task. */
typedef struct
{
  ParlanceAccount      *account;
  ParlanceLimit        *limit;
  ParlanceSecretFound  *found;
  char                 *token;        /* to be stored */
  void                (*go_on) (GTask *task);
  guint                 next;         /* of the items, when one after another is deleted */
  gboolean              retried;
  gboolean              unlocked;     /* by this call */
  gboolean              was_run_only; /* to be removed, and kept for the run until now */
} ParlanceKeyringCall;

/* Starts a call with a search for what the account has; @go_on follows when that is known. The
 * first touch of the keyring may show a prompt: with @may_prompt, which is for what the person
 * asked for, it is waited for without a limit. */
void      parlance_keyring_call_start       (ParlanceKeyring *self,
                                             GTask           *task,
                                             ParlanceAccount *account,
                                             const char      *token,
                                             gboolean         may_prompt,
                                             void           (*go_on) (GTask *task));
/* Searches anew; the call's @go_on follows again. */
void      parlance_keyring_call_search      (GTask           *task);
void      parlance_keyring_call_succeed     (GTask           *task);
/* Takes @error. */
void      parlance_keyring_call_fail        (GTask           *task,
                                             GError          *error);
/* The keyring may have come back as another process, to which the session that libsecret keeps
 * means nothing: searches again, once a call. %FALSE: @error is to be reported. */
gboolean  parlance_keyring_call_retry       (GTask           *task,
                                             const GError    *error);
/* With %NULL it is forgotten. Returns whether one was kept. */
gboolean  parlance_keyring_set_run_token    (ParlanceKeyring *self,
                                             const char      *id,
                                             const char      *token);
/* (nullable) */
const char *
          parlance_keyring_get_run_token    (ParlanceKeyring *self,
                                             const char      *id);
gboolean  parlance_keyring_is_refusal       (const GError    *error);
/* Whether there is no keyring to be had: none serves, or none that answers. */
gboolean  parlance_keyring_is_absence       (const GError    *error);
GError   *parlance_keyring_new_locked_error (void);
GError   *parlance_keyring_new_silent_error (void);
GError   *parlance_keyring_new_dismissed_error
                                            (void);

G_END_DECLS
