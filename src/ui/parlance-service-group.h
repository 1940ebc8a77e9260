/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-account.h"
#include "parlance-judge.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_SERVICE_GROUP (parlance_service_group_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceServiceGroup, parlance_service_group, PARLANCE, SERVICE_GROUP,
                      AdwPreferencesGroup)

/**
 * ParlanceServiceGroup:
 * Which service the account is of: its kind and its address, folded.
 *
 * Signals: "edited" (the address, by the person; not taken yet), "changed" (the account has another
 * kind or address now).
 */
void     parlance_service_group_set_account  (ParlanceServiceGroup *self,
                                              ParlanceAccount      *account);
/* Gives the account the address that was typed. %FALSE: it cannot be one, which is said there. */
gboolean parlance_service_group_take         (ParlanceServiceGroup *self);
/* Shows what is in use again. */
void     parlance_service_group_discard      (ParlanceServiceGroup *self);
void     parlance_service_group_expand       (ParlanceServiceGroup *self);
void     parlance_service_group_show_verdict (ParlanceServiceGroup *self,
                                              ParlanceVerdict      *verdict,
                                              const ParlancePreset *preset);
void     parlance_service_group_clear_report (ParlanceServiceGroup *self);
void     parlance_service_group_focus        (ParlanceServiceGroup *self);

G_END_DECLS
