/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-token-group.h"

#include "parlance-report-row.h"
#include "parlance-token-report.h"

G_BEGIN_DECLS

struct _ParlanceTokenGroup
{
  AdwPreferencesGroup  parent_instance;

  GtkWidget           *row;
  GtkWidget           *kept;
  GtkWidget           *remove_button;
  ParlanceReportRow   *report;

  ParlanceChat        *chat;
  gboolean             quiet;   /* the text changes by our hand */
  gboolean             dirty;   /* the person has changed it since it was kept */
  gboolean             found;   /* what is in the row is what the keyring has */
  GCancellable        *looking; /* of the last look; NULL: none is under way */
  GCancellable        *storing; /* of the call that keeps what is in the row; NULL: none */
  ParlanceKeyringState state;   /* of the last look, with its error */
  GError              *error;
  ParlanceTokenOffer   offer;   /* what the report's button does */
  gboolean             unlocking;
  unsigned             settle_id;
  unsigned             patience_id;
};

/* Puts @text into the row, which is not an edit of the person's. */
void parlance_token_group_set_text     (ParlanceTokenGroup *self,
                                        const char         *text);
void parlance_token_group_show_state   (ParlanceTokenGroup *self);
/* What a look that is under way finds is older than what the person does. */
void parlance_token_group_drop_look    (ParlanceTokenGroup *self);
/* Waits no longer for the keyring to take the token. */
void parlance_token_group_end_storing  (ParlanceTokenGroup *self);
void parlance_token_group_keep_for_run (ParlanceTokenGroup *self);

G_END_DECLS
