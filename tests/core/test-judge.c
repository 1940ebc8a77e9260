/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-judge.h"

#include "parlance-http.h"
#include "parlance-json.h"
#include "parlance-words.h"

#include <string.h>

#define TOKEN "ms-0123456789abcdef"

typedef struct
{
  int                  status;
  const char          *body;
  ParlanceVerdictKind  kind;
  const char          *words; /* a part of them; NULL: there are none */
} Case;

static const Case modelscope[] = {
  { 401, "{\"error\":{\"message\":\"Authentication failed, please make sure that a valid ModelScope "
         "token is supplied.\"},\"request_id\":\"r-1\"}",
    PARLANCE_VERDICT_WRONG_TOKEN, "valid ModelScope token" },
  { 401, "{\"error\":{\"message\":\"Please bind your Alibaba Cloud account before use.\"},"
         "\"request_id\":\"r-1\"}",
    PARLANCE_VERDICT_BIND_ACCOUNT, "bind your Alibaba" },
  { 401, "", PARLANCE_VERDICT_WRONG_TOKEN, NULL },
  { 403, "{\"error\":{\"message\":\"To use API-Inference, please make sure your associated Aliyun "
         "account is real name verified.\"}}",
    PARLANCE_VERDICT_REAL_NAME, "real name" },
  { 403, "{\"error\":{\"message\":\"You have no permission to use this premium model.\"}}",
    PARLANCE_VERDICT_NO_PERMISSION, "premium" },
  { 400, "{\"error\":{\"message\":\"Model id : a/b , has no provider supported\"}}",
    PARLANCE_VERDICT_MODEL_NOT_SERVED, "no provider" },
  { 400, "{\"error\":{\"message\":\"Invalid model id: abc\"}}",
    PARLANCE_VERDICT_WRONG_MODEL, "abc" },
  { 404, "{\"error\":{\"message\":\"The model 'x/y' does not exist.\"}}",
    PARLANCE_VERDICT_WRONG_MODEL, "x/y" },
  { 429, "{\"errors\":{\"message\":\"You have exceeded today's quota for model a/b, please try again "
         "tomorrow, or consider using other models\"}}",
    PARLANCE_VERDICT_QUOTA_MODEL_DAY, "a/b" },
  { 429, "{\"errors\":{\"message\":\"You have exceeded today's quota, please try again tomorrow\"}}",
    PARLANCE_VERDICT_QUOTA_DAY, "tomorrow" },
  { 429, "{\"error\":{\"message\":\"Your quota is used up\"}}",
    PARLANCE_VERDICT_QUOTA_DAY, "used up" },
  { 429, "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"You exceeded your current quota, "
         "please check your plan\"}}",
    PARLANCE_VERDICT_TOO_FAST, "current quota" },
  { 429, "", PARLANCE_VERDICT_TOO_FAST, NULL },
  { 429, "{\"error\":\"Too many requests\"}", PARLANCE_VERDICT_TOO_FAST, "Too many" },
  { 502, "{\"error\":{\"message\":\"bad gateway\"}}", PARLANCE_VERDICT_WRONG_TASK, "bad gateway" },
  { 502, "<html><body>Bad Gateway</body></html>", PARLANCE_VERDICT_SERVER, "Bad Gateway" },
  { 500, "", PARLANCE_VERDICT_SERVER, NULL },
  { 503, "<html><head><title>503</title><style>a{b:c}</style></head><body><h1>Busy &amp; "
         "sorry</h1><script>if (a<b) x()</script></body></html>",
    PARLANCE_VERDICT_SERVER, "503 Busy & sorry" },
  { 400, "{\"code\":20012,\"message\":\"Model does not exist\",\"data\":null}",
    PARLANCE_VERDICT_WRONG_MODEL, "does not exist" },
  { 400, "{\"error\":\"a string\"}", PARLANCE_VERDICT_BAD_REQUEST, "a string" },
  { 400, "not json at all", PARLANCE_VERDICT_BAD_REQUEST, "not json at all" },
  { 400, "data: {\"error\":{\"message\":\"Invalid model id: q\"}}\n\n",
    PARLANCE_VERDICT_WRONG_MODEL, "q" },
  { 418, "[[[[", PARLANCE_VERDICT_BAD_REQUEST, "[[[[" },
};

