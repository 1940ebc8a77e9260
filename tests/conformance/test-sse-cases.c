/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-json.h"
#include "parlance-sse.h"

#include <string.h>

#define SPLITS 200

/* The base name of @path without ".json" names a stream: the bytes in X.bin, or the chunks in
 * X.json's "chunks_b64"; and what a reader must see of it: "expected_events", "retry". */
typedef struct
{
  char      *name;
  GPtrArray *chunks;    /* of GBytes */
  GBytes    *whole;
  JsonNode  *json;
} Case;

typedef struct
{
  JsonNode *expected;
  unsigned  count;
} Check;

static void
case_free (gpointer data)
{
  Case *self = data;

  g_free (self->name);
  g_ptr_array_unref (self->chunks);
  g_bytes_unref (self->whole);
  json_node_unref (self->json);
  g_free (self);
}

static Case *
case_load (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) joined = g_byte_array_new ();
  g_autofree char *text = NULL, *bin = NULL, *bytes = NULL;
  Case *self = g_new0 (Case, 1);
  JsonNode *chunks;
  size_t length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  self->json = parlance_json_parse (text, length, &error);
  g_assert_no_error (error);
  self->name = g_path_get_basename (path);
  *strrchr (self->name, '.') = '\0';

  self->chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  chunks = parlance_json_member (self->json, "chunks_b64");
  for (unsigned i = 0; i < parlance_json_length (chunks); i++)
    {
      const char *encoded = parlance_json_string (parlance_json_element (chunks, i));
      size_t chunk_length;
      guchar *chunk = g_base64_decode (encoded, &chunk_length);

      g_byte_array_append (joined, chunk, chunk_length);
      g_ptr_array_add (self->chunks, g_bytes_new_take (chunk, chunk_length));
    }

  bin = g_strdup_printf ("%.*s.bin", (int) (strlen (path) - strlen (".json")), path);
  if (g_file_get_contents (bin, &bytes, &length, NULL))
    {
      self->whole = g_bytes_new (bytes, length);
      /* Or one of the two is not the case. */
      if (self->chunks->len > 0)
        g_assert_cmpmem (joined->data, joined->len, bytes, length);
    }
  else
    {
      g_assert_cmpuint (self->chunks->len, >, 0);
      self->whole = g_bytes_new (joined->data, joined->len);
    }

  return self;
}

static void
on_event (const ParlanceSseEvent *event,
          gpointer                user_data)
{
  Check *check = user_data;
  JsonNode *expected = parlance_json_element (check->expected, check->count++);
  const char *type = parlance_json_string (parlance_json_member (expected, "event"));
  const char *id = parlance_json_string (parlance_json_member (expected, "id"));
  JsonNode *data = parlance_json_member (expected, "data");
  g_autoptr (GString) shown = g_string_new (NULL);

  if (expected == NULL)
    g_error ("event %u is one too many: %s", check->count, event->data);

  /* As JSON access gives a NUL. */
  for (size_t i = 0; i < event->length; i++)
    if (event->data[i] == '\0')
      g_string_append (shown, "\xef\xbf\xbd");
    else
      g_string_append_c (shown, event->data[i]);

  g_assert_cmpstr (event->type, ==, type ? type : "message");
  g_assert_cmpstr (shown->str, ==, parlance_json_string (data));
  if (id != NULL)
    g_assert_cmpstr (event->id, ==, id);
}

/* @splits: (nullable): where the pieces end, ascending. */
static void
run (Case         *self,
     const size_t *splits,
     size_t        n_splits)
{
  Check check = { .expected = parlance_json_member (self->json, "expected_events") };
  g_autoptr (ParlanceSseParser) parser = NULL;
  size_t length, at = 0;
  const char *bytes = g_bytes_get_data (self->whole, &length);
  int64_t retry = parlance_json_int (parlance_json_member (self->json, "retry"), INT64_MIN);

  parser = parlance_sse_parser_new (PARLANCE_SSE_MAX_EVENT, on_event, &check);
  for (size_t i = 0; i <= n_splits; i++)
    {
      size_t end = i < n_splits ? splits[i] : length;
      g_autofree char *piece = g_memdup2 (bytes + at, end - at);

      g_assert_true (parlance_sse_parser_feed (parser, piece, end - at, NULL));
      at = end;
    }

  g_assert_cmpuint (check.count, ==, parlance_json_length (check.expected));
  if (retry != INT64_MIN)
    g_assert_cmpint (parlance_sse_parser_get_retry (parser), ==, retry);
}

