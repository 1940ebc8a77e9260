/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "parlance-sse.h"

#include <string.h>

/* Input: a byte for the cuts, a byte for the cap, the stream. However it is cut, the same events
 * come out. */

typedef struct
{
  GString *events;
  size_t   max;
} Got;

/* Valid UTF-8 in which NUL is a character like others. */
static void
assert_utf8 (const char *text,
             size_t      length)
{
  const char *end = text + length;

  for (const char *p = text; p < end; p++)
    {
      const char *nul = memchr (p, '\0', end - p);
      const char *stop = nul != NULL ? nul : end;

      g_assert_true (g_utf8_validate_len (p, stop - p, NULL));
      p = stop;
    }
}

static void
on_event (const ParlanceSseEvent *event,
          gpointer                user_data)
{
  Got *got = user_data;

  g_assert_cmpuint (event->length, <=, got->max);
  g_assert_true (event->data[event->length] == '\0');
  assert_utf8 (event->data, event->length);
  fuzz_assert_text (event->type, strlen (event->type));
  fuzz_assert_text (event->id, strlen (event->id));
  g_assert_cmpstr (event->type, !=, "");

  g_string_append_printf (got->events, "%s|%s|%" G_GSIZE_FORMAT "|", event->type, event->id,
                          event->length);
  g_string_append_len (got->events, event->data, event->length);
}

/* Whether all of it was taken. */
static gboolean
feed (ParlanceSseParser *parser,
      const uint8_t     *data,
      size_t             size,
      FuzzCuts          *cuts)
{
  g_autoptr (GError) error = NULL;

  for (size_t at = 0, length; at < size; at += length)
    {
      g_autofree char *piece = NULL;

      length = cuts != NULL ? fuzz_cuts_next (cuts, size - at) : size - at;
      piece = g_memdup2 (data + at, length);
      if (!parlance_sse_parser_feed (parser, piece, length, &error))
        {
          g_assert_error (error, PARLANCE_SSE_ERROR, PARLANCE_SSE_ERROR_TOO_LARGE);
          g_assert_false (parlance_sse_parser_feed (parser, "\n\n", 2, NULL));
          return FALSE;
        }
      g_assert_no_error (error);
    }

  return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autoptr (GString) pieces = g_string_new (NULL);
  g_autoptr (ParlanceSseParser) parser = NULL;
  g_autoptr (ParlanceSseParser) cut_parser = NULL;
  Got got, cut_got;
  FuzzCuts cuts;
  size_t max;

  if (size < 2)
    return 0;

  cuts = fuzz_cuts_new (data[0]);
  /* Small caps for half of the inputs: nothing else comes near the true one. */
  max = data[1] % 2 == 0 ? data[1] : PARLANCE_SSE_MAX_EVENT;
  got = (Got) { whole, max };
  cut_got = (Got) { pieces, max };
  parser = parlance_sse_parser_new (max, on_event, &got);
  cut_parser = parlance_sse_parser_new (max, on_event, &cut_got);

  g_assert_cmpint (feed (parser, data + 2, size - 2, NULL), ==,
                   feed (cut_parser, data + 2, size - 2, &cuts));
  g_assert_cmpmem (whole->str, whole->len, pieces->str, pieces->len);
  g_assert_cmpint (parlance_sse_parser_get_retry (parser), ==,
                   parlance_sse_parser_get_retry (cut_parser));
  g_assert_cmpint (parlance_sse_parser_get_retry (parser), >=, -1);

  return 0;
}
