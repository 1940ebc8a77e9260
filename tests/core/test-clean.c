/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-clean.h"
#include "parlance-preset.h"

#include <string.h>

typedef struct
{
  const char *text;
  const char *result; /* NULL: refused */
} Case;

static const Case tokens[] = {
  { NULL, "" },
  { "", "" },
  { " \n\t", "" },
  { "ms-1234abcd", "ms-1234abcd" },
  { "  ms-1234abcd\r\n", "ms-1234abcd" },
  { "ms-1234\r\nabcd", "ms-1234abcd" },
  { "ms-1234 abcd", "ms-1234abcd" },
  { "\xc2\xa0ms-1234abcd\xe3\x80\x80", "ms-1234abcd" },
  { "\xef\xbb\xbfms-12\xe2\x80\x8b" "34abcd\xe2\x80\xae", "ms-1234abcd" },
  { "\"ms-1234abcd\"", "ms-1234abcd" },
  { "'ms-1234abcd',", "ms-1234abcd" },
  { "\xe2\x80\x9cms-1234abcd\xe2\x80\x9d", "ms-1234abcd" },
  { "`ms-1234abcd`", "ms-1234abcd" },
  { "Bearer ms-1234abcd", "ms-1234abcd" },
  { "bearer   ms-1234abcd ", "ms-1234abcd" },
  { "BEARER\xc2\xa0ms-1234abcd", "ms-1234abcd" },
  { "\"Bearer ms-1234abcd\"", "ms-1234abcd" },
  { "Bearer \"ms-1234abcd\"", "ms-1234abcd" },
  { "Authorization: Bearer ms-1234abcd\r\n", "ms-1234abcd" },
  { "authorization:bearer ms-1234abcd", "ms-1234abcd" },
  { "'Authorization: Bearer ms-1234abcd'", "ms-1234abcd" },
  { "Bearer", "" },
  { "Bearer ", "" },
  { "bearers-1234", "bearers-1234" },
  { "ms-\x01\x02\x7f" "1234", "ms-1234" },
  { "ms-\xff\xfe" "1234\xc3", "ms-1234" },
  { "sk-or-v1-a/b+c==", "sk-or-v1-a/b+c==" },
};

static const Case model_ids[] = {
  { "Qwen/Qwen3-32B", "Qwen/Qwen3-32B" },
  { "  Qwen/Qwen3-32B \r\n", "Qwen/Qwen3-32B" },
  { "\xe2\x80\x8bQwen/Qwen3-32B\xc2\xa0", "Qwen/Qwen3-32B" },
  { "\"Qwen/Qwen3-32B\",", "Qwen/Qwen3-32B" },
  { "Qwen/Qwen3-32B/", "Qwen/Qwen3-32B" },
  { "Qwen/Qwen3-32B:DashScope", "Qwen/Qwen3-32B:DashScope" },
  { "llama3.2:3b", "llama3.2:3b" },
  { "gpt-4o_mini", "gpt-4o_mini" },
  { "https://modelscope.cn/models/Qwen/Qwen3-32B", "Qwen/Qwen3-32B" },
  { "https://www.modelscope.cn/models/Qwen/Qwen3-32B/", "Qwen/Qwen3-32B" },
  { "https://modelscope.cn/models/Qwen/Qwen3-32B/summary", "Qwen/Qwen3-32B" },
  { "https://modelscope.cn/models/Qwen/Qwen3-32B/files?version=master", "Qwen/Qwen3-32B" },
  { "https://modelscope.cn/models/Qwen/Qwen3-32B?tab=api#top", "Qwen/Qwen3-32B" },
  { "https://modelscope.ai/models/zai-org/GLM-4.5", "zai-org/GLM-4.5" },
  { "HTTPS://WWW.ModelScope.AI/models/zai-org/GLM-4.5", "zai-org/GLM-4.5" },
  { "modelscope.cn/models/Qwen/Qwen3-32B", "Qwen/Qwen3-32B" },
  { "https://modelscope.cn/models/Qwen/Qwen3%2D32B", "Qwen/Qwen3-32B" },
  { NULL, NULL },
  { "", NULL },
  { " \n ", NULL },
  { "Qwen/Qwen3:a:b", NULL },
  { "Qwen/", "Qwen" },
  { "/Qwen3", NULL },
  { "/", NULL },
  { ":a", NULL },
  { "a:", NULL },
  { "Qwen/:a", NULL },
  { "a:b/c", NULL },
  { "accounts/fireworks/models/qwen3-32b", "accounts/fireworks/models/qwen3-32b" },
  { "a//c", NULL },
  { "a/b/", "a/b" },
  { "Qwen/Qwen3 32B", NULL },
  { "Qwen Qwen3", NULL },
  { "Qwen/Qwen3\n32B", NULL },
  { "\xe9\x80\x9a\xe4\xb9\x89\xe5\x8d\x83\xe9\x97\xae", NULL },
  { "Qwen/\xe5\x8d\x83\xe9\x97\xae", NULL },
  { "<b>x</b>", NULL },
  { "https://modelscope.cn/models", NULL },
  { "https://modelscope.cn/models?filter=inference_type", NULL },
  { "https://modelscope.cn/models/Qwen", NULL },
  { "https://modelscope.cn/my/myaccesstoken", NULL },
  { "https://example.com/models/Qwen/Qwen3-32B", NULL },
  { "https://modelscope.cn.example.com/models/Qwen/Qwen3-32B", NULL },
  { "https://modelscope.cn/models/Qwen/Qwen3%20x", NULL },
};

