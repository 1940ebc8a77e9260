/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-sidebar-row.h"

#include "parlance-text.h"

#include <glib/gi18n.h>

struct _ParlanceSidebarRow
{
  GtkWidget             parent_instance;

  GtkLabel             *title;
  GtkLabel             *time;
  GtkWidget            *busy;
  ParlanceConversation *conversation;
};

G_DEFINE_FINAL_TYPE (ParlanceSidebarRow, parlance_sidebar_row, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_MENU,
  N_SIGNALS
};

static unsigned signals[N_SIGNALS];

/* (transfer full): when something was, for a list seen at @now: the hour today, "Yesterday", the
 * day of the week, else the date. Microseconds since 1970. */
static char *
format_when (int64_t when,
             int64_t now)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (when / G_USEC_PER_SEC);
  g_autoptr (GDateTime) utc_now = g_date_time_new_from_unix_utc (now / G_USEC_PER_SEC);
  g_autoptr (GDateTime) then = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autoptr (GDateTime) today = utc_now != NULL ? g_date_time_to_local (utc_now) : NULL;
  GDate day, this_day;
  int days;

  if (then == NULL || today == NULL || when <= 0)
    return g_strdup ("");

  g_date_set_dmy (&day, (GDateDay) g_date_time_get_day_of_month (then),
                  (GDateMonth) g_date_time_get_month (then),
                  (GDateYear) g_date_time_get_year (then));
  g_date_set_dmy (&this_day, (GDateDay) g_date_time_get_day_of_month (today),
                  (GDateMonth) g_date_time_get_month (today),
                  (GDateYear) g_date_time_get_year (today));
  days = g_date_days_between (&day, &this_day);

  if (days <= 0)
    /* Translators: the hour and minute of today, see g_date_time_format(). Where people count
     * to twelve this may be "%-I:%M %p". */
    return g_date_time_format (then, C_("time of a conversation", "%H:%M"));
  if (days == 1)
    return g_strdup (_("Yesterday"));
  if (days < 7)
    /* xgettext:no-c-format
     * Translators: the day of the week, see g_date_time_format() */
    return g_date_time_format (then, C_("time of a conversation", "%A"));
  if (g_date_time_get_year (then) == g_date_time_get_year (today))
    /* Translators: a day of this year, see g_date_time_format() */
    return g_date_time_format (then, C_("time of a conversation", "%-d %B"));
  /* Translators: a day of another year, see g_date_time_format() */
  return g_date_time_format (then, C_("time of a conversation", "%-d %B %Y"));
}

static void
update (ParlanceSidebarRow *self)
{
  g_autofree char *title = NULL;
  g_autofree char *when = NULL;

  if (self->conversation == NULL)
    return;

  title = parlance_text_line (parlance_conversation_get_title (self->conversation));
  when = format_when (parlance_conversation_get_updated (self->conversation),
                      g_get_real_time ());
  gtk_label_set_text (self->title, *title != '\0' ? title : C_("title", "New Conversation"));
  gtk_label_set_text (self->time, when);
  /* The row of the list, which holds this widget, is what is gone to. */
  if (gtk_widget_get_parent (GTK_WIDGET (self)) != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (self))),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    gtk_label_get_text (self->title), -1);
  gtk_widget_set_visible (self->busy, parlance_conversation_get_busy (self->conversation));
}

static void
pressed_cb (ParlanceSidebarRow *self,
            int                 n_press,
            double              x,
            double              y,
            GtkGesture         *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit (self, signals[SIGNAL_MENU], 0, x, y);
}

static void
long_pressed_cb (ParlanceSidebarRow *self,
                 double              x,
                 double              y,
                 GtkGesture         *gesture)
{
  pressed_cb (self, 1, x, y, gesture);
}

static void
parlance_sidebar_row_dispose (GObject *object)
{
  ParlanceSidebarRow *self = PARLANCE_SIDEBAR_ROW (object);
  GtkWidget *child;

  parlance_sidebar_row_set_conversation (self, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (parlance_sidebar_row_parent_class)->dispose (object);
}

static void
parlance_sidebar_row_class_init (ParlanceSidebarRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_sidebar_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);

  signals[SIGNAL_MENU] = g_signal_new ("menu", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE,
                                       G_TYPE_DOUBLE);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_sidebar_row_init (ParlanceSidebarRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();

  self->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (self->title, 0);

  self->time = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->time, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (self->time, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->time), "time");
  gtk_widget_add_css_class (GTK_WIDGET (self->time), "dim-label");

  /* A still mark: a spinner would draw a frame sixty times a second. */
  self->busy = gtk_image_new_from_icon_name ("content-loading-symbolic");
  gtk_widget_set_tooltip_text (self->busy, _("A reply is being written"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->busy), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("A reply is being written"), -1);
  gtk_widget_add_css_class (self->busy, "dim-label");

  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (lines), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (lines), GTK_WIDGET (self->time));
  gtk_box_append (GTK_BOX (box), lines);
  gtk_box_append (GTK_BOX (box), self->busy);
  gtk_widget_add_css_class (box, "conversation-row");
  gtk_widget_set_parent (box, GTK_WIDGET (self));

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect_object (press, "pressed", G_CALLBACK (long_pressed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
}

GtkWidget *
parlance_sidebar_row_new (void)
{
  return g_object_new (PARLANCE_TYPE_SIDEBAR_ROW, NULL);
}

ParlanceConversation *
parlance_sidebar_row_get_conversation (ParlanceSidebarRow *self)
{
  g_return_val_if_fail (PARLANCE_IS_SIDEBAR_ROW (self), NULL);

  return self->conversation;
}

void
parlance_sidebar_row_set_conversation (ParlanceSidebarRow   *self,
                                       ParlanceConversation *conversation)
{
  g_return_if_fail (PARLANCE_IS_SIDEBAR_ROW (self));

  if (self->conversation == conversation)
    return;

  if (self->conversation != NULL)
    g_signal_handlers_disconnect_by_func (self->conversation, update, self);
  g_set_object (&self->conversation, conversation);
  if (conversation != NULL)
    {
      g_signal_connect_swapped (conversation, "notify::title", G_CALLBACK (update), self);
      g_signal_connect_swapped (conversation, "notify::updated", G_CALLBACK (update), self);
      g_signal_connect_swapped (conversation, "notify::busy", G_CALLBACK (update), self);
      update (self);
    }
}
