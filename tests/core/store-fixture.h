/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-store.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

/* A store in a folder of its own, and its calls as a test reads best: one after the other. */

static inline void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GAsyncResult **slot = user_data;

  *slot = g_object_ref (result);
}

static inline void
wait_for (GAsyncResult **result)
{
  while (!*result)
    g_main_context_iteration (NULL, TRUE);
}

static inline ParlanceStoreContents *
open_store (ParlanceStore  *store,
            GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_store_open_async (store, NULL, on_result, &result);
  wait_for (&result);
  return parlance_store_open_finish (store, result, error);
}

static inline void
close_store (ParlanceStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  parlance_store_close_async (store, on_result, &result);
  wait_for (&result);
  g_assert_true (parlance_store_close_finish (store, result, &error));
  g_assert_no_error (error);
}

static inline gboolean
add_message (ParlanceStore         *store,
             ParlanceConversation  *conversation,
             ParlanceMessage       *message,
             GError               **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_store_add_message_async (store, conversation, message, NULL, on_result, &result);
  wait_for (&result);
  return parlance_store_add_message_finish (store, result, error);
}

static inline GPtrArray *
load_messages (ParlanceStore *store,
               int64_t        conversation_id,
               int64_t       *leaf_id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *messages;

  parlance_store_load_messages_async (store, conversation_id, NULL, on_result, &result);
  wait_for (&result);
  messages = parlance_store_load_messages_finish (store, result, leaf_id, &error);
  g_assert_no_error (error);
  return messages;
}

static inline char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("parlance-store-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static inline void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_chmod (folder, 0700);
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

/* A store on @folder's database, open. */
static inline ParlanceStore *
new_store (const char             *folder,
           ParlanceStoreContents **contents)
{
  g_autofree char *path = g_build_filename (folder, "data", "parlance.db", NULL);
  ParlanceStore *store = parlance_store_new (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceStoreContents) found = open_store (store, &error);

  g_assert_no_error (error);
  g_assert_nonnull (found);
  if (contents)
    *contents = g_steal_pointer (&found);
  return store;
}

/* Lets go of the last reference: what was asked for is carried out before this returns. */
static inline void
drop_store (ParlanceStore *store)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (store);
}

static inline ParlanceMessage *
new_message (ParlanceStore *store,
             int64_t        parent_id,
             ParlanceRole   role,
             const char    *text)
{
  ParlanceMessage *message = parlance_message_new (parlance_store_new_id (store), parent_id, role);

  if (text)
    parlance_message_append (message, PARLANCE_PART_TEXT, text, -1);
  parlance_message_set_state (message, role == PARLANCE_ROLE_USER ? PARLANCE_STATE_COMPLETE
                                                                  : PARLANCE_STATE_PENDING);
  return message;
}

/* The first column of the first row, read from the closed file by another connection. */
static inline char *
query (const char *folder,
       const char *sql)
{
  g_autofree char *path = g_build_filename (folder, "data", "parlance.db", NULL);
  sqlite3 *handle = NULL;
  sqlite3_stmt *statement = NULL;
  char *value = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL), ==, SQLITE_OK);
  if (sqlite3_step (statement) == SQLITE_ROW)
    value = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  sqlite3_close (handle);
  return value;
}

#define assert_query(folder, sql, expected)          \
  G_STMT_START                                       \
  {                                                  \
    g_autofree char *value_ = query (folder, sql);   \
    g_assert_cmpstr (value_, ==, expected);          \
  }                                                  \
  G_STMT_END

typedef struct
{
  char *folder;
  char *data;
  char *path;
} Fixture;

static inline void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = make_folder ();
  fixture->data = g_build_filename (fixture->folder, "data", NULL);
  fixture->path = g_build_filename (fixture->data, "parlance.db", NULL);
  g_assert_cmpint (g_mkdir (fixture->data, 0700), ==, 0);
}

static inline void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->data);
  g_free (fixture->path);
}

static inline char *
read_all (const char *path,
          size_t     *length)
{
  g_autoptr (GError) error = NULL;
  char *contents = NULL;

  g_file_get_contents (path, &contents, length, &error);
  g_assert_no_error (error);
  return contents;
}

static inline void
execute (const char *path,
         const char *sql)
{
  sqlite3 *handle = NULL;
  char    *words = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  sqlite3_exec (handle, sql, NULL, NULL, &words);
  g_assert_cmpstr (words, ==, NULL);
  sqlite3_close (handle);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
