/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-keyring.h"
#include "parlance-report-row.h"

G_BEGIN_DECLS

/**
 * ParlanceTokenOffer:
 * What the button of a report about the keyring does.
 */
typedef enum
{
  PARLANCE_TOKEN_OFFER_NONE,
  PARLANCE_TOKEN_OFFER_UNLOCK,
  PARLANCE_TOKEN_OFFER_LOOK_AGAIN,
  PARLANCE_TOKEN_OFFER_KEEP_FOR_RUN,
} ParlanceTokenOffer;

/* Why the keyring gave no token. @error: (nullable): of a look that found none, or of an unlock
 * that did not work. */
ParlanceTokenOffer parlance_token_report_show_unread  (ParlanceReportRow    *row,
                                                       ParlanceKeyringState  state,
                                                       const GError         *error);
/* Why the keyring did not take the token that stands in the row above. */
ParlanceTokenOffer parlance_token_report_show_unkept  (ParlanceReportRow    *row,
                                                       const GError         *error);
/* That the keyring still has to say whether it takes it. */
ParlanceTokenOffer parlance_token_report_show_waiting (ParlanceReportRow    *row);

G_END_DECLS
