/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-account.h"
#include "parlance-message.h"

G_BEGIN_DECLS

/* What is to be sent, apart from the objects that it was taken from. */
typedef struct _ParlanceRequest ParlanceRequest;

ParlanceRequest *parlance_request_new_chat (ParlanceAccount *account,
                                            GPtrArray       *branch);
/* Takes @self. For any thread: a reply may have been of 64 MB. */
GBytes          *parlance_request_encode   (ParlanceRequest *self);
void             parlance_request_free     (ParlanceRequest *self);

/* Both in one. (transfer full): the JSON body of POST /chat/completions for @account's model, streaming.
 * @branch: #ParlanceMessage, root to leaf. Reasoning is never sent back, empty replies and
 * replies that failed without text are left out. Where the last message is a reply (continue), it
 * goes as the last assistant message followed by one fixed instruction to go on where it
 * stopped. */
GBytes *parlance_request_encode_chat  (ParlanceAccount *account,
                                       GPtrArray       *branch);

/* (transfer full): the smallest streamed chat: one user message, max_tokens 1. */
GBytes *parlance_request_encode_check (ParlanceAccount *account);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceRequest, parlance_request_free)

G_END_DECLS
