/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-token-group-private.h"

#include "parlance-clean.h"
#include "parlance-paste.h"
#include "parlance-preset.h"

#include <glib/gi18n.h>

/* A pasted token is kept this long after the last change. */
#define SETTLE_MS 500

enum
{
  SIGNAL_EDITED,
  SIGNAL_ACTIVATED,
  SIGNAL_STORED,
  SIGNAL_REMOVED,
  N_SIGNALS
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceTokenGroup, parlance_token_group, ADW_TYPE_PREFERENCES_GROUP)

void
parlance_token_group_set_text (ParlanceTokenGroup *self,
                               const char         *text)
{
  if (g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->row)), text))
    return;

  self->quiet = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->row), text);
  gtk_editable_set_position (GTK_EDITABLE (self->row), -1);
  self->quiet = FALSE;
}

void
parlance_token_group_show_state (ParlanceTokenGroup *self)
{
  gboolean found = self->found && !self->dirty && self->storing == NULL;
  gboolean run_only = parlance_keyring_get_run_only (parlance_chat_get_keyring (self->chat));

  gtk_widget_set_visible (self->kept, found && !run_only);
  gtk_widget_set_visible (self->remove_button, found);
  adw_preferences_group_set_description (
    ADW_PREFERENCES_GROUP (self),
    run_only ? _("Your token is kept for this run only: Parlance forgets it when it ends. Show it "
                 "to no one: whoever has it can use your account.")
             : _("Your token is kept in your keyring and nowhere else. Show it to no one: whoever "
                 "has it can use your account."));
}

void
parlance_token_group_drop_look (ParlanceTokenGroup *self)
{
  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
}

static gboolean
needs_token (ParlanceTokenGroup *self)
{
  ParlanceAccount *account = parlance_chat_get_account (self->chat);
  const ParlancePreset *preset = parlance_preset_find (parlance_account_get_preset (account));

  return (preset->quirks & PARLANCE_QUIRK_NEEDS_TOKEN) != 0;
}

/* On the first page there is nothing to complain of yet. */
static gboolean
is_set_up (ParlanceTokenGroup *self)
{
  return *parlance_account_get_model_id (parlance_chat_get_account (self->chat)) != '\0';
}

/* Another program may have changed what the keyring has. */
static void
take_found (ParlanceTokenGroup   *self,
            ParlanceKeyringState  state,
            const char           *token,
            const GError         *error)
{
  self->found = state == PARLANCE_KEYRING_FOUND;
  self->state = state;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  parlance_token_group_set_text (self, token != NULL ? token : "");

  if (self->found)
    {
      if (self->offer != PARLANCE_TOKEN_OFFER_NONE)
        parlance_token_group_clear_report (self);
    }
  else if (is_set_up (self) && (state == PARLANCE_KEYRING_LOCKED || needs_token (self)))
    {
      /* That the prompt was closed says more than that it is locked. */
      if (state != PARLANCE_KEYRING_LOCKED || self->offer != PARLANCE_TOKEN_OFFER_UNLOCK)
        self->offer = parlance_token_report_show_unread (self->report, state, error);
    }
  parlance_token_group_show_state (self);
}

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (ParlanceTokenGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  ParlanceKeyringState state;
  char *token = NULL;

  state = parlance_keyring_lookup_finish (PARLANCE_KEYRING (source), result, &token, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->chat != NULL)
    {
      g_clear_object (&self->looking);
      take_found (self, state, token, error);
    }
  parlance_token_free (token);
}

static void
look_up (ParlanceTokenGroup *self)
{
  if (self->chat == NULL || self->dirty || self->storing != NULL)
    return;

  parlance_token_group_drop_look (self);
  self->looking = g_cancellable_new ();
  parlance_keyring_lookup_async (parlance_chat_get_keyring (self->chat),
                                 parlance_chat_get_account (self->chat), self->looking,
                                 looked_up_cb, g_object_ref (self));
}

/* Another program may have changed the keyring while the person was there. */
static void
active_cb (ParlanceTokenGroup *self,
           GParamSpec         *pspec,
           GtkWindow          *window)
{
  if (gtk_window_is_active (window) && self->looking == NULL)
    look_up (self);
}

static void
parlance_token_group_root (GtkWidget *widget)
{
  GtkRoot *root;

  GTK_WIDGET_CLASS (parlance_token_group_parent_class)->root (widget);

  root = gtk_widget_get_root (widget);
  if (GTK_IS_WINDOW (root))
    g_signal_connect_object (root, "notify::is-active", G_CALLBACK (active_cb), widget,
                             G_CONNECT_SWAPPED);
}

