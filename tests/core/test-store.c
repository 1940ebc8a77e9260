/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include <sys/stat.h>

static void
assert_same (ParlanceMessage *a,
             ParlanceMessage *b)
{
  ParlanceUsage    usage_a = parlance_message_get_usage (a);
  ParlanceUsage    usage_b = parlance_message_get_usage (b);
  ParlanceVerdict *verdict_a = parlance_message_get_verdict (a);
  ParlanceVerdict *verdict_b = parlance_message_get_verdict (b);

  g_assert_cmpint (parlance_message_get_id (a), ==, parlance_message_get_id (b));
  g_assert_cmpint (parlance_message_get_parent_id (a), ==, parlance_message_get_parent_id (b));
  g_assert_cmpint (parlance_message_get_role (a), ==, parlance_message_get_role (b));
  g_assert_cmpint (parlance_message_get_state (a), ==, parlance_message_get_state (b));
  g_assert_cmpint (parlance_message_get_created (a), ==, parlance_message_get_created (b));
  g_assert_cmpstr (parlance_message_get_account_id (a), ==, parlance_message_get_account_id (b));
  g_assert_cmpstr (parlance_message_get_model_id (a), ==, parlance_message_get_model_id (b));
  g_assert_cmpstr (parlance_message_get_finish_reason (a), ==,
                   parlance_message_get_finish_reason (b));
  g_assert_cmpint (usage_a.prompt, ==, usage_b.prompt);
  g_assert_cmpint (usage_a.completion, ==, usage_b.completion);
  g_assert_cmpint (usage_a.reasoning, ==, usage_b.reasoning);

  g_assert_true ((verdict_a != NULL) == (verdict_b != NULL));
  if (verdict_a)
    {
      g_assert_cmpint (verdict_a->kind, ==, verdict_b->kind);
      g_assert_cmpint (verdict_a->status, ==, verdict_b->status);
      g_assert_cmpstr (verdict_a->words, ==, verdict_b->words);
      g_assert_cmpstr (verdict_a->request_id, ==, verdict_b->request_id);
    }

  g_assert_cmpuint (parlance_message_get_n_parts (a), ==, parlance_message_get_n_parts (b));
  for (unsigned i = 0; i < parlance_message_get_n_parts (a); i++)
    {
      const ParlancePart *part_a = parlance_message_get_part (a, i);
      const ParlancePart *part_b = parlance_message_get_part (b, i);

      g_assert_cmpint (part_a->kind, ==, part_b->kind);
      g_assert_true (g_string_equal (part_a->text, part_b->text));
    }
}

static void
test_life (Fixture       *fixture,
           gconstpointer  data)
{
  ParlanceStore *store = parlance_store_new (fixture->path);
  g_autoptr (GError) error = NULL;

  /* Before it is open, requests fail; nothing is made. */
  parlance_store_save_new_draft (store, "lost");
  drop_store (store);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));

  drop_store (new_store (fixture->folder, NULL));

  store = new_store (fixture->folder, NULL);
  close_store (store);
  {
    g_autoptr (ParlanceConversation) conversation =
      parlance_conversation_new (parlance_store_new_id (store));
    g_autoptr (ParlanceMessage) message = new_message (store, 0, PARLANCE_ROLE_USER, "Hello");

    g_assert_false (add_message (store, conversation, message, &error));
    g_assert_error (error, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_FAILED);
  }
  drop_store (store);
}

static void
test_modes (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct
  {
    const char *name;
    mode_t      mode;
  } cases[] = { { "data", 0700 }, { "data/parlance.db", 0600 }, { "data/parlance.db-wal", 0600 } };
  ParlanceStore *store;

  g_assert_cmpint (g_rmdir (fixture->data), ==, 0);
  store = new_store (fixture->folder, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, cases[i].name, NULL);
      struct stat      buffer;

      g_assert_cmpint (stat (path, &buffer), ==, 0);
      g_assert_cmphex (buffer.st_mode & 0777, ==, cases[i].mode);
    }

  drop_store (store);
}

