/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network goes while a program uses it: two networks of the test's own, joined by a cable that
 * is pulled. The program is in one, the service in the other. */
#define _GNU_SOURCE /* setns() and unshare() */
#include "chat-fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SERVICE "10.99.0.1"
#define HERE "10.99.0.2"

/* Milliseconds until a connection must be there; gone ones are noticed after 3/2 of that. */
#define CONNECT_TIMEOUT 2000
/* Microseconds until a failure is told. */
#define TELL_LIMIT (5 * G_USEC_PER_SEC)

#define EVENT "data: {\"choices\":[{\"delta\":{\"content\":\"some\"}}]}\n\n"
#define DONE "data: [DONE]\n\n"

static const char *skip_reason; /* why there are no such networks */
static int         here = -1;   /* the networks */
static int         there = -1;
static uint16_t    port;

/* What the service does with the next request, and how many it has got. */
static enum { SILENT, BEGIN, ANSWER } manner;
static int n_requests;

static gboolean
on_connection (GThreadedSocketService *service,
               GSocketConnection      *connection,
               GObject                *source,
               gpointer                user_data)
{
  g_autoptr (GDataInputStream) in =
    g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  size_t length = 0;

  while (TRUE)
    {
      g_autofree char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);
      g_autofree char *head = NULL;
      int how = g_atomic_int_get ((int *) &manner);

      if (line == NULL)
        return TRUE;
      if (g_ascii_strncasecmp (line, "Content-Length:", 15) == 0)
        length = g_ascii_strtoull (line + 15, NULL, 10);
      if (*g_strchomp (line) != '\0')
        continue;

      while (length > 0)
        {
          gssize n = g_input_stream_skip (G_INPUT_STREAM (in), length, NULL, NULL);

          if (n <= 0)
            return TRUE;
          length -= n;
        }

      g_atomic_int_inc (&n_requests);
      g_main_context_wakeup (NULL);
      head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                              "Content-Length: %zu\r\n\r\n%s%s",
                              strlen (EVENT DONE), EVENT, how == ANSWER ? DONE : "");
      if (how != SILENT)
        g_output_stream_write_all (out, head, strlen (head), NULL, NULL, NULL);
    }
}

/* Runs "ip @command" in one of the networks. */
static gboolean
ip (int         network,
    const char *command)
{
  g_autofree char *line = g_strconcat ("ip ", command, NULL);
  g_autofree char *said = NULL;
  int status = -1;
  gboolean good;

  g_assert_cmpint (setns (network, CLONE_NEWNET), ==, 0);
  good = g_spawn_command_line_sync (line, NULL, &said, &status, NULL) && status == 0;
  g_assert_cmpint (setns (here, CLONE_NEWNET), ==, 0);
  if (!good)
    g_test_message ("%s: %s", line, said);

  return good;
}

/* (nullable): why not. */
static const char *
make_networks (void)
{
  g_autofree char *move = NULL;
  g_autofree char *program = g_find_program_in_path ("ip");

  if (program == NULL)
    return "There is no program \"ip\"";
  if (unshare (CLONE_NEWNET) != 0)
    return "A network of its own is not allowed here";
  there = open ("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (unshare (CLONE_NEWNET), ==, 0);
  here = open ("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (here, >=, 0);
  g_assert_cmpint (there, >=, 0);

  move = g_strdup_printf ("link set inside netns /proc/%d/fd/%d", getpid (), here);
  if (!ip (there, "link add outside type veth peer name inside") || !ip (there, move))
    return "The kernel has no cables between networks";

  g_assert_true (ip (there, "addr add " SERVICE "/24 dev outside"));
  g_assert_true (ip (there, "link set outside up"));
  g_assert_true (ip (there, "link set lo up"));
  g_assert_true (ip (here, "addr add " HERE "/24 dev inside"));
  g_assert_true (ip (here, "link set inside up"));
  g_assert_true (ip (here, "link set lo up"));

  return NULL;
}

static GSocketService *
start_service (void)
{
  GSocketService *service = g_threaded_socket_service_new (64);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string (SERVICE, 0);
  g_autoptr (GSocketAddress) found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (setns (there, CLONE_NEWNET), ==, 0);
  g_socket_listener_add_address (G_SOCKET_LISTENER (service), wanted, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &found, &error);
  g_assert_cmpint (setns (here, CLONE_NEWNET), ==, 0);
  g_assert_no_error (error);
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (found));
  g_signal_connect (service, "run", G_CALLBACK (on_connection), NULL);

  return service;
}

typedef struct
{
  const char *name;
  int        *network; /* where it happens */
  const char *lose;
  const char *restore;
  gboolean    is_told;  /* at once to whoever connects; to the connected it is as the first */
} Fault;

static const Fault faults[] = {
  { "the interface is down", &here, "link set inside down", "link set inside up", FALSE },
  { "the address is gone", &here, "addr del " HERE "/24 dev inside",
    "addr add " HERE "/24 dev inside", FALSE },
  { "the route is unreachable", &here, "route add unreachable " SERVICE,
    "route del unreachable " SERVICE, TRUE },
  { "the route is prohibited", &here, "route add prohibit " SERVICE,
    "route del prohibit " SERVICE, TRUE },
  { "the route is a black hole", &here, "route add blackhole " SERVICE,
    "route del blackhole " SERVICE, TRUE },
  { "the other end has gone", &there, "link set outside down", "link set outside up", FALSE },
  { "what is sent is dropped", &here,
    "neigh replace " SERVICE " lladdr 02:00:00:00:00:99 dev inside nud permanent",
    "neigh del " SERVICE " dev inside", FALSE },
};

typedef enum
{
  BEFORE,  /* the message is sent */
  WAITING, /* for the first word */
  READING, /* the reply */
} Moment;

static const char *const moments[] = { "before", "waiting", "reading" };

static void
answer (ChatFixture          *fixture,
        ParlanceConversation *conversation)
{
  g_atomic_int_set ((int *) &manner, ANSWER);
  chat_fixture_send (fixture, conversation, "next");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "some");
}

