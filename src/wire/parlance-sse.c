/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-sse.h"

#include <string.h>

#include "parlance-utf8.h"

/* Buffers that a large event has grown beyond this are given back when it is done. */
#define KEEP_BYTES (1024u * 1024)

typedef struct
{
  char   *bytes;
  size_t  length;
  size_t  allocated;
} Buffer;

struct _ParlanceSseParser
{
  size_t           max_event;
  ParlanceSseFunc  func;
  gpointer         user_data;

  Buffer           line;      /* the begun line that the bytes fed so far did not end */
  Buffer           data;
  Buffer           type;
  Buffer           id;        /* lasts from event to event */
  int64_t          retry;

  gboolean         has_data;  /* an empty data line counts too */
  gboolean         begun;     /* past the first line, the only one that may start with a BOM */
  gboolean         after_cr;  /* a LF that comes next belongs to the CR before it */
  gboolean         in_func;
  gboolean         too_large;
};

G_DEFINE_QUARK (parlance-sse-error-quark, parlance_sse_error)

static void
buffer_reserve (Buffer *buffer,
                size_t  more)
{
  size_t needed = buffer->length + more + 1;

  if (needed <= buffer->allocated)
    return;

  /* Half as much again: doubling would hold twice the largest event. */
  buffer->allocated = MAX (needed, buffer->allocated + buffer->allocated / 2);
  buffer->allocated = MAX (buffer->allocated, 256);
  buffer->bytes = g_realloc (buffer->bytes, buffer->allocated);
}

static void
buffer_append (Buffer     *buffer,
               const char *bytes,
               size_t      length)
{
  if (length == 0)
    return; /* there may be no memory yet, which memcpy() must not be given */

  buffer_reserve (buffer, length);
  memcpy (buffer->bytes + buffer->length, bytes, length);
  buffer->length += length;
}

static void
buffer_clear (Buffer *buffer)
{
  g_clear_pointer (&buffer->bytes, g_free);
  buffer->length = 0;
  buffer->allocated = 0;
}

static void
buffer_reset (Buffer *buffer)
{
  if (buffer->allocated > KEEP_BYTES)
    buffer_clear (buffer);
  buffer->length = 0;
}

static const char *
buffer_string (Buffer *buffer)
{
  if (buffer->bytes == NULL)
    return "";

  buffer->bytes[buffer->length] = '\0';
  return buffer->bytes;
}

/* Appends text with each ill-formed sequence as U+FFFD. FALSE: it would pass @max. */
static gboolean
buffer_append_text (Buffer     *buffer,
                    const char *text,
                    size_t      length,
                    size_t      max)
{
  const char *end = text + length;

  while (TRUE)
    {
      size_t good = parlance_utf8_valid_prefix (text, end - text);

      if (good > max - buffer->length)
        return FALSE;
      buffer_append (buffer, text, good);
      text += good;
      if (text == end)
        return TRUE;

      if (max - buffer->length < strlen (PARLANCE_UTF8_REPLACEMENT))
        return FALSE;
      buffer_append (buffer, PARLANCE_UTF8_REPLACEMENT, strlen (PARLANCE_UTF8_REPLACEMENT));
      text += parlance_utf8_ill_formed (text, end - text);
    }
}

static gboolean
take_data (ParlanceSseParser *self,
           const char        *value,
           size_t             length)
{
  if (self->has_data)
    {
      if (self->data.length >= self->max_event)
        return FALSE;
      buffer_append (&self->data, "\n", 1);
    }
  self->has_data = TRUE;

  return buffer_append_text (&self->data, value, length, self->max_event);
}

static gboolean
take_type (ParlanceSseParser *self,
           const char        *value,
           size_t             length)
{
  const char *nul;

  self->type.length = 0;

  /* The type is handed out as a C string: with a NUL in it, it must not pass for a shorter one. */
  while ((nul = memchr (value, '\0', length)) != NULL)
    {
      size_t before = nul - value;

      if (!buffer_append_text (&self->type, value, before, self->max_event)
          || !buffer_append_text (&self->type, "\xff", 1, self->max_event))
        return FALSE;
      value += before + 1;
      length -= before + 1;
    }

  return buffer_append_text (&self->type, value, length, self->max_event);
}

static void
take_retry (ParlanceSseParser *self,
            const char        *value,
            size_t             length)
{
  int64_t milliseconds = 0;

  for (size_t i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (value[i]))
        return;
      if (milliseconds > (INT64_MAX - 9) / 10)
        milliseconds = INT64_MAX / 10 - 1;
      milliseconds = milliseconds * 10 + (value[i] - '0');
    }

  if (length > 0)
    self->retry = milliseconds;
}

static void
dispatch (ParlanceSseParser *self)
{
  if (self->has_data)
    {
      ParlanceSseEvent event = {
        .type = self->type.length > 0 ? buffer_string (&self->type) : "message",
        .data = buffer_string (&self->data),
        .length = self->data.length,
        .id = buffer_string (&self->id),
      };

      self->in_func = TRUE;
      self->func (&event, self->user_data);
      self->in_func = FALSE;
    }

  buffer_reset (&self->data);
  buffer_reset (&self->type);
  self->has_data = FALSE;
}

