/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-token-group.h"

G_BEGIN_DECLS

#define PARLANCE_TYPE_MODEL_GROUP (parlance_model_group_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceModelGroup, parlance_model_group, PARLANCE, MODEL_GROUP,
                      AdwPreferencesGroup)

/**
 * ParlanceModelGroup:
 * Which model the account uses, and what for. Offers the models that the service lists, and takes
 * any other.
 *
 * Signals: "edited" (by the person; not taken yet), "changed" (the account has another model or
 * task now), "activated" (Enter, with a Model ID that can be one).
 */
void     parlance_model_group_set_session       (ParlanceModelGroup   *self,
                                                 ParlanceSession      *session,
                                                 ParlanceTokenGroup   *token_group);
/* Other models may be there to offer. */
void     parlance_model_group_service_changed   (ParlanceModelGroup   *self);
/* Gives the account the Model ID that was typed. %FALSE: it cannot be one, which is said there. */
gboolean parlance_model_group_take              (ParlanceModelGroup   *self);
gboolean parlance_model_group_take_unless_empty (ParlanceModelGroup   *self);
/* Shows what is in use again. */
void     parlance_model_group_discard           (ParlanceModelGroup   *self);
/* About the model or the task; puts the focus there. */
void     parlance_model_group_show_verdict      (ParlanceModelGroup   *self,
                                                 ParlanceVerdict      *verdict,
                                                 const ParlancePreset *preset);
void     parlance_model_group_clear_reports     (ParlanceModelGroup   *self);
void     parlance_model_group_focus             (ParlanceModelGroup   *self);

G_END_DECLS
