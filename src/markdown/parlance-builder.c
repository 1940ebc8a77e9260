/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-builder.h"

#include "parlance-block-private.h"
#include "parlance-entity.h"

#include <md4c.h>
#include <string.h>

#define DEPTH_MAX 100
/* Seen text and link targets together, beside the source: a table of many short rows and a
 * definition used many times make much of little. */
#define GROWTH_MAX 8
#define GROWTH_FREE 4096

typedef struct
{
  gboolean is_ordered;
  gint64   next;
} List;

typedef struct
{
  const char    *separator; /* where the text of the separating heading begins */
  gboolean       is_wanted; /* the definitions are behind us */
  gint64         ordinal;
  size_t         source_start;
  size_t         room;
  GPtrArray     *blocks;

  ParlanceBlock *block; /* being filled */
  GString       *text;
  char          *marker; /* of the item that has no block yet */
  int            marker_depth;
  int            quote_depth;
  GArray        *lists;
  unsigned       emphasis;
  unsigned       strong;
  unsigned       strike;
  unsigned       code;
  unsigned       links;
  char          *target;
  gboolean       is_new_link;
  size_t         image_start;
  gboolean       is_row_begun;
} Builder;

/* What a callback returns: md4c gives up for good only on what is below zero. */
static int
check (gboolean is_well)
{
  return is_well ? 0 : -1;
}

static void
open_block (Builder *self, ParlanceBlockKind kind)
{
  g_assert (self->block == NULL);

  self->block = parlance_block_new (kind);
  self->block->quote_depth = self->quote_depth;
  self->block->list_depth = self->lists->len;
  self->block->marker = g_steal_pointer (&self->marker);
  self->block->source_start = self->source_start;
  g_string_truncate (self->text, 0);
}

static void
close_block (Builder *self)
{
  if (self->block == NULL)
    return;
  /* The last line end of code ends its last line, it does not begin another. */
  if (self->block->kind == PARLANCE_BLOCK_CODE && self->text->len > 0
      && self->text->str[self->text->len - 1] == '\n')
    g_string_truncate (self->text, self->text->len - 1);
  self->block->text = g_strndup (self->text->str, self->text->len);
  if (self->is_wanted)
    g_ptr_array_add (self->blocks, g_steal_pointer (&self->block));
  else
    g_clear_pointer (&self->block, parlance_block_unref);
}

/* An item that turns out to have nothing of its own still shows its marker. */
static void
settle_marker (Builder *self)
{
  if (self->marker == NULL)
    return;
  open_block (self, PARLANCE_BLOCK_PARAGRAPH);
  self->block->list_depth = self->marker_depth;
  close_block (self);
}

static void
open_item (Builder *self, const MD_BLOCK_LI_DETAIL *detail)
{
  List *list = &g_array_index (self->lists, List, self->lists->len - 1);

  settle_marker (self);
  if (detail->is_task)
    self->marker = g_strdup (detail->task_mark == ' ' ? "☐" : "☑");
  else if (list->is_ordered)
    self->marker = g_strdup_printf ("%" G_GINT64_FORMAT ".", list->next);
  else
    self->marker = g_strdup ("•");
  self->marker_depth = self->lists->len;
  list->next++;
}

static gboolean
open_list (Builder *self, gboolean is_ordered, gint64 start)
{
  List list = { is_ordered, start };

  if (self->is_wanted && self->ordinal >= 0)
    {
      list.next = self->ordinal;
      self->ordinal = -1;
    }
  g_array_append_val (self->lists, list);
  return self->lists->len + self->quote_depth <= DEPTH_MAX;
}

static gboolean
append (Builder *self, const char *text, size_t length)
{
  if (length > self->room)
    return FALSE;
  self->room -= length;
  g_string_append_len (self->text, text, length);
  return TRUE;
}

