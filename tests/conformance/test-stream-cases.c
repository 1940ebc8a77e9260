/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-decoder.h"
#include "parlance-json.h"

#include <string.h>

#define N_SPLITS 200

typedef struct
{
  char     *path; /* of X.sse */
  char     *bytes;
  size_t    length;
  JsonNode *expected;
} Case;

/* What came of one run. */
typedef struct
{
  ParlanceDecoder *decoder;
  GString         *content;
  GString         *reasoning;
} Run;

static void
case_free (gpointer data)
{
  Case *it = data;

  g_free (it->path);
  g_free (it->bytes);
  json_node_unref (it->expected);
  g_free (it);
}

static void
on_delta (ParlancePartKind  kind,
          const char       *text,
          size_t            length,
          gpointer          user_data)
{
  Run *run = user_data;

  g_assert_cmpuint (length, >, 0);
  g_assert_true (g_utf8_validate_len (text, length, NULL));
  g_string_append_len (kind == PARLANCE_PART_TEXT ? run->content : run->reasoning, text, length);
}

static void
on_event (const ParlanceSseEvent *event,
          gpointer                user_data)
{
  parlance_decoder_event (((Run *) user_data)->decoder, event);
}

static const char *
expected_string (JsonNode   *node,
                 const char *name)
{
  return parlance_json_string (parlance_json_member (node, name));
}

static void
compare_usage (const Run *run,
               JsonNode  *usage)
{
  ParlanceUsage got = parlance_decoder_get_usage (run->decoder);
  JsonNode *details = parlance_json_member (usage, "completion_tokens_details");

  g_assert_cmpint (got.prompt, ==,
                   parlance_json_int (parlance_json_member (usage, "prompt_tokens"), -1));
  g_assert_cmpint (got.completion, ==,
                   parlance_json_int (parlance_json_member (usage, "completion_tokens"), -1));
  g_assert_cmpint (got.reasoning, ==,
                   parlance_json_int (parlance_json_member (details, "reasoning_tokens"), -1));
}

static int
compare_indexes (gconstpointer a,
                 gconstpointer b)
{
  return g_ascii_strtoll (*(const char *const *) a, NULL, 10) -
         g_ascii_strtoll (*(const char *const *) b, NULL, 10);
}

/* The expected calls are an object by index. */
static void
compare_tool_calls (const Run *run,
                    JsonNode  *expected)
{
  GPtrArray *calls = parlance_decoder_get_tool_calls (run->decoder);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, json_node_get_object (expected));
  while (json_object_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, (char *) name);
  g_ptr_array_sort (names, compare_indexes);

  g_assert_cmpuint (calls->len, ==, names->len);
  for (unsigned i = 0; i < calls->len; i++)
    {
      ParlanceToolCall *call = g_ptr_array_index (calls, i);
      JsonNode *node = parlance_json_member (expected, g_ptr_array_index (names, i));

      g_assert_cmpstr (call->id, ==, expected_string (node, "id"));
      g_assert_cmpstr (call->name, ==, expected_string (node, "name"));
      g_assert_cmpstr (call->arguments->str, ==, expected_string (node, "arguments"));
    }
}

static void
compare (const Run  *run,
         const Case *it)
{
  JsonNode *errors = parlance_json_member (it->expected, "errors");
  JsonNode *unparsable = parlance_json_member (it->expected, "unparsable");
  gboolean done = parlance_json_boolean (parlance_json_member (it->expected, "done"), FALSE);
  gboolean failed = parlance_json_length (errors) > 0;
  const char *finish = expected_string (it->expected, "finish_reason");

  g_assert_cmpstr (run->content->str, ==, expected_string (it->expected, "content"));
  g_assert_cmpstr (run->reasoning->str, ==, expected_string (it->expected, "reasoning"));
  g_assert_cmpstr (parlance_decoder_get_finish_reason (run->decoder), ==, finish);
  g_assert_cmpint (parlance_decoder_get_done (run->decoder), ==, done);
  g_assert_cmpint (parlance_decoder_get_error (run->decoder) != NULL, ==, failed);
  g_assert_cmpint (parlance_decoder_is_complete (run->decoder), ==,
                   (done || finish != NULL) && !failed);
  g_assert_cmpint (parlance_decoder_get_unparsable (run->decoder), ==,
                   parlance_json_int (unparsable, 0));
  compare_usage (run, parlance_json_member (it->expected, "usage"));
  compare_tool_calls (run, parlance_json_member (it->expected, "tool_calls"));
}

