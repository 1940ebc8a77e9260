/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-section.h"
#include "parlance-transcript.h"

#include <string.h>

static const char markdown[] =
  "# Title\n\nA paragraph with **bold** text.\n\n1. one\n2. two\n   - deep\n\n> quoted\n\n"
  "```c\nint x;\n\nint y;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n\nThe end.\n";

static int64_t last_id;

static ParlanceMessage *
add (ParlanceConversation *conversation,
     ParlanceRole          role,
     ParlanceMessageState  state,
     const char           *text)
{
  ParlanceMessage *leaf = parlance_conversation_get_leaf (conversation);
  g_autoptr (ParlanceMessage) message =
    parlance_message_new (++last_id, leaf ? parlance_message_get_id (leaf) : 0, role);

  if (text)
    parlance_message_append (message, PARLANCE_PART_TEXT, text, -1);
  parlance_message_set_state (message, state);
  parlance_conversation_add (conversation, message);

  return message;
}

static const char *const kind_names[] = {
  "user", "header", "block", "reasoning", "tool", "status", "error", "ended", "footer",
};

/* The rows as a line of words. */
static char *
describe (GListModel *rows)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (unsigned i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (ParlanceRow) row = g_list_model_get_item (rows, i);

      g_string_append_printf (out, "%s%s", i ? " " : "",
                              kind_names[parlance_row_get_kind (row)]);
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

#define assert_rows(transcript, expected)                                                       \
  G_STMT_START                                                                                  \
    {                                                                                           \
      g_autofree char *found_ = describe (G_LIST_MODEL (transcript));                           \
      g_assert_cmpstr (found_, ==, (expected));                                                 \
    }                                                                                           \
  G_STMT_END

/* A copy of the rows that follows "items-changed" alone. */
static void
on_items_changed (GListModel *model,
                  unsigned    position,
                  unsigned    removed,
                  unsigned    added,
                  GPtrArray  *copy)
{
  g_assert_cmpuint (position + removed, <=, copy->len);
  g_assert_true (removed > 0 || added > 0);
  if (removed)
    g_ptr_array_remove_range (copy, position, removed);
  for (unsigned i = 0; i < added; i++)
    g_ptr_array_insert (copy, position + i, g_list_model_get_item (model, position + i));

  g_assert_cmpuint (copy->len, ==, g_list_model_get_n_items (model));
  for (unsigned i = 0; i < copy->len; i++)
    {
      g_autoptr (ParlanceRow) row = g_list_model_get_item (model, i);

      g_assert_true (row == g_ptr_array_index (copy, i));
    }
}

static GPtrArray *
follow (ParlanceTranscript *transcript)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (unsigned i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (transcript)); i++)
    g_ptr_array_add (copy, g_list_model_get_item (G_LIST_MODEL (transcript), i));
  g_signal_connect (transcript, "items-changed", G_CALLBACK (on_items_changed), copy);

  return copy;
}

