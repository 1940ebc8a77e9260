/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-row.h"

#include <string.h>

struct _ParlanceRow
{
  GObject           parent_instance;

  ParlanceRowKind   kind;
  ParlanceMessage  *message;
  unsigned          part;
  ParlanceBlock    *block;
  size_t            start;
  size_t            end;
  ParlanceRowFlags  flags;
  int               seconds;
  unsigned          answer;
  unsigned          n_answers;
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceRow, parlance_row, G_TYPE_OBJECT)

static void
parlance_row_finalize (GObject *object)
{
  ParlanceRow *self = PARLANCE_ROW (object);

  g_clear_object (&self->message);
  g_clear_pointer (&self->block, parlance_block_unref);

  G_OBJECT_CLASS (parlance_row_parent_class)->finalize (object);
}

static void
parlance_row_class_init (ParlanceRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_row_finalize;

  signals[CHANGED] = g_signal_new ("changed", PARLANCE_TYPE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
parlance_row_init (ParlanceRow *self)
{
}

ParlanceRow *
parlance_row_new (ParlanceRowKind  kind,
                  ParlanceMessage *message,
                  unsigned         part)
{
  ParlanceRow *self = g_object_new (PARLANCE_TYPE_ROW, NULL);

  self->kind = kind;
  self->message = g_object_ref (message);
  self->part = part;

  return self;
}

ParlanceRowKind
parlance_row_get_kind (ParlanceRow *self)
{
  return self->kind;
}

ParlanceMessage *
parlance_row_get_message (ParlanceRow *self)
{
  return self->message;
}

unsigned
parlance_row_get_part (ParlanceRow *self)
{
  return self->part;
}

ParlanceBlock *
parlance_row_get_block (ParlanceRow *self)
{
  return self->block;
}

const char *
parlance_row_get_text (ParlanceRow *self)
{
  if (self->block)
    return self->block->text;
  if (self->part < parlance_message_get_n_parts (self->message))
    return parlance_message_get_part (self->message, self->part)->text->str;

  return "";
}

size_t
parlance_row_get_start (ParlanceRow *self)
{
  return self->start;
}

size_t
parlance_row_get_end (ParlanceRow *self)
{
  return self->end;
}

ParlanceRowFlags
parlance_row_get_flags (ParlanceRow *self)
{
  return self->flags;
}

int
parlance_row_get_seconds (ParlanceRow *self)
{
  return self->seconds;
}

unsigned
parlance_row_get_answer (ParlanceRow *self,
                         unsigned    *n_answers)
{
  *n_answers = self->n_answers;

  return self->answer;
}

void
parlance_row_set (ParlanceRow      *self,
                  ParlanceBlock    *block,
                  size_t            start,
                  size_t            end,
                  ParlanceRowFlags  flags)
{
  gboolean same = start == self->start && end == self->end && flags == self->flags &&
                  (block == self->block ||
                   (block && self->block && parlance_block_equal (block, self->block)));

  if (block != self->block)
    {
      g_clear_pointer (&self->block, parlance_block_unref);
      self->block = block ? parlance_block_ref (block) : NULL;
    }
  self->start = start;
  self->end = end;
  self->flags = flags;

  if (!same)
    g_signal_emit (self, signals[CHANGED], 0);
}

void
parlance_row_set_seconds (ParlanceRow *self,
                          int          seconds)
{
  if (seconds == self->seconds)
    return;

  self->seconds = seconds;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
parlance_row_set_answers (ParlanceRow *self,
                          unsigned     answer,
                          unsigned     n_answers)
{
  if (answer == self->answer && n_answers == self->n_answers)
    return;

  self->answer = answer;
  self->n_answers = n_answers;
  g_signal_emit (self, signals[CHANGED], 0);
}
