/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-store-private.h"

enum
{
  SIGNAL_FAILED,
  SIGNAL_SAVED,
  SIGNAL_SET_ASIDE,
  N_SIGNALS,
};

static unsigned signals[N_SIGNALS];

G_DEFINE_QUARK (parlance-store-error-quark, parlance_store_error)

G_DEFINE_FINAL_TYPE (ParlanceStore, parlance_store, G_TYPE_OBJECT)

void
parlance_store_contents_free (ParlanceStoreContents *self)
{
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_clear_pointer (&self->conversations, g_ptr_array_unref);
  g_free (self->new_draft);
  g_clear_error (&self->read_only);
  g_free (self);
}

void
parlance_store_emit_failed (ParlanceStore *self,
                            const GError  *error)
{
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

void
parlance_store_emit_saved (ParlanceStore *self)
{
  g_signal_emit (self, signals[SIGNAL_SAVED], 0);
}

static void
on_returned (ParlanceJob *job,
             gpointer     user_data)
{
  parlance_store_take_returned (user_data, job);
}

static void
on_set_aside (const char *path,
              gpointer    user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_SET_ASIDE], 0, path);
}

static const ParlanceStoreWorkerEvents events = { on_returned, on_set_aside };

static void
parlance_store_dispose (GObject *object)
{
  ParlanceStore *self = PARLANCE_STORE (object);

  g_clear_pointer (&self->worker, parlance_store_worker_free);
  g_clear_pointer (&self->begun, g_hash_table_unref);
  g_clear_pointer (&self->owed, g_ptr_array_unref);

  G_OBJECT_CLASS (parlance_store_parent_class)->dispose (object);
}

static void
parlance_store_class_init (ParlanceStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = parlance_store_dispose;

  signals[SIGNAL_FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SIGNAL_SAVED] = g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_SET_ASIDE] = g_signal_new ("set-aside", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                            1, G_TYPE_STRING);
}

static void
parlance_store_init (ParlanceStore *self)
{
  self->begun = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
  self->owed = g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_job_free);
}

/**
 * parlance_store_new:
 * @path: the database file; made when it is opened, with its folder
 *
 * The store belongs to the thread, and the main context, in which it is made. Where it is let go
 * without being closed, what was asked for is still carried out.
 */
ParlanceStore *
parlance_store_new (const char *path)
{
  ParlanceStore *self;
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (PARLANCE_TYPE_STORE, NULL);
  self->worker = parlance_store_worker_new (path, context, &events, self);

  return self;
}

/* Takes @job and @task. */
static void
push_task (ParlanceStore  *self,
           ParlanceJob    *job,
           void          (*done) (ParlanceJob *job),
           GTask          *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  /* The worker decides: what has been stored is not to be called cancelled. */
  g_task_set_check_cancellable (task, FALSE);
  job->task = task;
  job->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
  job->done = done;

  parlance_store_worker_push (self->worker, job);
}

/* Without a database ids begin far above all that one may hold, whatever the clock says: it may be
 * opened later. */
static int64_t
make_first_id (void)
{
  return MAX (g_get_real_time (), G_GINT64_CONSTANT (1) << 50) + g_random_int ();
}

static void
on_opened (ParlanceJob *job)
{
  ParlanceStore         *self = g_task_get_source_object (job->task);
  ParlanceStoreContents *contents;

  self->last_id = MAX (self->last_id, job->error ? make_first_id () : job->largest_id);

  if (job->error)
    {
      g_task_return_error (job->task, g_steal_pointer (&job->error));
      return;
    }

  contents = g_new0 (ParlanceStoreContents, 1);
  contents->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  for (unsigned i = 0; i < job->accounts->len; i++)
    g_ptr_array_add (contents->accounts,
                     parlance_account_record_load (g_ptr_array_index (job->accounts, i)));
  contents->conversations = g_ptr_array_new_with_free_func (g_object_unref);
  for (unsigned i = 0; i < job->conversations->len; i++)
    g_ptr_array_add (contents->conversations,
                     parlance_conversation_record_load (g_ptr_array_index (job->conversations, i)));
  contents->new_draft = g_strdup (job->text->str);
  contents->n_interrupted = job->n_interrupted;
  contents->read_only = g_steal_pointer (&job->refusal);
  if (!contents->read_only)
    parlance_store_take_saved (self);

  g_task_return_pointer (job->task, contents, (GDestroyNotify) parlance_store_contents_free);
}

