/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-scanner.h"

#include <string.h>

/* More than this is not given to the Markdown parser at once, whose time may grow with the square
 * of it; and no row of text should be longer than a plain piece. */
#define CHUNK_MAX ((size_t) 64 * 1024)
#define PLAIN_MAX ((size_t) 4 * 1024)

#define CODE_INDENT 4

typedef enum
{
  LINE_BLANK,
  LINE_TEXT,
  LINE_INDENTED,
  LINE_HEADING,
  LINE_RULE,
  LINE_UNDERLINE, /* at least if there is a paragraph above */
  LINE_FENCE,
  LINE_QUOTE,
  LINE_BULLET,
  LINE_NUMBER,
} LineKind;

typedef struct
{
  LineKind  kind;
  unsigned  indent;
  char      mark;
  unsigned  length;         /* of a fence */
  gint64    number;         /* of an ordered item */
  unsigned  content_indent; /* of an item */
  gboolean  is_empty;       /* an item with nothing on its first line */
  gboolean  is_bare;        /* not even a blank behind its marker */
  gboolean  is_rule;
  gboolean  is_underline;
  gboolean  may_divide;     /* may be the line between a table's head and body */
} Line;

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static const char *
skip_blanks (const char *p, const char *end, unsigned *column)
{
  for (; p < end && is_blank (*p); p++)
    *column = *p == '\t' ? (*column + 4) & ~3u : *column + 1;
  return p;
}

static const char *
skip_mark (const char *p, const char *end, char mark)
{
  while (p < end && *p == mark)
    p++;
  return p;
}

static gboolean
is_rule (const char *p, const char *end)
{
  char mark = *p;
  unsigned count = 0;

  if (mark != '-' && mark != '*' && mark != '_')
    return FALSE;
  for (; p < end; p++)
    if (*p == mark)
      count++;
    else if (!is_blank (*p))
      return FALSE;
  return count >= 3;
}

