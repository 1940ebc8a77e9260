/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-service.h"

G_BEGIN_DECLS

/* One chat call: @body goes to @account's /chat/completions, what comes back through the parser
 * and the decoder to @func (nullable). With @probe it ends at the first chunk that is no error.
 * Fails only with %G_IO_ERROR_CANCELLED. Inside provider/ only. */
void             parlance_exchange_run_async  (ParlanceHttp         *http,
                                               ParlanceAccount      *account,
                                               const char           *token,
                                               GBytes               *body,
                                               gboolean              probe,
                                               ParlanceDeltaFunc     func,
                                               gpointer              func_data,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
ParlanceOutcome *parlance_exchange_run_finish (GAsyncResult         *result,
                                               GError              **error);
/* (transfer full): the address of @path below the account's base URL. */
char            *parlance_exchange_dup_url    (ParlanceAccount      *account,
                                               const char           *path);

G_END_DECLS
