/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-limit.h"

#include "parlance-keyring-private.h"

struct _ParlanceLimit
{
  GTask        *task;          /* not owned: the task owns the limit */
  GCancellable *cancellable;
  GSource      *timeout;
  GSource      *cancelled;
  gboolean      over;
};

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
end (ParlanceLimit *self,
     GError        *error)
{
  g_autoptr (GTask) task = g_object_ref (self->task);

  parlance_limit_lift (self);
  self->over = TRUE;
  g_task_return_error (task, error);
  g_cancellable_cancel (self->cancellable);
}

static gboolean
on_timeout (gpointer data)
{
  end (data, parlance_keyring_new_silent_error ());

  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      data)
{
  GError *error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  end (data, error);

  return G_SOURCE_REMOVE;
}

ParlanceLimit *
parlance_limit_new (GTask *task,
                    int    timeout_ms)
{
  ParlanceLimit *self = g_new0 (ParlanceLimit, 1);
  GCancellable *cancellable = g_task_get_cancellable (task);

  self->task = task;
  self->cancellable = g_cancellable_new ();

  self->timeout = g_timeout_source_new (timeout_ms);
  g_source_set_callback (self->timeout, on_timeout, self, NULL);
  g_source_attach (self->timeout, g_task_get_context (task));

  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->cancelled, g_task_get_context (task));
    }

  return self;
}

GCancellable *
parlance_limit_get_cancellable (ParlanceLimit *self)
{
  return self->cancellable;
}

gboolean
parlance_limit_is_over (ParlanceLimit *self)
{
  return self->over;
}

void
parlance_limit_lift (ParlanceLimit *self)
{
  drop_source (&self->timeout);
  drop_source (&self->cancelled);
}

void
parlance_limit_free (ParlanceLimit *self)
{
  parlance_limit_lift (self);
  g_object_unref (self->cancellable);
  g_free (self);
}
