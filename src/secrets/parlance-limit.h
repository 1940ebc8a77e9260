/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ParlanceLimit:
 * Ends a task at its time limit or when its own cancellable is cancelled, whether or not
 * the call that it waits for ever returns: a daemon that hangs may not answer even a cancel. What
 * the call brings after that is to be dropped; parlance_limit_is_over() tells.
 */
typedef struct _ParlanceLimit ParlanceLimit;

/* Watches @task until parlance_limit_lift(), which has to come before the task returns. The limit
 * belongs to the task, as its data or in them. */
ParlanceLimit *parlance_limit_new             (GTask         *task,
                                               int            timeout_ms);
/* For the calls that the task makes: cancelled when the limit is reached. */
GCancellable  *parlance_limit_get_cancellable (ParlanceLimit *self);
/* Whether the task was ended by its limit. */
gboolean       parlance_limit_is_over         (ParlanceLimit *self);
void           parlance_limit_lift            (ParlanceLimit *self);
void           parlance_limit_free            (ParlanceLimit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceLimit, parlance_limit_free)

G_END_DECLS
