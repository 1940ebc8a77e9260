/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-http-exchange.h"

#include <string.h>

#include "parlance-http-error.h"
#include "parlance-http-socket.h"

#define PIECE_BYTES (64 * 1024)

/* Of a message: the exchange that it belongs to. */
#define EXCHANGE_KEY "parlance-http-exchange"

/* One exchange. It belongs to the chain of libsoup's callbacks, which always comes to an end; the
 * caller may have had the answer long before (@task is then %NULL). */
typedef struct
{
  ParlanceHttp         *http;           /* lives as long as what goes on behind the answers */
  ParlanceHttpTimeouts  timeouts;
  GTask                *task;
  SoupMessage          *message;
  GCancellable         *cancellable;    /* of libsoup's part: cancelled by the caller's or by us */
  GSource              *cancel_source;  /* fires with the caller's */
  GSource              *timer;
  ParlanceHttpError     timer_code;
  ParlanceHttpDataFunc  func;
  gpointer              func_data;
  GInputStream         *stream;
  char                 *piece;
  uint64_t              received;
  uint64_t              max_body;
  gboolean              http2;
  gboolean              held;           /* by the caller: no callback of libsoup's is to come */
  ParlanceHttpCourse    course;
} Exchange;

static void exchange_read (Exchange *exchange);

/* What libsoup holds of the token, as far as it can be reached. */
static void
forget_token (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  const char *value = soup_message_headers_get_one (headers, "Authorization");

  if (value != NULL)
    explicit_bzero ((char *) value, strlen (value));
  soup_message_headers_remove (headers, "Authorization");
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
exchange_free (Exchange *exchange)
{
  g_assert (exchange->task == NULL);

  forget_token (exchange->message);
  g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  g_object_set_data (G_OBJECT (exchange->message), EXCHANGE_KEY, NULL);
  g_clear_object (&exchange->stream);
  g_clear_object (&exchange->message);
  g_clear_object (&exchange->cancellable);
  g_clear_object (&exchange->http);
  g_free (exchange->piece);
  g_free (exchange);
}

/* Gives the caller the answer, once: the message, or @error (transfer full), which also ends
 * libsoup's part. Only the chain of callbacks may use @exchange after this. */
static void
exchange_answer (Exchange *exchange,
                 GError   *error)
{
  g_autoptr (GCancellable) cancellable = g_object_ref (exchange->cancellable);
  g_autoptr (GTask) task = g_steal_pointer (&exchange->task);

  if (task == NULL)
    {
      g_clear_error (&error);
      return;
    }

  clear_source (&exchange->timer);
  clear_source (&exchange->cancel_source);

  if (error == NULL)
    {
      forget_token (exchange->message);
      g_task_return_pointer (task, g_object_ref (exchange->message), g_object_unref);
    }
  else
    {
      g_cancellable_cancel (cancellable);
      g_task_return_error (task, error);
    }
}

static void
on_closed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Exchange *exchange = user_data;

  /* The answer is out; nobody waits for how the closing went. */
  g_input_stream_close_finish (G_INPUT_STREAM (source), result, NULL);
  exchange_free (exchange);
}

/* The end of the chain. Closing a body that was not read to its end closes the connection. */
static void
exchange_end (Exchange *exchange)
{
  if (exchange->stream != NULL)
    g_input_stream_close_async (exchange->stream, G_PRIORITY_DEFAULT, NULL, on_closed, exchange);
  else
    exchange_free (exchange);
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  Exchange *exchange = user_data;
  gboolean held = exchange->held;

  exchange->held = FALSE;
  exchange_answer (exchange, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                  "The exchange was cancelled"));
  if (held)
    exchange_end (exchange);

  return G_SOURCE_REMOVE;
}

