/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-chunk.h"

#include "parlance-block-private.h"
#include "parlance-builder.h"
#include "parlance-entity.h"

#include <string.h>

#define PLAIN_MAX ((size_t) 4 * 1024)
#define BRACKETS_MAX 4000
#define BRACKET_DEPTH_MAX 200

static const char *
line_end (const char *p, const char *end)
{
  while (p < end && *p != '\n' && *p != '\r')
    p++;
  return p;
}

static const char *
next_line (const char *p, const char *end)
{
  if (p < end && *p == '\r')
    p++;
  if (p < end && *p == '\n')
    p++;
  return p;
}

static void
take (GPtrArray *blocks, ParlanceBlock *block, char *text, size_t source_start)
{
  block->text = text;
  block->source_start = source_start;
  g_ptr_array_add (blocks, block);
}

static char *
read_language (const char *p, const char *end)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const char *q;

  while (p < end && (*p == ' ' || *p == '\t'))
    p++;
  for (q = p; q < end && *q != ' ' && *q != '\t';)
    q++;
  if (p == q)
    return NULL;
  parlance_entity_unescape (out, p, q - p);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
parse_fence (const ParlanceChunk *chunk, const char *text, GPtrArray *blocks)
{
  ParlanceBlock *block = parlance_block_new (PARLANCE_BLOCK_CODE);
  GString *code = g_string_sized_new (chunk->end - chunk->start);
  const char *end = text + chunk->end;
  const char *p = text + chunk->start;
  const char *q;
  unsigned indent = 0;
  gboolean is_first = TRUE;

  for (; *p == ' '; p++)
    indent++;
  for (q = p; q < end && *q == *p;)
    q++;
  p = line_end (q, end);
  block->language = read_language (q, p);
  /* As it grows, an open fence comes here whole again and again: no line by line where a copy
   * does it. */
  if (indent == 0 && !chunk->closed && memchr (p, '\r', end - p) == NULL)
    {
      p = next_line (p, end);
      g_string_append_len (code, p, end - p);
      p = end;
    }
  while (p < end)
    {
      p = next_line (p, end);
      q = line_end (p, end);
      if (q == end && chunk->closed)
        break;
      if (!is_first)
        g_string_append_c (code, '\n');
      is_first = FALSE;
      for (unsigned i = 0; i < indent && p < q && *p == ' '; i++)
        p++;
      g_string_append_len (code, p, q - p);
      p = q;
    }
  take (blocks, block, g_string_free (code, FALSE), chunk->start);
}

/* Paragraphs as they are, none longer than a row should be. */
static void
parse_plain (const ParlanceChunk *chunk, const char *text, GPtrArray *blocks)
{
  const char *end = text + chunk->end;

  for (const char *p = text + chunk->start; p < end;)
    {
      const char *stop = (size_t) (end - p) > PLAIN_MAX ? p + PLAIN_MAX : end;
      const char *blank = g_strstr_len (p, stop - p, "\n\n");
      ParlanceBlock *block = parlance_block_new (PARLANCE_BLOCK_PARAGRAPH);

      if (blank != NULL && blank > p)
        stop = blank;
      while (stop < end && ((guchar) *stop & 0xc0) == 0x80)
        stop--;
      take (blocks, block, g_strndup (p, stop - p), chunk->start);
      for (p = stop; p < end && (*p == '\n' || *p == '\r');)
        p++;
    }
}

/* What md4c may need far too long for: its time grows with the square of the brackets, most of
 * all where they are nested. No text that a person would read has as many in one block. */
static gboolean
is_hostile (const ParlanceChunk *chunk, const char *text)
{
  unsigned brackets = 0;
  unsigned depth = 0;

  for (const char *p = text + chunk->start; p < text + chunk->end; p++)
    if (*p == '[')
      {
        depth++;
        if (++brackets > BRACKETS_MAX || depth > BRACKET_DEPTH_MAX)
          return TRUE;
      }
    else if (*p == ']' && depth > 0)
      depth--;
  return FALSE;
}

