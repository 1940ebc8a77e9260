/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "parlance-decoder.h"
#include "parlance-judge.h"

#include <string.h>

/* Input: a byte for the cuts, then a stream, which is also tried as an answer that is no stream.
 * However the stream is cut, the same deltas come out. */

typedef struct
{
  ParlanceDecoder *decoder;
  GString         *deltas;
} Got;

static void
on_delta (ParlancePartKind  kind,
          const char       *text,
          size_t            length,
          gpointer          user_data)
{
  Got *got = user_data;

  g_assert_true (kind == PARLANCE_PART_TEXT || kind == PARLANCE_PART_REASONING);
  g_assert_cmpuint (length, >, 0);
  fuzz_assert_text (text, length);

  g_string_append_printf (got->deltas, "%d|%" G_GSIZE_FORMAT "|", kind, length);
  g_string_append_len (got->deltas, text, length);
}

static void
on_event (const ParlanceSseEvent *event,
          gpointer                user_data)
{
  Got *got = user_data;

  parlance_decoder_event (got->decoder, event);
}

static void
append_string (GString    *out,
               const char *text)
{
  if (text != NULL)
    fuzz_assert_text (text, strlen (text));
  g_string_append_printf (out, "%s|", text != NULL ? text : "(null)");
}

/* Where a reply ends with an error, that is judged. */
static void
append_error (GString  *out,
              JsonNode *error)
{
  g_autoptr (ParlanceVerdict) verdict = parlance_judge_node (NULL, 200, NULL, error, "ms-token");

  if (verdict->words != NULL)
    {
      fuzz_assert_line (verdict->words);
      g_assert_cmpuint (strlen (verdict->words), <=, 2048);
      g_assert_null (strstr (verdict->words, "ms-token"));
    }
  if (verdict->request_id != NULL)
    fuzz_assert_line (verdict->request_id);

  g_string_append_printf (out, "error %d|", verdict->kind);
  append_string (out, verdict->words);
}

/* Adds to the deltas what is known at the end. */
static void
append_end (Got *got)
{
  ParlanceDecoder *decoder = got->decoder;
  GPtrArray *calls = parlance_decoder_get_tool_calls (decoder);
  ParlanceUsage usage = parlance_decoder_get_usage (decoder);
  gboolean failed = parlance_decoder_get_error (decoder) != NULL;

  append_string (got->deltas, parlance_decoder_get_finish_reason (decoder));
  g_string_append_printf (got->deltas, "%d|%u|", parlance_decoder_get_done (decoder),
                          parlance_decoder_get_unparsable (decoder));

  g_assert_cmpint (usage.prompt, >=, -1);
  g_assert_cmpint (usage.completion, >=, -1);
  g_assert_cmpint (usage.reasoning, >=, -1);
  g_string_append_printf (got->deltas, "%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|", usage.prompt,
                          usage.completion);

  for (unsigned i = 0; i < calls->len; i++)
    {
      const ParlanceToolCall *call = calls->pdata[i];

      append_string (got->deltas, call->id);
      append_string (got->deltas, call->name);
      fuzz_assert_text (call->arguments->str, call->arguments->len);
      append_string (got->deltas, call->arguments->str);
    }

  g_assert_cmpint (parlance_decoder_is_complete (decoder), ==,
                   !failed && (parlance_decoder_get_done (decoder) ||
                               parlance_decoder_get_finish_reason (decoder) != NULL));
  if (failed)
    append_error (got->deltas, parlance_decoder_get_error (decoder));
}

static GString *
decode_stream (const uint8_t *data,
               size_t         size,
               FuzzCuts      *cuts)
{
  Got got = { NULL, g_string_new (NULL) };
  g_autoptr (ParlanceDecoder) decoder = parlance_decoder_new (on_delta, &got);
  g_autoptr (ParlanceSseParser) parser = NULL;

  got.decoder = decoder;
  parser = parlance_sse_parser_new (PARLANCE_SSE_MAX_EVENT, on_event, &got);
  for (size_t at = 0, length; at < size; at += length)
    {
      length = cuts != NULL ? fuzz_cuts_next (cuts, size - at) : size - at;
      g_assert_true (parlance_sse_parser_feed (parser, (const char *) data + at, length, NULL));
    }
  append_end (&got);

  return got.deltas;
}

static void
decode_document (const uint8_t *data,
                 size_t         size)
{
  g_autoptr (GString) deltas = g_string_new (NULL);
  Got got = { NULL, deltas };
  g_autoptr (ParlanceDecoder) decoder = parlance_decoder_new (on_delta, &got);

  got.decoder = decoder;
  parlance_decoder_document (decoder, (const char *) data, size);
  append_end (&got);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GString) whole = NULL;
  g_autoptr (GString) pieces = NULL;
  FuzzCuts cuts;

  if (size < 1)
    return 0;

  cuts = fuzz_cuts_new (data[0]);
  whole = decode_stream (data + 1, size - 1, NULL);
  pieces = decode_stream (data + 1, size - 1, &cuts);
  g_assert_cmpmem (whole->str, whole->len, pieces->str, pieces->len);

  decode_document (data + 1, size - 1);

  return 0;
}
