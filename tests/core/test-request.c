/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-request.h"

#include "parlance-json.h"

#include <string.h>

typedef struct
{
  ParlanceRole          role;
  ParlanceMessageState  state;
  const char           *reasoning;
  const char           *text;
} Said;

static GPtrArray *
make_branch (const Said *said,
             size_t      n_said)
{
  GPtrArray *branch = g_ptr_array_new_with_free_func (g_object_unref);

  for (size_t i = 0; i < n_said; i++)
    {
      ParlanceMessage *message = parlance_message_new (i + 1, i, said[i].role);

      if (said[i].reasoning != NULL)
        parlance_message_append (message, PARLANCE_PART_REASONING, said[i].reasoning, -1);
      if (said[i].text != NULL)
        parlance_message_append (message, PARLANCE_PART_TEXT, said[i].text, -1);
      parlance_message_set_state (message, said[i].state);
      g_ptr_array_add (branch, message);
    }

  return branch;
}

static JsonNode *
encode (const char *preset,
        const Said *said,
        size_t      n_said)
{
  g_autoptr (ParlanceAccount) account = parlance_account_new ("a", preset, "", "https://x");
  g_autoptr (GPtrArray) branch = make_branch (said, n_said);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  JsonNode *node;

  parlance_account_set_model_id (account, "Qwen/Qwen3-32B");
  bytes = parlance_request_encode_chat (account, branch);
  node = parlance_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);

  return node;
}

static const char *
get (JsonNode   *node,
     unsigned    index,
     const char *name)
{
  JsonNode *messages = parlance_json_member (node, "messages");

  return parlance_json_string (parlance_json_member (parlance_json_element (messages, index), name));
}

static void
test_chat (void)
{
  static const Said said[] = {
    { PARLANCE_ROLE_SYSTEM, PARLANCE_STATE_COMPLETE, NULL, "Be kind." },
    { PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, NULL, "He said \"hi\"\n\t\\ 世界 🌍 \x01" },
    { PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_COMPLETE, "secret thoughts", "Hello" },
    { PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, NULL, "more" },
    { PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_FAILED, NULL, NULL },
    { PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, NULL, "and more" },
    { PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_PENDING, "half a thought", NULL },
  };
  static const char *const roles[] = { "system", "user", "assistant", "user", "user" };
  g_autoptr (JsonNode) node = encode ("modelscope", said, G_N_ELEMENTS (said));
  g_autofree char *text = json_to_string (node, FALSE);
  JsonNode *options = parlance_json_member (node, "stream_options");

  g_assert_cmpstr (parlance_json_string (parlance_json_member (node, "model")), ==,
                   "Qwen/Qwen3-32B");
  g_assert_true (parlance_json_boolean (parlance_json_member (node, "stream"), FALSE));
  g_assert_true (parlance_json_boolean (parlance_json_member (options, "include_usage"), FALSE));

  g_assert_cmpuint (parlance_json_length (parlance_json_member (node, "messages")), ==,
                    G_N_ELEMENTS (roles));
  for (unsigned i = 0; i < G_N_ELEMENTS (roles); i++)
    g_assert_cmpstr (get (node, i, "role"), ==, roles[i]);
  g_assert_cmpstr (get (node, 1, "content"), ==, said[1].text);
  g_assert_null (strstr (text, "thought"));
}

static void
test_continue (void)
{
  static const Said said[] = {
    { PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, NULL, "Count" },
    { PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_INTERRUPTED, NULL, "one, two, " },
  };
  g_autoptr (JsonNode) node = encode ("custom", said, G_N_ELEMENTS (said));

  g_assert_cmpuint (parlance_json_length (parlance_json_member (node, "messages")), ==, 3);
  g_assert_cmpstr (get (node, 1, "role"), ==, "assistant");
  g_assert_cmpstr (get (node, 1, "content"), ==, "one, two, ");
  g_assert_cmpstr (get (node, 2, "role"), ==, "user");
  g_assert_nonnull (strstr (get (node, 2, "content"), "Continue"));
  g_assert_null (parlance_json_member (node, "stream_options"));
}

static void
test_check (void)
{
  g_autoptr (ParlanceAccount) account = parlance_account_new ("a", "modelscope", "", "https://x");
  g_autoptr (GBytes) bytes = parlance_request_encode_check (account);
  g_autoptr (JsonNode) node =
    parlance_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);

  g_assert_cmpint (parlance_json_int (parlance_json_member (node, "max_tokens"), 0), ==, 1);
  g_assert_true (parlance_json_boolean (parlance_json_member (node, "stream"), FALSE));
  g_assert_cmpuint (parlance_json_length (parlance_json_member (node, "messages")), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/chat", test_chat);
  g_test_add_func ("/request/continue", test_continue);
  g_test_add_func ("/request/check", test_check);

  return g_test_run ();
}
