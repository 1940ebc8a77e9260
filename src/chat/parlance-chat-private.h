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
  GHashTable         *sending;    /* conversations whose new message is being committed */
  GHashTable         *unsaved;    /* messages that the store does not have → conversation */
  unsigned            n_saving;   /* of those, on their way to the store */
  GTask              *closing;    /* waits for these */
  GError             *store_error;
  char               *set_aside;
  gboolean            opened;     /* the store, for writing */
  gboolean            accounts_lost; /* and not found again */
  gboolean            started;
  gboolean            ended;      /* shutting down: nothing is begun any more */
  unsigned            retry_second;
  int                 keyring_state;
};

void parlance_chat_set_store_error    (ParlanceChat         *self,
                                       const GError         *error);
/* Takes @account. */
void parlance_chat_take_account       (ParlanceChat         *self,
                                       ParlanceAccount      *account);
void parlance_chat_set_started        (ParlanceChat         *self);
/* Saves what was sent without saving, of one conversation or of all (%NULL), but for what is being
 * written at present. */
void parlance_chat_save_unsaved       (ParlanceChat         *self,
                                       ParlanceConversation *conversation);
/* What waited to be saved has been: the store is closed where the chat is to end. */
void parlance_chat_close_if_due       (ParlanceChat         *self);
void parlance_chat_take_keyring_state (ParlanceChat         *self,
                                       int                   state);
/* Puts it at the top of the list, where it belongs after a message. */
void parlance_chat_touch              (ParlanceChat         *self,
                                       ParlanceConversation *conversation);

G_END_DECLS
