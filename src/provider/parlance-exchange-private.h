/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-exchange.h"
#include "parlance-preset.h"

G_BEGIN_DECLS

/* What is read of an answer that is no reply: enough to tell what went wrong. */
#define PARLANCE_MAX_ERROR_BODY (64 * 1024)

/* How an answer is to be read. */
typedef enum
{
  PARLANCE_FORMAT_UNKNOWN,
  PARLANCE_FORMAT_STREAM,
  PARLANCE_FORMAT_DOCUMENT,
  PARLANCE_FORMAT_PAGE,
  PARLANCE_FORMAT_REFUSAL, /* an error status */
} ParlanceFormat;

typedef struct
{
  GTask                *task;    /* that it is the data of */
  const ParlancePreset *preset;
  char                 *token;
  ParlanceDeltaFunc     func;
  gpointer              func_data;
  gboolean              probe;

  GCancellable         *person;  /* the caller's, may be %NULL */
  GCancellable         *inner;   /* the exchange's: cancelled by the former, and when we have all */
  unsigned              linger_id;

  SoupMessage          *head;
  ParlanceFormat        format;
  GString              *body;    /* of all but streams */
  ParlanceSseParser    *parser;
  ParlanceDecoder      *decoder;
  size_t                n_text;  /* bytes given to func */
  unsigned              n_chunks;
  gboolean              too_large;
  gboolean              enough;  /* ended by us, with all that we wanted */

  GQueue               *unread;  /* ParlancePart: read in a thread, func has not seen them yet */
  size_t                offset;  /* of the first one's text */
} ParlanceExchange;

/* Called on the main loop, once all has been given to the exchange's func. @error: (nullable)
 * (transfer full): of the parser. */
typedef void (*ParlanceReadFunc) (GTask  *task,
                                  GError *error);

/* For what would hold up the main loop: reads @bytes (nullable: the body, a whole answer) in a
 * thread, which has the parser and the decoder to itself meanwhile, and then gives the text to func
 * in slices. @task: the exchange's. */
void             parlance_exchange_read_in_thread (GTask            *task,
                                                   GBytes           *bytes,
                                                   ParlanceReadFunc  func);
/* From the decoder, in whichever thread. */
void             parlance_exchange_take_delta     (ParlancePartKind  kind,
                                                   const char       *text,
                                                   size_t            length,
                                                   gpointer          user_data);
/* (transfer full): how the exchange has ended. @error: how, if not well. */
ParlanceOutcome *parlance_exchange_judge          (ParlanceExchange *self,
                                                   const GError     *error);

G_END_DECLS
