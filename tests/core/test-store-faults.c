/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program;

static void
count_failure (ParlanceStore *store,
               const GError  *error,
               unsigned      *count)
{
  g_assert_nonnull (error);
  ++*count;
}

/* Opening says @code, at once or at least within a second, and so does all that follows; "failed"
 * comes once. */
static void
assert_refused (const char         *path,
                ParlanceStoreError  code)
{
  ParlanceStore *store = parlance_store_new (path);
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (ParlanceMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  int64_t  started = g_get_monotonic_time ();
  unsigned n_failures = 0;

  g_signal_connect (store, "failed", G_CALLBACK (count_failure), &n_failures);
  g_assert_null (open_store (store, &error));
  g_assert_error (error, PARLANCE_STORE_ERROR, (int) code);
  g_assert_cmpint (g_get_monotonic_time () - started, <, G_USEC_PER_SEC);
  g_clear_error (&error);

  conversation = parlance_conversation_new (parlance_store_new_id (store));
  message = new_message (store, 0, PARLANCE_ROLE_USER, "Hello");
  parlance_store_save_conversation (store, conversation);
  parlance_store_append (store, 1, PARLANCE_PART_TEXT, "text", -1);
  parlance_store_end_reply (store, message);
  g_assert_false (add_message (store, conversation, message, &error));
  g_assert_error (error, PARLANCE_STORE_ERROR, (int) code);
  g_assert_cmpuint (n_failures, ==, 1);
  drop_store (store);
}

static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceStore *store = new_store (fixture->folder, NULL);

  assert_refused (fixture->path, PARLANCE_STORE_ERROR_BUSY);

  child = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "--refused", fixture->path,
                            G_STRINGIFY (3), NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (child, NULL, &error));
  g_assert_no_error (error);

  /* Closed is free, also without the last reference gone. */
  close_store (store);
  drop_store (new_store (fixture->folder, NULL));
  drop_store (store);
}

static void
test_open_error (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *file = g_build_filename (fixture->folder, "file", NULL);
  g_autofree char *below_file = g_build_filename (file, "parlance.db", NULL);
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  assert_refused (below_file, PARLANCE_STORE_ERROR_OPEN);
  assert_refused (fixture->data, PARLANCE_STORE_ERROR_OPEN);

  /* Folders without the right to write; the child puts off the administrator's rights. */
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
  g_assert_cmpint (g_chmod (fixture->data, 0555), ==, 0);
  child = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "--refused", fixture->path,
                            G_STRINGIFY (0), NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (child, NULL, &error));
  g_assert_no_error (error);
}

/* Lines that a child writes: what it was told is stored. */
static GDataInputStream *
start_child (const char   *mode,
             const char   *path,
             GSubprocess **child)
{
  g_autoptr (GError) error = NULL;

  *child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, mode, path, NULL);
  g_assert_no_error (error);
  return g_data_input_stream_new (g_subprocess_get_stdout_pipe (*child));
}

static GHashTable *
stored_ids (const char *folder,
            unsigned   *n_interrupted)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (ParlanceStoreContents) contents = NULL;
  ParlanceStore *store;

  assert_query (folder, "PRAGMA integrity_check", "ok");
  assert_query (folder, "SELECT count (*) FROM pragma_foreign_key_check", "0");

  store = new_store (folder, &contents);
  *n_interrupted = contents->n_interrupted;
  for (unsigned i = 0; i < contents->conversations->len; i++)
    {
      int64_t id = parlance_conversation_get_id (contents->conversations->pdata[i]);
      g_autoptr (GPtrArray) messages = load_messages (store, id, NULL);

      for (unsigned j = 0; j < messages->len; j++)
        g_hash_table_insert (ids,
                             g_strdup_printf ("%" G_GINT64_FORMAT,
                                              parlance_message_get_id (messages->pdata[j])),
                             parlance_message_dup_text (messages->pdata[j], PARLANCE_PART_TEXT));
    }
  drop_store (store);
  return ids;
}

static void
test_full (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GDataInputStream) lines = start_child ("--full", fixture->path, &child);
  g_autoptr (GPtrArray) acknowledged = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) ids = NULL;
  g_autoptr (GError) error = NULL;
  unsigned n_lines = 0;
  unsigned n_interrupted = 0;
  char    *line;

  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)))
    g_ptr_array_add (acknowledged, line);
  g_assert_true (g_subprocess_wait_check (child, NULL, &error));
  g_assert_no_error (error);

  ids = stored_ids (fixture->folder, &n_interrupted);
  for (; n_lines < acknowledged->len; n_lines++)
    {
      const char *text = g_hash_table_lookup (ids, acknowledged->pdata[n_lines]);

      g_assert_nonnull (text);
      g_assert_cmpuint (strlen (text), ==, 10000);
    }
  g_assert_cmpuint (n_lines, >, 1);
  /* Not one that was refused. */
  g_assert_cmpuint (g_hash_table_size (ids), ==, n_lines);
}

