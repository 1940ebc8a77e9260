/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-sse.h"

#include <stdio.h>
#include <string.h>

#define STREAM_BYTES ((size_t) 64 * 1024 * 1024)
/* What one read from the network gives at most. */
#define CHUNK_BYTES 16384
#define RUNS 9

/* As services send it: a word or two in 200 bytes around them, some of it not ASCII. */
static char *
create_stream (size_t *length)
{
  static const char *const words[] = {
    "The", " window", " paints", " once", ",\\n\\n", " 你好", "世界", " **bold**", " naïve", "。",
    " `code`", " 😀"
  };
  GString *text = g_string_sized_new (STREAM_BYTES + 1024);

  for (unsigned i = 0; text->len < STREAM_BYTES; i++)
    g_string_append_printf (text,
                            "data: {\"id\":\"chatcmpl-7f3c2a91\","
                            "\"object\":\"chat.completion.chunk\",\"created\":%u,"
                            "\"model\":\"Qwen/Qwen3-235B-A22B\",\"choices\":[{\"index\":0,"
                            "\"delta\":{\"content\":\"%s%s\"},\"finish_reason\":null}]}\n\n",
                            1750000000 + i / 50, words[i % G_N_ELEMENTS (words)],
                            words[i / 7 % G_N_ELEMENTS (words)]);

  *length = text->len;
  return g_string_free (text, FALSE);
}

typedef struct
{
  uint64_t events;
  uint64_t sum;
} Checksum;

static void
on_event (const ParlanceSseEvent *event,
          gpointer                user_data)
{
  Checksum *checksum = user_data;

  checksum->events++;
  checksum->sum = checksum->sum * 31 + event->length
                  + (unsigned char) event->data[event->length / 2];
}

static double
time_parse (const char *stream,
            size_t      length,
            Checksum   *checksum)
{
  g_autoptr (ParlanceSseParser) parser = NULL;
  int64_t start = g_get_monotonic_time ();

  parser = parlance_sse_parser_new (PARLANCE_SSE_MAX_EVENT, on_event, checksum);
  for (size_t at = 0; at < length; at += CHUNK_BYTES)
    if (!parlance_sse_parser_feed (parser, stream + at, MIN (CHUNK_BYTES, length - at), NULL))
      g_error ("the stream was refused");

  return (g_get_monotonic_time () - start) / 1e6;
}

/* To memory of the same size, which has been written to before. */
static double
time_copy (const char *stream,
           size_t      length,
           char       *to,
           uint64_t   *sum)
{
  int64_t start = g_get_monotonic_time ();

  for (size_t at = 0; at < length; at += CHUNK_BYTES)
    {
      memcpy (to + at, stream + at, MIN (CHUNK_BYTES, length - at));
      *sum = *sum * 31 + (unsigned char) to[at];
    }

  return (g_get_monotonic_time () - start) / 1e6;
}

static int
compare (const void *a,
         const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

int
main (void)
{
  size_t length;
  g_autofree char *stream = create_stream (&length);
  g_autofree char *copy = g_malloc (length);
  double parse[RUNS], copying[RUNS];
  Checksum checksum = { 0 };
  uint64_t sum = 0;

  memcpy (copy, stream, length);
  for (int i = 0; i < RUNS; i++)
    {
      parse[i] = time_parse (stream, length, &checksum);
      copying[i] = time_copy (stream, length, copy, &sum);
    }
  qsort (parse, RUNS, sizeof *parse, compare);
  qsort (copying, RUNS, sizeof *copying, compare);

  printf ("# %zu bytes, %" G_GUINT64_FORMAT " events, checksum %" G_GINT64_MODIFIER "x\n", length,
          checksum.events / RUNS, checksum.sum ^ sum);
  printf ("figure sse-throughput %.0f MB/s\n", length / 1e6 / parse[RUNS / 2]);
  printf ("figure sse-copy-ratio %.2f x\n", parse[RUNS / 2] / copying[RUNS / 2]);

  return 0;
}
