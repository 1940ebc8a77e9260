/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-test-service.h"
#include "test-connection.h"

G_BEGIN_DECLS

struct _ParlanceTestService
{
  GSocket      *listener;
  GThread      *acceptor;
  GCancellable *stop;
  GMainContext *context;         /* woken at every change, for the wait functions */
  char         *base_url;

  GMutex        lock;            /* guards what follows */
  GCond         gone;            /* a connection ended */
  GPtrArray    *connections;     /* not owned: each is its thread's */
  GPtrArray    *calls;
  GQueue       *scripts;
  GHashTable   *gates;
  GHashTable   *counts;          /* key → number of uses */
  int           max_concurrent;
};

/* A call that arrived, kept for the record; an atomic rc box, shared by the record and the
 * call's thread. The service's lock guards what changes. */
typedef struct
{
  TestRequest         *request;
  TestConnection      *connection;    /* alive while the call is open, and for its thread */
  ParlanceTestService *service;
  char                *token;         /* of the Authorization header; "" */
  gboolean             is_chat;
  gboolean             is_check;
  gboolean             is_open;
  gboolean             closed_early;
  int                  status;
} TestCall;

/* Puts @request, which it takes, on record. */
TestCall *test_call_begin       (ParlanceTestService *self,
                                 TestConnection      *connection,
                                 TestRequest         *request);
void      test_call_unref       (TestCall            *call);
/* The same as test_call_end(), under the service's lock. */
void      test_call_end_locked  (TestCall            *call,
                                 gboolean             closed_early);
/* Gives the call's record an end, once; called before the last bytes are written, since a
 * client may make its next call as soon as it has them. */
void      test_call_end         (TestCall            *call,
                                 gboolean             closed_early);
void      test_call_set_status  (TestCall            *call,
                                 int                  status);
int       test_service_get_checks (ParlanceTestService *self);
/* Counts a use of @key and gives how often it was used. */
int       test_service_count    (ParlanceTestService *self,
                                 const char          *key);
gboolean  test_service_is_open  (ParlanceTestService *self,
                                 const char          *gate);
JsonNode *test_service_pop      (ParlanceTestService *self);

/* One plain answer. */
gboolean  test_call_answer      (TestCall            *call,
                                 int                  status,
                                 const char          *headers,
                                 const char          *body);
/* One event of an answer: "data: …". */
gboolean  test_call_send_event  (TestCall            *call,
                                 const char          *data);
/* A chat chunk with this delta, a JSON object, and this finish reason (nullable). */
gboolean  test_call_send_chunk  (TestCall            *call,
                                 const char          *model,
                                 const char          *delta,
                                 const char          *finish_reason,
                                 gboolean             zero_usage);
/* @text as JSON. */
char     *test_quote            (const char          *text);

/* Each answers the call; %FALSE: the client went, or the connection is to end. */
gboolean  test_script_run       (TestCall            *call,
                                 JsonObject          *script);
gboolean  test_script_is_valid  (JsonNode            *script,
                                 GError             **error);
gboolean  test_modelscope_serve (TestCall            *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestCall, test_call_unref)

G_END_DECLS
