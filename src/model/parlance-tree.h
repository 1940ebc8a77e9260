/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-message.h"

G_BEGIN_DECLS

/**
 * ParlanceTree:
 * The messages of a conversation with what follows what. Nothing here takes longer because there
 * are many messages, but for what it gives back. Inside model/ only.
 */
typedef struct _ParlanceTree ParlanceTree;

ParlanceTree    *parlance_tree_new            (void);
void             parlance_tree_free           (ParlanceTree    *self);

/* A message whose parent is not there, or not yet, is a root: so no damage makes a circle. */
void             parlance_tree_add            (ParlanceTree    *self,
                                               ParlanceMessage *message);
/* Takes out a message that is there and has no children. */
void             parlance_tree_remove         (ParlanceTree    *self,
                                               ParlanceMessage *message);
/* In no order. */
void             parlance_tree_foreach        (ParlanceTree    *self,
                                               void           (*func) (ParlanceMessage *message,
                                                                       gpointer         user_data),
                                               gpointer         user_data);
gboolean         parlance_tree_has_children   (ParlanceTree    *self,
                                               ParlanceMessage *message);
/* (nullable) (transfer none) */
ParlanceMessage *parlance_tree_get_message    (ParlanceTree    *self,
                                               int64_t          id);
/* (transfer none): from @message on to the child that was added last, and so to the end. */
ParlanceMessage *parlance_tree_get_newest_end (ParlanceTree    *self,
                                               ParlanceMessage *message);
/* (transfer container): the children of @message's parent in the order in which they were added;
 * *@index (nullable) is @message's place among them. */
GPtrArray       *parlance_tree_dup_siblings   (ParlanceTree    *self,
                                               ParlanceMessage *message,
                                               unsigned        *index);
/* Makes @branch, which leads from the root to some message of the tree or is empty, lead to @leaf
 * (nullable: to nothing). Returns how many messages at its beginning are those that it had. */
unsigned         parlance_tree_lead           (ParlanceTree    *self,
                                               GPtrArray       *branch,
                                               ParlanceMessage *leaf);

G_END_DECLS
