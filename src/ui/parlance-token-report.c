/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-token-report.h"

#include <glib/gi18n.h>

typedef struct
{
  const char         *title;
  const char         *advice;
  ParlanceTokenOffer  offer;
} Text;

static const Text missing = {
  N_("A token is needed"),
  N_("None is kept for this account. Get one from the service and paste it here."),
  PARLANCE_TOKEN_OFFER_NONE,
};

static const Text locked = {
  N_("The keyring is locked"),
  N_("Unlock it to use the token that is in it, or paste a token here."),
  PARLANCE_TOKEN_OFFER_UNLOCK,
};

static const Text still_locked = {
  N_("The keyring was not unlocked"),
  N_("Its prompt was closed, or could not be shown. Unlock it to use the token that is in it, or "
     "paste a token here."),
  PARLANCE_TOKEN_OFFER_UNLOCK,
};

static const Text refused = {
  N_("The keyring did not give the token"),
  N_("It refused the request, and nothing in it has changed. Allow Parlance to use it and try "
     "again, or paste a token here."),
  PARLANCE_TOKEN_OFFER_LOOK_AGAIN,
};

static const Text silent = {
  N_("The keyring does not answer"),
  N_("Your token may be in it. Try again in a moment, or paste a token here: it is kept for this "
     "run only."),
  PARLANCE_TOKEN_OFFER_LOOK_AGAIN,
};

static const Text absent = {
  N_("No keyring was found"),
  N_("Nothing here keeps passwords. Start a keyring and try again, or paste a token here: it is "
     "kept for this run only."),
  PARLANCE_TOKEN_OFFER_LOOK_AGAIN,
};

static const Text not_unlocked_to_keep = {
  N_("The keyring was not unlocked"),
  N_("The token is not kept yet, and nothing in the keyring has changed. Press Enter in the row "
     "to be asked again, or use the token until Parlance ends."),
  PARLANCE_TOKEN_OFFER_KEEP_FOR_RUN,
};

static const Text not_taken = {
  N_("The keyring did not take the token"),
  N_("Nothing in the keyring has changed. Press Enter in the row to try again, or use the token "
     "until Parlance ends."),
  PARLANCE_TOKEN_OFFER_KEEP_FOR_RUN,
};

static const Text waiting = {
  N_("The keyring has not answered yet"),
  N_("If it shows a prompt, answer that. Or use the token until Parlance ends."),
  PARLANCE_TOKEN_OFFER_KEEP_FOR_RUN,
};

static const char *
get_button (ParlanceTokenOffer offer)
{
  switch (offer)
    {
    case PARLANCE_TOKEN_OFFER_UNLOCK:
      return _("_Unlock");
    case PARLANCE_TOKEN_OFFER_LOOK_AGAIN:
      return _("_Try Again");
    case PARLANCE_TOKEN_OFFER_KEEP_FOR_RUN:
      /* Translators: the token, until the program ends */
      return _("_Keep for This Run Only");
    case PARLANCE_TOKEN_OFFER_NONE:
    default:
      return NULL;
    }
}

static ParlanceTokenOffer
show (ParlanceReportRow *row,
      const Text        *text)
{
  parlance_report_row_show_text (row, _(text->title), _(text->advice), get_button (text->offer));

  return text->offer;
}

static gboolean
is (const GError         *error,
    ParlanceKeyringError  code)
{
  return g_error_matches (error, PARLANCE_KEYRING_ERROR, code);
}

ParlanceTokenOffer
parlance_token_report_show_unread (ParlanceReportRow    *row,
                                   ParlanceKeyringState  state,
                                   const GError         *error)
{
  if (is (error, PARLANCE_KEYRING_ERROR_DISMISSED))
    return show (row, &still_locked);
  if (state == PARLANCE_KEYRING_LOCKED)
    return show (row, &locked);
  if (state == PARLANCE_KEYRING_MISSING)
    return show (row, &missing);
  if (is (error, PARLANCE_KEYRING_ERROR_SILENT))
    return show (row, &silent);
  if (is (error, PARLANCE_KEYRING_ERROR_REFUSED))
    return show (row, &refused);

  return show (row, &absent);
}

ParlanceTokenOffer
parlance_token_report_show_unkept (ParlanceReportRow *row,
                                   const GError      *error)
{
  return show (row, is (error, PARLANCE_KEYRING_ERROR_DISMISSED) ||
                        is (error, PARLANCE_KEYRING_ERROR_LOCKED)
                      ? &not_unlocked_to_keep
                      : &not_taken);
}

ParlanceTokenOffer
parlance_token_report_show_waiting (ParlanceReportRow *row)
{
  return show (row, &waiting);
}
