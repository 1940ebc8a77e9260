/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-database.h"
#include "parlance-record.h"

G_BEGIN_DECLS

typedef struct _ParlanceJob ParlanceJob;

typedef enum
{
  PARLANCE_JOB_OPEN,
  PARLANCE_JOB_CLOSE,
  PARLANCE_JOB_LOAD,
  PARLANCE_JOB_SAVE_ACCOUNT,
  PARLANCE_JOB_SAVE_CONVERSATION,
  PARLANCE_JOB_SAVE_NEW_DRAFT,
  PARLANCE_JOB_SET_DELETED,
  PARLANCE_JOB_ADD_MESSAGE,
  PARLANCE_JOB_BEGIN_REPLY,
  PARLANCE_JOB_APPEND,
  PARLANCE_JOB_END_REPLY,
  PARLANCE_JOB_REMOVE_MESSAGE,
  PARLANCE_JOB_QUIT, /* ends the thread */
} ParlanceJobKind;

/**
 * ParlanceJob:
 * One request on its way to the worker, and its answer on the way back. It belongs to one thread
 * at a time. The worker looks at the plain values only; @task belongs to the main thread.
 */
struct _ParlanceJob
{
  ParlanceJobKind             kind;

  /* What is asked for; which of them is set depends on the kind. */
  int64_t                     id;
  int                         number; /* part kind, or a boolean */
  GString                    *text;
  ParlanceAccountRecord      *account;
  ParlanceConversationRecord *conversation;
  GPtrArray                  *messages; /* of ParlanceMessageRecord; also what LOAD found */

  /* What came of it. */
  GError                     *error;
  GError                     *refusal;       /* why a database that was opened takes nothing */
  GPtrArray                  *accounts;      /* of ParlanceAccountRecord */
  GPtrArray                  *conversations; /* of ParlanceConversationRecord */
  int64_t                     leaf_id;
  int64_t                     largest_id;
  unsigned                    n_interrupted;
  gboolean                    parent_missing; /* a message's parent was never stored */

  /* The objects that it stores, for the main thread: where it fails they are stored later. */
  GObject                    *subject;
  ParlanceConversation       *place;

  /* Who waits for it: a task, or nobody; see ParlanceStoreWorker for the latter. */
  GTask                      *task;
  GCancellable               *cancellable;
  void                      (*done) (ParlanceJob *job);
};

ParlanceJob *parlance_job_new         (ParlanceJobKind    kind);
/* Before those that were added earlier: a parent comes after its children here. */
void         parlance_job_add_message (ParlanceJob       *self,
                                       ParlanceMessage   *message,
                                       int64_t            conversation_id);
void         parlance_job_free        (ParlanceJob       *self);

/* On the worker: carries out what needs an open database. Where it fails nothing is stored. */
gboolean     parlance_job_run         (ParlanceJob       *self,
                                       ParlanceDatabase  *database,
                                       GError           **error);
/* The same for several appends in one transaction. One that is refused (its message is gone)
 * does not keep the others from being stored. */
gboolean     parlance_job_run_appends (GPtrArray         *jobs,
                                       ParlanceDatabase  *database,
                                       GError           **error);

G_END_DECLS
