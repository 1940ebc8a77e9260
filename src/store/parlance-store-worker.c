/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-store-worker.h"

#include "parlance-salvage.h"
#include "parlance-store.h"

#include <glib/gi18n.h>

/* Appends that queued up share a transaction, up to so many. */
#define GROUP_MAX 256

/* Outlives the worker where something of it is still on its way. */
typedef struct
{
  GMainContext                    *context;
  const ParlanceStoreWorkerEvents *events; /* %NULL when the worker is gone; main thread only */
  gpointer                         user_data;
} Listener;

struct _ParlanceStoreWorker
{
  GThread          *thread;
  GAsyncQueue      *queue;
  Listener         *listener; /* atomic box */

  /* The thread's own. */
  char             *path;
  ParlanceDatabase *database;
  GError           *closed;   /* why there is no database, or why it takes nothing */
};

/* What comes back without a task: a job, or the path to which a database was set aside. */
typedef struct
{
  Listener    *listener;
  ParlanceJob *job;
  char        *path;
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
  g_clear_pointer (&report->job, parlance_job_free);
  g_free (report->path);
  g_free (report);
}

static gboolean
on_report (gpointer user_data)
{
  Report   *report = user_data;
  Listener *listener = report->listener;

  if (listener->events && report->job)
    listener->events->returned (report->job, listener->user_data);
  else if (listener->events)
    listener->events->set_aside (report->path, listener->user_data);

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

/* Takes @job and @path. */
static void
report (ParlanceStoreWorker *self,
        ParlanceJob         *job,
        char                *path)
{
  Report *made = g_new0 (Report, 1);

  made->listener = g_atomic_rc_box_acquire (self->listener);
  made->job = job;
  made->path = path;
  attach (self->listener->context, on_report, made, report_free);
}

/* Takes @job back to where it came from. */
static void
deliver (ParlanceStoreWorker *self,
         ParlanceJob         *job,
         GError              *error)
{
  job->error = error;
  if (job->task)
    attach (g_task_get_context (job->task), on_done, job, (GDestroyNotify) parlance_job_free);
  else
    report (self, job, NULL);
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
is_error (const GError       *error,
          ParlanceStoreError  code)
{
  return g_error_matches (error, PARLANCE_STORE_ERROR, (int) code);
}

/* In place of the damaged database, which is kept. */
static gboolean
start_anew (ParlanceStoreWorker  *self,
            GError              **error)
{
  g_autofree char *aside = NULL;
  g_autoptr (GError) failure = NULL;

  g_clear_pointer (&self->database, parlance_database_free);
  if (!(aside = parlance_salvage_set_aside (self->path, error)))
    return FALSE;

  report (self, NULL, g_strdup (aside));
  if (!(self->database = parlance_database_open (self->path, error)))
    return FALSE;

  if (!parlance_salvage_copy (self->database, aside, &failure))
    g_warning ("Nothing was taken over from the damaged database: %s", failure->message);
  return TRUE;
}

/* The history can be read where nothing can be saved. */
static gboolean
open_to_read (ParlanceStoreWorker *self,
              ParlanceJob         *job)
{
  g_clear_pointer (&self->database, parlance_database_free);
  self->database = parlance_database_open_read_only (self->path, NULL);

  return self->database && parlance_job_run (job, self->database, NULL);
}

static gboolean
open_database (ParlanceStoreWorker  *self,
               ParlanceJob          *job,
               GError              **error)
{
  GError *failure = NULL;

  g_clear_pointer (&self->database, parlance_database_free);
  g_clear_error (&self->closed);
  self->database = parlance_database_open (self->path, &failure);
  if (self->database && parlance_job_run (job, self->database, &failure))
    return TRUE;

  if (is_error (failure, PARLANCE_STORE_ERROR_DAMAGED))
    {
      g_clear_error (&failure);
      if (start_anew (self, &failure) && parlance_job_run (job, self->database, &failure))
        return TRUE;
    }

  /* From now on this is what each request to save is told. */
  self->closed = g_error_copy (failure);
  if ((is_error (failure, PARLANCE_STORE_ERROR_NEWER) ||
       is_error (failure, PARLANCE_STORE_ERROR_OPEN)) &&
      open_to_read (self, job))
    {
      job->refusal = failure;
      return TRUE;
    }

  g_clear_pointer (&self->database, parlance_database_free);
  g_propagate_error (error, failure);
  return FALSE;
}

/* What a request finds in place of a database, if any. */
static const GError *
refusal_of (ParlanceStoreWorker *self,
            ParlanceJob         *job)
{
  return self->database && job->kind == PARLANCE_JOB_LOAD ? NULL : self->closed;
}

/* Whether what failed with @error is to be tried once more, with a new database. */
static gboolean
recover (ParlanceStoreWorker  *self,
         GError              **error)
{
  if (!is_error (*error, PARLANCE_STORE_ERROR_DAMAGED) ||
      parlance_database_is_read_only (self->database))
    return FALSE;

  g_clear_error (error);
  if (start_anew (self, error))
    return TRUE;

  g_clear_pointer (&self->database, parlance_database_free);
  self->closed = g_error_copy (*error);
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
  else if (refusal_of (self, job))
    error = g_error_copy (refusal_of (self, job));
  else if (!parlance_job_run (job, self->database, &error) && recover (self, &error))
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

  if (refusal_of (self, first))
    error = g_error_copy (refusal_of (self, first));
  else if (!parlance_job_run_appends (jobs, self->database, &error) && recover (self, &error))
    parlance_job_run_appends (jobs, self->database, &error);

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
parlance_store_worker_new (const char                      *path,
                           GMainContext                    *context,
                           const ParlanceStoreWorkerEvents *events,
                           gpointer                         user_data)
{
  ParlanceStoreWorker *self = g_new0 (ParlanceStoreWorker, 1);

  self->path = g_strdup (path);
  self->queue = g_async_queue_new ();
  self->listener = g_atomic_rc_box_new0 (Listener);
  self->listener->context = g_main_context_ref (context);
  self->listener->events = events;
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
  self->listener->events = NULL;
  parlance_store_worker_push (self, parlance_job_new (PARLANCE_JOB_QUIT));
  g_thread_join (self->thread);

  g_async_queue_unref (self->queue);
  release_listener (self->listener);
  g_clear_error (&self->closed);
  g_free (self->path);
  g_free (self);
}
