/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-account.h"

#include <libsecret/secret.h>

G_BEGIN_DECLS

#define PARLANCE_SECRET_SERVICE_NAME      "org.freedesktop.secrets"
#define PARLANCE_SECRET_SERVICE_PATH      "/org/freedesktop/secrets"
#define PARLANCE_SECRET_SERVICE_INTERFACE "org.freedesktop.Secret.Service"

#define PARLANCE_SECRET_ACCOUNT_ID "account-id"
#define PARLANCE_SECRET_LABEL      "label"
#define PARLANCE_SECRET_BASE_URL   "base-url"

/**
 * ParlanceSecretFound:
 * @items: (element-type SecretRetrievable): what is kept for the account, the best first: open
 *   before locked, then with the account's own label and address, then the newest
 * @bus: (nullable): where the Secret Service is; %NULL with libsecret's file, which has no locks
 * @collection: (nullable): path of the default collection; %NULL where there is none
 * @is_locked: whether the default collection is locked
 */
typedef struct
{
  GPtrArray       *items;
  GDBusConnection *bus;
  char            *collection;
  gboolean         is_locked;
} ParlanceSecretFound;

const SecretSchema  *parlance_secret_get_schema      (void);
/* The same, matching its name: finds all that is ours where the keyring is open. */
const SecretSchema  *parlance_secret_get_named_schema (void);
GHashTable          *parlance_secret_dup_attributes  (ParlanceAccount      *account);
gboolean             parlance_secret_is_locked       (SecretRetrievable    *item);
/* Whether the item has just the attributes that a store for @account gives. */
gboolean             parlance_secret_is_of           (SecretRetrievable    *item,
                                                      ParlanceAccount      *account);

/* Finds without ever a prompt. It may not return before a cancel. */
void                 parlance_secret_search_async    (ParlanceAccount      *account,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
ParlanceSecretFound *parlance_secret_search_finish   (GAsyncResult         *result,
                                                      GError              **error);
void                 parlance_secret_found_free      (ParlanceSecretFound  *self);

/* The first use of libsecret, in a thread: in a sandbox it asks the portal with a call that
 * blocks, and derives a key. */
void                 parlance_secret_touch_async     (GAsyncReadyCallback   callback,
                                                      gpointer              user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceSecretFound, parlance_secret_found_free)

G_END_DECLS
