/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The models of the demo. The default thinks before it answers, so that this is seen, too. */
#define PARLANCE_DEMO_MODEL_THINKING "demo/parlance-thinking"
#define PARLANCE_DEMO_MODEL_CHAT "demo/parlance-chat"
#define PARLANCE_DEMO_MODEL_DEFAULT PARLANCE_DEMO_MODEL_THINKING

#define PARLANCE_TYPE_DEMO (parlance_demo_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceDemo, parlance_demo, PARLANCE, DEMO, GObject)

/**
 * ParlanceDemo:
 * A small honest model service on this machine's loopback address: it lists its models and
 * streams answers at the pace of a real one, and every answer says that it is a demo. It wants no
 * token and reaches nothing outside. It serves as long as it lives.
 */

/* %NULL with @error where no port could be opened. */
ParlanceDemo *parlance_demo_new          (GError       **error);
/* "http://127.0.0.1:PORT/v1" */
const char   *parlance_demo_get_base_url (ParlanceDemo  *self);

G_END_DECLS