static int
compare (const void *a,
         const void *b)
{
  size_t x = *(const size_t *) a, y = *(const size_t *) b;

  return (x > y) - (x < y);
}

static void
test_case (gconstpointer data)
{
  Case *self = (Case *) data;
  size_t length = g_bytes_get_size (self->whole);
  g_autofree size_t *splits = g_new0 (size_t, MAX (length, self->chunks->len) + 1);
  size_t at = 0;

  run (self, NULL, 0);

  for (unsigned i = 0; i < self->chunks->len; i++)
    splits[i] = at += g_bytes_get_size (g_ptr_array_index (self->chunks, i));
  run (self, splits, self->chunks->len);

  for (size_t i = 0; i < length; i++)
    splits[i] = i;
  run (self, splits, length);

  /* The seed is the test program's, printed at its start. */
  for (int i = 0; length > 0 && i < SPLITS; i++)
    {
      size_t n_splits = g_test_rand_int_range (1, MIN (length, 50) + 1);

      for (size_t k = 0; k < n_splits; k++)
        splits[k] = g_test_rand_int_range (0, length + 1);
      qsort (splits, n_splits, sizeof *splits, compare);
      run (self, splits, n_splits);
    }
}

/* Adds each X.json under the folders of @root. A stream that a client must refuse for its content
 * type, before any parser sees it, is not for this. */
static void
add_cases (GPtrArray  *cases,
           const char *root,
           const char *prefix)
{
  g_autoptr (GDir) folders = g_dir_open (root, 0, NULL);
  const char *folder, *file;

  while (folders != NULL && (folder = g_dir_read_name (folders)) != NULL)
    {
      g_autofree char *folder_path = g_build_filename (root, folder, NULL);
      g_autoptr (GDir) files = g_dir_open (folder_path, 0, NULL);

      while (files != NULL && (file = g_dir_read_name (files)) != NULL)
        {
          g_autofree char *path = g_build_filename (folder_path, file, NULL);
          g_autofree char *test_path = NULL;
          Case *self;

          if (!g_str_has_suffix (file, ".json"))
            continue;

          self = case_load (path);
          if (!parlance_json_boolean (parlance_json_member (self->json, "accept"), TRUE))
            {
              g_test_message ("left out, refused by content type: %s", self->name);
              case_free (self);
              continue;
            }
          g_ptr_array_add (cases, self);
          test_path = g_strdup_printf ("/sse-cases/%s/%s/%s", prefix, folder, self->name);
          g_test_add_data_func (test_path, self, test_case);
        }
    }
}

static void
test_external_unset (void)
{
  g_test_skip ("PARLANCE_TEST_DATA is not set");
}

static void
test_external_count (gconstpointer data)
{
  unsigned count = GPOINTER_TO_UINT (data);

  g_test_message ("%u external cases of event streams", count);
  g_assert_cmpuint (count, >, 0);
}

static void
test_own_count (gconstpointer data)
{
  g_assert_cmpuint (GPOINTER_TO_UINT (data), >, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (case_free);
  const char *external = g_getenv ("PARLANCE_TEST_DATA");
  g_autofree char *own = NULL;
  unsigned own_count;

  g_test_init (&argc, &argv, NULL);

  own = g_test_build_filename (G_TEST_DIST, "fixtures", "sse", NULL);
  add_cases (cases, own, "own");
  own_count = cases->len;
  g_test_add_data_func ("/sse-cases/own/count", GUINT_TO_POINTER (own_count), test_own_count);

  if (external != NULL)
    {
      g_autofree char *root = g_build_filename (external, "sse", NULL);

      add_cases (cases, root, "external");
      g_test_add_data_func ("/sse-cases/external/count",
                            GUINT_TO_POINTER (cases->len - own_count), test_external_count);
    }
  else
    {
      g_test_add_func ("/sse-cases/external", test_external_unset);
    }

  return g_test_run ();
}
