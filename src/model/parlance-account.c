/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-account.h"

#include "parlance-string.h"

struct _ParlanceAccount
{
  GObject       parent_instance;

  char         *id;
  char         *preset;
  char         *label;
  char         *base_url;
  char         *model_id;
  ParlanceTask  task;
};

enum
{
  PROP_ID = 1,
  PROP_PRESET,
  PROP_LABEL,
  PROP_BASE_URL,
  PROP_MODEL_ID,
  PROP_TASK,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceAccount, parlance_account, G_TYPE_OBJECT)

static void
set_string (ParlanceAccount *self,
            char           **field,
            const char      *value,
            unsigned         property)
{
  if (parlance_string_replace (field, value))
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
parlance_account_finalize (GObject *object)
{
  ParlanceAccount *self = PARLANCE_ACCOUNT (object);

  g_free (self->id);
  g_free (self->preset);
  g_free (self->label);
  g_free (self->base_url);
  g_free (self->model_id);

  G_OBJECT_CLASS (parlance_account_parent_class)->finalize (object);
}

static void
parlance_account_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  ParlanceAccount *self = PARLANCE_ACCOUNT (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;

    case PROP_PRESET:
      g_value_set_string (value, self->preset);
      break;

    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;

    case PROP_BASE_URL:
      g_value_set_string (value, self->base_url);
      break;

    case PROP_MODEL_ID:
      g_value_set_string (value, self->model_id);
      break;

    case PROP_TASK:
      g_value_set_int (value, self->task);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_account_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  ParlanceAccount *self = PARLANCE_ACCOUNT (object);

  switch (prop_id)
    {
    case PROP_ID:
      self->id = g_strdup (g_value_get_string (value) ? g_value_get_string (value) : "");
      break;

    case PROP_PRESET:
      parlance_account_set_preset (self, g_value_get_string (value));
      break;

    case PROP_LABEL:
      parlance_account_set_label (self, g_value_get_string (value));
      break;

    case PROP_BASE_URL:
      parlance_account_set_base_url (self, g_value_get_string (value));
      break;

    case PROP_MODEL_ID:
      parlance_account_set_model_id (self, g_value_get_string (value));
      break;

    case PROP_TASK:
      parlance_account_set_task (self, g_value_get_int (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_account_class_init (ParlanceAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags =
    G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = parlance_account_finalize;
  object_class->get_property = parlance_account_get_property;
  object_class->set_property = parlance_account_set_property;

  properties[PROP_ID] = g_param_spec_string (
    "id", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PRESET] = g_param_spec_string ("preset", NULL, NULL, "", flags);
  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, "", flags);
  properties[PROP_BASE_URL] = g_param_spec_string ("base-url", NULL, NULL, "", flags);
  properties[PROP_MODEL_ID] = g_param_spec_string ("model-id", NULL, NULL, "", flags);
  properties[PROP_TASK] =
    g_param_spec_int ("task", NULL, NULL, PARLANCE_TASK_CHAT, PARLANCE_TASK_IMAGE_GENERATION,
                      PARLANCE_TASK_CHAT, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_account_init (ParlanceAccount *self)
{
  self->preset = g_strdup ("");
  self->label = g_strdup ("");
  self->base_url = g_strdup ("");
  self->model_id = g_strdup ("");
}

ParlanceAccount *
parlance_account_new (const char *id,
                      const char *preset,
                      const char *label,
                      const char *base_url)
{
  g_return_val_if_fail (id != NULL && *id != '\0', NULL);

  return g_object_new (PARLANCE_TYPE_ACCOUNT,
                       "id", id,
                       "preset", preset,
                       "label", label,
                       "base-url", base_url,
                       NULL);
}

const char *
parlance_account_get_id (ParlanceAccount *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT (self), "");

  return self->id;
}

const char *
parlance_account_get_preset (ParlanceAccount *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT (self), "");

  return self->preset;
}

void
parlance_account_set_preset (ParlanceAccount *self,
                             const char      *preset)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT (self));

  set_string (self, &self->preset, preset, PROP_PRESET);
}

const char *
parlance_account_get_label (ParlanceAccount *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT (self), "");

  return self->label;
}

void
parlance_account_set_label (ParlanceAccount *self,
                            const char      *label)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT (self));

  set_string (self, &self->label, label, PROP_LABEL);
}

const char *
parlance_account_get_base_url (ParlanceAccount *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT (self), "");

  return self->base_url;
}

void
parlance_account_set_base_url (ParlanceAccount *self,
                               const char      *base_url)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT (self));

  set_string (self, &self->base_url, base_url, PROP_BASE_URL);
}

const char *
parlance_account_get_model_id (ParlanceAccount *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT (self), "");

  return self->model_id;
}

void
parlance_account_set_model_id (ParlanceAccount *self,
                               const char      *model_id)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT (self));

  set_string (self, &self->model_id, model_id, PROP_MODEL_ID);
}

ParlanceTask
parlance_account_get_task (ParlanceAccount *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT (self), PARLANCE_TASK_CHAT);

  return self->task;
}

void
parlance_account_set_task (ParlanceAccount *self,
                           ParlanceTask     task)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT (self));

  if (self->task == task)
    return;

  self->task = task;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TASK]);
}
