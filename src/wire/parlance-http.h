/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>
#include <stdint.h>

G_BEGIN_DECLS

#define PARLANCE_HTTP_ERROR (parlance_http_error_quark ())

/**
 * ParlanceHttpError:
 * Why an exchange did not end. The message is in English, for *Details*. A cancelled exchange
 * ends with %G_IO_ERROR_CANCELLED.
 */
typedef enum
{
  PARLANCE_HTTP_ERROR_BAD_URL,       /* not an http or https URL with a host, or with credentials */
  PARLANCE_HTTP_ERROR_RESOLVE,       /* the name was not found */
  PARLANCE_HTTP_ERROR_CONNECT,       /* unreachable, no route, not in time */
  PARLANCE_HTTP_ERROR_REFUSED,       /* nobody listens there */
  PARLANCE_HTTP_ERROR_TLS,           /* no secure connection, for another reason than these: */
  PARLANCE_HTTP_ERROR_TLS_DATE,      /* the certificate has expired, or is not valid yet */
  PARLANCE_HTTP_ERROR_TLS_HOST,      /* it is for another host */
  PARLANCE_HTTP_ERROR_TLS_SELF_SIGNED,
  PARLANCE_HTTP_ERROR_TLS_UNKNOWN_CA,
  PARLANCE_HTTP_ERROR_PROXY,         /* the proxy failed, or cannot be reached */
  PARLANCE_HTTP_ERROR_PROXY_LOGIN,
  PARLANCE_HTTP_ERROR_REDIRECT,      /* message names the scheme, host and port it pointed at */
  PARLANCE_HTTP_ERROR_FIRST_BYTE,    /* no answer within "first-byte-timeout" */
  PARLANCE_HTTP_ERROR_STALLED,       /* no byte within "stall-timeout" */
  PARLANCE_HTTP_ERROR_TOO_LARGE,     /* more than max_body bytes, after decompression */
  PARLANCE_HTTP_ERROR_BROKEN,        /* reset or malformed */
} ParlanceHttpError;

GQuark parlance_http_error_quark (void);

/**
 * ParlanceHttpRequest:
 * @method: "GET", "POST"
 * @url: absolute
 * @token: (nullable): sent as "Authorization: Bearer @token"
 * @body: (nullable): sent as application/json
 * @max_body: the most bytes of the answer's body, after decompression
 *
 * Belongs to the caller; copied where needed before parlance_http_send_async() returns.
 */
typedef struct
{
  const char *method;
  const char *url;
  const char *token;
  GBytes     *body;
  uint64_t    max_body;
} ParlanceHttpRequest;

/* Called for each piece of the body as it arrives, whatever the status. @head: status, reason
 * and headers of the answer. Returns %FALSE with @error to end the exchange with that error (the
 * connection is closed). */
typedef gboolean (*ParlanceHttpDataFunc) (SoupMessage  *head,
                                          const char   *bytes,
                                          size_t        length,
                                          gpointer      user_data,
                                          GError      **error);

#define PARLANCE_TYPE_HTTP (parlance_http_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceHttp, parlance_http, PARLANCE, HTTP, GObject)

/**
 * ParlanceHttp:
 * HTTP exchanges with model services: no redirects followed, no cookies, no credentials of
 * others, up to 16 connections a host.
 *
 * Construct-only properties, in milliseconds: "connect-timeout" (20,000; one and a half times that
 * until a network that was lost later is noticed), "first-byte-timeout"
 * (600,000: a reasoning model may be silent for minutes, before its head or after; it ends with
 * the first byte of the body), "stall-timeout" (120,000: from then on). And
 * "tls-database" (a #GTlsDatabase), "proxy-resolver" (a #GProxyResolver); %NULL: the system's.
 *
 * "http2" (construct-only, %FALSE): offer HTTP/2 to servers beside HTTP/1.1. Up to 3.6 at least,
 * libsoup does not wake a reader whose HTTP/2 stream the server resets in the middle of the
 * body: only a timeout ends it, where HTTP/1.1 tells at once.
 */
ParlanceHttp *parlance_http_new         (void);
/* @func is not called after @cancellable was cancelled, nor after @callback. On
 * cancellation the connection is closed and @callback runs within 200 ms. */
void          parlance_http_send_async  (ParlanceHttp              *self,
                                         const ParlanceHttpRequest *request,
                                         ParlanceHttpDataFunc       func,
                                         gpointer                   func_data,
                                         GCancellable              *cancellable,
                                         GAsyncReadyCallback        callback,
                                         gpointer                   user_data);
/* From inside @func: it is not called again, and nothing is read, before parlance_http_resume().
 * Meanwhile no time runs, and the exchange ends only by its @cancellable. */
void          parlance_http_hold        (SoupMessage               *head);
/* Goes on, or ends the exchange with @error (nullable) (transfer full). Where it has ended already,
 * nothing happens. */
void          parlance_http_resume      (SoupMessage               *head,
                                         GError                    *error);
/* (transfer full): the finished message (status and headers), whatever the status; %NULL with
 * @error of %PARLANCE_HTTP_ERROR, %G_IO_ERROR_CANCELLED or what @func gave. A body cut
 * short may look like a clean end (libsoup 3.2): what says that it was whole is in the body. */
SoupMessage  *parlance_http_send_finish (ParlanceHttp              *self,
                                         GAsyncResult              *result,
                                         GError                   **error);

G_END_DECLS
