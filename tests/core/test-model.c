/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-account.h"
#include "parlance-conversation.h"

static void
count (unsigned *counter)
{
  (*counter)++;
}

/* The value, one notification, and none where nothing changes. */
static void
test_account_properties (void)
{
  static const char *const names[] = { "preset", "label", "base-url", "model-id" };
  ParlanceAccount *account = parlance_account_new ("a", "modelscope", "ModelScope", "https://x");

  g_assert_cmpstr (parlance_account_get_id (account), ==, "a");
  g_assert_cmpstr (parlance_account_get_model_id (account), ==, "");

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *signal = g_strconcat ("notify::", names[i], NULL);
      g_autofree char *value = NULL;
      unsigned n = 0;

      g_signal_connect_swapped (account, signal, G_CALLBACK (count), &n);
      g_object_set (account, names[i], "new", NULL);
      g_object_get (account, names[i], &value, NULL);
      g_assert_cmpstr (value, ==, "new");
      g_assert_cmpuint (n, ==, 1);
      g_object_set (account, names[i], "new", NULL);
      g_assert_cmpuint (n, ==, 1);
      g_object_set (account, names[i], NULL, NULL);
      g_assert_cmpuint (n, ==, 2);
    }

  g_assert_cmpstr (parlance_account_get_preset (account), ==, "");
  parlance_account_set_task (account, PARLANCE_TASK_IMAGE_GENERATION);
  g_assert_cmpint (parlance_account_get_task (account), ==, PARLANCE_TASK_IMAGE_GENERATION);
  g_assert_finalize_object (account);
}

static void
on_appended (ParlanceMessage *message,
             unsigned         part,
             uint64_t         offset,
             GString         *log)
{
  g_string_append_printf (log, "%u:%" G_GUINT64_FORMAT " ", part, offset);
}

static void
test_message_parts (void)
{
  ParlanceMessage *message = parlance_message_new (1, 0, PARLANCE_ROLE_ASSISTANT);
  g_autoptr (GString) log = g_string_new (NULL);
  g_autofree char *text = NULL;

  g_signal_connect (message, "appended", G_CALLBACK (on_appended), log);
  g_assert_true (parlance_message_is_empty (message));
  parlance_message_append (message, PARLANCE_PART_REASONING, "Hm", -1);
  parlance_message_append (message, PARLANCE_PART_TEXT, "Yes", -1);
  parlance_message_append (message, PARLANCE_PART_TEXT, ", so", 2);
  parlance_message_append (message, PARLANCE_PART_TEXT, "", 0);
  parlance_message_append (message, PARLANCE_PART_TEXT, "a\xff\0b", 4);

  g_assert_cmpstr (log->str, ==, "0:0 1:0 1:3 1:5 ");
  g_assert_cmpuint (parlance_message_get_n_parts (message), ==, 2);
  text = parlance_message_dup_text (message, PARLANCE_PART_TEXT);
  g_assert_cmpstr (text, ==, "Yes, a\xef\xbf\xbd\xef\xbf\xbd" "b");
  g_assert_finalize_object (message);
}

static void
test_message_state (void)
{
  ParlanceMessage *message = parlance_message_new (1, 0, PARLANCE_ROLE_ASSISTANT);
  g_autoptr (ParlanceVerdict) verdict =
    parlance_verdict_new (PARLANCE_VERDICT_TOO_FAST, 429, "slow down", "r-1");
  unsigned n = 0;

  g_signal_connect_swapped (message, "notify", G_CALLBACK (count), &n);
  parlance_message_set_state (message, PARLANCE_STATE_COMPLETE);
  g_assert_cmpuint (n, ==, 0);
  parlance_message_set_state (message, PARLANCE_STATE_PENDING);
  g_assert_true (parlance_message_is_active (message));
  parlance_message_set_queued (message, 2);
  parlance_message_set_queued (message, TRUE);
  parlance_message_set_retry_at (message, 7);
  parlance_message_set_retry_at (message, 7);
  parlance_message_set_verdict (message, verdict);
  parlance_message_set_verdict (message, verdict);
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpint (parlance_message_get_retry_at (message), ==, 7);
  g_assert_true (parlance_message_get_verdict (message) == verdict);
  g_assert_finalize_object (message);
}

