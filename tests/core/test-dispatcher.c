/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-dispatcher.h"

typedef struct
{
  GString    *log;
  const char *name;
  gboolean    ended;
} Caller;

static void
on_turn (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Caller *caller = user_data;
  g_autoptr (GError) error = NULL;

  if (parlance_dispatcher_acquire_finish (PARLANCE_DISPATCHER (source), result, &error))
    g_string_append_printf (caller->log, "%s ", caller->name);
  else
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_string_append_printf (caller->log, "-%s ", caller->name);
    }
  caller->ended = TRUE;
}

static void
wait_for (Caller *caller)
{
  while (!caller->ended)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_order (void)
{
  ParlanceDispatcher *dispatcher = parlance_dispatcher_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Caller a = { log, "a" }, b = { log, "b" }, c = { log, "c" }, other = { log, "other" };

  g_assert_false (parlance_dispatcher_is_taken (dispatcher, "1"));
  parlance_dispatcher_acquire_async (dispatcher, "1", NULL, on_turn, &a);
  parlance_dispatcher_acquire_async (dispatcher, "1", NULL, on_turn, &b);
  parlance_dispatcher_acquire_async (dispatcher, "1", NULL, on_turn, &c);
  parlance_dispatcher_acquire_async (dispatcher, "2", NULL, on_turn, &other);
  g_assert_cmpstr (log->str, ==, "");
  wait_for (&a);
  wait_for (&other);
  g_assert_true (parlance_dispatcher_is_taken (dispatcher, "1"));
  g_assert_cmpstr (log->str, ==, "a other ");

  parlance_dispatcher_release (dispatcher, "1");
  wait_for (&b);
  parlance_dispatcher_release (dispatcher, "1");
  wait_for (&c);
  parlance_dispatcher_release (dispatcher, "1");
  parlance_dispatcher_release (dispatcher, "2");
  g_assert_cmpstr (log->str, ==, "a other b c ");
  g_assert_false (parlance_dispatcher_is_taken (dispatcher, "1"));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (dispatcher);
}

static void
test_cancel (void)
{
  ParlanceDispatcher *dispatcher = parlance_dispatcher_new ();
  g_autoptr (GCancellable) waiting = g_cancellable_new ();
  g_autoptr (GCancellable) granted = g_cancellable_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Caller a = { log, "a" }, b = { log, "b" }, c = { log, "c" }, d = { log, "d" };

  parlance_dispatcher_acquire_async (dispatcher, "1", NULL, on_turn, &a);
  parlance_dispatcher_acquire_async (dispatcher, "1", waiting, on_turn, &b);
  parlance_dispatcher_acquire_async (dispatcher, "1", granted, on_turn, &c);
  parlance_dispatcher_acquire_async (dispatcher, "1", NULL, on_turn, &d);
  wait_for (&a);
  g_cancellable_cancel (waiting);
  wait_for (&b);

  /* Cancelled between its turn and the callback: the turn goes on to the next. */
  parlance_dispatcher_release (dispatcher, "1");
  g_cancellable_cancel (granted);
  wait_for (&c);
  wait_for (&d);
  g_assert_cmpstr (log->str, ==, "a -b d -c ");
  parlance_dispatcher_release (dispatcher, "1");
  g_assert_false (parlance_dispatcher_is_taken (dispatcher, "1"));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (dispatcher);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dispatcher/order", test_order);
  g_test_add_func ("/dispatcher/cancel", test_cancel);

  return g_test_run ();
}
