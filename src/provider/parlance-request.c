/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-request.h"

#include "parlance-preset.h"

#include <json-glib/json-glib.h>

/* What the model reads after its own unfinished answer. English, whatever the language of the
 * conversation: models follow it best so, and it is not shown. */
#define CONTINUE_INSTRUCTION \
  "Your previous answer was cut off. Continue it exactly where it stopped, in the same language " \
  "and format. Do not repeat anything that you have written, and do not add an introduction."

typedef struct
{
  const char *role;
  char       *text;
} Line;

struct _ParlanceRequest
{
  char     *model_id;
  gboolean  wants_usage;
  GArray   *lines;
  int       max_tokens; /* 0: the service's */
};

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
line_clear (gpointer data)
{
  Line *line = data;

  g_free (line->text);
}

/* Takes @text. */
static void
add_line (ParlanceRequest *self,
          const char      *role,
          char            *text)
{
  Line line = { role, text };

  g_array_append_val (self->lines, line);
}

static ParlanceRequest *
request_new (ParlanceAccount *account)
{
  const ParlancePreset *preset = parlance_preset_find (parlance_account_get_preset (account));
  ParlanceRequest *self = g_new0 (ParlanceRequest, 1);

  self->model_id = g_strdup (parlance_account_get_model_id (account));
  self->wants_usage = (preset->quirks & PARLANCE_QUIRK_STREAM_OPTIONS) != 0;
  self->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  g_array_set_clear_func (self->lines, line_clear);

  return self;
}

void
parlance_request_free (ParlanceRequest *self)
{
  g_free (self->model_id);
  g_array_unref (self->lines);
  g_free (self);
}

ParlanceRequest *
parlance_request_new_chat (ParlanceAccount *account,
                           GPtrArray       *branch)
{
  ParlanceRequest *self;
  gboolean unfinished = FALSE;

  g_return_val_if_fail (PARLANCE_IS_ACCOUNT (account), NULL);
  g_return_val_if_fail (branch != NULL, NULL);

  self = request_new (account);

  for (unsigned i = 0; i < branch->len; i++)
    {
      ParlanceMessage *message = g_ptr_array_index (branch, i);
      ParlanceRole role = parlance_message_get_role (message);
      g_autofree char *text = parlance_message_dup_text (message, PARLANCE_PART_TEXT);

      /* An empty reply, be it failed, stopped or still to come, says nothing. */
      if (role == PARLANCE_ROLE_ASSISTANT && *text == '\0')
        continue;

      add_line (self, role_name (role), g_steal_pointer (&text));
      unfinished = role == PARLANCE_ROLE_ASSISTANT;
    }

  if (unfinished)
    add_line (self, "user", g_strdup (CONTINUE_INSTRUCTION));

  return self;
}

static void
add_messages (ParlanceRequest *self,
              JsonBuilder     *builder)
{
  json_builder_set_member_name (builder, "messages");
  json_builder_begin_array (builder);

  for (unsigned i = 0; i < self->lines->len; i++)
    {
      Line *line = &g_array_index (self->lines, Line, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "role");
      json_builder_add_string_value (builder, line->role);
      json_builder_set_member_name (builder, "content");
      json_builder_add_string_value (builder, line->text);
      json_builder_end_object (builder);
      /* The builder has a copy; two of them are enough. */
      g_clear_pointer (&line->text, g_free);
    }

  json_builder_end_array (builder);
}

GBytes *
parlance_request_encode (ParlanceRequest *self)
{
  g_autoptr (ParlanceRequest) taken = self;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  char *text;
  size_t length;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "model");
  json_builder_add_string_value (builder, taken->model_id);
  json_builder_set_member_name (builder, "stream");
  json_builder_add_boolean_value (builder, TRUE);

  if (taken->wants_usage)
    {
      json_builder_set_member_name (builder, "stream_options");
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "include_usage");
      json_builder_add_boolean_value (builder, TRUE);
      json_builder_end_object (builder);
    }

  add_messages (taken, builder);

  if (taken->max_tokens > 0)
    {
      json_builder_set_member_name (builder, "max_tokens");
      json_builder_add_int_value (builder, taken->max_tokens);
    }

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
  return parlance_request_encode (parlance_request_new_chat (account, branch));
}

GBytes *
parlance_request_encode_check (ParlanceAccount *account)
{
  ParlanceRequest *self;

  g_return_val_if_fail (PARLANCE_IS_ACCOUNT (account), NULL);

  self = request_new (account);
  add_line (self, "user", g_strdup ("Hi"));
  self->max_tokens = 1;

  return parlance_request_encode (self);
}