static void
parlance_token_group_unroot (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_widget_get_root (widget), active_cb, widget);

  GTK_WIDGET_CLASS (parlance_token_group_parent_class)->unroot (widget);
}

/* Another part of the program has seen the token or misses it, or has unlocked the keyring. */
static void
keyring_state_cb (ParlanceTokenGroup *self)
{
  int state;

  g_object_get (self->chat, "keyring-state", &state, NULL);
  if ((state == PARLANCE_KEYRING_FOUND) != self->found)
    look_up (self);
}

/* ------------------------------------------------------------------ keeping */

static gboolean
settled_cb (gpointer user_data)
{
  ParlanceTokenGroup *self = user_data;

  self->settle_id = 0;
  parlance_token_group_keep (self);

  return G_SOURCE_REMOVE;
}

static void
changed_cb (ParlanceTokenGroup *self)
{
  if (self->quiet || self->chat == NULL)
    return;

  self->dirty = TRUE;
  parlance_token_group_drop_look (self);
  parlance_token_group_clear_report (self);
  parlance_token_group_show_state (self);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MS, settled_cb, self);
  g_signal_emit (self, signals[SIGNAL_EDITED], 0);
}

static void
activated_cb (ParlanceTokenGroup *self)
{
  parlance_token_group_keep (self);
  g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0);
}

static void
unlocked_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (ParlanceTokenGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean unlocked = parlance_keyring_unlock_finish (PARLANCE_KEYRING (source), result, &error);

  self->unlocking = FALSE;
  if (self->chat == NULL)
    return;

  if (unlocked)
    {
      if (self->offer == PARLANCE_TOKEN_OFFER_UNLOCK)
        parlance_token_group_clear_report (self);
      look_up (self);
    }
  else if (!self->dirty && self->storing == NULL)
    self->offer = parlance_token_report_show_unread (self->report, PARLANCE_KEYRING_UNAVAILABLE,
                                                     error);
  parlance_chat_look_at_keyring (self->chat);
}

static void
unlock (ParlanceTokenGroup *self)
{
  if (self->unlocking)
    return;

  self->unlocking = TRUE;
  parlance_keyring_unlock_async (parlance_chat_get_keyring (self->chat),
                                 parlance_chat_get_account (self->chat), unlocked_cb,
                                 g_object_ref (self));
}

static void
report_clicked_cb (ParlanceTokenGroup *self)
{
  switch (self->offer)
    {
    case PARLANCE_TOKEN_OFFER_UNLOCK:
      unlock (self);
      break;
    case PARLANCE_TOKEN_OFFER_LOOK_AGAIN:
      parlance_token_group_clear_report (self);
      look_up (self);
      break;
    case PARLANCE_TOKEN_OFFER_KEEP_FOR_RUN:
      parlance_token_group_keep_for_run (self);
      break;
    case PARLANCE_TOKEN_OFFER_NONE:
    default:
      break;
    }
  /* The button goes with the report. */
  gtk_widget_grab_focus (self->row);
}

/* ------------------------------------------------------------------ removing */

static void
removed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (ParlanceTokenGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean removed = parlance_keyring_remove_finish (PARLANCE_KEYRING (source), result, &error);
  char *token;

  if (self->chat == NULL)
    return;
  if (!removed)
    {
      gboolean locked =
        g_error_matches (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_LOCKED);

      parlance_report_row_show_text (self->report, _("The token could not be removed"),
                                     error->message, locked ? _("_Unlock") : NULL);
      self->offer = locked ? PARLANCE_TOKEN_OFFER_UNLOCK : PARLANCE_TOKEN_OFFER_NONE;
      return;
    }

  self->found = FALSE;
  parlance_chat_look_at_keyring (self->chat);
  /* Another token has been put in its place meanwhile. */
  if (self->dirty || self->storing != NULL)
    {
      parlance_token_group_show_state (self);
      return;
    }

  token = parlance_token_group_dup_token (self);
  parlance_token_group_set_text (self, "");
  parlance_token_group_show_state (self);
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0, token);
  parlance_token_free (token);
}

static void
remove_cb (ParlanceTokenGroup *self)
{
  parlance_token_group_drop_look (self);
  parlance_token_group_clear_report (self);
  g_signal_emit (self, signals[SIGNAL_EDITED], 0);
  /* The button is about to go: the focus would get lost. */
  gtk_widget_grab_focus (self->row);
  parlance_keyring_remove_async (parlance_chat_get_keyring (self->chat),
                                 parlance_chat_get_account (self->chat), NULL, removed_cb,
                                 g_object_ref (self));
}

