/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-token-group-private.h"

/* A keyring that takes longer shows a prompt, or hangs: there is a way round it then. */
#define PATIENCE_MS 3000

/* A call that keeps a token, which may go on when nobody waits for it any more. */
typedef struct
{
  ParlanceTokenGroup *group;
  GCancellable       *cancellable;
} Storing;

static void
storing_free (Storing *storing)
{
  g_object_unref (storing->group);
  g_object_unref (storing->cancellable);
  g_free (storing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Storing, storing_free)

void
parlance_token_group_end_storing (ParlanceTokenGroup *self)
{
  g_clear_handle_id (&self->patience_id, g_source_remove);
  g_clear_object (&self->storing);
}

/* The token is kept for this run, and the prompt that nobody waited for was answered after all:
 * what is in the row now belongs in the keyring. */
static void
take_late (ParlanceTokenGroup *self,
           gboolean            kept)
{
  if (!kept || self->storing != NULL)
    return;

  self->dirty = TRUE;
  parlance_token_group_keep (self);
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Storing) storing = user_data;
  g_autoptr (GError) error = NULL;
  ParlanceTokenGroup *self = storing->group;
  gboolean kept = parlance_keyring_store_finish (PARLANCE_KEYRING (source), result, &error);

  if (self->chat == NULL)
    return;
  if (self->storing != storing->cancellable)
    {
      take_late (self, kept);
      return;
    }

  parlance_token_group_end_storing (self);
  if (kept)
    {
      /* The keyring knows the token by the account's id: that must not be lost. */
      parlance_chat_save_account (self->chat);
      parlance_chat_look_at_keyring (self->chat);
      self->found = TRUE;
      if (self->offer != PARLANCE_TOKEN_OFFER_NONE)
        parlance_token_group_clear_report (self);
      if (parlance_token_group_keep (self))
        return;
    }
  else
    {
      self->dirty = TRUE;
      self->offer = parlance_token_report_show_unkept (self->report, error);
    }
  parlance_token_group_show_state (self);
  g_signal_emit_by_name (self, "stored", kept);
}

static gboolean
impatient_cb (gpointer user_data)
{
  ParlanceTokenGroup *self = user_data;

  self->patience_id = 0;
  self->offer = parlance_token_report_show_waiting (self->report);

  return G_SOURCE_REMOVE;
}

void
parlance_token_group_keep_for_run (ParlanceTokenGroup *self)
{
  char *token = parlance_token_group_dup_token (self);

  if (*token != '\0')
    {
      parlance_keyring_keep_for_run (parlance_chat_get_keyring (self->chat),
                                     parlance_chat_get_account (self->chat), token);
      parlance_chat_save_account (self->chat);
      parlance_chat_look_at_keyring (self->chat);
      parlance_token_group_drop_look (self);
      self->dirty = FALSE;
      self->found = TRUE;
      g_clear_handle_id (&self->settle_id, g_source_remove);
      if (self->storing != NULL)
        g_cancellable_cancel (self->storing);
      parlance_token_group_end_storing (self);
      parlance_token_group_clear_report (self);
      parlance_token_group_show_state (self);
      g_signal_emit_by_name (self, "stored", TRUE);
    }
  parlance_token_free (token);
}

/* The last change counts: while one is being kept, the next waits. */
gboolean
parlance_token_group_keep (ParlanceTokenGroup *self)
{
  char *token;

  g_return_val_if_fail (PARLANCE_IS_TOKEN_GROUP (self), FALSE);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->chat == NULL)
    return FALSE;
  if (self->storing != NULL && self->patience_id == 0)
    self->patience_id = g_timeout_add (PATIENCE_MS, impatient_cb, self);
  if (!self->dirty || self->storing != NULL)
    return self->storing != NULL;

  token = parlance_token_group_dup_token (self);
  if (*token != '\0')
    {
      Storing *storing = g_new0 (Storing, 1);

      parlance_token_group_drop_look (self);
      parlance_token_group_set_text (self, token);
      self->dirty = FALSE;
      self->storing = g_cancellable_new ();
      storing->group = g_object_ref (self);
      storing->cancellable = g_object_ref (self->storing);
      self->patience_id = g_timeout_add (PATIENCE_MS, impatient_cb, self);
      parlance_keyring_store_async (parlance_chat_get_keyring (self->chat),
                                    parlance_chat_get_account (self->chat), token, self->storing,
                                    stored_cb, storing);
    }
  parlance_token_free (token);
  parlance_token_group_show_state (self);

  return self->storing != NULL;
}
