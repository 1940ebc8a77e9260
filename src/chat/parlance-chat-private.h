/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-chat.h"
#include "parlance-dispatcher.h"
#include "parlance-drafts.h"

G_BEGIN_DECLS

struct _ParlanceChat
{
  GObject             parent_instance;

  ParlanceStore      *store;
  ParlanceKeyring    *keyring;
  ParlanceHttp       *http;

  ParlanceDispatcher *dispatcher;
  ParlanceDrafts     *drafts;
  ParlanceAccount    *account;
  GListStore         *conversations;
  GPtrArray          *replies;    /* ParlanceReply under way */
  GHashTable         *unsaved;    /* messages that the store does not have */
  GError             *store_error;
  gboolean            started;
  unsigned            retry_second;
  int                 keyring_state;
};

void parlance_chat_take_keyring_state (ParlanceChat         *self,
                                       int                   state);
/* Puts it at the top of the list, where it belongs after a message. */
void parlance_chat_touch              (ParlanceChat         *self,
                                       ParlanceConversation *conversation);

G_END_DECLS
