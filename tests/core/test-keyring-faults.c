/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A real gnome-keyring-daemon that hangs, dies, or shows a prompt that nobody answers. */
#include "keyring-calls.h"
#include "keyring-daemon.h"

#include <signal.h>

#define SHORT 300     /* ms that a keyring gets which will not answer */
#define LONGEST 5000  /* ms within which it has to be given up at the latest */

/* ms for which the main loop may be held up, in the best of some tries: a busy machine holds up
 * everything now and then, a call that blocks does it each time. */
#define HOLD 100
#define TRIES 3
#define N_PROMPTS 4

static ParlanceKeyring *
new_keyring (int timeout)
{
  return g_object_new (PARLANCE_TYPE_KEYRING, "timeout", timeout, NULL);
}

static void
on_done (GObject      *keyring,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
on_prompt (GDBusConnection       *bus,
           const char            *sender,
           const char            *path,
           const char            *interface,
           const char            *method,
           GVariant              *parameters,
           GDBusMethodInvocation *invocation,
           gpointer               is_open)
{
  *(gboolean *) is_open = TRUE;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_late (gpointer is_late)
{
  *(gboolean *) is_late = TRUE;
}

/* A prompter in the place of the desktop's, with a prompt that nobody answers: it stays open past
 * every limit, and ends when the prompter goes, or the daemon. */
static void
test_open_prompt (void)
{
  const char *xml = "<node><interface name='org.gnome.keyring.internal.Prompter'>"
                    "<method name='BeginPrompting'><arg type='o' direction='in'/></method>"
                    "<method name='StopPrompting'><arg type='o' direction='in'/></method>"
                    "</interface></node>";
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (ParlanceKeyring) keyring = new_keyring (SHORT);
  g_autoptr (ParlanceAccount) account = new_keyring_account ("prompt", "Prompt");
  GDBusInterfaceVTable vtable = { .method_call = on_prompt };
  pid_t daemon = get_keyring_daemon ();
  gboolean is_open;
  guint object;

  object = g_dbus_connection_register_object (bus, "/org/gnome/keyring/Prompter",
                                              node->interfaces[0], &vtable, &is_open, NULL, NULL);
  g_assert_cmpint (object, !=, 0);
  lock_keyring ();

  for (unsigned i = 0; i < N_PROMPTS; i++)
    {
      gboolean unlocks = i % 2;
      gboolean kills = i / 2;
      guint name = g_bus_own_name_on_connection (bus, "org.gnome.keyring.SystemPrompter",
                                                 G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL,
                                                 NULL);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      gboolean is_late = FALSE;
      gboolean done;

      is_open = FALSE;
      if (unlocks)
        parlance_keyring_unlock_async (keyring, account, on_done, &result);
      else
        parlance_keyring_store_async (keyring, account, "ms-1", cancellable, on_done, &result);
      while (!is_open && result == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_assert_null (result);

      g_cancellable_cancel (cancellable);
      g_timeout_add_once (2 * SHORT, on_late, &is_late);
      while (!is_late && result == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_assert_null (result);

      if (kills)
        kill (daemon, SIGKILL);
      else
        g_bus_unown_name (name);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      done = unlocks ? parlance_keyring_unlock_finish (keyring, result, &error)
                     : parlance_keyring_store_finish (keyring, result, &error);
      g_assert_false (done);
      g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_DISMISSED);

      if (kills)
        {
          g_bus_unown_name (name);
          wait_for_keyring_daemon ();
        }
      else
        g_assert_cmpint (get_keyring_daemon (), ==, daemon);
      daemon = get_keyring_daemon ();
    }

  g_dbus_connection_unregister_object (bus, object);
  unlock_keyring ();
  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
  g_test_message ("tried prompts of the keyring that nobody answers: %d, held %d, lost 0", N_PROMPTS,
                  N_PROMPTS);
}

/* The first time with a keyring that libsecret has met, or, before all other tests, with one that
 * it has not. */
static void
test_hung (void)
{
  g_autoptr (ParlanceKeyring) keyring = new_keyring (SHORT);
  g_autoptr (ParlanceKeyring) patient = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("hung", "Hung");
  g_autoptr (GError) error = NULL;
  pid_t daemon = get_keyring_daemon ();
  int hold = G_MAXINT;
  gint64 before;

  kill (daemon, SIGSTOP);
  before = g_get_monotonic_time ();

  for (int i = 0; i < TRIES; i++)
    {
      take_longest_hold ();
      assert_silent (keyring, account);
      hold = MIN (hold, take_longest_hold ());
    }
  g_assert_cmpint (hold, <, HOLD);

  g_assert_false (await_remove (keyring, account, &error));
  g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_SILENT);
  g_clear_error (&error);
  g_assert_true (await_store (keyring, account, "ms-run", &error));
  g_assert_no_error (error);
  g_assert_true (parlance_keyring_get_run_only (keyring));
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-run");

  g_assert_cmpint (g_get_monotonic_time () - before, <, LONGEST * 1000);
  g_assert_cmpint (take_longest_hold (), <, SHORT);
  kill (daemon, SIGCONT);

  assert_lookup (patient, account, PARLANCE_KEYRING_MISSING, NULL);
  g_assert_true (await_store (patient, account, "ms-kept", &error));
  assert_lookup (patient, account, PARLANCE_KEYRING_FOUND, "ms-kept");
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-run");
  g_assert_true (await_remove (patient, account, &error));
  g_test_message ("tried calls to a keyring that hangs: %d, held %d, lost 0", TRIES + 3, TRIES + 3);
}

/* What the bus starts in the place of a daemon that died was never unlocked. */
static void
test_killed (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("killed", "Killed");
  g_autoptr (ParlanceAccount) unknown = new_keyring_account ("unknown", "Unknown");
  g_autoptr (GError) error = NULL;

  g_assert_true (await_store (keyring, account, "ms-1", &error));
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-1");
  kill (get_keyring_daemon (), SIGKILL);

  assert_lookup (keyring, account, PARLANCE_KEYRING_LOCKED, NULL);
  assert_lookup (keyring, unknown, PARLANCE_KEYRING_LOCKED, NULL);
  unlock_keyring ();
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-1");
  g_assert_true (await_store (keyring, account, "ms-2", &error));
  g_assert_no_error (error);
  g_assert_false (parlance_keyring_get_run_only (keyring));
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-2");
}

/* A call that is cancelled, and the keyring let go of, while the daemon hangs. */
static void
test_let_go (void)
{
  ParlanceKeyring *keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("let-go", "Let go");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  pid_t daemon = get_keyring_daemon ();
  char *token = NULL;

  kill (daemon, SIGSTOP);
  g_timeout_add_once (20, (GSourceOnceFunc) g_cancellable_cancel, cancellable);
  g_assert_cmpint (await_lookup (keyring, account, cancellable, &token, &error), ==,
                   PARLANCE_KEYRING_UNAVAILABLE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (token);
  kill (daemon, SIGCONT);

  g_object_add_weak_pointer (G_OBJECT (keyring), (gpointer *) &keyring);
  g_object_unref (keyring);
  while (keyring != NULL)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wait_for_keyring_daemon ();

  g_test_add_func ("/keyring-faults/hung-first", test_hung);
  g_test_add_func ("/keyring-faults/killed", test_killed);
  g_test_add_func ("/keyring-faults/hung", test_hung);
  g_test_add_func ("/keyring-faults/let-go", test_let_go);
  /* Last, for it leaves a daemon that the bus has started. */
  g_test_add_func ("/keyring-faults/open-prompt", test_open_prompt);
  status = g_test_run ();
  end_keyring_daemon ();

  /* The bus frees what its subscriptions hold in idle callbacks. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;

  return status;
}
