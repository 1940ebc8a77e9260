/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-block.h"

#include <string.h>

/* What a case looks like as blocks, one line each:
 *   KIND[LEVEL] [qN] [lN] [(MARKER)] [:LANGUAGE] TEXT [{START-END FLAGS TARGET}]… */
static char *
describe (GPtrArray *blocks)
{
  GString *out = g_string_new (NULL);

  for (unsigned i = 0; i < blocks->len; i++)
    {
      const ParlanceBlock *block = blocks->pdata[i];
      g_autofree char *text = NULL;
      static char high[129];

      for (int c = 0; c < 128; c++)
        high[c] = (char) (128 + c);
      text = g_strescape (block->text, high);

      g_string_append_c (out, "PHCRT"[block->kind]);
      if (block->level > 0)
        g_string_append_printf (out, "%d", block->level);
      if (block->quote_depth > 0)
        g_string_append_printf (out, " q%d", block->quote_depth);
      if (block->list_depth > 0)
        g_string_append_printf (out, " l%d", block->list_depth);
      if (block->marker != NULL)
        g_string_append_printf (out, " (%s)", block->marker);
      if (block->language != NULL)
        g_string_append_printf (out, " :%s", block->language);
      if (block->kind != PARLANCE_BLOCK_RULE)
        g_string_append_printf (out, " %s", text);
      for (unsigned j = 0; j < block->spans->len; j++)
        {
          const ParlanceSpan *span = &g_array_index (block->spans, ParlanceSpan, j);

          g_string_append_printf (out, " {%u-%u ", span->start, span->end);
          for (unsigned flag = 0; flag < 5; flag++)
            if (span->flags & (1u << flag))
              g_string_append_c (out, "escdl"[flag]);
          if (span->target != NULL)
            g_string_append_printf (out, " %s", span->target);
          g_string_append_c (out, '}');
        }
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

static void
assert_sound (GPtrArray *blocks)
{
  for (unsigned i = 0; i < blocks->len; i++)
    {
      const ParlanceBlock *block = blocks->pdata[i];
      size_t length = strlen (block->text);
      unsigned end = 0;

      g_assert_true (g_utf8_validate (block->text, -1, NULL));
      g_assert_cmpint (block->quote_depth + block->list_depth, <=, 100);
      for (unsigned j = 0; j < block->spans->len; j++)
        {
          const ParlanceSpan *span = &g_array_index (block->spans, ParlanceSpan, j);

          g_assert_cmpuint (span->start, >=, end);
          g_assert_cmpuint (span->end, >, span->start);
          g_assert_cmpuint (span->end, <=, length);
          g_assert_cmpuint (span->flags, !=, 0);
          g_assert_true ((span->target != NULL) == ((span->flags & PARLANCE_SPAN_LINK) != 0));
          g_assert_true (((guchar) block->text[span->start] & 0xc0) != 0x80);
          end = span->end;
        }
    }
}

typedef struct
{
  const char *text;
  const char *blocks;
} Case;

static const Case cases[] = {
  { "", "" },
  { "\n \n\t\n", "" },
  { "one", "P one\n" },
  { "one\ntwo", "P one two\n" },
  { "one  \ntwo\\\nthree", "P one\\ntwo\\nthree\n" },
  { "one\n\ntwo", "P one\nP two\n" },
  { "one\r\ntwo\r\n\r\nthree\rfour", "P one two\nP three four\n" },
  { "*a* **b** ***c*** ~~d~~ `e`",
    "P a b c d e {0-1 e} {2-3 s} {4-5 es} {6-7 d} {8-9 c}\n" },
  { "**a *b* c**", "P a b c {0-2 s} {2-3 es} {3-5 s}\n" },
  { "`a\r\nb`", "P a b {0-3 c}\n" },
  { "[a *b*](/u \"t\") [c](<d e>)", "P a b c {0-2 l /u} {2-3 el /u} {4-5 l d e}\n" },
  { "[a](/u)[b](/u)", "P ab {0-1 l /u} {1-2 l /u}\n" },
  { "![an *image*](/i.png)", "P an image {0-3 l /i.png} {3-8 el /i.png}\n" },
  { "![](/i.png)", "P /i.png {0-6 l /i.png}\n" },
  { "[![x](/i.png)](/u)", "P x {0-1 l /u}\n" },
  { "- ![](/i.png)", "P l1 (\xe2\x80\xa2) /i.png {0-6 l /i.png}\n" },
  { "<http://a.b>", "P http://a.b {0-10 l http://a.b}\n" },
  { "http://a.b www.c.d e@f.g", "P http://a.b www.c.d e@f.g\n" },
  { "$5 and $10, \\$x$ [[y]]", "P $5 and $10, $x$ [[y]]\n" },
  { "&amp;&lt;&copy;&#65;&#x42;&NotEqualTilde;", "P &<\xc2\xa9" "AB\xe2\x89\x82\xcc\xb8\n" },
  { "&#0;&#xD800;&#9999999;&nope;&;", "P \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd&nope;&;\n" },
  { "[a](/?x&amp;y)", "P a {0-1 l /?x&y}\n" },
  { "<b>x</b> <!-- y -->\n\n<div>\n\nz\n</div>",
    "P <b>x</b> <!-- y -->\nP <div>\nP z </div>\n" },
  { "# a\n## b ##\n####### c", "H1 a\nH2 b\nP ####### c\n" },
  { "#\n#x", "H1 \nP #x\n" },
  { "a\n===\nb\n---\nc", "H1 a\nH2 b\nP c\n" },
  { "a\n***\nb\n\n---\n- - -\n___", "P a\nR\nP b\nR\nR\nR\n" },
  { "```c extra\nint x;\n\n  y\n```\nz", "C :c int x;\\n\\n  y\nP z\n" },
  { "  ~~~ a&amp;b\\*\n   x\n y\n  ~~~~", "C :a&b*  x\\ny\n" },
  { "```\nx", "C x\n" },
  { "```", "C \n" },
  { "```\n```", "C \n" },
  { "```\n``\n~~~\n````", "C ``\\n~~~\n" },
  { "```\n\tx\r\n\r\ny\n```", "C \\tx\\n\\ny\n" },
  { "``` a`b", "P ``` a`b\n" },
  { "a\n```\nb\n```\nc", "P a\nC b\nP c\n" },
  { "    a\n\n     b\n\nc\n", "C a\\n\\n b\nP c\n" },
  { "\ta\n\t\tb\nc", "C a\\n    b\nP c\n" },
  { "> a\nb\n> > c\n\nd", "P q1 a b\nP q2 c\nP d\n" },
  { "> # a\n> ```x\n> b\n> ```", "H1 q1 a\nC q1 :x b\n" },
  { ">", "" },
  { "- a\n- b\n  - c\n\n    d\n- e", "P l1 (\xe2\x80\xa2) a\nP l1 (\xe2\x80\xa2) b\n"
    "P l2 (\xe2\x80\xa2) c\nP l2 d\nP l1 (\xe2\x80\xa2) e\n" },
  { "- a\n\n- b\n\n\n- c", "P l1 (\xe2\x80\xa2) a\nP l1 (\xe2\x80\xa2) b\nP l1 (\xe2\x80\xa2) c\n" },
  { "1. a\n1. b\n7. c\n\nx\n\n4. d\n5) e", "P l1 (1.) a\nP l1 (2.) b\nP l1 (3.) c\nP x\n"
    "P l1 (4.) d\nP l1 (5.) e\n" },
  { "0. a\n1. b", "P l1 (0.) a\nP l1 (1.) b\n" },
  { "999999999. a\n1. b", "P l1 (999999999.) a\nP l1 (1000000000.) b\n" },
  { "1. a\n   1. b\n   2. c\n2. d",
    "P l1 (1.) a\nP l2 (1.) b\nP l2 (2.) c\nP l1 (2.) d\n" },
  { "1. a\n  2. b\n3. c", "P l1 (1.) a\nP l1 (2.) b\nP l1 (3.) c\n" },
  { "- [ ] a\n- [x] b\n1. [X] c", "P l1 (\xe2\x98\x90) a\nP l1 (\xe2\x98\x91) b\n"
    "P l1 (\xe2\x98\x91) c\n" },
  { "-\n- a\n-", "P l1 (\xe2\x80\xa2) \nP l1 (\xe2\x80\xa2) a\nP l1 (\xe2\x80\xa2) \n" },
  { "- - a", "P l1 (\xe2\x80\xa2) \nP l2 (\xe2\x80\xa2) a\n" },
  { "- > a", "P q1 l1 (\xe2\x80\xa2) a\n" },
  { "- ```x\n  a\n  ```\n- # b", "C l1 (\xe2\x80\xa2) :x a\nH1 l1 (\xe2\x80\xa2) b\n" },
  { "a\n- b\nc", "P a\nP l1 (\xe2\x80\xa2) b c\n" },
  { "a\n2. b", "P a 2. b\n" },
  { "a\n1. b", "P a\nP l1 (1.) b\n" },
  { "- a\n---\n* b\n***", "P l1 (\xe2\x80\xa2) a\nR\nP l1 (\xe2\x80\xa2) b\nR\n" },
  { "| a | b |\n|---|:-:|\n| 1 | *2* |\n| 3 |\n\nx",
    "T a\\tb\\n1\\t2\\n3\\t {6-7 e}\nP x\n" },
  { "a|b\n---|---\n\\||`c\td`", "T a\\tb\\n|\\tc d {6-9 c}\n" },
  { "|a|\n|---|\n|b|\n# c", "T a\\nb\nH1 c\n" },
  { "|  |  |\n|---|---|\n|  | x |", "T \\t\\n\\tx\n" },
  { "[a]: /u\n[b]: <v> 't'\n\n[a] [x][b] [c]", "P a x [c] {0-1 l /u} {2-3 l v}\n" },
  { "[a]\n\n[a]: /u", "P a {0-1 l /u}\n" },
  { "[a]\n\n> [a]: /u\n\n- [a]: /v", "P a {0-1 l /u}\nP l1 (\xe2\x80\xa2) \n" },
  { "- [a]\n\n[a]: /u\n\n- [A]\n", "P l1 (\xe2\x80\xa2) a {0-1 l /u}\n"
    "P l1 (\xe2\x80\xa2) A {0-1 l /u}\n" },
  { "[a]: /u\n---\n[a]", "P --- a {4-5 l /u}\n" },
  { "\xef\xbb\xbf# a", "H1 a\n" },
  { "\xe4\xbd\xa0 **\xe5\xa5\xbd**", "P \xe4\xbd\xa0 \xe5\xa5\xbd {4-7 s}\n" },
};

static void
test_parse (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) blocks = parlance_markdown_parse (cases[i].text, -1);
      g_autofree char *described = describe (blocks);

      assert_sound (blocks);
      if (strcmp (described, cases[i].blocks) != 0)
        g_test_message ("of: %s", cases[i].text);
      g_assert_cmpstr (described, ==, cases[i].blocks);
    }
}

