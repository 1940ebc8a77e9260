/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-decoder.h"

#include <string.h>

/* Recorded streams are walked by the conformance suite; here is what no service should send, and
 * answers that are no streams. */

typedef struct
{
  GString *text;
  GString *reasoning;
} Got;

static void
on_delta (ParlancePartKind  kind,
          const char       *text,
          size_t            length,
          gpointer          user_data)
{
  Got *got = user_data;

  g_assert_true (g_utf8_validate_len (text, length, NULL));
  g_string_append_len (kind == PARLANCE_PART_TEXT ? got->text : got->reasoning, text, length);
}

static void
feed (ParlanceDecoder *decoder,
      const char      *type,
      const char      *data)
{
  ParlanceSseEvent event = { .type = type, .data = data, .length = strlen (data), .id = "" };

  parlance_decoder_event (decoder, &event);
}

typedef struct
{
  const char *json;
  const char *text;
  const char *reasoning;
  gboolean    complete;
  gboolean    failed;
  unsigned    unparsable;
} Case;

static const Case documents[] = {
  { "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"a\","
    "\"reasoning_content\":\"r\"},\"finish_reason\":\"stop\"}]}", "a", "r", TRUE, FALSE, 0 },
  { "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}}]}", "a", "",
    FALSE, FALSE, 0 },
  { "{\"choices\":[]}", "", "", FALSE, TRUE, 0 },
  { "{\"choices\":null}", "", "", FALSE, TRUE, 0 },
  { "{}", "", "", FALSE, TRUE, 0 },
  { "{\"error\":null,\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}",
    "a", "", TRUE, FALSE, 0 },
  { "{\"error\":{\"message\":\"x\"}}", "", "", FALSE, TRUE, 0 },
  { "[1]", "", "", FALSE, FALSE, 1 },
  { "nonsense", "", "", FALSE, FALSE, 1 },
  { "", "", "", FALSE, FALSE, 1 },
};

/* Each alone as an event. */
static const Case events[] = {
  { "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", "a", "", FALSE, FALSE, 0 },
  { " [DONE] ", "", "", TRUE, FALSE, 0 },
  { "[DONE", "", "", FALSE, FALSE, 1 },
  { "{\"choices\":{\"delta\":1}}", "", "", FALSE, FALSE, 0 },
  { "{\"choices\":[[],1,\"x\",null,{\"delta\":[]}]}", "", "", FALSE, FALSE, 0 },
  { "{\"choices\":[{\"delta\":{\"content\":{\"a\":1},\"reasoning\":5}}]}", "", "", FALSE, FALSE, 0 },
  { "{\"choices\":[{\"delta\":{\"content\":[1,null,[],{\"text\":7},\"s\"]}}]}", "s", "", FALSE,
    FALSE, 0 },
  { "{\"choices\":[{\"delta\":{\"reasoning_content\":\"\",\"reasoning\":\"r\"}}]}", "", "r", FALSE,
    FALSE, 0 },
  { "{\"choices\":[{\"delta\":{\"reasoning_content\":\"a\",\"reasoning\":\"b\"}}]}", "", "a", FALSE,
    FALSE, 0 },
  { "{\"choices\":[{\"index\":\"x\",\"delta\":{\"content\":\"a\"}}]}", "a", "", FALSE, FALSE, 0 },
  { "{\"choices\":[{\"delta\":{\"tool_calls\":[null,1,{},{\"function\":3},{\"index\":1e99}]}}]}", "",
    "", FALSE, FALSE, 0 },
  { "{\"choices\":[{\"delta\":{\"function_call\":{\"name\":5,\"arguments\":{\"a\":1}}}}]}", "", "",
    FALSE, FALSE, 0 },
  { "{\"usage\":{\"prompt_tokens\":\"many\",\"completion_tokens\":-5}}", "", "", FALSE, FALSE, 0 },
  { "{\"usage\":[]}", "", "", FALSE, FALSE, 0 },
  { "{\"error\":false}", "", "", FALSE, FALSE, 0 },
  { "{\"error\":true}", "", "", FALSE, TRUE, 0 },
  { "{\"error\":\"\"}", "", "", FALSE, FALSE, 0 },
  { "{\"errors\":[{\"message\":\"x\"}]}", "", "", FALSE, TRUE, 0 },
  { "{\"code\":0,\"message\":\"success\"}", "", "", FALSE, FALSE, 0 },
  { "{\"code\":50,\"message\":\"bad\"}", "", "", FALSE, TRUE, 0 },
  { "{\"choices\":[{\"delta\":{\"content\":\"a\\u0000b\"}}]}", "ab", "", FALSE, FALSE, 0 },
};

