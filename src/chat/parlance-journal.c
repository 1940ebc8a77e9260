/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-journal.h"

/* Milliseconds that text may wait for the store: with the write itself below the 250 ms that
 * may be lost to a kill. */
#define INTERVAL 100
/* Bytes that are not kept back so long: what is handed over is copied in one go. */
#define LARGEST (1024 * 1024)

struct _ParlanceJournal
{
  ParlanceStore    *store;
  ParlanceMessage  *message;
  GString          *unsaved; /* text that the store does not have yet */
  ParlancePartKind  kind;    /* of that text */
  unsigned          source_id;
};

ParlanceJournal *
parlance_journal_new (ParlanceStore   *store,
                      ParlanceMessage *message)
{
  ParlanceJournal *self = g_new0 (ParlanceJournal, 1);

  g_set_object (&self->store, store);
  self->message = g_object_ref (message);
  self->unsaved = g_string_new (NULL);

  return self;
}

void
parlance_journal_free (ParlanceJournal *self)
{
  g_clear_handle_id (&self->source_id, g_source_remove);
  g_clear_object (&self->store);
  g_object_unref (self->message);
  g_string_free (self->unsaved, TRUE);
  g_free (self);
}

static gboolean
on_due (gpointer user_data)
{
  ParlanceJournal *self = user_data;

  self->source_id = 0;
  parlance_journal_flush (self);

  return G_SOURCE_REMOVE;
}

void
parlance_journal_append (ParlanceJournal  *self,
                         ParlancePartKind  kind,
                         const char       *text,
                         size_t            length)
{
  if (length == 0)
    return;

  if (kind != self->kind)
    parlance_journal_flush (self);
  self->kind = kind;
  g_string_append_len (self->unsaved, text, length);
  if (self->source_id == 0)
    self->source_id = g_timeout_add (INTERVAL, on_due, self);

  parlance_message_append (self->message, kind, text, length);
  if (self->unsaved->len >= LARGEST)
    parlance_journal_flush (self);
}

void
parlance_journal_flush (ParlanceJournal *self)
{
  g_clear_handle_id (&self->source_id, g_source_remove);

  if (self->unsaved->len > 0 && self->store != NULL)
    parlance_store_append (self->store, parlance_message_get_id (self->message), self->kind,
                           self->unsaved->str, self->unsaved->len);
  g_string_truncate (self->unsaved, 0);
}
