/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* POLLRDHUP */
#include "test-connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_HEAD (64 * 1024)
#define MAX_BODY (256 * 1024 * 1024)

TestConnection *
test_connection_new (GSocket *socket)
{
  TestConnection *self = g_new0 (TestConnection, 1);

  self->socket = g_object_ref (socket);
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_assert (self->wake_fd >= 0);
  self->input = g_byte_array_new ();
  /* Each step is to be seen by the client at once, and as a piece of its own. */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);

  return self;
}

void
test_connection_free (TestConnection *self)
{
  g_socket_close (self->socket, NULL);
  g_object_unref (self->socket);
  close (self->wake_fd);
  g_byte_array_unref (self->input);
  g_free (self);
}

void
test_request_free (TestRequest *self)
{
  g_free (self->method);
  g_free (self->path);
  g_free (self->body);
  g_hash_table_unref (self->headers);
  g_free (self);
}

static gboolean
send_all (TestConnection *self,
          const char     *data,
          size_t          size)
{
  while (size > 0)
    {
      gssize sent = g_socket_send (self->socket, data, size, NULL, NULL);

      if (sent < 0)
        return FALSE;

      data += sent;
      size -= sent;
    }

  return TRUE;
}

static gboolean
receive (TestConnection *self)
{
  char buffer[16384];
  gssize n = g_socket_receive (self->socket, buffer, sizeof buffer, NULL, NULL);

  if (n <= 0)
    return FALSE;

  g_byte_array_append (self->input, (const guint8 *) buffer, n);

  return TRUE;
}

/* Takes a line (without its end) out of the input; %NULL when the client went before. */
static char *
read_line (TestConnection *self)
{
  const guint8 *end;
  char *line;
  size_t length;

  while ((end = self->input->len > 0 ? memchr (self->input->data, '\n', self->input->len)
                                     : NULL) == NULL)
    {
      if (self->input->len > MAX_HEAD || !receive (self))
        return NULL;
    }

  length = end - self->input->data;
  line = g_strndup ((const char *) self->input->data, length);
  g_byte_array_remove_range (self->input, 0, length + 1);

  return g_strchomp (line);
}

static gboolean
read_bytes (TestConnection *self,
            GString        *into,
            guint64         size)
{
  if (size > MAX_BODY || into->len + size > MAX_BODY)
    return FALSE;

  while (self->input->len < size)
    {
      if (!receive (self))
        return FALSE;
    }

  g_string_append_len (into, (const char *) self->input->data, size);
  if (size > 0)
    g_byte_array_remove_range (self->input, 0, size);

  return TRUE;
}

static gboolean
read_chunks (TestConnection *self,
             GString        *into)
{
  for (;;)
    {
      g_autofree char *size_line = read_line (self);
      g_autofree char *end = NULL;
      guint64 size;

      if (size_line == NULL)
        return FALSE;

      size = g_ascii_strtoull (size_line, NULL, 16);
      if (!read_bytes (self, into, size) || (end = read_line (self)) == NULL)
        return FALSE;
      if (size == 0)
        return TRUE;
    }
}

TestRequest *
test_connection_read (TestConnection *self)
{
  g_autoptr (TestRequest) request = NULL;
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree char *line = read_line (self);
  g_auto (GStrv) words = g_strsplit (line != NULL ? line : "", " ", 3);
  const char *value;

  if (g_strv_length (words) != 3 || !g_str_has_prefix (words[2], "HTTP/1."))
    return NULL;

  request = g_new0 (TestRequest, 1);
  request->method = g_strdup (words[0]);
  request->path = g_strdup (words[1]);
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (;;)
    {
      g_autofree char *header = read_line (self);
      char *colon;

      if (header == NULL)
        return NULL;
      if (header[0] == '\0')
        break;
      if ((colon = strchr (header, ':')) == NULL)
        return NULL;

      g_hash_table_insert (request->headers,
                           g_ascii_strdown (header, colon - header),
                           g_utf8_make_valid (g_strchug (colon + 1), -1));
    }

  if (g_hash_table_contains (request->headers, "expect") &&
      !send_all (self, "HTTP/1.1 100 Continue\r\n\r\n", 25))
    return NULL;

  if ((value = g_hash_table_lookup (request->headers, "transfer-encoding")) != NULL)
    {
      if (!read_chunks (self, body))
        return NULL;
    }
  else if ((value = g_hash_table_lookup (request->headers, "content-length")) != NULL)
    {
      if (!read_bytes (self, body, g_ascii_strtoull (value, NULL, 10)))
        return NULL;
    }
  request->body = g_utf8_make_valid (body->str, body->len);

  value = g_hash_table_lookup (request->headers, "connection");
  self->last = g_str_equal (words[2], "HTTP/1.0") ||
               (value != NULL && g_ascii_strcasecmp (value, "close") == 0);

  return g_steal_pointer (&request);
}

gboolean
test_connection_send_head (TestConnection *self,
                           int             status,
                           const char     *headers,
                           gssize          length)
{
  g_autoptr (GString) head = g_string_new (NULL);

  g_string_append_printf (head, "HTTP/1.1 %d %s\r\n", status, status < 400 ? "OK" : "Refused");
  if (headers != NULL)
    g_string_append (head, headers);
  if (self->last)
    g_string_append (head, "Connection: close\r\n");

  self->chunked = length < 0;
  if (self->chunked)
    g_string_append (head, "Transfer-Encoding: chunked\r\n");
  else
    g_string_append_printf (head, "Content-Length: %" G_GSSIZE_FORMAT "\r\n", length);
  g_string_append (head, "\r\n");

  return send_all (self, head->str, head->len);
}

gboolean
test_connection_send_piece (TestConnection *self,
                            const void     *data,
                            size_t          size)
{
  g_autoptr (GString) chunk = NULL;

  if (!self->chunked)
    return send_all (self, data, size);

  /* An empty chunk would be the end. */
  if (size == 0)
    return TRUE;

  chunk = g_string_sized_new (size + 32);
  g_string_append_printf (chunk, "%zx\r\n", size);
  g_string_append_len (chunk, data, size);
  g_string_append (chunk, "\r\n");

  return send_all (self, chunk->str, chunk->len);
}

gboolean
test_connection_send_end (TestConnection *self)
{
  return !self->chunked || send_all (self, "0\r\n\r\n", 5);
}

void
test_connection_reset (TestConnection *self)
{
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  self->last = TRUE;
}

gboolean
test_connection_is_gone (TestConnection *self)
{
  struct pollfd fd = { .fd = g_socket_get_fd (self->socket), .events = POLLRDHUP };

  return poll (&fd, 1, 0) > 0;
}

gboolean
test_connection_wait (TestConnection *self,
                      gint64          deadline)
{
  struct pollfd fds[] = {
    { .fd = g_socket_get_fd (self->socket), .events = POLLRDHUP },
    { .fd = self->wake_fd, .events = POLLIN },
  };

  for (;;)
    {
      gint64 left = deadline < 0 ? 0 : MAX (0, deadline - g_get_monotonic_time ());
      int n = poll (fds, G_N_ELEMENTS (fds), deadline < 0 ? -1 : (int) ((left + 999) / 1000));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 || fds[0].revents != 0)
        return FALSE;

      if (fds[1].revents != 0)
        {
          eventfd_t value;

          eventfd_read (self->wake_fd, &value);
        }

      return TRUE;
    }
}
