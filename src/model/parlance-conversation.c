/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-conversation.h"

#include "parlance-string.h"
#include "parlance-tree.h"

struct _ParlanceConversation
{
  GObject       parent_instance;

  int64_t       id;
  char         *title;
  int64_t       updated;
  char         *draft;
  gboolean      loaded;
  gboolean      busy;

  ParlanceTree *tree;   /* keeps the messages */
  GPtrArray    *branch; /* from the root to the leaf */
  GPtrArray    *active; /* messages that are pending or streaming */
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
  gboolean busy = self->active->len > 0;

  if (self->busy == busy)
    return;

  self->busy = busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
update_active (ParlanceConversation *self,
               ParlanceMessage      *message)
{
  gboolean was_active = g_ptr_array_find (self->active, message, NULL);

  if (parlance_message_is_active (message) == was_active)
    return;

  if (was_active)
    g_ptr_array_remove (self->active, message);
  else
    g_ptr_array_add (self->active, message);
}

static void
on_state_changed (ParlanceMessage      *message,
                  GParamSpec           *pspec,
                  ParlanceConversation *self)
{
  update_active (self, message);
  update_busy (self);
}

static void
take_into_tree (ParlanceConversation *self,
                ParlanceMessage      *message)
{
  parlance_tree_add (self->tree, message);
  update_active (self, message);
  /* Not g_signal_connect_object(), which lengthens one array for every message that there is. */
  g_signal_connect (message, "notify::state", G_CALLBACK (on_state_changed), self);
}

/* Makes @leaf the end of the branch; only what differs is reported as changed. */
static void
set_leaf (ParlanceConversation *self,
          ParlanceMessage      *leaf)
{
  unsigned old_length = self->branch->len;
  unsigned n_kept = parlance_tree_lead (self->tree, self->branch, leaf);
  unsigned n_removed = old_length - n_kept;
  unsigned n_added = self->branch->len - n_kept;

  if (n_removed > 0 || n_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), n_kept, n_removed, n_added);
}

static void
let_go (ParlanceMessage *message,
        gpointer         self)
{
  g_signal_handlers_disconnect_by_func (message, on_state_changed, self);
}

static void
parlance_conversation_finalize (GObject *object)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (object);

  g_free (self->title);
  g_free (self->draft);
  g_ptr_array_unref (self->active);
  g_ptr_array_unref (self->branch);
  parlance_tree_foreach (self->tree, let_go, self);
  parlance_tree_free (self->tree);

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
  self->tree = parlance_tree_new ();
  self->branch = g_ptr_array_new ();
  self->active = g_ptr_array_new ();
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
  if (leaf == NULL && messages->len > 0)
    leaf = g_ptr_array_index (messages, messages->len - 1);

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

  g_return_if_fail (!parlance_tree_has_children (self->tree, message));

  if (parlance_conversation_get_leaf (self) == message)
    set_leaf (self, parlance_conversation_get_message (self,
                                                       parlance_message_get_parent_id (message)));

  let_go (message, self);
  g_ptr_array_remove (self->active, message);
  parlance_tree_remove (self->tree, message);
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

  return parlance_tree_get_message (self->tree, id);
}

ParlanceMessage *
parlance_conversation_get_active (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), NULL);

  return self->active->len > 0 ? self->active->pdata[self->active->len - 1] : NULL;
}

GPtrArray *
parlance_conversation_get_siblings (ParlanceConversation *self,
                                    ParlanceMessage      *message,
                                    unsigned             *index)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), g_ptr_array_new ());

  return parlance_tree_dup_siblings (self->tree, message, index);
}

GPtrArray *
parlance_conversation_dup_branch (ParlanceConversation *self,
                                  ParlanceMessage      *message)
{
  g_autoptr (GPtrArray) branch = g_ptr_array_new ();

  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), g_ptr_array_new ());

  parlance_tree_lead (self->tree, branch, message);
  g_ptr_array_foreach (branch, (GFunc) g_object_ref, NULL);
  g_ptr_array_set_free_func (branch, g_object_unref);

  return g_steal_pointer (&branch);
}

void
parlance_conversation_select (ParlanceConversation *self,
                              ParlanceMessage      *message)
{
  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));
  g_return_if_fail (PARLANCE_IS_MESSAGE (message));

  set_leaf (self, parlance_tree_get_newest_end (self->tree, message));
}