static void
test_verdict (void)
{
  g_autofree char *words = g_strnfill (5000, 'x');
  g_autoptr (ParlanceVerdict) verdict = NULL;

  for (int kind = 0; kind <= PARLANCE_VERDICT_FILTERED; kind++)
    {
      const char *nick = parlance_verdict_kind_to_nick (kind);

      g_assert_nonnull (nick);
      g_assert_cmpint (parlance_verdict_kind_from_nick (nick), ==, kind);
    }
  g_assert_cmpint (parlance_verdict_kind_from_nick ("from the future"), ==, PARLANCE_VERDICT_OTHER);

  /* Cut between characters, never inside of one. */
  memcpy (words + 2047, "\xc3\xa9", 2);
  verdict = parlance_verdict_new (PARLANCE_VERDICT_SERVER, 502, words, "");
  g_assert_cmpuint (strlen (verdict->words), ==, 2047);
  g_assert_true (g_utf8_validate (verdict->words, -1, NULL));
  g_assert_null (verdict->request_id);
}

static ParlanceMessage *
add (ParlanceConversation *conversation,
     int64_t               id,
     int64_t               parent_id)
{
  g_autoptr (ParlanceMessage) message =
    parlance_message_new (id, parent_id, id % 2 ? PARLANCE_ROLE_USER : PARLANCE_ROLE_ASSISTANT);

  parlance_conversation_add (conversation, message);

  return message;
}

static void
assert_branch (ParlanceConversation *conversation,
               const char           *expected)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  for (unsigned i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (conversation)); i++)
    {
      g_autoptr (ParlanceMessage) m = g_list_model_get_item (G_LIST_MODEL (conversation), i);

      g_string_append_printf (ids, "%d ", (int) parlance_message_get_id (m));
    }
  g_assert_cmpstr (ids->str, ==, expected);
}

static void
on_items_changed (GListModel *model,
                  unsigned    position,
                  unsigned    removed,
                  unsigned    added,
                  GString    *log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

static void
test_conversation_tree (void)
{
  ParlanceConversation *conversation = parlance_conversation_new (7);
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GPtrArray) siblings = NULL;
  ParlanceMessage *first, *second;
  unsigned index = 99;

  g_signal_connect (conversation, "items-changed", G_CALLBACK (on_items_changed), log);
  add (conversation, 1, 0);
  first = add (conversation, 2, 1);
  add (conversation, 3, 2);
  add (conversation, 4, 3);
  assert_branch (conversation, "1 2 3 4 ");

  second = add (conversation, 6, 1);
  assert_branch (conversation, "1 6 ");
  siblings = parlance_conversation_get_siblings (conversation, second, &index);
  g_assert_cmpuint (siblings->len, ==, 2);
  g_assert_cmpuint (index, ==, 1);

  parlance_conversation_select (conversation, first);
  assert_branch (conversation, "1 2 3 4 ");
  parlance_conversation_select (conversation, second);
  parlance_conversation_remove (conversation, second);
  assert_branch (conversation, "1 ");
  g_assert_null (parlance_conversation_get_message (conversation, 6));
  g_assert_cmpstr (log->str, ==, "0-0+1 1-0+1 2-0+1 3-0+1 1-3+1 1-1+3 1-3+1 1-1+0 ");
  g_assert_finalize_object (conversation);
}

static void
test_conversation_load (void)
{
  ParlanceConversation *conversation = parlance_conversation_new (7);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (messages, parlance_message_new (1, 0, PARLANCE_ROLE_USER));
  g_ptr_array_add (messages, parlance_message_new (2, 1, PARLANCE_ROLE_ASSISTANT));
  g_ptr_array_add (messages, parlance_message_new (4, 1, PARLANCE_ROLE_ASSISTANT));
  /* A leaf that is not there must not hide the messages. */
  parlance_conversation_load (conversation, messages, 99);
  g_assert_true (parlance_conversation_get_loaded (conversation));
  assert_branch (conversation, "1 4 ");
  g_assert_finalize_object (conversation);
}

/* What a damaged file may say of who follows whom: nothing is lost, and nothing goes round. */
static void
test_conversation_circle (void)
{
  static const struct
  {
    int64_t     parents[3]; /* of the messages 1, 2 and 3 */
    int64_t     leaf;
    const char *branch;
  } cases[] = {
    { { 1, 1, 2 }, 3, "1 2 3 " },
    { { 3, 1, 2 }, 3, "1 2 3 " },
    { { 2, 1, 2 }, 2, "1 2 " },
    { { 99, 98, 2 }, 3, "2 3 " },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ParlanceConversation *conversation = parlance_conversation_new (7);
      g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);

      for (unsigned j = 0; j < 3; j++)
        g_ptr_array_add (messages, parlance_message_new (j + 1, cases[i].parents[j],
                                                         PARLANCE_ROLE_USER));
      parlance_conversation_load (conversation, messages, cases[i].leaf);
      assert_branch (conversation, cases[i].branch);
      for (unsigned j = 0; j < 3; j++)
        {
          g_autoptr (GPtrArray) siblings =
            parlance_conversation_get_siblings (conversation, messages->pdata[j], NULL);

          g_assert_true (g_ptr_array_find (siblings, messages->pdata[j], NULL));
        }
      g_assert_finalize_object (conversation);
    }
}