void
parlance_store_open_async (ParlanceStore       *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PARLANCE_IS_STORE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, parlance_store_open_async);
  push_task (self, parlance_job_new (PARLANCE_JOB_OPEN), on_opened, task);
}

ParlanceStoreContents *
parlance_store_open_finish (ParlanceStore  *self,
                            GAsyncResult   *result,
                            GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_done (ParlanceJob *job)
{
  if (job->error)
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  else
    g_task_return_boolean (job->task, TRUE);
}

void
parlance_store_close_async (ParlanceStore       *self,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PARLANCE_IS_STORE (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, parlance_store_close_async);
  parlance_store_pay (self);
  push_task (self, parlance_job_new (PARLANCE_JOB_CLOSE), on_done, task);
}

gboolean
parlance_store_close_finish (ParlanceStore  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

int64_t
parlance_store_new_id (ParlanceStore *self)
{
  g_return_val_if_fail (PARLANCE_IS_STORE (self), 0);

  return ++self->last_id;
}

static void
on_loaded (ParlanceJob *job)
{
  GPtrArray *messages;

  if (job->error)
    {
      g_task_return_error (job->task, g_steal_pointer (&job->error));
      return;
    }

  messages = g_ptr_array_new_full (job->messages->len, g_object_unref);
  for (unsigned i = 0; i < job->messages->len; i++)
    g_ptr_array_add (messages,
                     parlance_message_record_load (g_ptr_array_index (job->messages, i)));

  g_task_set_task_data (job->task, g_memdup2 (&job->leaf_id, sizeof job->leaf_id), g_free);
  g_task_return_pointer (job->task, messages, (GDestroyNotify) g_ptr_array_unref);
}

void
parlance_store_load_messages_async (ParlanceStore       *self,
                                    int64_t              conversation_id,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  ParlanceJob *job;
  GTask       *task;

  g_return_if_fail (PARLANCE_IS_STORE (self));

  job = parlance_job_new (PARLANCE_JOB_LOAD);
  job->id = conversation_id;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, parlance_store_load_messages_async);
  push_task (self, job, on_loaded, task);
}

GPtrArray *
parlance_store_load_messages_finish (ParlanceStore  *self,
                                     GAsyncResult   *result,
                                     int64_t        *leaf_id,
                                     GError        **error)
{
  const int64_t *stored;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  stored = g_task_get_task_data (G_TASK (result));
  if (leaf_id)
    *leaf_id = stored ? *stored : 0;

  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  ParlanceConversation *conversation;
  ParlanceMessage      *message;
} Addition;

static void
addition_free (gpointer data)
{
  Addition *addition = data;

  g_object_unref (addition->conversation);
  g_object_unref (addition->message);
  g_free (addition);
}

static void
on_branch_added (ParlanceJob *job)
{
  if (!job->error)
    parlance_store_take_saved (g_task_get_source_object (job->task));
  on_done (job);
}

/* Where earlier messages could not be saved (the disk was full), they are saved with this one. */
static void
on_added (ParlanceJob *job)
{
  ParlanceStore *self = g_task_get_source_object (job->task);
  Addition      *addition = g_task_get_task_data (job->task);
  ParlanceJob   *whole;

  if (!job->parent_missing)
    {
      on_branch_added (job);
      return;
    }

  whole = parlance_store_new_branch_job (addition->conversation, addition->message);
  whole->task = g_steal_pointer (&job->task);
  whole->cancellable = g_steal_pointer (&job->cancellable);
  whole->done = on_branch_added;
  parlance_store_worker_push (self->worker, whole);
}

void
parlance_store_add_message_async (ParlanceStore        *self,
                                  ParlanceConversation *conversation,
                                  ParlanceMessage      *message,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data)
{
  Addition *addition;
  GTask    *task;

  g_return_if_fail (PARLANCE_IS_STORE (self));
  g_return_if_fail (PARLANCE_IS_CONVERSATION (conversation));
  g_return_if_fail (PARLANCE_IS_MESSAGE (message));

  addition = g_new0 (Addition, 1);
  addition->conversation = g_object_ref (conversation);
  addition->message = g_object_ref (message);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, parlance_store_add_message_async);
  g_task_set_task_data (task, addition, addition_free);
  push_task (self,
             parlance_store_new_message_job (PARLANCE_JOB_ADD_MESSAGE, conversation, message),
             on_added, task);
}

gboolean
parlance_store_add_message_finish (ParlanceStore  *self,
                                   GAsyncResult   *result,
                                   GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
