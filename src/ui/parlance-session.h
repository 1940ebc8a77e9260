/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-chat.h"

G_BEGIN_DECLS

#define PARLANCE_TYPE_SESSION (parlance_session_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceSession, parlance_session, PARLANCE, SESSION, GObject)

/**
 * ParlanceSession:
 * What stands behind one window: a data folder and the use cases that work on it. The person's own,
 * or a demo on a folder and a model service of its own that end with it.
 */
ParlanceSession *parlance_session_new          (void);
/* %NULL with @error where the demo's folder or service cannot be made. */
ParlanceSession *parlance_session_new_demo     (GError              **error);
gboolean         parlance_session_is_demo      (ParlanceSession      *self);
ParlanceChat    *parlance_session_get_chat     (ParlanceSession      *self);

void             parlance_session_start        (ParlanceSession      *self);
/* Ends what is streaming, saves what is to be saved, removes what a demo has made. */
void             parlance_session_close_async  (ParlanceSession      *self,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
void             parlance_session_close_finish (ParlanceSession      *self,
                                                GAsyncResult         *result);

G_END_DECLS
