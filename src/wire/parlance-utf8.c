/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-utf8.h"

#include <stdint.h>
#include <string.h>

/* The sequence at @p: its length where it is well-formed, else minus the length of its longest
 * part that could have begun one (Unicode 15, table 3-7; at least one byte). */
static int
sequence (const unsigned char *p,
          size_t               length)
{
  unsigned char low = 0x80, high = 0xbf;
  int needed;

  if (p[0] < 0x80)
    return 1;
  else if (p[0] >= 0xc2 && p[0] <= 0xdf)
    needed = 2;
  else if (p[0] >= 0xe0 && p[0] <= 0xef)
    needed = 3;
  else if (p[0] >= 0xf0 && p[0] <= 0xf4)
    needed = 4;
  else
    return -1;

  /* No overlong form, no surrogate, nothing past U+10FFFF. */
  switch (p[0])
    {
    case 0xe0: low = 0xa0; break;
    case 0xed: high = 0x9f; break;
    case 0xf0: low = 0x90; break;
    case 0xf4: high = 0x8f; break;
    default: break;
    }

  for (int i = 1; i < needed; i++)
    {
      if ((size_t) i == length || p[i] < low || p[i] > high)
        return -i;
      low = 0x80;
      high = 0xbf;
    }

  return needed;
}

size_t
parlance_utf8_valid_prefix (const char *text,
                            size_t      length)
{
  const unsigned char *start = (const unsigned char *) text;
  const unsigned char *p = start, *end = start + length;

  while (p < end)
    {
      int step;

      /* Most of it is ASCII: as many bytes at once as registers hold. */
      while (end - p >= 32)
        {
          uint64_t words[4];

          memcpy (words, p, sizeof words);
          if ((words[0] | words[1] | words[2] | words[3]) & UINT64_C (0x8080808080808080))
            break;
          p += sizeof words;
        }
      while (p < end && *p < 0x80)
        p++;

      /* Runs of other scripts, without going back to look for ASCII in between. */
      while (p < end && *p >= 0x80)
        {
          if (end - p >= 3 && p[0] > 0xe0 && p[0] < 0xf0 && p[0] != 0xed
              && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80)
            {
              p += 3;
              continue;
            }

          step = sequence (p, end - p);
          if (step < 0)
            return p - start;
          p += step;
        }
    }

  return length;
}

size_t
parlance_utf8_ill_formed (const char *text,
                          size_t      length)
{
  int step;

  g_return_val_if_fail (length > 0, 0);

  step = sequence ((const unsigned char *) text, length);
  g_return_val_if_fail (step < 0, (size_t) step);

  return (size_t) -step;
}
