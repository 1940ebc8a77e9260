/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * ParlanceTask:
 * What the chosen model is used for.
 */
typedef enum
{
  PARLANCE_TASK_CHAT,
  PARLANCE_TASK_CHAT_WITH_IMAGES,
  PARLANCE_TASK_IMAGE_GENERATION,
} ParlanceTask;

#define PARLANCE_TYPE_ACCOUNT (parlance_account_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceAccount, parlance_account, PARLANCE, ACCOUNT, GObject)

/**
 * ParlanceAccount:
 * A place to send messages to: a base URL with the preset that says how the service behaves,
 * the model in use there and its task. The token is not here but in the keyring, under
 * the account's id.
 *
 * Properties (strings are never %NULL): "id" (construct only), "label", "preset",
 * "base-url", "model-id" (empty until chosen), "task" (int, a #ParlanceTask).
 */
ParlanceAccount *parlance_account_new          (const char      *id,
                                                const char      *preset,
                                                const char      *label,
                                                const char      *base_url);
const char      *parlance_account_get_id       (ParlanceAccount *self);
const char      *parlance_account_get_preset   (ParlanceAccount *self);
void             parlance_account_set_preset   (ParlanceAccount *self,
                                                const char      *preset);
const char      *parlance_account_get_label    (ParlanceAccount *self);
void             parlance_account_set_label    (ParlanceAccount *self,
                                                const char      *label);
const char      *parlance_account_get_base_url (ParlanceAccount *self);
void             parlance_account_set_base_url (ParlanceAccount *self,
                                                const char      *base_url);
const char      *parlance_account_get_model_id (ParlanceAccount *self);
void             parlance_account_set_model_id (ParlanceAccount *self,
                                                const char      *model_id);
ParlanceTask     parlance_account_get_task     (ParlanceAccount *self);
void             parlance_account_set_task     (ParlanceAccount *self,
                                                ParlanceTask     task);

G_END_DECLS
