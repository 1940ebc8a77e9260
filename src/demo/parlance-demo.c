/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-demo.h"

#include "parlance-demo-texts.h"
#include "parlance-json.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* About 60 tokens a second, as a real service has them. */
#define TOKEN_INTERVAL_MS 16
#define TOKEN_BYTES 4

struct _ParlanceDemo
{
  GObject     parent_instance;

  SoupServer *server;
  char       *base_url;
  GPtrArray  *replies; /* element-type Reply: those that stream */
};

G_DEFINE_FINAL_TYPE (ParlanceDemo, parlance_demo, G_TYPE_OBJECT)

/* One answer on its way. */
typedef struct
{
  ParlanceDemo      *demo; /* not owned: it owns the reply */
  SoupServerMessage *message;
  char              *model;
  char              *reasoning;
  char              *answer;
  const char        *next_reasoning;
  const char        *next_answer;
  int                prompt_tokens;
  int                tokens;
  int                reasoning_tokens;
  unsigned           source_id;
  gulong             finished_id;
} Reply;

static void
reply_free (gpointer data)
{
  Reply *reply = data;

  g_clear_handle_id (&reply->source_id, g_source_remove);
  g_clear_signal_handler (&reply->finished_id, reply->message);
  g_object_unref (reply->message);
  g_free (reply->model);
  g_free (reply->reasoning);
  g_free (reply->answer);
  g_free (reply);
}

/* The next token: some bytes, up to the end of a character, a word's end where one is near. */
static size_t
token_length (const char *text)
{
  size_t length = 0;

  while (length < TOKEN_BYTES && text[length] != '\0')
    {
      const char *next = g_utf8_next_char (text + length);

      length = next - text;
      if (next[-1] == ' ' || next[-1] == '\n')
        break;
    }

  return length;
}

static JsonBuilder *
begin_chunk (Reply *reply)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "id");
  json_builder_add_string_value (builder, "chatcmpl-demo");
  json_builder_set_member_name (builder, "object");
  json_builder_add_string_value (builder, "chat.completion.chunk");
  json_builder_set_member_name (builder, "created");
  json_builder_add_int_value (builder, g_get_real_time () / G_USEC_PER_SEC);
  json_builder_set_member_name (builder, "model");
  json_builder_add_string_value (builder, reply->model);
  json_builder_set_member_name (builder, "choices");
  json_builder_begin_array (builder);

  return builder;
}

static void
send_chunk (Reply       *reply,
            JsonBuilder *builder)
{
  SoupMessageBody *body = soup_server_message_get_response_body (reply->message);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;
  char *event;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json = json_generator_to_data (generator, NULL);

  event = g_strdup_printf ("data: %s\n\n", json);
  soup_message_body_append_take (body, (guchar *) event, strlen (event));
}

/* @name and @text: what the delta holds; @finish: how the answer ended; %NULL where not. */
static void
send_delta (Reply      *reply,
            const char *name,
            const char *text,
            size_t      length,
            const char *finish)
{
  g_autoptr (JsonBuilder) builder = begin_chunk (reply);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "index");
  json_builder_add_int_value (builder, 0);
  json_builder_set_member_name (builder, "delta");
  json_builder_begin_object (builder);
  if (name != NULL)
    {
      g_autofree char *piece = g_strndup (text, length);

      json_builder_set_member_name (builder, name);
      json_builder_add_string_value (builder, piece);
    }
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "finish_reason");
  if (finish != NULL)
    json_builder_add_string_value (builder, finish);
  else
    json_builder_add_null_value (builder);
  json_builder_end_object (builder);
  json_builder_end_array (builder);

  send_chunk (reply, builder);
}

static void
send_end (Reply *reply)
{
  SoupMessageBody *body = soup_server_message_get_response_body (reply->message);
  g_autoptr (JsonBuilder) builder = NULL;

  send_delta (reply, NULL, NULL, 0, "stop");

  builder = begin_chunk (reply);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "usage");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "prompt_tokens");
  json_builder_add_int_value (builder, reply->prompt_tokens);
  json_builder_set_member_name (builder, "completion_tokens");
  json_builder_add_int_value (builder, reply->tokens);
  json_builder_set_member_name (builder, "total_tokens");
  json_builder_add_int_value (builder, reply->prompt_tokens + reply->tokens);
  json_builder_set_member_name (builder, "completion_tokens_details");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "reasoning_tokens");
  json_builder_add_int_value (builder, reply->reasoning_tokens);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  send_chunk (reply, builder);

  soup_message_body_append (body, SOUP_MEMORY_STATIC, "data: [DONE]\n\n", 14);
  soup_message_body_complete (body);
}

