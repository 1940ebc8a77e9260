/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-preset.h"

#include <glib/gi18n.h>

/* "custom" stays the last row: parlance_preset_find() falls back to it. Names are translated where
 * they are shown. */
static const ParlancePreset presets[] = {
  {
    .id = "modelscope",
    /* Translators: a service; Chinese has a name of its own for it */
    .name = N_("ModelScope"),
    .base_url = "https://api-inference.modelscope.cn/v1",
    .token_url = "https://modelscope.cn/my/myaccesstoken",
    .models_url = "https://modelscope.cn/models",
    .quirks = PARLANCE_QUIRK_SERIAL | PARLANCE_QUIRK_STREAM_OPTIONS | PARLANCE_QUIRK_NEEDS_TOKEN |
              PARLANCE_QUIRK_AMBIGUOUS_QUOTA | PARLANCE_QUIRK_TASK_502,
  },
  {
    .id = "modelscope-intl",
    .name = N_("ModelScope International"),
    .base_url = "https://api-inference.modelscope.ai/v1",
    .token_url = "https://modelscope.ai/my/myaccesstoken",
    .models_url = "https://modelscope.ai/models",
    .quirks = PARLANCE_QUIRK_SERIAL | PARLANCE_QUIRK_STREAM_OPTIONS | PARLANCE_QUIRK_NEEDS_TOKEN |
              PARLANCE_QUIRK_AMBIGUOUS_QUOTA | PARLANCE_QUIRK_TASK_502,
  },
  {
    .id = "custom",
    /* Translators: any service that speaks the protocol of OpenAI */
    .name = N_("OpenAI-Compatible"),
  },
  { .id = NULL },
};

const ParlancePreset *
parlance_presets_get (void)
{
  return presets;
}

const ParlancePreset *
parlance_preset_find (const char *id)
{
  const ParlancePreset *preset = presets;

  while (preset[1].id != NULL && g_strcmp0 (preset->id, id) != 0)
    preset++;

  return preset;
}
