/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "parlance-judge.h"
#include "parlance-words.h"

#include <math.h>
#include <string.h>

/* Input: a line with the status and a word that chooses the preset, the lines of the headers, an
 * empty line, the body. Every "$" stands for the token. Whatever the service sends, its words can
 * be shown; and nothing that is shown depends on the token: of two tokens, both lead to the same
 * words. */

/* A character that no input keeps stands in all eight in a row, so that only a "$" makes what is
 * masked. They begin with it, so that they add nothing to a number or a word before them; and nowhere
 * else is it followed by what it is followed by there, so that a piece of them before a "$" is none
 * together with it. */
static const char *const tokens[] = {
  "~4f1c0a~92be5d~e463a8~b1",
  "`09d83c`e7714f`b25a6e`c0",
};

#define ESCAPED_TILDE "\\u007e"
#define ESCAPED_BACKTICK "\\u0060"

static gboolean
is_escaped (const char *text,
            size_t      length)
{
  return length >= strlen (ESCAPED_TILDE)
         && (g_ascii_strncasecmp (text, ESCAPED_TILDE, strlen (ESCAPED_TILDE)) == 0
             || memcmp (text, ESCAPED_BACKTICK, strlen (ESCAPED_BACKTICK)) == 0);
}

static void
assert_no_token (const char *text)
{
  for (size_t i = 0; i < G_N_ELEMENTS (tokens); i++)
    g_assert_null (strstr (text, tokens[i]));
}

static GString *
with_token (const char *input,
            size_t      length,
            const char *token)
{
  GString *out = g_string_sized_new (length + 1);

  for (size_t i = 0; i < length; i++)
    {
      if (input[i] == '$')
        g_string_append (out, token);
      else if (input[i] == '~' || input[i] == '`')
        g_string_append_c (out, '-');
      else if (is_escaped (input + i, length - i))
        i += strlen (ESCAPED_TILDE) - 1;
      else
        g_string_append_c (out, input[i]);
    }

  return out;
}

static const char *
after_line (const char *text,
            const char *end)
{
  const char *line_end = memchr (text, '\n', end - text);

  return line_end != NULL ? line_end + 1 : end;
}

/* @text begins with the status line, which the parser passes over. */
static SoupMessageHeaders *
read_headers (const char  *text,
              const char  *end,
              const char **body)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  const char *p = after_line (text, end);

  while (p < end && *p != '\n' && *p != '\r')
    p = after_line (p, end);
  soup_headers_parse (text, (int) (p - text), headers);
  *body = after_line (p, end);

  return headers;
}

/* Of a page, no tag is left; only what it wrote as text may look like one. */
static void
assert_no_markup (const char *words,
                  const char *body,
                  size_t      length)
{
  if (!parlance_words_is_page (body, length) || memchr (body, '&', length) != NULL)
    return;

  for (const char *p = words; (p = strchr (p, '<')) != NULL; p++)
    g_assert_false (g_ascii_isalpha (p[1]) || p[1] == '/' || p[1] == '!');
}

static void
assert_readable (const ParlanceVerdict *verdict,
                 const ParlancePreset  *preset)
{
  g_autofree char *details = parlance_verdict_dup_details (verdict);

  fuzz_assert_text (details, strlen (details));
  assert_no_token (details);
  g_assert_cmpstr (parlance_verdict_get_title (verdict), !=, "");
  g_assert_cmpstr (parlance_verdict_get_advice (verdict), !=, "");
  parlance_verdict_get_url (verdict, preset);

  if (verdict->words != NULL)
    {
      fuzz_assert_line (verdict->words);
      g_assert_cmpuint (strlen (verdict->words), <=, 2048);
      assert_no_token (verdict->words);
    }
  if (verdict->request_id != NULL)
    {
      fuzz_assert_line (verdict->request_id);
      g_assert_cmpuint (strlen (verdict->request_id), <=, 2048);
      assert_no_token (verdict->request_id);
    }
  g_assert_true (verdict->retry_after == -1 ||
                 (verdict->retry_after >= 0 && verdict->retry_after <= 366 * 24 * 3600));
}

static ParlanceVerdict *
judge (const char *input,
       size_t      length,
       const char *token)
{
  static const char *const presets[] = { "modelscope", "modelscope-intl", "custom" };
  g_autoptr (GString) answer = with_token (input, length, token);
  g_autoptr (SoupMessageHeaders) headers = NULL;
  g_autofree char *exact = NULL;
  const char *end = answer->str + answer->len;
  const char *body = NULL;
  const ParlancePreset *preset = NULL;
  ParlanceVerdict *verdict;
  int status = 0;

  for (size_t i = 0; i < 3 && i < answer->len && g_ascii_isdigit (answer->str[i]); i++)
    status = status * 10 + (answer->str[i] - '0');
  /* "4xx " is followed by the first letter of the preset's name; without one there is none. */
  for (size_t i = 0; i < G_N_ELEMENTS (presets) && answer->len > 4; i++)
    if (answer->str[4] == "mic"[i])
      preset = parlance_preset_find (presets[i]);

  headers = read_headers (answer->str, end, &body);
  exact = g_memdup2 (body, end - body);
  verdict = parlance_judge_answer (preset, status, headers, exact, end - body, token);

  g_assert_nonnull (verdict);
  g_assert_cmpint (verdict->status, ==, status);
  assert_readable (verdict, preset);
  if (verdict->words != NULL && exact != NULL)
    assert_no_markup (verdict->words, exact, end - body);

  return verdict;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (ParlanceVerdict) verdict = judge ((const char *) data, size, tokens[0]);
  g_autoptr (ParlanceVerdict) other = judge ((const char *) data, size, tokens[1]);

  g_assert_cmpint (verdict->kind, ==, other->kind);
  g_assert_cmpstr (verdict->words, ==, other->words);
  g_assert_cmpstr (verdict->request_id, ==, other->request_id);
  g_assert_true (fabs (verdict->retry_after - other->retry_after) < 10);

  return 0;
}
