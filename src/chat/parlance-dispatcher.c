/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-dispatcher.h"

struct _ParlanceDispatcher
{
  GObject     parent_instance;

  GHashTable *lanes; /* account id → GQueue of waiting GTask; a lane that exists is taken */
};

G_DEFINE_FINAL_TYPE (ParlanceDispatcher, parlance_dispatcher, G_TYPE_OBJECT)

static void
lane_free (gpointer data)
{
  g_queue_free_full (data, g_object_unref);
}

static void
parlance_dispatcher_finalize (GObject *object)
{
  ParlanceDispatcher *self = PARLANCE_DISPATCHER (object);

  g_hash_table_unref (self->lanes);

  G_OBJECT_CLASS (parlance_dispatcher_parent_class)->finalize (object);
}

static void
parlance_dispatcher_class_init (ParlanceDispatcherClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_dispatcher_finalize;
}

static void
parlance_dispatcher_init (ParlanceDispatcher *self)
{
  self->lanes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, lane_free);
}

ParlanceDispatcher *
parlance_dispatcher_new (void)
{
  return g_object_new (PARLANCE_TYPE_DISPATCHER, NULL);
}

gboolean
parlance_dispatcher_is_taken (ParlanceDispatcher *self,
                              const char         *account_id)
{
  g_return_val_if_fail (PARLANCE_IS_DISPATCHER (self), FALSE);

  return g_hash_table_contains (self->lanes, account_id);
}

/* From the main loop, because a handler of GCancellable may not drop the task that it is for. */
static gboolean
leave_queue (gpointer data)
{
  GTask *task = data;
  ParlanceDispatcher *self = g_task_get_source_object (task);
  GQueue *lane = g_hash_table_lookup (self->lanes, g_task_get_task_data (task));

  /* Its turn may have come in the meantime; then the finish function says that it was
   * cancelled, and gives the turn back. */
  if (lane != NULL && g_queue_remove (lane, task))
    {
      g_task_return_error_if_cancelled (task);
      g_object_unref (task);
    }

  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable,
              GTask        *task)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, leave_queue, g_object_ref (task), g_object_unref);
}

void
parlance_dispatcher_acquire_async (ParlanceDispatcher  *self,
                                   const char          *account_id,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GQueue *lane;

  g_return_if_fail (PARLANCE_IS_DISPATCHER (self));
  g_return_if_fail (account_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, parlance_dispatcher_acquire_async);
  g_task_set_task_data (task, g_strdup (account_id), g_free);
  /* The finish function tells a cancelled turn, so that it can be given back. */
  g_task_set_check_cancellable (task, FALSE);

  lane = g_hash_table_lookup (self->lanes, account_id);
  if (lane == NULL)
    {
      g_hash_table_insert (self->lanes, g_strdup (account_id), g_queue_new ());
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_queue_push_tail (lane, g_object_ref (task));
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (on_cancelled), task, 0);
  if (g_cancellable_is_cancelled (cancellable))
    on_cancelled (cancellable, task);
}

gboolean
parlance_dispatcher_acquire_finish (ParlanceDispatcher  *self,
                                    GAsyncResult        *result,
                                    GError             **error)
{
  GCancellable *cancellable = g_task_get_cancellable (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      parlance_dispatcher_release (self, g_task_get_task_data (G_TASK (result)));
      return FALSE;
    }

  return TRUE;
}

void
parlance_dispatcher_release (ParlanceDispatcher *self,
                             const char         *account_id)
{
  g_autoptr (GTask) next = NULL;
  GQueue *lane;

  g_return_if_fail (PARLANCE_IS_DISPATCHER (self));

  lane = g_hash_table_lookup (self->lanes, account_id);
  g_return_if_fail (lane != NULL);

  next = g_queue_pop_head (lane);
  if (next != NULL)
    g_task_return_boolean (next, TRUE);
  else
    g_hash_table_remove (self->lanes, account_id);
}