static void
test_kill (Fixture       *fixture,
           gconstpointer  data)
{
  for (unsigned round = 0; round < 5; round++)
    {
      g_autoptr (GSubprocess) child = NULL;
      g_autoptr (GDataInputStream) lines = start_child ("--chat", fixture->path, &child);
      g_autoptr (GPtrArray) acknowledged = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GHashTable) ids = NULL;
      unsigned n_interrupted = 0;
      char    *line;

      while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)))
        {
          g_ptr_array_add (acknowledged, line);
          if (acknowledged->len == 20 + 7 * round)
            kill (atoi (g_subprocess_get_identifier (child)), SIGKILL);
        }
      g_subprocess_wait (child, NULL, NULL);
      g_assert_true (g_subprocess_get_if_signaled (child));
      g_assert_cmpuint (acknowledged->len, >=, 20);

      ids = stored_ids (fixture->folder, &n_interrupted);
      g_assert_cmpuint (n_interrupted, <=, 1);
      for (unsigned i = 0; i < acknowledged->len; i++)
        {
          g_auto (GStrv) words = g_strsplit (acknowledged->pdata[i], " ", 2);
          const char *text = g_hash_table_lookup (ids, words[0]);

          /* A reply's line tells how much of it was stored at least. */
          g_assert_nonnull (text);
          if (words[1])
            g_assert_cmpint ((int) strlen (text), >=, atoi (words[1]));
        }
    }
}

/* Said once until something is stored again. */
static void
test_failed_signal (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (ParlanceMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  unsigned       n_failures = 0;
  ParlanceStore *store = new_store (fixture->folder, NULL);

  g_signal_connect (store, "failed", G_CALLBACK (count_failure), &n_failures);
  conversation = parlance_conversation_new (parlance_store_new_id (store));
  message = new_message (store, 0, PARLANCE_ROLE_USER, "Hello");

  for (unsigned round = 1; round <= 2; round++)
    {
      /* There is no such message. */
      parlance_store_append (store, 999, PARLANCE_PART_TEXT, "a", -1);
      parlance_store_append (store, 999, PARLANCE_PART_TEXT, "b", -1);
      parlance_store_append (store, 999, PARLANCE_PART_TEXT, "c", -1);
      g_assert_true (add_message (store, conversation, message, &error));
      g_assert_cmpuint (n_failures, ==, round);
    }

  drop_store (store);
}

/* What could not be saved is saved with what comes after it. */
static void
test_repair (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (ParlanceMessage) lost = NULL;
  g_autoptr (ParlanceMessage) reply = NULL;
  g_autoptr (ParlanceMessage) question = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GError) error = NULL;
  unsigned       n_failures = 0;
  ParlanceStore *store = new_store (fixture->folder, NULL);

  g_signal_connect (store, "failed", G_CALLBACK (count_failure), &n_failures);
  conversation = parlance_conversation_new (parlance_store_new_id (store));
  lost = new_message (store, 0, PARLANCE_ROLE_USER, "One");
  parlance_conversation_add (conversation, lost);
  reply = new_message (store, parlance_message_get_id (lost), PARLANCE_ROLE_ASSISTANT, "Two");
  parlance_conversation_add (conversation, reply);
  parlance_store_begin_reply (store, conversation, reply);
  parlance_message_set_state (reply, PARLANCE_STATE_COMPLETE);
  parlance_store_end_reply (store, reply);
  question = new_message (store, parlance_message_get_id (reply), PARLANCE_ROLE_USER, "Three");
  g_assert_true (add_message (store, conversation, question, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_failures, ==, 1);

  messages = load_messages (store, parlance_conversation_get_id (conversation), NULL);
  g_assert_cmpuint (messages->len, ==, 3);
  g_assert_cmpint (parlance_message_get_state (messages->pdata[1]), ==, PARLANCE_STATE_COMPLETE);
  g_assert_cmpstr (parlance_message_get_part (messages->pdata[1], 0)->text->str, ==, "Two");
  g_clear_object (&question);

  /* Its parent is nowhere. */
  question = new_message (store, 12345, PARLANCE_ROLE_USER, "Four");
  g_assert_false (add_message (store, conversation, question, &error));
  g_assert_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_FAILED);
  drop_store (store);
}

