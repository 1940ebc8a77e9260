/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-conversation.h"

#include "parlance-string.h"

struct _ParlanceConversation
{
  GObject     parent_instance;

  int64_t     id;
  char       *title;
  int64_t     updated;
  char       *draft;
  gboolean    loaded;
  gboolean    busy;

  GPtrArray  *messages; /* the whole tree, in the order in which the messages came */
  GHashTable *by_id;    /* &message id → ParlanceMessage, kept by messages */
  GPtrArray  *branch;   /* from the root to the leaf */
};

enum
{
  PROP_ID = 1,
  PROP_TITLE,
  PROP_UPDATED,
  PROP_DRAFT,
  PROP_LOADED,
  PROP_BUSY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
parlance_conversation_get_item_type (GListModel *model)
{
  return PARLANCE_TYPE_MESSAGE;
}

static unsigned
parlance_conversation_get_n_items (GListModel *model)
{
  return PARLANCE_CONVERSATION (model)->branch->len;
}

static gpointer
parlance_conversation_get_item (GListModel *model,
                                unsigned    position)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (model);

  if (position >= self->branch->len)
    return NULL;

  return g_object_ref (g_ptr_array_index (self->branch, position));
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = parlance_conversation_get_item_type;
  iface->get_n_items = parlance_conversation_get_n_items;
  iface->get_item = parlance_conversation_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ParlanceConversation, parlance_conversation, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
update_busy (ParlanceConversation *self)
{
  gboolean busy = parlance_conversation_get_active (self) != NULL;

  if (self->busy == busy)
    return;

  self->busy = busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
take_into_tree (ParlanceConversation *self,
                ParlanceMessage      *message)
{
  int64_t *key = g_new (int64_t, 1);

  *key = parlance_message_get_id (message);
  g_ptr_array_add (self->messages, g_object_ref (message));
  g_hash_table_insert (self->by_id, key, message);
  g_signal_connect_object (message, "notify::state", G_CALLBACK (update_busy), self,
                           G_CONNECT_SWAPPED);
}

/* Makes @leaf the end of the branch; only what differs is reported as changed. */
static void
set_leaf (ParlanceConversation *self,
          ParlanceMessage      *leaf)
{
  g_autoptr (GPtrArray) branch = g_ptr_array_new ();
  unsigned common = 0;
  unsigned removed;

  for (ParlanceMessage *m = leaf; m != NULL;
       m = parlance_conversation_get_message (self, parlance_message_get_parent_id (m)))
    g_ptr_array_add (branch, m);

  for (unsigned i = 0; i < branch->len / 2; i++)
    {
      gpointer other = branch->pdata[i];

      branch->pdata[i] = branch->pdata[branch->len - 1 - i];
      branch->pdata[branch->len - 1 - i] = other;
    }

  while (common < branch->len && common < self->branch->len
         && branch->pdata[common] == self->branch->pdata[common])
    common++;

  removed = self->branch->len - common;
  if (removed == 0 && branch->len == common)
    return;

  g_ptr_array_set_size (self->branch, common);
  for (unsigned i = common; i < branch->len; i++)
    g_ptr_array_add (self->branch, branch->pdata[i]);

  g_list_model_items_changed (G_LIST_MODEL (self), common, removed, branch->len - common);
}

static void
parlance_conversation_finalize (GObject *object)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (object);

  g_free (self->title);
  g_free (self->draft);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->branch);
  g_ptr_array_unref (self->messages);

  G_OBJECT_CLASS (parlance_conversation_parent_class)->finalize (object);
}

static void
parlance_conversation_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_int64 (value, self->id);
      break;

    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;

    case PROP_UPDATED:
      g_value_set_int64 (value, self->updated);
      break;

    case PROP_DRAFT:
      g_value_set_string (value, self->draft);
      break;

    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;

    case PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_conversation_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (object);

  switch (prop_id)
    {
    case PROP_ID:
      self->id = g_value_get_int64 (value);
      break;

    case PROP_TITLE:
      parlance_conversation_set_title (self, g_value_get_string (value));
      break;

    case PROP_UPDATED:
      parlance_conversation_set_updated (self, g_value_get_int64 (value));
      break;

    case PROP_DRAFT:
      parlance_conversation_set_draft (self, g_value_get_string (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_conversation_class_init (ParlanceConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags =
    G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = parlance_conversation_finalize;
  object_class->get_property = parlance_conversation_get_property;
  object_class->set_property = parlance_conversation_set_property;

  properties[PROP_ID] =
    g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0,
                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  properties[PROP_UPDATED] =
    g_param_spec_int64 ("updated", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, "", flags);
  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_conversation_init (ParlanceConversation *self)
{
  self->title = g_strdup ("");
  self->draft = g_strdup ("");
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->branch = g_ptr_array_new ();
}

ParlanceConversation *
parlance_conversation_new (int64_t id)
{
  return g_object_new (PARLANCE_TYPE_CONVERSATION, "id", id, NULL);
}

int64_t
parlance_conversation_get_id (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), 0);

  return self->id;
}

const char *
parlance_conversation_get_title (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), "");

  return self->title;
}

