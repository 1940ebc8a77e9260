/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-conversation.h"

#define MAX_TITLE 60 /* characters */

/* Bidi controls would turn around the text beside the title. Joiners stay: emoji need them. */
static gboolean
is_unwanted (gunichar c)
{
  return g_unichar_iscntrl (c) || c == 0xfeff || c == 0xfffd || c == 0x061c || c == 0x200e
         || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Past the marks that Markdown has at the beginning of a line: headings, quotes, list items. */
static const char *
skip_marks (const char *text)
{
  while (TRUE)
    {
      size_t n = strspn (text, "#");

      if (n == 0)
        n = strspn (text, ">");
      if (n == 0 && strchr ("-*+", *text) != NULL && *text != '\0')
        n = 1;
      if (n > 0 && text[n] != ' ' && text[n] != '\t')
        return text;

      n += strspn (text + n, " \t");
      if (n == 0)
        return text;
      text += n;
    }
}

/* Appends what can be read of the line from @text to @end. */
static void
append_line (GString    *title,
             const char *text,
             const char *end)
{
  gboolean blank = FALSE;
  size_t n = 0;

  for (text = skip_marks (text); text < end; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (g_unichar_isspace (c))
        blank = title->len > 0;
      else if (!is_unwanted (c))
        {
          if (n + blank >= MAX_TITLE)
            {
              g_string_append (title, "…");
              return;
            }
          if (blank)
            g_string_append_c (title, ' ');
          g_string_append_unichar (title, c);
          n += 1 + blank;
          blank = FALSE;
        }
    }
}

char *
parlance_title_from_text (const char *text)
{
  g_autofree char *valid = NULL;
  GString *title = g_string_new (NULL);

  g_return_val_if_fail (text != NULL, g_string_free (title, FALSE));

  /* A title needs the beginning only; a paste may be megabytes. */
  valid = g_utf8_make_valid (text, strnlen (text, 64 * 1024));

  for (const char *line = valid; *line != '\0' && title->len == 0;)
    {
      const char *end = line + strcspn (line, "\r\n");

      /* The fence of a code block tells nothing, its first line may. */
      if (!g_str_has_prefix (line, "```"))
        append_line (title, line, end);
      line = end + (*end != '\0');
    }

  return g_string_free (title, FALSE);
}