static void
test_round_trip (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (ParlanceStoreContents) contents = NULL;
  g_autoptr (ParlanceAccount) one = parlance_account_new ("one", "modelscope", "First", "https://a");
  g_autoptr (ParlanceAccount) two = parlance_account_new ("two", "custom", "Second ü", "http://b");
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (ParlanceConversation) later = NULL;
  g_autoptr (ParlanceMessage) question = NULL;
  g_autoptr (ParlanceMessage) reply = NULL;
  g_autoptr (ParlanceMessage) failed = NULL;
  g_autoptr (ParlanceVerdict) verdict = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceConversation *found;
  int64_t               leaf_id = 0;
  ParlanceStore        *store = new_store (fixture->folder, &contents);

  g_assert_cmpuint (contents->accounts->len, ==, 0);
  g_assert_cmpuint (contents->conversations->len, ==, 0);
  g_assert_cmpstr (contents->new_draft, ==, "");
  g_clear_pointer (&contents, parlance_store_contents_free);

  parlance_store_save_account (store, two);
  parlance_store_save_account (store, one);
  parlance_account_set_model_id (two, "Qwen/Qwen3-8B");
  parlance_account_set_task (two, PARLANCE_TASK_IMAGE_GENERATION);
  parlance_account_set_label (two, "Renamed");
  parlance_account_set_preset (two, "modelscope");
  parlance_account_set_base_url (two, "https://c");
  parlance_store_save_account (store, two);

  conversation = parlance_conversation_new (parlance_store_new_id (store));
  parlance_conversation_set_title (conversation, "It's a \"title\"");
  parlance_conversation_set_draft (conversation, "unsent\n🦜");
  question = new_message (store, 0, PARLANCE_ROLE_USER, "How?");
  parlance_message_set_created (question, 1234567890123456);
  g_assert_true (add_message (store, conversation, question, &error));
  g_assert_no_error (error);
  parlance_conversation_add (conversation, question);

  reply = new_message (store, parlance_message_get_id (question), PARLANCE_ROLE_ASSISTANT, NULL);
  parlance_conversation_add (conversation, reply);
  parlance_message_set_state (reply, PARLANCE_STATE_PENDING);
  parlance_message_set_origin (reply, "two", "Qwen/Qwen3-8B");
  parlance_store_begin_reply (store, conversation, reply);
  parlance_message_append (reply, PARLANCE_PART_REASONING, "Hm.", -1);
  parlance_store_append (store, parlance_message_get_id (reply), PARLANCE_PART_REASONING, "Hm.", -1);
  parlance_message_append (reply, PARLANCE_PART_TEXT, "So", -1);
  parlance_message_append (reply, PARLANCE_PART_TOOL_CALL, "look({})", -1);
  parlance_message_append (reply, PARLANCE_PART_TEXT, "!", -1);
  parlance_message_set_usage (reply, (ParlanceUsage) { 12, 34, -1 });
  parlance_message_set_finish_reason (reply, "length");
  parlance_message_set_state (reply, PARLANCE_STATE_COMPLETE);
  parlance_store_end_reply (store, reply);

  failed = new_message (store, parlance_message_get_id (question), PARLANCE_ROLE_ASSISTANT, NULL);
  parlance_store_begin_reply (store, conversation, failed);
  verdict = parlance_verdict_new (PARLANCE_VERDICT_TOO_FAST, 429, "slow down", "req-1");
  parlance_message_set_verdict (failed, verdict);
  parlance_message_set_state (failed, PARLANCE_STATE_FAILED);
  parlance_store_end_reply (store, failed);
  parlance_conversation_set_updated (conversation, 1000);
  parlance_store_save_conversation (store, conversation);

  later = parlance_conversation_new (parlance_store_new_id (store));
  parlance_conversation_set_updated (later, 2000);
  parlance_store_save_conversation (store, later);
  parlance_store_save_new_draft (store, "first");
  parlance_store_save_new_draft (store, "second");
  drop_store (store);

  store = new_store (fixture->folder, &contents);
  g_assert_cmpuint (contents->n_interrupted, ==, 0);
  g_assert_cmpstr (contents->new_draft, ==, "second");

  g_assert_cmpuint (contents->accounts->len, ==, 2);
  g_assert_cmpstr (parlance_account_get_id (contents->accounts->pdata[0]), ==, "two");
  g_assert_cmpstr (parlance_account_get_label (contents->accounts->pdata[0]), ==, "Renamed");
  g_assert_cmpstr (parlance_account_get_preset (contents->accounts->pdata[0]), ==, "modelscope");
  g_assert_cmpstr (parlance_account_get_base_url (contents->accounts->pdata[0]), ==, "https://c");
  g_assert_cmpstr (parlance_account_get_model_id (contents->accounts->pdata[0]), ==,
                   "Qwen/Qwen3-8B");
  g_assert_cmpint (parlance_account_get_task (contents->accounts->pdata[0]), ==,
                   PARLANCE_TASK_IMAGE_GENERATION);
  g_assert_cmpstr (parlance_account_get_id (contents->accounts->pdata[1]), ==, "one");

  g_assert_cmpuint (contents->conversations->len, ==, 2);
  g_assert_cmpint (parlance_conversation_get_id (contents->conversations->pdata[0]), ==,
                   parlance_conversation_get_id (later));
  found = contents->conversations->pdata[1];
  g_assert_cmpstr (parlance_conversation_get_title (found), ==, "It's a \"title\"");
  g_assert_cmpstr (parlance_conversation_get_draft (found), ==, "unsent\n🦜");
  g_assert_cmpint (parlance_conversation_get_updated (found), ==, 1000);
  g_assert_false (parlance_conversation_get_loaded (found));

  /* Renamed before its messages were loaded: the leaf stays. */
  parlance_conversation_set_title (found, "Renamed");
  parlance_store_save_conversation (store, found);

  messages = load_messages (store, parlance_conversation_get_id (found), &leaf_id);
  g_assert_cmpint (leaf_id, ==, parlance_message_get_id (reply));
  g_assert_cmpuint (messages->len, ==, 3);
  assert_same (messages->pdata[0], question);
  assert_same (messages->pdata[1], reply);
  assert_same (messages->pdata[2], failed);

  g_assert_cmpint (parlance_store_new_id (store), >, parlance_conversation_get_id (later));
  drop_store (store);
}

