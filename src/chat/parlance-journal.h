/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-store.h"

G_BEGIN_DECLS

/**
 * ParlanceJournal:
 * Text on its way into a message, and a moment later into the store: together, so that what comes
 * in small pieces costs few writes.
 */
typedef struct _ParlanceJournal ParlanceJournal;

/* @store: (nullable): %NULL where the message is not saved. */
ParlanceJournal *parlance_journal_new    (ParlanceStore    *store,
                                          ParlanceMessage  *message);
/* What has not been flushed is not written. */
void             parlance_journal_free   (ParlanceJournal  *self);
void             parlance_journal_append (ParlanceJournal  *self,
                                          ParlancePartKind  kind,
                                          const char       *text,
                                          size_t            length);
void             parlance_journal_flush  (ParlanceJournal  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceJournal, parlance_journal_free)

G_END_DECLS
