/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-service-private.h"

#include <string.h>
#include <sys/eventfd.h>

typedef struct
{
  ParlanceTestService *service;
  TestConnection      *connection;
} Serving;

int
test_service_count (ParlanceTestService *self,
                    const char          *key)
{
  int n;

  g_mutex_lock (&self->lock);
  n = GPOINTER_TO_INT (g_hash_table_lookup (self->counts, key)) + 1;
  g_hash_table_insert (self->counts, g_strdup (key), GINT_TO_POINTER (n));
  g_mutex_unlock (&self->lock);

  return n;
}

gboolean
test_service_is_open (ParlanceTestService *self,
                      const char          *gate)
{
  gboolean is_open;

  g_mutex_lock (&self->lock);
  is_open = g_hash_table_contains (self->gates, gate);
  g_mutex_unlock (&self->lock);

  return is_open;
}

JsonNode *
test_service_pop (ParlanceTestService *self)
{
  JsonNode *script;

  g_mutex_lock (&self->lock);
  script = g_queue_pop_head (self->scripts);
  g_mutex_unlock (&self->lock);

  return script;
}

static gboolean
answer_control (TestConnection *connection,
                int             status,
                const char     *body)
{
  size_t length = strlen (body);

  return test_connection_send_head (connection, status, "Content-Type: application/json\r\n",
                                    length) &&
         test_connection_send_piece (connection, body, length);
}

static gboolean
push_script (ParlanceTestService  *self,
             const char           *json,
             GError              **error)
{
  g_autoptr (JsonNode) script = json_from_string (json, error);

  if (script == NULL || !test_script_is_valid (script, error))
    return FALSE;

  g_mutex_lock (&self->lock);
  g_queue_push_tail (self->scripts, g_steal_pointer (&script));
  g_mutex_unlock (&self->lock);

  return TRUE;
}

static gboolean
serve_control (ParlanceTestService *self,
               TestConnection      *connection,
               TestRequest         *request)
{
  const char *what = request->path + strlen ("/control/");
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;

  if (g_str_equal (what, "next"))
    {
      if (push_script (self, request->body, &error))
        return answer_control (connection, 200, "{}");

      json = test_quote (error->message);
      return answer_control (connection, 400, json);
    }

  if (g_str_equal (what, "release"))
    {
      g_autoptr (JsonNode) root = json_from_string (request->body, NULL);

      if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root) ||
          !json_object_has_member (json_node_get_object (root), "name"))
        return answer_control (connection, 400, "\"a name is missing\"");

      parlance_test_service_release (
        self, json_object_get_string_member (json_node_get_object (root), "name"));
      return answer_control (connection, 200, "{}");
    }

  if (g_str_equal (what, "reset"))
    {
      parlance_test_service_reset (self);
      return answer_control (connection, 200, "{}");
    }

  if (g_str_equal (what, "requests"))
    {
      g_autoptr (JsonNode) requests = parlance_test_service_dup_requests (self);

      json = json_to_string (requests, FALSE);
      return answer_control (connection, 200, json);
    }

  if (g_str_equal (what, "stats"))
    {
      json = g_strdup_printf ("{\"max_concurrent\":%d,\"chat_calls\":%d,\"checks\":%d}",
                              parlance_test_service_get_max_concurrent (self),
                              parlance_test_service_get_chat_calls (self),
                              test_service_get_checks (self));
      return answer_control (connection, 200, json);
    }

  return answer_control (connection, 404, "\"no such control\"");
}

static gboolean
serve (ParlanceTestService *self,
       TestConnection      *connection)
{
  g_autoptr (TestRequest) request = test_connection_read (connection);
  g_autoptr (TestCall) call = NULL;
  g_autoptr (JsonNode) script = NULL;
  gboolean answered;

  if (request == NULL)
    return FALSE;
  if (g_str_has_prefix (request->path, "/control/"))
    return serve_control (self, connection, request) && !connection->last;

  call = test_call_begin (self, connection, g_steal_pointer (&request));
  if (call->is_chat && !call->is_check)
    script = test_service_pop (self);

  answered = script != NULL ? test_script_run (call, json_node_get_object (script))
                            : test_modelscope_serve (call);
  test_call_end (call, !answered);

  return answered && !connection->last;
}

