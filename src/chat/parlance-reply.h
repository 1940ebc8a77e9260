/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-account.h"
#include "parlance-conversation.h"
#include "parlance-dispatcher.h"
#include "parlance-http.h"
#include "parlance-keyring.h"
#include "parlance-store.h"

G_BEGIN_DECLS

#define PARLANCE_TYPE_REPLY (parlance_reply_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceReply, parlance_reply, PARLANCE, REPLY, GObject)

/**
 * ParlanceReply:
 * One call that fills one reply: waits for its turn, takes the token from the keyring, streams
 * into the message and its journal, and ends with an explicit state. Where the service says
 * that calls came too fast, and nothing of the answer has come, it waits and makes the call
 * again, twice at most; the message's "retry-at" tells of it.
 */

/* @store: (nullable): %NULL where the reply is not saved. @retry_second: what a second of waiting
 * for a new try takes, in milliseconds. */
ParlanceReply        *parlance_reply_new         (ParlanceHttp          *http,
                                                  ParlanceKeyring       *keyring,
                                                  ParlanceDispatcher    *dispatcher,
                                                  ParlanceStore         *store,
                                                  unsigned               retry_second);
/* Fills @message, the leaf of @conversation: pending and empty, or a partial one to continue.
 * Calls back when the message has ended, whichever way. */
void                  parlance_reply_run_async   (ParlanceReply         *self,
                                                  ParlanceAccount       *account,
                                                  ParlanceConversation  *conversation,
                                                  ParlanceMessage       *message,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
/* What the keyring answered, -1 where it was not asked. */
int                   parlance_reply_run_finish  (ParlanceReply         *self,
                                                  GAsyncResult          *result);
ParlanceConversation *parlance_reply_get_conversation (ParlanceReply    *self);
/* Ends it at once as @state (stopped, or interrupted when the program ends). */
void                  parlance_reply_end         (ParlanceReply         *self,
                                                  ParlanceMessageState   state);

G_END_DECLS
