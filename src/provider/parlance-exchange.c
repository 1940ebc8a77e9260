/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-exchange.h"

#include "parlance-judge.h"

#include <string.h>

/* What is read of an answer that is no reply: enough to tell what went wrong. */
#define MAX_ERROR_BODY (64 * 1024)

/* A reply's text is wrapped in some hundred bytes a token. None of it is kept: this only ends what
 * would never end. */
#define MAX_STREAM (16 * (uint64_t) PARLANCE_MAX_REPLY)

/* After [DONE] the service may end the answer, so that the connection can be used again. */
#define LINGER_MS 300

typedef enum
{
  FORMAT_UNKNOWN,
  FORMAT_STREAM,
  FORMAT_DOCUMENT,
  FORMAT_PAGE,
  FORMAT_REFUSAL, /* an error status */
} Format;

typedef struct
{
  const ParlancePreset *preset;
  char                 *token;
  ParlanceDeltaFunc     func;
  gpointer              func_data;
  gboolean              probe;

  GCancellable         *person;  /* the caller's, may be %NULL */
  GCancellable         *inner;   /* the exchange's: cancelled by the former, and when we have all */
  unsigned              linger_id;

  SoupMessage          *head;
  Format                format;
  GString              *body;    /* of all but streams */
  ParlanceSseParser    *parser;
  ParlanceDecoder      *decoder;
  size_t                n_text;  /* bytes given to func */
  unsigned              n_chunks;
  gboolean              too_large;
  gboolean              enough;  /* ended by us, with all that we wanted */
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *self = data;

  g_clear_handle_id (&self->linger_id, g_source_remove);
  if (self->token != NULL)
    explicit_bzero (self->token, strlen (self->token));
  g_free (self->token);
  g_clear_object (&self->person);
  g_clear_object (&self->inner);
  g_clear_object (&self->head);
  g_string_free (self->body, TRUE);
  parlance_sse_parser_free (self->parser);
  parlance_decoder_free (self->decoder);
  g_free (self);
}

char *
parlance_exchange_dup_url (ParlanceAccount *account,
                           const char      *path)
{
  const char *base = parlance_account_get_base_url (account);
  size_t length = strlen (base);

  while (length > 0 && base[length - 1] == '/')
    length--;

  return g_strdup_printf ("%.*s%s", (int) MIN (length, 8192), base, path);
}

static void
on_delta (ParlancePartKind  kind,
          const char       *text,
          size_t            length,
          gpointer          user_data)
{
  Exchange *self = user_data;

  if (self->too_large || g_cancellable_is_cancelled (self->person))
    return;

  if (length > PARLANCE_MAX_REPLY - self->n_text)
    {
      self->too_large = TRUE;
      return;
    }

  self->n_text += length;
  if (self->func != NULL)
    self->func (kind, text, length, self->func_data);
}

static void
on_event (const ParlanceSseEvent *event,
          gpointer                user_data)
{
  Exchange *self = user_data;
  unsigned unparsable = parlance_decoder_get_unparsable (self->decoder);

  if (self->too_large)
    return;

  parlance_decoder_event (self->decoder, event);
  if (parlance_decoder_get_unparsable (self->decoder) == unparsable)
    self->n_chunks++;
  if (parlance_decoder_get_n_tool_bytes (self->decoder) > PARLANCE_MAX_REPLY)
    self->too_large = TRUE;
}

/* An answer is told by its status, its first character and its type, in that order: services give
 * wrong types to right answers. */
static Format
detect_format (SoupMessage *head,
               char         first)
{
  const char *type = soup_message_headers_get_content_type (soup_message_get_response_headers (head),
                                                            NULL);
  gboolean json = g_strcmp0 (type, "application/json") == 0;

  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (head)))
    return FORMAT_REFUSAL;
  if (first == '{' || first == '[')
    return FORMAT_DOCUMENT;
  if (first == '<' || g_strcmp0 (type, "text/html") == 0)
    return FORMAT_PAGE;
  /* "data:", "event:", "id:", "retry:" and comments. */
  if (json && strchr ("deir:", first) == NULL)
    return FORMAT_DOCUMENT;

  return FORMAT_STREAM;
}

