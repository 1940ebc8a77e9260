/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-message.h"

struct _ParlanceMessage
{
  GObject               parent_instance;

  int64_t               id;
  int64_t               parent_id;
  ParlanceRole          role;
  ParlanceMessageState  state;
  gboolean              queued;
  int64_t               retry_at;
  ParlanceVerdict      *verdict;
  GPtrArray            *parts;
  int64_t               created;
  char                 *account_id;
  char                 *model_id;
  ParlanceUsage         usage;
  char                 *finish_reason;
};

enum
{
  PROP_ID = 1,
  PROP_PARENT_ID,
  PROP_ROLE,
  PROP_STATE,
  PROP_QUEUED,
  PROP_RETRY_AT,
  PROP_VERDICT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static unsigned appended_signal;

G_DEFINE_FINAL_TYPE (ParlanceMessage, parlance_message, G_TYPE_OBJECT)

static void
parlance_part_free (gpointer data)
{
  ParlancePart *part = data;

  g_string_free (part->text, TRUE);
  g_free (part);
}

static void
parlance_message_finalize (GObject *object)
{
  ParlanceMessage *self = PARLANCE_MESSAGE (object);

  g_clear_pointer (&self->verdict, parlance_verdict_unref);
  g_ptr_array_unref (self->parts);
  g_free (self->account_id);
  g_free (self->model_id);
  g_free (self->finish_reason);

  G_OBJECT_CLASS (parlance_message_parent_class)->finalize (object);
}

static void
parlance_message_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  ParlanceMessage *self = PARLANCE_MESSAGE (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_int64 (value, self->id);
      break;

    case PROP_PARENT_ID:
      g_value_set_int64 (value, self->parent_id);
      break;

    case PROP_ROLE:
      g_value_set_int (value, self->role);
      break;

    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;

    case PROP_QUEUED:
      g_value_set_boolean (value, self->queued);
      break;

    case PROP_RETRY_AT:
      g_value_set_int64 (value, self->retry_at);
      break;

    case PROP_VERDICT:
      g_value_set_boxed (value, self->verdict);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_message_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  ParlanceMessage *self = PARLANCE_MESSAGE (object);

  switch (prop_id)
    {
    case PROP_ID:
      self->id = g_value_get_int64 (value);
      break;

    case PROP_PARENT_ID:
      self->parent_id = g_value_get_int64 (value);
      break;

    case PROP_ROLE:
      self->role = g_value_get_int (value);
      break;

    case PROP_STATE:
      parlance_message_set_state (self, g_value_get_int (value));
      break;

    case PROP_QUEUED:
      parlance_message_set_queued (self, g_value_get_boolean (value));
      break;

    case PROP_RETRY_AT:
      parlance_message_set_retry_at (self, g_value_get_int64 (value));
      break;

    case PROP_VERDICT:
      parlance_message_set_verdict (self, g_value_get_boxed (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_message_class_init (ParlanceMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags construct_only =
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags flags =
    G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = parlance_message_finalize;
  object_class->get_property = parlance_message_get_property;
  object_class->set_property = parlance_message_set_property;

  properties[PROP_ID] =
    g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0, construct_only);
  properties[PROP_PARENT_ID] =
    g_param_spec_int64 ("parent-id", NULL, NULL, 0, G_MAXINT64, 0, construct_only);
  properties[PROP_ROLE] =
    g_param_spec_int ("role", NULL, NULL, PARLANCE_ROLE_SYSTEM, PARLANCE_ROLE_ASSISTANT,
                      PARLANCE_ROLE_USER, construct_only);
  properties[PROP_STATE] =
    g_param_spec_int ("state", NULL, NULL, PARLANCE_STATE_PENDING, PARLANCE_STATE_FAILED,
                      PARLANCE_STATE_COMPLETE, flags);
  properties[PROP_QUEUED] = g_param_spec_boolean ("queued", NULL, NULL, FALSE, flags);
  properties[PROP_RETRY_AT] =
    g_param_spec_int64 ("retry-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_VERDICT] =
    g_param_spec_boxed ("verdict", NULL, NULL, PARLANCE_TYPE_VERDICT, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  appended_signal = g_signal_new ("appended", PARLANCE_TYPE_MESSAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT64);
}

static void
parlance_message_init (ParlanceMessage *self)
{
  self->state = PARLANCE_STATE_COMPLETE;
  self->parts = g_ptr_array_new_with_free_func (parlance_part_free);
  self->created = g_get_real_time ();
  self->account_id = g_strdup ("");
  self->model_id = g_strdup ("");
  self->usage = PARLANCE_USAGE_UNKNOWN;
}

ParlanceMessage *
parlance_message_new (int64_t      id,
                      int64_t      parent_id,
                      ParlanceRole role)
{
  return g_object_new (PARLANCE_TYPE_MESSAGE,
                       "id", id,
                       "parent-id", parent_id,
                       "role", role,
                       NULL);
}

int64_t
parlance_message_get_id (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), 0);

  return self->id;
}

int64_t
parlance_message_get_parent_id (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), 0);

  return self->parent_id;
}

ParlanceRole
parlance_message_get_role (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), PARLANCE_ROLE_USER);

  return self->role;
}

ParlanceMessageState
parlance_message_get_state (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), PARLANCE_STATE_FAILED);

  return self->state;
}

