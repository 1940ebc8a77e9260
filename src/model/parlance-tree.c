/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-tree.h"

typedef struct _Node Node;

struct _Node
{
  int64_t          id; /* the key of by_id */
  ParlanceMessage *message;
  Node            *parent;
  Node            *previous; /* among the children of the parent */
  Node            *next;
  Node            *first_child;
  Node            *last_child;
  unsigned         depth; /* 0: a root */
};

struct _ParlanceTree
{
  GHashTable *by_id; /* &Node.id → Node */
  Node        top;   /* of which the roots are the children */
};

static void
node_free (gpointer data)
{
  Node *node = data;

  g_object_unref (node->message);
  g_free (node);
}

ParlanceTree *
parlance_tree_new (void)
{
  ParlanceTree *self = g_new0 (ParlanceTree, 1);

  self->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, node_free);

  return self;
}

void
parlance_tree_free (ParlanceTree *self)
{
  g_hash_table_unref (self->by_id);
  g_free (self);
}

static Node *
find (ParlanceTree    *self,
      ParlanceMessage *message)
{
  int64_t id = parlance_message_get_id (message);
  Node *node = g_hash_table_lookup (self->by_id, &id);

  return node != NULL && node->message == message ? node : NULL;
}

void
parlance_tree_add (ParlanceTree    *self,
                   ParlanceMessage *message)
{
  int64_t parent_id = parlance_message_get_parent_id (message);
  Node *parent = g_hash_table_lookup (self->by_id, &parent_id);
  Node *node;

  g_return_if_fail (parlance_tree_get_message (self, parlance_message_get_id (message)) == NULL);

  node = g_new0 (Node, 1);
  node->id = parlance_message_get_id (message);
  node->message = g_object_ref (message);
  node->depth = parent != NULL ? parent->depth + 1 : 0;
  node->parent = parent != NULL ? parent : &self->top;

  node->previous = node->parent->last_child;
  if (node->previous != NULL)
    node->previous->next = node;
  else
    node->parent->first_child = node;
  node->parent->last_child = node;

  g_hash_table_insert (self->by_id, &node->id, node);
}

void
parlance_tree_remove (ParlanceTree    *self,
                      ParlanceMessage *message)
{
  Node *node = find (self, message);

  g_return_if_fail (node != NULL && node->first_child == NULL);

  if (node->previous != NULL)
    node->previous->next = node->next;
  else
    node->parent->first_child = node->next;
  if (node->next != NULL)
    node->next->previous = node->previous;
  else
    node->parent->last_child = node->previous;

  g_hash_table_remove (self->by_id, &node->id);
}

void
parlance_tree_foreach (ParlanceTree *self,
                       void        (*func) (ParlanceMessage *message,
                                            gpointer         user_data),
                       gpointer      user_data)
{
  GHashTableIter iter;
  gpointer node;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    func (((Node *) node)->message, user_data);
}

gboolean
parlance_tree_has_children (ParlanceTree    *self,
                            ParlanceMessage *message)
{
  Node *node = find (self, message);

  return node != NULL && node->first_child != NULL;
}

ParlanceMessage *
parlance_tree_get_message (ParlanceTree *self,
                           int64_t       id)
{
  Node *node = g_hash_table_lookup (self->by_id, &id);

  return node != NULL ? node->message : NULL;
}

ParlanceMessage *
parlance_tree_get_newest_end (ParlanceTree    *self,
                              ParlanceMessage *message)
{
  Node *node = find (self, message);

  g_return_val_if_fail (node != NULL, message);

  while (node->last_child != NULL)
    node = node->last_child;

  return node->message;
}

GPtrArray *
parlance_tree_dup_siblings (ParlanceTree    *self,
                            ParlanceMessage *message,
                            unsigned        *index)
{
  GPtrArray *siblings = g_ptr_array_new ();
  Node *node = find (self, message);

  g_return_val_if_fail (node != NULL, siblings);

  for (Node *other = node->parent->first_child; other != NULL; other = other->next)
    {
      if (other == node && index != NULL)
        *index = siblings->len;
      g_ptr_array_add (siblings, other->message);
    }

  return siblings;
}

unsigned
parlance_tree_lead (ParlanceTree    *self,
                    GPtrArray       *branch,
                    ParlanceMessage *leaf)
{
  Node *end = leaf != NULL ? find (self, leaf) : NULL;
  Node *fork = end;
  unsigned n_kept;

  if (end == NULL)
    {
      g_ptr_array_set_size (branch, 0);
      return 0;
    }

  while (fork != &self->top
         && (fork->depth >= branch->len || branch->pdata[fork->depth] != fork->message))
    fork = fork->parent;

  n_kept = fork != &self->top ? fork->depth + 1 : 0;
  g_ptr_array_set_size (branch, end->depth + 1);
  for (Node *node = end; node != fork; node = node->parent)
    branch->pdata[node->depth] = node->message;

  return n_kept;
}
