/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-chat.h"
#include "parlance-test-service.h"

G_BEGIN_DECLS

#define TIMEOUT_MS 10000

/* A chat over a store in a folder of its own and the scripted service. */
typedef struct
{
  ParlanceTestService *service;
  char                *folder;
  char                *path;
  ParlanceKeyring     *keyring;
  ParlanceChat        *chat;
  unsigned             stall_timeout; /* milliseconds; 0: as it is in the program */
  unsigned             connect_timeout; /* the same */
  unsigned             retry_second;  /* the same */
} ChatFixture;

void                  chat_fixture_set_up       (ChatFixture          *fixture,
                                                 gconstpointer         data);
void                  chat_fixture_tear_down    (ChatFixture          *fixture,
                                                 gconstpointer         data);
void                  chat_fixture_start        (ChatFixture          *fixture);
void                  chat_fixture_quit         (ChatFixture          *fixture);
/* (transfer none): kept by the chat's list. */
ParlanceConversation *chat_fixture_send         (ChatFixture          *fixture,
                                                 ParlanceConversation *conversation,
                                                 const char           *text);
/* Loads the messages of the conversation with that id. */
ParlanceConversation *chat_fixture_load         (ChatFixture          *fixture,
                                                 int64_t               id);
/* Quits, starts again, and loads. */
ParlanceConversation *chat_fixture_reload       (ChatFixture          *fixture,
                                                 int64_t               id);
/* Waits until nothing is under way, and looks at the last message. */
void                  chat_fixture_assert_reply (ParlanceConversation *conversation,
                                                 ParlanceMessageState  state,
                                                 const char           *expected);
ParlanceMessage      *leaf                      (ParlanceConversation *conversation);

void                  take_result               (GObject              *source,
                                                 GAsyncResult         *result,
                                                 gpointer              user_data);
GAsyncResult         *wait_result               (GAsyncResult        **result);
void                  wake                      (gpointer              user_data);

/* Iterates until @condition holds; fails the test after a time. */
#define WAIT_UNTIL(condition)                                                              \
  G_STMT_START                                                                             \
  {                                                                                        \
    gboolean too_late = FALSE;                                                             \
    unsigned source_id = g_timeout_add_once (TIMEOUT_MS, wake, &too_late);                 \
                                                                                           \
    while (!(condition) && !too_late)                                                      \
      g_main_context_iteration (NULL, TRUE);                                               \
    g_assert_true (condition);                                                             \
    g_assert_false (too_late);                                                             \
    g_source_remove (source_id);                                                           \
  }                                                                                        \
  G_STMT_END

G_END_DECLS