static const Case custom[] = {
  { 429, "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"You exceeded your current "
         "quota\"}}",
    PARLANCE_VERDICT_NO_BALANCE, "current quota" },
  { 429, "{\"error\":{\"message\":\"Rate limit reached for requests per minute\"}}",
    PARLANCE_VERDICT_TOO_FAST, "per minute" },
  { 402, "{\"error\":{\"message\":\"Insufficient Balance\"}}", PARLANCE_VERDICT_NO_BALANCE,
    "Insufficient" },
  { 502, "", PARLANCE_VERDICT_SERVER, NULL },
  { 401, "{\"error\":{\"message\":\"Incorrect API key provided: " TOKEN ".\"}}",
    PARLANCE_VERDICT_WRONG_TOKEN, "provided: •••." },
  { 400, "{\"error\":{\"message\":\"API key not valid\",\"status\":\"INVALID_ARGUMENT\"}}",
    PARLANCE_VERDICT_WRONG_TOKEN, "not valid" },
  { 403, "{\"code\":\"AccessDenied.Unpurchased\",\"message\":\"Access to model denied.\"}",
    PARLANCE_VERDICT_NO_PERMISSION, "denied" },
  { 404, "{\"detail\":\"Not Found\"}", PARLANCE_VERDICT_BAD_REPLY, "Not Found" },
  { 404, "<!DOCTYPE html><title>Not here</title>", PARLANCE_VERDICT_BAD_REPLY, "Not here" },
  { 404, "{\"error\":\"model \\\"x\\\" not found, try pulling it first\"}",
    PARLANCE_VERDICT_WRONG_MODEL, "pulling" },
  { 400, "{\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"Please reduce\"}}",
    PARLANCE_VERDICT_TOO_LONG, "reduce" },
  { 413, "", PARLANCE_VERDICT_TOO_LONG, NULL },
  { 400, "{\"error\":{\"code\":\"data_inspection_failed\",\"message\":\"Input data may contain "
         "inappropriate content.\"}}",
    PARLANCE_VERDICT_FILTERED, "inappropriate" },
  { 422, "{\"detail\":[{\"msg\":\"field required\"}]}", PARLANCE_VERDICT_BAD_REQUEST,
    "field required" },
  { 302, "", PARLANCE_VERDICT_REDIRECTED, NULL },
  { 200, "<html><body>Log in to the network</body></html>", PARLANCE_VERDICT_BAD_REPLY,
    "Log in to the network" },
};

static const Case inside[] = {
  { 200, "{\"error\":{\"code\":429,\"message\":\"slow down\"}}", PARLANCE_VERDICT_TOO_FAST,
    "slow down" },
  { 200, "{\"error\":{\"code\":\"502\",\"message\":\"upstream\"}}", PARLANCE_VERDICT_SERVER,
    "upstream" },
  { 200, "{\"errors\":{\"message\":\"Model id : X , has no provider supported\"}}",
    PARLANCE_VERDICT_MODEL_NOT_SERVED, "no provider" },
  { 200, "{\"choices\":null}", PARLANCE_VERDICT_OTHER, NULL },
  { 200, "{\"error\":{\"type\":\"server_error\"}}", PARLANCE_VERDICT_SERVER, "server_error" },
  { 200, "{\"code\":\"x\",\"message\":\"The system is busy\"}", PARLANCE_VERDICT_SERVER, "busy" },
};

static void
check_verdict (const Case            *it,
               const ParlanceVerdict *verdict)
{
  g_test_message ("%d %s", it->status, it->body);
  g_assert_cmpstr (parlance_verdict_kind_to_nick (verdict->kind), ==,
                   parlance_verdict_kind_to_nick (it->kind));
  g_assert_cmpint (verdict->status, ==, it->status);

  if (it->words == NULL)
    {
      g_assert_null (verdict->words);
      return;
    }

  g_assert_nonnull (verdict->words);
  g_assert_nonnull (strstr (verdict->words, it->words));
  g_assert_null (strstr (verdict->words, TOKEN));
}

static void
check_answers (const char *preset,
               const Case *cases,
               size_t      n_cases)
{
  for (size_t i = 0; i < n_cases; i++)
    {
      g_autoptr (ParlanceVerdict) verdict =
        parlance_judge_answer (parlance_preset_find (preset), cases[i].status, NULL,
                               cases[i].body, strlen (cases[i].body), TOKEN);

      check_verdict (&cases[i], verdict);
    }
}

static void
test_modelscope (void)
{
  check_answers ("modelscope", modelscope, G_N_ELEMENTS (modelscope));
}

static void
test_custom (void)
{
  check_answers ("custom", custom, G_N_ELEMENTS (custom));
}

static void
test_inside (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (inside); i++)
    {
      g_autoptr (JsonNode) node = parlance_json_parse (inside[i].body, -1, NULL);
      g_autoptr (ParlanceVerdict) verdict =
        parlance_judge_node (parlance_preset_find ("custom"), 200, NULL, node, TOKEN);

      check_verdict (&inside[i], verdict);
    }
}

