/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-prose.h"
#include "parlance-text.h"

#include <gtk/gtk.h>
#include <string.h>
#include <time.h>

/* Milliseconds that one piece of text may take. Checked memory is slower. */
#ifdef __SANITIZE_ADDRESS__
#define LIMIT 500
#else
#define LIMIT 100
#endif

static GArray *
make_spans (const ParlanceSpan *spans,
            unsigned            n)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (ParlanceSpan));

  g_array_append_vals (array, spans, n);

  return array;
}

/* What stands for what cannot be shown, in prose and in code. */
static void
test_visible (void)
{
  static const struct
  {
    const char *text;
    const char *prose;
    const char *code;
  } cases[] = {
    { "plain", "plain", "plain" },
    { "", "", "" },
    { "tab\tline\nend", "tab\tline\nend", "tab\tline\nend" },
    { "\x1b[31mred\x7f", "␛[31mred␡", "␛[31mred␡" },
    { "a\xc2\x85" "b\xe2\x80\xa8" "c", "a\xef\xbf\xbd" "b\xef\xbf\xbd" "c",
      "a\xef\xbf\xbd" "b\xef\xbf\xbd" "c" },
    { "a\xe2\x80\xae" "b", "a\xe2\x80\xae" "b", "a‹U+202E›b" },
    { "é中文👩‍👩‍👧", "é中文👩‍👩‍👧", "é中文👩‍👩‍👧" },
    { "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81x",
      "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81x",
      "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81x" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      size_t length = strlen (cases[i].text);
      g_autoptr (ParlanceText) prose =
        parlance_text_new (cases[i].text, 0, length, NULL, PARLANCE_TEXT_PROSE);
      g_autoptr (ParlanceText) code =
        parlance_text_new (cases[i].text, 0, length, NULL, PARLANCE_TEXT_CODE);

      g_assert_cmpstr (prose->text, ==, cases[i].prose);
      g_assert_cmpstr (code->text, ==, cases[i].code);
      g_assert_null (prose->markup);
    }
}

static void
test_spans (void)
{
  /* 0123 45678 (a control character of 1 byte becomes one of 3) */
  static const char text[] = "a\x01" "bc bold link";
  const ParlanceSpan given[] = {
    { 1, 3, PARLANCE_SPAN_EMPHASIS, NULL },
    { 5, 9, PARLANCE_SPAN_STRONG | PARLANCE_SPAN_CODE, NULL },
    { 10, 14, PARLANCE_SPAN_LINK, (char *) "https://example.org/?a=1&b=<2>" },
  };
  g_autoptr (GArray) spans = make_spans (given, G_N_ELEMENTS (given));
  g_autoptr (ParlanceText) whole =
    parlance_text_new (text, 0, strlen (text), spans, PARLANCE_TEXT_PROSE);
  g_autoptr (ParlanceText) piece =
    parlance_text_new (text, 7, strlen (text), spans, PARLANCE_TEXT_PROSE);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_from_string (
    "0 -1 insert-hyphens false\n1 5 style italic\n"
    "7 11 weight bold\n7 11 family \"monospace\"\n7 11 scale 0.92\n"
    "7 11 background #800080008000\n7 11 background-alpha 10240");
  g_autofree char *found = pango_attr_list_to_string (whole->attributes);
  g_autofree char *expected = pango_attr_list_to_string (attributes);

  g_assert_cmpstr (whole->text, ==, "a␁bc bold link");
  g_assert_cmpstr (found, ==, expected);
  g_assert_cmpstr (whole->markup, ==,
                   "a␁bc bold <a href=\"https://example.org/?a=1&amp;b=&lt;2&gt;\" "
                   "title=\"https://example.org/?a=1&amp;amp;b=&amp;lt;2&amp;gt;\">link</a>");

  /* A piece that begins inside a span has the rest of it. */
  g_assert_cmpstr (piece->text, ==, "ld link");
  g_assert_true (g_str_has_prefix (piece->markup, "ld <a href"));
}

static void
test_links (void)
{
  static const struct
  {
    const char *target;
    gboolean    safe;
    const char *shown;
  } cases[] = {
    { "https://example.org/", TRUE, "https://example.org/" },
    { "HTTP://example.org", TRUE, "HTTP://example.org" },
    { "mailto:a@example.org", TRUE, "mailto:a@example.org" },
    { "https://例子.中国/", TRUE, "https://例子.中国/" },
    { "", FALSE, "" },
    { "https://", FALSE, "https://" },
    { "file:///etc/passwd", FALSE, "file:///etc/passwd" },
    { "javascript:alert(1)", FALSE, "javascript:alert(1)" },
    { " https://example.org", FALSE, " https://example.org" },
    { "data:text/html,x", FALSE, "data:text/html,x" },
    { "https", FALSE, "https" },
    { "https://example.org/\n", FALSE, "https://example.org/ " },
    { "https://example.org/\xe2\x80\xae" "gpj", FALSE, "https://example.org/‹U+202E›gpj" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = parlance_text_show_target (cases[i].target);

      g_assert_cmpint (parlance_text_link_is_safe (cases[i].target), ==, cases[i].safe);
      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

/* Text that made Pango stand still: 100 kB of @unit after @start. */
static const struct
{
  const char *name;
  const char *start;
  const char *unit;
} hostile[] = {
  { "unbroken", "", "x" },
  { "words", "", "word " },
  { "marks", "e", "\xcc\x81" },
  { "marks and letters", "",
    "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88\xcc\x89" },
  { "joined emoji", "", "👩\xe2\x80\x8d" },
  { "families", "", "👩‍👩‍👧‍👦" },
  { "joiners", "", "\xe2\x80\x8d" },
  { "embeddings", "", "\xe2\x80\xae" },
  { "isolates", "", "\xe2\x81\xa6" "a" },
  { "scripts", "", "aаαאا中กअ😀" },
  { "chinese", "", "中文排序" },
  { "arabic", "", "سلام" },
  { "thai", "", "ภาษาไทย" },
  { "tibetan", "", "བོད" },
  { "tabs", "", "\t" },
  { "tabs in words", "a", "a\t\t\t\t\t\t" },
  { "lines", "", "\n" },
  { "short lines", "", "a\n" },
  { "controls", "", "\x01" },
  { "zero width", "", "\xe2\x80\x8b" },
  { "soft hyphens", "", "a\xc2\xad" },
  { "markup", "", "<b>&amp;</b>" },
  { "private", "", "\xee\x80\x80\xf4\x80\x80\x80" },
  { "variation", "x", "\xef\xb8\x8f" },
  { "no-break spaces", "", "a\xc2\xa0" },
};

/* In ms of this thread's own: what else the machine does is not counted. */
static double
get_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void
test_hostile (void)
{
  GtkWidget *label = g_object_ref_sink (parlance_prose_new ());
  double total = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (hostile); i++)
    for (ParlanceTextKind kind = PARLANCE_TEXT_PROSE; kind <= PARLANCE_TEXT_TABLE; kind++)
      {
        g_autoptr (GString) text = g_string_new (hostile[i].start);
        size_t end;
        double worst = 0;
        unsigned n = 0;

        while (text->len < 100000)
          g_string_append (text, hostile[i].unit);

        /* Every piece is cut as the next would be: the first ones stand for all. */
        for (size_t start = 0; start < text->len && n < 3; start = end, n++)
          {
            double begin = get_time ();
            int least, height;

            end = parlance_text_piece_end (text->str, text->len, start, kind);
            g_assert_cmpuint (end, >, start);
            g_assert_cmpuint (end - start, <=, 4096);
            g_assert_true (g_utf8_validate (text->str + start, end - start, NULL));

            parlance_prose_set (GTK_LABEL (label), text->str, start, end, NULL,
                                kind == PARLANCE_TEXT_TABLE ? PARLANCE_TEXT_PROSE : kind);
            /* No text makes the window wider; code scrolls sideways. */
            gtk_widget_measure (label, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
            if (kind != PARLANCE_TEXT_CODE)
              g_assert_cmpint (least, <=, 300);
            /* As narrow as in the narrowest window: the more lines, the more work. */
            gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, MAX (200, least), &height,
                                NULL, NULL, NULL);
            worst = MAX (worst, get_time () - begin);
          }
        total += worst;
        g_test_message ("%s: %.1f ms", hostile[i].name, worst);
        /* The first use of a script also loads its font. */
        g_assert_cmpfloat (worst, <, LIMIT);
      }

  g_test_message ("together %.0f ms", total);
  g_object_unref (label);
}

/* Pieces are whole characters, and together they are the text. */
static void
test_pieces (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  unsigned n = 0;
  size_t end;

  for (int i = 0; i < 2000; i++)
    g_string_append_printf (text, "word%d 中文 ", i);
  for (size_t start = 0; start < text->len; start = end, n++)
    {
      end = parlance_text_piece_end (text->str, text->len, start, PARLANCE_TEXT_PROSE);
      g_assert_cmpuint (end, >, start);
      g_assert_cmpint (text->str[end - 1], ==, ' ');
    }
  g_assert_cmpuint (n, ==, (text->len + 4095) / 4096);

  g_assert_cmpuint (parlance_text_piece_end ("", 0, 0, PARLANCE_TEXT_PROSE), ==, 0);
  g_assert_cmpuint (parlance_text_piece_end ("a\nb\n", 4, 0, PARLANCE_TEXT_CODE), ==, 4);
}

/* A label takes what is made for it without a warning, which would end the test. */
static void
test_label (void)
{
  static const char text[] = "a <b>&\x02 link";
  const ParlanceSpan given[] = {
    { 8, 12, PARLANCE_SPAN_LINK | PARLANCE_SPAN_STRONG, (char *) "https://example.org/\"'<>&" },
  };
  g_autoptr (GArray) spans = make_spans (given, 1);
  GtkWidget *label = g_object_ref_sink (parlance_prose_new ());

  parlance_prose_set (GTK_LABEL (label), text, 0, strlen (text), spans, PARLANCE_TEXT_PROSE);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "a <b>&␂ link");
  parlance_prose_set (GTK_LABEL (label), text, 0, 7, spans, PARLANCE_TEXT_PROSE);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "a <b>&␂");

  g_assert_finalize_object (label);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();

  g_test_add_func ("/text/visible", test_visible);
  g_test_add_func ("/text/spans", test_spans);
  g_test_add_func ("/text/links", test_links);
  g_test_add_func ("/text/pieces", test_pieces);
  g_test_add_func ("/text/label", test_label);
  g_test_add_func ("/text/hostile", test_hostile);

  return g_test_run ();
}
