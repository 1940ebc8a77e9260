/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "parlance-block.h"

#include <string.h>
#include <time.h>

/* Input: three short pieces of Markdown with a NUL between them. The first is repeated to a large
 * text, the second follows once, the third is repeated again: what takes a parser too long is
 * mostly of this shape. */

#define UNIT_MAX 64
#define TEXT_MAX 60000

/* Of processor time, for one parse; sanitised code may take ten times as long. */
#if defined(__SANITIZE_ADDRESS__)
#define SECONDS_MAX 5.0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SECONDS_MAX 5.0
#endif
#endif
#ifndef SECONDS_MAX
#define SECONDS_MAX 0.5
#endif

static void
repeat (GString    *text,
        const char *unit,
        size_t      length,
        size_t      up_to)
{
  while (length > 0 && text->len + length <= up_to)
    g_string_append_len (text, unit, length);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) blocks = NULL;
  const char *parts[3] = { NULL };
  size_t lengths[3] = { 0 };
  clock_t start;
  double seconds;

  for (int i = 0; i < 3 && size > 0; i++)
    {
      const uint8_t *nul = memchr (data, '\0', size);
      size_t length = nul != NULL ? (size_t) (nul - data) : size;

      parts[i] = (const char *) data;
      lengths[i] = MIN (length, UNIT_MAX);
      length += nul != NULL;
      data += length;
      size -= length;
    }

  repeat (text, parts[0], lengths[0], TEXT_MAX);
  if (lengths[1] > 0)
    g_string_append_len (text, parts[1], lengths[1]);
  repeat (text, parts[2], lengths[2], 2 * TEXT_MAX);

  start = clock ();
  blocks = parlance_markdown_parse (text->str, text->len);
  seconds = (double) (clock () - start) / CLOCKS_PER_SEC;
  g_assert_cmpfloat (seconds, <=, SECONDS_MAX);

  return 0;
}
