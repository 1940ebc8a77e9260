/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keyring-daemon.h"

#include <gio/gio.h>
#include <signal.h>

#define NAME "org.freedesktop.secrets"
#define PATH "/org/freedesktop/secrets"
#define SERVICE "org.freedesktop.Secret.Service"
#define GUILT "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"

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

pid_t
get_keyring_daemon (void)
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

void
lock_keyring (void)
{
  g_autofree char *path = dup_collection ();
  const char *paths[] = { path, NULL };
  g_autoptr (GVariant) reply = call (NAME, PATH, SERVICE, "Lock", g_variant_new ("(^ao)", paths),
                                     NULL);

  g_assert_nonnull (reply);
}

/* As the person does in the prompt, which has no display here. */
void
unlock_keyring (void)
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

void
wait_for_keyring_daemon (void)
{
  gboolean appeared = FALSE;
  guint watch = g_bus_watch_name (G_BUS_TYPE_SESSION, NAME, G_BUS_NAME_WATCHER_FLAGS_AUTO_START,
                                  on_appeared, NULL, &appeared, NULL);

  while (!appeared)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (watch);
}

void
end_keyring_daemon (void)
{
  kill (get_keyring_daemon (), SIGTERM);
}
