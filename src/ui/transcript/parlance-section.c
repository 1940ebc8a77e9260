/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-section.h"

#include "parlance-text.h"

/* Silence in the middle of a reply is named only when it lasts. */
#define SILENCE 5

typedef struct
{
  ParlanceMarkdown *markdown; /* while the message is active */
  GPtrArray        *blocks;
  size_t            consumed;
  gboolean          finished;
  gboolean          open;
} Part;

/* What a row is to be. */
typedef struct
{
  ParlanceRowKind   kind;
  unsigned          part;
  ParlanceBlock    *block;
  size_t            start;
  size_t            end;
  ParlanceRowFlags  flags;
} Plan;

struct _ParlanceSection
{
  ParlanceMessage *message;
  GPtrArray       *rows;
  GArray          *parts;
};

static void
part_reset (Part *part)
{
  g_clear_pointer (&part->markdown, parlance_markdown_free);
  g_clear_pointer (&part->blocks, g_ptr_array_unref);
  part->consumed = 0;
  part->finished = FALSE;
}

ParlanceSection *
parlance_section_new (ParlanceMessage *message)
{
  ParlanceSection *self = g_new0 (ParlanceSection, 1);

  self->message = g_object_ref (message);
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->parts = g_array_new (FALSE, TRUE, sizeof (Part));
  g_array_set_clear_func (self->parts, (GDestroyNotify) part_reset);

  return self;
}

void
parlance_section_free (ParlanceSection *self)
{
  g_object_unref (self->message);
  g_ptr_array_unref (self->rows);
  g_array_unref (self->parts);
  g_free (self);
}

ParlanceMessage *
parlance_section_get_message (ParlanceSection *self)
{
  return self->message;
}

GPtrArray *
parlance_section_get_rows (ParlanceSection *self)
{
  return self->rows;
}

void
parlance_section_toggle (ParlanceSection *self,
                         unsigned         index)
{
  g_return_if_fail (index < self->parts->len);

  Part *part = &g_array_index (self->parts, Part, index);

  part->open = !part->open;
}

/* The blocks of a part. A parser is kept only while more may come. */
static GPtrArray *
part_parse (Part          *part,
            const GString *text,
            gboolean       grows)
{
  if (text->len < part->consumed || (part->finished && text->len > part->consumed))
    part_reset (part);

  if (part->finished)
    return part->blocks;

  if (!grows && !part->markdown)
    {
      g_clear_pointer (&part->blocks, g_ptr_array_unref);
      part->blocks = parlance_markdown_parse (text->str, text->len);
      part->consumed = text->len;
      part->finished = TRUE;
      return part->blocks;
    }

  if (!part->markdown)
    part->markdown = parlance_markdown_new ();
  if (text->len > part->consumed)
    parlance_markdown_append (part->markdown, text->str + part->consumed,
                              text->len - part->consumed);
  part->consumed = text->len;

  if (grows)
    {
      parlance_markdown_update (part->markdown);
      return parlance_markdown_get_blocks (part->markdown);
    }

  parlance_markdown_finish (part->markdown);
  part->blocks = g_ptr_array_ref (parlance_markdown_get_blocks (part->markdown));
  g_clear_pointer (&part->markdown, parlance_markdown_free);
  part->finished = TRUE;

  return part->blocks;
}

static void
plan_one (GArray           *plans,
          ParlanceRowKind   kind,
          unsigned          part,
          ParlanceRowFlags  flags)
{
  Plan plan = { .kind = kind, .part = part, .flags = flags };

  g_array_append_val (plans, plan);
}

static void
plan_text (GArray           *plans,
           ParlanceRowKind   kind,
           unsigned          part,
           ParlanceBlock    *block,
           const char       *text,
           size_t            length,
           ParlanceRowFlags  flags)
{
  ParlanceTextKind text_kind =
    !block || block->kind == PARLANCE_BLOCK_PARAGRAPH || block->kind == PARLANCE_BLOCK_HEADING
      ? PARLANCE_TEXT_PROSE
      : block->kind == PARLANCE_BLOCK_TABLE ? PARLANCE_TEXT_TABLE
                                            : PARLANCE_TEXT_CODE;
  size_t start = 0;

  do
    {
      Plan plan = { kind, part, block, start, length, flags };

      plan.end = parlance_text_piece_end (text, length, start, text_kind);
      if (start == 0)
        plan.flags |= PARLANCE_ROW_FIRST;
      if (plan.end == length)
        plan.flags |= PARLANCE_ROW_LAST;
      g_array_append_val (plans, plan);
      start = plan.end;
    }
  while (start < length);
}

static void
plan_markdown (GArray           *plans,
               unsigned          part,
               GPtrArray        *blocks,
               ParlanceRowFlags  flags)
{
  int quote_depth = 0;

  for (unsigned i = 0; i < blocks->len; i++)
    {
      ParlanceBlock *block = g_ptr_array_index (blocks, i);

      plan_text (plans, PARLANCE_ROW_BLOCK, part, block, block->text, strlen (block->text),
                 flags | (block->quote_depth > quote_depth ? PARLANCE_ROW_QUOTE : 0));
      quote_depth = block->quote_depth;
    }
}

