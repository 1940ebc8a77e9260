/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-backoff.h"

/* Seconds: the shortest wait, also where the service says "at once". */
#define SHORTEST 0.5
#define GROWTH 4.0

double
parlance_backoff_delay (const ParlanceVerdict *verdict,
                        unsigned               n_tries,
                        double                 chance)
{
  double least = SHORTEST;

  g_return_val_if_fail (verdict != NULL, -1);

  if (verdict->kind != PARLANCE_VERDICT_TOO_FAST || n_tries >= PARLANCE_BACKOFF_TRIES ||
      verdict->retry_after > PARLANCE_BACKOFF_LONGEST)
    return -1;

  /* Never earlier than it said. */
  if (verdict->retry_after >= 0)
    return MAX (verdict->retry_after, SHORTEST) + chance * SHORTEST;

  for (unsigned i = 0; i < n_tries; i++)
    least *= GROWTH;

  return least + chance * least * (GROWTH - 1);
}
