/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-verdict.h"

G_BEGIN_DECLS

typedef enum
{
  PARLANCE_ROLE_SYSTEM,
  PARLANCE_ROLE_USER,
  PARLANCE_ROLE_ASSISTANT,
} ParlanceRole;

/* The numbers are stored in the database: add at the end only. */
typedef enum
{
  PARLANCE_STATE_PENDING,     /* waits for its turn, or for the first byte */
  PARLANCE_STATE_STREAMING,
  PARLANCE_STATE_COMPLETE,
  PARLANCE_STATE_STOPPED,     /* by the person */
  PARLANCE_STATE_INTERRUPTED, /* the stream or the program ended early; can be continued */
  PARLANCE_STATE_FAILED,      /* see the verdict */
} ParlanceMessageState;

/* The numbers are stored in the database: add at the end only. */
typedef enum
{
  PARLANCE_PART_TEXT,
  PARLANCE_PART_REASONING,
  PARLANCE_PART_TOOL_CALL, /* text is "name(arguments)" */
} ParlancePartKind;

typedef struct
{
  ParlancePartKind  kind;
  GString          *text; /* valid UTF-8 without NUL */
} ParlancePart;

/**
 * ParlanceUsage:
 * Tokens as the service counted them; -1 where it did not say.
 */
typedef struct
{
  int64_t prompt;
  int64_t completion;
  int64_t reasoning;
} ParlanceUsage;

#define PARLANCE_USAGE_UNKNOWN ((ParlanceUsage) { -1, -1, -1 })

#define PARLANCE_TYPE_MESSAGE (parlance_message_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceMessage, parlance_message, PARLANCE, MESSAGE, GObject)

/**
 * ParlanceMessage:
 * One message of a conversation tree: role, state, ordered parts, and for a reply who
 * answered and what it cost.
 *
 * Properties: "id", "parent-id" (0: a root), "role" (construct only), "state" (int, a
 * #ParlanceMessageState), "verdict" (boxed, %NULL unless something went wrong), "queued"
 * (whether a pending reply waits behind another call of its account), "retry-at" (int64, when a
 * pending reply that the service was too busy for is asked for again: monotonic microseconds, 0
 * where it is not to be).
 *
 * Signal "appended" (part: uint, offset: uint64): @part's text has grown from byte @offset; a
 * new part begins with offset 0.
 */
ParlanceMessage      *parlance_message_new               (int64_t               id,
                                                          int64_t               parent_id,
                                                          ParlanceRole          role);
int64_t               parlance_message_get_id            (ParlanceMessage      *self);
int64_t               parlance_message_get_parent_id     (ParlanceMessage      *self);
ParlanceRole          parlance_message_get_role          (ParlanceMessage      *self);
ParlanceMessageState  parlance_message_get_state         (ParlanceMessage      *self);
void                  parlance_message_set_state         (ParlanceMessage      *self,
                                                          ParlanceMessageState  state);
/* Pending or streaming. */
gboolean              parlance_message_is_active         (ParlanceMessage      *self);
gboolean              parlance_message_get_queued        (ParlanceMessage      *self);
void                  parlance_message_set_queued        (ParlanceMessage      *self,
                                                          gboolean              queued);
int64_t               parlance_message_get_retry_at      (ParlanceMessage      *self);
void                  parlance_message_set_retry_at      (ParlanceMessage      *self,
                                                          int64_t               retry_at);
ParlanceVerdict      *parlance_message_get_verdict       (ParlanceMessage      *self);
void                  parlance_message_set_verdict       (ParlanceMessage      *self,
                                                          ParlanceVerdict      *verdict);

/* @length bytes of @text, -1 up to its NUL; joins the last part where that is of the same
 * kind. Text that is not valid UTF-8 is repaired. */
void                  parlance_message_append            (ParlanceMessage      *self,
                                                          ParlancePartKind      kind,
                                                          const char           *text,
                                                          gssize                length);
/* A part as it was loaded. @text: (transfer full): valid UTF-8, which is not looked at again. */
void                  parlance_message_take_part         (ParlanceMessage      *self,
                                                          ParlancePartKind      kind,
                                                          GString              *text);
unsigned              parlance_message_get_n_parts       (ParlanceMessage      *self);
const ParlancePart   *parlance_message_get_part          (ParlanceMessage      *self,
                                                          unsigned              index);
/* All parts of @kind joined; never %NULL. */
char                 *parlance_message_dup_text          (ParlanceMessage      *self,
                                                          ParlancePartKind      kind);
gboolean              parlance_message_is_empty          (ParlanceMessage      *self);

/* Microseconds since 1970, UTC. */
int64_t               parlance_message_get_created       (ParlanceMessage      *self);
void                  parlance_message_set_created       (ParlanceMessage      *self,
                                                          int64_t               created);
/* Who answered; empty, never %NULL, for a message that is no reply. */
const char           *parlance_message_get_account_id    (ParlanceMessage      *self);
const char           *parlance_message_get_model_id      (ParlanceMessage      *self);
void                  parlance_message_set_origin        (ParlanceMessage      *self,
                                                          const char           *account_id,
                                                          const char           *model_id);
ParlanceUsage         parlance_message_get_usage         (ParlanceMessage      *self);
void                  parlance_message_set_usage         (ParlanceMessage      *self,
                                                          ParlanceUsage         usage);
/* The service's word ("stop", "length", …), %NULL before the end. */
const char           *parlance_message_get_finish_reason (ParlanceMessage      *self);
void                  parlance_message_set_finish_reason (ParlanceMessage      *self,
                                                          const char           *reason);

G_END_DECLS
