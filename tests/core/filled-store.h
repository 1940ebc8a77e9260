/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store-fixture.h"

G_BEGIN_DECLS

#define N_CONVERSATIONS 6
#define N_QUESTIONS 8

/* Conversations with long and short messages, one of which is deleted; the last reply is found as
 * interrupted. With @log the last changes stand in the log only. */
void           fill           (const char             *folder,
                               gboolean                log);

/* A store of which nothing is known yet, and the paths to which it sets databases aside. */
ParlanceStore *watch_store    (const char             *path,
                               GPtrArray              *paths);
gboolean       send_once_more (ParlanceStore          *store,
                               GError                **error);
/* How many messages can be read. */
unsigned       count_messages (ParlanceStore          *store,
                               ParlanceStoreContents  *contents);
unsigned       count_files    (const char             *folder,
                               const char             *part);

G_END_DECLS