static const char *
skip (const char *p, const char *end, const char *set)
{
  while (p < end && *p != '\0' && strchr (set, *p) != NULL)
    p++;
  return p;
}

static gboolean
is_divider (const char *p, const char *end)
{
  if (p == end || *p++ != '|')
    return FALSE;
  while (p < end)
    {
      const char *dashes = skip (p, end, " \t");

      dashes += dashes < end && *dashes == ':';
      p = skip (dashes, end, "-");
      if (p == dashes)
        return FALSE;
      p += p < end && *p == ':';
      p = skip (p, end, " \t");
      if (p < end && *p++ != '|')
        return FALSE;
      p = skip (p, end, " \t");
    }
  return TRUE;
}

/* Appends a piece to be parsed. md4c wants three dashes where others, and so the models, are
 * content with one ("|-|-|"): the dividing line of a table gets them. */
static void
append_source (GString *source, const char *p, const char *end)
{
  const char *divider = next_line (line_end (p, end), end);
  const char *rest = line_end (divider, end);

  if (p == end || *p != '|' || !is_divider (divider, rest))
    rest = divider;
  g_string_append_len (source, p, divider - p);
  for (p = divider; p < rest; p++)
    {
      if (*p == '-' && p[-1] != '-')
        g_string_append (source, "---");
      else
        g_string_append_c (source, *p);
    }
  g_string_append_len (source, p, end - p);
}

static void
parse_markdown (const ParlanceChunk *chunk,
                const char          *text,
                const GString       *definitions,
                GPtrArray           *blocks)
{
  g_autoptr (GString) source = g_string_sized_new (chunk->end - chunk->start + 2);
  size_t offset = 0;

  if (definitions != NULL && definitions->len > 0)
    {
      g_string_append_len (source, definitions->str, definitions->len);
      g_string_append (source, PARLANCE_BUILDER_SEPARATOR);
      offset = source->len;
    }
  /* A copy, because md4c reads past what it is given up to a line end or a NUL. */
  append_source (source, text + chunk->start, text + chunk->end);
  g_string_append_c (source, '\n');
  if (is_hostile (chunk, text)
      || !parlance_builder_run (source->str, source->len, offset, chunk->ordinal, chunk->start,
                                blocks))
    parse_plain (chunk, text, blocks);
}

void
parlance_chunk_parse (const ParlanceChunk *chunk,
                      const char          *text,
                      const GString       *definitions,
                      GPtrArray           *blocks)
{
  g_return_if_fail (chunk != NULL && text != NULL && blocks != NULL);

  switch (chunk->kind)
    {
    case PARLANCE_CHUNK_FENCE:
      parse_fence (chunk, text, blocks);
      break;
    case PARLANCE_CHUNK_PLAIN:
      parse_plain (chunk, text, blocks);
      break;
    default:
      parse_markdown (chunk, text, definitions, blocks);
      break;
    }
}

gboolean
parlance_chunk_has_links (const ParlanceChunk *chunk, const char *text)
{
  return chunk->kind == PARLANCE_CHUNK_MARKDOWN
         && memchr (text + chunk->start, '[', chunk->end - chunk->start) != NULL;
}

gboolean
parlance_chunk_may_define (const ParlanceChunk *chunk, const char *text)
{
  const char *end = text + chunk->end;

  if (!parlance_chunk_has_links (chunk, text)
      || g_strstr_len (text + chunk->start, chunk->end - chunk->start, "]:") == NULL)
    return FALSE;
  for (const char *p = text + chunk->start; p < end; p = next_line (p, end))
    {
      while (p < end && *p != '\0' && strchr (" \t>-+*.)0123456789", *p) != NULL)
        p++;
      if (p < end && *p == '[')
        return TRUE;
      p = line_end (p, end);
    }
  return FALSE;
}