static void
assert_same (GPtrArray *a, GPtrArray *b)
{
  g_assert_cmpuint (a->len, ==, b->len);
  for (unsigned i = 0; i < a->len; i++)
    g_assert_true (parlance_block_equal (a->pdata[i], b->pdata[i]));
}

typedef enum
{
  CUT_NOWHERE,
  CUT_EVERYWHERE,
  CUT_AT_RANDOM,
} Cut;

/* Feeds @text in pieces and holds every update to its word; in the end the blocks must be those
 * of the whole. */
static void
grow (const char *text, size_t length, Cut cut, GRand *rand)
{
  g_autoptr (ParlanceMarkdown) markdown = parlance_markdown_new ();
  g_autoptr (GPtrArray) whole = parlance_markdown_parse (text, length);
  g_autoptr (GPtrArray) before = NULL;

  before = g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_block_unref);
  for (size_t at = 0; at <= length;)
    {
      size_t piece = cut == CUT_NOWHERE      ? length
                     : cut == CUT_EVERYWHERE ? 1
                                             : (size_t) g_rand_int_range (rand, 1, 40);
      gboolean is_end = at == length;
      GPtrArray *blocks = parlance_markdown_get_blocks (markdown);
      unsigned first;

      piece = MIN (piece, length - at);
      if (!is_end)
        parlance_markdown_append (markdown, text + at, piece);
      at += is_end ? 1 : piece;
      if (!is_end && cut == CUT_AT_RANDOM && g_rand_int_range (rand, 0, 3) == 0)
        continue;

      first = is_end ? parlance_markdown_finish (markdown) : parlance_markdown_update (markdown);
      g_assert_true (blocks == parlance_markdown_get_blocks (markdown));
      g_assert_cmpuint (first, <=, blocks->len);
      g_assert_cmpuint (first, <=, before->len);
      for (unsigned i = 0; i < before->len && i < blocks->len; i++)
        {
          if (i < first)
            g_assert_true (before->pdata[i] == blocks->pdata[i]);
          else if (before->pdata[i] != blocks->pdata[i])
            g_assert_false (parlance_block_equal (before->pdata[i], blocks->pdata[i]));
        }
      if (first < before->len && first < blocks->len)
        g_assert_true (before->pdata[first] != blocks->pdata[first]);

      g_ptr_array_set_size (before, 0);
      for (unsigned i = 0; i < blocks->len; i++)
        g_ptr_array_add (before, parlance_block_ref (blocks->pdata[i]));
    }
  assert_same (parlance_markdown_get_blocks (markdown), whole);
}

