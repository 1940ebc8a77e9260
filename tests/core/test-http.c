/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "http-fixture.h"

#include <string.h>

#define HEAD_OK "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"

static void
test_finalize (void)
{
  g_assert_finalize_object (parlance_http_new ());
}

/* What the SoupServer of test_success saw, and how far it is in its answer. */
typedef struct
{
  unsigned           requests;
  unsigned           sent;
  char              *body;
  char              *headers[4];
  unsigned           cookies;
} Seen;

static void
on_wrote_chunk (SoupServerMessage *message,
                Seen              *seen)
{
  SoupMessageBody *body = soup_server_message_get_response_body (message);

  if (++seen->sent == 3)
    soup_message_body_complete (body);
  else
    soup_message_body_append (body, SOUP_MEMORY_STATIC, "piece ", 6);
}

static void
on_success_request (SoupServer        *server,
                    SoupServerMessage *message,
                    const char        *path,
                    GHashTable        *query,
                    gpointer           user_data)
{
  Seen *seen = user_data;
  SoupMessageHeaders *request = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *response = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  static const char *const names[] = { "Authorization", "User-Agent", "Content-Type", "Host" };

  seen->requests++;
  seen->cookies += soup_message_headers_get_one (request, "Cookie") != NULL;
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_free (seen->headers[i]);
      seen->headers[i] = g_strdup (soup_message_headers_get_one (request, names[i]));
    }
  g_free (seen->body);
  seen->body = g_strndup (body->data, body->length);

  seen->sent = 0;
  soup_message_headers_set_encoding (response, SOUP_ENCODING_CHUNKED);
  soup_message_headers_append (response, "Set-Cookie", "a=b");
  soup_message_headers_append (response, "X-Request-Id", "id-1");
  soup_server_message_set_status (message, 201, NULL);
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC,
                            "piece ", 6);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (on_wrote_chunk), seen);
}

static void
test_success (void)
{
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  ParlanceHttp *http = parlance_http_new ();
  Seen seen = { 0 };
  uint16_t port;
  g_autofree char *host = NULL;

  soup_server_add_handler (server, NULL, on_success_request, &seen, NULL);
  port = soup_server_port (server);
  host = g_strdup_printf ("127.0.0.1:%u", port);

  /* Twice: the second without the cookie that the first got. */
  for (int i = 0; i < 2; i++)
    {
      Call *call = call_new (http);

      call_post (call, port);
      g_assert_no_error (call->error);
      g_assert_cmpstr (call->body->str, ==, "piece piece piece ");
      g_assert_cmpuint (call->pieces, >=, 2);
      g_assert_cmpuint (call->status_in_func, ==, 201);
      g_assert_cmpuint (soup_message_get_status (call->message), ==, 201);
      g_assert_cmpstr (soup_message_headers_get_one (
                         soup_message_get_response_headers (call->message), "X-Request-Id"),
                       ==, "id-1");
      /* The token does not go on with the message. */
      g_assert_null (soup_message_headers_get_one (
                       soup_message_get_request_headers (call->message), "Authorization"));
      call_free (call);

      g_assert_cmpuint (seen.requests, ==, i + 1);
      g_assert_cmpstr (seen.headers[0], ==, "Bearer canary-token");
      g_assert_cmpstr (seen.headers[1], ==, "Parlance/" VERSION);
      g_assert_cmpstr (seen.headers[2], ==, "application/json");
      g_assert_cmpstr (seen.headers[3], ==, host);
      g_assert_cmpstr (seen.body, ==, "{}");
    }
  g_assert_cmpuint (seen.cookies, ==, 0);

  http_free (http);
  g_free (seen.body);
  for (size_t i = 0; i < G_N_ELEMENTS (seen.headers); i++)
    g_free (seen.headers[i]);
}