static void
check (const Case *it,
       gboolean    whole)
{
  Got got = { g_string_new (NULL), g_string_new (NULL) };
  g_autoptr (ParlanceDecoder) decoder = parlance_decoder_new (on_delta, &got);

  g_test_message ("%s", it->json);
  if (whole)
    parlance_decoder_document (decoder, it->json, -1);
  else
    feed (decoder, "message", it->json);

  g_assert_cmpstr (got.text->str, ==, it->text);
  g_assert_cmpstr (got.reasoning->str, ==, it->reasoning);
  g_assert_cmpint (parlance_decoder_is_complete (decoder), ==, it->complete);
  g_assert_cmpint (parlance_decoder_get_error (decoder) != NULL, ==, it->failed);
  g_assert_cmpuint (parlance_decoder_get_unparsable (decoder), ==, it->unparsable);

  g_string_free (got.text, TRUE);
  g_string_free (got.reasoning, TRUE);
}

static void
test_documents (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (documents); i++)
    check (&documents[i], TRUE);
}

static void
test_events (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (events); i++)
    check (&events[i], FALSE);
}

/* Halves of a character that a service cut in two, and worse. */
static void
test_surrogates (void)
{
  static const char *const halves[] = { "\\ud83d", "\\udf0d", "\\ud83d\\u0041", "\\ud83dx",
                                        "\\ud83d\\n", "\\ud83d\\ud83d", "\\uzzzz", "\\ud83d\\u" };

  for (size_t i = 0; i < G_N_ELEMENTS (halves); i++)
    {
      Got got = { g_string_new (NULL), g_string_new (NULL) };
      g_autoptr (ParlanceDecoder) decoder = parlance_decoder_new (on_delta, &got);
      g_autofree char *json =
        g_strdup_printf ("{\"choices\":[{\"delta\":{\"content\":\"a%sb\"}}]}", halves[i]);

      g_test_message ("%s", json);
      feed (decoder, "message", json);
      feed (decoder, "message", "{\"choices\":[{\"delta\":{\"content\":\"after\"}}]}");
      g_assert_true (g_str_has_suffix (got.text->str, "after"));

      g_string_free (got.text, TRUE);
      g_string_free (got.reasoning, TRUE);
    }
}

static void
test_depth (void)
{
  g_autoptr (ParlanceDecoder) decoder = parlance_decoder_new (NULL, NULL);
  g_autofree char *deep = g_strnfill (200000, '[');

  feed (decoder, "message", deep);
  parlance_decoder_document (decoder, deep, -1);
  g_assert_cmpuint (parlance_decoder_get_unparsable (decoder), ==, 2);
}

static void
test_many_tool_calls (void)
{
  g_autoptr (ParlanceDecoder) decoder = parlance_decoder_new (NULL, NULL);

  for (int i = 0; i < 5000; i++)
    {
      g_autofree char *json = g_strdup_printf (
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":%d,\"id\":\"%d\",\"function\":"
        "{\"name\":\"f\"}}]}}]}", i, i);

      feed (decoder, "message", json);
    }

  g_assert_cmpuint (parlance_decoder_get_tool_calls (decoder)->len, >, 10);
  g_assert_cmpuint (parlance_decoder_get_tool_calls (decoder)->len, <=, 1000);
}

static void
test_error_event (void)
{
  g_autoptr (ParlanceDecoder) decoder = parlance_decoder_new (NULL, NULL);

  feed (decoder, "ping", "{}");
  g_assert_null (parlance_decoder_get_error (decoder));
  feed (decoder, "error", "plain words");
  g_assert_cmpstr (json_node_get_string (parlance_decoder_get_error (decoder)), ==, "plain words");
  feed (decoder, "message", "[DONE]");
  g_assert_true (parlance_decoder_get_done (decoder));
  g_assert_false (parlance_decoder_is_complete (decoder));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/decoder/documents", test_documents);
  g_test_add_func ("/decoder/events", test_events);
  g_test_add_func ("/decoder/surrogates", test_surrogates);
  g_test_add_func ("/decoder/depth", test_depth);
  g_test_add_func ("/decoder/many-tool-calls", test_many_tool_calls);
  g_test_add_func ("/decoder/error-event", test_error_event);

  return g_test_run ();
}
