/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pulse.h"

#include <fcntl.h>
#include <unistd.h>

#define INTERVAL 5000 /* microseconds */

struct _Pulse
{
  GSource source;
  int     statistics; /* of this thread, -1 where the system keeps none */
  int64_t last;
  int64_t last_waited;
  int64_t longest;
};

/* Microseconds for which the thread waited for a processor, since it began. */
static int64_t
get_waited (Pulse *self)
{
  char text[128] = "";
  char *second;

  if (self->statistics < 0 ||
      pread (self->statistics, text, sizeof text - 1, 0) <= 0)
    return 0;

  g_ascii_strtoll (text, &second, 10);

  return g_ascii_strtoll (second, NULL, 10) / 1000;
}

static void
take (Pulse *self)
{
  int64_t now = g_get_monotonic_time ();

  int64_t waited = get_waited (self);

  self->longest = MAX (self->longest,
                       now - self->last - (waited - self->last_waited) - INTERVAL);
  self->last = now;
  self->last_waited = waited;
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

  self->statistics = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  g_source_set_priority (&self->source, G_PRIORITY_HIGH);
  g_source_attach (&self->source, NULL);
  pulse_reset (self);

  return self;
}

void
pulse_free (Pulse *self)
{
  g_source_destroy (&self->source);
  if (self->statistics >= 0)
    close (self->statistics);
  g_source_unref (&self->source);
}

void
pulse_reset (Pulse *self)
{
  self->last = g_get_monotonic_time ();
  self->last_waited = get_waited (self);
  self->longest = 0;
  g_source_set_ready_time (&self->source, self->last + INTERVAL);
}

int
pulse_get_longest (Pulse *self)
{
  take (self);

  return self->longest / 1000;
}
