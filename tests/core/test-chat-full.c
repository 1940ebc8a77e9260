/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disk that is full: a small file system of the test's own, in a mount namespace of its own, with
 * less and less room, so that each write of a session fails in one of the rounds. */
#define _GNU_SOURCE
#include "chat-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define MOST_PAGES 40

static const char *mounted; /* folder with the small disk */
static const char *refused; /* why there is none */

static char *
ballast_path (void)
{
  return g_build_filename (mounted, "ballast", NULL);
}

/* Leaves @n_pages pages of room. */
static void
fill_disk (unsigned n_pages)
{
  static const char page[4096] = "";
  g_autofree char *path = ballast_path ();
  int fd = g_open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  off_t size = 0;

  g_assert_cmpint (fd, >=, 0);
  while (write (fd, page, sizeof page) == sizeof page)
    size += sizeof page;
  g_assert_cmpint (size, >=, n_pages * sizeof page);
  g_assert_cmpint (ftruncate (fd, size - (off_t) (n_pages * sizeof page)), ==, 0);
  close (fd);
}

static void
free_disk (void)
{
  g_autofree char *path = ballast_path ();

  g_unlink (path);
}

/* Sends, and where the disk refuses, sends without saving. */
static ParlanceConversation *
send_somehow (ChatFixture          *fixture,
              ParlanceConversation *conversation,
              const char           *text,
              unsigned             *n_refused)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceConversation *sent;

  parlance_chat_send_async (fixture->chat, conversation, text, FALSE, take_result, &result);
  sent = parlance_chat_send_finish (fixture->chat, wait_result (&result), &error);
  if (sent != NULL)
    return sent;

  g_assert_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_FULL);
  ++*n_refused;
  g_clear_error (&error);
  g_clear_object (&result);
  parlance_chat_send_async (fixture->chat, conversation, text, TRUE, take_result, &result);
  sent = parlance_chat_send_finish (fixture->chat, wait_result (&result), &error);
  g_assert_no_error (error);

  return sent;
}

static void
assert_branch (ParlanceConversation *conversation,
               const char *const    *texts)
{
  unsigned n = g_strv_length ((char **) texts);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (conversation)), ==, n);
  for (unsigned i = 0; i < n; i++)
    {
      g_autoptr (ParlanceMessage) message =
        g_list_model_get_item (G_LIST_MODEL (conversation), i);
      g_autofree char *text = parlance_message_dup_text (message, PARLANCE_PART_TEXT);

      g_assert_cmpstr (text, ==, texts[i]);
      g_assert_cmpint (parlance_message_get_state (message), ==, PARLANCE_STATE_COMPLETE);
    }
}

static void
check_integrity (const char *path)
{
  sqlite3      *handle = NULL;
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (handle, "PRAGMA integrity_check", -1, &statement, NULL), ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpstr ((const char *) sqlite3_column_text (statement, 0), ==, "ok");
  sqlite3_finalize (statement);
  sqlite3_close (handle);
}

static void
use_small_disk (ChatFixture *fixture)
{
  ParlanceAccount *account;

  chat_fixture_quit (fixture);
  g_free (fixture->path);
  fixture->path = g_build_filename (mounted, "parlance.db", NULL);
  chat_fixture_start (fixture);
  g_assert_no_error (parlance_chat_get_store_error (fixture->chat));
  account = parlance_chat_get_account (fixture->chat);
  parlance_account_set_base_url (account,
                                 parlance_test_service_get_base_url (fixture->service));
  parlance_account_set_model_id (account, "Qwen/Qwen3-32B");
  parlance_chat_save_account (fixture->chat);
  parlance_keyring_keep_for_run (fixture->keyring, account, "ms-valid-1");
}

