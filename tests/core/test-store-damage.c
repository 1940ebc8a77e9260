/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Databases that are damaged, another program's, or a newer version's: nothing is lost that can be
 * read, and the file is never deleted. */
#include "filled-store.h"

#include <unistd.h>

static const char *program;

static void
count_signal (ParlanceStore *store,
              const GError  *error,
              unsigned      *count)
{
  ++*count;
}

static const struct
{
  const char *name;
  const char *sql; /* %NULL: plain bytes, and what they are is told by @length and @cut */
  size_t      length;
  unsigned    messages; /* that are salvaged at least */
} foreign[] = {
  { "text", NULL, 20000, 0 },
  { "short", NULL, 5, 0 },
  { "of another program", "CREATE TABLE other (x)", 0, 0 },
  { "account lost", "DROP TABLE account", 0, 96 },
  { "journal lost", "DROP TABLE journal", 0, 96 },
  { "conversations lost", "PRAGMA foreign_keys = OFF; DROP TABLE conversation", 0, 96 },
  { "messages lost", "PRAGMA foreign_keys = OFF; DROP TABLE message", 0, 0 },
  { "a parent lost", "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name ="
                     " 'message_parent'; DELETE FROM message WHERE id = 10", 0, 95 },
  { "a column renamed", "ALTER TABLE part RENAME COLUMN text TO words", 0, 96 },
  { "version lost", "PRAGMA user_version = 0", 0, 96 },
  { "version is absurd", "PRAGMA user_version = -5", 0, 96 },
  { "ids are absurd", "INSERT INTO message SELECT 9223372036854775807, conversation_id, parent_id,"
                      " role, state, created, account_id, model_id, 0, 0, 0, NULL, NULL, 0, NULL,"
                      " NULL FROM message WHERE id = 5", 0, 96 },
};

static void
test_foreign (Fixture       *fixture,
              gconstpointer  data)
{
  for (size_t i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (ParlanceStoreContents) contents = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;
      size_t         length_before = 0;
      size_t         length_after = 0;
      ParlanceStore *store;

      g_test_message ("%s", foreign[i].name);
      remove_folder (fixture->data);
      g_assert_cmpint (g_mkdir (fixture->data, 0700), ==, 0);
      if (foreign[i].length > 0)
        {
          g_autofree char *garbage = g_strnfill (foreign[i].length, 'z');

          g_assert_true (g_file_set_contents (fixture->path, garbage, -1, NULL));
        }
      else
        {
          if (!g_str_has_prefix (foreign[i].sql, "CREATE"))
            fill (fixture->folder, FALSE);
          execute (fixture->path, foreign[i].sql);
        }
      before = read_all (fixture->path, &length_before);

      store = watch_store (fixture->path, paths);
      contents = open_store (store, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (paths->len, ==, 1);
      g_assert_true (g_str_has_prefix (paths->pdata[0], fixture->path));
      after = read_all (paths->pdata[0], &length_after);
      g_assert_cmpmem (before, length_before, after, length_after);

      g_assert_cmpuint (count_messages (store, contents), >=, foreign[i].messages);
      g_assert_true (send_once_more (store, &error));
      g_assert_no_error (error);
      drop_store (store);
      assert_query (fixture->folder, "PRAGMA integrity_check", "ok");
      assert_query (fixture->folder, "SELECT count (*) FROM pragma_foreign_key_check", "0");
    }
}

/* The end of a file is lost: what its beginning holds is not. */
static void
test_cut (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ParlanceStoreContents) contents = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *whole = NULL;
  size_t         length = 0;
  ParlanceStore *store;

  fill (fixture->folder, FALSE);
  whole = read_all (fixture->path, &length);
  g_assert_true (g_file_set_contents (fixture->path, whole, (gssize) length / 2, NULL));

  store = watch_store (fixture->path, paths);
  contents = open_store (store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (paths->len, ==, 1);
  g_assert_cmpuint (count_messages (store, contents), >, 0);
  drop_store (store);
}

/* Damage to a large file is found by the read that comes to it: that one is told what a new
 * database says. */
static void
test_late (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ParlanceStoreContents) contents = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *garbage = g_strnfill (4096, 'z');
  g_autofree char *root = NULL;
  ParlanceStore *store;
  FILE          *file;

  fill (fixture->folder, FALSE);
  execute (fixture->path, "CREATE TABLE filler (x); INSERT INTO filler VALUES (zeroblob (9000000))");
  root = query (fixture->folder,
                "SELECT rootpage FROM sqlite_schema WHERE name = 'message_conversation'");
  file = fopen (fixture->path, "r+");
  g_assert_cmpint (fseek (file, (atoi (root) - 1) * 4096L, SEEK_SET), ==, 0);
  g_assert_cmpuint (fwrite (garbage, 4096, 1, file), ==, 1);
  fclose (file);

  store = watch_store (fixture->path, paths);
  contents = open_store (store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (paths->len, ==, 0);
  g_assert_cmpuint (contents->conversations->len, ==, N_CONVERSATIONS);
  g_assert_cmpuint (count_messages (store, contents), ==, N_CONVERSATIONS * N_QUESTIONS * 2);
  g_assert_cmpuint (paths->len, ==, 1);
  g_assert_true (send_once_more (store, &error));
  g_assert_no_error (error);
  drop_store (store);
  assert_query (fixture->folder, "PRAGMA integrity_check", "ok");
}

/* A folder that cannot be written to: it says so, and the file stays where it is. */
static void
test_cannot_set_aside (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *after = NULL;

  /* For the child, which puts off the administrator's rights. */
  g_assert_true (g_file_set_contents (fixture->path, "zzzz", -1, NULL));
  g_assert_cmpint (g_chmod (fixture->path, 0666), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
  g_assert_cmpint (g_chmod (fixture->data, 0555), ==, 0);
  child = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "--cannot-set-aside",
                            fixture->path, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (child, NULL, &error));
  g_assert_no_error (error);

  g_assert_cmpuint (count_files (fixture->data, ""), ==, 1);
  after = read_all (fixture->path, NULL);
  g_assert_cmpstr (after, ==, "zzzz");
}

static void
fail_to_set_aside (const char *path)
{
  ParlanceStore *store;
  g_autoptr (ParlanceStoreContents) contents = NULL;
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    g_assert_cmpint (setuid (65534), ==, 0);

  store = parlance_store_new (path);
  contents = open_store (store, &error);
  g_assert_null (contents);
  g_assert_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_DAMAGED);
  drop_store (store);
}