static void
grow_each_way (const char *text, size_t length, GRand *rand)
{
  grow (text, length, CUT_NOWHERE, rand);
  grow (text, length, CUT_EVERYWHERE, rand);
  for (int i = 0; i < 3; i++)
    grow (text, length, CUT_AT_RANDOM, rand);
}

static void
test_grow_cases (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    grow_each_way (cases[i].text, strlen (cases[i].text), rand);
}

static const struct
{
  const char *bytes;
  size_t      length;
  const char *blocks;
} invalid[] = {
  { "a\0b", 3, "P a\xef\xbf\xbd" "b\n" },
  { "\0", 1, "P \xef\xbf\xbd\n" },
  { "a\xff" "b", 3, "P a\xef\xbf\xbd" "b\n" },
  { "a\xe4\xbd", 3, "P a\xef\xbf\xbd\xef\xbf\xbd\n" },
  { "\xe4\0\xbd", 3, "P \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n" },
  { "\xed\xa0\x80", 3, "P \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n" },
  { "\xf0\x9f\x98\x80\xf0\x9f", 6, "P \xf0\x9f\x98\x80\xef\xbf\xbd\xef\xbf\xbd\n" },
  { "\xc0\x80\xf8\x88\x80\x80\x80", 7, NULL },
  { "```a\0b\n\0\n```", 12, "C :a\xef\xbf\xbd" "b \xef\xbf\xbd\n" },
};

static void
test_invalid (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);

  for (unsigned i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      g_autoptr (GPtrArray) blocks = parlance_markdown_parse (invalid[i].bytes, invalid[i].length);
      g_autofree char *described = describe (blocks);

      assert_sound (blocks);
      if (invalid[i].blocks != NULL)
        g_assert_cmpstr (described, ==, invalid[i].blocks);
      grow_each_way (invalid[i].bytes, invalid[i].length, rand);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/markdown/parse", test_parse);
  g_test_add_func ("/markdown/grow/cases", test_grow_cases);
  g_test_add_func ("/markdown/invalid", test_invalid);

  return g_test_run ();
}
