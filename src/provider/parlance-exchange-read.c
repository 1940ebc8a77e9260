/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-exchange-private.h"

/* What func gets in one turn of the main loop, as bytes; each call of it counts as some. */
#define SLICE (1024 * 1024)
#define CALL 256

typedef struct
{
  GTask            *task;   /* the exchange's: keeps it alive, whatever becomes of the answer */
  GBytes           *bytes;
  ParlanceReadFunc  func;
  GError           *error;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *self = data;

  g_object_unref (self->task);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static void
part_free (gpointer data)
{
  ParlancePart *part = data;

  g_string_free (part->text, TRUE);
  g_free (part);
}

void
parlance_exchange_take_delta (ParlancePartKind  kind,
                              const char       *text,
                              size_t            length,
                              gpointer          user_data)
{
  ParlanceExchange *self = user_data;
  ParlancePart *part;

  if (self->too_large || g_cancellable_is_cancelled (self->person))
    return;

  if (length > PARLANCE_MAX_REPLY - self->n_text)
    {
      self->too_large = TRUE;
      return;
    }

  self->n_text += length;
  if (self->func == NULL)
    return;

  if (self->unread == NULL)
    {
      self->func (kind, text, length, self->func_data);
      return;
    }

  part = g_queue_peek_tail (self->unread);
  if (part == NULL || part->kind != kind)
    {
      part = g_new0 (ParlancePart, 1);
      part->kind = kind;
      part->text = g_string_new (NULL);
      g_queue_push_tail (self->unread, part);
    }
  g_string_append_len (part->text, text, length);
}

/* Gives func at most @size bytes of the first part. */
static size_t
give (ParlanceExchange *self,
      size_t            size)
{
  ParlancePart *part = g_queue_peek_head (self->unread);
  const char *text = part->text->str + self->offset;
  size_t length = part->text->len - self->offset;

  if (length > size)
    for (length = size; (text[length] & 0xc0) == 0x80;)
      length--;

  self->func (part->kind, text, length, self->func_data);

  self->offset += length;
  if (self->offset == part->text->len)
    {
      part_free (g_queue_pop_head (self->unread));
      self->offset = 0;
    }

  return length + CALL;
}

static gboolean
on_slice (gpointer user_data)
{
  Reading *reading = g_task_get_task_data (user_data);
  ParlanceExchange *self = g_task_get_task_data (reading->task);
  size_t given = 0;

  while (given < SLICE && !g_queue_is_empty (self->unread) &&
         !g_cancellable_is_cancelled (self->person))
    given += give (self, SLICE);

  if (!g_queue_is_empty (self->unread) && !g_cancellable_is_cancelled (self->person))
    return G_SOURCE_CONTINUE;

  g_queue_free_full (g_steal_pointer (&self->unread), part_free);
  self->offset = 0;
  if (!g_task_get_completed (reading->task))
    reading->func (reading->task, g_steal_pointer (&reading->error));

  return G_SOURCE_REMOVE;
}

static void
on_thread_done (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, on_slice, g_object_ref (result), g_object_unref);
}

static void
read_in_thread (GTask        *work,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Reading *reading = task_data;
  ParlanceExchange *self = g_task_get_task_data (reading->task);
  size_t length;
  const char *bytes;

  if (reading->bytes == NULL)
    {
      parlance_decoder_document (self->decoder, self->body->str, self->body->len);
    }
  else
    {
      bytes = g_bytes_get_data (reading->bytes, &length);
      parlance_sse_parser_feed (self->parser, bytes, length, &reading->error);
    }

  g_task_return_boolean (work, TRUE);
}

void
parlance_exchange_read_in_thread (GTask            *task,
                                  GBytes           *bytes,
                                  ParlanceReadFunc  func)
{
  ParlanceExchange *self = g_task_get_task_data (task);
  g_autoptr (GTask) work = g_task_new (NULL, NULL, on_thread_done, NULL);
  Reading *reading = g_new0 (Reading, 1);

  g_assert (self->unread == NULL);

  self->unread = g_queue_new ();
  reading->task = g_object_ref (task);
  reading->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  reading->func = func;
  g_task_set_source_tag (work, parlance_exchange_read_in_thread);
  g_task_set_task_data (work, reading, reading_free);
  g_task_run_in_thread (work, read_in_thread);
}
