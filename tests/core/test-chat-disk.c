/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person keeps where the disk, or what stands on it, is in the way. */
#include "chat-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

static const char *program;

static void
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

static ParlanceConversation *
try_to_send (ChatFixture           *fixture,
             ParlanceConversation  *conversation,
             const char            *text,
             gboolean               unsaved,
             GError               **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  parlance_chat_send_async (fixture->chat, conversation, text, unsaved, take_result, &result);
  return parlance_chat_send_finish (fixture->chat, wait_result (&result), error);
}

static void
set_up_account (ChatFixture *fixture)
{
  ParlanceAccount *account = parlance_chat_get_account (fixture->chat);

  parlance_account_set_base_url (account,
                                 parlance_test_service_get_base_url (fixture->service));
  parlance_account_set_model_id (account, "Qwen/Qwen3-32B");
  parlance_keyring_keep_for_run (fixture->keyring, account, "ms-valid-1");
  parlance_chat_save_account (fixture->chat);
}

static gboolean
has_store_error (ChatFixture        *fixture,
                 ParlanceStoreError  code)
{
  return g_error_matches (parlance_chat_get_store_error (fixture->chat), PARLANCE_STORE_ERROR,
                          (int) code);
}

static unsigned
n_conversations (ChatFixture *fixture)
{
  return g_list_model_get_n_items (parlance_chat_get_conversations (fixture->chat));
}

static void
count_notify (ParlanceChat *chat,
              GParamSpec   *pspec,
              unsigned     *count)
{
  ++*count;
}

/* Nothing can be read: it is kept, and the program works as on its first day. */
static void
test_damaged (ChatFixture   *fixture,
              gconstpointer  data)
{
  ParlanceConversation *conversation = chat_fixture_send (fixture, NULL, "hello");
  g_autofree char *garbage = g_strnfill (30000, 'z');
  g_autofree char *kept = NULL;

  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  chat_fixture_quit (fixture);
  g_assert_true (g_file_set_contents (fixture->path, garbage, -1, NULL));
  chat_fixture_start (fixture);

  g_assert_no_error (parlance_chat_get_store_error (fixture->chat));
  g_assert_nonnull (parlance_chat_get_set_aside (fixture->chat));
  g_assert_true (g_file_get_contents (parlance_chat_get_set_aside (fixture->chat), &kept, NULL,
                                      NULL));
  g_assert_cmpstr (kept, ==, garbage);
  g_assert_cmpuint (n_conversations (fixture), ==, 0);

  set_up_account (fixture);
  conversation = chat_fixture_send (fixture, NULL, "again");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: again");
  conversation = chat_fixture_reload (fixture, parlance_conversation_get_id (conversation));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: again");
  g_assert_null (parlance_chat_get_set_aside (fixture->chat));
}

/* Most can be read: it is all there. */
static void
test_salvaged (ChatFixture   *fixture,
               gconstpointer  data)
{
  ParlanceConversation *conversation = chat_fixture_send (fixture, NULL, "hello");
  int64_t id = parlance_conversation_get_id (conversation);

  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  chat_fixture_quit (fixture);
  execute (fixture->path, "DROP TABLE journal");
  chat_fixture_start (fixture);

  g_assert_nonnull (parlance_chat_get_set_aside (fixture->chat));
  conversation = chat_fixture_load (fixture, id);
  g_assert_cmpstr (parlance_conversation_get_title (conversation), ==, "hello");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  chat_fixture_send (fixture, conversation, "more");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: more");
}