/* @cuts: ascending places at which the bytes are cut. */
static void
run_case (const Case   *it,
          const size_t *cuts,
          size_t        n_cuts)
{
  Run run = { .content = g_string_new (NULL), .reasoning = g_string_new (NULL) };
  g_autoptr (ParlanceSseParser) parser =
    parlance_sse_parser_new (PARLANCE_SSE_MAX_EVENT, on_event, &run);
  size_t from = 0;

  run.decoder = parlance_decoder_new (on_delta, &run);

  for (size_t i = 0; i <= n_cuts; i++)
    {
      size_t to = i < n_cuts ? cuts[i] : it->length;

      g_assert_true (parlance_sse_parser_feed (parser, it->bytes + from, to - from, NULL));
      from = to;
    }

  compare (&run, it);

  parlance_decoder_free (run.decoder);
  g_string_free (run.content, TRUE);
  g_string_free (run.reasoning, TRUE);
}

static void
test_case (gconstpointer data)
{
  const Case *it = data;
  g_autofree size_t *all = g_new (size_t, it->length + 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (20);

  g_test_message ("%s", it->path);
  run_case (it, NULL, 0);

  for (size_t i = 0; i < it->length; i++)
    all[i] = i;
  run_case (it, all, it->length);

  for (int i = 0; i < N_SPLITS; i++)
    {
      size_t cut = g_rand_int_range (rand, 0, it->length + 1);

      run_case (it, &cut, 1);
    }
}

/* Adds a test for each X.expected.json in the folders below @folder; returns how many. */
static int
add_cases (const char *folder,
           const char *prefix)
{
  g_autoptr (GDir) services = g_dir_open (folder, 0, NULL);
  const char *service;
  int n_cases = 0;

  while (services != NULL && (service = g_dir_read_name (services)) != NULL)
    {
      g_autofree char *below = g_build_filename (folder, service, NULL);
      g_autoptr (GDir) files = g_dir_open (below, 0, NULL);
      const char *file;

      while (files != NULL && (file = g_dir_read_name (files)) != NULL)
        {
          static const char suffix[] = ".expected.json";
          g_autofree char *stem = NULL;
          g_autofree char *name = NULL;
          g_autofree char *path = g_build_filename (below, file, NULL);
          g_autofree char *json = NULL;
          g_autoptr (GError) error = NULL;
          Case *it;

          if (!g_str_has_suffix (file, suffix))
            continue;

          stem = g_strndup (file, strlen (file) - strlen (suffix));
          name = g_strdup_printf ("/streams/%s/%s/%s", prefix, service, stem);
          it = g_new0 (Case, 1);
          it->path = g_strdup_printf ("%s/%s.sse", below, stem);
          g_file_get_contents (it->path, &it->bytes, &it->length, &error);
          g_assert_no_error (error);
          g_file_get_contents (path, &json, NULL, &error);
          g_assert_no_error (error);
          it->expected = parlance_json_parse (json, -1, &error);
          g_assert_no_error (error);

          g_test_add_data_func_full (name, it, test_case, case_free);
          n_cases++;
        }
    }

  return n_cases;
}

static void
test_external (gconstpointer data)
{
  int n_cases = GPOINTER_TO_INT (data);

  if (g_getenv ("PARLANCE_TEST_DATA") == NULL)
    {
      g_test_skip ("PARLANCE_TEST_DATA is not set");
      return;
    }

  g_test_message ("external stream cases: %d", n_cases);
  g_assert_cmpint (n_cases, >, 0);
}

int
main (int   argc,
      char *argv[])
{
  const char *data = g_getenv ("PARLANCE_TEST_DATA");
  g_autofree char *own = NULL;
  int n_external = 0;
  int n_own;

  g_test_init (&argc, &argv, NULL);

  own = g_test_build_filename (G_TEST_DIST, "fixtures", "streams", NULL);
  n_own = add_cases (own, "own");
  g_assert_cmpint (n_own, >, 0);

  if (data != NULL)
    {
      g_autofree char *folder = g_build_filename (data, "streams", NULL);

      n_external = add_cases (folder, "external");
    }

  g_test_add_data_func ("/streams/external-cases", GINT_TO_POINTER (n_external), test_external);

  return g_test_run ();
}