/* Were any of these to look at all messages, it would take minutes. */
static void
test_conversation_long (void)
{
  const int64_t n_messages = 100000;
  ParlanceConversation *conversation = parlance_conversation_new (7);
  g_autoptr (GPtrArray) branch = NULL;

  for (int64_t id = 1; id <= n_messages; id++)
    {
      ParlanceMessage *message = add (conversation, id, id - 1);
      g_autoptr (GPtrArray) siblings =
        parlance_conversation_get_siblings (conversation, message, NULL);

      g_assert_cmpuint (siblings->len, ==, 1);
      parlance_message_set_state (message, PARLANCE_STATE_STREAMING);
      g_assert_true (parlance_conversation_get_active (conversation) == message);
      parlance_message_set_state (message, PARLANCE_STATE_COMPLETE);
      g_assert_null (parlance_conversation_get_active (conversation));
      parlance_conversation_select (conversation, message);
    }

  branch = parlance_conversation_dup_branch (conversation,
                                             parlance_conversation_get_leaf (conversation));
  g_assert_cmpuint (branch->len, ==, n_messages);
  g_assert_true (branch->pdata[0] == parlance_conversation_get_message (conversation, 1));
  g_clear_pointer (&branch, g_ptr_array_unref);
  g_assert_finalize_object (conversation);
}

static void
test_conversation_busy (void)
{
  ParlanceConversation *conversation = parlance_conversation_new (7);
  ParlanceMessage *reply;
  unsigned n = 0;

  g_signal_connect_swapped (conversation, "notify::busy", G_CALLBACK (count), &n);
  add (conversation, 1, 0);
  reply = add (conversation, 2, 1);
  parlance_message_set_state (reply, PARLANCE_STATE_PENDING);
  parlance_message_set_state (reply, PARLANCE_STATE_STREAMING);
  g_assert_true (parlance_conversation_get_busy (conversation));
  g_assert_true (parlance_conversation_get_active (conversation) == reply);
  parlance_message_set_state (reply, PARLANCE_STATE_STOPPED);
  g_assert_false (parlance_conversation_get_busy (conversation));
  g_assert_cmpuint (n, ==, 2);
  g_assert_finalize_object (conversation);
}

static void
test_title (void)
{
  static const struct
  {
    const char *text;
    const char *title;
  } cases[] = {
    { "", "" },
    { " \n\t\n", "" },
    { "Hello", "Hello" },
    { "\n\n  Second line  \nthird", "Second line" },
    { "## A heading ", "A heading" },
    { "> - quoted item", "quoted item" },
    { "-5 degrees", "-5 degrees" },
    { "*args in Python", "*args in Python" },
    { "```c\nint main;\n```", "int main;" },
    { "a\tb \xc2\xa0 c", "a b c" },
    { "safe \xe2\x80\xae gnp.exe", "safe gnp.exe" },
    { "为什么天空是蓝色的？", "为什么天空是蓝色的？" },
    { "bad \xff byte", "bad byte" },
    { "0123456789012345678901234567890123456789012345678901234567890123",
      "012345678901234567890123456789012345678901234567890123456789…" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *title = parlance_title_from_text (cases[i].text);

      g_assert_cmpstr (title, ==, cases[i].title);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/account/properties", test_account_properties);
  g_test_add_func ("/message/parts", test_message_parts);
  g_test_add_func ("/message/state", test_message_state);
  g_test_add_func ("/verdict", test_verdict);
  g_test_add_func ("/conversation/tree", test_conversation_tree);
  g_test_add_func ("/conversation/load", test_conversation_load);
  g_test_add_func ("/conversation/circle", test_conversation_circle);
  g_test_add_func ("/conversation/long", test_conversation_long);
  g_test_add_func ("/conversation/busy", test_conversation_busy);
  g_test_add_func ("/title", test_title);

  return g_test_run ();
}
