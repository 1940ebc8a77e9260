/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-request.h"

#include "parlance-preset.h"

#include <json-glib/json-glib.h>

/* What the model reads after its own unfinished answer. English, whatever the language of the
 * conversation: models follow it best so, and it is not shown. */
#define CONTINUE_INSTRUCTION \
  "Your previous answer was cut off. Continue it exactly where it stopped, in the same language " \
  "and format. Do not repeat anything that you have written, and do not add an introduction."

static const char *
role_name (ParlanceRole role)
{
  switch (role)
    {
    case PARLANCE_ROLE_SYSTEM:
      return "system";
    case PARLANCE_ROLE_ASSISTANT:
      return "assistant";
    case PARLANCE_ROLE_USER:
    default:
      return "user";
    }
}

static void
add_message (JsonBuilder *builder,
             const char  *role,
             const char  *content)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "role");
  json_builder_add_string_value (builder, role);
  json_builder_set_member_name (builder, "content");
  json_builder_add_string_value (builder, content);
  json_builder_end_object (builder);
}

static JsonBuilder *
begin_chat (ParlanceAccount *account)
{
  const ParlancePreset *preset = parlance_preset_find (parlance_account_get_preset (account));
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "model");
  json_builder_add_string_value (builder, parlance_account_get_model_id (account));
  json_builder_set_member_name (builder, "stream");
  json_builder_add_boolean_value (builder, TRUE);

  if (preset->quirks & PARLANCE_QUIRK_STREAM_OPTIONS)
    {
      json_builder_set_member_name (builder, "stream_options");
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "include_usage");
      json_builder_add_boolean_value (builder, TRUE);
      json_builder_end_object (builder);
    }

  json_builder_set_member_name (builder, "messages");
  json_builder_begin_array (builder);

  return builder;
}

/* Ends what is still open: the list of messages was closed by the caller. */
static GBytes *
end_chat (JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  char *text;
  size_t length;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, &length);

  return g_bytes_new_take (text, length);
}

GBytes *
parlance_request_encode_chat (ParlanceAccount *account,
                              GPtrArray       *branch)
{
  g_autoptr (JsonBuilder) builder = NULL;
  gboolean unfinished = FALSE;

  g_return_val_if_fail (PARLANCE_IS_ACCOUNT (account), NULL);
  g_return_val_if_fail (branch != NULL, NULL);

  builder = begin_chat (account);

  for (unsigned i = 0; i < branch->len; i++)
    {
      ParlanceMessage *message = g_ptr_array_index (branch, i);
      ParlanceRole role = parlance_message_get_role (message);
      g_autofree char *text = parlance_message_dup_text (message, PARLANCE_PART_TEXT);

      /* An empty reply, be it failed, stopped or still to come, says nothing. */
      if (role == PARLANCE_ROLE_ASSISTANT && *text == '\0')
        continue;

      add_message (builder, role_name (role), text);
      unfinished = role == PARLANCE_ROLE_ASSISTANT;
    }

  if (unfinished)
    add_message (builder, "user", CONTINUE_INSTRUCTION);

  json_builder_end_array (builder);

  return end_chat (builder);
}

GBytes *
parlance_request_encode_check (ParlanceAccount *account)
{
  g_autoptr (JsonBuilder) builder = NULL;

  g_return_val_if_fail (PARLANCE_IS_ACCOUNT (account), NULL);

  builder = begin_chat (account);
  add_message (builder, "user", "Hi");
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "max_tokens");
  json_builder_add_int_value (builder, 1);

  return end_chat (builder);
}
