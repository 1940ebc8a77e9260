/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Milliseconds for which the main loop may be held up at a time. Checked memory is slower. */
#ifdef __SANITIZE_ADDRESS__
#define PULSE_LIMIT 500
#else
#define PULSE_LIMIT 100
#endif

/* How long the main loop is held up: a source that would be dispatched every 5 ms. Time for which
 * the thread was ready to run and others had the processors is not counted. */
typedef struct _Pulse Pulse;

Pulse  *pulse_new         (void);
void    pulse_free        (Pulse *self);
/* From here on. */
void    pulse_reset       (Pulse *self);
/* Milliseconds, since the reset. */
int     pulse_get_longest (Pulse *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pulse, pulse_free)

G_END_DECLS
