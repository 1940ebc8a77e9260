/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-judge.h"

#include "parlance-json.h"
#include "parlance-judge-rules.h"
#include "parlance-words.h"

#include <math.h>
#include <string.h>

/* A year: longer waits are nonsense. */
#define MAX_RETRY_AFTER (365.0 * 24 * 3600)
#define MAX_REQUEST_ID 200

typedef struct
{
  const ParlancePreset *preset;
  int                   status;
  SoupMessageHeaders   *headers;
  JsonNode             *node;    /* %NULL: the body was no JSON */
  const char           *message; /* in small letters, with the codes */
  gboolean              page;    /* the body is HTML */
} Case;

static gboolean
has (const Case *it,
     const char *word)
{
  return strstr (it->message, word) != NULL;
}

static gboolean
has_any (const Case        *it,
         const char *const *words)
{
  for (; *words != NULL; words++)
    {
      if (has (it, *words))
        return TRUE;
    }

  return FALSE;
}

static gboolean
has_quirk (const Case     *it,
           ParlanceQuirks  quirk)
{
  return it->preset != NULL && (it->preset->quirks & quirk) != 0;
}

static gboolean
is_used_up (const Case *it,
            const char *header)
{
  const char *left = it->headers != NULL ? soup_message_headers_get_one (it->headers, header)
                                         : NULL;

  return left != NULL && g_ascii_isdigit (*left) && g_ascii_strtod (left, NULL) <= 0;
}

/* %PARLANCE_VERDICT_OTHER where nothing speaks of quotas and rates. */
static ParlanceVerdictKind
judge_rate (const Case *it)
{
  static const char *const day[] = { "today", "tomorrow", "daily", "per day", "per-day", "per_day",
                                     "今日", "今天", "明天", "每日", "每天", NULL };
  static const char *const model[] = { "for model", "for the model", "for this model",
                                       "other model", "该模型", "其他模型", NULL };
  static const char *const burst[] = { "insufficient_quota", "exceeded your current quota",
                                       "exceeded your current request", NULL };
  static const char *const rate[] = { "rate limit", "rate_limit", "ratelimit", "too many requests",
                                      "too_many_requests", "per minute", "per second", "throttl",
                                      "concurren", "限流", "频率", NULL };
  gboolean quota = has (it, "quota") || has (it, "limit") || has (it, "配额") || has (it, "额度");

  if ((quota || it->status == 429) && has_any (it, day))
    return has_any (it, model) ? PARLANCE_VERDICT_QUOTA_MODEL_DAY : PARLANCE_VERDICT_QUOTA_DAY;

  if (it->status == 429)
    {
      /* The service's own count is the truth. */
      if (is_used_up (it, "modelscope-ratelimit-requests-remaining"))
        return PARLANCE_VERDICT_QUOTA_DAY;
      if (is_used_up (it, "modelscope-ratelimit-model-requests-remaining"))
        return PARLANCE_VERDICT_QUOTA_MODEL_DAY;
    }

  if (has_any (it, burst))
    return has_quirk (it, PARLANCE_QUIRK_AMBIGUOUS_QUOTA) ? PARLANCE_VERDICT_TOO_FAST
                                                          : PARLANCE_VERDICT_NO_BALANCE;
  if (has_any (it, rate))
    return PARLANCE_VERDICT_TOO_FAST;

  /* ModelScope's quotas are all of the day; elsewhere they are rates as a rule. */
  if (it->status == 429 && (has (it, "quota") || has (it, "配额") || has (it, "额度")) &&
      has_quirk (it, PARLANCE_QUIRK_AMBIGUOUS_QUOTA))
    return has_any (it, model) ? PARLANCE_VERDICT_QUOTA_MODEL_DAY : PARLANCE_VERDICT_QUOTA_DAY;

  return it->status == 429 ? PARLANCE_VERDICT_TOO_FAST : PARLANCE_VERDICT_OTHER;
}

/* What the status alone says. */
static ParlanceVerdictKind
judge_status (const Case *it)
{
  switch (it->status)
    {
    case 401:
      return PARLANCE_VERDICT_WRONG_TOKEN;

    case 402:
      return PARLANCE_VERDICT_NO_BALANCE;

    case 403:
      return it->page ? PARLANCE_VERDICT_OTHER : PARLANCE_VERDICT_NO_PERMISSION;

    /* A path that is not there is a wrong base URL; a model that is not there is named. */
    case 404:
      return has (it, "model") && !it->page ? PARLANCE_VERDICT_WRONG_MODEL
                                            : PARLANCE_VERDICT_BAD_REPLY;

    case 405:
      return PARLANCE_VERDICT_BAD_REPLY;

    case 407:
      return PARLANCE_VERDICT_PROXY_LOGIN;

    case 408:
      return PARLANCE_VERDICT_TIMEOUT;

    case 413:
      return PARLANCE_VERDICT_TOO_LONG;

    case 502:
      /* A page comes from what stands in front of the service. */
      return has_quirk (it, PARLANCE_QUIRK_TASK_502) && !it->page ? PARLANCE_VERDICT_WRONG_TASK
                                                                  : PARLANCE_VERDICT_SERVER;

    default:
      if (it->status >= 500)
        return PARLANCE_VERDICT_SERVER;
      if (it->status >= 400)
        return PARLANCE_VERDICT_BAD_REQUEST;
      if (it->status >= 300)
        return PARLANCE_VERDICT_REDIRECTED;
      return it->node != NULL ? PARLANCE_VERDICT_OTHER : PARLANCE_VERDICT_BAD_REPLY;
    }
}