/* What a newer version has written can be read, and not one byte of it changes. */
static void
test_newer (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);

  for (unsigned with_log = 0; with_log < 2; with_log++)
    {
      g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (ParlanceStoreContents) contents = NULL;
      g_autoptr (ParlanceConversation) conversation = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;
      g_autofree char *log_before = NULL;
      g_autofree char *log_after = NULL;
      size_t         length_before = 0;
      size_t         length_after = 0;
      size_t         log_length_before = 0;
      size_t         log_length_after = 0;
      unsigned       n_failures = 0;
      ParlanceStore *store;
      sqlite3       *handle = NULL;

      remove_folder (fixture->data);
      g_assert_cmpint (g_mkdir (fixture->data, 0700), ==, 0);
      fill (fixture->folder, FALSE);
      g_assert_cmpint (sqlite3_open (fixture->path, &handle), ==, SQLITE_OK);
      sqlite3_db_config (handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, (int) with_log, NULL);
      g_assert_cmpint (sqlite3_exec (handle, "ALTER TABLE message ADD COLUMN shiny TEXT;"
                                             "PRAGMA user_version = 7", NULL, NULL, NULL),
                       ==, SQLITE_OK);
      sqlite3_close (handle);
      before = read_all (fixture->path, &length_before);
      if (with_log)
        log_before = read_all (log, &log_length_before);

      store = watch_store (fixture->path, paths);
      g_signal_connect (store, "failed", G_CALLBACK (count_signal), &n_failures);
      contents = open_store (store, &error);
      g_assert_no_error (error);
      g_assert_error (contents->read_only, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_NEWER);
      g_assert_cmpuint (contents->accounts->len, ==, 1);
      g_assert_cmpuint (count_messages (store, contents), ==, N_CONVERSATIONS * N_QUESTIONS * 2);
      for (unsigned i = 0; i < contents->conversations->len; i++)
        g_assert_false (parlance_conversation_get_busy (contents->conversations->pdata[i]));

      conversation = g_object_ref (contents->conversations->pdata[0]);
      parlance_conversation_set_title (conversation, "Another");
      parlance_store_save_conversation (store, conversation);
      parlance_store_save_new_draft (store, "draft");
      parlance_store_set_deleted (store, conversation, TRUE);
      g_assert_false (send_once_more (store, &error));
      g_assert_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_NEWER);
      g_assert_cmpuint (n_failures, ==, 1);
      g_assert_cmpuint (paths->len, ==, 0);
      close_store (store);
      drop_store (store);

      after = read_all (fixture->path, &length_after);
      g_assert_cmpmem (before, length_before, after, length_after);
      if (with_log)
        {
          log_after = read_all (log, &log_length_after);
          g_assert_cmpmem (log_before, log_length_before, log_after, log_length_after);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  program = argv[0];

  if (argc == 3 && g_str_equal (argv[1], "--cannot-set-aside"))
    return fail_to_set_aside (argv[2]), 0;

  g_test_init (&argc, &argv, NULL);

  ADD ("/store/damage/foreign", test_foreign);
  ADD ("/store/damage/cut", test_cut);
  ADD ("/store/damage/late", test_late);
  ADD ("/store/damage/cannot-set-aside", test_cannot_set_aside);
  ADD ("/store/damage/newer", test_newer);

  return g_test_run ();
}
