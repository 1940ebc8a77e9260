/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-block.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <time.h>

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
  { "> a\n>\n> b\nc\n>\n> - d\n>\n>   e\n>\n> f\n> ```\n>\n> g\n> ```",
    "P q1 a\nP q1 b c\nP q1 l1 (\xe2\x80\xa2) d\nP q1 l1 e\nP q1 f\nC q1 \\ng\n" },
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
  { "|a|b|\n|-|:-|\n|c|d|", "T a\\tb\\nc\\td\n" },
  { "|a|\n| - - |", "P |a| | - - |\n" },
  { "|a\nb -|- c", "P |a b -|- c\n" },
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

/* Of processor time, for one parse. */
#ifdef __SANITIZE_ADDRESS__
#define SECONDS_MAX 5.0
#else
#define SECONDS_MAX 0.5
#endif

static void
assert_quick (const char *name, const char *text, size_t length)
{
  gint64 start = clock ();
  g_autoptr (GPtrArray) blocks = parlance_markdown_parse (text, length);
  double seconds = (double) (clock () - start) / CLOCKS_PER_SEC;

  if (seconds > SECONDS_MAX)
    g_test_message ("%s took %.3f s", name, seconds);
  g_assert_cmpfloat (seconds, <=, SECONDS_MAX);
  assert_sound (blocks);
}

static void
test_hostile (void)
{
  static const struct
  {
    const char *unit;
    const char *middle;
    const char *closer;
  } hostile[] = {
    { "[", "", "]" },          { "[", "\n\n[a]: /b", "" }, { "](\n[", "", "" },
    { "[a](<b", "", "" },      { "![", "", "](u)" },       { "[a]: /u\n", "", "" },
    { "[a][b] ", "", "" },     { "*a **b _c __d ", "", "" }, { "*_", "a", "_*" },
    { "`", "a", "``" },        { "<", "", "" },            { "<a b=\"", "", "" },
    { ">", "", "" },           { "> ", "a\n", "" },        { "- ", "a", "" },
    { "1. ", "a", "" },        { "* ", "a\n", "* " },      { "&#x", "", "" },
    { "|", "\n|---|---|\n", "|" }, { "a\n-\n", "", "" },    { "-\n", "", "" },
    { "~~", "a", "~~" },       { "\\", "", "" },           { "- a\n ", "", "" },
    { "\xcc\x81", "", "" },    { "\xff", "", "" },         { "```\n", "", "" },
  };
  static const unsigned sizes[] = { 2000, 60000, 300000 };

  for (unsigned i = 0; i < G_N_ELEMENTS (hostile); i++)
    for (unsigned j = 0; j < G_N_ELEMENTS (sizes); j++)
      {
        g_autoptr (GString) text = g_string_new (NULL);

        while (text->len < sizes[j])
          g_string_append (text, hostile[i].unit);
        g_string_append (text, hostile[i].middle);
        while (text->len < 2 * sizes[j] && *hostile[i].closer != '\0')
          g_string_append (text, hostile[i].closer);
        assert_quick (hostile[i].unit, text->str, text->len);
      }
}

/* Nothing that was said is lost where Markdown is given up. */
static void
test_too_deep (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) blocks = NULL;
  const ParlanceBlock *block;

  for (int i = 0; i < 101; i++)
    g_string_append (text, "> ");
  g_string_append (text, "deep\n\n# shallow");
  blocks = parlance_markdown_parse (text->str, text->len);
  g_assert_cmpuint (blocks->len, ==, 2);
  block = blocks->pdata[0];
  g_assert_cmpint (block->kind, ==, PARLANCE_BLOCK_PARAGRAPH);
  g_assert_cmpint (block->quote_depth, ==, 0);
  g_assert_true (g_str_has_suffix (block->text, "> deep"));
  block = blocks->pdata[1];
  g_assert_cmpint (block->kind, ==, PARLANCE_BLOCK_HEADING);

  g_string_erase (text, 0, 2);
  g_clear_pointer (&blocks, g_ptr_array_unref);
  blocks = parlance_markdown_parse (text->str, text->len);
  block = blocks->pdata[0];
  g_assert_cmpint (block->quote_depth, ==, 100);
  g_assert_cmpstr (block->text, ==, "deep");
}

static void
test_too_large (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) blocks = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  size_t seen = 0;

  for (int i = 0; i < 20000; i++)
    g_string_append (text, "**w** \xe4\xbd\xa0\n");
  g_string_append (text, "\n# end");
  blocks = parlance_markdown_parse (text->str, text->len);
  for (unsigned i = 0; i < blocks->len; i++)
    seen += strlen (((ParlanceBlock *) blocks->pdata[i])->text);
  g_assert_cmpuint (seen, >, 20000 * strlen ("w \xe4\xbd\xa0"));
  g_assert_cmpint (((ParlanceBlock *) blocks->pdata[blocks->len - 1])->kind, ==,
                   PARLANCE_BLOCK_HEADING);
  assert_sound (blocks);
  grow (text->str, text->len, CUT_NOWHERE, rand);
}

