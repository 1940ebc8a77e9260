/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-sse.h"

#include <string.h>

#define LITERAL(text) text, sizeof (text) - 1
#define BAD "\xef\xbf\xbd"

typedef struct
{
  const char *name;
  const char *stream;
  size_t      length;
  const char *events;   /* "type|data|id;" of each; a NUL in the data written as "\0" is "<0>" */
  int         retry;
} Case;

static const Case cases[] = {
  { "nothing", LITERAL (""), "", -1 },
  { "one", LITERAL ("data: a\n\n"), "message|a|;", -1 },
  { "no-blank", LITERAL ("data:a\n\n"), "message|a|;", -1 },
  { "one-blank-only", LITERAL ("data:  a \n\n"), "message| a |;", -1 },
  { "tab-stays", LITERAL ("data:\ta\n\n"), "message|\ta|;", -1 },
  { "cr", LITERAL ("data: a\r\rdata: b\r\r"), "message|a|;message|b|;", -1 },
  { "crlf", LITERAL ("data: a\r\n\r\ndata: b\r\n\r\n"), "message|a|;message|b|;", -1 },
  { "mixed-ends", LITERAL ("data: a\rdata: b\ndata: c\r\n\ndata: d\n\r"),
    "message|a\nb\nc|;message|d|;", -1 },
  { "lfcr", LITERAL ("data: a\n\rdata: b\n\r"), "message|a|;message|b|;", -1 },
  { "incomplete", LITERAL ("data: a\n\ndata: b\n"), "message|a|;", -1 },
  { "no-end", LITERAL ("data: a\n\ndata: b"), "message|a|;", -1 },
  { "lines", LITERAL ("data: a\ndata:\ndata\ndata: b\n\n"), "message|a\n\n\nb|;", -1 },
  { "empty-data", LITERAL ("data\n\n"), "message||;", -1 },
  { "two-empty", LITERAL ("data:\ndata:\n\n"), "message|\n|;", -1 },
  { "blank-lines", LITERAL ("\n\n\ndata: a\n\n\n\n"), "message|a|;", -1 },
  { "no-data", LITERAL ("event: x\nid: 1\n\ndata: a\n\n"), "message|a|1;", -1 },
  { "comments", LITERAL (": hi\n:\ndata: a\n:data: b\n\n:\n\n"), "message|a|;", -1 },
  { "type", LITERAL ("event: x\ndata: a\n\ndata: b\n\n"), "x|a|;message|b|;", -1 },
  { "type-last-wins", LITERAL ("event: x\nevent: yy\ndata: a\n\n"), "yy|a|;", -1 },
  { "type-taken-back", LITERAL ("event: x\nevent\ndata: a\n\n"), "message|a|;", -1 },
  { "type-nul", LITERAL ("event: x\0y\ndata: a\n\n"), "x" BAD "y|a|;", -1 },
  { "id-stays", LITERAL ("id: 7\ndata: a\n\ndata: b\n\n"), "message|a|7;message|b|7;", -1 },
  { "id-empty", LITERAL ("id: 7\ndata: a\n\nid\ndata: b\n\n"), "message|a|7;message|b|;", -1 },
  { "id-nul", LITERAL ("id: 7\nid: 8\0\ndata: a\n\n"), "message|a|7;", -1 },
  { "unknown", LITERAL ("dat: a\n data: b\nDATA: c\ndata : d\ndataa: e\ndata: f\n\n"),
    "message|f|;", -1 },
  { "colons", LITERAL ("data: a:b: c\n\n"), "message|a:b: c|;", -1 },
  { "nul", LITERAL ("data: a\0b\n\n"), "message|a<0>b|;", -1 },
  { "nul-name", LITERAL ("data\0: a\n\ndata: b\n\n"), "message|b|;", -1 },
  { "retry", LITERAL ("retry: 0250\n"), "", 250 },
  { "retry-bad", LITERAL ("retry: 3\nretry: -4\nretry: 5x\nretry\nretry:\nretry:  6\n"), "", 3 },
  { "bom", LITERAL ("\xef\xbb\xbf" "data: a\n\n"), "message|a|;", -1 },
  { "bom-alone", LITERAL ("\xef\xbb\xbf\n\n"), "", -1 },
  { "bom-twice", LITERAL ("\xef\xbb\xbf\xef\xbb\xbf" "data: a\n\ndata: b\n\n"),
    "message|b|;", -1 },
  { "bom-later", LITERAL ("data: a\n\n\xef\xbb\xbf" "data: b\n\n"), "message|a|;", -1 },
  { "bom-in-data", LITERAL ("data: \xef\xbb\xbf" "a\n\n"), "message|\xef\xbb\xbf" "a|;", -1 },
  { "half-bom", LITERAL ("\xef\xbb" "data: a\n\ndata: b\n\n"), "message|b|;", -1 },
  { "utf-8", LITERAL ("data: é 你好 😀 \xf4\x8f\xbf\xbf \xed\x9f\xbf \xee\x80\x80\n\n"),
    "message|é 你好 😀 \xf4\x8f\xbf\xbf \xed\x9f\xbf \xee\x80\x80|;", -1 },
  { "stray-bytes", LITERAL ("data: \x80 \xc1 \xfe\xff \xf5\n\n"),
    "message|" BAD " " BAD " " BAD BAD " " BAD "|;", -1 },
  { "overlong", LITERAL ("data: \xc0\xaf \xe0\x80\xaf \xf0\x80\x80\xaf\n\n"),
    "message|" BAD BAD " " BAD BAD BAD " " BAD BAD BAD BAD "|;", -1 },
  { "surrogate", LITERAL ("data: \xed\xa0\x80|\n\n"), "message|" BAD BAD BAD "||;", -1 },
  { "too-high", LITERAL ("data: \xf4\x90\x80\x80|\n\n"), "message|" BAD BAD BAD BAD "||;", -1 },
  { "cut-short", LITERAL ("data: a\xe4\xbd z\xf0\x9f\x98z\xf0\x9fz\xc3z\n\n"),
    "message|a" BAD " z" BAD "z" BAD "z" BAD "z|;", -1 },
  { "cut-by-lead", LITERAL ("data: \xe4\xbd\xc3\xa9\xf0\x9f\xe4\xbd\xa0\n\n"),
    "message|" BAD "é" BAD "你|;", -1 },
  { "cut-by-end", LITERAL ("data: a\xe4\xbd\ndata: \xa0\n\n"), "message|a" BAD "\n" BAD "|;", -1 },
  { "bad-type-and-id", LITERAL ("event: \xff\nid: \xe4\xbd\ndata: a\n\n"),
    BAD "|a|" BAD ";", -1 },
  { "long-ascii-then-bad", LITERAL ("data: 0123456789012345678901234567890123456789\x80ok\n\n"),
    "message|0123456789012345678901234567890123456789" BAD "ok|;", -1 },
};

