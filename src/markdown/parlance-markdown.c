/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-block.h"

#include "parlance-chunk.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Link definitions are given to every chunk with a bracket in it: so much of them, and so much
 * for all chunks together. What is beyond stays unlinked. */
#define DEFINITIONS_MAX ((size_t) 8 * 1024)
#define LINKING_MAX ((size_t) 4 * 1024 * 1024)

typedef struct
{
  ParlanceChunk chunk;
  unsigned      n_blocks;
  gboolean      has_links;
  size_t        linked_with; /* the length of the definitions it was parsed with */
} Piece;

struct _ParlanceMarkdown
{
  GString         *text; /* valid UTF-8 without NUL */
  char             partial[8]; /* bytes of a character that is not complete */
  unsigned         n_partial;
  size_t           scanned;    /* up to here the lines are complete and known to the scanner */
  ParlanceScanner  scanner;
  GArray          *pieces;
  unsigned         n_links;    /* closed pieces with links */
  unsigned         n_closed;   /* pieces that no further text can change */
  unsigned         n_closed_blocks;
  GPtrArray       *blocks;
  GString         *definitions;
  size_t           relinked;   /* bytes parsed again because of late definitions */
};

ParlanceMarkdown *
parlance_markdown_new (void)
{
  ParlanceMarkdown *self = g_new0 (ParlanceMarkdown, 1);

  self->text = g_string_new (NULL);
  self->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_block_unref);
  self->definitions = g_string_new (NULL);
  return self;
}

void
parlance_markdown_free (ParlanceMarkdown *self)
{
  g_return_if_fail (self != NULL);

  g_string_free (self->text, TRUE);
  g_array_unref (self->pieces);
  g_ptr_array_unref (self->blocks);
  g_string_free (self->definitions, TRUE);
  g_free (self);
}

/* Whether the @length bytes are the beginning of a character and no more. */
static gboolean
is_cut_short (const char *bytes, size_t length)
{
  guchar lead = *bytes;
  size_t whole = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : 2;

  if (lead < 0xc2 || lead > 0xf4 || length >= whole)
    return FALSE;
  for (size_t i = 1; i < length; i++)
    if (((guchar) bytes[i] & 0xc0) != 0x80)
      return FALSE;
  return TRUE;
}

/* Takes what is valid, replaces what is not, and returns the bytes that it took: all but the
 * beginning of a character at the end. */
static size_t
take_valid (GString *text, const char *bytes, size_t length)
{
  const char *p = bytes;
  const char *end = bytes + length;

  while (p < end)
    {
      const char *invalid;

      g_utf8_validate_len (p, end - p, &invalid);
      g_string_append_len (text, p, invalid - p);
      p = invalid;
      if (p < end && is_cut_short (p, end - p))
        break;
      if (p < end)
        {
          g_string_append (text, REPLACEMENT);
          p++;
        }
    }
  return p - bytes;
}

void
parlance_markdown_append (ParlanceMarkdown *self, const char *text, gssize length)
{
  size_t left;
  size_t taken;

  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL || length == 0);

  left = length < 0 ? strlen (text) : (size_t) length;
  /* Complete the character that was cut, byte by byte. */
  for (; self->n_partial > 0 && left > 0; text++, left--)
    {
      self->partial[self->n_partial++] = *text;
      taken = take_valid (self->text, self->partial, self->n_partial);
      self->n_partial -= taken;
      memmove (self->partial, self->partial + taken, self->n_partial);
    }
  taken = take_valid (self->text, text, left);
  self->n_partial += left - taken;
  if (left > taken)
    memcpy (self->partial, text + taken, left - taken);
}

/* How much of the definitions the next piece with links gets, after @n_links of them. */
static size_t
definitions_for (ParlanceMarkdown *self, unsigned n_links)
{
  return (n_links + 1) * self->definitions->len <= LINKING_MAX ? self->definitions->len : 0;
}

static void
parse_piece (ParlanceMarkdown *self, Piece *piece, size_t linked_with, GPtrArray *blocks)
{
  unsigned before = blocks->len;

  piece->linked_with = linked_with;
  parlance_chunk_parse (&piece->chunk, self->text->str,
                        linked_with > 0 ? self->definitions : NULL, blocks);
  piece->n_blocks = blocks->len - before;
}

/* Adds the pieces of @chunks and, to @blocks, their blocks. Returns how many have links. */
static unsigned
add_pieces (ParlanceMarkdown *self, GArray *chunks, unsigned n_links, GPtrArray *blocks)
{
  for (unsigned i = 0; i < chunks->len; i++)
    {
      Piece piece = { .chunk = g_array_index (chunks, ParlanceChunk, i) };

      piece.has_links = parlance_chunk_has_links (&piece.chunk, self->text->str);
      parse_piece (self, &piece, piece.has_links ? definitions_for (self, n_links++) : 0, blocks);
      g_array_append_val (self->pieces, piece);
    }
  return n_links;
}

static void
scan (const char *text, size_t *from, size_t to, gboolean is_end, ParlanceScanner *scanner,
      GArray *chunks)
{
  while (*from < to)
    {
      size_t end = *from;
      size_t next;

      while (end < to && text[end] != '\n' && text[end] != '\r')
        end++;
      next = end < to ? end + 1 : end;
      if (next < to && text[end] == '\r' && text[next] == '\n')
        next++;
      /* The other half of a CR LF may be on its way. */
      if (!is_end && (end == to || (text[end] == '\r' && next == to)))
        break;
      parlance_scanner_take_line (scanner, text, *from, end, chunks);
      *from = next;
    }
}