static char *
read_attribute (const MD_ATTRIBUTE *attribute)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (unsigned i = 0; attribute->size > 0 && attribute->substr_offsets[i] < attribute->size; i++)
    {
      unsigned start = attribute->substr_offsets[i];
      unsigned length = attribute->substr_offsets[i + 1] - start;

      if (attribute->substr_types[i] == MD_TEXT_ENTITY)
        parlance_entity_append (out, attribute->text + start, length);
      else
        g_string_append_len (out, attribute->text + start, length);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
read_language (const MD_BLOCK_CODE_DETAIL *detail)
{
  g_autofree char *language = read_attribute (&detail->lang);

  return *language != '\0' ? g_steal_pointer (&language) : NULL;
}

static int
enter_block (MD_BLOCKTYPE type, void *detail, void *data)
{
  Builder *self = data;

  /* The text of a tight item has no paragraph around it: what follows ends it. */
  if (type != MD_BLOCK_THEAD && type != MD_BLOCK_TBODY && type != MD_BLOCK_TR
      && type != MD_BLOCK_TH && type != MD_BLOCK_TD)
    close_block (self);
  switch (type)
    {
    case MD_BLOCK_QUOTE:
      self->quote_depth++;
      return check (self->lists->len + self->quote_depth <= DEPTH_MAX);
    case MD_BLOCK_UL:
      return check (open_list (self, FALSE, 0));
    case MD_BLOCK_OL:
      return check (open_list (self, TRUE, ((MD_BLOCK_OL_DETAIL *) detail)->start));
    case MD_BLOCK_LI:
      open_item (self, detail);
      break;
    case MD_BLOCK_HR:
      open_block (self, PARLANCE_BLOCK_RULE);
      break;
    case MD_BLOCK_H:
      open_block (self, PARLANCE_BLOCK_HEADING);
      self->block->level = ((MD_BLOCK_H_DETAIL *) detail)->level;
      break;
    case MD_BLOCK_CODE:
      open_block (self, PARLANCE_BLOCK_CODE);
      self->block->language = read_language (detail);
      break;
    case MD_BLOCK_P:
      open_block (self, PARLANCE_BLOCK_PARAGRAPH);
      break;
    case MD_BLOCK_TABLE:
      open_block (self, PARLANCE_BLOCK_TABLE);
      break;
    case MD_BLOCK_TR:
      if (self->is_row_begun)
        {
          self->is_row_begun = FALSE;
          return check (append (self, "\n", 1));
        }
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      if (self->is_row_begun)
        return check (append (self, "\t", 1));
      self->is_row_begun = TRUE;
      break;
    default:
      break;
    }
  return 0;
}

static int
leave_block (MD_BLOCKTYPE type, void *detail, void *data)
{
  Builder *self = data;

  switch (type)
    {
    case MD_BLOCK_QUOTE:
      close_block (self);
      self->quote_depth--;
      break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      g_array_set_size (self->lists, self->lists->len - 1);
      break;
    case MD_BLOCK_LI:
      close_block (self);
      settle_marker (self);
      break;
    case MD_BLOCK_TABLE:
      self->is_row_begun = FALSE;
      close_block (self);
      break;
    case MD_BLOCK_H:
      close_block (self);
      self->is_wanted = self->is_wanted || self->separator == NULL;
      break;
    case MD_BLOCK_HR:
    case MD_BLOCK_CODE:
    case MD_BLOCK_P:
      close_block (self);
      break;
    default:
      break;
    }
  return 0;
}

static void
count_span (Builder *self, MD_SPANTYPE type, int by)
{
  switch (type)
    {
    case MD_SPAN_EM:
      self->emphasis += by;
      break;
    case MD_SPAN_STRONG:
      self->strong += by;
      break;
    case MD_SPAN_DEL:
      self->strike += by;
      break;
    case MD_SPAN_CODE:
      self->code += by;
      break;
    default:
      break;
    }
}

static void
mark_span (Builder *self, unsigned start)
{
  ParlanceSpan span = { .start = start, .end = self->text->len };
  ParlanceSpan *last = NULL;

  span.flags = (self->emphasis > 0 ? PARLANCE_SPAN_EMPHASIS : 0)
               | (self->strong > 0 ? PARLANCE_SPAN_STRONG : 0)
               | (self->strike > 0 ? PARLANCE_SPAN_STRIKE : 0)
               | (self->code > 0 ? PARLANCE_SPAN_CODE : 0)
               | (self->links > 0 ? PARLANCE_SPAN_LINK : 0);
  if (span.flags == 0 || span.start == span.end)
    return;
  if (self->block->spans->len > 0)
    last = &g_array_index (self->block->spans, ParlanceSpan, self->block->spans->len - 1);
  if (last != NULL && last->end == span.start && last->flags == span.flags && !self->is_new_link)
    {
      last->end = span.end;
      return;
    }
  span.target = g_strdup (self->target);
  self->is_new_link = FALSE;
  g_array_append_val (self->block->spans, span);
}

static int
enter_span (MD_SPANTYPE type, void *detail, void *data)
{
  Builder *self = data;

  count_span (self, type, 1);
  /* An image in a link leads where the link leads. Both details begin with the target. */
  if ((type == MD_SPAN_A || type == MD_SPAN_IMG) && self->links++ == 0)
    {
      self->target = read_attribute (type == MD_SPAN_A
                                       ? &((MD_SPAN_A_DETAIL *) detail)->href
                                       : &((MD_SPAN_IMG_DETAIL *) detail)->src);
      self->is_new_link = TRUE;
      if (strlen (self->target) > self->room)
        return check (FALSE);
      self->room -= strlen (self->target);
    }
  if (type == MD_SPAN_IMG)
    {
      if (self->block == NULL)
        open_block (self, PARLANCE_BLOCK_PARAGRAPH);
      self->image_start = self->text->len;
    }
  return 0;
}

static int
leave_span (MD_SPANTYPE type, void *detail, void *data)
{
  Builder *self = data;

  /* An image without a description is named by its address. */
  if (type == MD_SPAN_IMG && self->text->len == self->image_start)
    {
      g_autofree char *source = read_attribute (&((MD_SPAN_IMG_DETAIL *) detail)->src);

      if (!append (self, source, strlen (source)))
        return check (FALSE);
      mark_span (self, self->image_start);
    }
  count_span (self, type, -1);
  if ((type == MD_SPAN_A || type == MD_SPAN_IMG) && --self->links == 0)
    g_clear_pointer (&self->target, g_free);
  return 0;
}

static int
take_text (MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
  Builder *self = data;
  g_autoptr (GString) entity = NULL;
  unsigned start;
  gboolean fits;

  if (self->block == NULL)
    open_block (self, PARLANCE_BLOCK_PARAGRAPH);
  if (text == self->separator)
    self->separator = NULL;
  start = self->text->len;
  switch (type)
    {
    case MD_TEXT_NULLCHAR:
      fits = append (self, "\xef\xbf\xbd", 3);
      break;
    case MD_TEXT_BR:
      fits = append (self, "\n", 1);
      break;
    case MD_TEXT_SOFTBR:
      fits = append (self, " ", 1);
      break;
    case MD_TEXT_ENTITY:
      entity = g_string_new (NULL);
      parlance_entity_append (entity, text, size);
      fits = append (self, entity->str, entity->len);
      break;
    default:
      fits = append (self, text, size);
      break;
    }
  if (!fits)
    return check (FALSE);

  if (self->block->kind == PARLANCE_BLOCK_TABLE)
    for (char *p = self->text->str + start; *p != '\0'; p++)
      if (*p == '\t' || *p == '\n' || *p == '\r')
        *p = ' ';
  if (self->block->kind != PARLANCE_BLOCK_CODE)
    mark_span (self, start);
  return 0;
}

gboolean
parlance_builder_run (const char *text,
                      size_t      length,
                      size_t      offset,
                      gint64      ordinal,
                      size_t      source_start,
                      GPtrArray  *blocks)
{
  static const MD_PARSER parser = {
    .flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_NOHTML,
    .enter_block = enter_block,
    .leave_block = leave_block,
    .enter_span = enter_span,
    .leave_span = leave_span,
    .text = take_text,
  };
  unsigned before = blocks->len;
  Builder self = {
    .separator = offset > 0 ? text + offset - strlen ("-\n\n") : NULL,
    .is_wanted = offset == 0,
    .ordinal = ordinal,
    .source_start = source_start,
    .room = length * GROWTH_MAX + GROWTH_FREE,
    .blocks = blocks,
    .text = g_string_new (NULL),
    .lists = g_array_new (FALSE, FALSE, sizeof (List)),
  };
  gboolean done = md_parse (text, length, &parser, &self) == 0 && self.is_wanted;

  if (!done)
    g_ptr_array_set_size (blocks, before);
  g_clear_pointer (&self.block, parlance_block_unref);
  g_string_free (self.text, TRUE);
  g_array_unref (self.lists);
  g_free (self.marker);
  g_free (self.target);
  return done;
}