static void
plan_parts (ParlanceSection *self,
            GArray          *plans,
            gboolean         active)
{
  unsigned n_parts = parlance_message_get_n_parts (self->message);

  if (self->parts->len < n_parts)
    g_array_set_size (self->parts, n_parts);

  for (unsigned i = 0; i < n_parts; i++)
    {
      const ParlancePart *content = parlance_message_get_part (self->message, i);
      Part *part = &g_array_index (self->parts, Part, i);
      gboolean grows = active && i == n_parts - 1;

      if (parlance_message_get_role (self->message) != PARLANCE_ROLE_ASSISTANT)
        plan_text (plans, PARLANCE_ROW_USER, i, NULL, content->text->str, content->text->len, 0);
      else if (content->kind == PARLANCE_PART_TEXT)
        plan_markdown (plans, i, part_parse (part, content->text, grows), 0);
      else if (content->kind == PARLANCE_PART_TOOL_CALL)
        plan_text (plans, PARLANCE_ROW_TOOL, i, NULL, content->text->str, content->text->len, 0);
      else
        {
          plan_one (plans, PARLANCE_ROW_REASONING, i,
                    (part->open ? PARLANCE_ROW_OPEN : 0) | (grows ? PARLANCE_ROW_RUNNING : 0));
          /* Nobody reads most reasoning: it costs nothing before it is unfolded. */
          if (part->open)
            plan_markdown (plans, i, part_parse (part, content->text, grows), PARLANCE_ROW_DIM);
        }
    }
}

static GArray *
plan_message (ParlanceSection            *self,
              const ParlanceSectionState *context)
{
  GArray *plans = g_array_new (FALSE, TRUE, sizeof (Plan));
  ParlanceMessageState state = parlance_message_get_state (self->message);
  gboolean active = parlance_message_is_active (self->message);
  gboolean empty = parlance_message_is_empty (self->message);
  gboolean reply = parlance_message_get_role (self->message) == PARLANCE_ROLE_ASSISTANT;
  ParlanceRowFlags last = context->leaf ? PARLANCE_ROW_LEAF : 0;

  if (reply)
    plan_one (plans, PARLANCE_ROW_HEADER, 0, 0);
  plan_parts (self, plans, active);
  if (!reply)
    return plans;

  if (active)
    {
      if (state == PARLANCE_STATE_PENDING || empty || context->silence >= SILENCE)
        plan_one (plans, PARLANCE_ROW_STATUS, 0,
                  (empty ? 0 : PARLANCE_ROW_RUNNING) |
                    (parlance_message_get_queued (self->message) ? PARLANCE_ROW_QUEUED : 0) |
                    (parlance_message_get_retry_at (self->message) ? PARLANCE_ROW_RETRY : 0));
      return plans;
    }

  if (parlance_message_get_verdict (self->message) || state == PARLANCE_STATE_FAILED)
    plan_one (plans, PARLANCE_ROW_ERROR, 0, last);
  else if (state == PARLANCE_STATE_STOPPED || state == PARLANCE_STATE_INTERRUPTED)
    plan_one (plans, PARLANCE_ROW_ENDED, 0, last);
  if (!empty || context->n_answers > 1)
    plan_one (plans, PARLANCE_ROW_FOOTER, 0, last);

  return plans;
}

static gboolean
can_become (ParlanceRow *row,
            const Plan  *plan)
{
  return parlance_row_get_kind (row) == plan->kind && parlance_row_get_part (row) == plan->part;
}

static gboolean
is_same (ParlanceRow *row,
         const Plan  *plan)
{
  return can_become (row, plan) && parlance_row_get_block (row) == plan->block &&
         parlance_row_get_start (row) == plan->start;
}

/* A wait that has begun is never shown as none. */
static int
seconds_until (int64_t time)
{
  return 1 + MAX (0, (time - g_get_monotonic_time () - 1) / G_USEC_PER_SEC);
}

static void
apply (ParlanceRow                *row,
       const Plan                 *plan,
       const ParlanceSectionState *context)
{
  int64_t retry_at = parlance_message_get_retry_at (parlance_row_get_message (row));

  parlance_row_set (row, plan->block, plan->start, plan->end, plan->flags);
  if (plan->kind == PARLANCE_ROW_STATUS)
    parlance_row_set_seconds (row, retry_at ? seconds_until (retry_at) : context->silence);
  else if (plan->kind == PARLANCE_ROW_FOOTER)
    parlance_row_set_answers (row, context->answer, context->n_answers);
}

ParlanceSplice
parlance_section_update (ParlanceSection            *self,
                         const ParlanceSectionState *context)
{
  g_autoptr (GArray) plans = plan_message (self, context);
  unsigned n_old = self->rows->len, n_new = plans->len, n = MIN (n_old, n_new);
  unsigned head = 0, tail = 0;
  ParlanceSplice splice = { 0 };

#define OLD(i) PARLANCE_ROW (g_ptr_array_index (self->rows, (i)))
#define NEW(i) (&g_array_index (plans, Plan, (i)))

  while (head < n && is_same (OLD (head), NEW (head)))
    head++;
  while (tail < n - head && is_same (OLD (n_old - 1 - tail), NEW (n_new - 1 - tail)))
    tail++;
  /* What differs is first changed in place, row by row: so a tail that grows is never replaced. */
  while (head < n - tail && can_become (OLD (head), NEW (head)))
    head++;
  while (tail < n - head && can_become (OLD (n_old - 1 - tail), NEW (n_new - 1 - tail)))
    tail++;

  splice.position = head;
  splice.removed = n_old - head - tail;
  splice.added = n_new - head - tail;

  if (splice.removed)
    g_ptr_array_remove_range (self->rows, head, splice.removed);
  for (unsigned i = 0; i < splice.added; i++)
    g_ptr_array_insert (self->rows, head + i,
                        parlance_row_new (NEW (head + i)->kind, self->message,
                                          NEW (head + i)->part));
  for (unsigned i = 0; i < n_new; i++)
    apply (OLD (i), NEW (i), context);

#undef OLD
#undef NEW

  return splice;
}