/* A newer version's history is read, and what is sent is not saved. */
static void
test_newer (ChatFixture   *fixture,
            gconstpointer  data)
{
  ParlanceConversation *conversation = chat_fixture_send (fixture, NULL, "hello");
  g_autoptr (ParlanceConversation) begun = NULL;
  g_autoptr (ParlanceConversation) same = NULL;
  g_autoptr (GError) error = NULL;
  int64_t id = parlance_conversation_get_id (conversation);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  size_t length_before, length_after;
  unsigned n_started = 0;

  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  chat_fixture_quit (fixture);
  execute (fixture->path, "PRAGMA user_version = 9");
  g_assert_true (g_file_get_contents (fixture->path, &before, &length_before, NULL));
  chat_fixture_start (fixture);

  g_assert_true (has_store_error (fixture, PARLANCE_STORE_ERROR_NEWER));
  g_assert_null (parlance_chat_get_set_aside (fixture->chat));
  g_assert_cmpstr (parlance_account_get_model_id (parlance_chat_get_account (fixture->chat)), ==,
                   "Qwen/Qwen3-32B");
  conversation = chat_fixture_load (fixture, id);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");

  g_assert_null (try_to_send (fixture, conversation, "more", FALSE, &error));
  g_assert_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_NEWER);
  g_clear_error (&error);
  same = try_to_send (fixture, conversation, "more", TRUE, &error);
  g_assert_no_error (error);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: more");
  begun = try_to_send (fixture, NULL, "new", TRUE, &error);
  g_assert_no_error (error);
  chat_fixture_assert_reply (begun, PARLANCE_STATE_COMPLETE, "You said: new");
  parlance_chat_rename (fixture->chat, conversation, "Renamed");
  parlance_chat_set_draft (fixture->chat, NULL, "draft");
  parlance_chat_regenerate (fixture->chat, conversation, leaf (conversation));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: more");
  g_signal_connect (fixture->chat, "notify::started", G_CALLBACK (count_notify), &n_started);
  parlance_chat_try_again (fixture->chat);
  WAIT_UNTIL (n_started == 1);
  g_assert_true (has_store_error (fixture, PARLANCE_STORE_ERROR_NEWER));
  chat_fixture_quit (fixture);

  g_assert_true (g_file_get_contents (fixture->path, &after, &length_after, NULL));
  g_assert_cmpmem (before, length_before, after, length_after);
}

/* Another program has it: what is done meanwhile is saved when it lets go. */
static void
test_busy (ChatFixture   *fixture,
           gconstpointer  data)
{
  ParlanceConversation *conversation = chat_fixture_send (fixture, NULL, "hello");
  g_autofree char *account_id =
    g_strdup (parlance_account_get_id (parlance_chat_get_account (fixture->chat)));
  g_autoptr (ParlanceConversation) begun = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *other = NULL;
  int64_t id = parlance_conversation_get_id (conversation);
  int64_t begun_id;

  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  chat_fixture_quit (fixture);
  g_assert_cmpint (sqlite3_open (fixture->path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE", NULL,
                                 NULL, NULL), ==, SQLITE_OK);
  chat_fixture_start (fixture);
  g_assert_true (has_store_error (fixture, PARLANCE_STORE_ERROR_BUSY));
  g_assert_cmpuint (n_conversations (fixture), ==, 0);

  set_up_account (fixture);
  g_assert_null (try_to_send (fixture, NULL, "meanwhile", FALSE, &error));
  g_assert_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_BUSY);
  g_clear_error (&error);
  begun = try_to_send (fixture, NULL, "meanwhile", TRUE, &error);
  g_assert_no_error (error);
  begun_id = parlance_conversation_get_id (begun);
  g_assert_cmpint (begun_id, >, id);
  chat_fixture_assert_reply (begun, PARLANCE_STATE_COMPLETE, "You said: meanwhile");
  parlance_chat_set_draft (fixture->chat, NULL, "unsent");
  parlance_chat_set_draft (fixture->chat, begun, "unsent as well");

  /* Too early: it says so again, and nothing is lost. */
  parlance_chat_try_again (fixture->chat);
  WAIT_UNTIL (has_store_error (fixture, PARLANCE_STORE_ERROR_BUSY));

  g_assert_cmpint (sqlite3_close (other), ==, SQLITE_OK);
  parlance_chat_try_again (fixture->chat);
  WAIT_UNTIL (parlance_chat_get_store_error (fixture->chat) == NULL);
  WAIT_UNTIL (n_conversations (fixture) == 2);
  g_assert_cmpstr (parlance_account_get_id (parlance_chat_get_account (fixture->chat)), ==,
                   account_id);
  conversation = chat_fixture_load (fixture, id);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  g_clear_object (&begun);

  conversation = chat_fixture_reload (fixture, begun_id);
  g_assert_cmpuint (n_conversations (fixture), ==, 2);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: meanwhile");
  g_assert_cmpstr (parlance_chat_get_draft (fixture->chat, NULL), ==, "unsent");
  g_assert_cmpstr (parlance_chat_get_draft (fixture->chat, conversation), ==, "unsent as well");
}

