/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-service-private.h"

#include <string.h>

#define CALLS_A_DAY 2000
#define MODEL_CALLS_A_DAY 500

static const char *const models[] = {
  "Qwen/Qwen3-32B",
  "Qwen/Qwen3-8B",
  "Qwen/Qwen3-235B-A22B-Instruct-2507",
  "Qwen/Qwen3-Coder-30B-A3B-Instruct",
  "Qwen/Qwen2.5-VL-72B-Instruct",
  "deepseek-ai/DeepSeek-R1",
  "deepseek-ai/DeepSeek-V3.1",
  "ZhipuAI/GLM-4.5",
  "moonshotai/Kimi-K2-Instruct",
  "MiniMax/MiniMax-M1-80k",
  "test/retired",
  "test/image",
};

/* What this service knows of a chat request. */
typedef struct
{
  const char *model;
  const char *text;         /* of the last user message */
  gboolean    stream;
  gboolean    wants_usage;
} ChatRequest;

char *
test_quote (const char *text)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), text);

  return json_to_string (node, FALSE);
}

gboolean
test_call_answer (TestCall   *call,
                  int         status,
                  const char *headers,
                  const char *body)
{
  size_t length = strlen (body);

  test_call_set_status (call, status);
  test_call_end (call, test_connection_is_gone (call->connection));

  return test_connection_send_head (call->connection, status, headers, length) &&
         test_connection_send_piece (call->connection, body, length);
}

gboolean
test_call_send_event (TestCall   *call,
                      const char *data)
{
  g_autofree char *event = g_strdup_printf ("data: %s\n\n", data);

  return test_connection_send_piece (call->connection, event, strlen (event));
}

gboolean
test_call_send_chunk (TestCall   *call,
                      const char *model,
                      const char *delta,
                      const char *finish_reason,
                      gboolean    zero_usage)
{
  g_autofree char *quoted_model = test_quote (model);
  g_autofree char *quoted_reason = finish_reason ? test_quote (finish_reason) : g_strdup ("null");
  g_autofree char *chunk =
    g_strdup_printf ("{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\","
                     "\"created\":1760000000,\"model\":%s,\"choices\":[{\"index\":0,"
                     "\"delta\":%s,\"finish_reason\":%s,\"logprobs\":null}]%s}",
                     quoted_model, delta, quoted_reason,
                     zero_usage ? ",\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,"
                                  "\"total_tokens\":0}"
                                : "");

  return test_call_send_event (call, chunk);
}

static gboolean
refuse (TestCall   *call,
        int         status,
        const char *message)
{
  g_autofree char *quoted = test_quote (message);
  g_autofree char *request_id = g_uuid_string_random ();
  g_autofree char *body = g_strdup_printf ("{\"error\":{\"message\":%s},\"request_id\":\"%s\"}",
                                           quoted, request_id);

  return test_call_answer (call, status, "Content-Type: application/json\r\n", body);
}

static gboolean
list_models (TestCall *call)
{
  g_autoptr (GString) body = g_string_new ("{\"object\":\"list\",\"data\":[");

  for (size_t i = 0; i < G_N_ELEMENTS (models); i++)
    g_string_append_printf (body, "%s{\"id\":\"%s\",\"object\":\"model\",\"owned_by\":\"\"}",
                            i > 0 ? "," : "", models[i]);
  g_string_append (body, "]}");

  return test_call_answer (call, 200, "Content-Type: application/json\r\n", body->str);
}

static const char *
get_text (JsonNode *content)
{
  JsonArray *parts;

  if (content == NULL || JSON_NODE_HOLDS_VALUE (content))
    return content != NULL ? json_node_get_string (content) : NULL;
  if (!JSON_NODE_HOLDS_ARRAY (content))
    return NULL;

  parts = json_node_get_array (content);
  for (guint i = 0; i < json_array_get_length (parts); i++)
    {
      JsonObject *part = json_array_get_object_element (parts, i);

      if (json_object_has_member (part, "text"))
        return json_object_get_string_member (part, "text");
    }

  return NULL;
}

static const char *
find_last_user_text (JsonObject *root)
{
  JsonArray *messages = json_object_has_member (root, "messages")
                          ? json_object_get_array_member (root, "messages")
                          : NULL;

  for (guint i = messages != NULL ? json_array_get_length (messages) : 0; i > 0; i--)
    {
      JsonObject *message = json_array_get_object_element (messages, i - 1);

      if (g_strcmp0 (json_object_get_string_member_with_default (message, "role", ""), "user") == 0)
        return get_text (json_object_get_member (message, "content"));
    }

  return NULL;
}

/* The head lines that say what is left of today's calls, this one counted. */
static char *
count_call (TestCall   *call,
            const char *model,
            const char *type)
{
  g_autofree char *model_key = g_strdup_printf ("%s %s", call->token, model);
  int used = test_service_count (call->service, call->token);
  int model_used = test_service_count (call->service, model_key);

  return g_strdup_printf ("Content-Type: %s\r\n"
                          "modelscope-ratelimit-requests-limit: %d\r\n"
                          "modelscope-ratelimit-requests-remaining: %d\r\n"
                          "modelscope-ratelimit-model-requests-limit: %d\r\n"
                          "modelscope-ratelimit-model-requests-remaining: %d\r\n",
                          type,
                          CALLS_A_DAY, MAX (0, CALLS_A_DAY - used),
                          MODEL_CALLS_A_DAY, MAX (0, MODEL_CALLS_A_DAY - model_used));
}

