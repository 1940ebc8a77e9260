/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerInitialize (int    *argc,
                      char ***argv)
{
  /* No input may lead to a call that our own functions complain about. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);

  return 0;
}

FuzzCuts
fuzz_cuts_new (uint8_t seed)
{
  return (FuzzCuts) { seed * 2654435761u + 1 };
}

uint32_t
fuzz_cuts_number (FuzzCuts *cuts)
{
  cuts->state = (uint32_t) ((uint64_t) cuts->state * 1664525u + 1013904223u);

  return cuts->state >> 8;
}

size_t
fuzz_cuts_next (FuzzCuts *cuts,
                size_t    left)
{
  static const uint32_t most[] = { 1, 1, 4, 16, 64, 1024 };
  uint32_t number = fuzz_cuts_number (cuts);
  size_t length = 1 + number / 8 % most[number % G_N_ELEMENTS (most)];

  return MIN (length, left);
}

void
fuzz_assert_text (const char *text,
                  size_t      length)
{
  g_assert_true (g_utf8_validate_len (text, length, NULL));
  g_assert_null (memchr (text, '\0', length));
}

void
fuzz_assert_line (const char *text)
{
  fuzz_assert_text (text, strlen (text));

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (p));

      g_assert_true (type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT &&
                     type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR);
    }
}
