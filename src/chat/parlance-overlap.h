/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ParlanceOverlap:
 * Takes out what a continued reply says again of its own end: models often begin with the
 * last words once more. Pure.
 */
typedef struct _ParlanceOverlap ParlanceOverlap;

/* @existing: the text so far, of @length bytes. */
ParlanceOverlap *parlance_overlap_new   (const char      *existing,
                                         size_t           length);
void             parlance_overlap_free  (ParlanceOverlap *self);
/* Takes more of the continuation and appends to @out what can be shown of it: nothing while it
 * still may be a repetition. */
void             parlance_overlap_feed  (ParlanceOverlap *self,
                                         const char      *text,
                                         size_t           length,
                                         GString         *out);
/* Nothing more comes: appends what was held back. */
void             parlance_overlap_flush (ParlanceOverlap *self,
                                         GString         *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceOverlap, parlance_overlap_free)

G_END_DECLS
