/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_APPLICATION (parlance_application_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceApplication, parlance_application, PARLANCE, APPLICATION,
                      AdwApplication)

ParlanceApplication *parlance_application_new             (void);
/* What the process should end with where g_application_run() itself saw nothing wrong. */
int                  parlance_application_get_exit_status (ParlanceApplication *self);

G_END_DECLS
