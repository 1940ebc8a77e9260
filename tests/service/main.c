/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-test-service.h"

#include <glib-unix.h>
#include <stdio.h>
#include <unistd.h>

static gboolean
on_input (int          fd,
          GIOCondition condition,
          gpointer     loop)
{
  char buffer[256];

  if (read (fd, buffer, sizeof buffer) > 0)
    return G_SOURCE_CONTINUE;

  g_main_loop_quit (loop);

  return G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer loop)
{
  g_main_loop_quit (loop);

  return G_SOURCE_CONTINUE;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (ParlanceTestService) service = parlance_test_service_new ();

  printf ("%s\n", parlance_test_service_get_base_url (service));
  fflush (stdout);

  /* A test that dies closes the pipe: no service is left behind. */
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, loop);
  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  g_main_loop_run (loop);

  return 0;
}