static gboolean
consists_of (const char *p, const char *end, const char *set)
{
  for (; p < end; p++)
    if (*p == '\0' || strchr (set, *p) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
read_fence (Line *line, const char *p, const char *end)
{
  const char *rest = skip_mark (p, end, *p);

  line->mark = *p;
  line->length = rest - p;
  return line->length >= 3 && (*p == '~' || memchr (rest, '`', end - rest) == NULL);
}

static void
read_item_content (Line *line, const char *p, const char *end, unsigned mark_length)
{
  unsigned after = line->indent + mark_length;
  unsigned column = after;

  line->is_empty = skip_blanks (p, end, &column) == end;
  /* Five blanks or more: one of them belongs to the marker, the rest is indented code. */
  if (line->is_empty || column - after > CODE_INDENT)
    column = after + 1;
  line->content_indent = column;
}

static gboolean
read_item (Line *line, const char *p, const char *end)
{
  const char *q = p;

  if (strchr ("-+*", *p) != NULL)
    {
      line->kind = LINE_BULLET;
      line->mark = *q++;
    }
  else
    {
      for (; q < end && q - p < 9 && g_ascii_isdigit (*q); q++)
        line->number = line->number * 10 + (*q - '0');
      if (q == p || q == end || (*q != '.' && *q != ')'))
        return FALSE;
      line->kind = LINE_NUMBER;
      line->mark = *q++;
    }
  if (q < end && !is_blank (*q))
    return FALSE;
  line->is_bare = q == end;
  read_item_content (line, q, end, q - p);
  return TRUE;
}

static Line
read_line (const char *p, const char *end)
{
  Line line = { .kind = LINE_TEXT };
  const char *q;

  p = skip_blanks (p, end, &line.indent);
  if (p == end)
    {
      line.kind = LINE_BLANK;
      return line;
    }
  if (line.indent >= CODE_INDENT)
    {
      line.kind = LINE_INDENTED;
      return line;
    }

  line.is_rule = is_rule (p, end);
  switch (*p)
    {
    case '>':
      line.kind = LINE_QUOTE;
      return line;
    case '#':
      q = skip_mark (p, end, '#');
      if (q - p <= 6 && (q == end || is_blank (*q)))
        line.kind = LINE_HEADING;
      return line;
    case '`':
    case '~':
      if (read_fence (&line, p, end))
        line.kind = LINE_FENCE;
      return line;
    case '-':
    case '=':
      q = skip_mark (p, end, *p);
      line.is_underline = consists_of (q, end, " \t");
      /* A lone '-' is an empty item where nothing stands above it. */
      if (line.is_underline && (*p == '=' || q - p > 1))
        {
          line.kind = LINE_UNDERLINE;
          return line;
        }
      break;
    default:
      break;
    }
  if (line.is_rule)
    {
      line.kind = LINE_RULE;
      return line;
    }
  line.may_divide = consists_of (p, end, "|-: \t");
  if (*p != '\0' && !read_item (&line, p, end))
    line.kind = LINE_TEXT;
  return line;
}

static gboolean
is_list (ParlanceScanState state)
{
  return state == PARLANCE_SCAN_LIST || state == PARLANCE_SCAN_LIST_LAZY;
}

static gboolean
begins_after_blank (const ParlanceScanner *self, const Line *line)
{
  if (!is_list (self->state))
    return TRUE;
  if (line->indent > 1)
    return FALSE;
  /* Whether the number goes on counting is not known here. */
  return !(self->state == PARLANCE_SCAN_LIST_LAZY && line->kind == LINE_NUMBER);
}

static gboolean
begins_within (const ParlanceScanner *self, const Line *line)
{
  gboolean in_paragraph = self->state != PARLANCE_SCAN_LIST && self->state != PARLANCE_SCAN_QUOTE;

  /* An item's content is indented by two at least. */
  if (is_list (self->state) && line->indent > 1)
    return FALSE;
  switch (line->kind)
    {
    case LINE_HEADING:
    case LINE_FENCE:
    case LINE_RULE:
      return TRUE;
    case LINE_UNDERLINE:
      return line->is_rule && !in_paragraph;
    case LINE_QUOTE:
      return self->state != PARLANCE_SCAN_QUOTE && self->state != PARLANCE_SCAN_QUOTE_LAZY;
    case LINE_BULLET:
      return !in_paragraph || (!line->is_bare && !line->may_divide);
    case LINE_NUMBER:
      if (self->state == PARLANCE_SCAN_PARAGRAPH)
        return line->number == 1 && !line->is_bare;
      return !in_paragraph;
    default:
      return FALSE;
    }
}

static gboolean
begins_block (const ParlanceScanner *self, const Line *line)
{
  switch (self->state)
    {
    case PARLANCE_SCAN_NOTHING:
      return TRUE;
    case PARLANCE_SCAN_FENCE:
      return FALSE;
    case PARLANCE_SCAN_INDENTED:
      return line->kind != LINE_INDENTED;
    default:
      return self->after_blank ? begins_after_blank (self, line) : begins_within (self, line);
    }
}

static void
open_item (ParlanceScanner *self, const Line *line)
{
  gboolean goes_on = self->state == PARLANCE_SCAN_LIST && self->list_mark == line->mark;

  if (line->kind == LINE_NUMBER)
    self->ordinal = goes_on ? self->ordinal + 1 : line->number;
  self->open.ordinal = line->kind == LINE_NUMBER ? self->ordinal : -1;
  self->list_mark = line->mark;
  self->item_indent = line->content_indent;
  /* What stands two lines below an empty item is not in it. */
  self->state = line->is_empty ? PARLANCE_SCAN_LIST_LAZY : PARLANCE_SCAN_LIST;
}

static void
open_chunk (ParlanceScanner *self, const Line *line, const char *text, size_t start)
{
  self->is_open = TRUE;
  self->open = (ParlanceChunk) { .start = start, .ordinal = -1 };
  switch (line->kind)
    {
    case LINE_BULLET:
    case LINE_NUMBER:
      open_item (self, line);
      break;
    case LINE_INDENTED:
      self->state = PARLANCE_SCAN_INDENTED;
      break;
    case LINE_QUOTE:
      self->state = PARLANCE_SCAN_QUOTE;
      break;
    case LINE_FENCE:
      self->state = PARLANCE_SCAN_FENCE;
      self->open.kind = PARLANCE_CHUNK_FENCE;
      self->fence_mark = line->mark;
      self->fence_length = line->length;
      break;
    case LINE_HEADING:
    case LINE_RULE:
      self->state = PARLANCE_SCAN_NOTHING;
      break;
    default:
      self->state = line->is_rule ? PARLANCE_SCAN_NOTHING : PARLANCE_SCAN_PARAGRAPH;
      self->may_define = text[start + line->indent] == '[';
      break;
    }
}

static void
go_on (ParlanceScanner *self, const Line *line)
{
  switch (self->state)
    {
    case PARLANCE_SCAN_PARAGRAPH:
      /* Under link definitions the underline is a paragraph of its own. */
      if (line->is_underline && !self->may_define)
        self->state = PARLANCE_SCAN_NOTHING;
      break;
    case PARLANCE_SCAN_LIST:
      if (line->indent < self->item_indent)
        self->state = PARLANCE_SCAN_LIST_LAZY;
      break;
    case PARLANCE_SCAN_QUOTE:
    case PARLANCE_SCAN_QUOTE_LAZY:
      self->state = line->kind == LINE_QUOTE ? PARLANCE_SCAN_QUOTE : PARLANCE_SCAN_QUOTE_LAZY;
      break;
    default:
      break;
    }
}

static void
close_chunk (ParlanceScanner *self, GArray *chunks)
{
  if (self->is_open)
    g_array_append_val (chunks, self->open);
  self->is_open = FALSE;
}

/* The state stays as it is: where the next block begins is found all the same. */
static void
limit_chunk (ParlanceScanner *self, size_t start, size_t end, GArray *chunks)
{
  size_t most = self->open.kind == PARLANCE_CHUNK_PLAIN ? PLAIN_MAX : CHUNK_MAX;

  if (self->open.kind == PARLANCE_CHUNK_FENCE || end - self->open.start <= most)
    return;
  if (self->open.start < start)
    close_chunk (self, chunks);
  self->is_open = TRUE;
  self->open = (ParlanceChunk) { .kind = PARLANCE_CHUNK_PLAIN, .start = start, .ordinal = -1 };
}

/* A quote is cut where a paragraph in it ends: two quotes look like one. */
static gboolean
splits_quote (const ParlanceScanner *self, const Line *inner)
{
  return self->state == PARLANCE_SCAN_QUOTE && !self->after_blank && self->is_flat
         && self->was_bare && inner->kind != LINE_BLANK && inner->kind != LINE_INDENTED;
}

static void
note_quote (ParlanceScanner *self, const Line *inner, gboolean is_new)
{
  gboolean is_flat = inner->kind == LINE_BLANK || inner->kind == LINE_TEXT
                     || inner->kind == LINE_HEADING || inner->kind == LINE_RULE
                     || inner->kind == LINE_UNDERLINE;

  self->is_flat = is_flat && (is_new || self->is_flat);
  self->was_bare = inner->kind == LINE_BLANK;
}

/* What stands behind the '>' of a quote's line. */
static Line
read_inner (const Line *line, const char *p, const char *end)
{
  p += line->indent + 1;
  if (p < end && *p == ' ')
    p++;
  return read_line (p, end);
}

void
parlance_scanner_take_line (ParlanceScanner *self,
                            const char      *text,
                            size_t           start,
                            size_t           end,
                            GArray          *chunks)
{
  Line line = read_line (text + start, text + end);
  Line inner = { .kind = LINE_BLANK };
  gboolean is_new;

  if (self->state == PARLANCE_SCAN_FENCE)
    {
      self->open.end = end;
      if (line.kind == LINE_FENCE && line.mark == self->fence_mark
          && line.length >= self->fence_length
          && consists_of (text + start + line.indent + line.length, text + end, " \t"))
        {
          self->open.closed = TRUE;
          self->state = PARLANCE_SCAN_NOTHING;
        }
      return;
    }
  if (line.kind == LINE_BLANK)
    {
      self->after_blank = TRUE;
      return;
    }
  if (line.kind == LINE_QUOTE)
    inner = read_inner (&line, text + start, text + end);
  is_new = begins_block (self, &line)
           || (line.kind == LINE_QUOTE && splits_quote (self, &inner));
  if (is_new)
    {
      close_chunk (self, chunks);
      open_chunk (self, &line, text, start);
    }
  else
    go_on (self, &line);
  if (line.kind == LINE_QUOTE)
    note_quote (self, &inner, is_new);
  limit_chunk (self, start, end, chunks);
  self->open.end = end;
  self->after_blank = FALSE;
}

gboolean
parlance_scanner_is_unsure (const ParlanceScanner *self,
                            const char            *text,
                            size_t                 start,
                            size_t                 end)
{
  const char *p = text + start;
  const char *last = text + end;
  unsigned column = 0;

  if (end - start > 80)
    return FALSE;
  if (self->state == PARLANCE_SCAN_FENCE)
    {
      p = skip_blanks (p, last, &column);
      return p < last && column < CODE_INDENT && *p == self->fence_mark
             && consists_of (skip_mark (p, last, *p), last, " \t");
    }
  return consists_of (p, last, " \t\r-=|:+*_#>`~") || consists_of (p, last, " \t\r0123456789.)");
}