static void
test_headers (void)
{
  static const struct { const char *name; const char *value; double seconds; } cases[] = {
    { "Retry-After", "7", 7 },
    { "Retry-After", "1.5", 1.5 },
    { "retry-after-ms", "250", 0.25 },
    { "Retry-After", "-3", -1 },
    { "Retry-After", "soon", -1 },
    { "Retry-After", "nan", -1 },
    { "Retry-After", "inf", -1 },
    { "Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT", 0 },
    { "X-Other", "1", -1 },
  };
  const ParlancePreset *preset = parlance_preset_find ("modelscope");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SoupMessageHeaders) headers =
        soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
      g_autoptr (ParlanceVerdict) verdict = NULL;

      soup_message_headers_append (headers, cases[i].name, cases[i].value);
      soup_message_headers_append (headers, "X-Request-Id", "h-1");
      verdict = parlance_judge_answer (preset, 429, headers, "", 0, NULL);
      g_test_message ("%s: %s", cases[i].name, cases[i].value);
      g_assert_cmpfloat_with_epsilon (verdict->retry_after, cases[i].seconds, 0.001);
      g_assert_cmpstr (verdict->request_id, ==, "h-1");
    }

  /* A date ahead. */
  {
    g_autoptr (SoupMessageHeaders) headers =
      soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
    g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
    g_autoptr (GDateTime) then = g_date_time_add_seconds (now, 100);
    g_autofree char *text = soup_date_time_to_string (then, SOUP_DATE_HTTP);
    g_autoptr (ParlanceVerdict) verdict = NULL;

    soup_message_headers_append (headers, "Retry-After", text);
    verdict = parlance_judge_answer (preset, 503, headers, NULL, 0, NULL);
    g_assert_cmpfloat (verdict->retry_after, >, 90);
    g_assert_cmpfloat (verdict->retry_after, <=, 100);
  }

  /* The service's count of what is left is the truth about an ambiguous refusal. */
  {
    g_autoptr (SoupMessageHeaders) headers =
      soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
    g_autoptr (ParlanceVerdict) verdict = NULL;

    soup_message_headers_append (headers, "modelscope-ratelimit-model-requests-remaining", "0");
    soup_message_headers_append (headers, "modelscope-ratelimit-requests-remaining", "12");
    verdict = parlance_judge_answer (preset, 429, headers, NULL, 0, NULL);
    g_assert_cmpint (verdict->kind, ==, PARLANCE_VERDICT_QUOTA_MODEL_DAY);
  }
}

static void
test_request_id (void)
{
  static const char *const bodies[] = {
    "{\"error\":{\"message\":\"x\"},\"request_id\":\"r-1\"}",
    "{\"error\":{\"message\":\"x\",\"request_id\":\"r-1\"}}",
    "{\"message\":\"x\",\"requestId\":\"r-1\"}",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (ParlanceVerdict) verdict =
        parlance_judge_answer (NULL, 500, NULL, bodies[i], strlen (bodies[i]), NULL);
      g_autofree char *details = parlance_verdict_dup_details (verdict);

      g_assert_cmpstr (verdict->request_id, ==, "r-1");
      g_assert_cmpstr (details, ==, "x\nHTTP 500\nRequest ID: r-1");
    }
}

static void
test_hostile_words (void)
{
  static const char nasty[] = "a\x01\x1b[31mb\xe2\x80\xae" "c\xff\n\td <!-- \xc2\x85 " TOKEN;
  g_autofree char *many = g_strnfill (100000, 'x');
  g_autoptr (GString) repeated = g_string_new (NULL);
  g_autoptr (ParlanceVerdict) verdict = NULL;

  verdict = parlance_judge_answer (NULL, 500, NULL, nasty, strlen (nasty), TOKEN);
  g_assert_cmpstr (verdict->words, ==, "a[31mbc\xef\xbf\xbd d <!-- •••");
  g_clear_pointer (&verdict, parlance_verdict_unref);

  verdict = parlance_judge_answer (NULL, 500, NULL, many, strlen (many), TOKEN);
  g_assert_cmpuint (strlen (verdict->words), <=, 2048);
  g_clear_pointer (&verdict, parlance_verdict_unref);

  /* A token that the cut would go through leaves nothing behind. */
  for (int i = 0; i < 300; i++)
    g_string_append (repeated, TOKEN "é");
  verdict = parlance_judge_answer (NULL, 500, NULL, repeated->str, repeated->len, TOKEN);
  g_assert_null (strstr (verdict->words, "ms-"));
  g_assert_true (g_utf8_validate (verdict->words, -1, NULL));
  g_assert_cmpuint (strlen (verdict->words), <=, 2048);
  g_clear_pointer (&verdict, parlance_verdict_unref);

  verdict = parlance_judge_answer (NULL, 500, NULL, "\0\0\0", 3, TOKEN);
  g_assert_cmpint (verdict->kind, ==, PARLANCE_VERDICT_SERVER);
}