static void
test_bad_request (void)
{
  static const char *const urls[] = {
    NULL, "", "x", "/v1", "//host/v1", "ftp://host/", "file:///etc/passwd", "http://", "http:///x",
    "http://user@host/", "http://user:secret@host/", "https://:secret@host/", "http://ho st/",
    "http://[::1/", "http://host:99999/", "javascript:alert(1)",
    "http://ho%0d%0aX-Evil:1/", "http://ho%20st/", "http://ho%00st/",
  };

  for (size_t i = 0; i <= G_N_ELEMENTS (urls); i++)
    {
      ParlanceHttp *http = parlance_http_new ();
      Call *call = call_new (http);
      ParlanceHttpRequest request = { .method = "GET", .url = "http://127.0.0.1:1/" };

      if (i < G_N_ELEMENTS (urls))
        request.url = urls[i];
      else
        request.token = "canary\r\nX-Evil: 1";
      call_send (call, &request);
      WAIT_FOR (call->done);
      g_assert_error (call->error, PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_BAD_URL);
      g_assert_null (strstr (call->error->message, "secret"));
      g_assert_null (strstr (call->error->message, "canary"));
      call_free (call);
      http_free (http);
    }
}

/* Answers that end an exchange by themselves. */
static const struct
{
  const char *name;
  const char *says;
  int         then;
  int         code;      /* -1: it ends well */
  const char *message;   /* found in the error's */
  const char *body;
} answers[] = {
  { "length", HEAD_OK "Content-Length: 5\r\n\r\nhello", STAY, -1, NULL, "hello" },
  { "until-close", HEAD_OK "\r\nhello", CLOSE, -1, NULL, "hello" },
  { "empty", HEAD_OK "Content-Length: 0\r\n\r\n", STAY, -1, NULL, "" },
  { "401", "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 3\r\n\r\nbad",
    STAY, -1, NULL, "bad" },
  { "401-ntlm", "HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM\r\nContent-Length: 3\r\n\r\nbad",
    STAY, -1, NULL, "bad" },
  { "500", "HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\noh", STAY, -1, NULL, "oh" },
  { "304", "HTTP/1.1 304 Same\r\n\r\n", STAY, -1, NULL, "" },
  { "407", "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
    STAY, PARLANCE_HTTP_ERROR_PROXY_LOGIN, "login", "" },
  { "421", "HTTP/1.1 421 No\r\nContent-Length: 2\r\n\r\noh", STAY, PARLANCE_HTTP_ERROR_BROKEN,
    "421", "" },
  { "cut", HEAD_OK "Content-Length: 9\r\n\r\nhello", CLOSE, PARLANCE_HTTP_ERROR_BROKEN, NULL,
    "hello" },
  { "reset", HEAD_OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", RESET,
    PARLANCE_HTTP_ERROR_BROKEN, NULL, NULL },
  { "closed-at-once", "", CLOSE, PARLANCE_HTTP_ERROR_BROKEN, NULL, "" },
  { "reset-at-once", "", RESET, PARLANCE_HTTP_ERROR_BROKEN, NULL, "" },
  { "not-http", "220 mail.example.com ESMTP\r\n\r\n", CLOSE, PARLANCE_HTTP_ERROR_BROKEN, NULL,
    "" },
  { "location-host", "HTTP/1.1 302 F\r\nLocation: https://u:secret@[2001:db8::1]/secret?secret\r\n"
    "Content-Length: 0\r\n\r\n", STAY, PARLANCE_HTTP_ERROR_REDIRECT,
    "https://[2001:db8::1]:443 ", "" },
  { "location-bad", "HTTP/1.1 302 F\r\nLocation: http://secret@:x/\r\nContent-Length: 0\r\n\r\n",
    STAY, PARLANCE_HTTP_ERROR_REDIRECT, "not valid", "" },
  { "location-relative", "HTTP/1.1 301 F\r\nLocation: /secret\r\nContent-Length: 0\r\n\r\n",
    STAY, PARLANCE_HTTP_ERROR_REDIRECT, "http://127.0.0.1:", "" },
};

static void
test_answer (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  RawServer *server = raw_server_new (answers[i].says);
  ParlanceHttp *http = parlance_http_new ();
  Call *call = call_new (http);

  server->then = answers[i].then;
  call_post (call, server->port);

  if (answers[i].code < 0)
    g_assert_no_error (call->error);
  else
    {
      g_assert_error (call->error, PARLANCE_HTTP_ERROR, answers[i].code);
      g_assert_null (strstr (call->error->message, "secret"));
      if (answers[i].message != NULL)
        g_assert_nonnull (strstr (call->error->message, answers[i].message));
    }
  /* After a reset, what had come before it may be lost. */
  if (answers[i].body != NULL)
    g_assert_cmpstr (call->body->str, ==, answers[i].body);
  g_assert_cmpuint (server->peers->len, ==, 1);

  call_free (call);
  http_free (http);
  raw_server_free (server);
}

