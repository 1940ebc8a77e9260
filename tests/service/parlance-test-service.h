/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * ParlanceTestService:
 * A model service on loopback, for tests. Left alone it behaves as ModelScope's API-Inference
 * does; scripts make the next chat calls do anything else, faults below HTTP included. It runs
 * in threads of its own, so it serves while the test's main loop is held up.
 *
 * Tokens: "ms-valid…" is good, "ms-unbound…" and "ms-noreal…" are refused for what is missing
 * at the account, anything else is a wrong token. Model IDs: those of the list and any other
 * with a slash are served; "test/retired", "test/image", "test/unknown" and IDs without a slash
 * fail in the service's ways. A call with max_tokens 1 is a check: it takes no script.
 *
 * A script is a JSON object, the same over HTTP (POST /control/next) and here:
 * - "status" (200) and "headers" (name → value; no others are sent but framing and type);
 * - "body": a plain answer, JSON unless the headers say otherwise; or
 * - "steps": an array, each step sent as one chunk (or bare, where the headers have a
 *   Content-Length; the connection then ends with the steps):
 *   {"delta":"text"} {"reasoning":"text"} {"finish":"stop"} {"usage":{…}} {"done":true}
 *   {"event":{…}} (any JSON as an event's data) {"send":"text"} {"send_b64":"…"} (bare bytes)
 *   {"clock":ms} (a delta that is the monotonic time in µs and a blank, then a sleep)
 *   {"sleep":ms} {"wait":"name"} (until released; a name once released stays so)
 *   {"close":true} (ends the connection there) {"reset":true} (the same with a TCP reset)
 *   {"hang":true} (silent until the client goes) {"repeat":N,"step":{…}};
 * - "raw": %TRUE: the steps are all that is written, status line included.
 *
 * Over HTTP there are also POST /control/release {"name":…}, POST /control/reset, GET
 * /control/requests (as parlance_test_service_dup_requests()) and GET /control/stats
 * ({"max_concurrent":N,"chat_calls":N,"checks":N}; checks are chat calls too).
 */
typedef struct _ParlanceTestService ParlanceTestService;

ParlanceTestService *parlance_test_service_new                (void);
/* Drops every connection and waits for the threads. */
void                 parlance_test_service_free               (ParlanceTestService *self);
/* "http://127.0.0.1:PORT/v1" */
const char          *parlance_test_service_get_base_url       (ParlanceTestService *self);

/* Queues @json, which must be a valid script, for the next chat call that is no check. */
void                 parlance_test_service_push_script        (ParlanceTestService *self,
                                                               const char          *json);
void                 parlance_test_service_release            (ParlanceTestService *self,
                                                               const char          *name);
/* Forgets scripts, releases, calls and counters, and drops calls that are still open. */
void                 parlance_test_service_reset              (ParlanceTestService *self);

/* An array of all calls in the order of arrival, each an object: "method", "path", "headers"
 * (lower-case name → value), "body", "status", "state" ("open" or "ended") and
 * "closed_early" (the client went before the answer was whole). */
JsonNode            *parlance_test_service_dup_requests       (ParlanceTestService *self);
int                  parlance_test_service_get_chat_calls     (ParlanceTestService *self);
/* The most chat calls that were open at once with one token. */
int                  parlance_test_service_get_max_concurrent (ParlanceTestService *self);

/* These iterate the main context that was the thread's own when the service was made, until
 * it is so (%TRUE) or @timeout_ms have passed (%FALSE). */
gboolean             parlance_test_service_wait_chat_calls    (ParlanceTestService *self,
                                                               int                  n_calls,
                                                               int                  timeout_ms);
gboolean             parlance_test_service_wait_open          (ParlanceTestService *self,
                                                               int                  n_open,
                                                               int                  timeout_ms);
gboolean             parlance_test_service_wait_closed_early  (ParlanceTestService *self,
                                                               int                  n_closed,
                                                               int                  timeout_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceTestService, parlance_test_service_free)

G_END_DECLS
