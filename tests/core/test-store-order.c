/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What many requests at once, and texts of every kind, come to in the store. */
#include "store-fixture.h"

static void
test_texts (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *large = g_strnfill (5 * 1024 * 1024, 'x');
  const char *cases[] = {
    "'; DROP TABLE message; --", "\n\r\n\t ", "\xef\xbb\xbf\xef\xbf\xbd", "مرحبا 世界 🦜👩‍👩‍👧",
    "\x01\x1b[31m\x7f", "\xe2\x80\xae" "abc", large,
  };
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceStore *store = new_store (fixture->folder, NULL);

  conversation = parlance_conversation_new (parlance_store_new_id (store));
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ParlanceMessage) message = new_message (store, 0, PARLANCE_ROLE_USER, cases[i]);

      g_assert_true (add_message (store, conversation, message, &error));
      g_assert_no_error (error);
    }
  drop_store (store);

  store = new_store (fixture->folder, NULL);
  messages = load_messages (store, parlance_conversation_get_id (conversation), NULL);
  g_assert_cmpuint (messages->len, ==, G_N_ELEMENTS (cases));
  for (unsigned i = 0; i < messages->len; i++)
    {
      g_autofree char *text = parlance_message_dup_text (messages->pdata[i], PARLANCE_PART_TEXT);

      g_assert_true (g_str_equal (text, cases[i]));
    }
  drop_store (store);
}

static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (ParlanceMessage) reply = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree char *text = NULL;
  ParlanceStore *store = new_store (fixture->folder, NULL);

  /* Many appends between other requests, without waiting for any of them. */
  conversation = parlance_conversation_new (parlance_store_new_id (store));
  reply = new_message (store, 0, PARLANCE_ROLE_ASSISTANT, NULL);
  parlance_store_begin_reply (store, conversation, reply);
  for (unsigned i = 0; i < 2000; i++)
    {
      g_autofree char *chunk = g_strdup_printf ("%u ", i);

      g_string_append (expected, chunk);
      parlance_store_append (store, parlance_message_get_id (reply), PARLANCE_PART_TEXT, chunk, -1);
      if (i % 300 == 0)
        parlance_store_save_new_draft (store, chunk);
    }
  messages = load_messages (store, parlance_conversation_get_id (conversation), NULL);
  text = parlance_message_dup_text (messages->pdata[0], PARLANCE_PART_TEXT);
  g_assert_cmpstr (text, ==, expected->str);
  drop_store (store);
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (ParlanceMessage) message = NULL;
  g_autoptr (GAsyncResult) added = NULL;
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceStore *store = new_store (fixture->folder, NULL);

  conversation = parlance_conversation_new (parlance_store_new_id (store));
  message = new_message (store, 0, PARLANCE_ROLE_USER, "Hello");
  g_cancellable_cancel (cancellable);
  parlance_store_add_message_async (store, conversation, message, cancellable, on_result, &added);
  parlance_store_load_messages_async (store, 1, cancellable, on_result, &loaded);
  wait_for (&added);
  wait_for (&loaded);
  g_assert_false (parlance_store_add_message_finish (store, added, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (parlance_store_load_messages_finish (store, loaded, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&added);
  g_clear_object (&loaded);
  drop_store (store);

  assert_query (fixture->folder, "SELECT count (*) FROM message", "0");
}

static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  enum { N = 10000 };
  g_autoptr (GPtrArray) messages = NULL;
  sqlite3       *handle = NULL;
  int64_t        started;
  int64_t        leaf_id = 0;
  ParlanceStore *store = new_store (fixture->folder, NULL);

  drop_store (store);
  g_assert_cmpint (sqlite3_open (fixture->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (
    sqlite3_exec (handle,
                  "INSERT INTO conversation VALUES (1, 'Many', 1, 10001, '', 0);"
                  "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n LIMIT 10000)"
                  " INSERT INTO message SELECT i, 1, nullif (i - 1, 1), 1 + i % 2, 2, i, '', '',"
                  " -1, -1, -1, NULL, NULL, 0, NULL, NULL FROM n;"
                  "INSERT INTO part (message_id, seq, kind, text)"
                  " SELECT id, 0, 0, 'Message ' || id FROM message;",
                  NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);

  store = new_store (fixture->folder, NULL);
  g_assert_cmpint (parlance_store_new_id (store), ==, N + 2);
  started = g_get_monotonic_time ();
  messages = load_messages (store, 1, &leaf_id);
  g_test_message ("loaded in %.1f ms", (double) (g_get_monotonic_time () - started) / 1000);
  /* Some 40 ms; a load that is not linear takes minutes. */
  g_assert_cmpint (g_get_monotonic_time () - started, <, 3 * G_USEC_PER_SEC);
  g_assert_cmpuint (messages->len, ==, N);
  g_assert_cmpint (leaf_id, ==, N + 1);
  g_assert_cmpstr (parlance_message_get_part (messages->pdata[N - 1], 0)->text->str, ==,
                   "Message 10001");
  drop_store (store);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/store/texts", test_texts);
  ADD ("/store/order", test_order);
  ADD ("/store/cancel", test_cancel);
  ADD ("/store/many", test_many);

  return g_test_run ();
}
