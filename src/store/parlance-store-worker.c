/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-store-worker.h"

#include "parlance-store.h"

#include <glib/gi18n.h>

/* Appends that queued up share a transaction, up to so many. */
#define GROUP_MAX 256

/* Outlives the worker where a report of it is still on its way. */
typedef struct
{
  GMainContext              *context;
  ParlanceStoreWorkerFailed  failed; /* %NULL when the worker is gone; main thread only */
  gpointer                   user_data;
} Listener;

struct _ParlanceStoreWorker
{
  GThread          *thread;
  GAsyncQueue      *queue;
  Listener         *listener; /* atomic box */

  /* The thread's own. */
  char             *path;
  ParlanceDatabase *database;
  GError           *closed;   /* why there is no database */
  gboolean          failing;
};

typedef struct
{
  Listener *listener;
  GError   *error;
} Report;

static void
clear_listener (gpointer data)
{
  g_main_context_unref (((Listener *) data)->context);
}

static void
release_listener (Listener *listener)
{
  g_atomic_rc_box_release_full (listener, clear_listener);
}

static void
report_free (gpointer data)
{
  Report *report = data;

  release_listener (report->listener);
  g_error_free (report->error);
  g_free (report);
}

static gboolean
on_report (gpointer user_data)
{
  Report *report = user_data;

  if (report->listener->failed)
    report->listener->failed (report->error, report->listener->user_data);

  return G_SOURCE_REMOVE;
}

static gboolean
on_done (gpointer user_data)
{
  ParlanceJob *job = user_data;

  job->done (job);

  return G_SOURCE_REMOVE;
}

static void
attach (GMainContext   *context,
        GSourceFunc     callback,
        gpointer        data,
        GDestroyNotify  destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, callback, data, destroy);
  g_source_set_static_name (source, "parlance-store");
  g_source_attach (source, context);
}

/* Takes @job back to where it came from, or frees it. */
static void
deliver (ParlanceStoreWorker *self,
         ParlanceJob         *job,
         GError              *error)
{
  gboolean saves = !job->task || job->kind == PARLANCE_JOB_ADD_MESSAGE;

  if (!error && saves)
    self->failing = FALSE;

  if (job->task)
    {
      job->error = error;
      attach (g_task_get_context (job->task), on_done, job, (GDestroyNotify) parlance_job_free);
      return;
    }

  if (error && !self->failing)
    {
      Report *report = g_new0 (Report, 1);

      report->listener = g_atomic_rc_box_acquire (self->listener);
      report->error = g_error_copy (error);
      attach (self->listener->context, on_report, report, report_free);
      self->failing = TRUE;
    }

  g_clear_error (&error);
  parlance_job_free (job);
}

static void
close_database (ParlanceStoreWorker *self)
{
  g_clear_pointer (&self->database, parlance_database_free);
  g_clear_error (&self->closed);
  g_set_error_literal (&self->closed, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_FAILED,
                       _("The database is closed."));
}

static gboolean
open_database (ParlanceStoreWorker  *self,
               ParlanceJob          *job,
               GError              **error)
{
  GError *failure = NULL;

  g_clear_pointer (&self->database, parlance_database_free);
  self->database = parlance_database_open (self->path, &failure);
  if (self->database && parlance_job_run (job, self->database, &failure))
    return TRUE;

  /* From now on this is what each request is told. */
  g_clear_pointer (&self->database, parlance_database_free);
  g_clear_error (&self->closed);
  self->closed = g_error_copy (failure);
  g_propagate_error (error, failure);
  return FALSE;
}

static void
run_one (ParlanceStoreWorker *self,
         ParlanceJob         *job)
{
  GError *error = NULL;

  if (g_cancellable_set_error_if_cancelled (job->cancellable, &error))
    ;
  else if (job->kind == PARLANCE_JOB_OPEN)
    open_database (self, job, &error);
  else if (job->kind == PARLANCE_JOB_CLOSE)
    close_database (self);
  else if (!self->database)
    error = g_error_copy (self->closed);
  else
    parlance_job_run (job, self->database, &error);

  deliver (self, job, error);
}

/* Runs @first and the appends behind it; returns the job that came after them, if any. */
static ParlanceJob *
run_appends (ParlanceStoreWorker *self,
             ParlanceJob         *first)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  ParlanceJob *next = NULL;

  g_ptr_array_add (jobs, first);
  while (jobs->len < GROUP_MAX && (next = g_async_queue_try_pop (self->queue)) &&
         next->kind == PARLANCE_JOB_APPEND)
    g_ptr_array_add (jobs, g_steal_pointer (&next));

  if (self->database)
    parlance_job_run_appends (jobs, self->database, &error);
  else
    error = g_error_copy (self->closed);

  for (unsigned i = 0; i < jobs->len; i++)
    deliver (self, g_ptr_array_index (jobs, i), error ? g_error_copy (error) : NULL);

  return next;
}

static gpointer
work (gpointer data)
{
  ParlanceStoreWorker *self = data;
  ParlanceJob         *job = NULL;

  close_database (self);

  for (;;)
    {
      if (!job)
        job = g_async_queue_pop (self->queue);

      if (job->kind == PARLANCE_JOB_QUIT)
        break;

      if (job->kind == PARLANCE_JOB_APPEND)
        job = run_appends (self, job);
      else
        run_one (self, g_steal_pointer (&job));
    }

  parlance_job_free (job);
  g_clear_pointer (&self->database, parlance_database_free);
  return NULL;
}

ParlanceStoreWorker *
parlance_store_worker_new (const char                *path,
                           GMainContext              *context,
                           ParlanceStoreWorkerFailed  failed,
                           gpointer                   user_data)
{
  ParlanceStoreWorker *self = g_new0 (ParlanceStoreWorker, 1);

  self->path = g_strdup (path);
  self->queue = g_async_queue_new ();
  self->listener = g_atomic_rc_box_new0 (Listener);
  self->listener->context = g_main_context_ref (context);
  self->listener->failed = failed;
  self->listener->user_data = user_data;
  self->thread = g_thread_new ("parlance-store", work, self);

  return self;
}

void
parlance_store_worker_push (ParlanceStoreWorker *self,
                            ParlanceJob         *job)
{
  g_async_queue_push (self->queue, job);
}

void
parlance_store_worker_free (ParlanceStoreWorker *self)
{
  self->listener->failed = NULL;
  parlance_store_worker_push (self, parlance_job_new (PARLANCE_JOB_QUIT));
  g_thread_join (self->thread);

  g_async_queue_unref (self->queue);
  release_listener (self->listener);
  g_clear_error (&self->closed);
  g_free (self->path);
  g_free (self);
}