static void
test_redirect (void)
{
  static const int statuses[] = { 300, 301, 302, 303, 307, 308 };

  for (size_t i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      RawServer *other = raw_server_new (HEAD_OK "Content-Length: 0\r\n\r\n");
      g_autofree char *says = g_strdup_printf ("HTTP/1.1 %d Go\r\nContent-Length: 0\r\n"
                                               "Location: http://127.0.0.1:%u/secret?k=1\r\n\r\n",
                                               statuses[i], other->port);
      g_autofree char *where = g_strdup_printf ("http://127.0.0.1:%u ", other->port);
      RawServer *server = raw_server_new (says);
      ParlanceHttp *http = parlance_http_new ();
      Call *call = call_new (http);

      call_post (call, server->port);
      g_assert_error (call->error, PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_REDIRECT);
      g_assert_nonnull (strstr (call->error->message, where));
      g_assert_null (strstr (call->error->message, "secret"));
      call_free (call);
      http_free (http);

      g_assert_cmpuint (server->peers->len, ==, 1);
      g_assert_cmpuint (other->peers->len, ==, 0);
      raw_server_free (server);
      raw_server_free (other);
    }
}

static void
test_no_server (void)
{
  RawServer *server = raw_server_new (NULL);
  uint16_t port = server->port;
  ParlanceHttp *http = parlance_http_new ();
  Call *call = call_new (http);
  ParlanceHttpRequest request = { .method = "GET", .url = "http://host.invalid/" };

  raw_server_free (server);
  call_post (call, port);
  g_assert_error (call->error, PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_REFUSED);
  call_free (call);

  call = call_new (http);
  call_send (call, &request);
  WAIT_FOR (call->done);
  g_assert_error (call->error, PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_RESOLVE);
  call_free (call);
  http_free (http);
}

static void
test_cap (void)
{
  static const struct
  {
    const char *status;
    size_t      size;
    gboolean    packed;
    gboolean    fits;
  } cases[] = {
    { "200", 1024 * 1024, FALSE, TRUE },
    { "200", 1024 * 1024 + 1, FALSE, FALSE },
    { "200", 1024 * 1024, TRUE, TRUE },
    { "200", 256 * 1024 * 1024, TRUE, FALSE },
    { "401", 256 * 1024 * 1024, TRUE, FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
      g_autoptr (GZlibCompressor) gzip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
      g_autoptr (GOutputStream) pack = g_converter_output_stream_new (memory, G_CONVERTER (gzip));
      g_autofree char *zeros = g_malloc0 (1024 * 1024);
      g_autofree char *head = NULL;
      RawServer *server = raw_server_new (NULL);
      ParlanceHttp *http = parlance_http_new ();
      Call *call = call_new (http);
      GOutputStream *stream = cases[i].packed ? pack : memory;
      size_t body_length, head_length;

      for (size_t left = cases[i].size; left > 0; left -= MIN (left, 1024 * 1024))
        g_output_stream_write_all (stream, zeros, MIN (left, 1024 * 1024), NULL, NULL, NULL);
      g_output_stream_close (stream, NULL, NULL);
      body_length = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory));

      head = g_strdup_printf ("HTTP/1.1 %s X\r\n%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                              cases[i].status, cases[i].packed ? "Content-Encoding: gzip\r\n" : "",
                              body_length);
      head_length = strlen (head);
      server->length = head_length + body_length;
      server->says = g_malloc (server->length);
      memcpy (server->says, head, head_length);
      memcpy (server->says + head_length,
              g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)), body_length);

      call_post (call, server->port);
      if (cases[i].fits)
        {
          g_assert_no_error (call->error);
          g_assert_cmpuint (call->body->len, ==, cases[i].size);
        }
      else
        {
          g_assert_error (call->error, PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_TOO_LARGE);
          g_assert_cmpuint (call->body->len, <=, 1024 * 1024);
        }
      call_free (call);
      http_free (http);
      raw_server_free (server);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/finalize", test_finalize);
  g_test_add_func ("/http/success", test_success);
  g_test_add_func ("/http/bad-request", test_bad_request);
  for (size_t i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *path = g_strconcat ("/http/answer/", answers[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_answer);
    }
  g_test_add_func ("/http/redirect", test_redirect);
  g_test_add_func ("/http/no-server", test_no_server);
  g_test_add_func ("/http/cap", test_cap);

  return g_test_run ();
}