static gboolean
on_linger (gpointer user_data)
{
  Exchange *self = user_data;

  self->linger_id = 0;
  self->enough = TRUE;
  g_cancellable_cancel (self->inner);

  return G_SOURCE_REMOVE;
}

/* Ends the exchange from inside its data callback. */
static gboolean
end_exchange (Exchange  *self,
              GError   **error)
{
  self->enough = TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Enough was read");

  return FALSE;
}

static gboolean
take_stream (Exchange    *self,
             const char  *bytes,
             size_t       length,
             GError     **error)
{
  if (self->parser == NULL)
    self->parser = parlance_sse_parser_new (PARLANCE_SSE_MAX_EVENT, on_event, self);

  if (!parlance_sse_parser_feed (self->parser, bytes, length, error))
    return FALSE;

  if (self->too_large || parlance_decoder_get_error (self->decoder) != NULL ||
      (self->probe && self->n_chunks > 0))
    return end_exchange (self, error);

  if (parlance_decoder_get_done (self->decoder) && self->linger_id == 0)
    self->linger_id = g_timeout_add (LINGER_MS, on_linger, self);

  return TRUE;
}

static gboolean
on_data (SoupMessage  *head,
         const char   *bytes,
         size_t        length,
         gpointer      user_data,
         GError      **error)
{
  Exchange *self = user_data;
  size_t cap;

  g_set_object (&self->head, head);

  if (self->format == FORMAT_UNKNOWN)
    {
      const char *first = bytes;

      while (first < bytes + length &&
             (g_ascii_isspace (*first) || strchr ("\xef\xbb\xbf", *first) != NULL))
        first++;

      if (first < bytes + length)
        self->format = detect_format (head, *first);
      else if (self->body->len + length > MAX_ERROR_BODY)
        return end_exchange (self, error);
      else
        {
          g_string_append_len (self->body, bytes, length);
          return TRUE;
        }

      /* Blanks that came before belong to it. */
      if (self->format == FORMAT_STREAM && self->body->len > 0 &&
          !take_stream (self, self->body->str, self->body->len, error))
        return FALSE;
    }

  if (self->format == FORMAT_STREAM)
    return take_stream (self, bytes, length, error);

  /* A whole answer is read in one go, as an event is. */
  cap = self->format == FORMAT_DOCUMENT ? PARLANCE_SSE_MAX_EVENT : MAX_ERROR_BODY;
  g_string_append_len (self->body, bytes, MIN (length, cap - self->body->len));
  if (self->body->len < cap)
    return TRUE;

  self->too_large = self->format == FORMAT_DOCUMENT;

  return end_exchange (self, error);
}

static GStrv
dup_tool_calls (ParlanceDecoder *decoder)
{
  GPtrArray *calls = parlance_decoder_get_tool_calls (decoder);
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  g_auto (GStrv) result = NULL;

  for (unsigned i = 0; i < calls->len; i++)
    {
      ParlanceToolCall *call = g_ptr_array_index (calls, i);

      if (call->name != NULL)
        {
          g_autofree char *text = g_strdup_printf ("%s(%s)", call->name, call->arguments->str);

          g_strv_builder_add (texts, text);
        }
    }

  result = g_strv_builder_end (texts);

  return *result != NULL ? g_steal_pointer (&result) : NULL;
}

/* Whether a good status came with something that no chat service says. */
static gboolean
is_foreign (Exchange *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->head);

  if (self->format == FORMAT_PAGE)
    return TRUE;
  if (self->format == FORMAT_DOCUMENT)
    return parlance_decoder_get_unparsable (self->decoder) > 0;
  if (self->n_chunks > 0)
    return FALSE;
  /* Nothing at all, unless meant so: libsoup takes a head that was cut for a whole one. */
  if (self->format == FORMAT_UNKNOWN &&
      soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return FALSE;

  return g_strcmp0 (soup_message_headers_get_content_type (headers, NULL),
                    "text/event-stream") != 0;
}

/* A stream that ended by itself before its first word: cut on the way, or given up by the service.
 * What has no word because it was no stream of this protocol is something else. */
