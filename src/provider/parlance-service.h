/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-account.h"
#include "parlance-decoder.h"
#include "parlance-http.h"

G_BEGIN_DECLS

/* The most bytes of text, and of tool calls, that one reply may hold; of one that does not stream,
 * %PARLANCE_SSE_MAX_EVENT. */
#define PARLANCE_MAX_REPLY (64u * 1024 * 1024)

/**
 * ParlanceOutcome:
 * @complete: the service said that the reply is whole
 * @finish_reason: (nullable)
 * @verdict: (nullable): what went wrong; text that came before has been delivered. A stream that
 *   ended by itself in the middle of its text has none, and is not complete: interrupted.
 * @tool_calls: (nullable): "name(arguments)" texts
 *
 * How a completion ended.
 */
typedef struct
{
  gboolean          complete;
  char             *finish_reason;
  ParlanceUsage     usage;
  ParlanceVerdict  *verdict;
  GStrv             tool_calls;
} ParlanceOutcome;

void             parlance_outcome_free           (ParlanceOutcome     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceOutcome, parlance_outcome_free)

/* Streams the answer to @branch (#ParlanceMessage, root to leaf). @func is called for each delta,
 * never after @cancellable was cancelled. Fails only with %G_IO_ERROR_CANCELLED: all else is an
 * outcome. The exchange ends soon after [DONE], whether the service closes or not. @token
 * (nullable) is copied, and wiped at the end. */
void             parlance_service_complete_async  (ParlanceHttp        *http,
                                                   ParlanceAccount     *account,
                                                   const char          *token,
                                                   GPtrArray           *branch,
                                                   ParlanceDeltaFunc    func,
                                                   gpointer             func_data,
                                                   GCancellable        *cancellable,
                                                   GAsyncReadyCallback  callback,
                                                   gpointer             user_data);
ParlanceOutcome *parlance_service_complete_finish (GAsyncResult        *result,
                                                   GError             **error);

/* Checks token and model with one small streamed chat, ended at its first chunk that is no error
 * (GET /models answers 200 without a token, so it proves nothing). Costs one call. */
void             parlance_service_check_async     (ParlanceHttp        *http,
                                                   ParlanceAccount     *account,
                                                   const char          *token,
                                                   GCancellable        *cancellable,
                                                   GAsyncReadyCallback  callback,
                                                   gpointer             user_data);
/* %TRUE: good. Else *@verdict (transfer full) says why, or @error is %G_IO_ERROR_CANCELLED. */
gboolean         parlance_service_check_finish    (GAsyncResult        *result,
                                                   ParlanceVerdict    **verdict,
                                                   GError             **error);

/* The IDs of GET /models. The list is not exhaustive: never refuse an ID that is not in it. */
void             parlance_service_list_models_async  (ParlanceHttp        *http,
                                                      ParlanceAccount     *account,
                                                      const char          *token,
                                                      GCancellable        *cancellable,
                                                      GAsyncReadyCallback  callback,
                                                      gpointer             user_data);
GStrv            parlance_service_list_models_finish (GAsyncResult        *result,
                                                      GError             **error);

G_END_DECLS