static void
describe (const ParlanceSseEvent *event,
          gpointer                user_data)
{
  GString *text = user_data;

  g_assert_true (event->data[event->length] == '\0');
  g_assert_true (g_utf8_validate (event->type, -1, NULL));
  g_assert_true (g_utf8_validate (event->id, -1, NULL));

  g_string_append_printf (text, "%s|", event->type);
  for (size_t i = 0; i < event->length; i++)
    if (event->data[i] == '\0')
      g_string_append (text, "<0>");
    else
      g_string_append_c (text, event->data[i]);
  g_string_append_printf (text, "|%s;", event->id);
}

/* Each piece goes in from a block of its own size, so that a read past it is seen. */
static gboolean
feed (ParlanceSseParser  *parser,
      const char         *bytes,
      size_t              length,
      GError            **error)
{
  g_autofree char *piece = g_memdup2 (bytes, length);

  return parlance_sse_parser_feed (parser, piece, length, error);
}

static void
check (const Case *c,
       size_t      first,
       size_t      step)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (ParlanceSseParser) parser = NULL;
  g_autoptr (GError) error = NULL;

  parser = parlance_sse_parser_new (PARLANCE_SSE_MAX_EVENT, describe, text);
  feed (parser, c->stream, first, &error);
  g_assert_no_error (error);
  for (size_t at = first; at < c->length; at += step)
    {
      g_assert_true (feed (parser, c->stream + at, MIN (step, c->length - at), &error));
      g_assert_no_error (error);
    }

  g_assert_cmpstr (text->str, ==, c->events);
  g_assert_cmpint (parlance_sse_parser_get_retry (parser), ==, c->retry);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;

  check (c, c->length, 1);
  check (c, 0, 1);
  for (size_t cut = 1; cut < c->length; cut++)
    {
      check (c, cut, c->length);
      check (c, cut, 3);
    }
}

