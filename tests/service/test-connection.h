/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One client's connection, served by one thread; HTTP/1.1 framed by hand, so that it can also
 * be framed wrongly. */
typedef struct
{
  GSocket    *socket;
  int         wake_fd;   /* an eventfd: written to when a gate was opened */
  GByteArray *input;     /* received, not yet parsed */
  gboolean    chunked;   /* how pieces of the current answer are framed */
  gboolean    last;      /* the connection ends with the current answer */
} TestConnection;

typedef struct
{
  char       *method;
  char       *path;
  GHashTable *headers;   /* lower-case name → value */
  char       *body;
} TestRequest;

TestConnection *test_connection_new        (GSocket        *socket);
void            test_connection_free       (TestConnection *self);
/* %NULL: the client went, or sent what is no request. */
TestRequest    *test_connection_read       (TestConnection *self);
/* Starts an answer. @headers (nullable): whole lines. Without @length (-1) it is chunked. */
gboolean        test_connection_send_head  (TestConnection *self,
                                            int             status,
                                            const char     *headers,
                                            gssize          length);
gboolean        test_connection_send_piece (TestConnection *self,
                                            const void     *data,
                                            size_t          size);
/* The end of a chunked answer. */
gboolean        test_connection_send_end   (TestConnection *self);
void            test_connection_reset      (TestConnection *self);
gboolean        test_connection_is_gone    (TestConnection *self);
/* Waits until @deadline (monotonic µs; -1: for ever), a wake-up or the client's going, which
 * makes it %FALSE. */
gboolean        test_connection_wait       (TestConnection *self,
                                            gint64          deadline);

void            test_request_free          (TestRequest    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestConnection, test_connection_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestRequest, test_request_free)

G_END_DECLS