static unsigned
timeout_for (Exchange          *exchange,
             ParlanceHttpError  code)
{
  switch ((int) code)
    {
    case PARLANCE_HTTP_ERROR_CONNECT:
      return exchange->timeouts.connect;
    case PARLANCE_HTTP_ERROR_FIRST_BYTE:
      return exchange->timeouts.first_byte;
    case PARLANCE_HTTP_ERROR_STALLED:
      return exchange->timeouts.stall;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
on_timeout (gpointer user_data)
{
  Exchange *exchange = user_data;
  double seconds = timeout_for (exchange, exchange->timer_code) / 1000.0;
  GError *error;

  if (exchange->timer_code == PARLANCE_HTTP_ERROR_CONNECT)
    error = g_error_new (PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_CONNECT,
                         "No connection within %g seconds", seconds);
  else if (exchange->timer_code == PARLANCE_HTTP_ERROR_FIRST_BYTE)
    error = g_error_new (PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_FIRST_BYTE,
                         "No answer within %g seconds", seconds);
  else
    error = g_error_new (PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_STALLED,
                         "Nothing more within %g seconds", seconds);
  exchange_answer (exchange, error);

  return G_SOURCE_REMOVE;
}

/* Waits anew: unless something comes, the exchange ends with @code. */
static void
exchange_wait (Exchange         *exchange,
               ParlanceHttpError code)
{
  int64_t timeout = timeout_for (exchange, code);

  if (exchange->timer == NULL)
    return;

  exchange->timer_code = code;
  g_source_set_ready_time (exchange->timer, g_get_monotonic_time () + timeout * 1000);
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Exchange *exchange = user_data;
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable;
  gssize length;

  length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);
  cancellable = exchange->task ? g_task_get_cancellable (exchange->task) : NULL;

  if (exchange->task == NULL)
    {
      exchange_end (exchange);
    }
  else if (length < 0)
    {
      exchange_answer (exchange,
                       parlance_http_error_from_library (error, &exchange->course));
      exchange_end (exchange);
    }
  else if (length == 0 || g_cancellable_is_cancelled (cancellable))
    {
      /* The task looks at the caller's cancellable itself. */
      exchange_answer (exchange, NULL);
      exchange_end (exchange);
    }
  else if ((uint64_t) length > exchange->max_body - exchange->received)
    {
      exchange_answer (exchange,
                       g_error_new (PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_TOO_LARGE,
                                    "The answer is larger than %" G_GUINT64_FORMAT " bytes",
                                    exchange->max_body));
      exchange_end (exchange);
    }
  else
    {
      exchange->received += length;
      exchange_wait (exchange, PARLANCE_HTTP_ERROR_STALLED);
      if (exchange->func (exchange->message, exchange->piece, length, exchange->func_data, &error))
        {
          if (!exchange->held)
            exchange_read (exchange);
          else if (exchange->timer != NULL)
            g_source_set_ready_time (exchange->timer, -1);
          return;
        }
      exchange_answer (exchange, g_steal_pointer (&error));
      exchange_end (exchange);
    }
}

static void
exchange_read (Exchange *exchange)
{
  g_input_stream_read_async (exchange->stream, exchange->piece, PIECE_BYTES, G_PRIORITY_DEFAULT,
                             exchange->cancellable, on_read, exchange);
}

void
parlance_http_hold (SoupMessage *head)
{
  Exchange *exchange = g_object_get_data (G_OBJECT (head), EXCHANGE_KEY);

  g_return_if_fail (exchange != NULL);

  exchange->held = TRUE;
}

void
parlance_http_resume (SoupMessage *head,
                      GError      *error)
{
  Exchange *exchange = g_object_get_data (G_OBJECT (head), EXCHANGE_KEY);

  if (exchange == NULL || !exchange->held)
    {
      g_clear_error (&error);
      return;
    }

  exchange->held = FALSE;
  if (error != NULL)
    {
      exchange_answer (exchange, error);
      exchange_end (exchange);
      return;
    }

  exchange_wait (exchange, PARLANCE_HTTP_ERROR_STALLED);
  exchange_read (exchange);
}

static void
on_head (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Exchange *exchange = user_data;
  g_autoptr (GError) library = NULL;
  GError *error = NULL;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (source), result, &library);

  if (exchange->stream == NULL)
    error = parlance_http_error_from_library (library, &exchange->course);
  else
    error = parlance_http_error_from_head (exchange->message);

  /* What comes without a request having been sent is the proxy's word. */
  if (error == NULL && !exchange->course.started)
    error = g_error_new (PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_PROXY,
                         "The proxy did not connect (status %d)",
                         soup_message_get_status (exchange->message));

  if (error != NULL || exchange->task == NULL)
    {
      if (error != NULL)
        exchange_answer (exchange, error);
      exchange_end (exchange);
      return;
    }

  exchange->piece = g_malloc (PIECE_BYTES);
  exchange_read (exchange);
}

