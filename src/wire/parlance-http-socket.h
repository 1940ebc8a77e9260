/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Lets the kernel tell when the network between the two ends has gone, some one and a half times
 * @timeout milliseconds later: a model may think for minutes, but its computer confirms at once
 * that it is there. Without this only the silence would end what a lost network had begun. */
void parlance_http_socket_watch (GSocket  *socket,
                                 unsigned  timeout);

G_END_DECLS
