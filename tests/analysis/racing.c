/* SPDX-License-Identifier: GPL-3.0-or-later */
/* racing well|queue|reply|task: a number goes to a thread and comes back as the store's jobs do, and
 * then as those of a task. "well" touches it in turn; the others touch it once more after handing it
 * over, on the way there or on the way back, which the thread sanitiser must report. */
#include <gio/gio.h>

typedef struct
{
  GMainLoop *loop;
  int        number;
  gboolean   late_reply;
} Race;

static gboolean
on_reply (gpointer user_data)
{
  Race *race = user_data;

  race->number++;
  g_main_loop_quit (race->loop);

  return G_SOURCE_REMOVE;
}

static gpointer
work (gpointer data)
{
  Race *race = g_async_queue_pop (data);
  g_autoptr (GSource) source = g_idle_source_new ();

  race->number++;
  g_source_set_callback (source, on_reply, race, NULL);
  g_source_attach (source, NULL);
  if (race->late_reply)
    race->number++;

  return NULL;
}

static void
run_task (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  Race *race = data;

  race->number++;
  g_task_return_boolean (task, TRUE);
}

static void
on_task (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Race *race = user_data;

  g_assert_true (g_task_propagate_boolean (G_TASK (result), NULL));
  race->number++;
  g_main_loop_quit (race->loop);
}

int
main (int   argc,
      char *argv[])
{
  const char  *how = argc > 1 ? argv[1] : "well";
  GAsyncQueue *queue = g_async_queue_new ();
  GThread     *thread = g_thread_new ("work", work, queue);
  Race        *race = g_new0 (Race, 1);
  GTask       *task = g_task_new (NULL, NULL, on_task, race);

  race->loop = g_main_loop_new (NULL, FALSE);
  race->late_reply = g_str_equal (how, "reply");
  g_async_queue_push (queue, race);
  if (g_str_equal (how, "queue"))
    race->number++;

  g_main_loop_run (race->loop);
  g_thread_join (thread);

  g_task_set_task_data (task, race, NULL);
  g_task_run_in_thread (task, run_task);
  if (g_str_equal (how, "task"))
    race->number++;
  g_object_unref (task);
  g_main_loop_run (race->loop);

  g_main_loop_unref (race->loop);
  g_free (race);
  g_async_queue_unref (queue);
  return 0;
}