static gboolean
on_token (gpointer user_data)
{
  Reply *reply = user_data;
  gboolean thinking = *reply->next_reasoning != '\0';
  const char **next = thinking ? &reply->next_reasoning : &reply->next_answer;
  size_t length = token_length (*next);

  if (length == 0)
    {
      reply->source_id = 0;
      send_end (reply);
      soup_server_message_unpause (reply->message);
      return G_SOURCE_REMOVE;
    }

  send_delta (reply, thinking ? "reasoning_content" : "content", *next, length, NULL);
  *next += length;
  reply->tokens++;
  reply->reasoning_tokens += thinking;
  soup_server_message_unpause (reply->message);

  return G_SOURCE_CONTINUE;
}

/* Sent to its end, or the client has gone away. */
static void
on_finished (SoupServerMessage *message,
             Reply             *reply)
{
  g_ptr_array_remove_fast (reply->demo->replies, reply);
}

static void
send_json (SoupServerMessage *message,
           unsigned           status,
           const char        *json)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, json,
                                    strlen (json));
}

static void
on_models (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  send_json (message, SOUP_STATUS_OK,
             "{\"object\":\"list\",\"data\":["
             "{\"id\":\"" PARLANCE_DEMO_MODEL_THINKING "\",\"object\":\"model\"},"
             "{\"id\":\"" PARLANCE_DEMO_MODEL_CHAT "\",\"object\":\"model\"}]}");
}

/* The last message's text; "" where there is none. Belongs to @request. */
static const char *
read_question (JsonNode *request)
{
  JsonNode *messages = parlance_json_member (request, "messages");
  unsigned length = parlance_json_length (messages);
  JsonNode *last = length > 0 ? parlance_json_element (messages, length - 1) : NULL;
  const char *text = parlance_json_string (parlance_json_member (last, "content"));

  return text != NULL ? text : "";
}

static void
on_chat (SoupServer        *server,
         SoupServerMessage *message,
         const char        *path,
         GHashTable        *query,
         gpointer           user_data)
{
  ParlanceDemo *self = PARLANCE_DEMO (user_data);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autoptr (JsonNode) request = NULL;
  const char *question;
  const char *model;
  Reply *reply;

  if (soup_server_message_get_method (message) == SOUP_METHOD_POST && body->length > 0)
    request = parlance_json_parse (body->data, body->length, NULL);

  if (request == NULL || !JSON_NODE_HOLDS_OBJECT (request))
    {
      send_json (message, SOUP_STATUS_BAD_REQUEST,
                 "{\"error\":{\"message\":\"The request is not a chat\"}}");
      return;
    }

  question = read_question (request);
  model = parlance_json_string (parlance_json_member (request, "model"));

  reply = g_new0 (Reply, 1);
  reply->demo = self;
  reply->message = g_object_ref (message);
  reply->model = g_strdup (model != NULL ? model : PARLANCE_DEMO_MODEL_DEFAULT);
  reply->answer = parlance_demo_dup_answer (question);
  reply->reasoning = g_str_equal (reply->model, PARLANCE_DEMO_MODEL_CHAT)
                       ? g_strdup ("") : parlance_demo_dup_reasoning (question);
  reply->next_answer = reply->answer;
  reply->next_reasoning = reply->reasoning;
  reply->prompt_tokens = 1 + MIN (body->length, G_MAXINT / 2) / TOKEN_BYTES;
  g_ptr_array_add (self->replies, reply);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_headers_set_content_type (headers, "text/event-stream", NULL);
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);

  reply->finished_id = g_signal_connect (message, "finished", G_CALLBACK (on_finished), reply);
  reply->source_id = g_timeout_add (TOKEN_INTERVAL_MS, on_token, reply);
  send_delta (reply, "role", "assistant", strlen ("assistant"), NULL);
}

static void
parlance_demo_dispose (GObject *object)
{
  ParlanceDemo *self = PARLANCE_DEMO (object);

  /* Before the server: it would otherwise finish messages whose replies are half gone. */
  g_clear_pointer (&self->replies, g_ptr_array_unref);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_clear_pointer (&self->base_url, g_free);

  G_OBJECT_CLASS (parlance_demo_parent_class)->dispose (object);
}

static void
parlance_demo_class_init (ParlanceDemoClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = parlance_demo_dispose;
}

static void
parlance_demo_init (ParlanceDemo *self)
{
  self->replies = g_ptr_array_new_with_free_func (reply_free);
  self->server = soup_server_new ("server-header", "parlance-demo", NULL);
  soup_server_add_handler (self->server, "/v1/models", on_models, self, NULL);
  soup_server_add_handler (self->server, "/v1/chat/completions", on_chat, self, NULL);
}

ParlanceDemo *
parlance_demo_new (GError **error)
{
  g_autoptr (ParlanceDemo) self = g_object_new (PARLANCE_TYPE_DEMO, NULL);
  GSList *uris;

  if (!soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, error))
    return NULL;

  uris = soup_server_get_uris (self->server);
  self->base_url = g_strdup_printf ("http://127.0.0.1:%d/v1", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return g_steal_pointer (&self);
}

const char *
parlance_demo_get_base_url (ParlanceDemo *self)
{
  g_return_val_if_fail (PARLANCE_IS_DEMO (self), NULL);

  return self->base_url;
}