static void
test_tree (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (ParlanceConversation) loaded = NULL;
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GPtrArray) siblings = NULL;
  g_autoptr (GError) error = NULL;
  static const int parents[] = { -1, 0, 0, 1, 2, 2, -1 };
  int64_t          leaf_id = 0;
  unsigned         index = 0;
  ParlanceStore   *store = new_store (fixture->folder, NULL);

  conversation = parlance_conversation_new (parlance_store_new_id (store));
  for (size_t i = 0; i < G_N_ELEMENTS (parents); i++)
    {
      int64_t parent = parents[i] < 0 ? 0 : parlance_message_get_id (added->pdata[parents[i]]);

      g_ptr_array_add (added, new_message (store, parent, PARLANCE_ROLE_USER, "text"));
      parlance_conversation_add (conversation, added->pdata[i]);
      g_assert_true (add_message (store, conversation, added->pdata[i], &error));
      g_assert_no_error (error);
    }
  parlance_conversation_select (conversation, added->pdata[1]);
  parlance_store_save_conversation (store, conversation);
  drop_store (store);

  store = new_store (fixture->folder, NULL);
  messages = load_messages (store, parlance_conversation_get_id (conversation), &leaf_id);
  g_assert_cmpint (leaf_id, ==, parlance_message_get_id (added->pdata[3]));
  g_assert_cmpuint (messages->len, ==, G_N_ELEMENTS (parents));
  for (unsigned i = 0; i < messages->len; i++)
    assert_same (messages->pdata[i], added->pdata[i]);

  loaded = parlance_conversation_new (parlance_conversation_get_id (conversation));
  parlance_conversation_load (loaded, messages, leaf_id);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (loaded)), ==, 3);
  siblings = parlance_conversation_get_siblings (loaded, messages->pdata[5], &index);
  g_assert_cmpuint (siblings->len, ==, 2);
  g_assert_cmpuint (index, ==, 1);

  /* One with children stays, one without goes. */
  parlance_store_remove_message (store, parlance_message_get_id (added->pdata[2]));
  parlance_store_remove_message (store, parlance_message_get_id (added->pdata[5]));
  g_clear_pointer (&messages, g_ptr_array_unref);
  messages = load_messages (store, parlance_conversation_get_id (conversation), NULL);
  g_assert_cmpuint (messages->len, ==, G_N_ELEMENTS (parents) - 1);
  drop_store (store);
}