static gboolean
is_cut_short (Exchange *self)
{
  return self->n_text == 0 && !self->enough &&
         parlance_decoder_get_unparsable (self->decoder) == 0 &&
         parlance_decoder_get_tool_calls (self->decoder)->len == 0 &&
         !parlance_decoder_is_complete (self->decoder);
}

/* (nullable) (transfer full): what went wrong, once the exchange has ended. @error: how, if not
 * well. */
static ParlanceVerdict *
judge (Exchange     *self,
       const GError *error)
{
  SoupMessageHeaders *headers;
  JsonNode *node;
  int status;

  if (self->too_large)
    return parlance_verdict_new (PARLANCE_VERDICT_TOO_LARGE, 0, NULL, NULL);

  /* A refusal whose body did not end well is a refusal. */
  if (self->head == NULL || (error != NULL && self->format != FORMAT_REFUSAL))
    {
      if (error == NULL || parlance_decoder_is_complete (self->decoder))
        return NULL;
      return parlance_judge_error (error, self->token);
    }

  headers = soup_message_get_response_headers (self->head);
  status = soup_message_get_status (self->head);
  node = parlance_decoder_get_error (self->decoder);

  if (!SOUP_STATUS_IS_SUCCESSFUL (status) || (node == NULL && is_foreign (self)))
    return parlance_judge_answer (self->preset, status, headers, self->body->str, self->body->len,
                                  self->token);
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

static void
on_sent (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (ParlanceOutcome) outcome = NULL;
  Exchange *self = g_task_get_task_data (task);

  message = parlance_http_send_finish (PARLANCE_HTTP (source), result, &error);
  g_clear_handle_id (&self->linger_id, g_source_remove);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (message != NULL)
    g_set_object (&self->head, message);
  if (self->enough)
    g_clear_error (&error);

  if (error == NULL && self->format == FORMAT_DOCUMENT && !self->too_large)
    {
      parlance_decoder_document (self->decoder, self->body->str, self->body->len);
      /* The person may have stopped it at the words of this very document. */
      if (g_task_return_error_if_cancelled (task))
        return;
    }

  outcome = g_new0 (ParlanceOutcome, 1);
  outcome->verdict = judge (self, error);
  outcome->complete = outcome->verdict == NULL && parlance_decoder_is_complete (self->decoder);
  outcome->finish_reason = g_strdup (parlance_decoder_get_finish_reason (self->decoder));
  outcome->usage = parlance_decoder_get_usage (self->decoder);
  outcome->tool_calls = dup_tool_calls (self->decoder);

  g_task_return_pointer (task, g_steal_pointer (&outcome), (GDestroyNotify) parlance_outcome_free);
}

void
parlance_exchange_run_async (ParlanceHttp        *http,
                             ParlanceAccount     *account,
                             const char          *token,
                             GBytes              *body,
                             gboolean             probe,
                             ParlanceDeltaFunc    func,
                             gpointer             func_data,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *url = parlance_exchange_dup_url (account, "/chat/completions");
  Exchange *self = g_new0 (Exchange, 1);
  ParlanceHttpRequest request = {
    .method = "POST",
    .url = url,
    .token = token != NULL && *token != '\0' ? token : NULL,
    .body = body,
    .max_body = MAX_STREAM,
  };

  self->preset = parlance_preset_find (parlance_account_get_preset (account));
  self->token = g_strdup (token);
  self->func = func;
  self->func_data = func_data;
  self->probe = probe;
  self->person = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->inner = g_cancellable_new ();
  self->body = g_string_new (NULL);
  self->decoder = parlance_decoder_new (on_delta, self);

  g_task_set_source_tag (task, parlance_exchange_run_async);
  g_task_set_task_data (task, self, exchange_free);

  if (cancellable != NULL)
    {
      g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (g_cancellable_cancel),
                               self->inner, G_CONNECT_SWAPPED);
      if (g_cancellable_is_cancelled (cancellable))
        g_cancellable_cancel (self->inner);
    }

  parlance_http_send_async (http, &request, on_data, self, self->inner, on_sent,
                            g_steal_pointer (&task));
}

ParlanceOutcome *
parlance_exchange_run_finish (GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, parlance_exchange_run_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