static void
run (ChatFixture *fixture,
     const Fault *fault,
     Moment       moment)
{
  ParlanceConversation *conversation;
  int64_t start;
  int n = g_atomic_int_get (&n_requests);

  g_atomic_int_set ((int *) &manner, moment == READING ? BEGIN : SILENT);
  if (moment == BEFORE)
    g_assert_true (ip (*fault->network, fault->lose));
  start = g_get_monotonic_time ();
  conversation = chat_fixture_send (fixture, NULL, "question");
  if (moment != BEFORE)
    {
      WAIT_UNTIL (g_atomic_int_get (&n_requests) > n);
      WAIT_UNTIL (moment == WAITING || !parlance_message_is_empty (leaf (conversation)));
      g_assert_true (ip (*fault->network, fault->lose));
    }

  chat_fixture_assert_reply (conversation,
                             moment == READING ? PARLANCE_STATE_INTERRUPTED : PARLANCE_STATE_FAILED,
                             moment == READING ? "some" : "");
  g_test_message ("%s, %s: %s (%s) after %d ms", moments[moment], fault->name,
                  parlance_verdict_kind_to_nick (
                    parlance_message_get_verdict (leaf (conversation))->kind),
                  parlance_message_get_verdict (leaf (conversation))->words,
                  (int) ((g_get_monotonic_time () - start) / 1000));
  g_assert_cmpint (g_get_monotonic_time () - start, <, TELL_LIMIT);
  g_assert_cmpint (parlance_message_get_verdict (leaf (conversation))->kind, ==,
                   PARLANCE_VERDICT_NO_NETWORK);

  g_assert_true (ip (*fault->network, fault->restore));
  answer (fixture, conversation);
  /* That one, and what had arrived before; the one that was given up is not sent after all. */
  g_assert_cmpint (g_atomic_int_get (&n_requests), ==,
                   n + 1 + (moment != BEFORE));
}

static void
test_moment (ChatFixture   *fixture,
             gconstpointer  moment)
{
  g_autoptr (GSocketService) service = NULL;
  g_autofree char *url = NULL;
  unsigned n = 0;

  if (skip_reason != NULL)
    {
      g_test_skip (skip_reason);
      return;
    }

  service = start_service ();
  url = g_strdup_printf ("http://" SERVICE ":%u/v1", port);
  parlance_account_set_base_url (parlance_chat_get_account (fixture->chat), url);
  for (size_t i = 0; i < G_N_ELEMENTS (faults); i++)
    if (GPOINTER_TO_UINT (moment) == BEFORE || !faults[i].is_told)
      {
        run (fixture, &faults[i], GPOINTER_TO_UINT (moment));
        n++;
      }

  g_test_message ("tried losses of the network, %s: %u, held %u, lost 0",
                  moments[GPOINTER_TO_UINT (moment)], n, n);
  g_socket_service_stop (service);
}

/* A service on this computer needs no network, whatever the system says of it. */
static void
test_offline (ChatFixture   *fixture,
              gconstpointer  data)
{
  ParlanceConversation *conversation;

  if (skip_reason != NULL)
    {
      g_test_skip (skip_reason);
      return;
    }

  g_assert_false (g_network_monitor_get_network_available (g_network_monitor_get_default ()));
  conversation = chat_fixture_send (fixture, NULL, "hello");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
}

static void
set_up (ChatFixture   *fixture,
        gconstpointer  data)
{
  fixture->connect_timeout = CONNECT_TIMEOUT;
  chat_fixture_set_up (fixture, data);
}

int
main (int   argc,
      char *argv[])
{
  /* No keyring: tokens are given for the run. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);
  /* Before the first thread, which would stay in the network of the others. */
  skip_reason = make_networks ();

  g_test_add ("/network/offline", ChatFixture, NULL, set_up, test_offline, chat_fixture_tear_down);
  for (unsigned i = BEFORE; i <= READING; i++)
    {
      g_autofree char *path = g_strconcat ("/network/", moments[i], NULL);

      g_test_add (path, ChatFixture, GUINT_TO_POINTER (i), set_up, test_moment,
                  chat_fixture_tear_down);
    }

  return g_test_run ();
}
