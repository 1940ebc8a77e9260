/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-verdict.h"

/* parlance_verdict_new() cuts the words here, at a character. */
#define MAX_WORDS 2048

G_DEFINE_BOXED_TYPE (ParlanceVerdict, parlance_verdict, parlance_verdict_ref,
                     parlance_verdict_unref)

static const char *const nicks[] = {
  [PARLANCE_VERDICT_OTHER] = "other",
  [PARLANCE_VERDICT_NO_TOKEN] = "no-token",
  [PARLANCE_VERDICT_KEYRING_LOCKED] = "keyring-locked",
  [PARLANCE_VERDICT_KEYRING_REFUSED] = "keyring-refused",
  [PARLANCE_VERDICT_KEYRING_SILENT] = "keyring-silent",
  [PARLANCE_VERDICT_NO_KEYRING] = "no-keyring",
  [PARLANCE_VERDICT_WRONG_TOKEN] = "wrong-token",
  [PARLANCE_VERDICT_BIND_ACCOUNT] = "bind-account",
  [PARLANCE_VERDICT_REAL_NAME] = "real-name",
  [PARLANCE_VERDICT_NO_PERMISSION] = "no-permission",
  [PARLANCE_VERDICT_WRONG_MODEL] = "wrong-model",
  [PARLANCE_VERDICT_MODEL_NOT_SERVED] = "model-not-served",
  [PARLANCE_VERDICT_WRONG_TASK] = "wrong-task",
  [PARLANCE_VERDICT_QUOTA_DAY] = "quota-day",
  [PARLANCE_VERDICT_QUOTA_MODEL_DAY] = "quota-model-day",
  [PARLANCE_VERDICT_TOO_FAST] = "too-fast",
  [PARLANCE_VERDICT_NO_BALANCE] = "no-balance",
  [PARLANCE_VERDICT_BAD_REQUEST] = "bad-request",
  [PARLANCE_VERDICT_TOO_LONG] = "too-long",
  [PARLANCE_VERDICT_SERVER] = "server",
  [PARLANCE_VERDICT_BAD_REPLY] = "bad-reply",
  [PARLANCE_VERDICT_REDIRECTED] = "redirected",
  [PARLANCE_VERDICT_NO_NETWORK] = "no-network",
  [PARLANCE_VERDICT_NAME_NOT_FOUND] = "name-not-found",
  [PARLANCE_VERDICT_REFUSED] = "refused",
  [PARLANCE_VERDICT_TLS] = "tls",
  [PARLANCE_VERDICT_TLS_DATE] = "tls-date",
  [PARLANCE_VERDICT_TLS_HOST] = "tls-host",
  [PARLANCE_VERDICT_TLS_SELF_SIGNED] = "tls-self-signed",
  [PARLANCE_VERDICT_TLS_UNKNOWN_CA] = "tls-unknown-ca",
  [PARLANCE_VERDICT_PROXY] = "proxy",
  [PARLANCE_VERDICT_PROXY_LOGIN] = "proxy-login",
  [PARLANCE_VERDICT_TIMEOUT] = "timeout",
  [PARLANCE_VERDICT_TOO_LARGE] = "too-large",
  [PARLANCE_VERDICT_EMPTY] = "empty",
  [PARLANCE_VERDICT_FILTERED] = "filtered",
};

static char *
cut_words (const char *words)
{
  g_autofree char *valid = NULL;

  if (words == NULL || *words == '\0')
    return NULL;

  valid = g_utf8_make_valid (words, -1);
  if (strlen (valid) > MAX_WORDS)
    *g_utf8_find_prev_char (valid, valid + MAX_WORDS + 1) = '\0';

  return g_steal_pointer (&valid);
}

ParlanceVerdict *
parlance_verdict_new (ParlanceVerdictKind  kind,
                      int                  status,
                      const char          *words,
                      const char          *request_id)
{
  ParlanceVerdict *self = g_atomic_rc_box_new0 (ParlanceVerdict);

  self->kind = kind;
  self->status = status;
  self->words = cut_words (words);
  self->request_id = cut_words (request_id);
  self->retry_after = -1;

  return self;
}

ParlanceVerdict *
parlance_verdict_ref (ParlanceVerdict *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
parlance_verdict_clear (gpointer data)
{
  ParlanceVerdict *self = data;

  g_free (self->words);
  g_free (self->request_id);
}

void
parlance_verdict_unref (ParlanceVerdict *self)
{
  g_atomic_rc_box_release_full (self, parlance_verdict_clear);
}

const char *
parlance_verdict_kind_to_nick (ParlanceVerdictKind kind)
{
  g_return_val_if_fail ((size_t) kind < G_N_ELEMENTS (nicks), nicks[PARLANCE_VERDICT_OTHER]);

  return nicks[kind];
}

ParlanceVerdictKind
parlance_verdict_kind_from_nick (const char *nick)
{
  for (size_t i = 0; i < G_N_ELEMENTS (nicks); i++)
    if (g_strcmp0 (nicks[i], nick) == 0)
      return i;

  return PARLANCE_VERDICT_OTHER;
}
