/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the linker calls the functions of GLib, and ours in their places. */

void     __real_g_async_queue_push    (GAsyncQueue    *queue,
                                       gpointer        data);
gpointer __real_g_async_queue_pop     (GAsyncQueue    *queue);
gpointer __real_g_async_queue_try_pop (GAsyncQueue    *queue);
void     __real_g_source_set_callback (GSource        *source,
                                       GSourceFunc     callback,
                                       gpointer        data,
                                       GDestroyNotify  destroy);

void     __wrap_g_async_queue_push    (GAsyncQueue    *queue,
                                       gpointer        data);
gpointer __wrap_g_async_queue_pop     (GAsyncQueue    *queue);
gpointer __wrap_g_async_queue_try_pop (GAsyncQueue    *queue);
void     __wrap_g_source_set_callback (GSource        *source,
                                       GSourceFunc     callback,
                                       gpointer        data,
                                       GDestroyNotify  destroy);

G_END_DECLS
