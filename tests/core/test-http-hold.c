/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An exchange that waits until what came of it has been read. */
#include "http-fixture.h"

#include <string.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
#define STALL_TIMEOUT 200 /* milliseconds */

typedef struct
{
  RawServer    *server;
  ParlanceHttp *http;
  Call         *call;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  says)
{
  f->server = raw_server_new (says);
  f->http = g_object_new (PARLANCE_TYPE_HTTP, "stall-timeout", STALL_TIMEOUT, NULL);
  f->call = call_new (f->http);
  f->call->hold = TRUE;
}

static void
tear_down (Fixture       *f,
           gconstpointer  says)
{
  call_free (f->call);
  http_free (f->http);
  raw_server_free (f->server);
}

static void
send_and_hold (Fixture *f)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", f->server->port);

  call_send (f->call, &(ParlanceHttpRequest) { .method = "POST", .url = url, .body = body,
                                               .max_body = 1024 * 1024 });
  WAIT_FOR (f->call->held != NULL || f->call->done);
  g_assert_nonnull (f->call->held);
  g_assert_false (f->call->done);
}

static gboolean
on_passed (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
pass_time (unsigned milliseconds)
{
  gboolean passed = FALSE;

  g_timeout_add (milliseconds, on_passed, &passed);
  while (!passed)
    g_main_context_iteration (NULL, TRUE);
}

/* No time runs meanwhile, and from then on it does. */
static void
test_time (Fixture       *f,
           gconstpointer  says)
{
  send_and_hold (f);
  pass_time (3 * STALL_TIMEOUT);
  g_assert_false (f->call->done);
  g_assert_cmpuint (f->call->pieces, ==, 1);

  parlance_http_resume (f->call->held, NULL);
  WAIT_FOR (f->call->done);
  g_assert_error (f->call->error, PARLANCE_HTTP_ERROR, PARLANCE_HTTP_ERROR_STALLED);
}

static void
test_error (Fixture       *f,
            gconstpointer  says)
{
  Peer *peer;

  send_and_hold (f);
  parlance_http_resume (f->call->held,
                        g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "enough"));
  WAIT_FOR (f->call->done);
  g_assert_error (f->call->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  peer = raw_server_peer (f->server, 0);
  WAIT_FOR (peer->closed);
}

/* Inside the data function, or later; then it is too late to go on. */
static void
cancel (Fixture  *f,
        gboolean  inside)
{
  int64_t start = g_get_monotonic_time ();
  Peer *peer;

  if (inside)
    f->call->cancel_in_func = f->call->cancellable;
  send_and_hold (f);
  if (!inside)
    {
      start = g_get_monotonic_time ();
      g_cancellable_cancel (f->call->cancellable);
    }
  WAIT_FOR (f->call->done);
  g_assert_error (f->call->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  peer = raw_server_peer (f->server, 0);
  WAIT_FOR (peer->closed);
  g_assert_cmpint (peer->closed_at - start, <, CANCEL_LIMIT);

  parlance_http_resume (f->call->held, NULL);
  parlance_http_resume (f->call->held, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "late"));
  g_assert_cmpuint (f->call->pieces, ==, 1);
}

static void
test_cancel (Fixture       *f,
             gconstpointer  says)
{
  cancel (f, FALSE);
}

static void
test_cancel_inside (Fixture       *f,
                    gconstpointer  says)
{
  cancel (f, TRUE);
}

/* Held at each piece, all of it comes, in its order. */
static void
test_whole (Fixture       *f,
            gconstpointer  says)
{
  send_and_hold (f);
  while (!f->call->done)
    {
      g_autoptr (SoupMessage) held = g_steal_pointer (&f->call->held);

      g_assert_nonnull (held);
      parlance_http_resume (held, NULL);
      WAIT_FOR (f->call->held != NULL || f->call->done);
    }
  g_assert_no_error (f->call->error);
  g_assert_cmpuint (f->call->pieces, >, 2);
  g_assert_cmpstr (f->call->body->str, ==, strstr (says, "\r\n\r\n") + 4);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GString) large = g_string_new (NULL);
  g_autofree char *head = NULL;

  g_test_init (&argc, &argv, NULL);

  for (unsigned i = 0; i < 50000; i++)
    g_string_append_printf (large, "%u ", i);
  head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", large->len);
  g_string_prepend (large, head);

#define ADD(path, says, func) g_test_add (path, Fixture, says, set_up, func, tear_down)

  ADD ("/http-hold/time", HEAD "some", test_time);
  ADD ("/http-hold/error", HEAD "some", test_error);
  ADD ("/http-hold/cancel", HEAD "some", test_cancel);
  ADD ("/http-hold/cancel-inside", HEAD "some", test_cancel_inside);
  ADD ("/http-hold/whole", large->str, test_whole);

  return g_test_run ();
}
