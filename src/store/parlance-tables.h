/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-database.h"
#include "parlance-record.h"

G_BEGIN_DECLS

/* Larger ids are not ours: new ones are to come after them. */
#define PARLANCE_TABLES_MAX_ID (G_GINT64_CONSTANT (1) << 62)

/* Records to rows and back; on the worker. Those that write are to be called in a transaction. */

gboolean   parlance_tables_write_account       (ParlanceDatabase           *database,
                                                ParlanceAccountRecord      *account,
                                                GError                    **error);
gboolean   parlance_tables_write_conversation  (ParlanceDatabase           *database,
                                                ParlanceConversationRecord *conversation,
                                                GError                    **error);
gboolean   parlance_tables_write_setting       (ParlanceDatabase           *database,
                                                const char                 *name,
                                                const char                 *value,
                                                GError                    **error);
gboolean   parlance_tables_mark_deleted        (ParlanceDatabase           *database,
                                                int64_t                     conversation_id,
                                                gboolean                    deleted,
                                                GError                    **error);
/* The row without parts; a new one is inserted. */
gboolean   parlance_tables_write_message       (ParlanceDatabase           *database,
                                                ParlanceMessageRecord      *message,
                                                GError                    **error);
/* The parts take the place of what was stored and journaled for the message. */
gboolean   parlance_tables_write_parts         (ParlanceDatabase           *database,
                                                int64_t                     message_id,
                                                GArray                     *parts,
                                                GError                    **error);
gboolean   parlance_tables_write_journal       (ParlanceDatabase           *database,
                                                int64_t                     message_id,
                                                int                         kind,
                                                GString                    *text,
                                                GError                    **error);
gboolean   parlance_tables_has_message         (ParlanceDatabase           *database,
                                                int64_t                     message_id,
                                                gboolean                   *has,
                                                GError                    **error);
gboolean   parlance_tables_remove_message      (ParlanceDatabase           *database,
                                                int64_t                     message_id,
                                                GError                    **error);

/* (element-type ParlanceAccountRecord) */
GPtrArray *parlance_tables_read_accounts       (ParlanceDatabase           *database,
                                                GError                    **error);
/* (element-type ParlanceConversationRecord) */
GPtrArray *parlance_tables_read_conversations  (ParlanceDatabase           *database,
                                                GError                    **error);
/* (element-type ParlanceMessageRecord): parents before children. */
GPtrArray *parlance_tables_read_messages       (ParlanceDatabase           *database,
                                                int64_t                     conversation_id,
                                                int64_t                    *leaf_id,
                                                GError                    **error);
/* Never %NULL but for an error. */
char      *parlance_tables_read_setting        (ParlanceDatabase           *database,
                                                const char                 *name,
                                                GError                    **error);
gboolean   parlance_tables_read_largest_id     (ParlanceDatabase           *database,
                                                int64_t                    *id,
                                                GError                    **error);

/* What the last run left: deleted conversations go, the journal becomes parts, replies that were
 * pending or streaming become interrupted (@n_interrupted of them). */
gboolean   parlance_tables_tidy                (ParlanceDatabase           *database,
                                                unsigned                   *n_interrupted,
                                                GError                    **error);

G_END_DECLS