/* In whatever way a service gives the token back: at most seven characters in a row are left. */
static void
test_masked_words (void)
{
  static const char token[] = "ms-9c1e7F40/b2+d5-4a83_be6f";
  /* "Basic" logins of one, two and three letters before it: each shifts the bits. */
  static const char *const users[] = { "", "a:", "ab:", "user:" };
  static const struct { const char *text; const char *words; } cases[] = {
    { "key ms-9c1e7F40/b2+d5-4a83_be6f!", "key •••!" },
    { "key ms-9c1e7F40/b2…", "key •••…" },
    { "key …d5-4a83_be6f", "key …•••" },
    { "key ms-9c1e****be6f", "key ms-9c1e****be6f" },
    { "ms-9c1e7F40/b2+d5-4a83_be6fms-9c1e7F40/b2+d5-4a83_be6f", "•••" },
    { "ms-9c1e7F40 and 4a83_be6f", "••• and •••" },
    { "host MS-9C1E7f40.example.com", "host •••.example.com" },
    { "?k=ms-9c1e7F40%2Fb2%2Bd5-4a83_be6f&x", "?k=•••&x" },
    { "?k=ms-9c1e7F40%2fb2%2bd5-4a83_be6f&x", "?k=•••&x" },
    { "%6d%73%2D%39%63%31%65%37%46%34%30", "•••" },
    { "é中ms-9c1e7F40中é", "é中•••中é" },
    { "nothing of it", "nothing of it" },
    { "ms-9c1e", "ms-9c1e" },
  };
  unsigned tried = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++, tried++)
    {
      g_autofree char *words = parlance_words_clean (cases[i].text, -1, token);

      g_assert_cmpstr (words, ==, cases[i].words);
    }

  for (size_t i = 0; i < G_N_ELEMENTS (users); i++)
    for (int url = 0; url < 2; url++, tried++)
      {
        g_autofree char *plain = g_strconcat (users[i], token, " tail", NULL);
        g_autofree char *encoded = g_base64_encode ((const guchar *) plain, strlen (plain));
        g_autofree char *words = NULL;

        if (url)
          g_strdelimit (g_strdelimit (encoded, "+", '-'), "/", '_');
        words = parlance_words_clean (encoded, -1, token);
        /* What stands before and after it is not of the token. */
        g_assert_nonnull (strstr (words, "•••"));
        g_assert_cmpuint (strlen (words), <, strlen ("•••") + 24);
      }

  /* One that is hardly a token is masked as a whole. */
  {
    g_autofree char *words = parlance_words_clean ("abc ab abcd", -1, "abc");

    g_assert_cmpstr (words, ==, "••• ab •••d");
  }
  g_test_message ("tried ways to repeat the token: %u, held %u, lost 0", tried, tried);
}

/* What a service may put into an answer of many megabytes holds nobody up, and where it is cut no
 * part of a token stays. */
static void
test_endless_words (void)
{
  g_autoptr (GString) blanks = g_string_new (NULL);
  g_autoptr (GString) tokens = g_string_new (NULL);
  int64_t start = g_get_monotonic_time ();

  while (tokens->len < 16 * 1024 * 1024)
    g_string_append (tokens, TOKEN " ");
  for (size_t i = 0; i <= 64 * 1024; i++)
    g_string_append_c (blanks, ' ');

  for (size_t i = 0; i <= strlen (TOKEN); i++)
    {
      g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
      g_autoptr (ParlanceVerdict) verdict = NULL;
      JsonObject *object = json_object_new ();

      json_node_take_object (node, object);
      memcpy (blanks->str + 64 * 1024 - i, TOKEN, i);
      json_object_set_string_member (object, "message", i == 0 ? tokens->str : blanks->str);
      json_object_set_string_member (object, "code", tokens->str);
      verdict = parlance_judge_node (NULL, 200, NULL, node, TOKEN);

      if (i == 0)
        g_assert_true (g_str_has_prefix (verdict->words, "••• ••• "));
      else if (verdict->words != NULL)
        g_assert_null (strstr (verdict->words, "ms-"));
    }

  g_assert_cmpfloat ((g_get_monotonic_time () - start) / (double) G_USEC_PER_SEC, <, 10);
}