static void
set_string (ParlanceConversation *self,
            char                **field,
            const char           *value,
            unsigned              property)
{
  if (parlance_string_replace (field, value))
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
parlance_conversation_set_title (ParlanceConversation *self,
                                 const char           *title)
{
  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));

  set_string (self, &self->title, title, PROP_TITLE);
}

int64_t
parlance_conversation_get_updated (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), 0);

  return self->updated;
}

void
parlance_conversation_set_updated (ParlanceConversation *self,
                                   int64_t               updated)
{
  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));

  if (self->updated == updated)
    return;

  self->updated = updated;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UPDATED]);
}

const char *
parlance_conversation_get_draft (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), "");

  return self->draft;
}

void
parlance_conversation_set_draft (ParlanceConversation *self,
                                 const char           *draft)
{
  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));

  set_string (self, &self->draft, draft, PROP_DRAFT);
}

gboolean
parlance_conversation_get_loaded (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), FALSE);

  return self->loaded;
}

gboolean
parlance_conversation_get_busy (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), FALSE);

  return self->busy;
}

void
parlance_conversation_load (ParlanceConversation *self,
                            GPtrArray            *messages,
                            int64_t               leaf_id)
{
  ParlanceMessage *leaf;

  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));
  g_return_if_fail (!self->loaded);

  for (unsigned i = 0; i < messages->len; i++)
    take_into_tree (self, g_ptr_array_index (messages, i));

  leaf = parlance_conversation_get_message (self, leaf_id);
  if (leaf == NULL && self->messages->len > 0)
    leaf = g_ptr_array_index (self->messages, self->messages->len - 1);

  self->loaded = TRUE;
  set_leaf (self, leaf);
  update_busy (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
}

void
parlance_conversation_add (ParlanceConversation *self,
                           ParlanceMessage      *message)
{
  int64_t parent_id = parlance_message_get_parent_id (message);

  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));
  g_return_if_fail (parent_id == 0 || parlance_conversation_get_message (self, parent_id) != NULL);

  take_into_tree (self, message);
  set_leaf (self, message);
  update_busy (self);
}

void
parlance_conversation_remove (ParlanceConversation *self,
                              ParlanceMessage      *message)
{
  g_autoptr (ParlanceMessage) kept = g_object_ref (message);
  int64_t id = parlance_message_get_id (message);

  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));
  g_return_if_fail (parlance_conversation_get_message (self, id) == message);

  for (unsigned i = 0; i < self->messages->len; i++)
    g_return_if_fail (parlance_message_get_parent_id (self->messages->pdata[i]) != id);

  if (parlance_conversation_get_leaf (self) == message)
    set_leaf (self, parlance_conversation_get_message (self,
                                                       parlance_message_get_parent_id (message)));

  g_signal_handlers_disconnect_by_func (message, update_busy, self);
  g_hash_table_remove (self->by_id, &id);
  g_ptr_array_remove (self->messages, message);
  update_busy (self);
}

ParlanceMessage *
parlance_conversation_get_leaf (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), NULL);

  return self->branch->len > 0 ? self->branch->pdata[self->branch->len - 1] : NULL;
}

ParlanceMessage *
parlance_conversation_get_message (ParlanceConversation *self,
                                   int64_t               id)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), NULL);

  return g_hash_table_lookup (self->by_id, &id);
}

ParlanceMessage *
parlance_conversation_get_active (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), NULL);

  for (unsigned i = self->messages->len; i > 0; i--)
    if (parlance_message_is_active (self->messages->pdata[i - 1]))
      return self->messages->pdata[i - 1];

  return NULL;
}

GPtrArray *
parlance_conversation_get_siblings (ParlanceConversation *self,
                                    ParlanceMessage      *message,
                                    unsigned             *index)
{
  GPtrArray *siblings = g_ptr_array_new ();

  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), siblings);

  for (unsigned i = 0; i < self->messages->len; i++)
    {
      ParlanceMessage *other = self->messages->pdata[i];

      if (parlance_message_get_parent_id (other) != parlance_message_get_parent_id (message))
        continue;

      if (other == message && index != NULL)
        *index = siblings->len;
      g_ptr_array_add (siblings, other);
    }

  return siblings;
}

void
parlance_conversation_select (ParlanceConversation *self,
                              ParlanceMessage      *message)
{
  g_autoptr (GHashTable) newest_child = g_hash_table_new (NULL, NULL);
  ParlanceMessage *leaf = message;
  ParlanceMessage *child;

  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));
  g_return_if_fail (PARLANCE_IS_MESSAGE (message));

  for (unsigned i = 0; i < self->messages->len; i++)
    {
      int64_t parent_id = parlance_message_get_parent_id (self->messages->pdata[i]);
      ParlanceMessage *parent = parlance_conversation_get_message (self, parent_id);

      if (parent != NULL)
        g_hash_table_insert (newest_child, parent, self->messages->pdata[i]);
    }

  while ((child = g_hash_table_lookup (newest_child, leaf)) != NULL)
    leaf = child;

  set_leaf (self, leaf);
}
