/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-text.h"

#include <string.h>

/* Pango takes time that grows with the square of an unbroken run, and with the marks stacked on one
 * base: 100 kB without a blank took 21 s, 50,000 marks 10 s. */
#define MAX_RUN 384
#define BREAKLESS_PIECE 1024
#define MAX_MARKS 8
/* What is joined is one character, which cannot be broken: more than a family is several. */
#define MAX_JOINED 8
/* Tabs in a row are not broken either: more make a label wider than its window. Only code with a
 * block of its own is scrolled sideways. */
#define MAX_TABS 4
#define MAX_CODE_TABS 16
#define MAX_PIECE 4096
/* So many letters cost as much to lay out as one of these. */
#define EMOJI_WEIGHT 32
#define JOINER_WEIGHT 64
#define BLANK_WEIGHT 8 /* after another */
#define MAX_PIECE_LINES 128
#define MAX_PIECE_ROWS 24 /* of a table: each is several labels */
#define MAX_TARGET 512
#define MAX_LINE 512
/* Of a line in a field, which is laid out anew at every key. */
#define MAX_FIELD_LINE (16 * 1024)
#define MAX_FIELD_MARKS 256

void
parlance_text_free (ParlanceText *self)
{
  g_clear_pointer (&self->attributes, pango_attr_list_unref);
  g_free (self->text);
  g_free (self->markup);
  g_free (self);
}

static gboolean
is_mark (gunichar c)
{
  /* Also variation selectors and the joiner: each adds to its base's cluster. */
  return c >= 0x300 && (g_unichar_ismark (c) || c == 0x200d);
}

static gboolean
is_bidi_control (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
         c == 0x200f || c == 0x061c;
}

/* What one character on the screen is made of. */
typedef struct
{
  unsigned marks;
  unsigned joined;
  gunichar last;
} Cluster;

/* Whether @c is still to be shown, after the characters before it. */
static gboolean
cluster_takes (Cluster  *self,
               gunichar  c)
{
  if (is_mark (c))
    {
      if (++self->marks > MAX_MARKS || (c == 0x200d && ++self->joined > MAX_JOINED))
        return FALSE;
    }
  else
    {
      self->marks = 0;
      if (self->last != 0x200d)
        self->joined = 0;
    }
  self->last = c;

  return TRUE;
}

static gboolean
may_break_before (gunichar c)
{
  return c == ' ' || c == '\n' || c == '\t' || c == '-' || c == 0x200b || g_unichar_iswide (c);
}

/* What is seen for @c where it must not act: control characters, and in code and links also what
 * turns the reading direction. */
static gboolean
append_visible (GString          *out,
                gunichar          c,
                ParlanceTextKind  kind)
{
  if (c == '\n' || c == '\t')
    return FALSE;
  if (c < 0x20)
    g_string_append_unichar (out, 0x2400 + c);
  else if (c == 0x7f)
    g_string_append_unichar (out, 0x2421);
  else if ((c >= 0x80 && c < 0xa0) || c == 0x2028 || c == 0x2029 || (c & 0xfffe) == 0xfffe)
    g_string_append_unichar (out, 0xfffd);
  else if (kind == PARLANCE_TEXT_CODE && is_bidi_control (c))
    g_string_append_printf (out, "‹U+%04X›", c);
  else
    return FALSE;

  return TRUE;
}