/* What the connection is to be made to. */
static void
note_address (Exchange  *exchange,
              GIOStream *connection)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (G_IS_SOCKET_CONNECTION (connection))
    address = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (connection), NULL);
  exchange->course.proxied = G_IS_PROXY_ADDRESS (address);
}

static void
on_network_event (SoupMessage        *message,
                  GSocketClientEvent  event,
                  GIOStream          *connection,
                  Exchange           *exchange)
{
  /* Not before: an exchange may have to wait for one of the host's connections to be free. */
  if (event == G_SOCKET_CLIENT_RESOLVING)
    exchange_wait (exchange, PARLANCE_HTTP_ERROR_CONNECT);

  if (event == G_SOCKET_CLIENT_CONNECTING)
    note_address (exchange, connection);

  if (event == G_SOCKET_CLIENT_CONNECTED && G_IS_SOCKET_CONNECTION (connection))
    parlance_http_socket_watch (g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection)),
                                exchange->timeouts.connect);

  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING && !exchange->http2
      && G_IS_TLS_CONNECTION (connection))
    {
      static const char *const protocols[] = { "http/1.1", NULL };

      g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (connection), protocols);
    }
}

static void
on_starting (SoupMessage *message,
             Exchange    *exchange)
{
  exchange->course.started = TRUE;
  exchange_wait (exchange, PARLANCE_HTTP_ERROR_FIRST_BYTE);
}

static void
on_got_headers (SoupMessage *message,
                Exchange    *exchange)
{
  /* libsoup would gather the whole body, of any size, and send the request once more. */
  if (soup_message_get_status (message) == SOUP_STATUS_MISDIRECTED_REQUEST)
    exchange_answer (exchange,
                     g_error_new_literal (PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_BROKEN,
                                          "The server does not answer for this host (421)"));
}

static gboolean
on_accept_certificate (SoupMessage          *message,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  errors,
                       Exchange             *exchange)
{
  g_autofree char *subject = g_tls_certificate_get_subject_name (certificate);
  g_autofree char *issuer = g_tls_certificate_get_issuer_name (certificate);

  exchange->course.tls_errors = errors;
  exchange->course.self_signed = subject != NULL && g_strcmp0 (subject, issuer) == 0;

  return FALSE;
}

void
parlance_http_exchange_start (GTask                      *task,
                              SoupSession                *session,
                              SoupMessage                *message,
                              const ParlanceHttpTimeouts *timeouts,
                              gboolean                    http2,
                              uint64_t                    max_body,
                              ParlanceHttpDataFunc        func,
                              gpointer                    func_data)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->http = g_object_ref (g_task_get_source_object (task));
  exchange->timeouts = *timeouts;
  exchange->http2 = http2;
  exchange->message = g_object_ref (message);
  exchange->cancellable = g_cancellable_new ();
  exchange->func = func;
  exchange->func_data = func_data;
  exchange->max_body = max_body;

  exchange->timer = g_timeout_source_new (G_MAXUINT);
  /* What has come in the meantime is looked at first: the main loop may have been held up, or the
   * whole computer asleep. */
  g_source_set_priority (exchange->timer, G_PRIORITY_DEFAULT + 10);
  g_source_set_ready_time (exchange->timer, -1);
  g_source_set_callback (exchange->timer, on_timeout, exchange, NULL);
  g_source_attach (exchange->timer, g_task_get_context (task));

  if (cancellable != NULL)
    {
      exchange->cancel_source = g_cancellable_source_new (cancellable);
      g_source_set_callback (exchange->cancel_source, G_SOURCE_FUNC (on_cancelled), exchange, NULL);
      g_source_attach (exchange->cancel_source, g_task_get_context (task));
    }

  g_object_set_data (G_OBJECT (message), EXCHANGE_KEY, exchange);
  g_signal_connect (message, "network-event", G_CALLBACK (on_network_event), exchange);
  g_signal_connect (message, "starting", G_CALLBACK (on_starting), exchange);
  g_signal_connect (message, "got-headers", G_CALLBACK (on_got_headers), exchange);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_accept_certificate), exchange);

  exchange->task = task;
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, exchange->cancellable,
                           on_head, exchange);
}
