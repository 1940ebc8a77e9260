/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-account.h"
#include "parlance-conversation.h"

G_BEGIN_DECLS

#define PARLANCE_STORE_ERROR (parlance_store_error_quark ())

typedef enum
{
  PARLANCE_STORE_ERROR_OPEN,    /* cannot be opened or made */
  PARLANCE_STORE_ERROR_DAMAGED, /* and could not be set aside */
  PARLANCE_STORE_ERROR_NEWER,   /* written by a newer version */
  PARLANCE_STORE_ERROR_BUSY,    /* in use by another program */
  PARLANCE_STORE_ERROR_FULL,    /* no space left */
  PARLANCE_STORE_ERROR_FAILED,
} ParlanceStoreError;

GQuark parlance_store_error_quark (void);

/**
 * ParlanceStoreContents:
 * What opening found: accounts in their order, conversations (without messages, newest first,
 * deleted ones left out), the draft of the new conversation, and how many replies were found
 * as streaming and are now interrupted. @read_only: (nullable): why it can be read, but nothing
 * can be saved: %PARLANCE_STORE_ERROR_NEWER, or _OPEN where the folder may not be written to.
 */
typedef struct
{
  GPtrArray *accounts;
  GPtrArray *conversations;
  char      *new_draft;
  unsigned   n_interrupted;
  GError    *read_only;
} ParlanceStoreContents;

void parlance_store_contents_free (ParlanceStoreContents *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceStoreContents, parlance_store_contents_free)

#define PARLANCE_TYPE_STORE (parlance_store_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceStore, parlance_store, PARLANCE, STORE, GObject)

/**
 * ParlanceStore:
 * The SQLite database, on a worker thread of its own (WAL, one connection, migrations by
 * user_version in a transaction after a backup copy). Requests are carried out in the order in
 * which they were made. Objects are read when a request is made and made when it finishes, on the
 * main thread: the worker sees plain values only.
 *
 * Requests without a callback are those whose loss can be repaired; where one fails, the signal
 * "failed" (GError) says so, once until one succeeds, which "saved" says. What failed is tried
 * again, as it is then, whenever something else was saved, at the next opening and before closing.
 *
 * A database that is found damaged, at opening or later, is renamed, never deleted, and a new one
 * is made of what can be read of it; the signal "set-aside" (string: its new path) says so, when it
 * comes at opening before the opening finishes.
 */
ParlanceStore         *parlance_store_new                  (const char             *path);
void                   parlance_store_open_async           (ParlanceStore          *self,
                                                            GCancellable           *cancellable,
                                                            GAsyncReadyCallback     callback,
                                                            gpointer                user_data);
ParlanceStoreContents *parlance_store_open_finish          (ParlanceStore          *self,
                                                            GAsyncResult           *result,
                                                            GError                **error);
/* Carries out what was asked for, then closes. */
void                   parlance_store_close_async          (ParlanceStore          *self,
                                                            GAsyncReadyCallback     callback,
                                                            gpointer                user_data);
gboolean               parlance_store_close_finish         (ParlanceStore          *self,
                                                            GAsyncResult           *result,
                                                            GError                **error);

/* An id for a new conversation or message, larger than all that were given out before; valid once
 * opening has ended, even where it failed. */
int64_t                parlance_store_new_id               (ParlanceStore          *self);

void                   parlance_store_save_account         (ParlanceStore          *self,
                                                            ParlanceAccount        *account);
/* Title, updated, draft and leaf; inserts the row where it is new. Not its messages. */
void                   parlance_store_save_conversation    (ParlanceStore          *self,
                                                            ParlanceConversation   *conversation);
/* The draft of the conversation that has not begun. */
void                   parlance_store_save_new_draft       (ParlanceStore          *self,
                                                            const char             *draft);
/* Marks it as deleted, or not any more. Marked ones are purged at the next opening. */
void                   parlance_store_set_deleted          (ParlanceStore          *self,
                                                            ParlanceConversation   *conversation,
                                                            gboolean                deleted);

/* (element-type ParlanceMessage): parents before children; plus the stored leaf. */
void                   parlance_store_load_messages_async  (ParlanceStore          *self,
                                                            int64_t                 conversation_id,
                                                            GCancellable           *cancellable,
                                                            GAsyncReadyCallback     callback,
                                                            gpointer                user_data);
GPtrArray             *parlance_store_load_messages_finish (ParlanceStore          *self,
                                                            GAsyncResult           *result,
                                                            int64_t                *leaf_id,
                                                            GError                **error);

/* Commits @message (and its conversation's row) with synchronous=FULL: when it has finished
 * without an error, the message survives a power cut. */
void                   parlance_store_add_message_async    (ParlanceStore          *self,
                                                            ParlanceConversation   *conversation,
                                                            ParlanceMessage        *message,
                                                            GCancellable           *cancellable,
                                                            GAsyncReadyCallback     callback,
                                                            gpointer                user_data);
gboolean               parlance_store_add_message_finish   (ParlanceStore          *self,
                                                            GAsyncResult           *result,
                                                            GError                **error);

/* A reply that begins: its row, state pending or streaming. Also when it is continued. */
void                   parlance_store_begin_reply          (ParlanceStore          *self,
                                                            ParlanceConversation   *conversation,
                                                            ParlanceMessage        *message);
/* Journals @length bytes that were appended to the message. synchronous=NORMAL. */
void                   parlance_store_append               (ParlanceStore          *self,
                                                            int64_t                 message_id,
                                                            ParlancePartKind        kind,
                                                            const char             *text,
                                                            gssize                  length);
/* The reply's end: state, verdict, usage, finish reason, and its parts as they are now, which
 * replace the journal. */
void                   parlance_store_end_reply            (ParlanceStore          *self,
                                                            ParlanceMessage        *message);
/* Takes out a message without children (a failed reply without text, before a new try). */
void                   parlance_store_remove_message       (ParlanceStore          *self,
                                                            int64_t                 message_id);

G_END_DECLS
