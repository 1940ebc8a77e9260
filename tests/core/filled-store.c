/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filled-store.h"

#include <string.h>

static void
take_path (ParlanceStore *store,
           const char    *path,
           GPtrArray     *paths)
{
  g_ptr_array_add (paths, g_strdup (path));
}

ParlanceStore *
watch_store (const char *path,
             GPtrArray  *paths)
{
  ParlanceStore *store = parlance_store_new (path);

  g_signal_connect (store, "set-aside", G_CALLBACK (take_path), paths);
  return store;
}

gboolean
send_once_more (ParlanceStore  *store,
                GError        **error)
{
  g_autoptr (ParlanceConversation) conversation =
    parlance_conversation_new (parlance_store_new_id (store));
  g_autoptr (ParlanceMessage) message = new_message (store, 0, PARLANCE_ROLE_USER, "Once more");

  return add_message (store, conversation, message, error);
}

void
fill (const char *folder,
      gboolean    log)
{
  g_autofree char *path = g_build_filename (folder, "data", "parlance.db", NULL);
  ParlanceStore *store = new_store (folder, NULL);
  g_autoptr (ParlanceAccount) account =
    parlance_account_new ("first", "custom", "First", "https://example.org/v1");

  parlance_store_save_account (store, account);
  for (unsigned i = 0; i < N_CONVERSATIONS; i++)
    {
      g_autoptr (ParlanceConversation) conversation =
        parlance_conversation_new (parlance_store_new_id (store));
      int64_t parent = 0;

      for (unsigned j = 0; j < N_QUESTIONS; j++)
        {
          g_autofree char *text = g_strnfill (j % 3 == 2 ? 9000 : 100, (char) ('a' + j));
          g_autoptr (ParlanceMessage) question =
            new_message (store, parent, PARLANCE_ROLE_USER, text);
          g_autoptr (ParlanceMessage) reply = NULL;

          g_assert_true (add_message (store, conversation, question, NULL));
          parlance_conversation_add (conversation, question);
          reply = new_message (store, parlance_message_get_id (question),
                               PARLANCE_ROLE_ASSISTANT, NULL);
          parlance_conversation_add (conversation, reply);
          parlance_store_begin_reply (store, conversation, reply);
          parlance_store_append (store, parlance_message_get_id (reply), PARLANCE_PART_TEXT, text,
                                 -1);
          parlance_message_append (reply, PARLANCE_PART_TEXT, text, -1);
          parent = parlance_message_get_id (reply);
          if (i + 1 == N_CONVERSATIONS && j + 1 == N_QUESTIONS)
            break;
          parlance_message_set_state (reply, PARLANCE_STATE_COMPLETE);
          parlance_store_end_reply (store, reply);
        }
      parlance_conversation_set_title (conversation, "A title");
      parlance_store_save_conversation (store, conversation);
    }
  close_store (store);
  drop_store (store);

  if (log)
    {
      /* A program that was killed leaves a log: made by one that does not write it back. */
      sqlite3 *handle = NULL;

      g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
      sqlite3_db_config (handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
      g_assert_cmpint (sqlite3_exec (handle, "UPDATE message SET created = created + 1;"
                                             "INSERT INTO setting VALUES ('new-draft', 'unsent')",
                                     NULL, NULL, NULL), ==, SQLITE_OK);
      sqlite3_close (handle);
    }
}

unsigned
count_messages (ParlanceStore         *store,
                ParlanceStoreContents *contents)
{
  unsigned n = 0;

  for (unsigned i = 0; i < contents->conversations->len; i++)
    {
      ParlanceConversation *conversation = contents->conversations->pdata[i];
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GPtrArray) messages = NULL;
      int64_t leaf_id = 0;

      parlance_store_load_messages_async (store, parlance_conversation_get_id (conversation), NULL,
                                          on_result, &result);
      wait_for (&result);
      messages = parlance_store_load_messages_finish (store, result, &leaf_id, NULL);
      if (!messages)
        continue;
      /* Builds the tree: what was stored must not send it in circles. */
      parlance_conversation_load (conversation, messages, leaf_id);
      n += messages->len;
    }

  return n;
}

unsigned
count_files (const char *folder,
             const char *part)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  unsigned    n = 0;

  while ((name = g_dir_read_name (dir)))
    n += strstr (name, part) != NULL;
  return n;
}
