/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-token-group.h"

#include "parlance-clean.h"
#include "parlance-paste.h"
#include "parlance-report-row.h"

#include <glib/gi18n.h>

/* A pasted token is kept this long after the last change. */
#define SETTLE_MS 500

struct _ParlanceTokenGroup
{
  AdwPreferencesGroup  parent_instance;

  GtkWidget           *row;
  GtkWidget           *kept;
  GtkWidget           *remove_button;
  ParlanceReportRow   *report;

  ParlanceChat        *chat;
  gboolean             quiet;   /* the text changes by our hand */
  gboolean             dirty;   /* the person has changed it since it was kept */
  gboolean             found;   /* what is in the row is what the keyring has */
  gboolean             storing;
  gboolean             locked;  /* the report's button unlocks; otherwise it keeps for this run */
  gboolean             unlocking;
  unsigned             settle_id;
};

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

static void
set_text (ParlanceTokenGroup *self,
          const char         *text)
{
  if (g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->row)), text))
    return;

  self->quiet = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->row), text);
  gtk_editable_set_position (GTK_EDITABLE (self->row), -1);
  self->quiet = FALSE;
}

static void
show_state (ParlanceTokenGroup *self)
{
  gboolean found = self->found && !self->dirty && !self->storing;
  gboolean run_only = parlance_keyring_get_run_only (parlance_chat_get_keyring (self->chat));

  gtk_widget_set_visible (self->kept, found && !run_only);
  gtk_widget_set_visible (self->remove_button, found);
}

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (ParlanceTokenGroup) self = user_data;
  ParlanceKeyringState state;
  char *token = NULL;

  state = parlance_keyring_lookup_finish (PARLANCE_KEYRING (source), result, &token, NULL);
  if (self->chat != NULL && !self->dirty && !self->storing)
    {
      self->found = state == PARLANCE_KEYRING_FOUND;
      if (token != NULL)
        set_text (self, token);
      show_state (self);
    }
  parlance_token_free (token);
}

static void
look_up (ParlanceTokenGroup *self)
{
  if (self->chat != NULL && !self->dirty && !self->storing)
    parlance_keyring_lookup_async (parlance_chat_get_keyring (self->chat),
                                   parlance_chat_get_account (self->chat), NULL, looked_up_cb,
                                   g_object_ref (self));
}

/* Another part of the program has seen the token, or has unlocked the keyring. */
static void
keyring_state_cb (ParlanceTokenGroup *self)
{
  int state;

  g_object_get (self->chat, "keyring-state", &state, NULL);
  if (state == PARLANCE_KEYRING_FOUND && !self->found)
    look_up (self);
}

/* ------------------------------------------------------------------ keeping */

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (ParlanceTokenGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean kept = parlance_keyring_store_finish (PARLANCE_KEYRING (source), result, &error);

  self->storing = FALSE;
  if (self->chat == NULL)
    return;

  if (kept)
    {
      /* The keyring knows the token by the account's id: that must not be lost. */
      parlance_chat_save_account (self->chat);
      parlance_chat_look_at_keyring (self->chat);
      self->found = TRUE;
      if (parlance_token_group_keep (self))
        return;
    }
  else
    {
      self->dirty = TRUE;
      self->locked = FALSE;
      parlance_report_row_show_text (self->report, _("The keyring did not take the token"),
                                     error->message, _("_Keep for This Run Only"));
    }
  show_state (self);
  g_signal_emit (self, signals[SIGNAL_STORED], 0, kept);
}

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
  parlance_report_row_clear (self->report);
  show_state (self);
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
keep_for_run (ParlanceTokenGroup *self)
{
  char *token = parlance_token_group_dup_token (self);

  if (*token != '\0')
    {
      parlance_keyring_keep_for_run (parlance_chat_get_keyring (self->chat),
                                     parlance_chat_get_account (self->chat), token);
      parlance_chat_look_at_keyring (self->chat);
      self->dirty = FALSE;
      self->found = TRUE;
      parlance_report_row_clear (self->report);
      show_state (self);
    }
  parlance_token_free (token);
}

static void
unlocked_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (ParlanceTokenGroup) self = user_data;

  self->unlocking = FALSE;
  if (parlance_keyring_unlock_finish (PARLANCE_KEYRING (source), result, NULL)
      && self->chat != NULL)
    {
      if (self->locked)
        parlance_report_row_clear (self->report);
      parlance_chat_look_at_keyring (self->chat);
      look_up (self);
    }
}

