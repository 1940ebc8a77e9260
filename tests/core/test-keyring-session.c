/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With a real gnome-keyring-daemon, or without one, in the session that keyring-session made. */
#include "keyring-calls.h"

#include <libsecret/secret.h>
#include <signal.h>

#define NAME "org.freedesktop.secrets"
#define PATH "/org/freedesktop/secrets"
#define SERVICE "org.freedesktop.Secret.Service"
#define GUILT "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
#define SHORT 300     /* ms that a keyring gets which will not answer */
#define LONGEST 5000  /* ms within which it has to be given up at the latest */

/* ms for which the main loop may be held up, in the best of some tries: a busy machine holds up
 * everything now and then, a call that blocks does it each time. */
#define HOLD 100
#define TRIES 3

static ParlanceKeyring *
new_keyring (int timeout)
{
  return g_object_new (PARLANCE_TYPE_KEYRING, "timeout", timeout, NULL);
}

static GVariant *
call (const char         *name,
      const char         *path,
      const char         *interface,
      const char         *method,
      GVariant           *parameters,
      const GVariantType *type)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_sync (bus, name, path, interface, method, parameters,
                                                 type, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);

  return reply;
}

static pid_t
get_daemon (void)
{
  g_autoptr (GVariant) reply =
    call ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
          "GetConnectionUnixProcessID", g_variant_new ("(s)", NAME), G_VARIANT_TYPE ("(u)"));
  guint32 pid;

  g_variant_get (reply, "(u)", &pid);
  g_assert_cmpint (pid, >, 1);

  return pid;
}

static char *
dup_collection (void)
{
  g_autoptr (GVariant) reply = call (NAME, PATH, SERVICE, "ReadAlias",
                                     g_variant_new ("(s)", "default"), G_VARIANT_TYPE ("(o)"));
  char *path;

  g_variant_get (reply, "(o)", &path);

  return path;
}

static void
lock (void)
{
  g_autofree char *path = dup_collection ();
  const char *paths[] = { path, NULL };
  g_autoptr (GVariant) reply = call (NAME, PATH, SERVICE, "Lock", g_variant_new ("(^ao)", paths),
                                     NULL);

  g_assert_nonnull (reply);
}

/* As the person does in the prompt, which has no display here. */
static void
unlock (void)
{
  g_autofree char *path = dup_collection ();
  g_autoptr (GVariant) session = call (NAME, PATH, SERVICE, "OpenSession",
                                       g_variant_new ("(sv)", "plain", g_variant_new_string ("")),
                                       G_VARIANT_TYPE ("(vo)"));
  g_autoptr (GVariant) reply = NULL;
  const char *session_path;

  g_variant_get (session, "(v&o)", NULL, &session_path);
  reply = call (NAME, PATH, GUILT, "UnlockWithMasterPassword",
                g_variant_new ("(o(o@ay@ays))", path, session_path,
                               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "", 0, 1),
                               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "test", 4, 1),
                               "text/plain"),
                NULL);
  g_assert_nonnull (reply);
}

static void
on_appeared (GDBusConnection *bus,
             const char      *name,
             const char      *owner,
             gpointer         appeared)
{
  *(gboolean *) appeared = TRUE;
}

static void
wait_for_daemon (void)
{
  gboolean appeared = FALSE;
  guint watch = g_bus_watch_name (G_BUS_TYPE_SESSION, NAME, G_BUS_NAME_WATCHER_FLAGS_AUTO_START,
                                  on_appeared, NULL, &appeared, NULL);

  while (!appeared)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (watch);
}

