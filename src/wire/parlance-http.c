/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-http.h"

#include <string.h>

#include "parlance-http-exchange.h"

#define CONNECTIONS_PER_HOST 16
#define CONNECTIONS 64

struct _ParlanceHttp
{
  GObject               parent_instance;

  SoupSession          *session;
  GTlsDatabase         *tls_database;
  GProxyResolver       *proxy_resolver;
  gboolean              http2;
  ParlanceHttpTimeouts  timeouts;
};

enum
{
  PROP_0,
  PROP_CONNECT_TIMEOUT,
  PROP_FIRST_BYTE_TIMEOUT,
  PROP_STALL_TIMEOUT,
  PROP_TLS_DATABASE,
  PROP_PROXY_RESOLVER,
  PROP_HTTP2,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceHttp, parlance_http, G_TYPE_OBJECT)

/* No control character: the name goes into a header, and GUri takes it with %0D%0A in it. */
static gboolean
is_sendable (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if ((unsigned char) *p < 0x20 || *p == 0x7f)
      return FALSE;

  return TRUE;
}

static GUri *
parse_url (const char  *url,
           GError     **error)
{
  g_autoptr (GUri) uri = url ? g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (uri == NULL
      || (!g_str_equal (g_uri_get_scheme (uri), "http")
          && !g_str_equal (g_uri_get_scheme (uri), "https"))
      || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || strchr (g_uri_get_host (uri), ' ') != NULL || !is_sendable (g_uri_get_host (uri)))
    {
      g_set_error_literal (error, PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_BAD_URL,
                           "The address is not an http or https URL");
      return NULL;
    }

  if (g_uri_get_userinfo (uri) != NULL)
    {
      g_set_error_literal (error, PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_BAD_URL,
                           "The address holds credentials");
      return NULL;
    }

  return g_steal_pointer (&uri);
}

static void
set_token (SoupMessage *message,
           const char  *token)
{
  g_autofree char *value = g_strconcat ("Bearer ", token, NULL);

  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", value);
  explicit_bzero (value, strlen (value));
}

static SoupMessage *
create_message (const ParlanceHttpRequest  *request,
                GError                    **error)
{
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GUri) uri = parse_url (request->url, error);

  if (uri == NULL)
    return NULL;
  if (request->token != NULL && !is_sendable (request->token))
    {
      g_set_error_literal (error, PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_BAD_URL,
                           "The token holds characters that cannot be sent");
      return NULL;
    }

  message = soup_message_new_from_uri (request->method, uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  /* Not removed from the session: without it libsoup would gather the whole body of a 401. */
  soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);
  if (request->token != NULL)
    set_token (message, request->token);
  if (request->body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", request->body);

  return g_steal_pointer (&message);
}

static void
parlance_http_constructed (GObject *object)
{
  ParlanceHttp *self = PARLANCE_HTTP (object);

  G_OBJECT_CLASS (parlance_http_parent_class)->constructed (object);

  /* No "timeout": libsoup's ends a silence that a model may need. */
  self->session = soup_session_new_with_options ("max-conns", CONNECTIONS,
                                                 "max-conns-per-host", CONNECTIONS_PER_HOST,
                                                 "timeout", 0,
                                                 "user-agent", "Parlance/" VERSION,
                                                 NULL);
  if (self->tls_database != NULL)
    soup_session_set_tls_database (self->session, self->tls_database);
  if (self->proxy_resolver != NULL)
    soup_session_set_proxy_resolver (self->session, self->proxy_resolver);
}

static void
parlance_http_dispose (GObject *object)
{
  ParlanceHttp *self = PARLANCE_HTTP (object);

  g_clear_object (&self->session);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->proxy_resolver);

  G_OBJECT_CLASS (parlance_http_parent_class)->dispose (object);
}

static void
parlance_http_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  ParlanceHttp *self = PARLANCE_HTTP (object);

  switch (prop_id)
    {
    case PROP_CONNECT_TIMEOUT:
      self->timeouts.connect = g_value_get_uint (value);
      break;
    case PROP_FIRST_BYTE_TIMEOUT:
      self->timeouts.first_byte = g_value_get_uint (value);
      break;
    case PROP_STALL_TIMEOUT:
      self->timeouts.stall = g_value_get_uint (value);
      break;
    case PROP_TLS_DATABASE:
      self->tls_database = g_value_dup_object (value);
      break;
    case PROP_PROXY_RESOLVER:
      self->proxy_resolver = g_value_dup_object (value);
      break;
    case PROP_HTTP2:
      self->http2 = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_http_class_init (ParlanceHttpClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = parlance_http_constructed;
  object_class->dispose = parlance_http_dispose;
  object_class->set_property = parlance_http_set_property;

  properties[PROP_CONNECT_TIMEOUT] =
    g_param_spec_uint ("connect-timeout", NULL, NULL, 1, G_MAXUINT, 20 * 1000, flags);
  properties[PROP_FIRST_BYTE_TIMEOUT] =
    g_param_spec_uint ("first-byte-timeout", NULL, NULL, 1, G_MAXUINT, 600 * 1000, flags);
  properties[PROP_STALL_TIMEOUT] =
    g_param_spec_uint ("stall-timeout", NULL, NULL, 1, G_MAXUINT, 120 * 1000, flags);
  properties[PROP_TLS_DATABASE] =
    g_param_spec_object ("tls-database", NULL, NULL, G_TYPE_TLS_DATABASE, flags);
  properties[PROP_PROXY_RESOLVER] =
    g_param_spec_object ("proxy-resolver", NULL, NULL, G_TYPE_PROXY_RESOLVER, flags);
  properties[PROP_HTTP2] =
    g_param_spec_boolean ("http2", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_http_init (ParlanceHttp *self)
{
}

ParlanceHttp *
parlance_http_new (void)
{
  return g_object_new (PARLANCE_TYPE_HTTP, NULL);
}

void
parlance_http_send_async (ParlanceHttp              *self,
                          const ParlanceHttpRequest *request,
                          ParlanceHttpDataFunc       func,
                          gpointer                   func_data,
                          GCancellable              *cancellable,
                          GAsyncReadyCallback        callback,
                          gpointer                   user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (SoupMessage) message = NULL;
  GError *error = NULL;

  g_return_if_fail (PARLANCE_IS_HTTP (self));
  g_return_if_fail (request != NULL && request->method != NULL);
  g_return_if_fail (func != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, parlance_http_send_async);

  if (g_task_return_error_if_cancelled (task))
    return;

  message = create_message (request, &error);
  if (message == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  parlance_http_exchange_start (g_steal_pointer (&task), self->session, message, &self->timeouts,
                                self->http2, request->max_body, func, func_data);
}

SoupMessage *
parlance_http_send_finish (ParlanceHttp  *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
