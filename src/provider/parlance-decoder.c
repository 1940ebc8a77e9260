/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-decoder.h"

#include "parlance-json.h"

#include <string.h>

struct _ParlanceDecoder
{
  ParlanceDeltaFunc  func;
  gpointer           user_data;

  char              *finish_reason;
  JsonNode          *error;
  ParlanceUsage      usage;
  ParlanceToolCalls *tool_calls;
  unsigned           unparsable;
  gboolean           done;
};

ParlanceDecoder *
parlance_decoder_new (ParlanceDeltaFunc func,
                      gpointer          user_data)
{
  ParlanceDecoder *self = g_new0 (ParlanceDecoder, 1);

  self->func = func;
  self->user_data = user_data;
  self->usage = PARLANCE_USAGE_UNKNOWN;
  self->tool_calls = parlance_tool_calls_new ();

  return self;
}

void
parlance_decoder_free (ParlanceDecoder *self)
{
  if (self == NULL)
    return;

  g_free (self->finish_reason);
  g_clear_pointer (&self->error, json_node_unref);
  parlance_tool_calls_free (self->tool_calls);
  g_free (self);
}

static void
emit (ParlanceDecoder  *self,
      ParlancePartKind  kind,
      const char       *text)
{
  if (text == NULL || *text == '\0' || self->func == NULL)
    return;

  /* json-glib lets a lone surrogate through ("\ud83d" of an emoji that a service cut in two). */
  if (G_UNLIKELY (!g_utf8_validate (text, -1, NULL)))
    {
      g_autofree char *valid = g_utf8_make_valid (text, -1);

      self->func (kind, valid, strlen (valid), self->user_data);
      return;
    }

  self->func (kind, text, strlen (text), self->user_data);
}

/* A string, or a list of parts: {"type":"text","text":…}, and Mistral's
 * {"type":"thinking","thinking":[parts]}. */
static void
emit_content (ParlanceDecoder  *self,
              ParlancePartKind  kind,
              JsonNode         *content)
{
  const char *text = parlance_json_string (content);
  unsigned n_parts = parlance_json_length (content);

  emit (self, kind, text);

  for (unsigned i = 0; i < n_parts; i++)
    {
      JsonNode *part = parlance_json_element (content, i);
      JsonNode *thinking = parlance_json_member (part, "thinking");

      if (thinking != NULL)
        emit_content (self, PARLANCE_PART_REASONING, thinking);
      else if (parlance_json_string (part) != NULL)
        emit (self, kind, parlance_json_string (part));
      else
        emit (self, kind, parlance_json_string (parlance_json_member (part, "text")));
    }
}

/* OpenRouter's "reasoning_details" and the like repeat what "reasoning" says: not read. */
static void
emit_reasoning (ParlanceDecoder *self,
                JsonNode        *delta)
{
  JsonNode *reasoning = parlance_json_member (delta, "reasoning_content");

  if (parlance_json_filled (reasoning) == NULL && parlance_json_length (reasoning) == 0)
    reasoning = parlance_json_member (delta, "reasoning");

  emit_content (self, PARLANCE_PART_REASONING, reasoning);
}

/* Services repeat it, put zeros on every delta, or the true numbers on any one of them. */
static void
take_usage (ParlanceDecoder *self,
            JsonNode        *usage)
{
  JsonNode *details = parlance_json_member (usage, "completion_tokens_details");
  int64_t prompt = parlance_json_int (parlance_json_member (usage, "prompt_tokens"), -1);
  int64_t completion = parlance_json_int (parlance_json_member (usage, "completion_tokens"), -1);
  int64_t reasoning = parlance_json_int (parlance_json_member (details, "reasoning_tokens"), -1);

  if (prompt <= 0 && completion <= 0)
    return;

  self->usage.prompt = MAX (prompt, -1);
  self->usage.completion = MAX (completion, -1);
  self->usage.reasoning = MAX (reasoning, -1);
}

/* Errors come as "error" or "errors" in whatever shape, or as a code with a message. */
static gboolean
is_error (JsonNode *node)
{
  static const char *const names[] = { "error", "errors" };
  JsonNode *code = parlance_json_member (node, "code");

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonNode *member = parlance_json_member (node, names[i]);

      if (member == NULL || JSON_NODE_HOLDS_NULL (member))
        continue;
      if (JSON_NODE_HOLDS_OBJECT (member) || parlance_json_filled (member) != NULL ||
          parlance_json_length (member) > 0 || parlance_json_boolean (member, FALSE))
        return TRUE;
    }

  /* A code of zero, 200 or "success" beside a message is good news. */
  if (parlance_json_filled (parlance_json_member (node, "message")) == NULL ||
      parlance_json_length (parlance_json_member (node, "choices")) > 0)
    return FALSE;
  if (parlance_json_filled (code) != NULL)
    return g_ascii_strcasecmp (parlance_json_string (code), "success") != 0 &&
           g_ascii_strcasecmp (parlance_json_string (code), "ok") != 0;

  return parlance_json_int (code, 0) != 0 && parlance_json_int (code, 0) != 200;
}