static void
test_rows (void)
{
  g_autoptr (ParlanceConversation) conversation = parlance_conversation_new (1);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  ParlanceTranscript *transcript;
  g_autoptr (GPtrArray) copy = NULL;
  g_autoptr (ParlanceVerdict) verdict =
    parlance_verdict_new (PARLANCE_VERDICT_SERVER, 500, NULL, NULL);
  ParlanceMessage *reply;

  parlance_conversation_load (conversation, none, 0);
  transcript = parlance_transcript_new (conversation);
  copy = follow (transcript);
  assert_rows (transcript, "");

  add (conversation, PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, "Hello");
  assert_rows (transcript, "user");
  reply = add (conversation, PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_PENDING, NULL);
  assert_rows (transcript, "user header status");

  parlance_message_append (reply, PARLANCE_PART_REASONING, "Well", -1);
  parlance_message_set_state (reply, PARLANCE_STATE_STREAMING);
  parlance_transcript_flush (transcript);
  assert_rows (transcript, "user header reasoning");

  parlance_message_append (reply, PARLANCE_PART_TEXT, "One\n\nTwo", -1);
  parlance_transcript_flush (transcript);
  assert_rows (transcript, "user header reasoning block block");

  parlance_transcript_toggle (transcript, parlance_message_get_id (reply), 0);
  assert_rows (transcript, "user header reasoning block block block");
  parlance_transcript_toggle (transcript, parlance_message_get_id (reply), 0);
  assert_rows (transcript, "user header reasoning block block");

  parlance_message_set_state (reply, PARLANCE_STATE_INTERRUPTED);
  parlance_transcript_flush (transcript);
  assert_rows (transcript, "user header reasoning block block ended footer");

  parlance_message_set_verdict (reply, verdict);
  parlance_message_set_state (reply, PARLANCE_STATE_FAILED);
  parlance_transcript_flush (transcript);
  assert_rows (transcript, "user header reasoning block block error footer");

  /* Continued: the same message goes on. */
  parlance_message_set_verdict (reply, NULL);
  parlance_message_set_state (reply, PARLANCE_STATE_STREAMING);
  parlance_message_append (reply, PARLANCE_PART_TEXT, " and more\n\nThree", -1);
  parlance_transcript_flush (transcript);
  assert_rows (transcript, "user header reasoning block block block");
  parlance_message_set_state (reply, PARLANCE_STATE_COMPLETE);
  parlance_transcript_flush (transcript);
  assert_rows (transcript, "user header reasoning block block block footer");

  /* Another answer to the same message. */
  {
    g_autoptr (ParlanceMessage) other =
      parlance_message_new (++last_id, parlance_message_get_parent_id (reply),
                            PARLANCE_ROLE_ASSISTANT);
    g_autoptr (ParlanceRow) footer = NULL;
    unsigned n_answers;

    parlance_message_append (other, PARLANCE_PART_TEXT, "Other", -1);
    parlance_message_set_state (other, PARLANCE_STATE_COMPLETE);
    parlance_conversation_add (conversation, other);
    assert_rows (transcript, "user header block footer");
    footer = g_list_model_get_item (G_LIST_MODEL (transcript), 3);
    g_assert_cmpuint (parlance_row_get_answer (footer, &n_answers), ==, 1);
    g_assert_cmpuint (n_answers, ==, 2);

    parlance_conversation_select (conversation, reply);
    assert_rows (transcript, "user header reasoning block block block footer");
  }

  g_assert_finalize_object (transcript);
}

static void
count (unsigned *counter)
{
  (*counter)++;
}

/* A tail that grows tells of itself, and the list does not. */
static void
test_tail (void)
{
  g_autoptr (ParlanceConversation) conversation = parlance_conversation_new (1);
  g_autoptr (ParlanceTranscript) transcript = parlance_transcript_new (conversation);
  ParlanceMessage *reply;
  g_autoptr (ParlanceRow) row = NULL;
  unsigned n_items = 0, n_changed = 0;

  add (conversation, PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, "Hello");
  reply = add (conversation, PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_STREAMING, "Some ");
  parlance_transcript_flush (transcript);
  assert_rows (transcript, "user header block");

  row = g_list_model_get_item (G_LIST_MODEL (transcript), 2);
  g_signal_connect_swapped (transcript, "items-changed", G_CALLBACK (count), &n_items);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (count), &n_changed);
  for (int i = 1; i <= 100; i++)
    {
      parlance_message_append (reply, PARLANCE_PART_TEXT, "words ", -1);
      parlance_transcript_flush (transcript);
      g_assert_cmpuint (n_changed, ==, i);
    }
  parlance_transcript_flush (transcript);
  g_assert_cmpuint (n_changed, ==, 100);
  g_assert_cmpuint (n_items, ==, 0);

  /* A new block adds a row, and leaves the old one as it is. */
  parlance_message_append (reply, PARLANCE_PART_TEXT, "\n\nNext", -1);
  parlance_transcript_flush (transcript);
  g_assert_cmpuint (n_items, ==, 1);
  assert_rows (transcript, "user header block block");
  {
    g_autoptr (ParlanceRow) same = g_list_model_get_item (G_LIST_MODEL (transcript), 2);

    g_assert_true (same == row);
  }
}