static gboolean
is_field (const char *name,
          size_t      length,
          const char *field)
{
  return length == strlen (field) && memcmp (name, field, length) == 0;
}

/* FALSE: the event is too large. */
static gboolean
take_line (ParlanceSseParser *self,
           const char        *line,
           size_t             length)
{
  const char *colon, *value;
  size_t name_length, value_length;

  if (!self->begun)
    {
      self->begun = TRUE;
      if (length >= 3 && memcmp (line, "\xef\xbb\xbf", 3) == 0)
        {
          line += 3;
          length -= 3;
        }
    }

  if (length == 0)
    {
      dispatch (self);
      return TRUE;
    }

  /* Nearly every line is this one. */
  if (length >= 5 && memcmp (line, "data:", 5) == 0)
    colon = line + 4;
  else
    colon = memchr (line, ':', length);

  name_length = colon ? (size_t) (colon - line) : length;
  value = colon ? colon + 1 : line + length;
  value_length = line + length - value;
  if (value_length > 0 && value[0] == ' ')
    {
      value++;
      value_length--;
    }

  if (is_field (line, name_length, "data"))
    return take_data (self, value, value_length);

  if (is_field (line, name_length, "event"))
    return take_type (self, value, value_length);

  if (is_field (line, name_length, "id"))
    {
      if (memchr (value, '\0', value_length) != NULL)
        return TRUE;
      buffer_reset (&self->id);
      return buffer_append_text (&self->id, value, value_length, self->max_event);
    }

  if (is_field (line, name_length, "retry"))
    take_retry (self, value, value_length);

  /* A comment, which has an empty name, or a field that nobody knows. */
  return TRUE;
}

/* The end of a line: at most @length bytes, after what was kept of it. */
static gboolean
end_line (ParlanceSseParser *self,
          const char        *bytes,
          size_t             length)
{
  gboolean fits;

  if (length > self->max_event - self->line.length)
    return FALSE;
  if (self->line.length == 0)
    return take_line (self, bytes, length);

  buffer_append (&self->line, bytes, length);
  fits = take_line (self, self->line.bytes, self->line.length);
  buffer_reset (&self->line);
  return fits;
}

static gboolean
feed (ParlanceSseParser *self,
      const char        *p,
      const char        *end)
{
  /* Where the next of each is, looked for once: a stream without CR is not searched for it at
   * every line. */
  const char *lf = NULL, *cr = NULL;

  if (self->after_cr && p < end)
    {
      self->after_cr = FALSE;
      if (*p == '\n')
        p++;
    }

  while (p < end)
    {
      const char *eol;

      if (lf < p && (lf = memchr (p, '\n', end - p)) == NULL)
        lf = end;
      if (cr < p && (cr = memchr (p, '\r', end - p)) == NULL)
        cr = end;
      eol = MIN (lf, cr);

      if (eol == end)
        {
          if ((size_t) (end - p) > self->max_event - self->line.length)
            return FALSE;
          buffer_append (&self->line, p, end - p);
          return TRUE;
        }

      if (!end_line (self, p, eol - p))
        return FALSE;

      p = eol + 1;
      if (eol == cr)
        {
          if (p == end)
            self->after_cr = TRUE;
          else if (*p == '\n')
            p++;
        }
    }

  return TRUE;
}

ParlanceSseParser *
parlance_sse_parser_new (size_t          max_event,
                         ParlanceSseFunc func,
                         gpointer        user_data)
{
  ParlanceSseParser *self;

  g_return_val_if_fail (func != NULL, NULL);

  self = g_new0 (ParlanceSseParser, 1);
  self->max_event = max_event;
  self->func = func;
  self->user_data = user_data;
  self->retry = -1;

  return self;
}

void
parlance_sse_parser_free (ParlanceSseParser *self)
{
  if (self == NULL)
    return;

  g_return_if_fail (!self->in_func);

  buffer_clear (&self->line);
  buffer_clear (&self->data);
  buffer_clear (&self->type);
  buffer_clear (&self->id);
  g_free (self);
}

gboolean
parlance_sse_parser_feed (ParlanceSseParser *self,
                          const char        *bytes,
                          size_t             length,
                          GError           **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (!self->in_func, FALSE);

  if (length == 0 && !self->too_large)
    return TRUE;

  if (self->too_large || !feed (self, bytes, bytes + length))
    {
      self->too_large = TRUE;
      buffer_clear (&self->line);
      buffer_clear (&self->data);
      g_set_error (error, PARLANCE_SSE_ERROR, PARLANCE_SSE_ERROR_TOO_LARGE,
                   "An event of the stream is larger than %" G_GSIZE_FORMAT " bytes",
                   self->max_event);
      return FALSE;
    }

  return TRUE;
}

size_t
parlance_sse_parser_get_begun (ParlanceSseParser *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->line.length + self->data.length;
}

int64_t
parlance_sse_parser_get_retry (ParlanceSseParser *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->retry;
}
