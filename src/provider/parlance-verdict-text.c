/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-judge.h"

#include <glib/gi18n.h>

/* What a person reads about each kind, and what can be done. A row of data for each kind. */
typedef struct
{
  ParlanceVerdictKind  kind;
  ParlanceRemedy       remedy;
  ParlanceConcerns     concerns;
  const char          *title;
  const char          *advice;
} Row;

static const Row rows[] = {
  { PARLANCE_VERDICT_OTHER, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    N_("The service refused the request"),
    /* Translators: the words of the service, as it sent them */
    N_("Its own words are under Details. Try again, or try another model.") },
  { PARLANCE_VERDICT_NO_TOKEN, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_TOKEN,
    N_("No API token is kept for this account"),
    N_("Paste your API token in Preferences. If it was in the keyring before, another program "
       "has removed it.") },
  { PARLANCE_VERDICT_KEYRING_LOCKED, PARLANCE_REMEDY_UNLOCK, PARLANCE_CONCERNS_TOKEN,
    N_("The keyring is locked"),
    N_("Your API token is kept in the keyring. Unlock it, or paste the token in Preferences to "
       "use it for this run only.") },
  { PARLANCE_VERDICT_KEYRING_REFUSED, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_TOKEN,
    N_("The keyring did not give the token"),
    N_("Allow Parlance to use the keyring and try again, or paste the token in Preferences to use "
       "it for this run only.") },
  { PARLANCE_VERDICT_KEYRING_SILENT, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_TOKEN,
    N_("The keyring does not answer"),
    N_("Your API token is kept in it. Try again in a moment, or paste the token in Preferences to "
       "use it for this run only.") },
  { PARLANCE_VERDICT_NO_KEYRING, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_TOKEN,
    N_("No keyring was found"),
    N_("Nothing here keeps passwords. Start a keyring and try again, or paste the token in "
       "Preferences to use it for this run only.") },
  { PARLANCE_VERDICT_WRONG_TOKEN, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_TOKEN,
    N_("The service did not accept the API token"),
    N_("Copy the token again from its page and paste it. A token works only at the site that it "
       "comes from.") },
  { PARLANCE_VERDICT_BIND_ACCOUNT, PARLANCE_REMEDY_OPEN_URL, PARLANCE_CONCERNS_TOKEN,
    N_("The Alibaba Cloud account is not bound yet"),
    N_("The token is fine. Bind your Alibaba Cloud account in the account settings of the "
       "service, then try again.") },
  { PARLANCE_VERDICT_REAL_NAME, PARLANCE_REMEDY_OPEN_URL, PARLANCE_CONCERNS_TOKEN,
    N_("Real-name verification is missing"),
    N_("The token is fine. Complete real-name verification of your Alibaba Cloud account, then "
       "try again.") },
  { PARLANCE_VERDICT_NO_PERMISSION, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_MODEL,
    N_("Your account may not use this model"),
    N_("Choose another model, or ask the service for access to this one.") },
  { PARLANCE_VERDICT_WRONG_MODEL, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_MODEL,
    N_("The service knows no model with this Model ID"),
    N_("Copy the Model ID from the model’s page. Capital and small letters matter.") },
  { PARLANCE_VERDICT_MODEL_NOT_SERVED, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_MODEL,
    N_("This model is not available at the moment"),
    N_("No provider serves it now. Choose another model.") },
  { PARLANCE_VERDICT_WRONG_TASK, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_TASK,
    N_("This model does not seem to be made for chat"),
    N_("Choose a chat model, or the task type that suits this one. If the model has answered "
       "before, the service may have a problem: try again later.") },
  { PARLANCE_VERDICT_QUOTA_DAY, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    /* Translators: calls to the service over the network, of which an account has so many a day */
    N_("Today’s calls are used up"),
    N_("The quota of this account comes back tomorrow. Until then, use another account or "
       "service.") },
  { PARLANCE_VERDICT_QUOTA_MODEL_DAY, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_MODEL,
    N_("Today’s calls to this model are used up"),
    N_("Choose another model, or try this one again tomorrow.") },
  { PARLANCE_VERDICT_TOO_FAST, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    N_("Too many calls in a short time"),
    N_("Wait a moment, then try again.") },
  { PARLANCE_VERDICT_NO_BALANCE, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    N_("The account’s balance is used up"),
    N_("Top up the balance at the service, or use another account.") },
  { PARLANCE_VERDICT_BAD_REQUEST, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    N_("The service could not take the request"),
    N_("The model may not support something in this conversation. Try another model, or begin a "
       "new conversation.") },
  { PARLANCE_VERDICT_TOO_LONG, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_MODEL,
    N_("The conversation is too long for this model"),
    N_("Begin a new conversation, or choose a model that takes longer ones.") },
  { PARLANCE_VERDICT_SERVER, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    N_("The service has a problem"),
    N_("This is not your fault. Try again in a few minutes, or try another model.") },
  { PARLANCE_VERDICT_BAD_REPLY, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_BASE_URL,
    N_("The answer was not that of a chat service"),
    N_("Check the Base URL. If it is right, try again later.") },
  { PARLANCE_VERDICT_REDIRECTED, PARLANCE_REMEDY_PREFERENCES, PARLANCE_CONCERNS_BASE_URL,
    N_("The service pointed to another address"),
    N_("To keep your token safe, it was not followed. Check the Base URL; a network that asks for "
       "a login can be the cause, too.") },
  { PARLANCE_VERDICT_NO_NETWORK, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_BASE_URL,
    N_("No connection to the service"),
    N_("Check your network connection and the Base URL, then try again.") },
  { PARLANCE_VERDICT_NAME_NOT_FOUND, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_BASE_URL,
    N_("No server of this name was found"),
    N_("Check your network connection and the host name in the Base URL, then try again.") },
  { PARLANCE_VERDICT_REFUSED, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_BASE_URL,
    N_("Nothing answers at the service’s address"),
    N_("Check the Base URL, its port included. If it is right, the service is down: try again "
       "later.") },
  { PARLANCE_VERDICT_TLS_DATE, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_BASE_URL,
    N_("The server’s certificate is out of date"),
    N_("Nothing was sent. Check the computer’s date and time. If they are right, the service has "
       "to renew its certificate.") },
  { PARLANCE_VERDICT_TLS_HOST, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_BASE_URL,
    N_("The server’s certificate is for another host"),
    N_("Nothing was sent. Check the host name in the Base URL; a network that asks for a login "
       "can be the cause, too.") },
  { PARLANCE_VERDICT_TLS_SELF_SIGNED, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_BASE_URL,
    N_("The server’s certificate is self-signed"),
    N_("Nothing was sent. Check the Base URL. If the server is your own, let this computer trust "
       "its certificate.") },
  { PARLANCE_VERDICT_TLS_UNKNOWN_CA, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_BASE_URL,
    N_("The server’s certificate is from an unknown authority"),
    N_("Nothing was sent. A network that reads along can be the cause. If the authority is your "
       "own, let this computer trust it.") },
  { PARLANCE_VERDICT_TLS, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_BASE_URL,
    N_("The connection is not secure"),
    N_("The server could not prove who it is, so nothing was sent. Check the Base URL, your "
       "network, and the computer’s date and time.") },
  { PARLANCE_VERDICT_PROXY, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    N_("The proxy did not let the request through"),
    N_("Check the proxy in the network settings of your computer, then try again.") },
  { PARLANCE_VERDICT_PROXY_LOGIN, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    N_("The proxy wants a login"),
    N_("Parlance does not log in to proxies. Use a proxy that asks for no login, or a network "
       "without one.") },
  { PARLANCE_VERDICT_TIMEOUT, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    N_("The service was silent for too long"),
    N_("Try again. If it happens often, try another model.") },
  { PARLANCE_VERDICT_TOO_LARGE, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    N_("The answer was too large"),
    N_("What had arrived is kept. Ask for a shorter answer.") },
  { PARLANCE_VERDICT_EMPTY, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    N_("The model answered with nothing"),
    N_("The answer ended well, but has no words. Try again, or put the message in other words.") },
  { PARLANCE_VERDICT_FILTERED, PARLANCE_REMEDY_RETRY, PARLANCE_CONCERNS_NONE,
    N_("Withheld by the service’s content filter"),
    N_("Put the message in other words, or try another model.") },
};