/* A reply that the program's end cut short, continued, and cut short again. */
static void
test_interrupted (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (ParlanceStoreContents) contents = NULL;
  g_autoptr (ParlanceConversation) conversation = NULL;
  g_autoptr (ParlanceMessage) question = NULL;
  g_autoptr (ParlanceMessage) reply = NULL;
  g_autoptr (ParlanceMessage) empty = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceMessage *found;
  int64_t          id;
  ParlanceStore   *store = new_store (fixture->folder, NULL);

  conversation = parlance_conversation_new (parlance_store_new_id (store));
  question = new_message (store, 0, PARLANCE_ROLE_USER, "How?");
  g_assert_true (add_message (store, conversation, question, &error));
  reply = new_message (store, parlance_message_get_id (question), PARLANCE_ROLE_ASSISTANT, NULL);
  empty = new_message (store, parlance_message_get_id (question), PARLANCE_ROLE_ASSISTANT, NULL);
  id = parlance_message_get_id (reply);
  parlance_message_set_state (reply, PARLANCE_STATE_STREAMING);
  parlance_store_begin_reply (store, conversation, reply);
  parlance_store_begin_reply (store, conversation, empty);
  parlance_store_append (store, id, PARLANCE_PART_REASONING, "Well", -1);
  parlance_store_append (store, id, PARLANCE_PART_REASONING, ", \xf0\x9f\xa6", 5);
  parlance_store_append (store, id, PARLANCE_PART_REASONING, "\x9c no", -1);
  parlance_store_append (store, id, PARLANCE_PART_TEXT, "Take it", 4);
  drop_store (store);

  store = new_store (fixture->folder, &contents);
  g_assert_cmpuint (contents->n_interrupted, ==, 2);
  messages = load_messages (store, parlance_conversation_get_id (conversation), NULL);
  g_assert_cmpuint (messages->len, ==, 3);
  found = messages->pdata[1];
  g_assert_cmpint (parlance_message_get_state (found), ==, PARLANCE_STATE_INTERRUPTED);
  g_assert_cmpuint (parlance_message_get_n_parts (found), ==, 2);
  g_assert_cmpstr (parlance_message_get_part (found, 0)->text->str, ==, "Well, 🦜 no");
  g_assert_cmpstr (parlance_message_get_part (found, 1)->text->str, ==, "Take");
  g_assert_cmpint (parlance_message_get_state (messages->pdata[2]), ==,
                   PARLANCE_STATE_INTERRUPTED);
  g_assert_true (parlance_message_is_empty (messages->pdata[2]));

  /* Begun twice, as pending and as streaming, with text that has not been journaled yet. */
  parlance_message_set_state (found, PARLANCE_STATE_PENDING);
  parlance_store_begin_reply (store, conversation, found);
  parlance_message_append (found, PARLANCE_PART_TEXT, " care", -1);
  parlance_message_set_state (found, PARLANCE_STATE_STREAMING);
  parlance_store_begin_reply (store, conversation, found);
  parlance_store_append (store, id, PARLANCE_PART_TEXT, " care", -1);
  drop_store (store);

  g_clear_pointer (&messages, g_ptr_array_unref);
  g_clear_pointer (&contents, parlance_store_contents_free);
  store = new_store (fixture->folder, &contents);
  g_assert_cmpuint (contents->n_interrupted, ==, 1);
  messages = load_messages (store, parlance_conversation_get_id (conversation), NULL);
  found = messages->pdata[1];
  g_assert_cmpint (parlance_message_get_state (found), ==, PARLANCE_STATE_INTERRUPTED);
  g_assert_cmpuint (parlance_message_get_n_parts (found), ==, 2);
  g_assert_cmpstr (parlance_message_get_part (found, 1)->text->str, ==, "Take care");

  /* And ended. */
  parlance_store_begin_reply (store, conversation, found);
  parlance_message_append (found, PARLANCE_PART_TEXT, ".", -1);
  parlance_store_append (store, id, PARLANCE_PART_TEXT, ".", -1);
  parlance_message_set_state (found, PARLANCE_STATE_COMPLETE);
  parlance_store_end_reply (store, found);
  drop_store (store);

  assert_query (fixture->folder, "SELECT count (*) FROM journal", "0");
  assert_query (fixture->folder, "SELECT text FROM part ORDER BY id DESC", "Take care.");
  assert_query (fixture->folder, "PRAGMA user_version", "1");
}

static void
test_delete (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (ParlanceStoreContents) contents = NULL;
  g_autoptr (ParlanceConversation) kept = NULL;
  g_autoptr (ParlanceConversation) gone = NULL;
  g_autoptr (ParlanceMessage) question = NULL;
  g_autoptr (ParlanceMessage) reply = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceStore *store = new_store (fixture->folder, NULL);

  kept = parlance_conversation_new (parlance_store_new_id (store));
  gone = parlance_conversation_new (parlance_store_new_id (store));
  parlance_store_save_conversation (store, kept);
  question = new_message (store, 0, PARLANCE_ROLE_USER, "How?");
  g_assert_true (add_message (store, gone, question, &error));
  reply = new_message (store, parlance_message_get_id (question), PARLANCE_ROLE_ASSISTANT, NULL);
  parlance_store_begin_reply (store, gone, reply);
  parlance_store_append (store, parlance_message_get_id (reply), PARLANCE_PART_TEXT, "So", -1);
  parlance_store_set_deleted (store, gone, TRUE);
  parlance_store_set_deleted (store, kept, TRUE);
  parlance_store_set_deleted (store, kept, FALSE);
  drop_store (store);

  assert_query (fixture->folder, "SELECT count (*) FROM message", "2");

  store = new_store (fixture->folder, &contents);
  g_assert_cmpuint (contents->conversations->len, ==, 1);
  g_assert_cmpuint (contents->n_interrupted, ==, 0);
  g_assert_cmpint (parlance_conversation_get_id (contents->conversations->pdata[0]), ==,
                   parlance_conversation_get_id (kept));
  drop_store (store);

  assert_query (fixture->folder,
                "SELECT (SELECT count (*) FROM message) + (SELECT count (*) FROM part)"
                " + (SELECT count (*) FROM journal)", "0");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/store/life", test_life);
  ADD ("/store/modes", test_modes);
  ADD ("/store/round-trip", test_round_trip);
  ADD ("/store/tree", test_tree);
  ADD ("/store/interrupted", test_interrupted);
  ADD ("/store/delete", test_delete);

  return g_test_run ();
}
