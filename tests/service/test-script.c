/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-service-private.h"

#include <string.h>

static const char *const step_names[] = {
  "delta", "reasoning", "finish", "usage", "done", "event", "send", "send_b64",
  "sleep", "wait", "close", "reset", "hang", "repeat", "clock",
};

static const char *
get_step_name (JsonObject *step)
{
  for (size_t i = 0; i < G_N_ELEMENTS (step_names); i++)
    {
      if (json_object_has_member (step, step_names[i]))
        return step_names[i];
    }

  return NULL;
}

static gboolean
is_valid_step (JsonNode *node)
{
  JsonObject *step;
  const char *name;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;

  step = json_node_get_object (node);
  name = get_step_name (step);

  return name != NULL &&
         (!g_str_equal (name, "repeat") ||
          (json_object_has_member (step, "step") &&
           is_valid_step (json_object_get_member (step, "step"))));
}

gboolean
test_script_is_valid (JsonNode  *script,
                      GError   **error)
{
  JsonArray *steps;

  if (script != NULL && JSON_NODE_HOLDS_OBJECT (script))
    {
      if (json_object_has_member (json_node_get_object (script), "body"))
        return TRUE;

      if (json_object_has_member (json_node_get_object (script), "steps"))
        {
          steps = json_object_get_array_member (json_node_get_object (script), "steps");

          for (guint i = 0; steps != NULL && i < json_array_get_length (steps); i++)
            {
              if (!is_valid_step (json_array_get_element (steps, i)))
                {
                  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               "step %u is not one", i);
                  return FALSE;
                }
            }

          return TRUE;
        }
    }

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "a script is an object with \"steps\" or \"body\"");
  return FALSE;
}

static gboolean
send_delta (TestCall   *call,
            const char *member,
            const char *text)
{
  g_autofree char *quoted = test_quote (text);
  g_autofree char *delta = g_strdup_printf ("{\"role\":null,\"%s\":%s}", member, quoted);

  return test_call_send_chunk (call, "test/scripted", delta, NULL, FALSE);
}

static gboolean
send_text (TestCall   *call,
           const char *text)
{
  return test_connection_send_piece (call->connection, text, strlen (text));
}

static gboolean
wait_for_gate (TestCall   *call,
               const char *gate)
{
  while (!test_service_is_open (call->service, gate))
    {
      if (!test_connection_wait (call->connection, -1))
        return FALSE;
    }

  return TRUE;
}

static gboolean
wait_until (TestCall *call,
            gint64    deadline)
{
  while (g_get_monotonic_time () < deadline)
    {
      if (!test_connection_wait (call->connection, deadline))
        return FALSE;
    }

  return TRUE;
}

/* %FALSE where nothing more is to follow: @ended tells an end that the script asked for from a
 * client that went. */
