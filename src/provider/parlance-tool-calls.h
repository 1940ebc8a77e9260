/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <stdint.h>

G_BEGIN_DECLS

typedef struct
{
  char    *id;
  char    *name;
  GString *arguments;
  int64_t  index; /* -1 where the service gave none */
} ParlanceToolCall;

/**
 * ParlanceToolCalls:
 * The tool calls of one reply, put together from the pieces in which they come.
 */
typedef struct _ParlanceToolCalls ParlanceToolCalls;

ParlanceToolCalls *parlance_tool_calls_new         (void);
void               parlance_tool_calls_free        (ParlanceToolCalls *self);
/* What a delta, or a whole message, has of them. */
void               parlance_tool_calls_take        (ParlanceToolCalls *self,
                                                    JsonNode          *delta);
/* (element-type ParlanceToolCall) (transfer none) */
GPtrArray         *parlance_tool_calls_get_list    (ParlanceToolCalls *self);
/* Of all that is kept of them. */
size_t             parlance_tool_calls_get_n_bytes (ParlanceToolCalls *self);

G_END_DECLS
