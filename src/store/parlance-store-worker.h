/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-job.h"

G_BEGIN_DECLS

/**
 * ParlanceStoreWorker:
 * The thread that owns the database, and the queue that leads to it. Jobs come back in the main
 * context of who waits for them: their @done is called there, then they are freed.
 */
typedef struct _ParlanceStoreWorker ParlanceStoreWorker;

/* What happens, in @context, when a job failed for which nobody waits: once until one succeeds. */
typedef void (*ParlanceStoreWorkerFailed) (const GError *error,
                                           gpointer      user_data);

ParlanceStoreWorker *parlance_store_worker_new  (const char                *path,
                                                 GMainContext              *context,
                                                 ParlanceStoreWorkerFailed  failed,
                                                 gpointer                   user_data);
/* Takes @job. */
void                 parlance_store_worker_push (ParlanceStoreWorker       *self,
                                                 ParlanceJob               *job);
/* Waits until all that was pushed has been carried out; @failed is not called any more. */
void                 parlance_store_worker_free (ParlanceStoreWorker       *self);

G_END_DECLS