/* What streams must not turn into something else and back. */
static void
test_no_flicker (void)
{
  static const struct
  {
    const char *text;
    const char *blocks;
  } steps[] = {
    { "Text\n-", "P Text\n" },      { "Text\n--", "P Text\n" },  { "Text\n==", "P Text\n" },
    { "Text\n- ", "P Text\n" },     { "Text\n\n1", "P Text\n" }, { "Text\n\n``", "P Text\n" },
    { "```\nx\n``", "C x\n" },      { "```\nx\n```", "C x\n" },  { "Text\n\n##", "P Text\n" },
    { "Text\n- a", "P Text\nP l1 (\xe2\x80\xa2) a\n" },
    { "a|b\n---", "P a|b\n" },      { "- a\n-", "P l1 (\xe2\x80\xa2) a\n" },
    { "Text\n---\n", "H2 Text\n" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (ParlanceMarkdown) markdown = parlance_markdown_new ();
      g_autofree char *described = NULL;

      parlance_markdown_append (markdown, steps[i].text, -1);
      parlance_markdown_update (markdown);
      described = describe (parlance_markdown_get_blocks (markdown));
      g_assert_cmpstr (described, ==, steps[i].blocks);
    }
}

static void
test_source_start (void)
{
  const char *text = "# a\nb\n- c\n- d\n\n  e\n\n```\nf\n```\n> g\n***\n\n  h";
  static const size_t starts[] = { 0, 4, 6, 10, 10, 20, 30, 34, 39 };
  g_autoptr (GPtrArray) blocks = parlance_markdown_parse (text, -1);

  g_assert_cmpuint (blocks->len, ==, G_N_ELEMENTS (starts));
  for (unsigned i = 0; i < blocks->len; i++)
    g_assert_cmpuint (((ParlanceBlock *) blocks->pdata[i])->source_start, ==, starts[i]);
}

static const char *
data_folder (void)
{
  const char *folder = g_getenv ("PARLANCE_TEST_DATA");

  if (folder == NULL)
    g_test_skip ("PARLANCE_TEST_DATA is not set");
  return folder;
}

static JsonArray *
load_array (JsonParser *parser, const char *path)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_node_get_array (json_parser_get_root (parser));
}

static void
test_specification (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  g_autofree char *path = NULL;
  JsonArray *examples;

  if (data_folder () == NULL)
    return;
  path = g_build_filename (data_folder (), "markdown", "spec.tests.json", NULL);
  examples = load_array (parser, path);
  g_assert_cmpuint (json_array_get_length (examples), >, 0);
  for (unsigned i = 0; i < json_array_get_length (examples); i++)
    {
      JsonObject *example = json_array_get_object_element (examples, i);
      const char *text = json_object_get_string_member (example, "markdown");

      grow_each_way (text, strlen (text), rand);
    }
}

static GBytes *
unpack (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) packed = G_INPUT_STREAM (g_file_read (file, NULL, &error));
  g_autoptr (GZlibDecompressor) unzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();

  g_assert_no_error (error);
  stream = g_converter_input_stream_new (packed, G_CONVERTER (unzip));
  g_output_stream_splice (out, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
  g_assert_no_error (error);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static void
test_pathological (void)
{
  static const size_t sizes[] = { 5000, 30000, 65000, G_MAXSIZE };
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *folder = NULL;
  g_autofree char *index = NULL;
  JsonArray *inputs;

  if (data_folder () == NULL)
    return;
  folder = g_build_filename (data_folder (), "markdown", "pathological", NULL);
  index = g_build_filename (folder, "index.json", NULL);
  inputs = load_array (parser, index);
  for (unsigned i = 0; i < json_array_get_length (inputs); i++)
    {
      JsonObject *input = json_array_get_object_element (inputs, i);
      const char *name = json_object_get_string_member (input, "file");
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GBytes) bytes = unpack (path);

      for (unsigned j = 0; j < G_N_ELEMENTS (sizes); j++)
        assert_quick (name, g_bytes_get_data (bytes, NULL),
                      MIN (g_bytes_get_size (bytes), sizes[j]));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/markdown/parse", test_parse);
  g_test_add_func ("/markdown/invalid", test_invalid);
  g_test_add_func ("/markdown/source-start", test_source_start);
  g_test_add_func ("/markdown/grow/cases", test_grow_cases);
  g_test_add_func ("/markdown/grow/no-flicker", test_no_flicker);
  g_test_add_func ("/markdown/hostile/generated", test_hostile);
  g_test_add_func ("/markdown/hostile/too-deep", test_too_deep);
  g_test_add_func ("/markdown/hostile/too-large", test_too_large);
  g_test_add_func ("/markdown/hostile/pathological", test_pathological);
  g_test_add_func ("/markdown/specification", test_specification);

  return g_test_run ();
}
