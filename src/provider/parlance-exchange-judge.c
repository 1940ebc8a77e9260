/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-exchange-private.h"

#include "parlance-judge.h"

/* Each copied once: a call may be of tens of megabytes. */
static GStrv
dup_tool_calls (ParlanceDecoder *decoder)
{
  GPtrArray *calls = parlance_decoder_get_tool_calls (decoder);
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  for (unsigned i = 0; i < calls->len; i++)
    {
      ParlanceToolCall *call = g_ptr_array_index (calls, i);

      if (call->name != NULL)
        g_ptr_array_add (texts, g_strconcat (call->name, "(", call->arguments->str, ")", NULL));
    }

  if (texts->len == 0)
    return NULL;
  g_ptr_array_add (texts, NULL);

  return (GStrv) g_ptr_array_steal (texts, NULL);
}

/* Whether a good status came with something that no chat service says. */
static gboolean
is_foreign (ParlanceExchange *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->head);

  if (self->format == PARLANCE_FORMAT_PAGE)
    return TRUE;
  if (self->format == PARLANCE_FORMAT_DOCUMENT)
    return parlance_decoder_get_unparsable (self->decoder) > 0;
  if (self->n_chunks > 0)
    return FALSE;
  /* Nothing at all, unless meant so: libsoup takes a head that was cut for a whole one. */
  if (self->format == PARLANCE_FORMAT_UNKNOWN &&
      soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return FALSE;

  return g_strcmp0 (soup_message_headers_get_content_type (headers, NULL),
                    "text/event-stream") != 0;
}

/* A stream that ended by itself before its first word: cut on the way, or given up by the service.
 * What has no word because it was no stream of this protocol is something else. */
static gboolean
is_cut_short (ParlanceExchange *self)
{
  return self->n_text == 0 && !self->enough &&
         parlance_decoder_get_unparsable (self->decoder) == 0 &&
         parlance_decoder_get_tool_calls (self->decoder)->len == 0 &&
         !parlance_decoder_is_complete (self->decoder);
}

/* (nullable) (transfer full): what went wrong, once the exchange has ended. @error: how, if not
 * well. */
static ParlanceVerdict *
judge (ParlanceExchange *self,
       const GError *error)
{
  SoupMessageHeaders *headers;
  JsonNode *node;
  int status;

  if (self->too_large)
    return parlance_verdict_new (PARLANCE_VERDICT_TOO_LARGE, 0, NULL, NULL);

  /* A refusal whose body did not end well is a refusal. */
  if (self->head == NULL || (error != NULL && self->format != PARLANCE_FORMAT_REFUSAL))
    {
      if (error == NULL || parlance_decoder_is_complete (self->decoder))
        return NULL;
      return parlance_judge_error (error, self->token);
    }

  headers = soup_message_get_response_headers (self->head);
  status = soup_message_get_status (self->head);
  node = parlance_decoder_get_error (self->decoder);

  if (!SOUP_STATUS_IS_SUCCESSFUL (status) || (node == NULL && is_foreign (self)))
    return parlance_judge_answer (self->preset, status, headers, self->body->str,
                                  MIN (self->body->len, PARLANCE_MAX_ERROR_BODY), self->token);
  if (node != NULL)
    return parlance_judge_node (self->preset, status, headers, node, self->token);

  if (self->n_text == 0 &&
      g_strcmp0 (parlance_decoder_get_finish_reason (self->decoder), "content_filter") == 0)
    return parlance_verdict_new (PARLANCE_VERDICT_FILTERED, status, NULL, NULL);
  if (is_cut_short (self))
    return parlance_verdict_new (PARLANCE_VERDICT_SERVER, status,
                                 "The answer ended before its first word", NULL);

  return NULL;
}

ParlanceOutcome *
parlance_exchange_judge (ParlanceExchange *self,
                         const GError     *error)
{
  ParlanceOutcome *outcome = g_new0 (ParlanceOutcome, 1);

  outcome->verdict = judge (self, error);
  outcome->complete = outcome->verdict == NULL && parlance_decoder_is_complete (self->decoder);
  outcome->finish_reason = g_strdup (parlance_decoder_get_finish_reason (self->decoder));
  outcome->usage = parlance_decoder_get_usage (self->decoder);
  outcome->tool_calls = dup_tool_calls (self->decoder);

  return outcome;
}
