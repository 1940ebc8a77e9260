/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-preset.h"
#include "parlance-verdict.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What went wrong, typed. All (transfer full), never %NULL. No token is ever in the words: the
 * given @token (nullable) is masked where the service echoes it. */

/* An answer with an error status. @body: at most what was read of it, may be HTML or empty. */
ParlanceVerdict *parlance_judge_answer (const ParlancePreset *preset,
                                        int                   status,
                                        SoupMessageHeaders   *headers,
                                        const char           *body,
                                        size_t                length,
                                        const char           *token);
/* An error object inside an answer of status 200. @node: the object that holds "error",
 * "errors", or "code" and "message". */
ParlanceVerdict *parlance_judge_node   (const ParlancePreset *preset,
                                        int                   status,
                                        SoupMessageHeaders   *headers,
                                        JsonNode             *node,
                                        const char           *token);
/* An exchange that did not end (%PARLANCE_HTTP_ERROR, %PARLANCE_SSE_ERROR, %G_IO_ERROR). */
ParlanceVerdict *parlance_judge_error  (const GError         *error,
                                        const char           *token);

/**
 * ParlanceRemedy:
 * The one button that an error offers.
 */
typedef enum
{
  PARLANCE_REMEDY_RETRY,
  PARLANCE_REMEDY_CONTINUE,
  PARLANCE_REMEDY_PREFERENCES, /* the token or the Model ID must change */
  PARLANCE_REMEDY_UNLOCK,
  PARLANCE_REMEDY_OPEN_URL,    /* see parlance_verdict_get_url() */
} ParlanceRemedy;

/* The setting that an error concerns. */
typedef enum
{
  PARLANCE_CONCERNS_NONE,
  PARLANCE_CONCERNS_TOKEN,
  PARLANCE_CONCERNS_MODEL,
  PARLANCE_CONCERNS_TASK,
  PARLANCE_CONCERNS_BASE_URL,
} ParlanceConcerns;

/* What a person reads, translated. Title: what happened, a short sentence without a full stop.
 * Advice: what to do now, one or two sentences. */
const char       *parlance_verdict_get_title    (const ParlanceVerdict *self);
const char       *parlance_verdict_get_advice   (const ParlanceVerdict *self);
/* (transfer full): the service's words, "HTTP 401", "Request ID: …", a line each; "" if none. */
char             *parlance_verdict_dup_details  (const ParlanceVerdict *self);
ParlanceRemedy    parlance_verdict_get_remedy   (const ParlanceVerdict *self);
ParlanceConcerns  parlance_verdict_get_concerns (const ParlanceVerdict *self);
/* (nullable): a page of the service where the person can put it right. */
const char       *parlance_verdict_get_url      (const ParlanceVerdict *self,
                                                 const ParlancePreset  *preset);

G_END_DECLS
