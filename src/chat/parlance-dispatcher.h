/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_DISPATCHER (parlance_dispatcher_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceDispatcher, parlance_dispatcher, PARLANCE, DISPATCHER, GObject)

/**
 * ParlanceDispatcher:
 * Lets one call at a time through for each account, in the order in which they asked.
 */
ParlanceDispatcher *parlance_dispatcher_new            (void);
/* Whether a call of that account is under way, so that the next one waits. */
gboolean            parlance_dispatcher_is_taken       (ParlanceDispatcher   *self,
                                                        const char           *account_id);
/* Waits for the turn. A cancelled one leaves the queue at once. Never calls back before it
 * returns. */
void                parlance_dispatcher_acquire_async  (ParlanceDispatcher   *self,
                                                        const char           *account_id,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
/* %TRUE: it is the caller's turn until parlance_dispatcher_release(). */
gboolean            parlance_dispatcher_acquire_finish (ParlanceDispatcher   *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
void                parlance_dispatcher_release        (ParlanceDispatcher   *self,
                                                        const char           *account_id);

G_END_DECLS
