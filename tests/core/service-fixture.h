/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-test-service.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define LIMIT 10000
#define ASK "{\"model\":\"%s\",\"stream\":true,\"stream_options\":{\"include_usage\":true}," \
            "\"messages\":[{\"role\":\"user\",\"content\":\"good day\"}]%s}"

typedef struct
{
  ParlanceTestService *service;
  SoupSession         *session;
} Fixture;

/* One call and what came of it. */
typedef struct
{
  SoupMessage  *message;
  GCancellable *cancellable;
  GInputStream *stream;
  GString      *text;
  char          buffer[4096];
  GError       *error;
  gboolean      ended;
} Call;

void         set_up      (Fixture       *fixture,
                          gconstpointer  data);
void         tear_down   (Fixture       *fixture,
                          gconstpointer  data);
SoupMessage *new_message (Fixture       *fixture,
                          const char    *method,
                          const char    *path,
                          const char    *token,
                          const char    *body);
char        *ask         (Fixture       *fixture,
                          const char    *token,
                          const char    *model,
                          const char    *more,
                          SoupMessage  **message,
                          GError       **error);
Call        *start_call  (Fixture       *fixture,
                          const char    *token);
void         call_free   (Call          *call);
void         finish_call (Call          *call);
JsonObject  *get_request (JsonNode      *requests,
                          guint          i);

G_END_DECLS