static void
collect_definitions (ParlanceMarkdown *self, GArray *chunks)
{
  for (unsigned i = 0; i < chunks->len; i++)
    {
      const ParlanceChunk *chunk = &g_array_index (chunks, ParlanceChunk, i);
      size_t length = chunk->end - chunk->start;

      if (self->definitions->len + length > DEFINITIONS_MAX
          || !parlance_chunk_may_define (chunk, self->text->str))
        continue;
      g_string_append_len (self->definitions, self->text->str + chunk->start, length);
      g_string_append (self->definitions, "\n\n***\n\n");
    }
}

/* Puts @fresh in place of the blocks from @from on, keeping the objects of those that are equal,
 * and returns the first that is not. */
static unsigned
replace_blocks (ParlanceMarkdown *self, unsigned from, GPtrArray *fresh)
{
  unsigned old_length = self->blocks->len;
  unsigned first = from + fresh->len;

  for (unsigned i = 0; i < fresh->len; i++)
    {
      ParlanceBlock *block = fresh->pdata[i];
      ParlanceBlock *old = from + i < old_length ? self->blocks->pdata[from + i] : NULL;

      if (old != NULL && parlance_block_equal (old, block))
        {
          parlance_block_ref (old);
          parlance_block_unref (block);
          fresh->pdata[i] = old;
        }
      else
        first = MIN (first, from + i);
    }
  g_ptr_array_set_size (self->blocks, from);
  g_ptr_array_extend_and_steal (self->blocks, g_ptr_array_ref (fresh));
  return first;
}

/* Parses again what had waited for a definition; the blocks of the rest are taken over. @fresh
 * holds the blocks behind the first @from. Returns the blocks of the whole text. */
static GPtrArray *
relink (ParlanceMarkdown *self, unsigned from, GPtrArray *fresh)
{
  GPtrArray *whole = g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_block_unref);
  unsigned next = 0;
  unsigned n_links = 0;

  self->n_closed_blocks = 0;
  for (unsigned i = 0; i < self->pieces->len; i++)
    {
      Piece *piece = &g_array_index (self->pieces, Piece, i);
      size_t wanted = piece->has_links ? definitions_for (self, n_links++) : 0;
      unsigned n_blocks = piece->n_blocks;

      if (piece->linked_with != wanted)
        {
          parse_piece (self, piece, wanted, whole);
          self->relinked += wanted + piece->chunk.end - piece->chunk.start;
        }
      else
        for (unsigned j = next; j < next + n_blocks; j++)
          g_ptr_array_add (whole, parlance_block_ref (j < from ? self->blocks->pdata[j]
                                                               : fresh->pdata[j - from]));
      next += n_blocks;
      if (i < self->n_closed)
        self->n_closed_blocks = whole->len;
    }
  return whole;
}

static unsigned
update (ParlanceMarkdown *self, gboolean is_end)
{
  g_autoptr (GArray) chunks = g_array_new (FALSE, FALSE, sizeof (ParlanceChunk));
  g_autoptr (GPtrArray) fresh = NULL;
  const char *text = self->text->str;
  unsigned from = self->n_closed_blocks;
  size_t linked_with = self->definitions->len;
  ParlanceScanner ahead;
  size_t position;

  fresh = g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_block_unref);
  if (self->scanned == 0 && g_str_has_prefix (text, BYTE_ORDER_MARK))
    self->scanned = strlen (BYTE_ORDER_MARK);

  g_array_set_size (self->pieces, self->n_closed);
  scan (text, &self->scanned, self->text->len, is_end, &self->scanner, chunks);
  collect_definitions (self, chunks);
  self->n_links = add_pieces (self, chunks, self->n_links, fresh);
  self->n_closed = self->pieces->len;
  self->n_closed_blocks += fresh->len;

  /* The line that is not complete, and the chunk that is open: of these nothing is kept. */
  g_array_set_size (chunks, 0);
  ahead = self->scanner;
  position = self->scanned;
  if (position < self->text->len
      && !parlance_scanner_is_unsure (&ahead, text, position, self->text->len))
    scan (text, &position, self->text->len, TRUE, &ahead, chunks);
  if (ahead.is_open)
    g_array_append_val (chunks, ahead.open);
  if (is_end)
    collect_definitions (self, chunks);
  add_pieces (self, chunks, self->n_links, fresh);

  if (self->definitions->len > 0
      && (is_end || (self->definitions->len > linked_with && self->relinked <= self->text->len)))
    {
      g_autoptr (GPtrArray) tail = g_steal_pointer (&fresh);

      fresh = relink (self, from, tail);
      from = 0;
    }
  return replace_blocks (self, from, fresh);
}

unsigned
parlance_markdown_update (ParlanceMarkdown *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return update (self, FALSE);
}

unsigned
parlance_markdown_finish (ParlanceMarkdown *self)
{
  g_return_val_if_fail (self != NULL, 0);

  for (; self->n_partial > 0; self->n_partial--)
    g_string_append (self->text, REPLACEMENT);
  return update (self, TRUE);
}

GPtrArray *
parlance_markdown_get_blocks (ParlanceMarkdown *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->blocks;
}

GPtrArray *
parlance_markdown_parse (const char *text, gssize length)
{
  g_autoptr (ParlanceMarkdown) self = parlance_markdown_new ();

  parlance_markdown_append (self, text, length);
  parlance_markdown_finish (self);
  return g_ptr_array_ref (self->blocks);
}
