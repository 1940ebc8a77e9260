/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-fixture.h"

#include "parlance-judge.h"
#include "parlance-test-front.h"
#include "parlance-test-service.h"

#include <string.h>

/* The token that no one but the service may see. */
#define TOKEN "ms-valid-canary-0123456789"

/* Microseconds until a failure is told. */
#define TELL_LIMIT (5 * G_USEC_PER_SEC)

/* Made once: the keys take a while. */
static ParlanceTestPki *pki;

static uint16_t
get_service_port (ParlanceTestService *service)
{
  g_autoptr (GUri) uri = g_uri_parse (parlance_test_service_get_base_url (service),
                                      G_URI_FLAGS_NONE, NULL);

  return g_uri_get_port (uri);
}

static unsigned
count_requests (ParlanceTestService *service)
{
  g_autoptr (JsonNode) requests = parlance_test_service_dup_requests (service);

  return json_array_get_length (json_node_get_array (requests));
}

/* (transfer full): what a person would read of how a call to @url ended: %NULL for well. Told in
 * time, and the token is not in it. */
static ParlanceVerdict *
run (ParlanceHttp *http,
     const char   *url)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  ParlanceHttpRequest request = {
    .method = "POST", .url = url, .token = TOKEN, .body = body, .max_body = 1024 * 1024
  };
  Call *call = call_new (http);
  int64_t start = g_get_monotonic_time ();
  ParlanceVerdict *verdict = NULL;

  call_send (call, &request);
  WAIT_FOR (call->done);
  g_assert_cmpint (call->done_at - start, <, TELL_LIMIT);
  if (call->error != NULL)
    {
      g_assert_null (strstr (call->error->message, "canary"));
      verdict = parlance_judge_error (call->error, TOKEN);
      g_test_message ("%s: %s (%s)", url, parlance_verdict_kind_to_nick (verdict->kind),
                      verdict->words);
    }
  call_free (call);

  return verdict;
}

static void
check_verdict (ParlanceVerdict *verdict,
               const char      *nick,
               const char      *words)
{
  g_assert_nonnull (verdict);
  g_assert_cmpstr (parlance_verdict_kind_to_nick (verdict->kind), ==, nick);
  if (words != NULL)
    g_assert_nonnull (strstr (verdict->words, words));
}

static ParlanceHttp *
http_new (uint16_t proxy_port)
{
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u", proxy_port);
  g_autoptr (GProxyResolver) resolver =
    proxy_port > 0 ? g_simple_proxy_resolver_new (uri, NULL) : NULL;

  return g_object_new (PARLANCE_TYPE_HTTP, "proxy-resolver", resolver,
                       "tls-database", parlance_test_pki_get_database (pki), NULL);
}

/* A certificate that is not to be trusted: said which, and nothing came through. */
static void
test_certificate (void)
{
  static const struct
  {
    ParlanceTestCertificate  certificate;
    const char              *nick;
    const char              *words;
  } cases[] = {
    { PARLANCE_TEST_CERTIFICATE_EXPIRED, "tls-date", "expired" },
    { PARLANCE_TEST_CERTIFICATE_WRONG_HOST, "tls-host", "another host" },
    { PARLANCE_TEST_CERTIFICATE_SELF_SIGNED, "tls-self-signed", "by itself" },
    { PARLANCE_TEST_CERTIFICATE_UNKNOWN_CA, "tls-unknown-ca", "nobody" },
    { PARLANCE_TEST_CERTIFICATE_GOOD, NULL, NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ParlanceTestService) service = parlance_test_service_new ();
      ParlanceTestFront *front = parlance_test_front_new (pki, cases[i].certificate, "h2,http/1.1",
                                                          get_service_port (service));
      g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/v1/chat/completions",
                                              parlance_test_front_get_port (front));
      g_autofree char *plain = g_strconcat (parlance_test_service_get_base_url (service),
                                            "/chat/completions", NULL);
      ParlanceHttp *http = http_new (0);
      g_autoptr (ParlanceVerdict) verdict = run (http, url);
      g_autoptr (ParlanceVerdict) next = run (http, plain);

      g_assert_null (next);
      if (cases[i].nick != NULL)
        check_verdict (verdict, cases[i].nick, cases[i].words);
      else
        g_assert_null (verdict);

      /* Once the front has ended, all that it got was passed on. */
      http_free (http);
      parlance_test_front_free (front);
      g_assert_cmpuint (count_requests (service), ==, 1 + (cases[i].nick == NULL));
    }

  g_test_message ("tried certificates: %zu, held %zu, lost 0", G_N_ELEMENTS (cases),
                  G_N_ELEMENTS (cases));
}