void
parlance_message_set_state (ParlanceMessage      *self,
                            ParlanceMessageState  state)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE (self));

  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

gboolean
parlance_message_is_active (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), FALSE);

  return self->state == PARLANCE_STATE_PENDING || self->state == PARLANCE_STATE_STREAMING;
}

gboolean
parlance_message_get_queued (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), FALSE);

  return self->queued;
}

void
parlance_message_set_queued (ParlanceMessage *self,
                             gboolean         queued)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE (self));

  if (self->queued == !!queued)
    return;

  self->queued = !!queued;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_QUEUED]);
}

int64_t
parlance_message_get_retry_at (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), 0);

  return self->retry_at;
}

void
parlance_message_set_retry_at (ParlanceMessage *self,
                               int64_t          retry_at)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE (self));
  g_return_if_fail (retry_at >= 0);

  if (self->retry_at == retry_at)
    return;

  self->retry_at = retry_at;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_AT]);
}

ParlanceVerdict *
parlance_message_get_verdict (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), NULL);

  return self->verdict;
}

void
parlance_message_set_verdict (ParlanceMessage *self,
                              ParlanceVerdict *verdict)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE (self));

  if (self->verdict == verdict)
    return;

  g_clear_pointer (&self->verdict, parlance_verdict_unref);
  self->verdict = verdict ? parlance_verdict_ref (verdict) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VERDICT]);
}

void
parlance_message_append (ParlanceMessage  *self,
                         ParlancePartKind  kind,
                         const char       *text,
                         gssize            length)
{
  g_autofree char *repaired = NULL;
  ParlancePart *part = NULL;
  uint64_t offset;

  g_return_if_fail (PARLANCE_IS_MESSAGE (self));
  g_return_if_fail (text != NULL);

  if (length < 0)
    length = strlen (text);

  if (length == 0)
    return;

  /* Refuses NUL as well, which make_valid() replaces like any other invalid byte. */
  if (!g_utf8_validate_len (text, length, NULL))
    {
      repaired = g_utf8_make_valid (text, length);
      text = repaired;
      length = strlen (repaired);
    }

  if (self->parts->len > 0)
    part = g_ptr_array_index (self->parts, self->parts->len - 1);

  if (part == NULL || part->kind != kind)
    {
      part = g_new0 (ParlancePart, 1);
      part->kind = kind;
      part->text = g_string_new (NULL);
      g_ptr_array_add (self->parts, part);
    }

  offset = part->text->len;
  g_string_append_len (part->text, text, length);
  g_signal_emit (self, appended_signal, 0, self->parts->len - 1, offset);
}

void
parlance_message_take_part (ParlanceMessage  *self,
                            ParlancePartKind  kind,
                            GString          *text)
{
  ParlancePart *part;

  g_return_if_fail (PARLANCE_IS_MESSAGE (self));
  g_return_if_fail (text != NULL);

  part = g_new0 (ParlancePart, 1);
  part->kind = kind;
  part->text = text;
  g_ptr_array_add (self->parts, part);
  g_signal_emit (self, appended_signal, 0, self->parts->len - 1, (uint64_t) 0);
}

unsigned
parlance_message_get_n_parts (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), 0);

  return self->parts->len;
}

const ParlancePart *
parlance_message_get_part (ParlanceMessage *self,
                           unsigned         index)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), NULL);
  g_return_val_if_fail (index < self->parts->len, NULL);

  return g_ptr_array_index (self->parts, index);
}

char *
parlance_message_dup_text (ParlanceMessage  *self,
                           ParlancePartKind  kind)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), g_string_free (text, FALSE));

  for (unsigned i = 0; i < self->parts->len; i++)
    {
      const ParlancePart *part = g_ptr_array_index (self->parts, i);

      if (part->kind == kind)
        g_string_append_len (text, part->text->str, part->text->len);
    }

  return g_string_free (text, FALSE);
}

gboolean
parlance_message_is_empty (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), TRUE);

  return self->parts->len == 0;
}

int64_t
parlance_message_get_created (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), 0);

  return self->created;
}

void
parlance_message_set_created (ParlanceMessage *self,
                              int64_t          created)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE (self));

  self->created = created;
}

const char *
parlance_message_get_account_id (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), "");

  return self->account_id;
}

const char *
parlance_message_get_model_id (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), "");

  return self->model_id;
}

void
parlance_message_set_origin (ParlanceMessage *self,
                             const char      *account_id,
                             const char      *model_id)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE (self));

  g_free (self->account_id);
  g_free (self->model_id);
  self->account_id = g_strdup (account_id ? account_id : "");
  self->model_id = g_strdup (model_id ? model_id : "");
}

ParlanceUsage
parlance_message_get_usage (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), PARLANCE_USAGE_UNKNOWN);

  return self->usage;
}

void
parlance_message_set_usage (ParlanceMessage *self,
                            ParlanceUsage    usage)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE (self));

  self->usage = usage;
}

const char *
parlance_message_get_finish_reason (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), NULL);

  return self->finish_reason;
}

void
parlance_message_set_finish_reason (ParlanceMessage *self,
                                    const char      *reason)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE (self));

  g_free (self->finish_reason);
  self->finish_reason = g_strdup (reason);
}
