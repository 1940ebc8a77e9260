/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-fixture.h"

#include <string.h>
#include <sys/socket.h>

gboolean
wait_failed (gpointer condition)
{
  g_error ("waited in vain for: %s", (const char *) condition);
}

uint16_t
soup_server_port (SoupServer *server)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;
  uint16_t port;

  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY
                                         | (soup_server_get_tls_certificate (server)
                                              ? SOUP_SERVER_LISTEN_HTTPS : 0), &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return port;
}

static void peer_read (Peer *peer);

static void
peer_answer (Peer *peer)
{
  RawServer *server = peer->server;
  GSocket *socket = g_socket_connection_get_socket (peer->connection);

  peer->answered = TRUE;
  if (server->says != NULL)
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (peer->connection)),
                               server->says, server->length, NULL, NULL, NULL);

  if (server->then == RESET)
    {
      struct linger linger = { .l_onoff = 1, .l_linger = 0 };

      setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    }
  if (server->then != STAY)
    g_io_stream_close (G_IO_STREAM (peer->connection), NULL, NULL);
}

static void
on_peer_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Peer *peer = user_data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (length <= 0)
    {
      peer->closed = TRUE;
      peer->closed_at = g_get_monotonic_time ();
      return;
    }

  g_string_append_len (peer->request, peer->buffer, length);
  if (!peer->answered && strstr (peer->request->str, "\r\n\r\n") != NULL)
    peer_answer (peer);
  peer_read (peer);
}

static void
peer_read (Peer *peer)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (peer->connection));

  if (g_io_stream_is_closed (G_IO_STREAM (peer->connection)))
    peer->closed = TRUE;
  else
    g_input_stream_read_async (stream, peer->buffer, sizeof peer->buffer, G_PRIORITY_DEFAULT, NULL,
                               on_peer_read, peer);
}

static void
peer_free (gpointer data)
{
  Peer *peer = data;

  WAIT_FOR (peer->closed);
  g_object_unref (peer->connection);
  g_string_free (peer->request, TRUE);
  g_free (peer);
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *object,
             RawServer         *self)
{
  Peer *peer = g_new0 (Peer, 1);

  peer->server = self;
  peer->connection = g_object_ref (connection);
  peer->request = g_string_new (NULL);
  g_ptr_array_add (self->peers, peer);
  peer_read (peer);

  return TRUE;
}

RawServer *
raw_server_new (const char *says)
{
  RawServer *self = g_new0 (RawServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->says = g_strdup (says);
  self->length = says ? strlen (says) : 0;
  self->peers = g_ptr_array_new_with_free_func (peer_free);
  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);

  return self;
}

void
raw_server_free (RawServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_ptr_array_unref (self->peers);
  g_free (self->says);
  g_free (self);
}

Peer *
raw_server_peer (RawServer *self,
                 unsigned   index)
{
  WAIT_FOR (self->peers->len > index);

  return g_ptr_array_index (self->peers, index);
}

Call *
call_new (ParlanceHttp *http)
{
  Call *self = g_new0 (Call, 1);

  self->http = http;
  self->cancellable = g_cancellable_new ();
  self->body = g_string_new (NULL);

  return self;
}

static gboolean
on_data (SoupMessage  *head,
         const char   *bytes,
         size_t        length,
         gpointer      user_data,
         GError      **error)
{
  Call *self = user_data;

  g_assert_false (self->done);
  g_assert_false (g_cancellable_is_cancelled (self->cancellable));
  g_assert_cmpuint (length, >, 0);

  self->pieces++;
  self->status_in_func = soup_message_get_status (head);
  g_string_append_len (self->body, bytes, length);
  if (self->cancel_in_func != NULL)
    g_cancellable_cancel (self->cancel_in_func);
  if (self->hold)
    {
      g_assert_null (self->held);
      parlance_http_hold (head);
      self->held = g_object_ref (head);
    }
  if (self->refuse)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "enough");

  return !self->refuse;
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Call *self = user_data;

  g_assert_false (self->done);
  self->done = TRUE;
  self->done_at = g_get_monotonic_time ();
  self->message = parlance_http_send_finish (PARLANCE_HTTP (source), result, &self->error);
  g_assert_true ((self->message == NULL) == (self->error != NULL));
}

void
call_send (Call                      *self,
           const ParlanceHttpRequest *request)
{
  parlance_http_send_async (self->http, request, on_data, self, self->cancellable, on_done, self);
  g_assert_false (self->done);
}

void
call_post (Call     *self,
           uint16_t  port)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/v1/chat", port);
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  ParlanceHttpRequest request = {
    .method = "POST", .url = url, .token = "canary-token", .body = body, .max_body = 1024 * 1024
  };

  call_send (self, &request);
  WAIT_FOR (self->done);
}

void
call_free (Call *self)
{
  g_assert_true (self->done);
  g_clear_object (&self->held);
  if (self->message != NULL)
    {
      WAIT_FOR (G_OBJECT (self->message)->ref_count == 1);
      g_assert_finalize_object (self->message);
    }
  g_clear_error (&self->error);
  g_object_unref (self->cancellable);
  g_string_free (self->body, TRUE);
  g_free (self);
}

void
http_free (ParlanceHttp *http)
{
  WAIT_FOR (G_OBJECT (http)->ref_count == 1);
  g_assert_finalize_object (http);
}
