/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-account-rows-private.h"

#include "parlance-service.h"

static void
clear_reports (ParlanceAccountRows *self)
{
  parlance_token_group_clear_report (self->token_group);
  parlance_model_group_clear_reports (self->model_group);
  parlance_service_group_clear_report (self->service_group);
  parlance_report_row_clear (self->other_report);
}

/* Ends a check whatever it has found so far. */
void
parlance_account_rows_cancel (ParlanceAccountRows *self)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT_ROWS (self));

  self->check_wanted = FALSE;
  if (self->check == NULL)
    return;

  g_cancellable_cancel (self->check);
  g_clear_object (&self->check);
  g_object_notify (G_OBJECT (self), "checking");
}

static void
show_verdict (ParlanceAccountRows *self,
              ParlanceVerdict     *verdict)
{
  const ParlancePreset *preset = parlance_account_rows_get_preset (self);

  switch (parlance_verdict_get_concerns (verdict))
    {
    case PARLANCE_CONCERNS_TOKEN:
      parlance_token_group_show_verdict (self->token_group, verdict, preset);
      parlance_token_group_focus (self->token_group);
      break;
    case PARLANCE_CONCERNS_MODEL:
    case PARLANCE_CONCERNS_TASK:
      parlance_model_group_show_verdict (self->model_group, verdict, preset);
      break;
    case PARLANCE_CONCERNS_BASE_URL:
      parlance_service_group_show_verdict (self->service_group, verdict, preset);
      parlance_service_group_focus (self->service_group);
      break;
    case PARLANCE_CONCERNS_NONE:
    default:
      parlance_report_row_show_verdict (self->other_report, verdict, preset);
      gtk_widget_child_focus (GTK_WIDGET (self->other_report), GTK_DIR_TAB_FORWARD);
      break;
    }
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (ParlanceAccountRows) self = user_data;
  g_autoptr (ParlanceVerdict) verdict = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good = parlance_service_check_finish (result, &verdict, &error);

  /* Cancelled, and perhaps another has begun. */
  if (error != NULL || g_cancellable_is_cancelled (self->cancellable))
    return;

  g_clear_object (&self->check);
  g_object_notify (G_OBJECT (self), "checking");
  if (good)
    parlance_chat_save_account (self->chat);
  else
    show_verdict (self, verdict);
  g_signal_emit_by_name (self, "checked", good);
}

static gboolean
has_token (ParlanceAccountRows *self,
           const char          *token)
{
  const ParlancePreset *preset = parlance_account_rows_get_preset (self);

  if (*token != '\0' || (preset->quirks & PARLANCE_QUIRK_NEEDS_TOKEN) == 0)
    return TRUE;

  parlance_token_group_show_missing (self->token_group);
  parlance_token_group_focus (self->token_group);
  return FALSE;
}

void
parlance_account_rows_check (ParlanceAccountRows *self)
{
  gboolean storing;
  char *token;

  g_return_if_fail (PARLANCE_IS_ACCOUNT_ROWS (self));

  parlance_account_rows_cancel (self);
  clear_reports (self);
  storing = parlance_token_group_keep (self->token_group);

  token = parlance_token_group_dup_token (self->token_group);
  if (!has_token (self, token))
    g_signal_emit_by_name (self, "checked", FALSE);
  else if (!parlance_model_group_take (self->model_group))
    {
      parlance_model_group_focus (self->model_group);
      g_signal_emit_by_name (self, "checked", FALSE);
    }
  else if (!parlance_service_group_take (self->service_group))
    {
      parlance_service_group_focus (self->service_group);
      g_signal_emit_by_name (self, "checked", FALSE);
    }
  else
    {
      self->check = g_cancellable_new ();
      g_object_notify (G_OBJECT (self), "checking");
      /* What the chat will use is what the keyring has. */
      if (storing)
        self->check_wanted = TRUE;
      else
        parlance_service_check_async (parlance_chat_get_http (self->chat), self->account,
                                      *token != '\0' ? token : NULL, self->check, checked_cb,
                                      g_object_ref (self));
    }
  parlance_token_free (token);
}

void
parlance_account_rows_token_stored (ParlanceAccountRows *self,
                                    gboolean             kept)
{
  if (!self->check_wanted)
    return;

  if (kept)
    parlance_account_rows_check (self);
  else
    {
      parlance_account_rows_cancel (self);
      g_signal_emit_by_name (self, "checked", FALSE);
    }
}

gboolean
parlance_account_rows_get_checking (ParlanceAccountRows *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_ROWS (self), FALSE);

  return self->check != NULL;
}
