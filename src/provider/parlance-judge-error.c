/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-judge.h"

#include "parlance-http.h"
#include "parlance-json.h"
#include "parlance-sse.h"
#include "parlance-words.h"

static ParlanceVerdictKind
kind_of_error (const GError *error)
{
  if (error->domain == PARLANCE_HTTP_ERROR)
    {
      switch ((ParlanceHttpError) error->code)
        {
        case PARLANCE_HTTP_ERROR_BAD_URL:
        case PARLANCE_HTTP_ERROR_CONNECT:
        case PARLANCE_HTTP_ERROR_BROKEN:
          return PARLANCE_VERDICT_NO_NETWORK;
        case PARLANCE_HTTP_ERROR_RESOLVE:
          return PARLANCE_VERDICT_NAME_NOT_FOUND;
        case PARLANCE_HTTP_ERROR_REFUSED:
          return PARLANCE_VERDICT_REFUSED;
        case PARLANCE_HTTP_ERROR_TLS:
          return PARLANCE_VERDICT_TLS;
        case PARLANCE_HTTP_ERROR_TLS_DATE:
          return PARLANCE_VERDICT_TLS_DATE;
        case PARLANCE_HTTP_ERROR_TLS_HOST:
          return PARLANCE_VERDICT_TLS_HOST;
        case PARLANCE_HTTP_ERROR_TLS_SELF_SIGNED:
          return PARLANCE_VERDICT_TLS_SELF_SIGNED;
        case PARLANCE_HTTP_ERROR_TLS_UNKNOWN_CA:
          return PARLANCE_VERDICT_TLS_UNKNOWN_CA;
        case PARLANCE_HTTP_ERROR_PROXY:
          return PARLANCE_VERDICT_PROXY;
        case PARLANCE_HTTP_ERROR_PROXY_LOGIN:
          return PARLANCE_VERDICT_PROXY_LOGIN;
        case PARLANCE_HTTP_ERROR_REDIRECT:
          return PARLANCE_VERDICT_REDIRECTED;
        case PARLANCE_HTTP_ERROR_FIRST_BYTE:
        case PARLANCE_HTTP_ERROR_STALLED:
          return PARLANCE_VERDICT_TIMEOUT;
        case PARLANCE_HTTP_ERROR_TOO_LARGE:
          return PARLANCE_VERDICT_TOO_LARGE;
        default:
          return PARLANCE_VERDICT_OTHER;
        }
    }

  if (error->domain == PARLANCE_SSE_ERROR)
    return PARLANCE_VERDICT_TOO_LARGE;
  if (error->domain == PARLANCE_JSON_ERROR)
    return PARLANCE_VERDICT_BAD_REPLY;
  if (error->domain == G_RESOLVER_ERROR)
    return PARLANCE_VERDICT_NO_NETWORK;
  if (error->domain == G_TLS_ERROR)
    return PARLANCE_VERDICT_TLS;

  if (error->domain == G_IO_ERROR)
    {
      switch (error->code)
        {
        case G_IO_ERROR_HOST_NOT_FOUND:
        case G_IO_ERROR_HOST_UNREACHABLE:
        case G_IO_ERROR_NETWORK_UNREACHABLE:
        case G_IO_ERROR_CONNECTION_REFUSED:
        case G_IO_ERROR_CONNECTION_CLOSED:
        case G_IO_ERROR_NOT_CONNECTED:
        case G_IO_ERROR_PARTIAL_INPUT:
          return PARLANCE_VERDICT_NO_NETWORK;
        case G_IO_ERROR_TIMED_OUT:
          return PARLANCE_VERDICT_TIMEOUT;
        case G_IO_ERROR_PROXY_FAILED:
        case G_IO_ERROR_PROXY_AUTH_FAILED:
        case G_IO_ERROR_PROXY_NEED_AUTH:
        case G_IO_ERROR_PROXY_NOT_ALLOWED:
          return PARLANCE_VERDICT_PROXY;
        case G_IO_ERROR_NO_SPACE:
        case G_IO_ERROR_MESSAGE_TOO_LARGE:
          return PARLANCE_VERDICT_TOO_LARGE;
        default:
          return PARLANCE_VERDICT_OTHER;
        }
    }

  return PARLANCE_VERDICT_OTHER;
}

ParlanceVerdict *
parlance_judge_error (const GError *error,
                      const char   *token)
{
  g_autofree char *words = NULL;

  g_return_val_if_fail (error != NULL, NULL);

  words = parlance_words_clean (error->message, -1, token);

  return parlance_verdict_new (kind_of_error (error), 0, *words != '\0' ? words : NULL, NULL);
}
