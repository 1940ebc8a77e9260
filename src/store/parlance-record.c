/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-record.h"

ParlanceAccountRecord *
parlance_account_record_new (ParlanceAccount *account)
{
  ParlanceAccountRecord *self = g_new0 (ParlanceAccountRecord, 1);

  self->id = g_strdup (parlance_account_get_id (account));
  self->preset = g_strdup (parlance_account_get_preset (account));
  self->label = g_strdup (parlance_account_get_label (account));
  self->base_url = g_strdup (parlance_account_get_base_url (account));
  self->model_id = g_strdup (parlance_account_get_model_id (account));
  self->task = parlance_account_get_task (account);

  return self;
}

ParlanceAccount *
parlance_account_record_load (ParlanceAccountRecord *self)
{
  ParlanceAccount *account = parlance_account_new (self->id, self->preset, self->label,
                                                   self->base_url);

  parlance_account_set_model_id (account, self->model_id);
  if (self->task >= 0 && self->task <= (int) PARLANCE_TASK_IMAGE_GENERATION)
    parlance_account_set_task (account, self->task);

  return account;
}

void
parlance_account_record_free (ParlanceAccountRecord *self)
{
  g_free (self->id);
  g_free (self->preset);
  g_free (self->label);
  g_free (self->base_url);
  g_free (self->model_id);
  g_free (self);
}

ParlanceConversationRecord *
parlance_conversation_record_new (ParlanceConversation *conversation)
{
  ParlanceConversationRecord *self = g_new0 (ParlanceConversationRecord, 1);
  ParlanceMessage            *leaf = parlance_conversation_get_leaf (conversation);

  self->id = parlance_conversation_get_id (conversation);
  self->title = g_strdup (parlance_conversation_get_title (conversation));
  self->updated = parlance_conversation_get_updated (conversation);
  self->leaf_id = leaf ? parlance_message_get_id (leaf) : 0;
  self->draft = g_strdup (parlance_conversation_get_draft (conversation));

  return self;
}

ParlanceConversation *
parlance_conversation_record_load (ParlanceConversationRecord *self)
{
  ParlanceConversation *conversation = parlance_conversation_new (self->id);

  parlance_conversation_set_title (conversation, self->title);
  parlance_conversation_set_draft (conversation, self->draft);
  parlance_conversation_set_updated (conversation, self->updated);

  return conversation;
}

void
parlance_conversation_record_free (ParlanceConversationRecord *self)
{
  g_free (self->title);
  g_free (self->draft);
  g_free (self);
}

static void
clear_part (gpointer data)
{
  ParlancePart *part = data;

  if (part->text)
    g_string_free (part->text, TRUE);
}

ParlanceMessageRecord *
parlance_message_record_new_empty (void)
{
  ParlanceMessageRecord *self = g_new0 (ParlanceMessageRecord, 1);

  self->parts = g_array_new (FALSE, FALSE, sizeof (ParlancePart));
  g_array_set_clear_func (self->parts, clear_part);

  return self;
}

ParlanceMessageRecord *
parlance_message_record_new (ParlanceMessage *message,
                             int64_t          conversation_id)
{
  ParlanceMessageRecord *self = parlance_message_record_new_empty ();
  ParlanceVerdict       *verdict = parlance_message_get_verdict (message);

  self->id = parlance_message_get_id (message);
  self->conversation_id = conversation_id;
  self->parent_id = parlance_message_get_parent_id (message);
  self->role = parlance_message_get_role (message);
  self->state = parlance_message_get_state (message);
  self->created = parlance_message_get_created (message);
  self->account_id = g_strdup (parlance_message_get_account_id (message));
  self->model_id = g_strdup (parlance_message_get_model_id (message));
  self->usage = parlance_message_get_usage (message);
  self->finish_reason = g_strdup (parlance_message_get_finish_reason (message));

  if (verdict)
    {
      self->verdict = g_strdup (parlance_verdict_kind_to_nick (verdict->kind));
      self->verdict_status = verdict->status;
      self->verdict_words = g_strdup (verdict->words);
      self->verdict_request_id = g_strdup (verdict->request_id);
    }

  for (unsigned i = 0; i < parlance_message_get_n_parts (message); i++)
    {
      const ParlancePart *part = parlance_message_get_part (message, i);
      ParlancePart        copy = { part->kind, g_string_new_len (part->text->str,
                                                                 (gssize) part->text->len) };

      g_array_append_val (self->parts, copy);
    }

  return self;
}

ParlanceMessage *
parlance_message_record_load (ParlanceMessageRecord *self)
{
  int              role = CLAMP (self->role, 0, (int) PARLANCE_ROLE_ASSISTANT);
  ParlanceMessage *message = parlance_message_new (self->id, self->parent_id, role);

  for (unsigned i = 0; i < self->parts->len; i++)
    {
      ParlancePart *part = &g_array_index (self->parts, ParlancePart, i);

      if (part->text->len > 0)
        parlance_message_take_part (message, MIN (part->kind, PARLANCE_PART_TOOL_CALL),
                                    g_steal_pointer (&part->text));
    }

  parlance_message_set_created (message, self->created);
  parlance_message_set_origin (message, self->account_id, self->model_id);
  parlance_message_set_usage (message, self->usage);
  parlance_message_set_finish_reason (message, self->finish_reason);

  if (self->verdict)
    {
      g_autoptr (ParlanceVerdict) verdict =
        parlance_verdict_new (parlance_verdict_kind_from_nick (self->verdict),
                              self->verdict_status, self->verdict_words,
                              self->verdict_request_id);

      parlance_message_set_verdict (message, verdict);
    }

  if (self->state >= 0 && self->state <= (int) PARLANCE_STATE_FAILED)
    parlance_message_set_state (message, self->state);
  else
    parlance_message_set_state (message, PARLANCE_STATE_INTERRUPTED);

  return message;
}

void
parlance_message_record_append (ParlanceMessageRecord *self,
                                int                    kind,
                                GString               *text)
{
  ParlancePart part = { kind, text };

  if (self->parts->len > 0)
    {
      ParlancePart *last = &g_array_index (self->parts, ParlancePart, self->parts->len - 1);

      if ((int) last->kind == kind)
        {
          g_string_append_len (last->text, text->str, (gssize) text->len);
          g_string_free (text, TRUE);
          return;
        }
    }

  g_array_append_val (self->parts, part);
}

void
parlance_message_record_repair (ParlanceMessageRecord *self)
{
  for (unsigned i = 0; i < self->parts->len; i++)
    {
      GString *text = g_array_index (self->parts, ParlancePart, i).text;

      if (!g_utf8_validate_len (text->str, text->len, NULL))
        {
          g_autofree char *repaired = g_utf8_make_valid (text->str, (gssize) text->len);

          g_string_assign (text, repaired);
        }
    }
}

void
parlance_message_record_free (ParlanceMessageRecord *self)
{
  g_free (self->account_id);
  g_free (self->model_id);
  g_free (self->finish_reason);
  g_free (self->verdict);
  g_free (self->verdict_words);
  g_free (self->verdict_request_id);
  g_array_unref (self->parts);
  g_free (self);
}