/* In any pieces, the rows end as those of the whole. */
static void
test_pieces (void)
{
  g_autoptr (ParlanceConversation) whole = parlance_conversation_new (1);
  g_autoptr (ParlanceTranscript) expected = parlance_transcript_new (whole);

  add (whole, PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_COMPLETE, markdown);
  parlance_transcript_flush (expected);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (expected)), >, 8);

  for (unsigned round = 0; round < 100; round++)
    {
      g_autoptr (ParlanceConversation) conversation = parlance_conversation_new (2);
      g_autoptr (ParlanceTranscript) transcript = parlance_transcript_new (conversation);
      g_autoptr (GPtrArray) copy = follow (transcript);
      ParlanceMessage *reply =
        add (conversation, PARLANCE_ROLE_ASSISTANT, PARLANCE_STATE_STREAMING, NULL);
      size_t length = strlen (markdown);

      for (size_t start = 0, n; start < length; start += n)
        {
          n = g_test_rand_int_range (1, 30);
          n = MIN (n, length - start);
          parlance_message_append (reply, PARLANCE_PART_TEXT, markdown + start, n);
          if (g_test_rand_bit ())
            parlance_transcript_flush (transcript);
        }
      parlance_message_set_state (reply, PARLANCE_STATE_COMPLETE);
      parlance_transcript_flush (transcript);

      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (transcript)), ==,
                        g_list_model_get_n_items (G_LIST_MODEL (expected)));
      for (unsigned i = 0; i < copy->len; i++)
        {
          g_autoptr (ParlanceRow) a = g_list_model_get_item (G_LIST_MODEL (transcript), i);
          g_autoptr (ParlanceRow) b = g_list_model_get_item (G_LIST_MODEL (expected), i);

          g_assert_cmpint (parlance_row_get_kind (a), ==, parlance_row_get_kind (b));
          g_assert_cmpuint (parlance_row_get_start (a), ==, parlance_row_get_start (b));
          g_assert_cmpuint (parlance_row_get_end (a), ==, parlance_row_get_end (b));
          g_assert_cmpint (parlance_row_get_flags (a), ==, parlance_row_get_flags (b));
          if (parlance_row_get_block (a))
            g_assert_true (parlance_block_equal (parlance_row_get_block (a),
                                                 parlance_row_get_block (b)));
        }
    }
}

/* A long text is several rows, which cover it. */
static void
test_long (void)
{
  g_autoptr (ParlanceConversation) conversation = parlance_conversation_new (1);
  g_autoptr (ParlanceTranscript) transcript = parlance_transcript_new (conversation);
  g_autofree char *text = g_strnfill (10000, 'x');
  size_t end = 0;
  unsigned n;

  add (conversation, PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, text);
  n = g_list_model_get_n_items (G_LIST_MODEL (transcript));
  g_assert_cmpuint (n, ==, 10);
  for (unsigned i = 0; i < n; i++)
    {
      g_autoptr (ParlanceRow) row = g_list_model_get_item (G_LIST_MODEL (transcript), i);
      ParlanceRowFlags flags = parlance_row_get_flags (row);

      g_assert_cmpuint (parlance_row_get_start (row), ==, end);
      end = parlance_row_get_end (row);
      g_assert_cmpint ((flags & PARLANCE_ROW_FIRST) != 0, ==, i == 0);
      g_assert_cmpint ((flags & PARLANCE_ROW_LAST) != 0, ==, i == n - 1);
    }
  g_assert_cmpuint (end, ==, 10000);
}

/* A long conversation is built from its end, and the rest when asked for. */
static void
test_extend (void)
{
  g_autoptr (ParlanceConversation) conversation = parlance_conversation_new (1);
  ParlanceTranscript *transcript;
  g_autoptr (GPtrArray) copy = NULL;
  unsigned n_extended = 0;

  for (int i = 0; i < 500; i++)
    {
      g_autofree char *text = g_strdup_printf ("Message %d", i);

      add (conversation, i % 2 ? PARLANCE_ROLE_ASSISTANT : PARLANCE_ROLE_USER,
           PARLANCE_STATE_COMPLETE, text);
    }

  transcript = parlance_transcript_new (conversation);
  copy = follow (transcript);
  g_assert_cmpuint (copy->len, <, 200);
  g_assert_cmpuint (copy->len, >, 20);
  add (conversation, PARLANCE_ROLE_USER, PARLANCE_STATE_COMPLETE, "New");

  while (parlance_transcript_extend (transcript))
    n_extended++;
  g_assert_cmpuint (n_extended, >, 5);
  /* One for what the person wrote; header, block and footer for a reply. */
  g_assert_cmpuint (copy->len, ==, 250 + 250 * 3 + 1);
  g_assert_cmpstr (parlance_row_get_text (g_ptr_array_index (copy, 0)), ==, "Message 0");

  g_assert_finalize_object (transcript);
}