static void
test_tokens (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("tokens", "First");
  g_autoptr (ParlanceAccount) other = new_keyring_account ("other", "First");
  g_autoptr (GError) error = NULL;

  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
  g_assert_true (await_remove (keyring, account, &error));
  g_assert_true (await_store (keyring, account, "ms-1", &error));
  g_assert_true (await_store (keyring, other, "ms-other", &error));
  g_assert_no_error (error);
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-1");

  g_assert_true (await_store (keyring, account, "ms-2", &error));
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-2");
  assert_n_items ("tokens", 1);

  parlance_account_set_label (account, "Second");
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-2");
  g_assert_true (await_store (keyring, account, "ms-3", &error));
  parlance_account_set_base_url (account, "http://127.0.0.2/v1");
  g_assert_true (await_store (keyring, account, "ms-4", &error));
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-4");
  assert_n_items ("tokens", 1);

  g_assert_true (await_remove (keyring, account, &error));
  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
  assert_lookup (keyring, other, PARLANCE_KEYRING_FOUND, "ms-other");
  g_assert_false (parlance_keyring_get_run_only (keyring));
}

static void
test_attributes (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("attributes", "Mine");
  g_autoptr (GHashTable) attributes = NULL;
  g_autofree char *label = NULL;
  g_autoptr (GError) error = NULL;
  g_autolist (GObject) items = NULL;

  g_assert_true (await_store (keyring, account, "ms-1", &error));
  g_assert_no_error (error);
  items = await_items ("attributes");

  label = secret_retrievable_get_label (items->data);
  g_assert_cmpstr (label, ==, "Parlance: Mine");
  attributes = secret_retrievable_get_attributes (items->data);
  g_assert_cmpstr (g_hash_table_lookup (attributes, "label"), ==, "Mine");
  g_assert_cmpstr (g_hash_table_lookup (attributes, "base-url"), ==, "http://127.0.0.1/v1");
}

static void
test_locked (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("locked", "Locked");
  g_autoptr (ParlanceAccount) unknown = new_keyring_account ("unknown", "Unknown");
  g_autoptr (GError) error = NULL;

  g_assert_true (await_store (keyring, account, "ms-1", &error));
  lock ();

  assert_lookup (keyring, account, PARLANCE_KEYRING_LOCKED, NULL);
  assert_lookup (keyring, unknown, PARLANCE_KEYRING_LOCKED, NULL);
  g_assert_false (await_remove (keyring, account, &error));
  g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_LOCKED);
  g_clear_error (&error);

  /* Their prompt cannot be shown without a display: as if the person had dismissed it. */
  g_assert_false (await_store (keyring, account, "ms-2", &error));
  g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_DISMISSED);
  g_clear_error (&error);
  g_assert_false (parlance_keyring_get_run_only (keyring));
  g_assert_false (await_unlock (keyring, account, &error));
  g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_DISMISSED);
  g_clear_error (&error);
  assert_lookup (keyring, account, PARLANCE_KEYRING_LOCKED, NULL);

  unlock ();
  assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-1");
  assert_lookup (keyring, unknown, PARLANCE_KEYRING_MISSING, NULL);
  g_assert_true (await_unlock (keyring, account, &error));
  g_assert_no_error (error);
}

static GPtrArray *
await_list (ParlanceKeyring  *keyring,
            GError          **error);