static void
test_retry_overflow (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (ParlanceSseParser) parser = parlance_sse_parser_new (100, describe, text);
  const char *stream = "retry: 99999999999999999999999999999999\n";

  g_assert_true (feed (parser, stream, strlen (stream), NULL));
  g_assert_cmpint (parlance_sse_parser_get_retry (parser), >, INT64_MAX / 100);
}

/* The streams of test_cap: with a cap of 16 bytes. */
static const struct
{
  const char *stream;
  const char *events;
  gboolean    fits;
} capped[] = {
  { "data: 0123456789\n\n", "message|0123456789|;", TRUE },
  { "data: a\n\ndata: 01234567890\n\n", "message|a|;", FALSE },   /* the line */
  { "data: a\n\n:                 ", "message|a|;", FALSE },      /* a line without an end */
  { "data:01234567\ndata:0123456\n\n", "message|01234567\n0123456|;", TRUE },
  { "data:01234567\ndata:01234567\n\n", "", FALSE },              /* the lines together */
  { "data\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\n\n",
    "message|\n\n\n\n\n\n\n\n\n\n\n\n|;", TRUE },
  { "data\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\n"
    "data\ndata\ndata\ndata\n\n", "", FALSE },
  { "data:\xff\xff\xff\xff\xff\n\n", "message|" BAD BAD BAD BAD BAD "|;", TRUE },
  { "data:\xff\xff\xff\xff\xff\xff\n\n", "", FALSE },              /* grown by U+FFFD */
  { "event: 0123456789\n\n", "", FALSE },
};

static void
test_cap (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (capped); i++)
    for (size_t step = 1; step <= 2; step++)
      {
        g_autoptr (GString) text = g_string_new (NULL);
        g_autoptr (ParlanceSseParser) parser = parlance_sse_parser_new (16, describe, text);
        g_autoptr (GError) error = NULL;
        size_t length = strlen (capped[i].stream);
        gboolean fits = TRUE;

        for (size_t at = 0; at < length && fits; at += step == 1 ? 1 : length)
          fits = feed (parser, capped[i].stream + at, step == 1 ? 1 : length, &error);

        g_assert_cmpstr (text->str, ==, capped[i].events);
        g_assert_cmpint (fits, ==, capped[i].fits);
        if (fits)
          continue;

        g_assert_error (error, PARLANCE_SSE_ERROR, PARLANCE_SSE_ERROR_TOO_LARGE);
        g_assert_nonnull (strstr (error->message, "16"));

        /* Nothing more is taken. */
        g_clear_error (&error);
        g_assert_false (feed (parser, "\n\ndata: b\n\n", 11, &error));
        g_assert_error (error, PARLANCE_SSE_ERROR, PARLANCE_SSE_ERROR_TOO_LARGE);
        g_assert_cmpstr (text->str, ==, capped[i].events);
      }
}

static void
sum_up (const ParlanceSseEvent *event,
        gpointer                user_data)
{
  uint64_t *sum = user_data;

  *sum += event->length;
}

/* An event of the greatest size, in pieces as they come from the network. */
static void
test_huge (void)
{
  const size_t size = PARLANCE_SSE_MAX_EVENT - strlen ("data: ");
  g_autofree char *piece = g_malloc (65536);
  g_autoptr (ParlanceSseParser) parser = NULL;
  uint64_t sum = 0;
  size_t left = size;

  memset (piece, 'x', 65536);
  parser = parlance_sse_parser_new (PARLANCE_SSE_MAX_EVENT, sum_up, &sum);
  g_assert_true (parlance_sse_parser_feed (parser, "data: ", 6, NULL));
  while (left > 0)
    {
      size_t length = MIN (left, 65536);

      g_assert_true (parlance_sse_parser_feed (parser, piece, length, NULL));
      left -= length;
    }
  g_assert_true (parlance_sse_parser_feed (parser, "\n\ndata: abc\n\n", 14, NULL));
  g_assert_cmpuint (sum, ==, size + 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/sse/case/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/sse/retry-overflow", test_retry_overflow);
  g_test_add_func ("/sse/cap", test_cap);
  g_test_add_func ("/sse/huge", test_huge);

  return g_test_run ();
}