static void
take_error (ParlanceDecoder *self,
            JsonNode        *node)
{
  if (self->error == NULL)
    self->error = json_node_copy (node);
}

static void
take_choice (ParlanceDecoder *self,
             JsonNode        *choice)
{
  const char *reason = parlance_json_filled (parlance_json_member (choice, "finish_reason"));
  JsonNode *delta = parlance_json_member (choice, "delta");

  if (parlance_json_int (parlance_json_member (choice, "index"), 0) != 0)
    return;

  if (delta == NULL || !JSON_NODE_HOLDS_OBJECT (delta))
    delta = parlance_json_member (choice, "message");

  emit_reasoning (self, delta);
  emit_content (self, PARLANCE_PART_TEXT, parlance_json_member (delta, "content"));
  parlance_tool_calls_take (self->tool_calls, delta);

  if (reason != NULL)
    {
      g_free (self->finish_reason);
      self->finish_reason = g_utf8_make_valid (reason, -1);
    }

  /* OpenRouter puts what went wrong upstream into the choice. */
  if (is_error (choice))
    take_error (self, choice);
}

static void
take_node (ParlanceDecoder *self,
           JsonNode        *node,
           gboolean         whole)
{
  JsonNode *choices = parlance_json_member (node, "choices");
  unsigned n_choices = parlance_json_length (choices);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      self->unparsable++;
      return;
    }

  take_usage (self, parlance_json_member (parlance_json_member (node, "x_groq"), "usage"));
  take_usage (self, parlance_json_member (node, "usage"));

  for (unsigned i = 0; i < n_choices; i++)
    take_choice (self, parlance_json_element (choices, i));

  /* A whole answer without an answer in it has failed, even where the status said otherwise. */
  if (is_error (node) || (whole && n_choices == 0))
    take_error (self, node);
}

/* The parser's strings end at the first NUL: an escaped one would swallow the words behind it. */
static JsonNode *
parse (const char *text,
       size_t      length)
{
  static const char nul[] = "\\u0000";
  const char *end = text + length;
  g_autoptr (GString) copy = NULL;

  if (g_strstr_len (text, length, nul) == NULL)
    return parlance_json_parse (text, length, NULL);

  copy = g_string_sized_new (length);
  while (text < end)
    {
      size_t step = *text == '\\' && end - text >= 2 ? 2 : 1;

      if ((size_t) (end - text) >= strlen (nul) && memcmp (text, nul, strlen (nul)) == 0)
        {
          text += strlen (nul);
          continue;
        }

      g_string_append_len (copy, text, step);
      text += step;
    }

  return parlance_json_parse (copy->str, copy->len, NULL);
}

void
parlance_decoder_event (ParlanceDecoder        *self,
                        const ParlanceSseEvent *event)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *trimmed = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (event != NULL);

  if (self->done || event->length == 0)
    return;

  if (event->length < 32)
    {
      trimmed = g_strstrip (g_strndup (event->data, event->length));
      if (g_str_equal (trimmed, "[DONE]"))
        {
          self->done = TRUE;
          return;
        }
    }

  /* Nothing that follows an error is part of the reply. */
  if (self->error != NULL)
    return;

  node = parse (event->data, event->length);

  if (g_strcmp0 (event->type, "error") == 0)
    {
      g_autoptr (JsonNode) words = NULL;

      if (node == NULL)
        {
          g_autofree char *text = g_utf8_make_valid (event->data, event->length);

          words = json_node_alloc ();
          json_node_init_string (words, text);
        }
      take_error (self, node != NULL ? node : words);
      return;
    }

  take_node (self, node, FALSE);
}

void
parlance_decoder_document (ParlanceDecoder *self,
                           const char      *json,
                           gssize           length)
{
  g_autoptr (JsonNode) node = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (json != NULL);

  if (self->done || self->error != NULL)
    return;

  node = parse (json, length >= 0 ? (size_t) length : strlen (json));
  take_node (self, node, TRUE);
}

const char *
parlance_decoder_get_finish_reason (ParlanceDecoder *self)
{
  return self->finish_reason;
}

gboolean
parlance_decoder_get_done (ParlanceDecoder *self)
{
  return self->done;
}

gboolean
parlance_decoder_is_complete (ParlanceDecoder *self)
{
  return (self->done || self->finish_reason != NULL) && self->error == NULL;
}

ParlanceUsage
parlance_decoder_get_usage (ParlanceDecoder *self)
{
  return self->usage;
}

GPtrArray *
parlance_decoder_get_tool_calls (ParlanceDecoder *self)
{
  return parlance_tool_calls_get_list (self->tool_calls);
}

size_t
parlance_decoder_get_n_tool_bytes (ParlanceDecoder *self)
{
  return parlance_tool_calls_get_n_bytes (self->tool_calls);
}

JsonNode *
parlance_decoder_get_error (ParlanceDecoder *self)
{
  return self->error;
}

unsigned
parlance_decoder_get_unparsable (ParlanceDecoder *self)
{
  return self->unparsable;
}