static void
report_clicked_cb (ParlanceTokenGroup *self)
{
  if (!self->locked)
    keep_for_run (self);
  else if (!self->unlocking)
    {
      self->unlocking = TRUE;
      parlance_keyring_unlock_async (parlance_chat_get_keyring (self->chat),
                                     parlance_chat_get_account (self->chat), unlocked_cb,
                                     g_object_ref (self));
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
      self->locked = g_error_matches (error, PARLANCE_KEYRING_ERROR, PARLANCE_KEYRING_ERROR_LOCKED);
      parlance_report_row_show_text (self->report, _("The token could not be removed"),
                                     error->message, self->locked ? _("_Unlock") : NULL);
      return;
    }

  self->found = FALSE;
  parlance_chat_look_at_keyring (self->chat);
  /* Another token has been put in its place meanwhile. */
  if (self->dirty || self->storing)
    {
      show_state (self);
      return;
    }

  token = parlance_token_group_dup_token (self);
  set_text (self, "");
  show_state (self);
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0, token);
  parlance_token_free (token);
}

static void
remove_cb (ParlanceTokenGroup *self)
{
  parlance_report_row_clear (self->report);
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
  g_clear_object (&self->chat);

  G_OBJECT_CLASS (parlance_token_group_parent_class)->dispose (object);
}

static void
parlance_token_group_class_init (ParlanceTokenGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = parlance_token_group_dispose;

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
  look_up (self);
}

char *
parlance_token_group_dup_token (ParlanceTokenGroup *self)
{
  g_return_val_if_fail (PARLANCE_IS_TOKEN_GROUP (self), NULL);

  return parlance_clean_token (gtk_editable_get_text (GTK_EDITABLE (self->row)));
}

/* The last change counts: while one is being kept, the next waits. */
gboolean
parlance_token_group_keep (ParlanceTokenGroup *self)
{
  char *token;

  g_return_val_if_fail (PARLANCE_IS_TOKEN_GROUP (self), FALSE);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->chat == NULL || !self->dirty || self->storing)
    return self->storing;

  token = parlance_token_group_dup_token (self);
  if (*token != '\0')
    {
      set_text (self, token);
      self->dirty = FALSE;
      self->storing = TRUE;
      parlance_keyring_store_async (parlance_chat_get_keyring (self->chat),
                                    parlance_chat_get_account (self->chat), token, NULL,
                                    stored_cb, g_object_ref (self));
    }
  parlance_token_free (token);
  show_state (self);

  return self->storing;
}

void
parlance_token_group_restore (ParlanceTokenGroup *self,
                              const char         *token)
{
  g_return_if_fail (PARLANCE_IS_TOKEN_GROUP (self));

  if (*gtk_editable_get_text (GTK_EDITABLE (self->row)) != '\0')
    return;

  set_text (self, token);
  self->dirty = TRUE;
  parlance_token_group_keep (self);
}

void
parlance_token_group_show_verdict (ParlanceTokenGroup   *self,
                                   ParlanceVerdict      *verdict,
                                   const ParlancePreset *preset)
{
  g_return_if_fail (PARLANCE_IS_TOKEN_GROUP (self));

  parlance_report_row_show_verdict (self->report, verdict, preset);
}

void
parlance_token_group_show_missing (ParlanceTokenGroup *self)
{
  int state = -1;

  g_return_if_fail (PARLANCE_IS_TOKEN_GROUP (self));

  if (self->chat != NULL)
    g_object_get (self->chat, "keyring-state", &state, NULL);
  self->locked = state == PARLANCE_KEYRING_LOCKED;
  if (self->locked)
    parlance_report_row_show_text (self->report, _("The keyring is locked"),
                                   _("Unlock it to use the token that is in it."), _("_Unlock"));
  else
    parlance_report_row_show_text (self->report, _("A token is needed"),
                                   _("Get one from the service and paste it here."), NULL);
}

void
parlance_token_group_clear_report (ParlanceTokenGroup *self)
{
  g_return_if_fail (PARLANCE_IS_TOKEN_GROUP (self));

  parlance_report_row_clear (self->report);
}

void
parlance_token_group_focus (ParlanceTokenGroup *self)
{
  g_return_if_fail (PARLANCE_IS_TOKEN_GROUP (self));

  if (self->chat != NULL)
    gtk_widget_grab_focus (self->row);
}
