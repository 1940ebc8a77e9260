/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

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
void     __real_g_task_run_in_thread  (GTask          *task,
                                       GTaskThreadFunc function);
void     __real_g_task_return_pointer (GTask          *task,
                                       gpointer        result,
                                       GDestroyNotify  destroy);
void     __real_g_task_return_boolean (GTask          *task,
                                       gboolean        result);
gpointer __real_g_task_get_task_data  (GTask          *task);
gpointer __real_g_task_propagate_pointer (GTask       *task,
                                       GError        **error);
gboolean __real_g_task_propagate_boolean (GTask       *task,
                                       GError        **error);

void     __wrap_g_async_queue_push    (GAsyncQueue    *queue,
                                       gpointer        data);
gpointer __wrap_g_async_queue_pop     (GAsyncQueue    *queue);
gpointer __wrap_g_async_queue_try_pop (GAsyncQueue    *queue);
void     __wrap_g_source_set_callback (GSource        *source,
                                       GSourceFunc     callback,
                                       gpointer        data,
                                       GDestroyNotify  destroy);
void     __wrap_g_task_run_in_thread  (GTask          *task,
                                       GTaskThreadFunc function);
void     __wrap_g_task_return_pointer (GTask          *task,
                                       gpointer        result,
                                       GDestroyNotify  destroy);
void     __wrap_g_task_return_boolean (GTask          *task,
                                       gboolean        result);
gpointer __wrap_g_task_get_task_data  (GTask          *task);
gpointer __wrap_g_task_propagate_pointer (GTask       *task,
                                       GError        **error);
gboolean __wrap_g_task_propagate_boolean (GTask       *task,
                                       GError        **error);

G_END_DECLS
