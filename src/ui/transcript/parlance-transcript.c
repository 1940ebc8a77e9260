/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-transcript.h"

#include "parlance-section.h"

#define UPDATE_INTERVAL 33 /* ms */
#define N_EXTEND 40        /* messages that are built together */

struct _ParlanceTranscript
{
  GObject               parent_instance;

  ParlanceConversation *conversation;
  GPtrArray            *sections;  /* of the messages from n_unbuilt on */
  GPtrArray            *rows;      /* of all sections */
  unsigned              n_unbuilt; /* messages at the front that have no rows yet */

  GHashTable           *dirty;     /* of ParlanceMessage */
  unsigned              update_id;
  int64_t               last_update;
  unsigned              silence_id;
  int64_t               last_growth;
};

static void parlance_transcript_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ParlanceTranscript, parlance_transcript, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      parlance_transcript_list_model_init))

static GType
parlance_transcript_get_item_type (GListModel *model)
{
  return PARLANCE_TYPE_ROW;
}

static unsigned
parlance_transcript_get_n_items (GListModel *model)
{
  return PARLANCE_TRANSCRIPT (model)->rows->len;
}

static gpointer
parlance_transcript_get_item (GListModel *model,
                              unsigned    position)
{
  ParlanceTranscript *self = PARLANCE_TRANSCRIPT (model);

  return position < self->rows->len ? g_object_ref (g_ptr_array_index (self->rows, position))
                                    : NULL;
}

static void
parlance_transcript_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = parlance_transcript_get_item_type;
  iface->get_n_items = parlance_transcript_get_n_items;
  iface->get_item = parlance_transcript_get_item;
}

static ParlanceSection *
get_section (ParlanceTranscript *self,
             unsigned            index)
{
  return g_ptr_array_index (self->sections, index);
}