static gboolean
run_step (TestCall   *call,
          JsonObject *step,
          gboolean   *ended)
{
  const char *name = get_step_name (step);
  JsonNode *value = json_object_get_member (step, name);

  if (test_connection_is_gone (call->connection))
    return FALSE;

  if (g_str_equal (name, "delta"))
    return send_delta (call, "content", json_node_get_string (value));
  if (g_str_equal (name, "reasoning"))
    return send_delta (call, "reasoning_content", json_node_get_string (value));
  if (g_str_equal (name, "clock"))
    {
      g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT " ", g_get_monotonic_time ());

      return send_delta (call, "content", now) &&
             wait_until (call, g_get_monotonic_time () + json_node_get_int (value) * 1000);
    }
  if (g_str_equal (name, "finish"))
    return test_call_send_chunk (call, "test/scripted", "{}", json_node_get_string (value), FALSE);

  if (g_str_equal (name, "usage") || g_str_equal (name, "event"))
    {
      g_autofree char *json = json_to_string (value, FALSE);
      g_autofree char *chunk = g_str_equal (name, "event")
                                 ? g_steal_pointer (&json)
                                 : g_strdup_printf ("{\"choices\":[],\"usage\":%s}", json);

      return test_call_send_event (call, chunk);
    }

  if (g_str_equal (name, "done"))
    {
      test_call_end (call, FALSE);
      return test_call_send_event (call, "[DONE]");
    }

  if (g_str_equal (name, "send"))
    return send_text (call, json_node_get_string (value));

  if (g_str_equal (name, "send_b64"))
    {
      size_t size;
      g_autofree guchar *bytes = g_base64_decode (json_node_get_string (value), &size);

      return test_connection_send_piece (call->connection, bytes, size);
    }

  if (g_str_equal (name, "sleep"))
    return wait_until (call, g_get_monotonic_time () + json_node_get_int (value) * 1000);
  if (g_str_equal (name, "wait"))
    return wait_for_gate (call, json_node_get_string (value));

  if (g_str_equal (name, "hang"))
    {
      while (test_connection_wait (call->connection, -1))
        continue;
      return FALSE;
    }

  if (g_str_equal (name, "repeat"))
    {
      for (gint64 i = 0; i < json_node_get_int (value); i++)
        {
          if (!run_step (call, json_object_get_object_member (step, "step"), ended))
            return FALSE;
        }
      return TRUE;
    }

  /* What is left: "close" and "reset". */
  if (g_str_equal (name, "reset"))
    test_connection_reset (call->connection);
  *ended = TRUE;

  return FALSE;
}

static char *
get_headers (JsonObject *script,
             const char *default_type,
             gboolean   *has_length)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  gboolean has_type = FALSE;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (json_object_has_member (script, "headers"))
    {
      json_object_iter_init (&iter, json_object_get_object_member (script, "headers"));
      while (json_object_iter_next (&iter, &name, &value))
        {
          has_type |= g_ascii_strcasecmp (name, "content-type") == 0;
          *has_length |= g_ascii_strcasecmp (name, "content-length") == 0;
          g_string_append_printf (lines, "%s: %s\r\n", name, json_node_get_string (value));
        }
    }
  if (!has_type)
    g_string_append_printf (lines, "Content-Type: %s\r\n", default_type);

  return g_string_free (g_steal_pointer (&lines), FALSE);
}

static gboolean
send_script_head (TestCall   *call,
                  JsonObject *script)
{
  int status = json_object_get_int_member_with_default (script, "status", 200);
  gboolean has_length = FALSE;
  g_autofree char *headers = get_headers (script, "text/event-stream", &has_length);
  g_autofree char *head = NULL;

  test_call_set_status (call, status);
  call->connection->chunked = FALSE;

  if (json_object_get_boolean_member_with_default (script, "raw", FALSE))
    {
      call->connection->last = TRUE;
      return TRUE;
    }

  if (!has_length)
    return test_connection_send_head (call->connection, status, headers, -1);

  /* The length that the script claims may be a wrong one: nothing can follow. */
  call->connection->last = TRUE;
  head = g_strdup_printf ("HTTP/1.1 %d Scripted\r\n%s\r\n", status, headers);

  return send_text (call, head);
}

gboolean
test_script_run (TestCall   *call,
                 JsonObject *script)
{
  gboolean ended = FALSE;
  JsonArray *steps;

  if (json_object_has_member (script, "body"))
    {
      gboolean has_length = FALSE;
      g_autofree char *headers = get_headers (script, "application/json", &has_length);

      return test_call_answer (call,
                               json_object_get_int_member_with_default (script, "status", 200),
                               headers, json_object_get_string_member (script, "body"));
    }

  if (!send_script_head (call, script))
    {
      test_call_end (call, TRUE);
      return FALSE;
    }

  steps = json_object_get_array_member (script, "steps");
  for (guint i = 0; i < json_array_get_length (steps); i++)
    {
      if (!run_step (call, json_array_get_object_element (steps, i), &ended))
        {
          test_call_end (call, !ended);
          return FALSE;
        }
    }

  test_call_end (call, test_connection_is_gone (call->connection));

  return test_connection_send_end (call->connection);
}
