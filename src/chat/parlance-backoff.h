/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-verdict.h"

G_BEGIN_DECLS

/* Calls that are made again of themselves, after the first one. */
#define PARLANCE_BACKOFF_TRIES 2

/* Seconds: a service that asks for a longer wait is asked again by the person only. */
#define PARLANCE_BACKOFF_LONGEST 30.0

/* Seconds to wait before a call that ended with @verdict is made again, -1 where it is not to be:
 * only calls that came too fast are. @n_tries: how often it was made again already. @chance: a
 * random number from 0 up to 1, so that clients that were refused together do not come back
 * together. Where the service did not say how long, it is 0.5 to 2 s, then 2 to 8 s. Pure. */
double parlance_backoff_delay (const ParlanceVerdict *verdict,
                               unsigned               n_tries,
                               double                 chance);

G_END_DECLS