static const Case base_urls[] = {
  { "https://api-inference.modelscope.cn/v1", "https://api-inference.modelscope.cn/v1" },
  { " https://api-inference.modelscope.cn/v1/ \n", "https://api-inference.modelscope.cn/v1" },
  { "api-inference.modelscope.cn/v1", "https://api-inference.modelscope.cn/v1" },
  { "HTTPS://API.Example.com/V1//", "https://api.example.com/V1" },
  { "https://api.deepseek.com", "https://api.deepseek.com" },
  { "https://api.deepseek.com/", "https://api.deepseek.com" },
  { "https://api.example.com:443/v1", "https://api.example.com/v1" },
  { "https://api.example.com:8443/v1", "https://api.example.com:8443/v1" },
  { "https://api.example.com/v1/chat/completions", "https://api.example.com/v1" },
  { "https://api.example.com/v1/chat/completions/?a=b#c", "https://api.example.com/v1" },
  { "https://api.example.com/v1/models", "https://api.example.com/v1" },
  { "https://api.example.com/v1/images/generations", "https://api.example.com/v1" },
  { "https://api.example.com/v1?key=x", "https://api.example.com/v1" },
  { "\"https://api.example.com/v1\"", "https://api.example.com/v1" },
  { "https://api.example.com/a%2Fb/v1", "https://api.example.com/a%2Fb/v1" },
  { "localhost:11434/v1", "http://localhost:11434/v1" },
  { "localhost", "http://localhost" },
  { "127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1" },
  { "[::1]:8080/v1", "http://[::1]:8080/v1" },
  { "http://localhost:11434/v1", "http://localhost:11434/v1" },
  { "https://localhost/v1", "https://localhost/v1" },
  { "http://192.168.1.7:1234/v1", "http://192.168.1.7:1234/v1" },
  { "http://10.0.0.1/v1", "http://10.0.0.1/v1" },
  { "http://[fd00::1]/v1", "http://[fd00::1]/v1" },
  { "http://nas:1234/v1", "http://nas:1234/v1" },
  { "http://box.local/v1", "http://box.local/v1" },
  { "nas:1234", "https://nas:1234" },
  { NULL, NULL },
  { "", NULL },
  { "  ", NULL },
  { "hello", NULL },
  { "https://", NULL },
  { "https:///v1", NULL },
  { "ftp://api.example.com/v1", NULL },
  { "file:///etc/passwd", NULL },
  { "javascript:alert(1)", NULL },
  { "https://user:word@api.example.com/v1", NULL },
  { "https://user@api.example.com/v1", NULL },
  { "http://api.example.com/v1", NULL },
  { "http://8.8.8.8/v1", NULL },
  { "http://134744072/v1", NULL },
  { "http://0x08080808/v1", NULL },
  { "http://localhost.example.com/v1", NULL },
  { "http://127.0.0.1.example.com/v1", NULL },
  { "https://api.example.com:99999/v1", NULL },
  { "https://api example.com/v1", NULL },
  { "https://ex\xd0\xb0mple.com/v1", NULL },
  { "\xe4\xbd\xa0\xe5\xa5\xbd", NULL },
  { "https://a<b>.com/", NULL },
};

static void
test_token (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_autofree char *result = parlance_clean_token (tokens[i].text);

      g_assert_cmpstr (result, ==, tokens[i].result);
    }
}

typedef char *(*CleanFunc) (const char *, GError **);

static void
check_table (CleanFunc   clean,
             const Case *cases,
             size_t      n_cases)
{
  for (size_t i = 0; i < n_cases; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *result = clean (cases[i].text, &error);

      g_test_message ("%s", cases[i].text != NULL ? cases[i].text : "(null)");
      g_assert_cmpstr (result, ==, cases[i].result);

      if (cases[i].result == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
          g_assert_cmpuint (strlen (error->message), >, 10);
        }
      else
        {
          /* What is clean stays as it is. */
          g_autofree char *again = clean (result, &error);

          g_assert_no_error (error);
          g_assert_cmpstr (again, ==, result);
        }
    }
}

static void
test_model_id (void)
{
  check_table (parlance_clean_model_id, model_ids, G_N_ELEMENTS (model_ids));
}

static void
test_base_url (void)
{
  check_table (parlance_clean_base_url, base_urls, G_N_ELEMENTS (base_urls));
}

static void
test_presets (void)
{
  const ParlancePreset *presets = parlance_presets_get ();

  g_assert_cmpstr (presets[0].id, ==, "modelscope");
  g_assert_cmpstr (parlance_preset_find ("modelscope-intl")->token_url, ==,
                   "https://modelscope.ai/my/myaccesstoken");
  g_assert_cmpstr (parlance_preset_find ("gone")->id, ==, "custom");
  g_assert_cmpstr (parlance_preset_find (NULL)->id, ==, "custom");
  g_assert_false (parlance_preset_find ("custom")->quirks & PARLANCE_QUIRK_NEEDS_TOKEN);

  for (; presets->id != NULL; presets++)
    {
      g_assert_true (parlance_preset_find (presets->id) == presets);
      if (presets->base_url != NULL)
        {
          g_autofree char *url = parlance_clean_base_url (presets->base_url, NULL);

          g_assert_cmpstr (url, ==, presets->base_url);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/clean/token", test_token);
  g_test_add_func ("/clean/model-id", test_model_id);
  g_test_add_func ("/clean/base-url", test_base_url);
  g_test_add_func ("/preset/rows", test_presets);

  return g_test_run ();
}
