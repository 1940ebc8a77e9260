/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-fixture.h"

#include <string.h>

typedef struct
{
  unsigned requests;
  gboolean unending;
  gboolean aborted;
  int64_t  aborted_at;
} Seen;

static gboolean
on_more (GSocket      *socket,
         GIOCondition  condition,
         gpointer      user_data)
{
  Seen *seen = user_data;

  seen->aborted = TRUE;
  seen->aborted_at = g_get_monotonic_time ();

  return G_SOURCE_REMOVE;
}

static void
on_request (SoupServer        *server,
                SoupServerMessage *message,
                const char        *path,
                GHashTable        *query,
                gpointer           user_data)
{
  Seen *seen = user_data;
  g_autoptr (GSource) source = NULL;

  seen->requests++;
  soup_server_message_set_status (message, 200, NULL);
  if (seen->unending)
    {
      soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                         SOUP_ENCODING_CHUNKED);
      soup_message_body_append (soup_server_message_get_response_body (message),
                                SOUP_MEMORY_STATIC, "hello", 5);
      /* SoupServer does not look while it answers: what comes after the request is the end. */
      source = g_socket_create_source (soup_server_message_get_socket (message), G_IO_IN, NULL);
      g_source_set_callback (source, G_SOURCE_FUNC (on_more), seen, NULL);
      g_source_attach (source, NULL);
      return;
    }
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "hello", 5);
}

/* Newer libsoup uses a connection after it has gone with its server, where the handshake ends
 * later: these servers live as long as the program. */
static GPtrArray *servers;

static void
test_certificate (void)
{
  static const struct
  {
    const char *certificate;
    const char *host;
    gboolean    known;
    int         code;
    const char *message;    /* NULL: it is taken */
  } cases[] = {
    { "loopback.pem", "127.0.0.1", TRUE, 0, NULL },
    { "loopback.pem", "127.0.0.1", FALSE, PARLANCE_HTTP_ERROR_TLS_SELF_SIGNED, "signed by itself" },
    { "loopback.pem", "localhost", TRUE, PARLANCE_HTTP_ERROR_TLS_HOST, "another host" },
    { "expired.pem", "127.0.0.1", TRUE, PARLANCE_HTTP_ERROR_TLS_DATE, "expired" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "tls",
                                                     cases[i].certificate, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);
      g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, NULL);
      SoupServer *server;
      g_autofree char *url = NULL;
      Seen seen = { 0 };
      ParlanceHttp *http;
      Call *call;
      ParlanceHttpRequest request = { .method = "POST", .token = "canary-token", .max_body = 9 };

      g_assert_no_error (error);
      server = soup_server_new ("tls-certificate", certificate, NULL);
      g_ptr_array_add (servers, server);
      soup_server_add_handler (server, NULL, on_request, &seen, NULL);
      url = g_strdup_printf ("https://%s:%u/", cases[i].host, soup_server_port (server));
      request.url = url;
      http = g_object_new (PARLANCE_TYPE_HTTP,
                           "tls-database", cases[i].known ? database : NULL, NULL);
      call = call_new (http);
      call_send (call, &request);
      WAIT_FOR (call->done);

      if (cases[i].message == NULL)
        {
          g_assert_no_error (call->error);
          g_assert_cmpstr (call->body->str, ==, "hello");
        }
      else
        {
          g_assert_error (call->error, PARLANCE_HTTP_ERROR, cases[i].code);
          g_assert_nonnull (strstr (call->error->message, cases[i].message));
          g_assert_cmpuint (seen.requests, ==, 0);
        }
      soup_server_remove_handler (server, NULL);
      call_free (call);
      http_free (http);
    }
}

/* In the middle of the body. */
static void
test_cancel (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "tls", "loopback.pem",
                                                 NULL);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, NULL);
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, NULL);
  g_autoptr (SoupServer) server = soup_server_new ("tls-certificate", certificate, NULL);
  g_autofree char *url = NULL;
  ParlanceHttp *http = g_object_new (PARLANCE_TYPE_HTTP, "tls-database", database, NULL);
  Call *call = call_new (http);
  ParlanceHttpRequest request = { .method = "POST", .token = "canary-token", .max_body = 9 };
  Seen seen = { .unending = TRUE };
  int64_t start;

  soup_server_add_handler (server, NULL, on_request, &seen, NULL);
  url = g_strdup_printf ("https://127.0.0.1:%u/", soup_server_port (server));
  request.url = url;
  call_send (call, &request);
  WAIT_FOR (call->body->len == 5);
  g_assert_false (seen.aborted);

  start = g_get_monotonic_time ();
  g_cancellable_cancel (call->cancellable);
  WAIT_FOR (call->done);
  g_assert_error (call->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (call->done_at - start, <, CANCEL_LIMIT);
  WAIT_FOR (seen.aborted);
  g_assert_cmpint (seen.aborted_at - start, <, CANCEL_LIMIT);

  call_free (call);
  http_free (http);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  servers = g_ptr_array_new ();

  g_test_add_func ("/tls/certificate", test_certificate);
  g_test_add_func ("/tls/cancel", test_cancel);

  return g_test_run ();
}
