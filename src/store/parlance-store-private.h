/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-store-worker.h"
#include "parlance-store.h"

G_BEGIN_DECLS

struct _ParlanceStore
{
  GObject              parent_instance;

  ParlanceStoreWorker *worker;
  int64_t              last_id; /* the largest that was given out or is stored */
  GHashTable          *begun;   /* replies that have not ended → their conversation */
  GPtrArray           *owed;    /* ParlanceJob that failed, to be tried again */
  gboolean             failing;
};

void         parlance_store_emit_failed   (ParlanceStore        *self,
                                           const GError         *error);
void         parlance_store_emit_saved    (ParlanceStore        *self);
/* A job for which nobody waits came back. */
void         parlance_store_take_returned (ParlanceStore        *self,
                                           ParlanceJob          *job);
/* Something was saved, so what could not be is tried again. */
void         parlance_store_take_saved    (ParlanceStore        *self);
void         parlance_store_pay           (ParlanceStore        *self);
/* A job that stores @message below @conversation, whose leaf it is even where it has not been
 * added to it yet. */
ParlanceJob *parlance_store_new_message_job (ParlanceJobKind       kind,
                                             ParlanceConversation *conversation,
                                             ParlanceMessage      *message);
/* The same with all messages above it. */
ParlanceJob *parlance_store_new_branch_job  (ParlanceConversation *conversation,
                                             ParlanceMessage      *message);

G_END_DECLS
