/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-host.h"

#include <gio/gio.h>
#include <string.h>

gboolean
parlance_host_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address) || g_inet_address_get_is_any (address);

  return g_ascii_strcasecmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost");
}

gboolean
parlance_host_is_private (const char *host)
{
  static const char *const suffixes[] = { ".local", ".lan", ".internal", ".home.arpa" };
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (parlance_host_is_loopback (host))
    return TRUE;

  if (address != NULL)
    return g_inet_address_get_is_site_local (address) ||
           g_inet_address_get_is_link_local (address) ||
           (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 &&
            (g_inet_address_to_bytes (address)[0] & 0xfe) == 0xfc);

  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      if (g_str_has_suffix (host, suffixes[i]))
        return TRUE;
    }

  /* A name of one word is of the local network. A number is not a name: "134744072" is an
   * address somewhere else, written in another way. */
  return strchr (host, '.') == NULL && strchr (host, ':') == NULL && g_ascii_isalpha (*host);
}
