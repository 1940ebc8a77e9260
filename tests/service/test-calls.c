/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-service-private.h"

#include <string.h>

#define CHAT_PATH "/v1/chat/completions"

static void
test_call_clear (TestCall *call)
{
  test_request_free (call->request);
  g_free (call->token);
}

void
test_call_unref (TestCall *call)
{
  g_atomic_rc_box_release_full (call, (GDestroyNotify) test_call_clear);
}

void
test_call_end_locked (TestCall *call,
                      gboolean  closed_early)
{
  if (!call->is_open)
    return;

  call->is_open = FALSE;
  call->closed_early = closed_early;
}

void
test_call_end (TestCall *call,
               gboolean  closed_early)
{
  ParlanceTestService *self = call->service;

  g_mutex_lock (&self->lock);
  test_call_end_locked (call, closed_early);
  g_mutex_unlock (&self->lock);

  g_main_context_wakeup (self->context);
}

void
test_call_set_status (TestCall *call,
                      int       status)
{
  g_mutex_lock (&call->service->lock);
  call->status = status;
  g_mutex_unlock (&call->service->lock);
}

static gboolean
is_check (const char *body)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;
  JsonObject *object;

  if (!json_parser_load_from_data (parser, body, -1, NULL) ||
      (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;

  object = json_node_get_object (root);

  return json_object_get_int_member_with_default (object, "max_tokens", 0) == 1;
}

TestCall *
test_call_begin (ParlanceTestService *self,
                 TestConnection      *connection,
                 TestRequest         *request)
{
  TestCall *call = g_atomic_rc_box_new0 (TestCall);
  const char *authorization = g_hash_table_lookup (request->headers, "authorization");
  int n_open = 0;

  call->service = self;
  call->request = request;
  call->connection = connection;
  call->is_open = TRUE;
  call->token = g_strdup (authorization != NULL && g_str_has_prefix (authorization, "Bearer ")
                            ? authorization + strlen ("Bearer ")
                            : "");
  call->is_chat = g_str_equal (request->method, "POST") && g_str_equal (request->path, CHAT_PATH);
  call->is_check = call->is_chat && is_check (request->body);

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->calls, g_atomic_rc_box_acquire (call));
  for (guint i = 0; i < self->calls->len; i++)
    {
      TestCall *other = g_ptr_array_index (self->calls, i);

      if (!other->is_chat || !other->is_open || !g_str_equal (other->token, call->token))
        continue;

      /* A client that hung up on one call and made the next has one open: that the other call's
       * thread has not woken yet is not the client's doing. */
      if (test_connection_is_gone (other->connection))
        test_call_end_locked (other, TRUE);
      else
        n_open++;
    }
  self->max_concurrent = MAX (self->max_concurrent, n_open);
  g_mutex_unlock (&self->lock);

  g_main_context_wakeup (self->context);

  return call;
}

static int
count_calls (ParlanceTestService *self,
             gboolean (*is_counted) (TestCall *call))
{
  int n = 0;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->calls->len; i++)
    n += is_counted (g_ptr_array_index (self->calls, i));
  g_mutex_unlock (&self->lock);

  return n;
}

static gboolean
is_chat_call (TestCall *call)
{
  return call->is_chat;
}

static gboolean
is_open_call (TestCall *call)
{
  return call->is_open;
}

static gboolean
is_closed_early (TestCall *call)
{
  return call->closed_early;
}

static void
add_call (JsonBuilder *builder,
          TestCall    *call)
{
  TestRequest *request = call->request;
  GHashTableIter iter;
  const char *name;
  const char *value;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "method");
  json_builder_add_string_value (builder, request->method);
  json_builder_set_member_name (builder, "path");
  json_builder_add_string_value (builder, request->path);
  json_builder_set_member_name (builder, "headers");
  json_builder_begin_object (builder);
  g_hash_table_iter_init (&iter, request->headers);
  while (g_hash_table_iter_next (&iter, (gpointer *) &name, (gpointer *) &value))
    {
      json_builder_set_member_name (builder, name);
      json_builder_add_string_value (builder, value);
    }
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "body");
  json_builder_add_string_value (builder, request->body);
  json_builder_set_member_name (builder, "status");
  json_builder_add_int_value (builder, call->status);
  json_builder_set_member_name (builder, "state");
  json_builder_add_string_value (builder, call->is_open ? "open" : "ended");
  json_builder_set_member_name (builder, "closed_early");
  json_builder_add_boolean_value (builder, call->closed_early);
  json_builder_end_object (builder);
}

JsonNode *
parlance_test_service_dup_requests (ParlanceTestService *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_array (builder);
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->calls->len; i++)
    add_call (builder, g_ptr_array_index (self->calls, i));
  g_mutex_unlock (&self->lock);
  json_builder_end_array (builder);

  return json_builder_get_root (builder);
}

int
parlance_test_service_get_chat_calls (ParlanceTestService *self)
{
  return count_calls (self, is_chat_call);
}

static gboolean
is_check_call (TestCall *call)
{
  return call->is_check;
}

int
test_service_get_checks (ParlanceTestService *self)
{
  return count_calls (self, is_check_call);
}

int
parlance_test_service_get_max_concurrent (ParlanceTestService *self)
{
  int n;

  g_mutex_lock (&self->lock);
  n = self->max_concurrent;
  g_mutex_unlock (&self->lock);

  return n;
}

static gboolean
on_timeout (gpointer timed_out)
{
  *(gboolean *) timed_out = TRUE;

  return G_SOURCE_REMOVE;
}

/* Until at least, or where @exactly just, @wanted calls are such. */
static gboolean
wait_for (ParlanceTestService *self,
          gboolean (*is_counted) (TestCall *call),
          int                  wanted,
          gboolean             exactly,
          int                  timeout_ms)
{
  g_autoptr (GSource) timeout = g_timeout_source_new (timeout_ms);
  gboolean timed_out = FALSE;
  gboolean reached;
  int n;

  g_source_set_callback (timeout, on_timeout, &timed_out, NULL);
  g_source_attach (timeout, self->context);

  for (;;)
    {
      n = count_calls (self, is_counted);
      reached = exactly ? n == wanted : n >= wanted;
      if (reached || timed_out)
        break;

      g_main_context_iteration (self->context, TRUE);
    }
  g_source_destroy (timeout);

  return reached;
}

gboolean
parlance_test_service_wait_chat_calls (ParlanceTestService *self,
                                       int                  n_calls,
                                       int                  timeout_ms)
{
  return wait_for (self, is_chat_call, n_calls, FALSE, timeout_ms);
}

gboolean
parlance_test_service_wait_open (ParlanceTestService *self,
                                 int                  n_open,
                                 int                  timeout_ms)
{
  return wait_for (self, is_open_call, n_open, TRUE, timeout_ms);
}

gboolean
parlance_test_service_wait_closed_early (ParlanceTestService *self,
                                         int                  n_closed,
                                         int                  timeout_ms)
{
  return wait_for (self, is_closed_early, n_closed, FALSE, timeout_ms);
}