/* ------------------------------------------------------------------ object */

static void
parlance_token_group_dispose (GObject *object)
{
  ParlanceTokenGroup *self = PARLANCE_TOKEN_GROUP (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  parlance_token_group_drop_look (self);
  parlance_token_group_end_storing (self);
  g_clear_object (&self->chat);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (parlance_token_group_parent_class)->dispose (object);
}

static void
parlance_token_group_class_init (ParlanceTokenGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = parlance_token_group_dispose;
  widget_class->root = parlance_token_group_root;
  widget_class->unroot = parlance_token_group_unroot;

  signals[SIGNAL_EDITED] =
    g_signal_new ("edited", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ACTIVATED] =
    g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_STORED] = g_signal_new ("stored", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[SIGNAL_REMOVED] =
    g_signal_new ("removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                  G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  g_type_ensure (PARLANCE_TYPE_REPORT_ROW);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/parlance_chat/Parlance/parlance-token-group.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceTokenGroup, row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceTokenGroup, kept);
  gtk_widget_class_bind_template_child (widget_class, ParlanceTokenGroup, remove_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceTokenGroup, report);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, report_clicked_cb);
}

static void
parlance_token_group_init (ParlanceTokenGroup *self)
{
  self->state = PARLANCE_KEYRING_MISSING;
  gtk_widget_init_template (GTK_WIDGET (self));
  parlance_paste_attach_line (GTK_EDITABLE (self->row));
}

/* ------------------------------------------------------------------ public */

void
parlance_token_group_set_session (ParlanceTokenGroup *self,
                                  ParlanceSession    *session)
{
  g_return_if_fail (PARLANCE_IS_TOKEN_GROUP (self));
  g_return_if_fail (self->chat == NULL);

  /* The demo wants no token, and the person's keyring is none of its business. */
  if (parlance_session_is_demo (session))
    {
      /* Rows that are hidden would leave the frame of their list to be seen. */
      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->row);
      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->report));
      adw_preferences_group_set_description (
        ADW_PREFERENCES_GROUP (self),
        _("This is the demo: it needs no token, and nothing of it is kept. Your own token and "
          "model belong in a Parlance started without it."));
      return;
    }

  self->chat = g_object_ref (parlance_session_get_chat (session));
  g_signal_connect_object (self->chat, "notify::keyring-state", G_CALLBACK (keyring_state_cb),
                           self, G_CONNECT_SWAPPED);
  parlance_token_group_show_state (self);
  look_up (self);
}

char *
parlance_token_group_dup_token (ParlanceTokenGroup *self)
{
  g_return_val_if_fail (PARLANCE_IS_TOKEN_GROUP (self), NULL);

  return parlance_clean_token (gtk_editable_get_text (GTK_EDITABLE (self->row)));
}

void
parlance_token_group_restore (ParlanceTokenGroup *self,
                              const char         *token)
{
  g_return_if_fail (PARLANCE_IS_TOKEN_GROUP (self));

  if (*gtk_editable_get_text (GTK_EDITABLE (self->row)) != '\0')
    return;

  parlance_token_group_set_text (self, token);
  self->dirty = TRUE;
  parlance_token_group_keep (self);
}

void
parlance_token_group_show_verdict (ParlanceTokenGroup   *self,
                                   ParlanceVerdict      *verdict,
                                   const ParlancePreset *preset)
{
  g_return_if_fail (PARLANCE_IS_TOKEN_GROUP (self));

  self->offer = PARLANCE_TOKEN_OFFER_NONE;
  parlance_report_row_show_verdict (self->report, verdict, preset);
}

void
parlance_token_group_show_missing (ParlanceTokenGroup *self)
{
  g_return_if_fail (PARLANCE_IS_TOKEN_GROUP (self));

  self->offer = parlance_token_report_show_unread (self->report, self->state, self->error);
}

void
parlance_token_group_clear_report (ParlanceTokenGroup *self)
{
  g_return_if_fail (PARLANCE_IS_TOKEN_GROUP (self));

  self->offer = PARLANCE_TOKEN_OFFER_NONE;
  parlance_report_row_clear (self->report);
}

void
parlance_token_group_focus (ParlanceTokenGroup *self)
{
  g_return_if_fail (PARLANCE_IS_TOKEN_GROUP (self));

  if (self->chat != NULL)
    gtk_widget_grab_focus (self->row);
}