static void
test_errors (void)
{
  static const struct { int code; ParlanceVerdictKind kind; } cases[] = {
    { PARLANCE_HTTP_ERROR_RESOLVE, PARLANCE_VERDICT_NAME_NOT_FOUND },
    { PARLANCE_HTTP_ERROR_REFUSED, PARLANCE_VERDICT_REFUSED },
    { PARLANCE_HTTP_ERROR_CONNECT, PARLANCE_VERDICT_NO_NETWORK },
    { PARLANCE_HTTP_ERROR_TLS, PARLANCE_VERDICT_TLS },
    { PARLANCE_HTTP_ERROR_TLS_DATE, PARLANCE_VERDICT_TLS_DATE },
    { PARLANCE_HTTP_ERROR_TLS_HOST, PARLANCE_VERDICT_TLS_HOST },
    { PARLANCE_HTTP_ERROR_TLS_SELF_SIGNED, PARLANCE_VERDICT_TLS_SELF_SIGNED },
    { PARLANCE_HTTP_ERROR_TLS_UNKNOWN_CA, PARLANCE_VERDICT_TLS_UNKNOWN_CA },
    { PARLANCE_HTTP_ERROR_PROXY, PARLANCE_VERDICT_PROXY },
    { PARLANCE_HTTP_ERROR_PROXY_LOGIN, PARLANCE_VERDICT_PROXY_LOGIN },
    { PARLANCE_HTTP_ERROR_REDIRECT, PARLANCE_VERDICT_REDIRECTED },
    { PARLANCE_HTTP_ERROR_FIRST_BYTE, PARLANCE_VERDICT_TIMEOUT },
    { PARLANCE_HTTP_ERROR_STALLED, PARLANCE_VERDICT_TIMEOUT },
    { PARLANCE_HTTP_ERROR_TOO_LARGE, PARLANCE_VERDICT_TOO_LARGE },
    { PARLANCE_HTTP_ERROR_BROKEN, PARLANCE_VERDICT_NO_NETWORK },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error =
        g_error_new_literal (PARLANCE_HTTP_ERROR, cases[i].code, "words " TOKEN);
      g_autoptr (ParlanceVerdict) verdict = parlance_judge_error (error, TOKEN);

      g_assert_cmpint (verdict->kind, ==, cases[i].kind);
      g_assert_cmpstr (verdict->words, ==, "words •••");
    }
}

static void
test_texts (void)
{
  const ParlancePreset *preset = parlance_preset_find ("modelscope");

  for (int kind = PARLANCE_VERDICT_OTHER; kind <= PARLANCE_VERDICT_FILTERED; kind++)
    {
      g_autoptr (ParlanceVerdict) verdict = parlance_verdict_new (kind, 0, NULL, NULL);
      g_autofree char *details = parlance_verdict_dup_details (verdict);
      const char *title = parlance_verdict_get_title (verdict);
      const char *advice = parlance_verdict_get_advice (verdict);

      g_assert_cmpstr (details, ==, "");
      g_assert_false (g_str_has_suffix (title, "."));
      g_assert_true (g_str_has_suffix (advice, "."));
      /* Every kind has words of its own. */
      for (int before = 0; before < kind; before++)
        {
          g_autoptr (ParlanceVerdict) other = parlance_verdict_new (before, 0, NULL, NULL);

          g_assert_cmpstr (title, !=, parlance_verdict_get_title (other));
          g_assert_cmpstr (advice, !=, parlance_verdict_get_advice (other));
        }
      if (parlance_verdict_get_remedy (verdict) == PARLANCE_REMEDY_OPEN_URL)
        {
          g_assert_nonnull (parlance_verdict_get_url (verdict, preset));
          g_assert_nonnull (parlance_verdict_get_url (verdict, parlance_preset_find ("custom")));
          g_assert_nonnull (parlance_verdict_get_url (verdict, NULL));
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/judge/modelscope", test_modelscope);
  g_test_add_func ("/judge/custom", test_custom);
  g_test_add_func ("/judge/inside", test_inside);
  g_test_add_func ("/judge/headers", test_headers);
  g_test_add_func ("/judge/request-id", test_request_id);
  g_test_add_func ("/judge/hostile-words", test_hostile_words);
  g_test_add_func ("/judge/masked-words", test_masked_words);
  g_test_add_func ("/judge/endless-words", test_endless_words);
  g_test_add_func ("/judge/errors", test_errors);
  g_test_add_func ("/judge/texts", test_texts);

  return g_test_run ();
}
