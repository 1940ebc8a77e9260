/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-secret-unlock.h"

#include "parlance-keyring-private.h"

#define PROMPT_INTERFACE "org.freedesktop.Secret.Prompt"

typedef struct
{
  GDBusConnection *bus;
  guint            completed; /* a subscription */
  guint            watch;
  gboolean         over;
} Unlock;

static void
unlock_stop (Unlock *unlock)
{
  if (unlock->completed != 0)
    g_dbus_connection_signal_unsubscribe (unlock->bus, unlock->completed);
  unlock->completed = 0;
  g_clear_handle_id (&unlock->watch, g_bus_unwatch_name);
}

static void
unlock_free (Unlock *unlock)
{
  unlock_stop (unlock);
  g_object_unref (unlock->bus);
  g_free (unlock);
}

/* The first to tell the end counts. Takes @error. */
static void
end (GTask  *task,
     GError *error)
{
  g_autoptr (GTask) kept = g_object_ref (task);
  Unlock *unlock = g_task_get_task_data (task);

  if (unlock->over)
    {
      g_clear_error (&error);
      return;
    }

  unlock->over = TRUE;
  unlock_stop (unlock);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_completed (GDBusConnection *bus,
              const char      *sender,
              const char      *path,
              const char      *interface,
              const char      *signal,
              GVariant        *parameters,
              gpointer         task)
{
  gboolean dismissed = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(bv)")))
    g_variant_get (parameters, "(bv)", &dismissed, NULL);
  end (task, dismissed ? parlance_keyring_new_dismissed_error () : NULL);
}

static void
on_vanished (GDBusConnection *bus,
             const char      *name,
             gpointer         task)
{
  end (task, parlance_keyring_new_dismissed_error ());
}

static void
on_prompted (GObject      *bus,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GVariant) reply = NULL;
  GError *error = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &error);
  if (reply == NULL)
    end (task, error);
}

static void
show_prompt (GTask      *task,
             const char *path)
{
  Unlock *unlock = g_task_get_task_data (task);

  unlock->completed = g_dbus_connection_signal_subscribe (
    unlock->bus, PARLANCE_SECRET_SERVICE_NAME, PROMPT_INTERFACE, "Completed", path, NULL,
    G_DBUS_SIGNAL_FLAGS_NONE, on_completed, g_object_ref (task), g_object_unref);
  unlock->watch = g_bus_watch_name_on_connection (unlock->bus, PARLANCE_SECRET_SERVICE_NAME,
                                                  G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                  on_vanished, g_object_ref (task), g_object_unref);
  g_dbus_connection_call (unlock->bus, PARLANCE_SECRET_SERVICE_NAME, path, PROMPT_INTERFACE,
                          "Prompt", g_variant_new ("(s)", ""), NULL, G_DBUS_CALL_FLAGS_NONE,
                          G_MAXINT, NULL, on_prompted, g_object_ref (task));
}

static void
on_asked (GObject      *bus,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GVariant) reply = NULL;
  g_autofree const char **unlocked = NULL;
  const char *prompt;
  GError *error = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &error);
  if (reply == NULL)
    {
      end (task, error);
      return;
    }

  g_variant_get (reply, "(^a&o&o)", &unlocked, &prompt);
  if (!g_str_equal (prompt, "/"))
    show_prompt (task, prompt);
  else
    end (task, *unlocked != NULL ? NULL : parlance_keyring_new_dismissed_error ());
}

void
parlance_secret_unlock_async (GDBusConnection     *bus,
                              const char          *path,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  const char *paths[] = { path, NULL };
  Unlock *unlock = g_new0 (Unlock, 1);

  g_task_set_source_tag (task, parlance_secret_unlock_async);
  unlock->bus = g_object_ref (bus);
  g_task_set_task_data (task, unlock, (GDestroyNotify) unlock_free);

  g_dbus_connection_call (bus, PARLANCE_SECRET_SERVICE_NAME, PARLANCE_SECRET_SERVICE_PATH,
                          PARLANCE_SECRET_SERVICE_INTERFACE, "Unlock",
                          g_variant_new ("(^ao)", paths), G_VARIANT_TYPE ("(aoo)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_asked, g_object_ref (task));
}

gboolean
parlance_secret_unlock_finish (GAsyncResult  *result,
                               GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
