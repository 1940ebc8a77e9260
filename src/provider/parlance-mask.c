/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-mask.h"

#include <stdint.h>
#include <string.h>

#define MASK "•••"
/* So much of a token may be told: services that hide one often leave its ends to be seen. */
#define WINDOW 8

/* Hosts come back in small letters, and base64 has two alphabets. */
static unsigned char
fold (char c)
{
  if (c == '-')
    return '+';
  if (c == '_')
    return '/';

  return (unsigned char) g_ascii_tolower (c);
}

static uint64_t
push (uint64_t window,
      char     c)
{
  return window << 8 | fold (c);
}

static void
add_windows (GHashTable *windows,
             const char *form)
{
  uint64_t window = 0;

  for (size_t i = 0; form[i] != '\0'; i++)
    {
      window = push (window, form[i]);
      if (i + 1 >= WINDOW)
        g_hash_table_add (windows, g_memdup2 (&window, sizeof window));
    }
}

/* What stands before a token shifts its bits: by none, one or two bytes. */
static void
add_base64 (GHashTable *windows,
            const char *token)
{
  for (unsigned shift = 0; shift < 3; shift++)
    {
      g_autofree char *shifted = g_strdup_printf ("%.*s%s", (int) shift, "xx", token);
      g_autofree char *form = g_base64_encode ((const guchar *) shifted, strlen (shifted));

      /* The last characters hold bits of what stands after it. */
      form[strlen (shifted) * 4 / 3] = '\0';
      add_windows (windows, form + (shift * 8 + 5) / 6);
      explicit_bzero (shifted, strlen (shifted));
      explicit_bzero (form, strlen (form));
    }
}

static void
add_percent (GHashTable *windows,
             const char *token)
{
  g_autofree char *some = g_uri_escape_string (token, NULL, FALSE);
  g_autofree char *all = g_malloc0 (3 * strlen (token) + 1);

  for (size_t i = 0; token[i] != '\0'; i++)
    g_snprintf (all + 3 * i, 4, "%%%02x", (unsigned char) token[i]);
  add_windows (windows, some);
  add_windows (windows, all);
  explicit_bzero (some, strlen (some));
  explicit_bzero (all, strlen (all));
}

static void
free_window (gpointer window)
{
  explicit_bzero (window, sizeof (uint64_t));
  g_free (window);
}

static gboolean
is_inside_character (char c)
{
  return ((unsigned char) c & 0xc0) == 0x80;
}

void
parlance_mask_token (GString    *text,
                     const char *token)
{
  g_autoptr (GHashTable) windows = NULL;
  g_autoptr (GString) out = NULL;
  uint64_t window = 0;
  size_t done = 0, start = 0, end = 0; /* @start to @end: the run that is being found */

  g_return_if_fail (text != NULL && token != NULL);

  if (*token == '\0')
    return;
  if (strlen (token) < WINDOW)
    {
      g_string_replace (text, token, MASK, 0);
      return;
    }

  windows = g_hash_table_new_full (g_int64_hash, g_int64_equal, free_window, NULL);
  add_windows (windows, token);
  add_base64 (windows, token);
  add_percent (windows, token);

  out = g_string_sized_new (text->len);
  for (size_t i = 0; i <= text->len; i++)
    {
      gboolean found = FALSE;

      if (i < text->len)
        {
          window = push (window, text->str[i]);
          found = i + 1 >= WINDOW && g_hash_table_contains (windows, &window);
        }

      if (end > 0 && (i == text->len || (found && i + 1 - WINDOW > end)))
        {
          while (is_inside_character (text->str[start]))
            start--;
          while (is_inside_character (text->str[end]))
            end++;
          g_string_append_len (out, text->str + done, start - done);
          g_string_append (out, MASK);
          done = end;
          end = 0;
        }
      if (found)
        {
          if (end == 0)
            start = MAX (done, i + 1 - WINDOW);
          end = i + 1;
        }
    }
  g_string_append (out, text->str + done);

  g_string_assign (text, out->str);
  explicit_bzero (out->str, out->len);
}