/* What a database that was lost can be told of: every account once, and no token. */
static void
test_list (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("listed", "Listed");
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (GError) error = NULL;
  unsigned n = 0;

  g_assert_true (await_store (keyring, account, "ms-1", &error));
  accounts = await_list (keyring, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < accounts->len; i++)
    {
      ParlanceAccount *found = accounts->pdata[i];

      if (!g_str_equal (parlance_account_get_id (found), "listed"))
        continue;
      g_assert_cmpstr (parlance_account_get_label (found), ==, "Listed");
      g_assert_cmpstr (parlance_account_get_base_url (found), ==, "http://127.0.0.1/v1");
      n++;
    }
  g_assert_cmpuint (n, ==, 1);

  lock ();
  g_clear_pointer (&accounts, g_ptr_array_unref);
  accounts = await_list (keyring, &error);
  g_assert_no_error (error);
  unlock ();
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

static void
on_done (GObject      *keyring,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GPtrArray *
await_list (ParlanceKeyring  *keyring,
            GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_keyring_list_async (keyring, NULL, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return parlance_keyring_list_finish (keyring, result, error);
}

/* A prompter in the place of the desktop's, with a prompt that nobody answers: it stays open past
 * every limit, and ends when the prompter goes. */
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
  pid_t daemon = get_daemon ();
  gboolean is_open;
  guint object;

  object = g_dbus_connection_register_object (bus, "/org/gnome/keyring/Prompter",
                                              node->interfaces[0], &vtable, &is_open, NULL, NULL);
  g_assert_cmpint (object, !=, 0);
  lock ();

  for (int unlocks = 0; unlocks < 2; unlocks++)
    {
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

      g_bus_unown_name (name);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      done = unlocks ? parlance_keyring_unlock_finish (keyring, result, &error)
                     : parlance_keyring_store_finish (keyring, result, &error);
      g_assert_false (done);
      g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_DISMISSED);
    }

  g_dbus_connection_unregister_object (bus, object);
  g_assert_cmpint (get_daemon (), ==, daemon);
  unlock ();
  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
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
  pid_t daemon = get_daemon ();
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
  kill (get_daemon (), SIGKILL);

  assert_lookup (keyring, account, PARLANCE_KEYRING_LOCKED, NULL);
  assert_lookup (keyring, unknown, PARLANCE_KEYRING_LOCKED, NULL);
  unlock ();
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
  pid_t daemon = get_daemon ();
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

/* No keyring was ever made: nothing is locked, and to store asks the person for a password. */
static void
test_fresh (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("fresh", "Fresh");
  g_autoptr (GError) error = NULL;

  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
  g_assert_true (await_remove (keyring, account, &error));
  g_assert_true (await_unlock (keyring, account, &error));
  g_assert_no_error (error);

  g_assert_false (await_store (keyring, account, "ms-1", &error));
  g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_REFUSED);
  g_assert_false (parlance_keyring_get_run_only (keyring));
  assert_lookup (keyring, account, PARLANCE_KEYRING_MISSING, NULL);
}

static void
test_none (void)
{
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceAccount) account = new_keyring_account ("none", "None");
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 2; i++)
    {
      assert_lookup (keyring, account, PARLANCE_KEYRING_UNAVAILABLE, NULL);
      g_assert_false (await_unlock (keyring, account, &error));
      g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_UNAVAILABLE);
      g_clear_error (&error);

      g_assert_true (await_store (keyring, account, "ms-run", &error));
      g_assert_no_error (error);
      g_assert_true (parlance_keyring_get_run_only (keyring));
      assert_lookup (keyring, account, PARLANCE_KEYRING_FOUND, "ms-run");

      /* There was no more than what is forgotten here. */
      g_assert_true (await_remove (keyring, account, &error));
      g_assert_no_error (error);
      g_assert_false (parlance_keyring_get_run_only (keyring));

      g_assert_null (await_list (keyring, &error));
      g_assert_error (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_UNAVAILABLE);
      g_clear_error (&error);
    }
}

int
main (int   argc,
      char *argv[])
{
  gboolean has_daemon;
  gboolean is_fresh;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  is_fresh = g_str_equal (argv[1], "fresh");
  has_daemon = is_fresh || g_str_equal (argv[1], "daemon");

  if (has_daemon)
    wait_for_daemon ();

  if (is_fresh)
    {
      g_test_add_func ("/keyring-session/fresh", test_fresh);
    }
  else if (has_daemon)
    {
      g_test_add_func ("/keyring-session/hung-first", test_hung);
      g_test_add_func ("/keyring-session/tokens", test_tokens);
      g_test_add_func ("/keyring-session/attributes", test_attributes);
      g_test_add_func ("/keyring-session/list", test_list);
      g_test_add_func ("/keyring-session/locked", test_locked);
      g_test_add_func ("/keyring-session/open-prompt", test_open_prompt);
      g_test_add_func ("/keyring-session/hung", test_hung);
      g_test_add_func ("/keyring-session/let-go", test_let_go);
      g_test_add_func ("/keyring-session/killed", test_killed);
    }
  else
    {
      g_test_add_func ("/keyring-session/none", test_none);
    }

  status = g_test_run ();

  /* It may be one that the bus started. */
  if (has_daemon)
    kill (get_daemon (), SIGTERM);

  /* The bus frees what its subscriptions hold in idle callbacks. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;

  return status;
}
