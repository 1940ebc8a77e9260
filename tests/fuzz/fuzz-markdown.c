/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "parlance-block.h"

#include <string.h>

/* Input: a byte for the cuts, then Markdown. However it grows, the blocks are those of the whole
 * text in the end; every update keeps its word; and the spans can be used as they are. */

#define DEPTH_MAX 100

static gboolean
is_boundary (const char *text,
             unsigned    at)
{
  return ((unsigned char) text[at] & 0xc0) != 0x80;
}

static void
assert_spans (const ParlanceBlock *block)
{
  size_t length = strlen (block->text);
  unsigned end = 0;

  for (unsigned i = 0; i < block->spans->len; i++)
    {
      const ParlanceSpan *span = &g_array_index (block->spans, ParlanceSpan, i);

      g_assert_cmpuint (span->start, >=, end);
      g_assert_cmpuint (span->end, >, span->start);
      g_assert_cmpuint (span->end, <=, length);
      g_assert_true (is_boundary (block->text, span->start));
      g_assert_true (is_boundary (block->text, span->end));
      g_assert_cmpuint (span->flags, !=, 0);
      g_assert_true ((span->target != NULL) == ((span->flags & PARLANCE_SPAN_LINK) != 0));
      if (span->target != NULL)
        fuzz_assert_text (span->target, strlen (span->target));
      end = span->end;
    }
}

static void
assert_sound (GPtrArray *blocks,
              size_t     size)
{
  size_t source_start = 0;

  for (unsigned i = 0; i < blocks->len; i++)
    {
      const ParlanceBlock *block = blocks->pdata[i];

      fuzz_assert_text (block->text, strlen (block->text));
      g_assert_cmpint (block->quote_depth + block->list_depth, <=, DEPTH_MAX);
      g_assert_cmpint (block->quote_depth, >=, 0);
      g_assert_cmpint (block->list_depth, >=, 0);
      if (block->kind == PARLANCE_BLOCK_HEADING)
        g_assert_true (block->level >= 1 && block->level <= 6);
      if (block->marker != NULL)
        fuzz_assert_line (block->marker);
      if (block->language != NULL)
        fuzz_assert_text (block->language, strlen (block->language));
      /* A byte that is not UTF-8 counts as the three that stand for it. */
      g_assert_cmpuint (block->source_start, >=, source_start);
      g_assert_cmpuint (block->source_start, <, MAX (3 * size, 1));
      source_start = block->source_start;
      assert_spans (block);
    }
}

/* @first is what an update returned, @before the blocks before it. */
static void
assert_kept (GPtrArray *before,
             GPtrArray *blocks,
             unsigned   first)
{
  g_assert_cmpuint (first, <=, blocks->len);
  g_assert_cmpuint (first, <=, before->len);
  for (unsigned i = 0; i < first; i++)
    g_assert_true (before->pdata[i] == blocks->pdata[i]);
}

static void
remember (GPtrArray *before,
          GPtrArray *blocks)
{
  g_ptr_array_set_size (before, 0);
  for (unsigned i = 0; i < blocks->len; i++)
    g_ptr_array_add (before, parlance_block_ref (blocks->pdata[i]));
}

static void
grow (const char *text,
      size_t      size,
      FuzzCuts   *cuts,
      GPtrArray  *whole)
{
  g_autoptr (ParlanceMarkdown) markdown = parlance_markdown_new ();
  g_autoptr (GPtrArray) before = NULL;
  GPtrArray *blocks = parlance_markdown_get_blocks (markdown);
  unsigned first;

  before = g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_block_unref);
  for (size_t at = 0, length; at < size; at += length)
    {
      g_autofree char *piece = NULL;

      length = fuzz_cuts_next (cuts, size - at);
      piece = g_memdup2 (text + at, length);
      parlance_markdown_append (markdown, piece, length);
      if (fuzz_cuts_number (cuts) % 3 == 0)
        continue;

      first = parlance_markdown_update (markdown);
      assert_kept (before, blocks, first);
      assert_sound (blocks, size);
      remember (before, blocks);
    }

  first = parlance_markdown_finish (markdown);
  assert_kept (before, blocks, first);
  g_assert_cmpuint (blocks->len, ==, whole->len);
  for (unsigned i = 0; i < blocks->len; i++)
    g_assert_true (parlance_block_equal (blocks->pdata[i], whole->pdata[i]));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GPtrArray) blocks = NULL;
  FuzzCuts cuts;

  if (size < 1)
    return 0;

  cuts = fuzz_cuts_new (data[0]);
  blocks = parlance_markdown_parse ((const char *) data + 1, size - 1);
  assert_sound (blocks, size - 1);
  grow ((const char *) data + 1, size - 1, &cuts, blocks);

  return 0;
}
