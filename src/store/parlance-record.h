/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-account.h"
#include "parlance-conversation.h"

G_BEGIN_DECLS

/* What the model's objects hold, as plain values that may go from one thread to another. Objects
 * are read and made on the main thread only. */

typedef struct
{
  char *id;
  char *preset;
  char *label;
  char *base_url;
  char *model_id;
  int   task;
} ParlanceAccountRecord;

typedef struct
{
  int64_t  id;
  char    *title;
  int64_t  updated;
  int64_t  leaf_id; /* 0: not known, keep what is stored */
  char    *draft;
} ParlanceConversationRecord;

typedef struct
{
  int64_t        id;
  int64_t        conversation_id; /* 0: that of the stored message or of its parent */
  int64_t        parent_id;
  int            role;
  int            state;
  int64_t        created;
  char          *account_id;
  char          *model_id;
  ParlanceUsage  usage;
  char          *finish_reason;
  char          *verdict;         /* nick, %NULL for none */
  int            verdict_status;
  char          *verdict_words;
  char          *verdict_request_id;
  GArray        *parts;           /* of ParlancePart */
} ParlanceMessageRecord;

ParlanceAccountRecord      *parlance_account_record_new         (ParlanceAccount      *account);
ParlanceAccount            *parlance_account_record_load        (ParlanceAccountRecord *self);
void                        parlance_account_record_free        (ParlanceAccountRecord *self);

ParlanceConversationRecord *parlance_conversation_record_new    (ParlanceConversation *conversation);
ParlanceConversation       *parlance_conversation_record_load   (ParlanceConversationRecord *self);
void                        parlance_conversation_record_free   (ParlanceConversationRecord *self);

/* For the worker, to fill from the database: no parts yet. */
ParlanceMessageRecord      *parlance_message_record_new_empty   (void);
ParlanceMessageRecord      *parlance_message_record_new         (ParlanceMessage      *message,
                                                                 int64_t               conversation_id);
/* Once: takes the text, which must be valid UTF-8, out of the record. */
ParlanceMessage            *parlance_message_record_load        (ParlanceMessageRecord *self);
/* Takes @text; joins the last part where that is of the same kind. */
void                        parlance_message_record_append      (ParlanceMessageRecord *self,
                                                                 int                   kind,
                                                                 GString              *text);
/* What is not valid UTF-8, once all of it is there. For the worker: it may be tens of megabytes. */
void                        parlance_message_record_repair      (ParlanceMessageRecord *self);
void                        parlance_message_record_free        (ParlanceMessageRecord *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceMessageRecord, parlance_message_record_free)

G_END_DECLS
