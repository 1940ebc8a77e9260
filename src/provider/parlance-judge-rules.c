/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-judge-rules.h"

#include <string.h>

/* The statuses under which a rule holds. */
enum
{
  S_OK = 1 << 0, /* an error inside an answer that was said to be good, without a status in it */
  S_400 = 1 << 1, /* and every 4xx that has no class of its own */
  S_401 = 1 << 2,
  S_402 = 1 << 3,
  S_403 = 1 << 4,
  S_404 = 1 << 5,
  S_429 = 1 << 6,
  S_5XX = 1 << 7,
  S_ANY = 0xff,
  S_4XX = S_400 | S_401 | S_402 | S_403 | S_404,
  S_REFUSED = S_OK | S_400 | S_403 | S_404,
};

/**
 * Rule:
 * Both words (the second may be %NULL) are in the message or the codes, in small letters.
 */
typedef struct
{
  unsigned             where;
  const char          *word;
  const char          *and_word;
  ParlanceVerdictKind  kind;
} Rule;

/* The first that holds decides. Services speak English or Chinese here. */
static const Rule rules[] = {
  { S_OK | S_4XX, "real name", NULL, PARLANCE_VERDICT_REAL_NAME },
  { S_OK | S_4XX, "real-name", NULL, PARLANCE_VERDICT_REAL_NAME },
  { S_OK | S_4XX, "实名", NULL, PARLANCE_VERDICT_REAL_NAME },
  { S_OK | S_4XX, "bind", "alibaba", PARLANCE_VERDICT_BIND_ACCOUNT },
  { S_OK | S_4XX, "bind", "aliyun", PARLANCE_VERDICT_BIND_ACCOUNT },
  { S_OK | S_4XX, "绑定", "阿里云", PARLANCE_VERDICT_BIND_ACCOUNT },

  { S_ANY, "no provider", NULL, PARLANCE_VERDICT_MODEL_NOT_SERVED },

  { S_OK | S_400 | S_403, "invalid api key", NULL, PARLANCE_VERDICT_WRONG_TOKEN },
  { S_OK | S_400 | S_403, "invalid_api_key", NULL, PARLANCE_VERDICT_WRONG_TOKEN },
  { S_OK | S_400 | S_403, "incorrect api key", NULL, PARLANCE_VERDICT_WRONG_TOKEN },
  { S_OK | S_400 | S_403, "api key not valid", NULL, PARLANCE_VERDICT_WRONG_TOKEN },
  { S_OK | S_400 | S_403, "invalid token", NULL, PARLANCE_VERDICT_WRONG_TOKEN },
  { S_OK | S_400 | S_403, "authentication failed", NULL, PARLANCE_VERDICT_WRONG_TOKEN },
  { S_OK | S_403, "unauthorized", NULL, PARLANCE_VERDICT_WRONG_TOKEN },

  { S_ANY & ~S_401, "insufficient balance", NULL, PARLANCE_VERDICT_NO_BALANCE },
  { S_ANY & ~S_401, "balance is insufficient", NULL, PARLANCE_VERDICT_NO_BALANCE },
  { S_ANY & ~S_401, "insufficient credits", NULL, PARLANCE_VERDICT_NO_BALANCE },
  { S_ANY & ~S_401, "arrearage", NULL, PARLANCE_VERDICT_NO_BALANCE },
  { S_ANY & ~S_401, "overdue", NULL, PARLANCE_VERDICT_NO_BALANCE },
  { S_ANY & ~S_401, "freetieronly", NULL, PARLANCE_VERDICT_NO_BALANCE },
  { S_ANY & ~S_401, "余额不足", NULL, PARLANCE_VERDICT_NO_BALANCE },

  { S_REFUSED, "does not support chat", NULL, PARLANCE_VERDICT_WRONG_TASK },
  { S_REFUSED, "not support chat", NULL, PARLANCE_VERDICT_WRONG_TASK },
  { S_REFUSED, "not a chat model", NULL, PARLANCE_VERDICT_WRONG_TASK },
  { S_REFUSED, "task", "not support", PARLANCE_VERDICT_WRONG_TASK },
  { S_REFUSED, "task", "unsupported", PARLANCE_VERDICT_WRONG_TASK },

  { S_REFUSED, "context length", NULL, PARLANCE_VERDICT_TOO_LONG },
  { S_REFUSED, "context_length", NULL, PARLANCE_VERDICT_TOO_LONG },
  { S_REFUSED, "context window", NULL, PARLANCE_VERDICT_TOO_LONG },
  { S_REFUSED, "context size", NULL, PARLANCE_VERDICT_TOO_LONG },
  { S_REFUSED, "range of input length", NULL, PARLANCE_VERDICT_TOO_LONG },
  { S_REFUSED, "too long", NULL, PARLANCE_VERDICT_TOO_LONG },
  { S_REFUSED, "too many tokens", NULL, PARLANCE_VERDICT_TOO_LONG },
  { S_REFUSED, "too many input tokens", NULL, PARLANCE_VERDICT_TOO_LONG },
  { S_REFUSED, "max_total_tokens", NULL, PARLANCE_VERDICT_TOO_LONG },
  { S_REFUSED, "上下文长度", NULL, PARLANCE_VERDICT_TOO_LONG },

  { S_REFUSED, "data_inspection", NULL, PARLANCE_VERDICT_FILTERED },
  { S_REFUSED, "datainspection", NULL, PARLANCE_VERDICT_FILTERED },
  { S_REFUSED, "inappropriate content", NULL, PARLANCE_VERDICT_FILTERED },
  { S_REFUSED, "content_filter", NULL, PARLANCE_VERDICT_FILTERED },
  { S_REFUSED, "content policy", NULL, PARLANCE_VERDICT_FILTERED },
  { S_REFUSED, "content management policy", NULL, PARLANCE_VERDICT_FILTERED },
  { S_REFUSED, "moderation", NULL, PARLANCE_VERDICT_FILTERED },
  { S_REFUSED, "内容安全", NULL, PARLANCE_VERDICT_FILTERED },

  { S_OK | S_400 | S_404, "invalid model", NULL, PARLANCE_VERDICT_WRONG_MODEL },
  { S_OK | S_400 | S_404, "model_not_found", NULL, PARLANCE_VERDICT_WRONG_MODEL },
  { S_OK | S_400 | S_404, "no such model", NULL, PARLANCE_VERDICT_WRONG_MODEL },
  { S_OK | S_400 | S_404, "unknown model", NULL, PARLANCE_VERDICT_WRONG_MODEL },
  { S_OK | S_400 | S_404, "not a valid model", NULL, PARLANCE_VERDICT_WRONG_MODEL },
  { S_OK | S_400 | S_403 | S_404, "model", "not exist", PARLANCE_VERDICT_WRONG_MODEL },
  { S_OK | S_400 | S_404, "model", "not found", PARLANCE_VERDICT_WRONG_MODEL },
  { S_OK | S_400 | S_404, "model", "decommissioned", PARLANCE_VERDICT_MODEL_NOT_SERVED },
  { S_OK | S_400 | S_404, "model", "deprecated", PARLANCE_VERDICT_MODEL_NOT_SERVED },
  { S_OK | S_404, "模型", "不存在", PARLANCE_VERDICT_WRONG_MODEL },

  { S_OK, "permission", NULL, PARLANCE_VERDICT_NO_PERMISSION },
  { S_OK, "access denied", NULL, PARLANCE_VERDICT_NO_PERMISSION },
  { S_OK, "overloaded", NULL, PARLANCE_VERDICT_SERVER },
  { S_OK, "server_error", NULL, PARLANCE_VERDICT_SERVER },
  { S_OK, "internal", NULL, PARLANCE_VERDICT_SERVER },
  { S_OK, "busy", NULL, PARLANCE_VERDICT_SERVER },
  { S_OK, "unavailable", NULL, PARLANCE_VERDICT_SERVER },
};

static unsigned
class_of (int status)
{
  switch (status)
    {
    case 401:
      return S_401;
    case 402:
      return S_402;
    case 403:
      return S_403;
    case 404:
      return S_404;
    case 429:
      return S_429;
    default:
      return status >= 500 ? S_5XX : status >= 400 ? S_400 : S_OK;
    }
}

ParlanceVerdictKind
parlance_judge_words (int         status,
                      const char *words)
{
  unsigned where = class_of (status);

  for (size_t i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      const Rule *rule = &rules[i];

      if ((rule->where & where) != 0 && strstr (words, rule->word) != NULL &&
          (rule->and_word == NULL || strstr (words, rule->and_word) != NULL))
        return rule->kind;
    }

  return PARLANCE_VERDICT_OTHER;
}
