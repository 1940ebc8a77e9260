/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Databases that are damaged, another program's, or a newer version's: nothing is lost that can be
 * read, and the file is never deleted. */
#include "store-fixture.h"

#include <string.h>

#define N_CONVERSATIONS 6
#define N_QUESTIONS 8

static void
take_path (ParlanceStore *store,
           const char    *path,
           GPtrArray     *paths)
{
  g_ptr_array_add (paths, g_strdup (path));
}

static void
count_signal (ParlanceStore *store,
              const GError  *error,
              unsigned      *count)
{
  ++*count;
}

/* A store of which nothing is known yet, and the paths to which it sets databases aside. */
static ParlanceStore *
watch_store (const char *path,
             GPtrArray  *paths)
{
  ParlanceStore *store = parlance_store_new (path);

  g_signal_connect (store, "set-aside", G_CALLBACK (take_path), paths);
  return store;
}

static gboolean
send (ParlanceStore  *store,
      GError        **error)
{
  g_autoptr (ParlanceConversation) conversation =
    parlance_conversation_new (parlance_store_new_id (store));
  g_autoptr (ParlanceMessage) message = new_message (store, 0, PARLANCE_ROLE_USER, "Once more");

  return add_message (store, conversation, message, error);
}

/* Conversations with long and short messages, one of which is deleted; the last reply is found as
 * interrupted. With @log the last changes stand in the log only. */
static void
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

/* How many messages can be read. */
static unsigned
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

static unsigned
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
      g_assert_true (send (store, &error));
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
  g_assert_true (send (store, &error));
  g_assert_no_error (error);
  drop_store (store);
  assert_query (fixture->folder, "PRAGMA integrity_check", "ok");
}

/* A folder that cannot be written to: it says so, and the file stays where it is. */
static void
test_cannot_set_aside (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (ParlanceStoreContents) contents = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceStore *store;

  if (geteuid () == 0)
    {
      g_test_skip ("The administrator may write everywhere");
      return;
    }

  g_assert_true (g_file_set_contents (fixture->path, "zzzz", -1, NULL));
  g_chmod (fixture->data, 0500);
  store = parlance_store_new (fixture->path);
  contents = open_store (store, &error);
  g_assert_null (contents);
  g_assert_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_DAMAGED);
  drop_store (store);
  g_chmod (fixture->data, 0700);
  g_assert_cmpuint (count_files (fixture->data, ""), ==, 1);
}

/* Without waiting for the disk, as g_file_set_contents() would. */
static void
write_all (const char *path,
           const char *contents,
           size_t      length)
{
  g_assert_true (g_file_set_contents_full (path, contents, (gssize) length,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
damage (GRand      *rand,
        const char *path)
{
  g_autofree char *contents = NULL;
  size_t           length = 0;

  contents = read_all (path, &length);
  switch (g_rand_int_range (rand, 0, 5))
    {
    case 0: /* one byte anywhere */
      contents[g_rand_int_range (rand, 0, (int) length)] = (char) g_rand_int (rand);
      break;
    case 1: /* of the header */
      contents[g_rand_int_range (rand, 0, (int) MIN (length, 100))] = (char) g_rand_int (rand);
      break;
    case 2: /* many bytes */
      for (int n = g_rand_int_range (rand, 1, 200); n > 0; n--)
        contents[g_rand_int_range (rand, 0, (int) length)] = (char) g_rand_int (rand);
      break;
    case 3: /* a whole page, or the like */
      {
        size_t at = (size_t) g_rand_int_range (rand, 0, (int) length);

        memset (contents + at, g_rand_int_range (rand, 0, 256), MIN (length - at, 4096));
        break;
      }
    default: /* the head of a page, where its structure stands */
      for (int n = g_rand_int_range (rand, 1, 4); n > 0; n--)
        {
          size_t at = (size_t) g_rand_int_range (rand, 0, (int) length) / 4096 * 4096 +
                      (size_t) g_rand_int_range (rand, 0, 16);

          contents[MIN (at, length - 1)] = (char) g_rand_int (rand);
        }
      break;
    }
  write_all (path, contents, length);
}

static void
copy (const char *from,
      const char *to)
{
  g_autofree char *contents = NULL;
  size_t           length = 0;

  if (!g_file_get_contents (from, &contents, &length, NULL))
    return;
  write_all (to, contents, length);
}

/* Whatever is done to the bytes: no crash, no hang, no file gone, all can be read or it was set
 * aside, and what is sent next is saved. */
static void
test_random (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *good = g_strconcat (fixture->folder, "/good.db", NULL);
  g_autofree char *good_log = g_strconcat (good, "-wal", NULL);
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  unsigned n_seeds = g_getenv ("PARLANCE_TEST_FULL") ? 2000 : 200;
  unsigned n_aside = 0;
  unsigned n_newer = 0;
  unsigned n_salvaged = 0;

  fill (fixture->folder, TRUE);
  copy (fixture->path, good);
  copy (log, good_log);
  g_assert_true (g_file_test (good_log, G_FILE_TEST_EXISTS));

  for (unsigned seed = 0; seed < n_seeds; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (ParlanceStoreContents) contents = NULL;
      g_autoptr (GError) error = NULL;
      gboolean       with_log = seed % 2 == 0;
      gboolean       of_log = with_log && seed % 4 == 0;
      ParlanceStore *store;
      unsigned       n;

      remove_folder (fixture->data);
      g_assert_cmpint (g_mkdir (fixture->data, 0700), ==, 0);
      copy (good, fixture->path);
      if (with_log)
        copy (good_log, log);
      damage (rand, of_log ? log : fixture->path);

      store = watch_store (fixture->path, paths);
      contents = open_store (store, &error);
      g_assert_no_error (error);
      n = count_messages (store, contents);

      if (contents->read_only)
        {
          g_assert_error (contents->read_only, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_NEWER);
          g_assert_false (send (store, &error));
          g_clear_error (&error);
          n_newer++;
        }
      else
        {
          g_assert_true (send (store, &error));
          g_assert_no_error (error);
        }
      if (paths->len == 0)
        g_assert_cmpuint (n, ==, N_CONVERSATIONS * N_QUESTIONS * 2);
      else
        n_salvaged += n;
      n_aside += paths->len;
      g_assert_cmpuint (paths->len, <=, 1);
      g_assert_cmpuint (count_files (fixture->data, ".damaged-"), >=, paths->len);
      drop_store (store);
      if (!contents->read_only)
        assert_query (fixture->folder, "PRAGMA integrity_check", "ok");
    }

  g_test_message ("%u of %u set aside, with %u %% of their messages salvaged; %u taken for a newer "
                  "version's", n_aside, n_seeds,
                  n_salvaged * 100 / (MAX (n_aside, 1) * N_CONVERSATIONS * N_QUESTIONS * 2),
                  n_newer);
  g_assert_cmpuint (n_aside, >, n_seeds / 10);
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
      g_assert_false (send (store, &error));
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
  g_test_init (&argc, &argv, NULL);

  ADD ("/store/damage/foreign", test_foreign);
  ADD ("/store/damage/cut", test_cut);
  ADD ("/store/damage/late", test_late);
  ADD ("/store/damage/cannot-set-aside", test_cannot_set_aside);
  ADD ("/store/damage/random", test_random);
  ADD ("/store/damage/newer", test_newer);

  return g_test_run ();
}
