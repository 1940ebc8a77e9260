/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-tool-calls.h"

#include "parlance-json.h"

#include <string.h>

/* More calls in one reply are not of this world, and each has to be searched for. */
#define MAX_TOOL_CALLS 256

struct _ParlanceToolCalls
{
  GPtrArray        *list;
  ParlanceToolCall *latest; /* belongs to list */
  size_t            n_bytes;
};

static void
tool_call_free (gpointer data)
{
  ParlanceToolCall *call = data;

  g_free (call->id);
  g_free (call->name);
  g_string_free (call->arguments, TRUE);
  g_free (call);
}

ParlanceToolCalls *
parlance_tool_calls_new (void)
{
  ParlanceToolCalls *self = g_new0 (ParlanceToolCalls, 1);

  self->list = g_ptr_array_new_with_free_func (tool_call_free);

  return self;
}

void
parlance_tool_calls_free (ParlanceToolCalls *self)
{
  g_ptr_array_unref (self->list);
  g_free (self);
}

/* The call with the same id, else the same index, else the latest one. Two calls under one index
 * (some services send 0 for all) are told apart by a new id that comes with a name. */
static ParlanceToolCall *
find (ParlanceToolCalls *self,
      const char        *id,
      const char        *name,
      int64_t            index)
{
  ParlanceToolCall *call;

  for (unsigned i = 0; id != NULL && i < self->list->len; i++)
    {
      call = g_ptr_array_index (self->list, i);
      if (g_strcmp0 (call->id, id) == 0)
        return call;
    }

  for (unsigned i = self->list->len; index >= 0 && i > 0; i--)
    {
      call = g_ptr_array_index (self->list, i - 1);
      if (call->index == index)
        return id != NULL && name != NULL && call->id != NULL ? NULL : call;
    }

  if (index >= 0)
    return NULL;

  call = self->latest;
  if (call != NULL && name != NULL &&
      ((id != NULL && call->id != NULL) || (call->name != NULL && call->arguments->len > 0)))
    return NULL;

  return call;
}

static void
set_once (ParlanceToolCalls  *self,
          char              **field,
          const char         *text)
{
  if (*field != NULL || text == NULL)
    return;

  *field = g_utf8_make_valid (text, -1);
  self->n_bytes += strlen (*field);
}

static void
append_arguments (ParlanceToolCalls *self,
                  ParlanceToolCall  *call,
                  JsonNode          *arguments)
{
  g_autofree char *text = NULL;

  if (parlance_json_string (arguments) != NULL)
    text = g_utf8_make_valid (parlance_json_string (arguments), -1);
  else if (arguments != NULL && JSON_NODE_HOLDS_OBJECT (arguments))
    text = json_to_string (arguments, FALSE);
  else
    return;

  g_string_append (call->arguments, text);
  self->n_bytes += strlen (text);
}

static void
take_call (ParlanceToolCalls *self,
           JsonNode          *delta,
           JsonNode          *function)
{
  const char *id = parlance_json_filled (parlance_json_member (delta, "id"));
  const char *name = parlance_json_filled (parlance_json_member (function, "name"));
  int64_t index = parlance_json_int (parlance_json_member (delta, "index"), -1);
  ParlanceToolCall *call = find (self, id, name, index);

  if (call == NULL)
    {
      if (self->list->len >= MAX_TOOL_CALLS)
        return;

      call = g_new0 (ParlanceToolCall, 1);
      call->arguments = g_string_new (NULL);
      call->index = index;
      g_ptr_array_add (self->list, call);
    }

  self->latest = call;
  set_once (self, &call->id, id);
  set_once (self, &call->name, name);
  append_arguments (self, call, parlance_json_member (function, "arguments"));
}

void
parlance_tool_calls_take (ParlanceToolCalls *self,
                          JsonNode          *delta)
{
  JsonNode *calls = parlance_json_member (delta, "tool_calls");
  JsonNode *function = parlance_json_member (delta, "function_call");
  unsigned n_calls = parlance_json_length (calls);

  for (unsigned i = 0; i < n_calls; i++)
    {
      JsonNode *call = parlance_json_element (calls, i);

      if (call != NULL && JSON_NODE_HOLDS_OBJECT (call))
        take_call (self, call, parlance_json_member (call, "function"));
    }

  if (function != NULL && JSON_NODE_HOLDS_OBJECT (function))
    take_call (self, NULL, function);
}

GPtrArray *
parlance_tool_calls_get_list (ParlanceToolCalls *self)
{
  return self->list;
}

size_t
parlance_tool_calls_get_n_bytes (ParlanceToolCalls *self)
{
  return self->n_bytes;
}
