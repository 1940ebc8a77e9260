/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-http.h"

G_BEGIN_DECLS

/* Waits for the effect, at most ten seconds. */
#define WAIT_FOR(condition)                                             \
  G_STMT_START {                                                        \
    unsigned wait_limit_ = g_timeout_add (10 * 1000, wait_failed, #condition); \
    while (!(condition))                                                \
      g_main_context_iteration (NULL, TRUE);                            \
    g_source_remove (wait_limit_);                                      \
  } G_STMT_END

gboolean wait_failed (gpointer condition);

/* Microseconds from a cancel to its effect. */
#define CANCEL_LIMIT (200 * 1000)

/* Lets @server listen on 127.0.0.1, and returns the port. */
uint16_t soup_server_port (SoupServer *server);

/* A TCP server that says just what it is told to, once a request's head has come. */
typedef struct
{
  GSocketService *service;
  uint16_t        port;
  char           *says;       /* NULL: nothing */
  size_t          length;
  enum { STAY, CLOSE, RESET } then;
  GPtrArray      *peers;
} RawServer;

typedef struct
{
  RawServer         *server;
  GSocketConnection *connection;
  GString           *request;
  gboolean           answered;
  gboolean           closed;      /* the other end has hung up */
  int64_t            closed_at;
  char               buffer[4096];
} Peer;

RawServer *raw_server_new  (const char *says);
void       raw_server_free (RawServer  *self);
Peer      *raw_server_peer (RawServer  *self,
                            unsigned    index);

/* One exchange and what came of it. */
typedef struct
{
  ParlanceHttp *http;
  GCancellable *cancellable;
  GCancellable *cancel_in_func;
  GString      *body;
  unsigned      pieces;
  unsigned      status_in_func;
  gboolean      refuse;           /* the data function ends the exchange */
  gboolean      hold;             /* the data function has the exchange wait */
  SoupMessage  *held;             /* one that waits */
  gboolean      done;
  int64_t       done_at;
  SoupMessage  *message;
  GError       *error;
} Call;

Call *call_new     (ParlanceHttp              *http);
void  call_send    (Call                      *self,
                    const ParlanceHttpRequest *request);
/* Sends a POST of "{}" to http://127.0.0.1:@port/ and waits for the end. */
void  call_post    (Call                      *self,
                    uint16_t                   port);
void  call_free    (Call                      *self);
/* Waits for the end of what goes on behind the answers, and sees that nothing is left. */
void  http_free    (ParlanceHttp              *http);

G_END_DECLS
