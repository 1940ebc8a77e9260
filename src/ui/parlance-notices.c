/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-notices.h"

#include "parlance-banner.h"

#include <glib/gi18n.h>

struct _ParlanceNotices
{
  AdwBin           parent_instance;

  ParlanceSession *session;
  ParlanceBanner  *store;
  ParlanceBanner  *damage;
  ParlanceBanner  *keyring;
  gboolean         unlocking;
};

G_DEFINE_FINAL_TYPE (ParlanceNotices, parlance_notices, ADW_TYPE_BIN)

static const char *
store_text (const GError *error)
{
  switch (error->domain == PARLANCE_STORE_ERROR ? error->code : PARLANCE_STORE_ERROR_FAILED)
    {
    case PARLANCE_STORE_ERROR_FULL:
      return _("Conversations cannot be saved: the disk is full. Make room, then try again.");
    case PARLANCE_STORE_ERROR_BUSY:
      return _("Conversations cannot be opened: another program is using them. Close it, then try "
               "again.");
    case PARLANCE_STORE_ERROR_NEWER:
      return _("Conversations can only be read: a newer version of Parlance has written them. What "
               "you send now is not saved. Update Parlance to go on with them.");
    case PARLANCE_STORE_ERROR_DAMAGED:
      return _("Conversations cannot be opened: the database is damaged, and could not be set "
               "aside. Check that you may write to the data folder, then try again.");
    default:
      return _("Conversations cannot be saved: the data folder cannot be used. Check that you may "
               "write to it, then try again.");
    }
}

static void
store_cb (ParlanceNotices *self)
{
  const GError *error =
    parlance_chat_get_store_error (parlance_session_get_chat (self->session));

  if (error == NULL)
    parlance_banner_hide (self->store);
  else
    parlance_banner_show (self->store, store_text (error),
                          g_error_matches (error, PARLANCE_STORE_ERROR,
                                           PARLANCE_STORE_ERROR_NEWER)
                            ? NULL
                            : _("_Try Again"));
}

static void
try_again_cb (ParlanceNotices *self)
{
  ParlanceChat *chat = parlance_session_get_chat (self->session);
  gboolean started;

  g_object_get (chat, "started", &started, NULL);
  if (started)
    parlance_chat_try_again (chat);
}

static void
set_aside_cb (ParlanceNotices *self)
{
  const char *path = parlance_chat_get_set_aside (parlance_session_get_chat (self->session));
  g_autofree char *shown = NULL;
  g_autofree char *text = NULL;

  if (path == NULL)
    return;

  shown = g_filename_display_name (path);
  /* Translators: %s is the path of a file */
  text = g_strdup_printf (_("The database was damaged. What could still be read has been kept; the "
                            "damaged file is now %s"), shown);
  parlance_banner_show (self->damage, text, _("_Dismiss"));
}

static void
keyring_cb (ParlanceNotices *self)
{
  ParlanceChat *chat = parlance_session_get_chat (self->session);
  int state;

  if (parlance_session_is_demo (self->session))
    return;

  g_object_get (chat, "keyring-state", &state, NULL);
  if (state == PARLANCE_KEYRING_LOCKED)
    parlance_banner_show (self->keyring, _("Your token is in a keyring that is locked"),
                          self->unlocking ? NULL : _("_Unlock"));
  else if (parlance_keyring_get_run_only (parlance_chat_get_keyring (chat)))
    parlance_banner_show (self->keyring,
                          _("Your token is kept for this run only: it is not in a keyring"), NULL);
  else
    parlance_banner_hide (self->keyring);
}

/* Whatever the prompt says: what counts is what can be seen of the token now. */
static void
unlocked_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (ParlanceNotices) self = user_data;

  parlance_keyring_unlock_finish (PARLANCE_KEYRING (source), result, NULL);
  self->unlocking = FALSE;
  if (self->session == NULL)
    return;

  keyring_cb (self);
  parlance_chat_look_at_keyring (parlance_session_get_chat (self->session));
}

static void
unlock_cb (ParlanceNotices *self)
{
  ParlanceChat *chat = parlance_session_get_chat (self->session);

  if (self->unlocking)
    return;

  self->unlocking = TRUE;
  keyring_cb (self);
  parlance_keyring_unlock_async (parlance_chat_get_keyring (chat),
                                 parlance_chat_get_account (chat), unlocked_cb,
                                 g_object_ref (self));
}

static void
parlance_notices_dispose (GObject *object)
{
  ParlanceNotices *self = PARLANCE_NOTICES (object);

  g_clear_object (&self->session);

  G_OBJECT_CLASS (parlance_notices_parent_class)->dispose (object);
}

static void
parlance_notices_class_init (ParlanceNoticesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = parlance_notices_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_notices_init (ParlanceNotices *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->store = PARLANCE_BANNER (parlance_banner_new ());
  self->damage = PARLANCE_BANNER (parlance_banner_new ());
  self->keyring = PARLANCE_BANNER (parlance_banner_new ());
  g_signal_connect_object (self->store, "clicked", G_CALLBACK (try_again_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->damage, "clicked", G_CALLBACK (parlance_banner_hide),
                           self->damage, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keyring, "clicked", G_CALLBACK (unlock_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->store));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->damage));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->keyring));
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
parlance_notices_new (ParlanceSession *session)
{
  ParlanceNotices *self = g_object_new (PARLANCE_TYPE_NOTICES, NULL);
  ParlanceChat *chat = parlance_session_get_chat (session);

  self->session = g_object_ref (session);
  g_signal_connect_object (chat, "notify::store-error", G_CALLBACK (store_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (chat, "notify::set-aside", G_CALLBACK (set_aside_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (chat, "notify::keyring-state", G_CALLBACK (keyring_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (parlance_chat_get_keyring (chat), "notify::run-only",
                           G_CALLBACK (keyring_cb), self, G_CONNECT_SWAPPED);
  store_cb (self);
  set_aside_cb (self);
  keyring_cb (self);

  return GTK_WIDGET (self);
}
