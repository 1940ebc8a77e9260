/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-chat-private.h"

enum
{
  PROP_STORE = 1,
  PROP_KEYRING,
  PROP_HTTP,
  PROP_RETRY_SECOND,
  PROP_ACCOUNT,
  PROP_STARTED,
  PROP_STORE_ERROR,
  PROP_SET_ASIDE,
  PROP_KEYRING_STATE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceChat, parlance_chat, G_TYPE_OBJECT)

void
parlance_chat_set_store_error (ParlanceChat *self,
                               const GError *error)
{
  if (error == NULL && self->store_error == NULL)
    return;

  g_clear_error (&self->store_error);
  self->store_error = error ? g_error_copy (error) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STORE_ERROR]);
}

static void
on_set_aside (ParlanceChat *self,
              const char   *path)
{
  g_free (self->set_aside);
  self->set_aside = g_strdup (path);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SET_ASIDE]);
}

void
parlance_chat_take_account (ParlanceChat    *self,
                            ParlanceAccount *account)
{
  g_clear_object (&self->account);
  self->account = account;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACCOUNT]);
}

void
parlance_chat_set_started (ParlanceChat *self)
{
  self->started = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STARTED]);
}

static void
on_saved (ParlanceChat *self)
{
  if (self->opened)
    parlance_chat_set_store_error (self, NULL);
}