static void
splice_rows (ParlanceTranscript  *self,
             unsigned             position,
             unsigned             removed,
             ParlanceRow        **rows,
             unsigned             added)
{
  unsigned n = self->rows->len, kept = n - position - removed;

  for (unsigned i = 0; i < removed; i++)
    g_object_unref (g_ptr_array_index (self->rows, position + i));
  if (added > removed)
    g_ptr_array_set_size (self->rows, n + added - removed);
  memmove (self->rows->pdata + position + added, self->rows->pdata + position + removed,
           kept * sizeof (gpointer));
  for (unsigned i = 0; i < added; i++)
    self->rows->pdata[position + i] = g_object_ref (rows[i]);
  if (added < removed)
    g_ptr_array_set_size (self->rows, n + added - removed);

  if (removed || added)
    g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

/* Where the rows of a section begin. Counted from the end, where changes are. */
static unsigned
section_start (ParlanceTranscript *self,
               unsigned            index)
{
  unsigned start = self->rows->len;

  for (unsigned i = self->sections->len; i > index; i--)
    start -= parlance_section_get_rows (get_section (self, i - 1))->len;

  return start;
}

static int
get_silence (ParlanceTranscript *self)
{
  return (g_get_monotonic_time () - self->last_growth) / G_USEC_PER_SEC;
}

static ParlanceSplice
update_section (ParlanceTranscript *self,
                ParlanceSection    *section)
{
  ParlanceMessage *message = parlance_section_get_message (section);
  g_autoptr (GPtrArray) siblings = NULL;
  ParlanceSectionState state = {
    .leaf = parlance_conversation_get_leaf (self->conversation) == message,
    .silence = get_silence (self),
    .n_answers = 1,
  };

  if (parlance_message_get_role (message) == PARLANCE_ROLE_ASSISTANT)
    {
      siblings = parlance_conversation_get_siblings (self->conversation, message, &state.answer);
      state.n_answers = siblings->len;
    }

  return parlance_section_update (section, &state);
}

static void
sync_section (ParlanceTranscript *self,
              unsigned            index)
{
  ParlanceSection *section = get_section (self, index);
  unsigned start = section_start (self, index);
  ParlanceSplice splice = update_section (self, section);

  splice_rows (self, start + splice.position, splice.removed,
               (ParlanceRow **) parlance_section_get_rows (section)->pdata + splice.position,
               splice.added);
}

static gboolean on_silence (gpointer user_data);

static void
watch_silence (ParlanceTranscript *self)
{
  gboolean active = parlance_conversation_get_active (self->conversation) != NULL;

  if (active && !self->silence_id)
    {
      self->silence_id = g_timeout_add_seconds (1, on_silence, self);
      g_source_set_name_by_id (self->silence_id, "[parlance] silence of a reply");
    }
  else if (!active)
    {
      g_clear_handle_id (&self->silence_id, g_source_remove);
    }
}

void
parlance_transcript_flush (ParlanceTranscript *self)
{
  g_return_if_fail (PARLANCE_IS_TRANSCRIPT (self));

  g_clear_handle_id (&self->update_id, g_source_remove);
  if (g_hash_table_size (self->dirty) == 0)
    return;

  /* What changes is near the end. */
  for (unsigned i = self->sections->len; i > 0 && g_hash_table_size (self->dirty) > 0; i--)
    if (g_hash_table_remove (self->dirty, parlance_section_get_message (get_section (self, i - 1))))
      sync_section (self, i - 1);
  g_hash_table_remove_all (self->dirty);

  self->last_update = g_get_monotonic_time ();
  watch_silence (self);
}

static gboolean
on_update (gpointer user_data)
{
  ParlanceTranscript *self = user_data;

  self->update_id = 0;
  parlance_transcript_flush (self);

  return G_SOURCE_REMOVE;
}

static void
mark_dirty (ParlanceTranscript *self,
            ParlanceMessage    *message)
{
  int64_t elapsed = (g_get_monotonic_time () - self->last_update) / 1000;

  g_hash_table_add (self->dirty, message);
  if (self->update_id)
    return;

  self->update_id = g_timeout_add (elapsed < UPDATE_INTERVAL ? UPDATE_INTERVAL - elapsed : 0,
                                   on_update, self);
  g_source_set_name_by_id (self->update_id, "[parlance] transcript");
}

static gboolean
on_silence (gpointer user_data)
{
  ParlanceTranscript *self = user_data;
  ParlanceMessage *active = parlance_conversation_get_active (self->conversation);

  if (!active)
    {
      self->silence_id = 0;
      return G_SOURCE_REMOVE;
    }
  mark_dirty (self, active);

  return G_SOURCE_CONTINUE;
}

static void
on_appended (ParlanceTranscript *self,
             unsigned            part,
             uint64_t            offset,
             ParlanceMessage    *message)
{
  self->last_growth = g_get_monotonic_time ();
  mark_dirty (self, message);
}

static void
on_message_notify (ParlanceTranscript *self,
                   GParamSpec         *pspec,
                   ParlanceMessage    *message)
{
  self->last_growth = g_get_monotonic_time ();
  mark_dirty (self, message);
}

static ParlanceSection *
make_section (ParlanceTranscript *self,
              unsigned            index)
{
  g_autoptr (ParlanceMessage) message =
    g_list_model_get_item (G_LIST_MODEL (self->conversation), index);
  ParlanceSection *section = parlance_section_new (message);

  g_signal_connect_object (message, "appended", G_CALLBACK (on_appended), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify", G_CALLBACK (on_message_notify), self,
                           G_CONNECT_SWAPPED);
  update_section (self, section);

  return section;
}

static void
drop_section (ParlanceTranscript *self,
              unsigned            index)
{
  ParlanceMessage *message = parlance_section_get_message (get_section (self, index));

  g_signal_handlers_disconnect_by_data (message, self);
  g_hash_table_remove (self->dirty, message);
  g_ptr_array_remove_index (self->sections, index);
}

/* Replaces sections, and their rows in one step. */
static void
splice_sections (ParlanceTranscript *self,
                 unsigned            index,
                 unsigned            removed,
                 unsigned            added)
{
  unsigned start = section_start (self, index);
  unsigned n_removed = 0;
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  for (unsigned i = 0; i < removed; i++)
    {
      n_removed += parlance_section_get_rows (get_section (self, index))->len;
      drop_section (self, index);
    }
  for (unsigned i = 0; i < added; i++)
    {
      ParlanceSection *section = make_section (self, self->n_unbuilt + index + i);

      g_ptr_array_insert (self->sections, index + i, section);
      g_ptr_array_extend (rows, parlance_section_get_rows (section), NULL, NULL);
    }

  splice_rows (self, start, n_removed, (ParlanceRow **) rows->pdata, rows->len);
}

gboolean
parlance_transcript_extend (ParlanceTranscript *self)
{
  g_return_val_if_fail (PARLANCE_IS_TRANSCRIPT (self), FALSE);

  unsigned n = MIN (self->n_unbuilt, N_EXTEND);

  if (n == 0)
    return FALSE;

  self->n_unbuilt -= n;
  splice_sections (self, 0, 0, n);

  return TRUE;
}

static void
on_items_changed (ParlanceTranscript *self,
                  unsigned            position,
                  unsigned            removed,
                  unsigned            added,
                  GListModel         *messages)
{
  unsigned removed_unbuilt = 0;
  unsigned index;

  self->last_growth = g_get_monotonic_time ();

  if (position < self->n_unbuilt)
    {
      removed_unbuilt = MIN (removed, self->n_unbuilt - position);
      self->n_unbuilt -= removed_unbuilt;
      removed -= removed_unbuilt;
      /* New messages before those that are built wait with the others. */
      self->n_unbuilt += added;
      added = 0;
      index = 0;
    }
  else
    {
      index = position - self->n_unbuilt;
    }

  if (index == 0 && removed == self->sections->len)
    {
      self->n_unbuilt += added;
      added = 0;
    }

  if (removed || added)
    splice_sections (self, index, removed, added);
  if (self->sections->len == 0)
    parlance_transcript_extend (self);
  else if (index > 0)
    /* It may have become, or be no longer, the last one. */
    sync_section (self, index - 1);

  watch_silence (self);
}

static void
parlance_transcript_dispose (GObject *object)
{
  ParlanceTranscript *self = PARLANCE_TRANSCRIPT (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_handle_id (&self->silence_id, g_source_remove);
  while (self->sections->len > 0)
    drop_section (self, self->sections->len - 1);

  G_OBJECT_CLASS (parlance_transcript_parent_class)->dispose (object);
}

static void
parlance_transcript_finalize (GObject *object)
{
  ParlanceTranscript *self = PARLANCE_TRANSCRIPT (object);

  g_clear_object (&self->conversation);
  g_ptr_array_unref (self->sections);
  g_ptr_array_foreach (self->rows, (GFunc) g_object_unref, NULL);
  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->dirty);

  G_OBJECT_CLASS (parlance_transcript_parent_class)->finalize (object);
}

static void
parlance_transcript_class_init (ParlanceTranscriptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = parlance_transcript_dispose;
  object_class->finalize = parlance_transcript_finalize;
}

static void
parlance_transcript_init (ParlanceTranscript *self)
{
  self->sections = g_ptr_array_new_with_free_func ((GDestroyNotify) parlance_section_free);
  self->rows = g_ptr_array_new ();
  self->dirty = g_hash_table_new (NULL, NULL);
}

ParlanceTranscript *
parlance_transcript_new (ParlanceConversation *conversation)
{
  ParlanceTranscript *self = g_object_new (PARLANCE_TYPE_TRANSCRIPT, NULL);

  self->conversation = g_object_ref (conversation);
  self->n_unbuilt = g_list_model_get_n_items (G_LIST_MODEL (conversation));
  self->last_growth = g_get_monotonic_time ();
  g_signal_connect_object (conversation, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  parlance_transcript_extend (self);
  watch_silence (self);

  return self;
}

void
parlance_transcript_toggle (ParlanceTranscript *self,
                            int64_t             message_id,
                            unsigned            part)
{
  g_return_if_fail (PARLANCE_IS_TRANSCRIPT (self));

  for (unsigned i = self->sections->len; i > 0; i--)
    if (parlance_message_get_id (parlance_section_get_message (get_section (self, i - 1))) ==
        message_id)
      {
        parlance_section_toggle (get_section (self, i - 1), part);
        sync_section (self, i - 1);
        return;
      }
}
