/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-job.h"

G_BEGIN_DECLS

/**
 * ParlanceStoreWorker:
 * The thread that owns the database, and the queue that leads to it. Jobs come back in the main
 * context: that of their task, where their @done is called, or that of the worker; then they are
 * freed.
 *
 * A database that is found damaged, at its opening or later, is set aside and replaced by a new one
 * with all that could be read of it; what was asked for then is asked of that one.
 */
typedef struct _ParlanceStoreWorker ParlanceStoreWorker;

/* What happens, in the worker's context, as long as the worker lives. */
typedef struct
{
  /* A job came back for which nobody waits. What it holds may be taken. */
  void (*returned)  (ParlanceJob *job,
                     gpointer     user_data);
  void (*set_aside) (const char  *path,
                     gpointer     user_data);
} ParlanceStoreWorkerEvents;

ParlanceStoreWorker *parlance_store_worker_new  (const char                      *path,
                                                 GMainContext                    *context,
                                                 const ParlanceStoreWorkerEvents *events,
                                                 gpointer                         user_data);
/* Takes @job. */
void                 parlance_store_worker_push (ParlanceStoreWorker             *self,
                                                 ParlanceJob                     *job);
/* Waits until all that was pushed has been carried out; no event comes after it. */
void                 parlance_store_worker_free (ParlanceStoreWorker             *self);

G_END_DECLS
