/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-http-socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

void
parlance_http_socket_watch (GSocket  *socket,
                            unsigned  timeout)
{
  const struct { int option, value; } settings[] = {
    /* What was sent and not confirmed; and, with the next two, how long nothing is. */
    { TCP_USER_TIMEOUT, (int) timeout },
    { TCP_KEEPIDLE, (int) MAX (1, timeout / 1000) },
    { TCP_KEEPINTVL, (int) MAX (1, timeout / 2000) },
  };

  g_return_if_fail (G_IS_SOCKET (socket));

  g_socket_set_keepalive (socket, TRUE);
  /* Where one is refused, the timeouts of the exchange are still there. */
  for (size_t i = 0; i < G_N_ELEMENTS (settings); i++)
    g_socket_set_option (socket, IPPROTO_TCP, settings[i].option, settings[i].value, NULL);
}
