/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-drafts.h"

#define SAVE_INTERVAL 1000 /* ms */

struct _ParlanceDrafts
{
  GObject        parent_instance;

  ParlanceStore *store;
  char          *new_draft;
  gboolean       new_changed;
  GHashTable    *changed; /* conversations to be saved */
  unsigned       source;
};

G_DEFINE_FINAL_TYPE (ParlanceDrafts, parlance_drafts, G_TYPE_OBJECT)

static void
parlance_drafts_finalize (GObject *object)
{
  ParlanceDrafts *self = PARLANCE_DRAFTS (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->changed, g_hash_table_unref);
  g_clear_object (&self->store);
  g_free (self->new_draft);

  G_OBJECT_CLASS (parlance_drafts_parent_class)->finalize (object);
}

static void
parlance_drafts_class_init (ParlanceDraftsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_drafts_finalize;
}

static void
parlance_drafts_init (ParlanceDrafts *self)
{
  self->new_draft = g_strdup ("");
  self->changed = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

ParlanceDrafts *
parlance_drafts_new (ParlanceStore *store)
{
  ParlanceDrafts *self = g_object_new (PARLANCE_TYPE_DRAFTS, NULL);

  self->store = g_object_ref (store);

  return self;
}

void
parlance_drafts_take_new (ParlanceDrafts *self,
                          const char     *text)
{
  g_return_if_fail (PARLANCE_IS_DRAFTS (self));

  /* What was written before the store could be opened is newer. */
  if (*self->new_draft != '\0')
    return;

  g_free (self->new_draft);
  self->new_draft = g_strdup (text ? text : "");
}

void
parlance_drafts_flush (ParlanceDrafts *self)
{
  GHashTableIter iter;
  gpointer conversation;

  g_return_if_fail (PARLANCE_IS_DRAFTS (self));

  g_clear_handle_id (&self->source, g_source_remove);

  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &conversation, NULL))
    parlance_store_save_conversation (self->store, conversation);
  g_hash_table_remove_all (self->changed);

  if (self->new_changed)
    parlance_store_save_new_draft (self->store, self->new_draft);
  self->new_changed = FALSE;
}

static gboolean
on_due (gpointer user_data)
{
  ParlanceDrafts *self = user_data;

  self->source = 0;
  parlance_drafts_flush (self);

  return G_SOURCE_REMOVE;
}

void
parlance_drafts_set (ParlanceDrafts       *self,
                     ParlanceConversation *conversation,
                     const char           *text)
{
  g_return_if_fail (PARLANCE_IS_DRAFTS (self));
  g_return_if_fail (text != NULL);

  if (strcmp (parlance_drafts_get (self, conversation), text) == 0)
    return;

  if (conversation != NULL)
    {
      parlance_conversation_set_draft (conversation, text);
      g_hash_table_add (self->changed, g_object_ref (conversation));
    }
  else
    {
      g_free (self->new_draft);
      self->new_draft = g_strdup (text);
      self->new_changed = TRUE;
    }

  if (self->source == 0)
    self->source = g_timeout_add (SAVE_INTERVAL, on_due, self);
}

const char *
parlance_drafts_get (ParlanceDrafts       *self,
                     ParlanceConversation *conversation)
{
  g_return_val_if_fail (PARLANCE_IS_DRAFTS (self), "");

  return conversation ? parlance_conversation_get_draft (conversation) : self->new_draft;
}
