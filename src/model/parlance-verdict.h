/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * ParlanceVerdictKind:
 * What went wrong with a request, by what a person can do about it. The nicks returned by
 * parlance_verdict_kind_to_nick() are stored in the database: never rename one.
 */
typedef enum
{
  PARLANCE_VERDICT_OTHER,            /* the service refused, for a reason that we do not know */
  PARLANCE_VERDICT_NO_TOKEN,         /* no token is kept for this account */
  PARLANCE_VERDICT_KEYRING_LOCKED,   /* the token is there, behind a locked keyring */
  PARLANCE_VERDICT_KEYRING_REFUSED,  /* the keyring is there, but did not give the token */
  PARLANCE_VERDICT_KEYRING_SILENT,   /* it does not answer */
  PARLANCE_VERDICT_NO_KEYRING,       /* none serves in this session */
  PARLANCE_VERDICT_WRONG_TOKEN,
  PARLANCE_VERDICT_BIND_ACCOUNT,     /* ModelScope: the Alibaba Cloud account must be bound */
  PARLANCE_VERDICT_REAL_NAME,        /* ModelScope: real-name verification is missing */
  PARLANCE_VERDICT_NO_PERMISSION,    /* the token may not use this model */
  PARLANCE_VERDICT_WRONG_MODEL,      /* no such Model ID */
  PARLANCE_VERDICT_MODEL_NOT_SERVED, /* the model exists, nobody serves it */
  PARLANCE_VERDICT_WRONG_TASK,       /* the model cannot do this task */
  PARLANCE_VERDICT_QUOTA_DAY,        /* the account's calls of today are used up */
  PARLANCE_VERDICT_QUOTA_MODEL_DAY,  /* this model's calls of today are used up */
  PARLANCE_VERDICT_TOO_FAST,         /* calls too close together: wait and try again */
  PARLANCE_VERDICT_NO_BALANCE,
  PARLANCE_VERDICT_BAD_REQUEST,      /* the service could not take what was sent */
  PARLANCE_VERDICT_TOO_LONG,         /* the conversation does not fit the model */
  PARLANCE_VERDICT_SERVER,           /* trouble at the service */
  PARLANCE_VERDICT_BAD_REPLY,        /* an answer that is not of this protocol */
  PARLANCE_VERDICT_REDIRECTED,       /* pointed to another address; not followed */
  PARLANCE_VERDICT_NO_NETWORK,       /* no route, or the connection broke */
  PARLANCE_VERDICT_NAME_NOT_FOUND,   /* no such host */
  PARLANCE_VERDICT_REFUSED,          /* the host is there, nobody listens at the port */
  PARLANCE_VERDICT_TLS,              /* the server could not prove who it is */
  PARLANCE_VERDICT_TLS_DATE,         /* its certificate has expired, or is not valid yet */
  PARLANCE_VERDICT_TLS_HOST,         /* its certificate is for another host */
  PARLANCE_VERDICT_TLS_SELF_SIGNED,
  PARLANCE_VERDICT_TLS_UNKNOWN_CA,   /* nobody that the computer trusts has signed it */
  PARLANCE_VERDICT_PROXY,
  PARLANCE_VERDICT_PROXY_LOGIN,
  PARLANCE_VERDICT_TIMEOUT,          /* no byte for too long */
  PARLANCE_VERDICT_TOO_LARGE,        /* more than one reply may hold */
  PARLANCE_VERDICT_EMPTY,            /* a whole answer without a word */
  PARLANCE_VERDICT_FILTERED,         /* withheld by the service's content filter */
} ParlanceVerdictKind;

#define PARLANCE_TYPE_VERDICT (parlance_verdict_get_type ())

/**
 * ParlanceVerdict:
 * @kind: what happened
 * @status: HTTP status, 0 where no answer came
 * @words: (nullable): the service's or library's own words, plain text without markup, at
 *   most 2 kB of valid UTF-8
 * @request_id: (nullable): what the service's support asks for
 * @retry_after: seconds until a new try makes sense, as the service said; -1: it did not say
 *
 * A failure, typed. Immutable and reference counted. What a person reads about it is made
 * from it at display (parlance_verdict_get_title() and siblings in provider/).
 */
typedef struct
{
  ParlanceVerdictKind  kind;
  int                  status;
  char                *words;
  char                *request_id;
  double               retry_after;
} ParlanceVerdict;

GType                parlance_verdict_get_type       (void);
ParlanceVerdict     *parlance_verdict_new            (ParlanceVerdictKind  kind,
                                                      int                  status,
                                                      const char          *words,
                                                      const char          *request_id);
ParlanceVerdict     *parlance_verdict_ref            (ParlanceVerdict     *self);
void                 parlance_verdict_unref          (ParlanceVerdict     *self);
const char          *parlance_verdict_kind_to_nick   (ParlanceVerdictKind  kind);
/* An unknown nick is %PARLANCE_VERDICT_OTHER. */
ParlanceVerdictKind  parlance_verdict_kind_from_nick (const char          *nick);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceVerdict, parlance_verdict_unref)

G_END_DECLS
