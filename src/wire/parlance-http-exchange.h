/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-http.h"

G_BEGIN_DECLS

/* In milliseconds. */
typedef struct
{
  unsigned connect;
  unsigned first_byte;
  unsigned stall;
} ParlanceHttpTimeouts;

/* Sends @message, and returns @task (transfer full, of a #ParlanceHttp) as
 * parlance_http_send_async() promises. @http2: whether a new connection may become one. */
void parlance_http_exchange_start (GTask                      *task,
                                   SoupSession                *session,
                                   SoupMessage                *message,
                                   const ParlanceHttpTimeouts *timeouts,
                                   gboolean                    http2,
                                   uint64_t                    max_body,
                                   ParlanceHttpDataFunc        func,
                                   gpointer                    func_data);

G_END_DECLS
