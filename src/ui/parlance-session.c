/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-session.h"

#include "parlance-demo.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

struct _ParlanceSession
{
  GObject       parent_instance;

  ParlanceChat *chat;
  ParlanceDemo *demo;   /* NULL: the person's own data */
  char         *folder; /* of the demo */
};

G_DEFINE_FINAL_TYPE (ParlanceSession, parlance_session, G_TYPE_OBJECT)

/* Never follows a link out of the folder. */
static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
parlance_session_dispose (GObject *object)
{
  ParlanceSession *self = PARLANCE_SESSION (object);

  g_clear_object (&self->chat);
  g_clear_object (&self->demo);
  if (self->folder != NULL)
    remove_folder (self->folder);
  g_clear_pointer (&self->folder, g_free);

  G_OBJECT_CLASS (parlance_session_parent_class)->dispose (object);
}

static void
parlance_session_class_init (ParlanceSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = parlance_session_dispose;
}

static void
parlance_session_init (ParlanceSession *self)
{
}

static void
make_chat (ParlanceSession *self,
           const char      *folder)
{
  g_autofree char *path = g_build_filename (folder, "parlance.sqlite", NULL);
  g_autoptr (ParlanceStore) store = parlance_store_new (path);
  g_autoptr (ParlanceKeyring) keyring = parlance_keyring_new ();
  g_autoptr (ParlanceHttp) http = parlance_http_new ();

  self->chat = parlance_chat_new (store, keyring, http);
}

ParlanceSession *
parlance_session_new (void)
{
  ParlanceSession *self = g_object_new (PARLANCE_TYPE_SESSION, NULL);
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (),
                                              g_str_equal (PROFILE, "development")
                                                ? "parlance-devel"
                                                : "parlance",
                                              NULL);

  make_chat (self, folder);
  return self;
}

ParlanceSession *
parlance_session_new_demo (GError **error)
{
  g_autoptr (ParlanceSession) self = g_object_new (PARLANCE_TYPE_SESSION, NULL);

  self->demo = parlance_demo_new (error);
  if (self->demo == NULL)
    return NULL;
  self->folder = g_dir_make_tmp ("parlance-demo-XXXXXX", error);
  if (self->folder == NULL)
    return NULL;

  make_chat (self, self->folder);
  return g_steal_pointer (&self);
}

gboolean
parlance_session_is_demo (ParlanceSession *self)
{
  g_return_val_if_fail (PARLANCE_IS_SESSION (self), FALSE);

  return self->demo != NULL;
}

ParlanceChat *
parlance_session_get_chat (ParlanceSession *self)
{
  g_return_val_if_fail (PARLANCE_IS_SESSION (self), NULL);

  return self->chat;
}

/* Runs inside "notify::account", before the window hears that the chat has started: it never sees
 * the demo's account without its model. */
static void
account_cb (ParlanceSession *self)
{
  ParlanceAccount *account = parlance_chat_get_account (self->chat);

  if (account == NULL)
    return;
  /* A token of its own for this run: the person's keyring is never asked for one. */
  parlance_keyring_keep_for_run (parlance_chat_get_keyring (self->chat), account, "demo");
  parlance_account_set_preset (account, "custom");
  parlance_account_set_base_url (account, parlance_demo_get_base_url (self->demo));
  parlance_account_set_model_id (account, PARLANCE_DEMO_MODEL_DEFAULT);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (ParlanceSession) self = user_data;

  /* What went wrong stands in the chat's "store-error". */
  parlance_chat_start_finish (PARLANCE_CHAT (source), result, NULL);
  if (self->demo != NULL)
    parlance_chat_save_account (self->chat);
}

void
parlance_session_start (ParlanceSession *self)
{
  g_return_if_fail (PARLANCE_IS_SESSION (self));

  if (self->demo != NULL)
    g_signal_connect_object (self->chat, "notify::account", G_CALLBACK (account_cb), self,
                             G_CONNECT_SWAPPED);
  parlance_chat_start_async (self->chat, started_cb, g_object_ref (self));
}

static void
shut_down_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  parlance_chat_shutdown_finish (PARLANCE_CHAT (source), result);
  g_task_return_boolean (task, TRUE);
}

void
parlance_session_close_async (ParlanceSession     *self,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PARLANCE_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, parlance_session_close_async);
  parlance_chat_shutdown_async (self->chat, shut_down_cb, task);
}

void
parlance_session_close_finish (ParlanceSession *self,
                               GAsyncResult    *result)
{
  g_return_if_fail (g_task_is_valid (result, self));

  g_task_propagate_boolean (G_TASK (result), NULL);
}