/* Where there is nobody to talk to. */
static void
test_nobody (void)
{
  RawServer *server = raw_server_new (NULL);
  g_autofree char *refused = g_strdup_printf ("https://127.0.0.1:%u/", server->port);
  ParlanceHttp *http = http_new (0);
  g_autoptr (ParlanceVerdict) name = NULL;
  g_autoptr (ParlanceVerdict) port = NULL;
  g_autoptr (ParlanceVerdict) next = NULL;
  g_autoptr (ParlanceTestService) service = parlance_test_service_new ();
  g_autofree char *plain = g_strconcat (parlance_test_service_get_base_url (service),
                                        "/chat/completions", NULL);

  raw_server_free (server);
  name = run (http, "https://host.invalid/");
  check_verdict (name, "name-not-found", "host.invalid");
  port = run (http, refused);
  check_verdict (port, "refused", NULL);
  next = run (http, plain);
  g_assert_null (next);
  http_free (http);
  g_test_message ("tried addresses of nobody: 2, held 2, lost 0");
}

/* A proxy that does not connect: what it says, and what is said of it. It sees no token. */
static void
test_proxy_refuses (void)
{
  static const struct { const char *says; int then; const char *nick; } cases[] = {
    { "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", STAY,
      "proxy-login" },
    { "HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n", CLOSE,
      "proxy-login" },
    { "HTTP/1.1 403 No\r\nContent-Length: 6\r\n\r\n<html>", STAY, "proxy" },
    { "HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n", CLOSE, "proxy" },
    { "", CLOSE, "proxy" },
    { "", RESET, "proxy" },
    { "220 mail.example.com ESMTP\r\n\r\n", CLOSE, "proxy" },
  };
  RawServer *gone;
  ParlanceHttp *http;
  g_autoptr (ParlanceVerdict) refused = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      RawServer *proxy = raw_server_new (cases[i].says);
      g_autoptr (ParlanceVerdict) verdict = NULL;

      proxy->then = cases[i].then;
      http = http_new (proxy->port);
      /* The name is the proxy's to look up. */
      verdict = run (http, "https://host.invalid/v1/chat/completions");
      check_verdict (verdict, cases[i].nick, NULL);

      for (unsigned j = 0; j < proxy->peers->len; j++)
        {
          Peer *peer = g_ptr_array_index (proxy->peers, j);

          g_assert_true (g_str_has_prefix (peer->request->str, "CONNECT host.invalid:443 "));
          g_assert_null (strstr (peer->request->str, "canary"));
          g_assert_null (strstr (peer->request->str, "uthorization:"));
        }
      g_assert_cmpuint (proxy->peers->len, >, 0);
      http_free (http);
      raw_server_free (proxy);
    }

  /* One that is not there is not the service's being down. */
  gone = raw_server_new (NULL);
  http = http_new (gone->port);
  raw_server_free (gone);
  refused = run (http, "https://host.invalid/");
  check_verdict (refused, "proxy", NULL);
  http_free (http);
  g_test_message ("tried proxies that do not connect: %zu, held %zu, lost 0",
                  G_N_ELEMENTS (cases) + 1, G_N_ELEMENTS (cases) + 1);
}

/* A proxy that connects, and keeps what it saw before it did; each client has a thread. */
typedef struct
{
  GSocketService *service;
  uint16_t        port;
  GMutex          lock;
  GString        *seen;
  int             clients;
  int             gone;
} Tunnel;

/* %FALSE at the end. */
static gboolean
pump (GSocketConnection *from,
      GSocketConnection *to)
{
  char piece[4096];
  gssize length = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (from)), piece,
                                       sizeof piece, NULL, NULL);

  return length > 0
         && g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (to)), piece,
                                       length, NULL, NULL, NULL);
}

static gboolean
on_tunnel (GThreadedSocketService *service,
           GSocketConnection      *client,
           GObject                *object,
           Tunnel                 *self)
{
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  g_autoptr (GSocketConnection) server = NULL;
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  GPollFD fds[2];
  char byte;

  g_atomic_int_inc (&self->clients);
  while (!g_str_has_suffix (head->str, "\r\n\r\n"))
    {
      g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (client)),
                                            &byte, 1, NULL, NULL), ==, 1);
      g_string_append_c (head, byte);
    }
  words = g_strsplit (head->str, " ", 3);
  g_assert_cmpstr (words[0], ==, "CONNECT");

  g_socket_client_set_enable_proxy (connector, FALSE);
  server = g_socket_client_connect_to_host (connector, words[1], 443, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (client)),
                             "HTTP/1.1 200 Connected\r\n\r\n", 26, NULL, NULL, NULL);

  fds[0].fd = g_socket_get_fd (g_socket_connection_get_socket (client));
  fds[1].fd = g_socket_get_fd (g_socket_connection_get_socket (server));
  fds[0].events = fds[1].events = G_IO_IN;
  do
    g_poll (fds, 2, -1);
  while ((fds[0].revents == 0 || pump (client, server))
         && (fds[1].revents == 0 || pump (server, client)));

  g_io_stream_close (G_IO_STREAM (client), NULL, NULL);
  g_io_stream_close (G_IO_STREAM (server), NULL, NULL);
  g_mutex_lock (&self->lock);
  g_string_append (self->seen, head->str);
  g_mutex_unlock (&self->lock);
  g_atomic_int_inc (&self->gone);
  g_main_context_wakeup (NULL);

  return TRUE;
}

