/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-block.h"

#include "parlance-block-private.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (ParlanceBlock, parlance_block, parlance_block_ref, parlance_block_unref)

static void
span_clear (gpointer data)
{
  ParlanceSpan *span = data;

  g_clear_pointer (&span->target, g_free);
}

ParlanceBlock *
parlance_block_new (ParlanceBlockKind kind)
{
  ParlanceBlock *self = g_rc_box_new0 (ParlanceBlock);

  self->kind = kind;
  self->spans = g_array_new (FALSE, FALSE, sizeof (ParlanceSpan));
  g_array_set_clear_func (self->spans, span_clear);
  return self;
}

ParlanceBlock *
parlance_block_ref (ParlanceBlock *self)
{
  return g_rc_box_acquire (self);
}

static void
block_clear (gpointer data)
{
  ParlanceBlock *self = data;

  g_free (self->text);
  g_array_unref (self->spans);
  g_free (self->marker);
  g_free (self->language);
}

void
parlance_block_unref (ParlanceBlock *self)
{
  g_rc_box_release_full (self, block_clear);
}

gboolean
parlance_block_equal (const ParlanceBlock *a, const ParlanceBlock *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a == b)
    return TRUE;
  if (a->kind != b->kind || a->level != b->level || a->quote_depth != b->quote_depth
      || a->list_depth != b->list_depth || a->source_start != b->source_start
      || a->spans->len != b->spans->len || g_strcmp0 (a->marker, b->marker) != 0
      || g_strcmp0 (a->language, b->language) != 0 || strcmp (a->text, b->text) != 0)
    return FALSE;
  for (unsigned i = 0; i < a->spans->len; i++)
    {
      const ParlanceSpan *x = &g_array_index (a->spans, ParlanceSpan, i);
      const ParlanceSpan *y = &g_array_index (b->spans, ParlanceSpan, i);

      if (x->start != y->start || x->end != y->end || x->flags != y->flags
          || g_strcmp0 (x->target, y->target) != 0)
        return FALSE;
    }
  return TRUE;
}