/* Streams @reply word by word, with what this service adds: nulls, and a usage of zeros in each
 * delta where the usage was not asked for. */
static gboolean
stream_reply (TestCall          *call,
              const ChatRequest *chat,
              const char        *reply,
              const char        *finish_reason)
{
  g_autofree char *head = count_call (call, chat->model, "text/event-stream");
  gboolean zero_usage = !chat->wants_usage;
  int tokens = 0;

  if (!test_connection_send_head (call->connection, 200, head, -1) ||
      !test_call_send_chunk (call, chat->model, "{\"role\":\"assistant\",\"content\":null}",
                             NULL, zero_usage))
    return FALSE;

  for (const char *word = reply, *end; *word != '\0'; word = end)
    {
      g_autofree char *piece = NULL;
      g_autofree char *quoted = NULL;
      g_autofree char *delta = NULL;

      end = strchr (word + 1, ' ');
      if (end == NULL)
        end = word + strlen (word);

      piece = g_strndup (word, end - word);
      quoted = test_quote (piece);
      delta = g_strdup_printf ("{\"role\":null,\"content\":%s,\"tool_calls\":null,"
                               "\"function_calls\":null}",
                               quoted);
      tokens++;

      if (test_connection_is_gone (call->connection) ||
          !test_call_send_chunk (call, chat->model, delta, NULL, zero_usage))
        return FALSE;
    }

  if (!test_call_send_chunk (call, chat->model, "{\"role\":null,\"content\":\"\"}", finish_reason,
                             zero_usage))
    return FALSE;

  if (chat->wants_usage)
    {
      g_autofree char *usage =
        g_strdup_printf ("{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\","
                         "\"choices\":[],\"usage\":{\"prompt_tokens\":10,"
                         "\"completion_tokens\":%d,\"total_tokens\":%d}}",
                         tokens, tokens + 10);

      if (!test_call_send_event (call, usage))
        return FALSE;
    }

  test_call_end (call, test_connection_is_gone (call->connection));

  return test_call_send_event (call, "[DONE]") && test_connection_send_end (call->connection);
}

static gboolean
answer_reply (TestCall          *call,
              const ChatRequest *chat,
              const char        *reply,
              const char        *finish_reason)
{
  g_autofree char *head = count_call (call, chat->model, "application/json");
  g_autofree char *model = test_quote (chat->model);
  g_autofree char *content = test_quote (reply);
  g_autofree char *body =
    g_strdup_printf ("{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"model\":%s,"
                     "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                     "\"content\":%s},\"finish_reason\":\"%s\"}],"
                     "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":1,"
                     "\"total_tokens\":11}}",
                     model, content, finish_reason);

  return test_call_answer (call, 200, head, body);
}

static gboolean
reply_to_chat (TestCall          *call,
               const ChatRequest *chat)
{
  g_autofree char *reply = call->is_check ? g_strdup ("You")
                                          : g_strdup_printf ("You said: %s", chat->text);
  const char *finish_reason = call->is_check ? "length" : "stop";

  test_call_set_status (call, 200);

  if (!chat->stream)
    return answer_reply (call, chat, reply, finish_reason);

  if (!stream_reply (call, chat, reply, finish_reason))
    {
      test_call_end (call, TRUE);
      return FALSE;
    }

  return TRUE;
}

static gboolean
serve_chat (TestCall *call)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *invalid = NULL;
  JsonNode *root;
  JsonObject *object;
  ChatRequest chat = { 0 };

  if (g_str_has_prefix (call->token, "ms-unbound"))
    return refuse (call, 401, "Please bind your Alibaba Cloud account before use.");
  if (g_str_has_prefix (call->token, "ms-noreal"))
    return refuse (call, 403,
                   "To use API-Inference, please make sure your associated Aliyun account is real "
                   "name verified.");
  if (!g_str_has_prefix (call->token, "ms-valid"))
    return refuse (call, 401,
                   "Authentication failed, please make sure that a valid ModelScope token is "
                   "supplied.");

  if (!json_parser_load_from_data (parser, call->request->body, -1, NULL) ||
      (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return refuse (call, 400, "The request is no JSON object.");

  object = json_node_get_object (root);
  chat.model = json_object_get_string_member_with_default (object, "model", "");
  chat.stream = json_object_get_boolean_member_with_default (object, "stream", FALSE);
  chat.text = find_last_user_text (object);
  chat.wants_usage =
    json_object_has_member (object, "stream_options") &&
    json_object_get_boolean_member_with_default (
      json_object_get_object_member (object, "stream_options"), "include_usage", FALSE);

  if (g_str_equal (chat.model, "test/retired"))
    return refuse (call, 400, "Model id : test/retired , has no provider supported");
  if (g_str_equal (chat.model, "test/image"))
    return refuse (call, 502, "Bad Gateway");
  if (g_str_equal (chat.model, "test/unknown") || strchr (chat.model, '/') == NULL)
    {
      invalid = g_strdup_printf ("Invalid model id: %s", chat.model);
      return refuse (call, 400, invalid);
    }
  if (chat.text == NULL)
    return refuse (call, 400, "messages: a user message with text is missing");

  return reply_to_chat (call, &chat);
}

gboolean
test_modelscope_serve (TestCall *call)
{
  if (call->is_chat)
    return serve_chat (call);
  if (g_str_equal (call->request->method, "GET") &&
      g_str_equal (call->request->path, "/v1/models"))
    return list_models (call);

  return refuse (call, 404, "Not Found");
}