static void
test_full (ChatFixture   *fixture,
           gconstpointer  data)
{
  g_autofree char *first = g_strnfill (9000, 'a');
  g_autofree char *second = g_strnfill (12000, 'b');
  g_autofree char *first_reply = g_strconcat ("You said: ", first, NULL);
  g_autofree char *second_reply = g_strconcat ("You said: ", second, NULL);
  const char *const texts[] = { first, first_reply, second, second_reply, "third",
                                "You said: third", NULL };
  unsigned n_refused = 0;
  unsigned n_errors = 0;

  if (mounted == NULL)
    {
      g_test_skip (refused);
      return;
    }

  for (unsigned n_pages = 0; n_pages < MOST_PAGES; n_pages++)
    {
      ParlanceConversation *conversation;
      g_autoptr (ParlanceConversation) begun = NULL;
      g_autoptr (ParlanceConversation) same = NULL;
      g_autoptr (ParlanceConversation) again = NULL;
      int64_t id;

      use_small_disk (fixture);
      fill_disk (n_pages);

      begun = send_somehow (fixture, NULL, first, &n_refused);
      id = parlance_conversation_get_id (begun);
      chat_fixture_assert_reply (begun, PARLANCE_STATE_COMPLETE, first_reply);
      parlance_chat_rename (fixture->chat, begun, "Renamed");
      parlance_chat_set_draft (fixture->chat, NULL, "unsent");
      same = send_somehow (fixture, begun, second, &n_refused);
      chat_fixture_assert_reply (begun, PARLANCE_STATE_COMPLETE, second_reply);
      parlance_chat_set_draft (fixture->chat, begun, "unsent as well");
      n_errors += parlance_chat_get_store_error (fixture->chat) != NULL;

      free_disk ();
      if (n_pages % 2 == 0)
        {
          parlance_chat_try_again (fixture->chat);
          WAIT_UNTIL (parlance_chat_get_store_error (fixture->chat) == NULL);
        }
      again = chat_fixture_send (fixture, begun, "third") ? g_object_ref (begun) : NULL;
      chat_fixture_assert_reply (begun, PARLANCE_STATE_COMPLETE, "You said: third");
      parlance_chat_set_draft (fixture->chat, begun, "unsent as well");
      WAIT_UNTIL (parlance_chat_get_store_error (fixture->chat) == NULL);
      g_clear_object (&begun);
      g_clear_object (&same);
      g_clear_object (&again);

      chat_fixture_quit (fixture);
      check_integrity (fixture->path);
      chat_fixture_start (fixture);
      g_assert_no_error (parlance_chat_get_store_error (fixture->chat));
      g_assert_null (parlance_chat_get_set_aside (fixture->chat));
      conversation = chat_fixture_load (fixture, id);
      assert_branch (conversation, texts);
      g_assert_cmpstr (parlance_conversation_get_title (conversation), ==, "Renamed");
      g_assert_cmpstr (parlance_chat_get_draft (fixture->chat, NULL), ==, "unsent");
      g_assert_cmpstr (parlance_chat_get_draft (fixture->chat, conversation), ==,
                       "unsent as well");

      /* The next round begins on an empty disk. */
      parlance_chat_set_draft (fixture->chat, NULL, "");
      chat_fixture_quit (fixture);
      g_unlink (fixture->path);
      chat_fixture_start (fixture);
    }

  g_test_message ("%u messages were refused, %u sessions saw that saving failed", n_refused,
                  n_errors);
  g_assert_cmpuint (n_refused, >, 1);
  g_assert_cmpuint (n_errors, >, 1);
}

/* Full from the start, and for all of the run: no crash, and what was there stays. */
static void
test_full_all_along (ChatFixture   *fixture,
                     gconstpointer  data)
{
  g_autoptr (ParlanceConversation) begun = NULL;
  unsigned n_refused = 0;
  int64_t id;

  if (mounted == NULL)
    {
      g_test_skip (refused);
      return;
    }

  use_small_disk (fixture);
  id = parlance_conversation_get_id (chat_fixture_send (fixture, NULL, "hello"));
  chat_fixture_assert_reply (parlance_chat_find_conversation (fixture->chat, id),
                             PARLANCE_STATE_COMPLETE, "You said: hello");
  chat_fixture_quit (fixture);
  fill_disk (0);
  chat_fixture_start (fixture);
  parlance_account_set_base_url (parlance_chat_get_account (fixture->chat),
                                 parlance_test_service_get_base_url (fixture->service));
  begun = send_somehow (fixture, NULL, "more", &n_refused);
  WAIT_UNTIL (!parlance_conversation_get_busy (begun));
  g_clear_object (&begun);
  chat_fixture_quit (fixture);
  free_disk ();
  chat_fixture_start (fixture);
  g_assert_no_error (parlance_chat_get_store_error (fixture->chat));
  chat_fixture_assert_reply (chat_fixture_load (fixture, id), PARLANCE_STATE_COMPLETE,
                             "You said: hello");
}

/* Before there are threads: they would keep the old namespace. */
static void
mount_small_disk (const char *folder)
{
  if (geteuid () != 0)
    refused = "Only the administrator may mount a small disk";
  else if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
           || mount ("tmpfs", folder, "tmpfs", 0, "size=2m,mode=0700") != 0)
    refused = g_strerror (errno);
  else
    mounted = folder;
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("parlance-full-XXXXXX", NULL);
  int status;

  mount_small_disk (folder);

  /* No keyring: tokens are given for the run. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) \
  g_test_add (path, ChatFixture, NULL, chat_fixture_set_up, function, chat_fixture_tear_down)

  ADD ("/chat/full/each-write", test_full);
  ADD ("/chat/full/all-along", test_full_all_along);

  status = g_test_run ();
  if (mounted != NULL)
    umount (mounted);
  g_rmdir (folder);

  return status;
}
