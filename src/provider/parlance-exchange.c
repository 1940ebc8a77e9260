/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-exchange-private.h"

#include <string.h>

/* A reply's text is wrapped in some hundred bytes a token. None of it is kept: this only ends what
 * would never end. */
#define MAX_STREAM (16 * (uint64_t) PARLANCE_MAX_REPLY)

/* After [DONE] the service may end the answer, so that the connection can be used again. */
#define LINGER_MS 300

/* What takes longer to read than the main loop may be held up for, with a good margin. */
#define LARGE (256 * 1024)

static void
exchange_free (gpointer data)
{
  ParlanceExchange *self = data;

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
on_event (const ParlanceSseEvent *event,
          gpointer                user_data)
{
  ParlanceExchange *self = user_data;
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
static ParlanceFormat
detect_format (SoupMessage *head,
               char         first)
{
  const char *type = soup_message_headers_get_content_type (soup_message_get_response_headers (head),
                                                            NULL);
  gboolean json = g_strcmp0 (type, "application/json") == 0;

  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (head)))
    return PARLANCE_FORMAT_REFUSAL;
  if (first == '{' || first == '[')
    return PARLANCE_FORMAT_DOCUMENT;
  if (first == '<' || g_strcmp0 (type, "text/html") == 0)
    return PARLANCE_FORMAT_PAGE;
  /* "data:", "event:", "id:", "retry:" and comments. */
  if (json && strchr ("deir:", first) == NULL)
    return PARLANCE_FORMAT_DOCUMENT;

  return PARLANCE_FORMAT_STREAM;
}

static gboolean
on_linger (gpointer user_data)
{
  ParlanceExchange *self = user_data;

  self->linger_id = 0;
  self->enough = TRUE;
  g_cancellable_cancel (self->inner);

  return G_SOURCE_REMOVE;
}

/* Ends the exchange from inside its data callback. */
static gboolean
end_exchange (ParlanceExchange *self,
              GError   **error)
{
  self->enough = TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Enough was read");

  return FALSE;
}

/* FALSE: the exchange is to end, after what was read. */
static gboolean
look_at_state (ParlanceExchange  *self,
               GError           **error)
{
  if (self->too_large || parlance_decoder_get_error (self->decoder) != NULL ||
      (self->probe && self->n_chunks > 0))
    return end_exchange (self, error);

  if (parlance_decoder_get_done (self->decoder) && self->linger_id == 0)
    self->linger_id = g_timeout_add (LINGER_MS, on_linger, self);

  return TRUE;
}

static void
on_stream_read (GTask  *task,
                GError *error)
{
  ParlanceExchange *self = g_task_get_task_data (task);

  if (error == NULL)
    look_at_state (self, &error);
  parlance_http_resume (self->head, error);
}

static gboolean
take_stream (ParlanceExchange  *self,
             const char        *bytes,
             size_t             length,
             GError           **error)
{
  if (self->parser == NULL)
    self->parser = parlance_sse_parser_new (PARLANCE_SSE_MAX_EVENT, on_event, self);

  /* It is over, but for the end of the answer. */
  if (parlance_decoder_get_done (self->decoder))
    return TRUE;

  /* What only adds to an event costs nothing; what may end it is waited for. */
  if (parlance_sse_parser_get_begun (self->parser) > LARGE &&
      (memchr (bytes, '\n', length) != NULL || memchr (bytes, '\r', length) != NULL))
    {
      g_autoptr (GBytes) piece = g_bytes_new (bytes, length);

      parlance_http_hold (self->head);
      parlance_exchange_read_in_thread (self->task, piece, on_stream_read);
      return TRUE;
    }

  return parlance_sse_parser_feed (self->parser, bytes, length, error) &&
         look_at_state (self, error);
}

static gboolean
on_data (SoupMessage  *head,
         const char   *bytes,
         size_t        length,
         gpointer      user_data,
         GError      **error)
{
  ParlanceExchange *self = user_data;
  size_t cap;

  g_set_object (&self->head, head);

  if (self->format == PARLANCE_FORMAT_UNKNOWN)
    {
      const char *first = bytes;

      while (first < bytes + length &&
             (g_ascii_isspace (*first) || strchr ("\xef\xbb\xbf", *first) != NULL))
        first++;

      if (first < bytes + length)
        self->format = detect_format (head, *first);
      else if (self->body->len + length > PARLANCE_MAX_ERROR_BODY)
        return end_exchange (self, error);
      else
        {
          g_string_append_len (self->body, bytes, length);
          return TRUE;
        }

      /* Blanks that came before belong to it. */
      if (self->format == PARLANCE_FORMAT_STREAM && self->body->len > 0 &&
          !take_stream (self, self->body->str, self->body->len, error))
        return FALSE;
    }

  if (self->format == PARLANCE_FORMAT_STREAM)
    return take_stream (self, bytes, length, error);

  /* A whole answer is read in one go, as an event is. */
  cap = self->format == PARLANCE_FORMAT_DOCUMENT ? PARLANCE_SSE_MAX_EVENT : PARLANCE_MAX_ERROR_BODY;
  g_string_append_len (self->body, bytes, MIN (length, cap - self->body->len));
  if (self->body->len < cap)
    return TRUE;

  self->too_large = self->format == PARLANCE_FORMAT_DOCUMENT;

  return end_exchange (self, error);
}

/* @error: (nullable) (transfer full) */
static void
conclude (GTask  *task,
          GError *error)
{
  g_autoptr (GError) reason = error;
  ParlanceExchange *self = g_task_get_task_data (task);

  /* The person may have stopped it at the last of its words. */
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, parlance_exchange_judge (self, reason),
                           (GDestroyNotify) parlance_outcome_free);
}

static void
on_sent (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = NULL;
  ParlanceExchange *self = g_task_get_task_data (task);

  message = parlance_http_send_finish (PARLANCE_HTTP (source), result, &error);
  g_clear_handle_id (&self->linger_id, g_source_remove);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (message != NULL)
    g_set_object (&self->head, message);
  if (self->enough)
    g_clear_error (&error);

  if (error == NULL && self->format == PARLANCE_FORMAT_DOCUMENT && !self->too_large)
    parlance_exchange_read_in_thread (task, NULL, conclude);
  else
    conclude (task, g_steal_pointer (&error));
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
  ParlanceExchange *self = g_new0 (ParlanceExchange, 1);
  ParlanceHttpRequest request = {
    .method = "POST",
    .url = url,
    .token = token != NULL && *token != '\0' ? token : NULL,
    .body = body,
    .max_body = MAX_STREAM,
  };

  self->task = task;
  self->preset = parlance_preset_find (parlance_account_get_preset (account));
  self->token = g_strdup (token);
  self->func = func;
  self->func_data = func_data;
  self->probe = probe;
  self->person = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->inner = g_cancellable_new ();
  self->body = g_string_new (NULL);
  self->decoder = parlance_decoder_new (parlance_exchange_take_delta, self);

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
