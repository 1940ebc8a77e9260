/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pulse.h"

#define INTERVAL 5000 /* microseconds */

struct _Pulse
{
  GSource source;
  int64_t last;
  int64_t longest;
};

static void
take (Pulse *self)
{
  int64_t now = g_get_monotonic_time ();

  self->longest = MAX (self->longest, now - self->last - INTERVAL);
  self->last = now;
}

static gboolean
dispatch (GSource     *source,
          GSourceFunc  callback,
          gpointer     user_data)
{
  Pulse *self = (Pulse *) source;

  take (self);
  g_source_set_ready_time (source, self->last + INTERVAL);

  return G_SOURCE_CONTINUE;
}

Pulse *
pulse_new (void)
{
  static GSourceFuncs funcs = { .dispatch = dispatch };
  Pulse *self = (Pulse *) g_source_new (&funcs, sizeof (Pulse));

  g_source_set_priority (&self->source, G_PRIORITY_HIGH);
  g_source_attach (&self->source, NULL);
  pulse_reset (self);

  return self;
}

void
pulse_free (Pulse *self)
{
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

void
pulse_reset (Pulse *self)
{
  self->last = g_get_monotonic_time ();
  self->longest = 0;
  g_source_set_ready_time (&self->source, self->last + INTERVAL);
}

int
pulse_get_longest (Pulse *self)
{
  take (self);

  return self->longest / 1000;
}
