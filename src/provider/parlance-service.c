/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-service.h"

#include "parlance-exchange.h"
#include "parlance-json.h"
#include "parlance-judge.h"
#include "parlance-request.h"

#include <string.h>

#define MAX_MODEL_LIST (8 * 1024 * 1024)
#define MAX_MODELS 5000
#define MAX_MODEL_ID 256

void
parlance_outcome_free (ParlanceOutcome *self)
{
  if (self == NULL)
    return;

  g_free (self->finish_reason);
  g_clear_pointer (&self->verdict, parlance_verdict_unref);
  g_strfreev (self->tool_calls);
  g_free (self);
}

typedef struct
{
  ParlanceHttp      *http;
  ParlanceAccount   *account;
  char              *token;
  ParlanceDeltaFunc  func;
  gpointer           func_data;
} Completion;

static void
completion_free (gpointer data)
{
  Completion *self = data;

  g_object_unref (self->http);
  g_object_unref (self->account);
  if (self->token != NULL)
    explicit_bzero (self->token, strlen (self->token));
  g_free (self->token);
  g_free (self);
}

static void
on_exchanged (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  ParlanceOutcome *outcome = parlance_exchange_run_finish (result, &error);

  if (outcome != NULL)
    g_task_return_pointer (task, outcome, (GDestroyNotify) parlance_outcome_free);
  else
    g_task_return_error (task, error);
}

static void
on_encoded (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) body = g_task_propagate_pointer (G_TASK (result), NULL);
  Completion *self = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;

  parlance_exchange_run_async (self->http, self->account, self->token, body, FALSE, self->func,
                               self->func_data, g_task_get_cancellable (task), on_exchanged,
                               g_object_ref (task));
}

static void
encode (GTask        *work,
        gpointer      source,
        gpointer      task_data,
        GCancellable *cancellable)
{
  g_task_return_pointer (work, parlance_request_encode (task_data),
                         (GDestroyNotify) g_bytes_unref);
}

void
parlance_service_complete_async (ParlanceHttp        *http,
                                 ParlanceAccount     *account,
                                 const char          *token,
                                 GPtrArray           *branch,
                                 ParlanceDeltaFunc    func,
                                 gpointer             func_data,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) work = NULL;
  GTask *task;
  Completion *self;

  g_return_if_fail (PARLANCE_IS_HTTP (http));
  g_return_if_fail (PARLANCE_IS_ACCOUNT (account));
  g_return_if_fail (branch != NULL);

  self = g_new0 (Completion, 1);
  self->http = g_object_ref (http);
  self->account = g_object_ref (account);
  self->token = g_strdup (token);
  self->func = func;
  self->func_data = func_data;
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, parlance_service_complete_async);
  g_task_set_task_data (task, self, completion_free);

  work = g_task_new (NULL, NULL, on_encoded, task);
  g_task_set_source_tag (work, encode);
  g_task_set_task_data (work, parlance_request_new_chat (account, branch), NULL);
  g_task_run_in_thread (work, encode);
}

ParlanceOutcome *
parlance_service_complete_finish (GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, parlance_service_complete_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
parlance_service_check_async (ParlanceHttp        *http,
                              ParlanceAccount     *account,
                              const char          *token,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GBytes) body = NULL;

  g_return_if_fail (PARLANCE_IS_HTTP (http));
  g_return_if_fail (PARLANCE_IS_ACCOUNT (account));

  body = parlance_request_encode_check (account);
  parlance_exchange_run_async (http, account, token, body, TRUE, NULL, NULL, cancellable, callback,
                               user_data);
}

gboolean
parlance_service_check_finish (GAsyncResult     *result,
                               ParlanceVerdict **verdict,
                               GError          **error)
{
  g_autoptr (ParlanceOutcome) outcome = parlance_exchange_run_finish (result, error);

  if (verdict != NULL)
    *verdict = NULL;

  if (outcome == NULL)
    return FALSE;
  if (outcome->verdict == NULL)
    return TRUE;

  if (verdict != NULL)
    *verdict = g_steal_pointer (&outcome->verdict);

  return FALSE;
}

static gboolean
collect (SoupMessage  *head,
         const char   *bytes,
         size_t        length,
         gpointer      user_data,
         GError      **error)
{
  g_byte_array_append (user_data, (const guint8 *) bytes, length);

  return TRUE;
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  const char *first = *(const char *const *) a;
  const char *second = *(const char *const *) b;
  int order = g_ascii_strcasecmp (first, second);

  return order != 0 ? order : strcmp (first, second);
}

static gboolean
is_sane_id (const char *id)
{
  if (id == NULL || *id == '\0' || strlen (id) > MAX_MODEL_ID)
    return FALSE;

  for (; *id != '\0'; id++)
    {
      if (!g_ascii_isgraph (*id))
        return FALSE;
    }

  return TRUE;
}

static GStrv
read_models (GByteArray  *body,
             GError     **error)
{
  g_autoptr (JsonNode) node = parlance_json_parse ((const char *) body->data, body->len, error);
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GStrvBuilder) result = g_strv_builder_new ();
  JsonNode *data;
  unsigned length;
  const char *last = NULL;

  if (node == NULL)
    return NULL;

  data = JSON_NODE_HOLDS_ARRAY (node) ? node : parlance_json_member (node, "data");
  if (data == NULL || !JSON_NODE_HOLDS_ARRAY (data))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "The answer is not a list of models");
      return NULL;
    }

  length = MIN (parlance_json_length (data), MAX_MODELS);
  ids = g_ptr_array_sized_new (length);
  for (unsigned i = 0; i < length; i++)
    {
      JsonNode *element = parlance_json_element (data, i);
      const char *id = parlance_json_string (parlance_json_member (element, "id"));

      if (is_sane_id (id))
        g_ptr_array_add (ids, (char *) id);
    }

  g_ptr_array_sort (ids, compare_ids);
  for (unsigned i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);

      if (g_strcmp0 (id, last) != 0)
        g_strv_builder_add (result, id);
      last = id;
    }

  return g_strv_builder_end (result);
}

static void
on_models (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = NULL;
  GByteArray *body = g_task_get_task_data (task);
  GStrv ids;

  message = parlance_http_send_finish (PARLANCE_HTTP (source), result, &error);

  if (message != NULL && soup_message_get_status (message) != SOUP_STATUS_OK)
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "HTTP %u",
                         soup_message_get_status (message));

  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  ids = read_models (body, &error);
  if (ids != NULL)
    g_task_return_pointer (task, ids, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
parlance_service_list_models_async (ParlanceHttp        *http,
                                    ParlanceAccount     *account,
                                    const char          *token,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *url = NULL;
  GByteArray *body;

  g_return_if_fail (PARLANCE_IS_HTTP (http));
  g_return_if_fail (PARLANCE_IS_ACCOUNT (account));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, parlance_service_list_models_async);
  body = g_byte_array_new ();
  g_task_set_task_data (task, body, (GDestroyNotify) g_byte_array_unref);

  url = parlance_exchange_dup_url (account, "/models");
  parlance_http_send_async (http,
                            &(ParlanceHttpRequest) {
                              .method = "GET",
                              .url = url,
                              .token = token != NULL && *token != '\0' ? token : NULL,
                              .max_body = MAX_MODEL_LIST,
                            },
                            collect, body, cancellable, on_models, g_steal_pointer (&task));
}

GStrv
parlance_service_list_models_finish (GAsyncResult  *result,
                                     GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, parlance_service_list_models_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