static void
parlance_chat_constructed (GObject *object)
{
  ParlanceChat *self = PARLANCE_CHAT (object);

  G_OBJECT_CLASS (parlance_chat_parent_class)->constructed (object);

  self->drafts = parlance_drafts_new (self->store);
  g_signal_connect_object (self->store, "failed", G_CALLBACK (parlance_chat_set_store_error), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "saved", G_CALLBACK (on_saved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "set-aside", G_CALLBACK (on_set_aside), self,
                           G_CONNECT_SWAPPED);
}

static void
parlance_chat_finalize (GObject *object)
{
  ParlanceChat *self = PARLANCE_CHAT (object);

  g_clear_object (&self->drafts);
  g_clear_object (&self->dispatcher);
  g_clear_object (&self->account);
  g_clear_object (&self->conversations);
  g_clear_pointer (&self->replies, g_ptr_array_unref);
  g_clear_pointer (&self->sending, g_hash_table_unref);
  g_clear_pointer (&self->unsaved, g_hash_table_unref);
  g_clear_error (&self->store_error);
  g_clear_pointer (&self->set_aside, g_free);
  g_clear_object (&self->store);
  g_clear_object (&self->keyring);
  g_clear_object (&self->http);

  G_OBJECT_CLASS (parlance_chat_parent_class)->finalize (object);
}

static void
parlance_chat_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  ParlanceChat *self = PARLANCE_CHAT (object);

  switch (prop_id)
    {
    case PROP_STORE:
      g_value_set_object (value, self->store);
      break;

    case PROP_KEYRING:
      g_value_set_object (value, self->keyring);
      break;

    case PROP_HTTP:
      g_value_set_object (value, self->http);
      break;

    case PROP_ACCOUNT:
      g_value_set_object (value, self->account);
      break;

    case PROP_STARTED:
      g_value_set_boolean (value, self->started);
      break;

    case PROP_STORE_ERROR:
      g_value_set_boxed (value, self->store_error);
      break;

    case PROP_SET_ASIDE:
      g_value_set_string (value, self->set_aside);
      break;

    case PROP_KEYRING_STATE:
      g_value_set_int (value, self->keyring_state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_chat_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  ParlanceChat *self = PARLANCE_CHAT (object);

  switch (prop_id)
    {
    case PROP_STORE:
      self->store = g_value_dup_object (value);
      break;

    case PROP_KEYRING:
      self->keyring = g_value_dup_object (value);
      break;

    case PROP_HTTP:
      self->http = g_value_dup_object (value);
      break;

    case PROP_RETRY_SECOND:
      self->retry_second = g_value_get_uint (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_chat_class_init (ParlanceChatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags construct_only =
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->constructed = parlance_chat_constructed;
  object_class->finalize = parlance_chat_finalize;
  object_class->get_property = parlance_chat_get_property;
  object_class->set_property = parlance_chat_set_property;

  properties[PROP_STORE] =
    g_param_spec_object ("store", NULL, NULL, PARLANCE_TYPE_STORE, construct_only);
  properties[PROP_KEYRING] =
    g_param_spec_object ("keyring", NULL, NULL, PARLANCE_TYPE_KEYRING, construct_only);
  properties[PROP_HTTP] =
    g_param_spec_object ("http", NULL, NULL, PARLANCE_TYPE_HTTP, construct_only);
  properties[PROP_RETRY_SECOND] =
    g_param_spec_uint ("retry-second", NULL, NULL, 0, G_MAXUINT / 60, 1000,
                       G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ACCOUNT] =
    g_param_spec_object ("account", NULL, NULL, PARLANCE_TYPE_ACCOUNT, readable);
  properties[PROP_STARTED] = g_param_spec_boolean ("started", NULL, NULL, FALSE, readable);
  properties[PROP_STORE_ERROR] =
    g_param_spec_boxed ("store-error", NULL, NULL, G_TYPE_ERROR, readable);
  properties[PROP_SET_ASIDE] = g_param_spec_string ("set-aside", NULL, NULL, NULL, readable);
  properties[PROP_KEYRING_STATE] =
    g_param_spec_int ("keyring-state", NULL, NULL, -1, PARLANCE_KEYRING_UNAVAILABLE, -1, readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_chat_init (ParlanceChat *self)
{
  self->dispatcher = parlance_dispatcher_new ();
  self->conversations = g_list_store_new (PARLANCE_TYPE_CONVERSATION);
  self->replies = g_ptr_array_new_with_free_func (g_object_unref);
  self->sending = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->unsaved = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
  self->keyring_state = -1;
}

ParlanceChat *
parlance_chat_new (ParlanceStore   *store,
                   ParlanceKeyring *keyring,
                   ParlanceHttp    *http)
{
  return g_object_new (PARLANCE_TYPE_CHAT,
                       "store", store,
                       "keyring", keyring,
                       "http", http,
                       NULL);
}

void
parlance_chat_take_keyring_state (ParlanceChat *self,
                                  int           state)
{
  if (self->keyring_state == state)
    return;

  self->keyring_state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEYRING_STATE]);
}

ParlanceKeyring *
parlance_chat_get_keyring (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return self->keyring;
}

ParlanceHttp *
parlance_chat_get_http (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return self->http;
}

GListModel *
parlance_chat_get_conversations (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return G_LIST_MODEL (self->conversations);
}

ParlanceConversation *
parlance_chat_find_conversation (ParlanceChat *self,
                                 int64_t       id)
{
  unsigned n;

  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  n = g_list_model_get_n_items (G_LIST_MODEL (self->conversations));
  for (unsigned i = 0; i < n; i++)
    {
      g_autoptr (ParlanceConversation) conversation =
        g_list_model_get_item (G_LIST_MODEL (self->conversations), i);

      if (parlance_conversation_get_id (conversation) == id)
        return conversation;
    }

  return NULL;
}

ParlanceAccount *
parlance_chat_get_account (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return self->account;
}

void
parlance_chat_save_account (ParlanceChat *self)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (self->account != NULL);

  parlance_store_save_account (self->store, self->account);
}

const GError *
parlance_chat_get_store_error (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return self->store_error;
}

const char *
parlance_chat_get_set_aside (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return self->set_aside;
}

void
parlance_chat_touch (ParlanceChat         *self,
                     ParlanceConversation *conversation)
{
  g_autoptr (ParlanceConversation) first =
    g_list_model_get_item (G_LIST_MODEL (self->conversations), 0);
  int64_t updated = g_get_real_time ();
  unsigned position;

  /* A clock that was put back does not put it below what was used before. */
  if (first != NULL)
    updated = MAX (updated, parlance_conversation_get_updated (first) + (first != conversation));
  parlance_conversation_set_updated (conversation, updated);

  if (!g_list_store_find (self->conversations, conversation, &position))
    {
      g_list_store_insert (self->conversations, 0, conversation);
    }
  else if (position > 0)
    {
      g_autoptr (ParlanceConversation) kept = g_object_ref (conversation);

      g_list_store_remove (self->conversations, position);
      g_list_store_insert (self->conversations, 0, kept);
    }
}

void
parlance_chat_rename (ParlanceChat         *self,
                      ParlanceConversation *conversation,
                      const char           *title)
{
  g_autofree char *clean = NULL;

  g_return_if_fail (PARLANCE_IS_CHAT (self));

  clean = parlance_title_from_text (title);
  if (*clean == '\0')
    return;

  parlance_conversation_set_title (conversation, clean);
  parlance_store_save_conversation (self->store, conversation);
}

void
parlance_chat_delete (ParlanceChat         *self,
                      ParlanceConversation *conversation)
{
  unsigned position;

  g_return_if_fail (PARLANCE_IS_CHAT (self));

  parlance_chat_stop (self, conversation);
  parlance_store_set_deleted (self->store, conversation, TRUE);
  if (g_list_store_find (self->conversations, conversation, &position))
    g_list_store_remove (self->conversations, position);
}

static int
compare_updated (gconstpointer a,
                 gconstpointer b,
                 gpointer      user_data)
{
  int64_t a_updated = parlance_conversation_get_updated ((ParlanceConversation *) a);
  int64_t b_updated = parlance_conversation_get_updated ((ParlanceConversation *) b);

  return (a_updated < b_updated) - (a_updated > b_updated);
}

void
parlance_chat_restore (ParlanceChat         *self,
                       ParlanceConversation *conversation)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));

  if (g_list_store_find (self->conversations, conversation, NULL))
    return;

  parlance_store_set_deleted (self->store, conversation, FALSE);
  g_list_store_insert_sorted (self->conversations, conversation, compare_updated, NULL);
}

void
parlance_chat_set_draft (ParlanceChat         *self,
                         ParlanceConversation *conversation,
                         const char           *text)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));

  parlance_drafts_set (self->drafts, conversation, text);
}

const char *
parlance_chat_get_draft (ParlanceChat         *self,
                         ParlanceConversation *conversation)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), "");

  return parlance_drafts_get (self->drafts, conversation);
}