static void
add_attribute (PangoAttrList  *attributes,
               PangoAttribute *attribute,
               unsigned        start,
               unsigned        end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

static void
add_span (ParlanceText      *self,
          const ParlanceSpan *span,
          unsigned            start,
          unsigned            end)
{
  if (start >= end)
    return;
  if (!self->attributes)
    self->attributes = pango_attr_list_new ();

  if (span->flags & PARLANCE_SPAN_EMPHASIS)
    add_attribute (self->attributes, pango_attr_style_new (PANGO_STYLE_ITALIC), start, end);
  if (span->flags & PARLANCE_SPAN_STRONG)
    add_attribute (self->attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, end);
  if (span->flags & PARLANCE_SPAN_STRIKE)
    add_attribute (self->attributes, pango_attr_strikethrough_new (TRUE), start, end);
  if (span->flags & PARLANCE_SPAN_CODE)
    {
      add_attribute (self->attributes, pango_attr_family_new ("monospace"), start, end);
      add_attribute (self->attributes, pango_attr_scale_new (0.92), start, end);
      /* A grey that shows on light and on dark alike. */
      add_attribute (self->attributes, pango_attr_background_new (0x8000, 0x8000, 0x8000), start,
                     end);
      add_attribute (self->attributes, pango_attr_background_alpha_new (0x2800), start, end);
    }
}

static void
append_escaped (GString    *markup,
                const char *text,
                gssize      length)
{
  g_autofree char *escaped = g_markup_escape_text (text, length);

  g_string_append (markup, escaped);
}

/* Links come to a label as markup only: this makes it, from escaped text alone. */
static void
add_link (GString            *markup,
          size_t             *done,
          const char         *text,
          const ParlanceSpan *span,
          unsigned            start,
          unsigned            end)
{
  g_autofree char *title = parlance_text_show_target (span->target);
  /* A tooltip is markup for GtkLabel, once the attribute is unescaped. */
  g_autofree char *tooltip = g_markup_escape_text (title, -1);

  append_escaped (markup, text + *done, start - *done);
  g_string_append (markup, "<a href=\"");
  append_escaped (markup, span->target, -1);
  g_string_append (markup, "\" title=\"");
  append_escaped (markup, tooltip, -1);
  g_string_append (markup, "\">");
  append_escaped (markup, text + start, end - start);
  g_string_append (markup, "</a>");
  *done = end;
}

ParlanceText *
parlance_text_new (const char       *text,
                   size_t            start,
                   size_t            end,
                   GArray           *spans,
                   ParlanceTextKind  kind)
{
  ParlanceText *self = g_new0 (ParlanceText, 1);
  g_autoptr (GString) out = g_string_sized_new (end - start + 16);
  g_autoptr (GString) markup = NULL;
  size_t done = 0;
  unsigned i = 0, n_spans = spans ? spans->len : 0, tabs = 0;
  Cluster cluster = { 0 };
  size_t span_start = 0;
  gboolean in_span = FALSE;

  while (i < n_spans && g_array_index (spans, ParlanceSpan, i).end <= start)
    i++;

  for (const char *p = text + start; p <= text + end; p = g_utf8_next_char (p))
    {
      size_t at = p - text;
      gunichar c;
      ParlanceTextKind here = kind;

      for (; i < n_spans; i++, in_span = FALSE)
        {
          const ParlanceSpan *span = &g_array_index (spans, ParlanceSpan, i);

          if (!in_span && span->start <= at && at < end)
            {
              in_span = TRUE;
              span_start = out->len;
            }
          if (!in_span || (at < span->end && at < end))
            break;

          add_span (self, span, span_start, out->len);
          if ((span->flags & PARLANCE_SPAN_LINK) && span->target && out->len > span_start &&
              parlance_text_link_is_safe (span->target))
            {
              if (!markup)
                markup = g_string_new (NULL);
              add_link (markup, &done, out->str, span, span_start, out->len);
            }
        }

      if (at >= end)
        break;
      if (in_span && (g_array_index (spans, ParlanceSpan, i).flags & PARLANCE_SPAN_CODE))
        here = PARLANCE_TEXT_CODE;

      c = g_utf8_get_char (p);
      if (!cluster_takes (&cluster, c))
        continue;

      tabs = c == '\t' ? tabs + 1 : 0;
      if (tabs > (kind == PARLANCE_TEXT_CODE ? MAX_CODE_TABS : MAX_TABS))
        c = ' ';

      if (!append_visible (out, c, here))
        g_string_append_unichar (out, c);
    }

  /* A hyphen that nobody wrote would end up in addresses and in numbers. */
  if (!self->attributes)
    self->attributes = pango_attr_list_new ();
  pango_attr_list_insert (self->attributes, pango_attr_insert_hyphens_new (FALSE));

  if (markup)
    {
      append_escaped (markup, out->str + done, out->len - done);
      self->markup = g_string_free (g_steal_pointer (&markup), FALSE);
    }
  self->breakless = parlance_text_is_breakless (out->str, out->len);
  self->text = g_string_free (g_steal_pointer (&out), FALSE);

  return self;
}

gboolean
parlance_text_is_breakless (const char *text,
                            size_t      length)
{
  size_t run = 0;

  for (const char *p = text; p < text + length && run <= MAX_RUN; p = g_utf8_next_char (p))
    run = may_break_before (g_utf8_get_char (p)) ? 0 : run + (g_utf8_next_char (p) - p);

  return run > MAX_RUN;
}

gboolean
parlance_text_is_bearable (const char *text,
                           size_t      length)
{
  const char *line = text;
  unsigned marks = 0;

  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      /* Joined characters are one, whatever stands between the joiners. */
      if (is_mark (c))
        marks++;
      else if (p == text || g_utf8_get_char (g_utf8_prev_char (p)) != 0x200d)
        marks = 0;
      if (c == '\n')
        line = p + 1;
      if (marks > MAX_FIELD_MARKS || p - line > MAX_FIELD_LINE)
        return FALSE;
    }

  return TRUE;
}

