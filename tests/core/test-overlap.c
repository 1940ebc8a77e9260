/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-overlap.h"

#include <string.h>

static const struct
{
  const char *existing;
  const char *continuation;
  const char *expected;
} cases[] = {
  { "", "", "" },
  { "", "From the beginning.", "From the beginning." },
  { "The answer is ", "42.", "42." },
  { "The answer is forty", "The answer is forty-two.", "-two." },
  { "So the answer is forty", "the answer is forty-two.", "-two." },
  { "the answer is forty", "the answer is forty", "" },
  /* Short agreement is chance, not repetition. */
  { "very ", "very good", "very good" },
  { "bo", "bored", "bored" },
  { "abcabcabcabcabc", "abcabcabcabcabcdef", "def" },
  { "天空是蓝色的，因为", "天空是蓝色的，因为散射。", "散射。" },
  { "almost the same text", "almost the same word", "almost the same word" },
};

static void
test_cuts (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *continuation = cases[i].continuation;
      size_t length = strlen (continuation);

      for (size_t step = 1; step <= length + 1; step++)
        {
          g_autoptr (ParlanceOverlap) overlap =
            parlance_overlap_new (cases[i].existing, strlen (cases[i].existing));
          g_autoptr (GString) out = g_string_new (NULL);

          for (size_t at = 0; at < length; at += step)
            parlance_overlap_feed (overlap, continuation + at, MIN (step, length - at), out);
          parlance_overlap_flush (overlap, out);
          g_assert_cmpstr (out->str, ==, cases[i].expected);
        }
    }
}

/* What cannot be a repetition is not held back. */
static void
test_prompt (void)
{
  g_autoptr (ParlanceOverlap) overlap = parlance_overlap_new ("Hello, world, how", 17);
  g_autoptr (GString) out = g_string_new (NULL);

  parlance_overlap_feed (overlap, "X", 1, out);
  g_assert_cmpstr (out->str, ==, "X");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/overlap/cuts", test_cuts);
  g_test_add_func ("/overlap/prompt", test_prompt);

  return g_test_run ();
}
