/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-verdict.h"

G_BEGIN_DECLS

/* What a service's @words, message and codes in small letters, mean under that HTTP status;
 * %PARLANCE_VERDICT_OTHER where no rule knows them. Used by the judge. */
ParlanceVerdictKind parlance_judge_words (int         status,
                                          const char *words);

G_END_DECLS