/* In a process of its own, without the administrator's rights. */
static void
read_only (const char *path,
           const char *id)
{
  ChatFixture fixture = { .path = (char *) path };
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (ParlanceConversation) begun = NULL;
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    g_assert_cmpint (setuid (65534), ==, 0);

  fixture.keyring = parlance_keyring_new ();
  chat_fixture_start (&fixture);
  g_assert_true (has_store_error (&fixture, PARLANCE_STORE_ERROR_OPEN));
  g_assert_nonnull (parlance_chat_get_account (fixture.chat));
  if (atoi (id) != 0)
    {
      conversation = g_object_ref (chat_fixture_load (&fixture, atoi (id)));
      chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
    }

  g_assert_null (try_to_send (&fixture, conversation, "more", FALSE, &error));
  g_assert_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_OPEN);
  g_clear_error (&error);
  begun = try_to_send (&fixture, conversation, "more", TRUE, &error);
  g_assert_no_error (error);
  WAIT_UNTIL (!parlance_conversation_get_busy (begun));
  chat_fixture_quit (&fixture);
}

static void
test_read_only (ChatFixture   *fixture,
                gconstpointer  data)
{
  ParlanceConversation *conversation = chat_fixture_send (fixture, NULL, "hello");
  g_autofree char *id =
    g_strdup_printf ("%d", (int) parlance_conversation_get_id (conversation));
  g_autofree char *missing = g_build_filename (fixture->folder, "folder", "parlance.db", NULL);

  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  chat_fixture_quit (fixture);
  g_assert_cmpint (g_chmod (fixture->path, 0444), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0555), ==, 0);

  for (unsigned i = 0; i < 2; i++)
    {
      g_autoptr (GSubprocess) child = NULL;
      g_autoptr (GError) error = NULL;

      child = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "--read-only",
                                i == 0 ? fixture->path : missing, i == 0 ? id : "0", NULL);
      g_assert_no_error (error);
      g_assert_true (g_subprocess_wait_check (child, NULL, &error));
      g_assert_no_error (error);
    }

  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
  g_assert_cmpint (g_chmod (fixture->path, 0600), ==, 0);
  chat_fixture_start (fixture);
  conversation = chat_fixture_load (fixture, atoi (id));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
}

/* A conversation from a day that has not come yet does not stay above the one in use. */
static void
test_clock (ChatFixture   *fixture,
            gconstpointer  data)
{
  int64_t early = parlance_conversation_get_id (chat_fixture_send (fixture, NULL, "one"));
  g_autoptr (ParlanceConversation) first = NULL;
  g_autofree char *sql = NULL;
  ParlanceConversation *late;
  int64_t last_id;

  late = chat_fixture_send (fixture, NULL, "two");
  chat_fixture_assert_reply (late, PARLANCE_STATE_COMPLETE, "You said: two");
  chat_fixture_assert_reply (parlance_chat_find_conversation (fixture->chat, early),
                             PARLANCE_STATE_COMPLETE, "You said: one");
  last_id = parlance_message_get_id (leaf (late));
  sql = g_strdup_printf ("UPDATE conversation SET updated = %" G_GINT64_FORMAT " WHERE id = %"
                         G_GINT64_FORMAT "; UPDATE message SET created = -created",
                         g_get_real_time () + 1000 * G_TIME_SPAN_DAY,
                         parlance_conversation_get_id (late));
  chat_fixture_quit (fixture);
  execute (fixture->path, sql);

  chat_fixture_start (fixture);
  chat_fixture_send (fixture, chat_fixture_load (fixture, early), "three");
  chat_fixture_assert_reply (parlance_chat_find_conversation (fixture->chat, early),
                             PARLANCE_STATE_COMPLETE, "You said: three");
  first = g_list_model_get_item (parlance_chat_get_conversations (fixture->chat), 0);
  g_assert_cmpint (parlance_conversation_get_id (first), ==, early);
  g_assert_cmpint (parlance_message_get_id (leaf (first)), >, last_id);
  g_clear_object (&first);

  chat_fixture_reload (fixture, early);
  first = g_list_model_get_item (parlance_chat_get_conversations (fixture->chat), 0);
  g_assert_cmpint (parlance_conversation_get_id (first), ==, early);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (first)), ==, 4);
}

int
main (int   argc,
      char *argv[])
{
  /* No keyring: tokens are given for the run. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  program = argv[0];
  if (argc == 4 && g_str_equal (argv[1], "--read-only"))
    return read_only (argv[2], argv[3]), 0;

  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) \
  g_test_add (path, ChatFixture, NULL, chat_fixture_set_up, function, chat_fixture_tear_down)

  ADD ("/chat/disk/damaged", test_damaged);
  ADD ("/chat/disk/salvaged", test_salvaged);
  ADD ("/chat/disk/newer", test_newer);
  ADD ("/chat/disk/busy", test_busy);
  ADD ("/chat/disk/read-only", test_read_only);
  ADD ("/chat/disk/clock", test_clock);

  return g_test_run ();
}
