/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_CONVERSATION (parlance_conversation_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceConversation, parlance_conversation, PARLANCE, CONVERSATION, GObject)

/**
 * ParlanceConversation:
 * A tree of messages that remembers its leaf. As a #GListModel it is the branch from the root
 * to that leaf: the #ParlanceMessage objects that are shown and sent.
 *
 * Properties: "id" (construct only), "title" (empty until the first message), "updated"
 * (microseconds since 1970), "draft" (unsent text of the composer), "loaded" (whether the
 * messages have come from the store), "busy" (whether a message of it is pending or streaming).
 */
ParlanceConversation *parlance_conversation_new           (int64_t               id);
int64_t               parlance_conversation_get_id        (ParlanceConversation *self);
const char           *parlance_conversation_get_title     (ParlanceConversation *self);
void                  parlance_conversation_set_title     (ParlanceConversation *self,
                                                           const char           *title);
int64_t               parlance_conversation_get_updated   (ParlanceConversation *self);
void                  parlance_conversation_set_updated   (ParlanceConversation *self,
                                                           int64_t               updated);
const char           *parlance_conversation_get_draft     (ParlanceConversation *self);
void                  parlance_conversation_set_draft     (ParlanceConversation *self,
                                                           const char           *draft);
gboolean              parlance_conversation_get_loaded    (ParlanceConversation *self);
gboolean              parlance_conversation_get_busy      (ParlanceConversation *self);

/* Takes the tree as it was stored: @messages (#ParlanceMessage, parents before children) and the
 * leaf's id (0, or one that is not there: the newest message). Sets "loaded". */
void                  parlance_conversation_load          (ParlanceConversation *self,
                                                           GPtrArray            *messages,
                                                           int64_t               leaf_id);
/* Adds a message below its parent and makes it the leaf. */
void                  parlance_conversation_add           (ParlanceConversation *self,
                                                           ParlanceMessage      *message);
/* Takes out a message that has no children; its parent becomes the leaf where it was. */
void                  parlance_conversation_remove        (ParlanceConversation *self,
                                                           ParlanceMessage      *message);
/* (nullable) (transfer none) */
ParlanceMessage      *parlance_conversation_get_leaf      (ParlanceConversation *self);
/* (nullable) (transfer none) */
ParlanceMessage      *parlance_conversation_get_message   (ParlanceConversation *self,
                                                           int64_t               id);
/* (nullable) (transfer none): the message of this conversation that is pending or streaming. */
ParlanceMessage      *parlance_conversation_get_active    (ParlanceConversation *self);
/* (transfer container): the messages with the same parent, oldest first; *@index is
 * @message's place among them. */
GPtrArray            *parlance_conversation_get_siblings  (ParlanceConversation *self,
                                                           ParlanceMessage      *message,
                                                           unsigned             *index);
/* (transfer full): the messages from the root to @message (nullable: none). */
GPtrArray            *parlance_conversation_dup_branch    (ParlanceConversation *self,
                                                           ParlanceMessage      *message);
/* Shows the branch that goes through @message and on to its newest descendant. */
void                  parlance_conversation_select        (ParlanceConversation *self,
                                                           ParlanceMessage      *message);
/* (transfer full): a title from the first line of @text that has something to read: Markdown
 * heading and list marks, control and bidi control characters removed, blanks joined, at most
 * 60 characters. Empty where there is none. */
char                 *parlance_title_from_text            (const char           *text);

G_END_DECLS
