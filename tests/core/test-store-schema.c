/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "parlance-schema.h"

static void
test_schema (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *dump = g_test_build_filename (G_TEST_DIST, "fixtures", "db", "v1.sql",
                                                 NULL);
  g_autofree char *sql = read_all (dump, NULL);
  g_autoptr (ParlanceStoreContents) contents = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  ParlanceMessage *reply;
  int64_t          leaf_id = 0;
  ParlanceStore   *store;

  execute (fixture->path, sql);
  store = new_store (fixture->folder, &contents);
  g_assert_cmpuint (contents->accounts->len, ==, 2);
  g_assert_cmpstr (parlance_account_get_label (contents->accounts->pdata[0]), ==, "ModelScope");
  g_assert_cmpuint (contents->conversations->len, ==, 2);
  g_assert_cmpstr (parlance_conversation_get_title (contents->conversations->pdata[0]), ==,
                   "Parrots 🦜");
  g_assert_cmpstr (contents->new_draft, ==, "not sent yet");
  g_assert_cmpuint (contents->n_interrupted, ==, 1);
  messages = load_messages (store,
                            parlance_conversation_get_id (contents->conversations->pdata[0]),
                            &leaf_id);
  g_assert_cmpuint (messages->len, ==, 3);
  reply = messages->pdata[2];
  g_assert_cmpint (parlance_message_get_id (reply), ==, leaf_id);
  g_assert_cmpint (parlance_message_get_state (reply), ==, PARLANCE_STATE_INTERRUPTED);
  g_assert_cmpuint (parlance_message_get_n_parts (reply), ==, 2);
  g_assert_cmpstr (parlance_message_get_part (reply, 1)->text->str, ==, "They fly.");
  drop_store (store);
}

/* Steps of a schema to come: what is there is kept, a copy of before lies beside it. */
static void
test_upgrade (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *const good[] = { "", "ALTER TABLE message ADD COLUMN x INTEGER",
                                      "INSERT INTO setting VALUES ('x', 'y')", NULL };
  static const char *const bad[] = { "", "ALTER TABLE message ADD COLUMN x INTEGER",
                                     "INSERT INTO nothing VALUES (1)", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  sqlite3    *handle = NULL;
  unsigned    n_backups = 0;
  const char *name;

  drop_store (new_store (fixture->folder, NULL));

  g_assert_cmpint (sqlite3_open (fixture->path, &handle), ==, SQLITE_OK);
  g_assert_false (parlance_schema_upgrade (handle, fixture->path, bad, &error));
  g_assert_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_FAILED);
  g_clear_error (&error);
  sqlite3_close (handle);
  assert_query (fixture->folder, "PRAGMA user_version", "1");
  assert_query (fixture->folder,
                "SELECT count (*) FROM pragma_table_info ('message') WHERE name = 'x'", "0");

  g_assert_cmpint (sqlite3_open (fixture->path, &handle), ==, SQLITE_OK);
  g_assert_true (parlance_schema_upgrade (handle, fixture->path, good, &error));
  g_assert_no_error (error);
  sqlite3_close (handle);
  assert_query (fixture->folder, "PRAGMA user_version", "3");
  assert_query (fixture->folder, "SELECT value FROM setting WHERE name = 'x'", "y");

  dir = g_dir_open (fixture->data, 0, NULL);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (fixture->data, name, NULL);
      GStatBuf         buffer;

      if (!g_str_has_suffix (name, ".backup"))
        continue;

      n_backups++;
      g_assert_true (g_str_has_prefix (name, "parlance.db.v1-"));
      g_assert_cmpint (g_stat (path, &buffer), ==, 0);
      g_assert_cmphex (buffer.st_mode & 0777, ==, 0600);
      g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
      g_assert_true (parlance_schema_check (handle, parlance_schema_steps, &error));
      sqlite3_close (handle);
    }
  g_assert_cmpuint (n_backups, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/store/schema-1", test_schema);
  ADD ("/store/upgrade", test_upgrade);

  return g_test_run ();
}
