/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-http-error.h"

G_DEFINE_QUARK (parlance-http-error-quark, parlance_http_error)

static char *
describe_certificate (GTlsCertificateFlags flags,
                      gboolean             self_signed)
{
  const struct
  {
    GTlsCertificateFlags  flag;
    const char           *reason;
  } reasons[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA,
      self_signed ? "it is signed by itself" : "nobody that this computer trusts has signed it" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "it was made for another host" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet" },
    { G_TLS_CERTIFICATE_EXPIRED, "it has expired" },
    { G_TLS_CERTIFICATE_REVOKED, "it was revoked" },
    { G_TLS_CERTIFICATE_INSECURE, "its algorithm is not secure" },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (flags & reasons[i].flag)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", reasons[i].reason);
  if (text->len == 0)
    g_string_append (text, "it could not be checked");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The gravest comes first: who vouches for it, whom for, how long. */
static ParlanceHttpError
code_for_certificate (GTlsCertificateFlags flags,
                      gboolean             self_signed)
{
  if (flags & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return self_signed ? PARLANCE_HTTP_ERROR_TLS_SELF_SIGNED : PARLANCE_HTTP_ERROR_TLS_UNKNOWN_CA;
  if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return PARLANCE_HTTP_ERROR_TLS_HOST;
  if (flags & (G_TLS_CERTIFICATE_NOT_ACTIVATED | G_TLS_CERTIFICATE_EXPIRED))
    return PARLANCE_HTTP_ERROR_TLS_DATE;

  return PARLANCE_HTTP_ERROR_TLS;
}

static gboolean
is_proxy_error (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_FAILED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_AUTH_FAILED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NOT_ALLOWED);
}

GError *
parlance_http_error_from_library (const GError             *library,
                                  const ParlanceHttpCourse *course)
{
  ParlanceHttpError code;

  if (course->tls_errors != 0 && library->domain == G_TLS_ERROR)
    {
      g_autofree char *reasons = describe_certificate (course->tls_errors, course->self_signed);

      return g_error_new (PARLANCE_HTTP_ERROR,
                          code_for_certificate (course->tls_errors, course->self_signed),
                          "The server’s certificate is not trusted: %s", reasons);
    }

  if (is_proxy_error (library))
    code = PARLANCE_HTTP_ERROR_PROXY;
  else if (course->started)
    code = PARLANCE_HTTP_ERROR_BROKEN;
  else if (library->domain == G_TLS_ERROR)
    code = PARLANCE_HTTP_ERROR_TLS;
  else if (library->domain == G_RESOLVER_ERROR
           || g_error_matches (library, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
    code = PARLANCE_HTTP_ERROR_RESOLVE;
  else if (course->proxied)
    code = PARLANCE_HTTP_ERROR_PROXY;
  else if (g_error_matches (library, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    code = PARLANCE_HTTP_ERROR_REFUSED;
  else
    code = PARLANCE_HTTP_ERROR_CONNECT;

  return g_error_new_literal (PARLANCE_HTTP_ERROR, code, library->message);
}

/* Scheme, host and port alone: the rest of a Location may hold secrets. */
static char *
describe_location (SoupMessage *head,
                   const char  *location)
{
  g_autoptr (GUri) uri = g_uri_parse_relative (soup_message_get_uri (head), location,
                                               SOUP_HTTP_URI_FLAGS, NULL);
  int port;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return g_strdup ("an address that is not valid");

  port = g_uri_get_port (uri);
  if (port == -1 && g_str_equal (g_uri_get_scheme (uri), "https"))
    port = 443;
  else if (port == -1 && g_str_equal (g_uri_get_scheme (uri), "http"))
    port = 80;

  return g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri), port,
                     "", NULL, NULL);
}

GError *
parlance_http_error_from_head (SoupMessage *head)
{
  SoupStatus status = soup_message_get_status (head);
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (head),
                                                       "Location");

  if (status == SOUP_STATUS_PROXY_UNAUTHORIZED)
    return g_error_new_literal (PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_PROXY_LOGIN,
                                "The proxy wants a login");

  if (SOUP_STATUS_IS_REDIRECTION (status) && location != NULL)
    {
      g_autofree char *where = describe_location (head, location);

      return g_error_new (PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_REDIRECT,
                          "The server points to %s (status %d)", where, status);
    }

  return NULL;
}