static ParlanceVerdictKind
judge_case (const Case *it)
{
  ParlanceVerdictKind kind;

  /* The words of a page are of whatever stands before the service: they say nothing of models
   * and tokens. */
  if (it->page)
    return it->status == 429 ? PARLANCE_VERDICT_TOO_FAST : judge_status (it);

  kind = parlance_judge_words (it->status, it->message);

  /* Of these the status says more than words about quotas do. */
  if (kind == PARLANCE_VERDICT_OTHER && it->status != 401 && it->status != 402 && it->status != 404)
    kind = judge_rate (it);

  return kind != PARLANCE_VERDICT_OTHER ? kind : judge_status (it);
}

/* -1 where the service did not say. */
static double
read_retry_after (SoupMessageHeaders *headers)
{
  const char *text;
  char *end;
  double seconds = -1;

  if (headers == NULL)
    return -1;

  text = soup_message_headers_get_one (headers, "retry-after-ms");
  if (text != NULL)
    {
      seconds = g_ascii_strtod (text, &end) / 1000;
      if (end != text && isfinite (seconds) && seconds >= 0)
        return MIN (seconds, MAX_RETRY_AFTER);
    }

  text = soup_message_headers_get_one (headers, "Retry-After");
  if (text == NULL)
    return -1;

  seconds = g_ascii_strtod (text, &end);
  if (end == text || g_ascii_isalpha (*text))
    {
      g_autoptr (GDateTime) date = soup_date_time_new_from_http_string (text);
      g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

      if (date == NULL)
        return -1;
      seconds = MAX (0, g_date_time_difference (date, now) / (double) G_USEC_PER_SEC);
    }

  return isfinite (seconds) && seconds >= 0 ? MIN (seconds, MAX_RETRY_AFTER) : -1;
}

static char *
find_request_id (JsonNode           *node,
                 SoupMessageHeaders *headers,
                 const char         *token)
{
  static const char *const names[] = {
    "x-request-id", "request-id", "x-requestid", "x-dashscope-request-id", "x-acs-request-id",
    "x-siliconcloud-trace-id", "x-amzn-requestid", "cf-ray",
  };
  const char *id = parlance_words_find_request_id (node);
  char *clean;

  for (size_t i = 0; id == NULL && headers != NULL && i < G_N_ELEMENTS (names); i++)
    id = soup_message_headers_get_one (headers, names[i]);

  clean = parlance_words_clean (id, -1, token);
  /* Only now: the cut must not leave a part of a token. */
  if (strlen (clean) > MAX_REQUEST_ID)
    *g_utf8_find_prev_char (clean, clean + MAX_REQUEST_ID + 1) = '\0';

  return clean;
}

static ParlanceVerdict *
judge (Case       *it,
       int         http_status,
       const char *message,
       size_t      length,
       const char *token)
{
  g_autofree char *words = parlance_words_clean (message, length, token);
  g_autofree char *codes = parlance_words_find_codes (it->node);
  g_autofree char *all = g_strconcat (words, " ", codes, NULL);
  g_autofree char *lower = g_utf8_strdown (all, -1);
  g_autofree char *request_id = find_request_id (it->node, it->headers, token);
  ParlanceVerdict *verdict;

  /* A code is better than nothing to read. */
  if (*words == '\0')
    {
      g_free (words);
      words = parlance_words_clean (codes, -1, token);
    }

  it->message = lower;
  verdict = parlance_verdict_new (judge_case (it), http_status, *words != '\0' ? words : NULL,
                                  *request_id != '\0' ? request_id : NULL);
  verdict->retry_after = read_retry_after (it->headers);

  return verdict;
}

ParlanceVerdict *
parlance_judge_answer (const ParlancePreset *preset,
                       int                   status,
                       SoupMessageHeaders   *headers,
                       const char           *body,
                       size_t                length,
                       const char           *token)
{
  g_autoptr (JsonNode) node = NULL;
  Case it = { .preset = preset, .status = status, .headers = headers };
  const char *message = NULL;
  const char *json = body;
  size_t json_length = length;

  if (body == NULL)
    json_length = length = 0;

  /* Some send the error as an event even so. */
  if (length > 5 && memcmp (body, "data:", 5) == 0)
    {
      json = body + 5;
      json_length = length - 5;
    }

  if (json_length > 0)
    node = parlance_json_parse (json, json_length, NULL);
  it.node = node;
  if (node != NULL)
    message = parlance_words_find_message (node);
  else if (length > 0)
    it.page = parlance_words_is_page (body, length);

  if (message != NULL)
    length = strlen (message);
  else
    message = body;

  return judge (&it, status, message, length, token);
}

ParlanceVerdict *
parlance_judge_node (const ParlancePreset *preset,
                     int                   status,
                     SoupMessageHeaders   *headers,
                     JsonNode             *node,
                     const char           *token)
{
  const char *message = parlance_words_find_message (node);
  int inner = parlance_words_find_status (node);
  Case it = {
    .preset = preset,
    .status = inner != 0 ? inner : status,
    .headers = headers,
    .node = node,
  };

  return judge (&it, status, message, message != NULL ? strlen (message) : 0, token);
}
