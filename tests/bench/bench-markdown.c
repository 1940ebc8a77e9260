/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-block.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How fast a text becomes blocks, and whether the second half of a reply that streams costs more
 * than the first: as it would, were more parsed again than the end. */

#define REPLY_LENGTH ((size_t) 41 * 1024)
#define DELTA_LENGTH ((size_t) 4)
#define DELTAS_PER_UPDATE 33
#define RUNS 15

static const struct
{
  const char *name;
  const char *head;
  const char *unit;
  size_t      length;
} texts[] = {
  { "", "",
    "## On *rivers* and `streams`\n\n"
    "A river **carries** what it [finds](https://example.org/water), and leaves it where the\n"
    "land is flat. What it leaves is *fine*, and what grows there grows well.\n\n"
    "- the source, which is cold\n- the bed\n  - of stone\n  - of sand\n- the mouth\n\n"
    "1. Look\n2. Measure twice, and write down both\n3. Compare\n\n"
    "```c\nint\nmain (void)\n{\n  return flow (source, mouth);\n}\n```\n\n"
    "> Nobody steps into the same river twice.\n> It was said long ago.\n\n"
    "| river | length | mouth |\n|-------|-------:|-------|\n| one | 120 | sea |\n| two | 80 | lake |\n\n",
    REPLY_LENGTH },
  { "-list", "", "- an item that says **something** of some length about `it`\n", REPLY_LENGTH },
  { "-fence", "```c\n", "  value = next (value, \"some text\"); /* and why */\n", REPLY_LENGTH },
  { "-table", "| a | b |\n|---|---|\n", "| some text | *more* text |\n", REPLY_LENGTH },
  { "-quotes", "", "> What was said, and **how** it was said.\n>\n", REPLY_LENGTH },
  { "-paragraph", "", "words of *one* long paragraph that has no end, ", 10 * 1024 },
};

static char *
make_text (const char *head, const char *unit, size_t length)
{
  GString *text = g_string_new (head);

  while (text->len < length)
    g_string_append (text, unit);
  return g_string_free (text, FALSE);
}

static double
seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (double *values)
{
  qsort (values, RUNS, sizeof (double), compare);
  return values[RUNS / 2];
}

static double
half_ratio (const char *text)
{
  g_autoptr (ParlanceMarkdown) markdown = parlance_markdown_new ();
  size_t length = strlen (text);
  double start = seconds ();
  double middle = 0;
  unsigned deltas = 0;

  for (size_t at = 0; at < length; at += DELTA_LENGTH)
    {
      if (middle == 0 && at >= length / 2)
        middle = seconds ();
      parlance_markdown_append (markdown, text + at, MIN (DELTA_LENGTH, length - at));
      if (++deltas % DELTAS_PER_UPDATE == 0)
        parlance_markdown_update (markdown);
    }
  return (seconds () - middle) / (middle - start);
}

static double
throughput (const char *text)
{
  double start = seconds ();

  for (int i = 0; i < 20; i++)
    {
      g_autoptr (GPtrArray) blocks = parlance_markdown_parse (text, -1);

      if (blocks->len == 0)
        abort ();
    }
  return 20 * strlen (text) / (seconds () - start) / 1e6;
}

int
main (void)
{
  double values[RUNS];

  for (unsigned i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text = make_text (texts[i].head, texts[i].unit, texts[i].length);

      if (i == 0)
        {
          for (int run = 0; run < RUNS; run++)
            values[run] = throughput (text);
          printf ("figure markdown-throughput %.1f MB/s\n", median (values));
        }
      for (int run = 0; run < RUNS; run++)
        values[run] = half_ratio (text);
      printf ("figure markdown-half-ratio%s %.2f x\n", texts[i].name, median (values));
    }
  return 0;
}