static const Row *
find_row (const ParlanceVerdict *self)
{
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].kind == self->kind)
        return &rows[i];
    }

  return &rows[0];
}

const char *
parlance_verdict_get_title (const ParlanceVerdict *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return _(find_row (self)->title);
}

const char *
parlance_verdict_get_advice (const ParlanceVerdict *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return _(find_row (self)->advice);
}

char *
parlance_verdict_dup_details (const ParlanceVerdict *self)
{
  g_autoptr (GString) details = g_string_new (NULL);

  g_return_val_if_fail (self != NULL, NULL);

  if (self->words != NULL && *self->words != '\0')
    g_string_append (details, self->words);

  if (self->status > 0)
    {
      if (details->len > 0)
        g_string_append_c (details, '\n');
      g_string_append_printf (details, "HTTP %d", self->status);
    }

  if (self->request_id != NULL && *self->request_id != '\0')
    {
      if (details->len > 0)
        g_string_append_c (details, '\n');
      /* Translators: a code that the service's support asks for. */
      g_string_append_printf (details, _("Request ID: %s"), self->request_id);
    }

  return g_string_free (g_steal_pointer (&details), FALSE);
}

ParlanceRemedy
parlance_verdict_get_remedy (const ParlanceVerdict *self)
{
  g_return_val_if_fail (self != NULL, PARLANCE_REMEDY_RETRY);

  return find_row (self)->remedy;
}

ParlanceConcerns
parlance_verdict_get_concerns (const ParlanceVerdict *self)
{
  g_return_val_if_fail (self != NULL, PARLANCE_CONCERNS_NONE);

  return find_row (self)->concerns;
}

const char *
parlance_verdict_get_url (const ParlanceVerdict *self,
                          const ParlancePreset  *preset)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (preset == NULL)
    preset = parlance_preset_find (NULL);

  switch (self->kind)
    {
    case PARLANCE_VERDICT_NO_TOKEN:
    case PARLANCE_VERDICT_WRONG_TOKEN:
      return preset->token_url;

    /* The token's page is one of the account's settings, and so is what is missing here. These two
     * exist at ModelScope only, under whatever preset it was entered. */
    case PARLANCE_VERDICT_BIND_ACCOUNT:
    case PARLANCE_VERDICT_REAL_NAME:
      return preset->token_url != NULL ? preset->token_url : parlance_presets_get ()->token_url;

    case PARLANCE_VERDICT_WRONG_MODEL:
    case PARLANCE_VERDICT_MODEL_NOT_SERVED:
    case PARLANCE_VERDICT_NO_PERMISSION:
    case PARLANCE_VERDICT_WRONG_TASK:
    case PARLANCE_VERDICT_QUOTA_MODEL_DAY:
      return preset->models_url;

    default:
      return NULL;
    }
}
