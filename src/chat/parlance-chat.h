/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-account.h"
#include "parlance-conversation.h"
#include "parlance-http.h"
#include "parlance-keyring.h"
#include "parlance-store.h"

G_BEGIN_DECLS

#define PARLANCE_TYPE_CHAT (parlance_chat_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceChat, parlance_chat, PARLANCE, CHAT, GObject)

/**
 * ParlanceChat:
 * The use cases: what a person does with conversations, and what follows from it.
 *
 * Properties: "store", "keyring", "http" (construct only), "retry-second" (construct only,
 * milliseconds: what a second of waiting takes before a call that came too fast is made again;
 * 1,000, unless there is no time); read only: "account" (the
 * #ParlanceAccount in use, %NULL until started), "started" (the store has been opened, or cannot
 * be), "store-error" (boxed #GError: why nothing is saved; %NULL when all is well), "set-aside"
 * (string: where a damaged database was put in this run, %NULL where none was), "keyring-state"
 * (int, #ParlanceKeyringState of the last look at the account's token: -1 before).
 */
ParlanceChat         *parlance_chat_new               (ParlanceStore        *store,
                                                       ParlanceKeyring      *keyring,
                                                       ParlanceHttp         *http);
ParlanceKeyring      *parlance_chat_get_keyring       (ParlanceChat         *self);
ParlanceHttp         *parlance_chat_get_http          (ParlanceChat         *self);

/* Opens the store. Where it cannot be opened, "store-error" says so and the program works without
 * saving; where it can be read only, the history is there all the same. Makes the default account
 * where there is none, unless the database was set aside and the keyring still knows of some. */
void                  parlance_chat_start_async       (ParlanceChat         *self,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
gboolean              parlance_chat_start_finish      (ParlanceChat         *self,
                                                       GAsyncResult         *result,
                                                       GError              **error);
/* Opens the store again where it could not be opened for writing, else saves again what could not
 * be saved. "store-error" says what came of it. */
void                  parlance_chat_try_again         (ParlanceChat         *self);
/* Ends what is streaming (it will be found as interrupted), carries out what is to be saved,
 * closes the store. */
void                  parlance_chat_shutdown_async    (ParlanceChat         *self,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
void                  parlance_chat_shutdown_finish   (ParlanceChat         *self,
                                                       GAsyncResult         *result);

/* (transfer none): #ParlanceConversation, the one used last first. */
GListModel           *parlance_chat_get_conversations (ParlanceChat         *self);
/* (transfer none) (nullable) */
ParlanceConversation *parlance_chat_find_conversation (ParlanceChat         *self,
                                                       int64_t               id);
ParlanceAccount      *parlance_chat_get_account       (ParlanceChat         *self);
/* Keeps the account's settings as they are now. */
void                  parlance_chat_save_account      (ParlanceChat         *self);
/* Asks the keyring whether it has the account's token, for "keyring-state". Not done at the start,
 * so that the window need not wait for it. */
void                  parlance_chat_look_at_keyring   (ParlanceChat         *self);
/* (nullable) */
const GError         *parlance_chat_get_store_error   (ParlanceChat         *self);
/* (nullable) */
const char           *parlance_chat_get_set_aside     (ParlanceChat         *self);

/* Brings the messages of @conversation from the store; nothing to do where "loaded". */
void                  parlance_chat_load_async        (ParlanceChat         *self,
                                                       ParlanceConversation *conversation,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
gboolean              parlance_chat_load_finish       (ParlanceChat         *self,
                                                       GAsyncResult         *result,
                                                       GError              **error);

/* Sends @text at the end of @conversation (%NULL: begins a new one). The message is committed
 * to the store first; where that fails the finish returns %NULL with %PARLANCE_STORE_ERROR, and
 * nothing was sent or added: the caller keeps the text, and may ask again with @unsaved %TRUE
 * (Send Without Saving). On success the draft is cleared. Not while "busy", nor
 * while another message of the same conversation is being committed. */
void                  parlance_chat_send_async        (ParlanceChat         *self,
                                                       ParlanceConversation *conversation,
                                                       const char           *text,
                                                       gboolean              unsaved,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
/* (transfer full): the conversation it is in. */
ParlanceConversation *parlance_chat_send_finish       (ParlanceChat         *self,
                                                       GAsyncResult         *result,
                                                       GError              **error);
/* Stops the reply that is pending or streaming, if any; what had come is kept. */
void                  parlance_chat_stop              (ParlanceChat         *self,
                                                       ParlanceConversation *conversation);
/* A new answer to the message that @reply answers: beside it, or in place of it where it is
 * empty. */
void                  parlance_chat_regenerate        (ParlanceChat         *self,
                                                       ParlanceConversation *conversation,
                                                       ParlanceMessage      *reply);
/* Goes on with a reply that was stopped, interrupted or failed with text; appends to it. It must
 * be the leaf. An empty one is regenerated. */
void                  parlance_chat_continue          (ParlanceChat         *self,
                                                       ParlanceConversation *conversation,
                                                       ParlanceMessage      *reply);

void                  parlance_chat_select_answer     (ParlanceChat         *self,
                                                       ParlanceConversation *conversation,
                                                       ParlanceMessage      *reply);
void                  parlance_chat_rename            (ParlanceChat         *self,
                                                       ParlanceConversation *conversation,
                                                       const char           *title);
/* Stops it, takes it out of the list and marks it as deleted; parlance_chat_restore() undoes
 * that in the same run. */
void                  parlance_chat_delete            (ParlanceChat         *self,
                                                       ParlanceConversation *conversation);
void                  parlance_chat_restore           (ParlanceChat         *self,
                                                       ParlanceConversation *conversation);
/* Keeps unsent text; saved at most once a second, and at shutdown. @conversation %NULL: the new
 * one. */
void                  parlance_chat_set_draft         (ParlanceChat         *self,
                                                       ParlanceConversation *conversation,
                                                       const char           *text);
const char           *parlance_chat_get_draft         (ParlanceChat         *self,
                                                       ParlanceConversation *conversation);

G_END_DECLS
