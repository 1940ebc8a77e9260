/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-window.h"

G_BEGIN_DECLS

/* Sends a message in @window (a demo's), waits until the whole reply has come and is drawn, and
 * writes a picture of the window to @path as PNG. Gives up after a minute. */
void     parlance_screenshot_async  (ParlanceWindow       *window,
                                     const char           *path,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean parlance_screenshot_finish (ParlanceWindow       *window,
                                     GAsyncResult         *result,
                                     GError              **error);

G_END_DECLS
