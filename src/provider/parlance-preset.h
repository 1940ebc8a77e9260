/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PARLANCE_QUIRK_NONE = 0,
  PARLANCE_QUIRK_SERIAL = 1 << 0,         /* keeps only one call at a time per account working */
  PARLANCE_QUIRK_STREAM_OPTIONS = 1 << 1, /* takes stream_options.include_usage */
  PARLANCE_QUIRK_NEEDS_TOKEN = 1 << 2,
  PARLANCE_QUIRK_AMBIGUOUS_QUOTA = 1 << 3, /* insufficient_quota means a burst, not the balance */
  PARLANCE_QUIRK_TASK_502 = 1 << 4,        /* answers 502 where a model cannot do the task */
} ParlanceQuirks;

/**
 * ParlancePreset:
 * A service that we know. A row of data: add services here, not in code.
 * @id is stored in the database. @name is to be translated at display. URLs may be %NULL where the service has no such page.
 */
typedef struct
{
  const char     *id;
  const char     *name;
  const char     *base_url;
  const char     *token_url;
  const char     *models_url;
  ParlanceQuirks  quirks;
} ParlancePreset;

/* "modelscope" (the default), "modelscope-intl", "custom" (any OpenAI-compatible service);
 * ends with a row whose id is %NULL. */
const ParlancePreset *parlance_presets_get    (void);
/* The row with that id; "custom" where there is none. */
const ParlancePreset *parlance_preset_find    (const char *id);

G_END_DECLS