/* Random trees, random switches: the list always equals one that is made anew. */
static void
test_random (void)
{
  g_autoptr (ParlanceConversation) conversation = parlance_conversation_new (1);
  g_autoptr (ParlanceTranscript) transcript = parlance_transcript_new (conversation);
  g_autoptr (GPtrArray) copy = follow (transcript);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (int i = 0; i < 600; i++)
    {
      int what = g_test_rand_int_range (0, 10);
      g_autoptr (ParlanceTranscript) anew = NULL;

      if (what < 5 || all->len == 0)
        {
          g_ptr_array_add (all, add (conversation,
                                     g_test_rand_bit () ? PARLANCE_ROLE_ASSISTANT
                                                        : PARLANCE_ROLE_USER,
                                     PARLANCE_STATE_COMPLETE, "Some\n\ntext"));
        }
      else
        {
          ParlanceMessage *message =
            g_ptr_array_index (all, g_test_rand_int_range (0, all->len));

          if (what < 7)
            {
              parlance_conversation_select (conversation, message);
            }
          else
            {
              g_autoptr (ParlanceMessage) sibling =
                parlance_message_new (++last_id, parlance_message_get_parent_id (message),
                                      parlance_message_get_role (message));

              parlance_message_append (sibling, PARLANCE_PART_TEXT, "Another", -1);
              parlance_message_set_state (sibling, PARLANCE_STATE_STOPPED);
              parlance_conversation_add (conversation, sibling);
              g_ptr_array_add (all, sibling);
            }
        }

      parlance_transcript_flush (transcript);
      while (parlance_transcript_extend (transcript))
        ;
      anew = parlance_transcript_new (conversation);
      while (parlance_transcript_extend (anew))
        ;
      {
        g_autofree char *found = describe (G_LIST_MODEL (transcript));
        g_autofree char *expected = describe (G_LIST_MODEL (anew));

        g_assert_cmpstr (found, ==, expected);
      }
    }
}

static ParlanceRow *
find_status (ParlanceSection *section)
{
  GPtrArray *rows = parlance_section_get_rows (section);

  for (unsigned i = 0; i < rows->len; i++)
    if (parlance_row_get_kind (g_ptr_array_index (rows, i)) == PARLANCE_ROW_STATUS)
      return g_ptr_array_index (rows, i);

  return NULL;
}

/* What is being waited for is said before the first word, and in the middle of a reply once its
 * silence lasts. */
static void
test_waiting (void)
{
  g_autoptr (ParlanceMessage) message = parlance_message_new (1, 0, PARLANCE_ROLE_ASSISTANT);
  ParlanceSection *section = parlance_section_new (message);
  ParlanceSectionState state = { .leaf = TRUE, .n_answers = 1 };
  unsigned n_changed = 0;

  parlance_message_set_state (message, PARLANCE_STATE_PENDING);
  parlance_section_update (section, &state);
  g_assert_cmpint (parlance_row_get_seconds (find_status (section)), ==, 0);

  /* What it waits for is told at once, not with the next second. */
  g_signal_connect_swapped (find_status (section), "changed", G_CALLBACK (count), &n_changed);
  parlance_message_set_queued (message, TRUE);
  parlance_section_update (section, &state);
  g_assert_cmpuint (n_changed, ==, 1);
  parlance_message_set_queued (message, FALSE);
  parlance_section_update (section, &state);
  g_assert_cmpuint (n_changed, ==, 2);

  /* Counted down, and never to nothing before it has ended. */
  parlance_message_set_retry_at (message, g_get_monotonic_time () + 2500 * 1000);
  state.silence = 1;
  parlance_section_update (section, &state);
  g_assert_cmpint (parlance_row_get_seconds (find_status (section)), ==, 3);
  parlance_message_set_retry_at (message, 1);
  parlance_section_update (section, &state);
  g_assert_cmpint (parlance_row_get_seconds (find_status (section)), ==, 1);
  parlance_message_set_retry_at (message, 0);

  parlance_message_append (message, PARLANCE_PART_TEXT, "Some words", -1);
  parlance_message_set_state (message, PARLANCE_STATE_STREAMING);
  parlance_section_update (section, &state);
  g_assert_null (find_status (section));
  state.silence = 12;
  parlance_section_update (section, &state);
  g_assert_cmpint (parlance_row_get_seconds (find_status (section)), ==, 12);
  g_assert_true (parlance_row_get_flags (find_status (section)) & PARLANCE_ROW_RUNNING);

  parlance_message_set_state (message, PARLANCE_STATE_INTERRUPTED);
  parlance_section_update (section, &state);
  g_assert_null (find_status (section));
  parlance_section_free (section);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transcript/rows", test_rows);
  g_test_add_func ("/transcript/tail", test_tail);
  g_test_add_func ("/transcript/pieces", test_pieces);
  g_test_add_func ("/transcript/long", test_long);
  g_test_add_func ("/transcript/extend", test_extend);
  g_test_add_func ("/transcript/waiting", test_waiting);
  g_test_add_func ("/transcript/random", test_random);

  return g_test_run ();
}