static gpointer
run_connection (Serving *serving)
{
  ParlanceTestService *self = serving->service;
  TestConnection *connection = serving->connection;

  while (serve (self, connection))
    continue;

  g_mutex_lock (&self->lock);
  g_ptr_array_remove_fast (self->connections, connection);
  test_connection_free (connection);
  g_cond_signal (&self->gone);
  g_mutex_unlock (&self->lock);

  g_free (serving);

  return NULL;
}

static gpointer
run_acceptor (ParlanceTestService *self)
{
  for (;;)
    {
      g_autoptr (GSocket) socket = g_socket_accept (self->listener, self->stop, NULL);
      Serving *serving;

      if (socket == NULL)
        return NULL;

      serving = g_new0 (Serving, 1);
      serving->service = self;
      serving->connection = test_connection_new (socket);

      g_mutex_lock (&self->lock);
      g_ptr_array_add (self->connections, serving->connection);
      g_mutex_unlock (&self->lock);

      g_thread_unref (g_thread_new ("test-connection", (GThreadFunc) run_connection, serving));
    }
}

ParlanceTestService *
parlance_test_service_new (void)
{
  ParlanceTestService *self = g_new0 (ParlanceTestService, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;

  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_bind (self->listener, any_port, TRUE, &error);
  g_assert_no_error (error);
  g_socket_set_listen_backlog (self->listener, 128);
  g_socket_listen (self->listener, &error);
  g_assert_no_error (error);
  address = g_socket_get_local_address (self->listener, &error);
  g_assert_no_error (error);

  self->base_url = g_strdup_printf ("http://127.0.0.1:%u/v1",
                                    g_inet_socket_address_get_port (
                                      G_INET_SOCKET_ADDRESS (address)));
  self->context = g_main_context_ref_thread_default ();
  self->stop = g_cancellable_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->gone);
  self->connections = g_ptr_array_new ();
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) test_call_unref);
  self->scripts = g_queue_new ();
  self->gates = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->acceptor = g_thread_new ("test-acceptor", (GThreadFunc) run_acceptor, self);

  return self;
}

void
parlance_test_service_free (ParlanceTestService *self)
{
  g_cancellable_cancel (self->stop);
  g_thread_join (self->acceptor);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->connections->len; i++)
    {
      TestConnection *connection = g_ptr_array_index (self->connections, i);

      g_socket_shutdown (connection->socket, TRUE, TRUE, NULL);
    }
  while (self->connections->len > 0)
    g_cond_wait (&self->gone, &self->lock);
  g_mutex_unlock (&self->lock);

  g_ptr_array_unref (self->connections);
  g_ptr_array_unref (self->calls);
  g_queue_free_full (self->scripts, (GDestroyNotify) json_node_unref);
  g_hash_table_unref (self->gates);
  g_hash_table_unref (self->counts);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->gone);
  g_main_context_unref (self->context);
  g_object_unref (self->listener);
  g_object_unref (self->stop);
  g_free (self->base_url);
  g_free (self);
}

const char *
parlance_test_service_get_base_url (ParlanceTestService *self)
{
  return self->base_url;
}

void
parlance_test_service_push_script (ParlanceTestService *self,
                                   const char          *json)
{
  g_autoptr (GError) error = NULL;

  push_script (self, json, &error);
  g_assert_no_error (error);
}

void
parlance_test_service_release (ParlanceTestService *self,
                               const char          *name)
{
  g_mutex_lock (&self->lock);
  g_hash_table_add (self->gates, g_strdup (name));
  for (guint i = 0; i < self->connections->len; i++)
    {
      TestConnection *connection = g_ptr_array_index (self->connections, i);

      eventfd_write (connection->wake_fd, 1);
    }
  g_mutex_unlock (&self->lock);
}

void
parlance_test_service_reset (ParlanceTestService *self)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->calls->len; i++)
    {
      TestCall *call = g_ptr_array_index (self->calls, i);

      if (call->is_open)
        g_socket_shutdown (call->connection->socket, TRUE, TRUE, NULL);
      test_call_end_locked (call, FALSE);
    }
  g_ptr_array_set_size (self->calls, 0);
  g_queue_clear_full (self->scripts, (GDestroyNotify) json_node_unref);
  g_hash_table_remove_all (self->gates);
  g_hash_table_remove_all (self->counts);
  self->max_concurrent = 0;
  g_mutex_unlock (&self->lock);
}