/* What children do. */

static void
say (const char *format,
     ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  fflush (stdout);
}

static ParlanceStore *
open_path (const char *path)
{
  ParlanceStore *store = parlance_store_new (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceStoreContents) contents = open_store (store, &error);

  g_assert_no_error (error);
  return store;
}

/* Adds messages until the disk is full, goes on when there is room again. */
static void
fill_disk (const char *path)
{
  ParlanceStore *store = open_path (path);
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (10000, 'x');
  struct rlimit limit = { 200 * 1024, RLIM_INFINITY };

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);

  conversation = parlance_conversation_new (parlance_store_new_id (store));
  for (unsigned n_refused = 0, i = 0; n_refused < 3; i++)
    {
      g_autoptr (ParlanceMessage) message = new_message (store, 0, PARLANCE_ROLE_USER, text);

      g_assert_cmpuint (i, <, 1000);
      if (add_message (store, conversation, message, &error))
        {
          say ("%" G_GINT64_FORMAT "\n", parlance_message_get_id (message));
          continue;
        }

      g_assert_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_FULL);
      g_clear_error (&error);
      n_refused++;
    }

  limit.rlim_cur = RLIM_INFINITY;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  for (unsigned i = 0; i < 3; i++)
    {
      g_autoptr (ParlanceMessage) message = new_message (store, 0, PARLANCE_ROLE_USER, text);

      g_assert_true (add_message (store, conversation, message, &error));
      g_assert_no_error (error);
      say ("%" G_GINT64_FORMAT "\n", parlance_message_get_id (message));
    }
  drop_store (store);
}

/* Questions and replies without end. */
static void
chat (const char *path)
{
  ParlanceStore *store = open_path (path);
  g_autoptr (ParlanceConversation) conversation = NULL;
  int64_t parent = 0;

  conversation = parlance_conversation_new (parlance_store_new_id (store));
  for (;;)
    {
      g_autoptr (ParlanceMessage) question = new_message (store, parent, PARLANCE_ROLE_USER, "How?");
      g_autoptr (ParlanceMessage) reply = NULL;

      g_assert_true (add_message (store, conversation, question, NULL));
      say ("%" G_GINT64_FORMAT "\n", parlance_message_get_id (question));

      reply = new_message (store, parlance_message_get_id (question), PARLANCE_ROLE_ASSISTANT, NULL);
      parlance_store_begin_reply (store, conversation, reply);
      for (int length = 0; length < 3000; length += 300)
        {
          g_autofree char *text = g_strnfill (300, 'y');
          g_autoptr (GPtrArray) messages = NULL;

          parlance_message_append (reply, PARLANCE_PART_TEXT, text, -1);
          parlance_store_append (store, parlance_message_get_id (reply), PARLANCE_PART_TEXT, text,
                                 -1);
          /* Requests are carried out in order: after an answer what was before is stored. */
          messages = load_messages (store, -1, NULL);
          say ("%" G_GINT64_FORMAT " %d\n", parlance_message_get_id (reply), length + 300);
        }
      parlance_message_set_state (reply, PARLANCE_STATE_COMPLETE);
      parlance_store_end_reply (store, reply);
      parent = parlance_message_get_id (reply);
    }
}

static void
be_refused (const char *path,
            const char *code)
{
  if (geteuid () == 0 && atoi (code) == PARLANCE_STORE_ERROR_OPEN)
    g_assert_cmpint (setuid (65534), ==, 0);

  assert_refused (path, (ParlanceStoreError) atoi (code));
}

int
main (int   argc,
      char *argv[])
{
  program = argv[0];

  if (argc == 3 && g_str_equal (argv[1], "--full"))
    return fill_disk (argv[2]), 0;
  if (argc == 3 && g_str_equal (argv[1], "--chat"))
    return chat (argv[2]), 0;
  if (argc == 4 && g_str_equal (argv[1], "--refused"))
    return be_refused (argv[2], argv[3]), 0;

  g_test_init (&argc, &argv, NULL);

  ADD ("/store/busy", test_busy);
  ADD ("/store/open-error", test_open_error);
  ADD ("/store/full", test_full);
  ADD ("/store/kill", test_kill);
  ADD ("/store/failed-signal", test_failed_signal);
  ADD ("/store/repair", test_repair);

  return g_test_run ();
}