static size_t
get_weight (gunichar c,
            gunichar last,
            size_t   size)
{
  if (c == 0x200d)
    return JOINER_WEIGHT;
  if (c >= 0x1f000 && c < 0x20000)
    return EMOJI_WEIGHT;
  if ((c == ' ' || c == '\t') && (last == ' ' || last == '\t'))
    return BLANK_WEIGHT;

  return size;
}

/* How many of the @length bytes of @text are laid out as fast as MAX_PIECE letters are. */
static size_t
get_bearable (const char *text,
              size_t      length)
{
  size_t weight = 0;
  const char *p = text;
  gunichar last = 0;

  while (p < text + length)
    {
      const char *next = g_utf8_next_char (p);
      gunichar c = g_utf8_get_char (p);

      weight += get_weight (c, last, next - p);
      if (weight > MAX_PIECE)
        break;
      p = next;
      last = c;
    }

  return p - text;
}

size_t
parlance_text_piece_end (const char       *text,
                         size_t            length,
                         size_t            start,
                         ParlanceTextKind  kind)
{
  const char *p = text + start;
  size_t most = get_bearable (p, MIN (length - start, MAX_PIECE));
  const char *limit;
  const char *line = NULL, *blank = NULL, *other = NULL;
  unsigned n_lines = 0;
  unsigned max_lines = kind == PARLANCE_TEXT_TABLE ? MAX_PIECE_ROWS : MAX_PIECE_LINES;

  /* Each line that is broken out of a run is shaped together with all that follows it. */
  if (kind != PARLANCE_TEXT_CODE && parlance_text_is_breakless (p, most))
    most = MIN (most, BREAKLESS_PIECE);
  limit = p + most;

  for (const char *q = p; (q = memchr (q, '\n', limit - q)) != NULL;)
    {
      line = ++q;
      if (++n_lines == max_lines)
        {
          limit = q;
          break;
        }
    }
  if (limit == text + length)
    return length;

  if (n_lines == max_lines || (line && (kind != PARLANCE_TEXT_PROSE || line > p + most / 2)))
    return line - text;

  for (const char *q = limit; q > p + most / 2 && !blank; q--)
    {
      if (q[-1] == ' ')
        blank = q;
      else if (!other && ((unsigned char) *q & 0xc0) != 0x80 && !is_mark (g_utf8_get_char (q)))
        other = q;
    }
  if (!blank && !other)
    for (other = limit; ((unsigned char) *other & 0xc0) == 0x80;)
      other--;

  return (blank ? blank : other) - text;
}

gboolean
parlance_text_link_is_safe (const char *target)
{
  static const char *const schemes[] = { "http://", "https://", "mailto:" };

  for (size_t i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (target, schemes[i], strlen (schemes[i])) == 0)
      {
        /* What a reader cannot see must not take part in where a click leads. */
        for (const char *p = target; *p; p = g_utf8_next_char (p))
          {
            gunichar c = g_utf8_get_char (p);

            if (c <= 0x20 || c == 0x7f || is_bidi_control (c))
              return FALSE;
          }
        return target[strlen (schemes[i])] != '\0';
      }

  return FALSE;
}

char *
parlance_text_show_target (const char *target)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *p = target; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (out->len > MAX_TARGET)
        {
          g_string_append (out, "…");
          break;
        }
      if (c == '\n' || c == '\t')
        g_string_append_c (out, ' ');
      else if (!append_visible (out, c, PARLANCE_TEXT_CODE) && !is_mark (c))
        g_string_append_unichar (out, c);
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
parlance_text_line (const char *text)
{
  /* What is left of a character that this cuts is past the end all the same. */
  g_autofree char *valid = g_utf8_make_valid (text, strnlen (text, 4 * MAX_LINE));
  g_autoptr (GString) out = g_string_new (NULL);
  Cluster cluster = { 0 };

  for (const char *p = valid; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_bidi_control (c) || !cluster_takes (&cluster, c))
        continue;
      if (out->len > MAX_LINE)
        {
          g_string_append (out, "…");
          break;
        }
      if (g_unichar_isspace (c) || c == 0x2028 || c == 0x2029)
        g_string_append_c (out, ' ');
      else if (!append_visible (out, c, PARLANCE_TEXT_PROSE))
        g_string_append_unichar (out, c);
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}
