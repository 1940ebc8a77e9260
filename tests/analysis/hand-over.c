/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GLib is not built with the thread sanitiser, and its locks are not pthread's: what it hands from
 * one thread to another looks like a race. The calls that hand over are led through here (the
 * linker's --wrap) and tell the sanitiser what they promise, for the one thing that is handed over.
 * What two threads touch without handing it over is reported as ever; see racing.c. */
#include "hand-over.h"

void __tsan_acquire (void *address);
void __tsan_release (void *address);

void
__wrap_g_async_queue_push (GAsyncQueue *queue,
                           gpointer     data)
{
  __tsan_release (data);
  __real_g_async_queue_push (queue, data);
}

static gpointer
taken (gpointer data)
{
  if (data)
    __tsan_acquire (data);

  return data;
}

gpointer
__wrap_g_async_queue_pop (GAsyncQueue *queue)
{
  return taken (__real_g_async_queue_pop (queue));
}

gpointer
__wrap_g_async_queue_try_pop (GAsyncQueue *queue)
{
  return taken (__real_g_async_queue_try_pop (queue));
}

/* The callback of a source sees what the thread that set it did before. */
typedef struct
{
  GSourceFunc    callback;
  gpointer       data;
  GDestroyNotify destroy;
} Call;

static gboolean
on_call (gpointer user_data)
{
  Call *call = taken (user_data);

  return call->callback (call->data);
}

static void
call_free (gpointer data)
{
  Call *call = taken (data);

  if (call->destroy)
    call->destroy (call->data);
  g_free (call);
}

void
__wrap_g_source_set_callback (GSource        *source,
                              GSourceFunc     callback,
                              gpointer        data,
                              GDestroyNotify  destroy)
{
  Call *call = g_new (Call, 1);

  *call = (Call) { callback, data, destroy };
  __tsan_release (call);
  __real_g_source_set_callback (source, on_call, call, call_free);
}

/* A task's thread sees what was done before it was started, and who asks the task for its outcome
 * or its data what that thread did before it returned. */
static void
in_thread (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  GTaskThreadFunc function = g_object_get_data (taken (G_OBJECT (task)), "hand-over");

  function (task, source, data, cancellable);
}

void
__wrap_g_task_run_in_thread (GTask          *task,
                             GTaskThreadFunc function)
{
  g_object_set_data (G_OBJECT (task), "hand-over", function);
  __tsan_release (task);
  __real_g_task_run_in_thread (task, in_thread);
}

void
__wrap_g_task_return_pointer (GTask          *task,
                              gpointer        result,
                              GDestroyNotify  destroy)
{
  __tsan_release (task);
  __real_g_task_return_pointer (task, result, destroy);
}

void
__wrap_g_task_return_boolean (GTask    *task,
                              gboolean  result)
{
  __tsan_release (task);
  __real_g_task_return_boolean (task, result);
}

gpointer
__wrap_g_task_get_task_data (GTask *task)
{
  return __real_g_task_get_task_data (taken (task));
}

gpointer
__wrap_g_task_propagate_pointer (GTask   *task,
                                 GError **error)
{
  return __real_g_task_propagate_pointer (taken (task), error);
}

gboolean
__wrap_g_task_propagate_boolean (GTask   *task,
                                 GError **error)
{
  return __real_g_task_propagate_boolean (taken (task), error);
}
