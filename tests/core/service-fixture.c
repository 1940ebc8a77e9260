/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->service = parlance_test_service_new ();
  fixture->session = soup_session_new ();
}

void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  soup_session_abort (fixture->session);
  g_object_unref (fixture->session);
  /* The connections that it keeps close in idle callbacks. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  parlance_test_service_free (fixture->service);
}

SoupMessage *
new_message (Fixture    *fixture,
             const char *method,
             const char *path,
             const char *token,
             const char *body)
{
  const char *base = parlance_test_service_get_base_url (fixture->service);
  g_autofree char *uri = g_strconcat (base, path, NULL);
  SoupMessage *message = soup_message_new (method, uri);

  if (token != NULL)
    {
      g_autofree char *value = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_append (soup_message_get_request_headers (message),
                                   "Authorization", value);
    }
  if (body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }

  return message;
}

char *
ask (Fixture      *fixture,
     const char   *token,
     const char   *model,
     const char   *more,
     SoupMessage **message,
     GError      **error)
{
  g_autofree char *body = g_strdup_printf (ASK, model, more);
  g_autoptr (SoupMessage) call = new_message (fixture, "POST", "/chat/completions", token, body);
  g_autoptr (GBytes) reply = soup_session_send_and_read (fixture->session, call, NULL, error);

  if (message != NULL)
    *message = g_object_ref (call);

  return reply == NULL ? NULL
                       : g_strndup (g_bytes_get_data (reply, NULL), g_bytes_get_size (reply));
}

static void
read_more (Call *call);

static void
on_read (GObject      *stream,
         GAsyncResult *result,
         gpointer      data)
{
  Call *call = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (stream), result, &call->error);

  if (n <= 0)
    {
      call->ended = TRUE;
      return;
    }

  g_string_append_len (call->text, call->buffer, n);
  read_more (call);
}

static void
read_more (Call *call)
{
  g_input_stream_read_async (call->stream, call->buffer, sizeof call->buffer, G_PRIORITY_DEFAULT,
                             call->cancellable, on_read, call);
}

static void
on_sent (GObject      *session,
         GAsyncResult *result,
         gpointer      data)
{
  Call *call = data;

  call->stream = soup_session_send_finish (SOUP_SESSION (session), result, &call->error);
  if (call->stream != NULL)
    read_more (call);
  else
    call->ended = TRUE;
}

Call *
start_call (Fixture    *fixture,
            const char *token)
{
  g_autofree char *body = g_strdup_printf (ASK, "Qwen/Qwen3-8B", "");
  Call *call = g_new0 (Call, 1);

  call->message = new_message (fixture, "POST", "/chat/completions", token, body);
  call->cancellable = g_cancellable_new ();
  call->text = g_string_new (NULL);
  soup_session_send_async (fixture->session, call->message, G_PRIORITY_DEFAULT, call->cancellable,
                           on_sent, call);

  return call;
}

void
call_free (Call *call)
{
  g_object_unref (call->message);
  g_object_unref (call->cancellable);
  g_clear_object (&call->stream);
  g_string_free (call->text, TRUE);
  g_clear_error (&call->error);
  g_free (call);
}

void
finish_call (Call *call)
{
  while (!call->ended)
    g_main_context_iteration (NULL, TRUE);
}

JsonObject *
get_request (JsonNode *requests,
             guint     i)
{
  return json_array_get_object_element (json_node_get_array (requests), i);
}
