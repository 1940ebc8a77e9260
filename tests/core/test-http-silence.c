/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An exchange that does not end of itself: by a timeout, by the person, by its caller. */
#include "http-fixture.h"

#include <string.h>

#define HEAD_OK "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"

/* A server that falls silent: after how much, and what is said of it. */
static const struct
{
  const char *name;
  const char *scheme;
  const char *says;
  const char *property;
  int         code;
  const char *body;
} silences[] = {
  { "handshake", "https", NULL, "connect-timeout", PARLANCE_HTTP_ERROR_CONNECT, "" },
  { "head", "http", NULL, "first-byte-timeout", PARLANCE_HTTP_ERROR_FIRST_BYTE, "" },
  { "body", "http", HEAD_OK "Transfer-Encoding: chunked\r\n\r\n", "first-byte-timeout",
    PARLANCE_HTTP_ERROR_FIRST_BYTE, "" },
  { "piece", "http", HEAD_OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "stall-timeout",
    PARLANCE_HTTP_ERROR_STALLED, "hello" },
};

static void
send_to_silent (Call     *call,
                size_t    i,
                uint16_t  port)
{
  g_autofree char *url = g_strdup_printf ("%s://127.0.0.1:%u/", silences[i].scheme, port);
  ParlanceHttpRequest request = { .method = "POST", .url = url, .max_body = 1024 };

  call_send (call, &request);
}

static void
test_timeout (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  RawServer *server = raw_server_new (silences[i].says);
  ParlanceHttp *http = g_object_new (PARLANCE_TYPE_HTTP, silences[i].property, 100, NULL);
  Call *call = call_new (http);
  int64_t start = g_get_monotonic_time ();
  Peer *peer;

  send_to_silent (call, i, server->port);
  WAIT_FOR (call->done);
  g_assert_error (call->error, PARLANCE_HTTP_ERROR, silences[i].code);
  g_assert_nonnull (strstr (call->error->message, "0.1 seconds"));
  g_assert_cmpint (call->done_at - start, >=, 100 * 1000);
  g_assert_cmpstr (call->body->str, ==, silences[i].body);

  peer = raw_server_peer (server, 0);
  WAIT_FOR (peer->closed);
  g_assert_cmpint (peer->closed_at - call->done_at, <, CANCEL_LIMIT);
  call_free (call);
  http_free (http);
  raw_server_free (server);
}

static void
test_cancel (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  RawServer *server = raw_server_new (silences[i].says);
  ParlanceHttp *http = parlance_http_new ();
  Call *call = call_new (http);
  Peer *peer;
  int64_t start;

  send_to_silent (call, i, server->port);
  peer = raw_server_peer (server, 0);
  WAIT_FOR (peer->request->len > 0 && strlen (silences[i].body) == call->body->len);

  start = g_get_monotonic_time ();
  g_cancellable_cancel (call->cancellable);
  g_assert_false (call->done);
  WAIT_FOR (call->done);
  g_assert_error (call->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (call->done_at - start, <, CANCEL_LIMIT);
  WAIT_FOR (peer->closed);
  g_assert_cmpint (peer->closed_at - start, <, CANCEL_LIMIT);

  call_free (call);
  http_free (http);
  raw_server_free (server);
}

/* Before there is a connection: before the call, and just after it. */
static void
test_cancel_early (void)
{
  for (int i = 0; i < 2; i++)
    {
      RawServer *server = raw_server_new (NULL);
      ParlanceHttp *http = parlance_http_new ();
      Call *call = call_new (http);

      if (i == 0)
        g_cancellable_cancel (call->cancellable);
      send_to_silent (call, 1, server->port);
      g_cancellable_cancel (call->cancellable);
      g_assert_false (call->done);
      WAIT_FOR (call->done);
      g_assert_error (call->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      call_free (call);
      http_free (http);
      raw_server_free (server);
    }
}

/* From within the data function, which is then not called again; and by its own error. */
static void
test_end_in_func (void)
{
  for (int i = 0; i < 2; i++)
    {
      RawServer *server = raw_server_new (silences[3].says);
      ParlanceHttp *http = parlance_http_new ();
      Call *call = call_new (http);
      int code = i == 0 ? G_IO_ERROR_CANCELLED : G_IO_ERROR_INVALID_DATA;
      Peer *peer;

      if (i == 0)
        call->cancel_in_func = call->cancellable;
      else
        call->refuse = TRUE;
      call_post (call, server->port);
      g_assert_error (call->error, G_IO_ERROR, code);
      g_assert_cmpuint (call->pieces, ==, 1);

      peer = raw_server_peer (server, 0);
      WAIT_FOR (peer->closed);
      g_assert_cmpint (peer->closed_at - call->done_at, <, CANCEL_LIMIT);
      call_free (call);
      http_free (http);
      raw_server_free (server);
    }
}

/* Sixteen at once to one host; the seventeenth waits for its turn, however long. */
static void
test_parallel (void)
{
  RawServer *server = raw_server_new (NULL);
  ParlanceHttp *http = g_object_new (PARLANCE_TYPE_HTTP, "connect-timeout", 2000, NULL);
  Call *calls[17];
  Peer *peer;

  for (size_t i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      calls[i] = call_new (http);
      send_to_silent (calls[i], 1, server->port);
    }
  raw_server_peer (server, 15);
  g_assert_cmpuint (server->peers->len, ==, 16);

  g_cancellable_cancel (calls[0]->cancellable);
  peer = raw_server_peer (server, 16);
  WAIT_FOR (peer->request->len > 0);

  for (size_t i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_cancellable_cancel (calls[i]->cancellable);
      WAIT_FOR (calls[i]->done);
      call_free (calls[i]);
    }
  http_free (http);
  raw_server_free (server);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (silences); i++)
    {
      g_autofree char *timeout = g_strconcat ("/http/timeout/", silences[i].name, NULL);
      g_autofree char *cancel = g_strconcat ("/http/cancel/", silences[i].name, NULL);

      g_test_add_data_func (timeout, GSIZE_TO_POINTER (i), test_timeout);
      g_test_add_data_func (cancel, GSIZE_TO_POINTER (i), test_cancel);
    }
  g_test_add_func ("/http/cancel/early", test_cancel_early);
  g_test_add_func ("/http/end-in-func", test_end_in_func);
  g_test_add_func ("/http/parallel", test_parallel);

  return g_test_run ();
}
