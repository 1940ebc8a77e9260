/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-account-rows.h"

#include "parlance-model-group.h"
#include "parlance-report-row.h"
#include "parlance-service-group.h"
#include "parlance-token-group.h"

G_BEGIN_DECLS

struct _ParlanceAccountRows
{
  GtkBox                parent_instance;

  AdwPreferencesGroup  *get_group;
  ParlanceTokenGroup   *token_group;
  ParlanceModelGroup   *model_group;
  GtkWidget            *get_row;
  ParlanceServiceGroup *service_group;
  ParlanceReportRow    *other_report;

  ParlanceSession      *session;
  ParlanceChat         *chat;
  ParlanceAccount      *account;
  gboolean              steps;
  gboolean              check_wanted; /* as soon as the token is kept */
  GCancellable         *check;        /* not NULL while checking */
  GCancellable         *cancellable;  /* ends with the widget */
};

const ParlancePreset *parlance_account_rows_get_preset   (ParlanceAccountRows *self);
/* Goes on with a check that waited for the keyring to have the token. */
void                  parlance_account_rows_token_stored (ParlanceAccountRows *self,
                                                          gboolean             kept);

G_END_DECLS