static void
test_proxy_connects (void)
{
  g_autoptr (ParlanceTestService) service = parlance_test_service_new ();
  ParlanceTestFront *front = parlance_test_front_new (pki, PARLANCE_TEST_CERTIFICATE_GOOD,
                                                      "h2,http/1.1", get_service_port (service));
  ParlanceTestFront *wrong = parlance_test_front_new (pki, PARLANCE_TEST_CERTIFICATE_WRONG_HOST,
                                                      "h2,http/1.1", get_service_port (service));
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/v1/chat/completions",
                                          parlance_test_front_get_port (front));
  g_autofree char *wrong_url = g_strdup_printf ("https://127.0.0.1:%u/v1/chat/completions",
                                                parlance_test_front_get_port (wrong));
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (ParlanceVerdict) good = NULL;
  g_autoptr (ParlanceVerdict) bad = NULL;
  Tunnel tunnel = { .service = g_threaded_socket_service_new (4), .seen = g_string_new (NULL) };
  ParlanceHttp *http;

  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (tunnel.service), any_port,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                &bound, NULL));
  tunnel.port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (tunnel.service, "run", G_CALLBACK (on_tunnel), &tunnel);
  http = http_new (tunnel.port);

  good = run (http, url);
  g_assert_null (good);
  g_assert_cmpuint (count_requests (service), ==, 1);

  /* The certificate is looked at behind a proxy as without one. */
  bad = run (http, wrong_url);
  check_verdict (bad, "tls-host", "another host");
  g_assert_cmpuint (count_requests (service), ==, 1);

  http_free (http);
  WAIT_FOR (g_atomic_int_get (&tunnel.gone) == g_atomic_int_get (&tunnel.clients));
  g_assert_cmpint (tunnel.gone, ==, 2);
  g_assert_true (g_str_has_prefix (tunnel.seen->str, "CONNECT 127.0.0.1:"));
  g_assert_null (strstr (tunnel.seen->str, "canary"));

  g_socket_service_stop (tunnel.service);
  g_socket_listener_close (G_SOCKET_LISTENER (tunnel.service));
  g_object_unref (tunnel.service);
  g_string_free (tunnel.seen, TRUE);
  parlance_test_front_free (front);
  parlance_test_front_free (wrong);
}

/* To another host, port or scheme: named, and not a byte goes there. */
static void
test_redirect (void)
{
  static const char *const wheres[] = {
    "https://127.0.0.1:%u", "http://127.0.0.1:%u", "https://localhost:%u", "http://localhost:%u",
  };
  static const int statuses[] = { 301, 302, 303, 307, 308 };
  g_autoptr (ParlanceTestService) service = parlance_test_service_new ();
  ParlanceTestFront *front = parlance_test_front_new (pki, PARLANCE_TEST_CERTIFICATE_GOOD,
                                                      "h2,http/1.1", get_service_port (service));
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/v1/chat/completions",
                                          parlance_test_front_get_port (front));
  RawServer *other = raw_server_new ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  ParlanceHttp *http = http_new (0);

  for (size_t i = 0; i < G_N_ELEMENTS (wheres); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (statuses); j++)
      {
        /* The text is from the table above. */
        g_autoptr (GString) where = g_string_new (wheres[i]);
        g_autofree char *port = g_strdup_printf ("%u", other->port);
        g_autofree char *script = NULL;
        g_autoptr (ParlanceVerdict) verdict = NULL;

        g_string_replace (where, "%u", port, 1);
        script = g_strdup_printf ("{\"status\":%d,\"headers\":{\"Location\":\"%s/v1?k=secret\"},"
                                  "\"body\":\"\"}", statuses[j], where->str);
        parlance_test_service_push_script (service, script);
        verdict = run (http, url);
        check_verdict (verdict, "redirected", where->str);
        g_assert_null (strstr (verdict->words, "secret"));
      }

  http_free (http);
  parlance_test_front_free (front);
  g_assert_cmpuint (count_requests (service), ==,
                    G_N_ELEMENTS (wheres) * G_N_ELEMENTS (statuses));
  g_assert_cmpuint (other->peers->len, ==, 0);
  raw_server_free (other);
  g_test_message ("tried redirects from a secure address: %zu, held %zu, lost 0",
                  G_N_ELEMENTS (wheres) * G_N_ELEMENTS (statuses),
                  G_N_ELEMENTS (wheres) * G_N_ELEMENTS (statuses));
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);

  if (parlance_test_front_missing () != NULL)
    {
      g_print ("1..0 # SKIP %s is not installed\n", parlance_test_front_missing ());
      return 0;
    }
  pki = parlance_test_pki_new ();

  g_test_add_func ("/route/certificate", test_certificate);
  g_test_add_func ("/route/nobody", test_nobody);
  g_test_add_func ("/route/proxy-refuses", test_proxy_refuses);
  g_test_add_func ("/route/proxy-connects", test_proxy_connects);
  g_test_add_func ("/route/redirect", test_redirect);
  status = g_test_run ();

  parlance_test_pki_free (pki);

  return status;
}
