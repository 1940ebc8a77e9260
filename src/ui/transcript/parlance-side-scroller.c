/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-side-scroller.h"

struct _ParlanceSideScroller
{
  GtkWidget  parent_instance;

  GtkWidget *window;
  GtkWidget *content;
};

G_DEFINE_FINAL_TYPE (ParlanceSideScroller, parlance_side_scroller, GTK_TYPE_WIDGET)

static GtkSizeRequestMode
parlance_side_scroller_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
parlance_side_scroller_measure (GtkWidget      *widget,
                                GtkOrientation  orientation,
                                int             for_size,
                                int            *minimum,
                                int            *natural,
                                int            *minimum_baseline,
                                int            *natural_baseline)
{
  ParlanceSideScroller *self = PARLANCE_SIDE_SCROLLER (widget);
  int content_minimum, content_natural;

  gtk_widget_measure (self->content, GTK_ORIENTATION_HORIZONTAL, -1, &content_minimum,
                      &content_natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 0;
      *natural = content_natural;
      return;
    }

  /* But where it fills the width, it is given no more than its natural one. */
  if (for_size < 0
      || (for_size > content_natural && gtk_widget_get_halign (widget) != GTK_ALIGN_FILL))
    for_size = content_natural;
  gtk_widget_measure (self->content, GTK_ORIENTATION_VERTICAL, MAX (for_size, content_minimum),
                      minimum, natural, NULL, NULL);
  *minimum = *natural;
}

static void
parlance_side_scroller_size_allocate (GtkWidget *widget,
                                      int        width,
                                      int        height,
                                      int        baseline)
{
  ParlanceSideScroller *self = PARLANCE_SIDE_SCROLLER (widget);

  gtk_widget_size_allocate (self->window, &(GtkAllocation) { 0, 0, width, height }, baseline);
}

static void
parlance_side_scroller_dispose (GObject *object)
{
  ParlanceSideScroller *self = PARLANCE_SIDE_SCROLLER (object);

  g_clear_pointer (&self->window, gtk_widget_unparent);

  G_OBJECT_CLASS (parlance_side_scroller_parent_class)->dispose (object);
}

static void
parlance_side_scroller_class_init (ParlanceSideScrollerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_side_scroller_dispose;
  widget_class->get_request_mode = parlance_side_scroller_get_request_mode;
  widget_class->measure = parlance_side_scroller_measure;
  widget_class->size_allocate = parlance_side_scroller_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_side_scroller_init (ParlanceSideScroller *self)
{
  g_autoptr (GListModel) controllers = NULL;

  self->window = g_object_new (GTK_TYPE_SCROLLED_WINDOW,
                               "hscrollbar-policy", GTK_POLICY_AUTOMATIC,
                               "vscrollbar-policy", GTK_POLICY_NEVER,
                               NULL);
  gtk_widget_set_parent (self->window, GTK_WIDGET (self));

  controllers = gtk_widget_observe_controllers (self->window);
  for (unsigned i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        gtk_event_controller_scroll_set_flags (GTK_EVENT_CONTROLLER_SCROLL (controller),
                                               GTK_EVENT_CONTROLLER_SCROLL_HORIZONTAL |
                                               GTK_EVENT_CONTROLLER_SCROLL_KINETIC);
    }
}

GtkWidget *
parlance_side_scroller_new (GtkWidget *content)
{
  ParlanceSideScroller *self = g_object_new (PARLANCE_TYPE_SIDE_SCROLLER, NULL);

  self->content = content;
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->window), content);

  return GTK_WIDGET (self);
}
