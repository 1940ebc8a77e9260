/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* The most bytes that one event may hold, and one line of it. What is in it is read in one go, on
 * the main loop: 8 MB take less than 100 ms, the most some 250. */
#define PARLANCE_SSE_MAX_EVENT (32u * 1024 * 1024)

#define PARLANCE_SSE_ERROR (parlance_sse_error_quark ())

typedef enum
{
  PARLANCE_SSE_ERROR_TOO_LARGE,
} ParlanceSseError;

GQuark parlance_sse_error_quark (void);

/**
 * ParlanceSseEvent:
 * @type: "message" where the stream named none
 * @data: valid UTF-8; may hold NUL, and ends with one that @length does not count
 * @length: bytes of @data
 * @id: the last event ID
 *
 * One server-sent event. Everything in it belongs to the parser and lasts for the callback.
 */
typedef struct
{
  const char *type;
  const char *data;
  size_t      length;
  const char *id;
} ParlanceSseEvent;

typedef void (*ParlanceSseFunc) (const ParlanceSseEvent *event,
                                 gpointer                user_data);

/**
 * ParlanceSseParser:
 * A push parser for text/event-stream after the WHATWG HTML standard, section 9.2: bytes in at
 * any split, events out. Pure: no I/O, no clock. The callback must not feed or free the parser.
 */
typedef struct _ParlanceSseParser ParlanceSseParser;

ParlanceSseParser *parlance_sse_parser_new       (size_t              max_event,
                                                  ParlanceSseFunc     func,
                                                  gpointer            user_data);
void               parlance_sse_parser_free      (ParlanceSseParser  *self);
/* %FALSE with %PARLANCE_SSE_ERROR_TOO_LARGE where an event exceeds the cap: the parser then
 * takes nothing more. Events that were whole before have been delivered. */
gboolean           parlance_sse_parser_feed      (ParlanceSseParser  *self,
                                                  const char         *bytes,
                                                  size_t              length,
                                                  GError            **error);
/* Bytes of the event that has begun: what ends it costs as much as all of these. */
size_t             parlance_sse_parser_get_begun (ParlanceSseParser  *self);
/* The last "retry:" in milliseconds, -1 where there was none. */
int64_t            parlance_sse_parser_get_retry (ParlanceSseParser  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceSseParser, parlance_sse_parser_free)

G_END_DECLS
