/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-message.h"
#include "parlance-sse.h"
#include "parlance-tool-calls.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Called for each piece of text or reasoning; @length bytes of valid UTF-8 without NUL. */
typedef void (*ParlanceDeltaFunc) (ParlancePartKind  kind,
                                   const char       *text,
                                   size_t            length,
                                   gpointer          user_data);

/**
 * ParlanceDecoder:
 * Makes a chat-completion stream, or one whole JSON answer, into deltas and an end: a pure
 * function over a small state. Knows the quirks of all services ("a robust reader").
 */
typedef struct _ParlanceDecoder ParlanceDecoder;

ParlanceDecoder  *parlance_decoder_new               (ParlanceDeltaFunc       func,
                                                      gpointer                user_data);
void              parlance_decoder_free              (ParlanceDecoder        *self);
/* One event of the stream. */
void              parlance_decoder_event             (ParlanceDecoder        *self,
                                                      const ParlanceSseEvent *event);
/* A whole answer (choices[].message) of a service that did not stream. */
void              parlance_decoder_document          (ParlanceDecoder        *self,
                                                      const char             *json,
                                                      gssize                  length);
/* The service's word; %NULL so far. */
const char       *parlance_decoder_get_finish_reason (ParlanceDecoder        *self);
gboolean          parlance_decoder_get_done          (ParlanceDecoder        *self); /* [DONE] */
/* Has a finish reason or [DONE], and no error. */
gboolean          parlance_decoder_is_complete       (ParlanceDecoder        *self);
ParlanceUsage     parlance_decoder_get_usage         (ParlanceDecoder        *self);
/* (element-type ParlanceToolCall) (transfer none) */
GPtrArray        *parlance_decoder_get_tool_calls    (ParlanceDecoder        *self);
/* Of what is kept of them; of text nothing is kept. */
size_t            parlance_decoder_get_n_tool_bytes  (ParlanceDecoder        *self);
/* (transfer none) (nullable): the first error that came inside the stream. */
JsonNode         *parlance_decoder_get_error         (ParlanceDecoder        *self);
/* Events that were no JSON, or not of this protocol, and were passed over. */
unsigned          parlance_decoder_get_unparsable    (ParlanceDecoder        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceDecoder, parlance_decoder_free)

G_END_DECLS
