/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-service-private.h"

#include <string.h>
#include <sys/eventfd.h>

#define CHAT_PATH "/v1/chat/completions"

struct _ParlanceTestService
{
  GSocket      *listener;
  GThread      *acceptor;
  GCancellable *stop;
  GMainContext *context;         /* woken at every change, for the wait functions */
  char         *base_url;

  GMutex        lock;            /* guards what follows */
  GCond         gone;            /* a connection ended */
  GPtrArray    *connections;     /* not owned: each is its thread's */
  GPtrArray    *calls;
  GQueue       *scripts;
  GHashTable   *gates;
  GHashTable   *counts;          /* key → number of uses */
  int           max_concurrent;
};

typedef struct
{
  ParlanceTestService *service;
  TestConnection      *connection;
} Serving;

static void
test_call_clear (TestCall *call)
{
  test_request_free (call->request);
  g_free (call->token);
}

static void
test_call_unref (TestCall *call)
{
  g_atomic_rc_box_release_full (call, (GDestroyNotify) test_call_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestCall, test_call_unref)

static void
end_locked (TestCall *call,
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
  end_locked (call, closed_early);
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

static TestCall *
begin_call (ParlanceTestService *self,
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
        end_locked (other, TRUE);
      else
        n_open++;
    }
  self->max_concurrent = MAX (self->max_concurrent, n_open);
  g_mutex_unlock (&self->lock);

  g_main_context_wakeup (self->context);

  return call;
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
is_check_call (TestCall *call)
{
  return call->is_check;
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
                              count_calls (self, is_check_call));
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

  call = begin_call (self, connection, g_steal_pointer (&request));
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
      end_locked (call, FALSE);
    }
  g_ptr_array_set_size (self->calls, 0);
  g_queue_clear_full (self->scripts, (GDestroyNotify) json_node_unref);
  g_hash_table_remove_all (self->gates);
  g_hash_table_remove_all (self->counts);
  self->max_concurrent = 0;
  g_mutex_unlock (&self->lock);
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
