/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-overlap.h"

#include <string.h>

/* Bytes. Fewer in common are more often chance ("very " + "very good") than repetition. */
#define MIN_OVERLAP 10
#define MAX_OVERLAP 1024

struct _ParlanceOverlap
{
  GString  *tail; /* the end of the existing text */
  GString  *head; /* the beginning of the continuation, held back until decided */
  gboolean  decided;
};

ParlanceOverlap *
parlance_overlap_new (const char *existing,
                      size_t      length)
{
  ParlanceOverlap *self = g_new0 (ParlanceOverlap, 1);
  size_t kept = MIN (length, MAX_OVERLAP);

  self->tail = g_string_new_len (existing + length - kept, kept);
  self->head = g_string_new (NULL);

  return self;
}

void
parlance_overlap_free (ParlanceOverlap *self)
{
  g_string_free (self->tail, TRUE);
  g_string_free (self->head, TRUE);
  g_free (self);
}

/* Whether the end of the tail, @length bytes long, begins with the head or the head with it. */
static gboolean
agrees (ParlanceOverlap *self,
        size_t           length)
{
  return memcmp (self->tail->str + self->tail->len - length, self->head->str,
                 MIN (length, self->head->len)) == 0;
}

static void
decide (ParlanceOverlap *self,
        GString         *out)
{
  size_t overlap = MIN (self->tail->len, self->head->len);

  while (overlap >= MIN_OVERLAP && !agrees (self, overlap))
    overlap--;

  if (overlap < MIN_OVERLAP)
    overlap = 0;

  g_string_append_len (out, self->head->str + overlap, self->head->len - overlap);
  g_string_truncate (self->head, 0);
  self->decided = TRUE;
}

void
parlance_overlap_feed (ParlanceOverlap *self,
                       const char      *text,
                       size_t           length,
                       GString         *out)
{
  if (self->decided)
    {
      g_string_append_len (out, text, length);
      return;
    }

  g_string_append_len (self->head, text, length);

  /* A longer end of the tail that begins with all of the head may yet be repeated whole. */
  for (size_t longer = MAX (self->head->len + 1, MIN_OVERLAP); longer <= self->tail->len; longer++)
    if (agrees (self, longer))
      return;

  decide (self, out);
}

void
parlance_overlap_flush (ParlanceOverlap *self,
                        GString         *out)
{
  if (!self->decided)
    decide (self, out);
}
