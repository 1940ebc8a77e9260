/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-transcript-view.h"

#include "parlance-row-view.h"

#include <glib/gi18n.h>

#define MAX_WIDTH 760    /* px: lines that are read with ease */
#define DRAG_THRESHOLD 6 /* px */

struct _ParlanceTranscriptView
{
  GtkWidget           parent_instance;

  GtkWidget          *overlay;
  GtkScrolledWindow  *scrolled_window;
  GtkListView        *list;
  GtkRevealer        *jump;

  ParlanceTranscript *transcript;
  GdkFrameClock      *clock;
  double              last_value;
  unsigned            extend_id;
  gboolean            sticky;  /* follows the end; only the person ends that */
  gboolean            placing; /* the adjustment is being set by us */
};

G_DEFINE_FINAL_TYPE (ParlanceTranscriptView, parlance_transcript_view, GTK_TYPE_WIDGET)

static void
set_sticky (ParlanceTranscriptView *self,
            gboolean                sticky)
{
  self->sticky = sticky;
  gtk_revealer_set_reveal_child (self->jump, !sticky);
  gtk_widget_set_can_target (GTK_WIDGET (self->jump), !sticky);
}

static double
get_end (GtkAdjustment *adjustment)
{
  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
}

/* The person wants to see what is above. */
static void
scroll_away (ParlanceTranscriptView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled_window);

  if (get_end (adjustment) > gtk_adjustment_get_lower (adjustment))
    set_sticky (self, FALSE);
}

static gboolean
on_scroll (ParlanceTranscriptView *self,
           double                  dx,
           double                  dy)
{
  if (dy < 0)
    scroll_away (self);

  return FALSE;
}

static void
on_drag (ParlanceTranscriptView *self,
         double                  x,
         double                  y)
{
  if (y > DRAG_THRESHOLD)
    scroll_away (self);
}

static gboolean
on_change_value (ParlanceTranscriptView *self,
                 GtkScrollType           scroll,
                 double                  value,
                 GtkRange               *range)
{
  if (value < get_end (gtk_range_get_adjustment (range)))
    scroll_away (self);

  return FALSE;
}

static gboolean
on_key (ParlanceTranscriptView *self,
        unsigned                keyval)
{
  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
    case GDK_KEY_ISO_Left_Tab:
      scroll_away (self);
      break;

    default:
      break;
    }

  return FALSE;
}

static gboolean
extend (gpointer user_data)
{
  ParlanceTranscriptView *self = user_data;

  self->extend_id = 0;
  if (self->transcript)
    parlance_transcript_extend (self->transcript);

  return G_SOURCE_REMOVE;
}

static void
on_value_changed (ParlanceTranscriptView *self,
                  GtkAdjustment          *adjustment)
{
  double value = gtk_adjustment_get_value (adjustment);
  double page = gtk_adjustment_get_page_size (adjustment);

  if (!self->placing && !self->sticky && value > self->last_value &&
      value >= get_end (adjustment) - 1)
    set_sticky (self, TRUE);
  self->last_value = value;

  /* More of a long conversation, before its end is seen; not while the list lays itself out. */
  if (!self->sticky && value < 2 * page && !self->extend_id)
    {
      self->extend_id = g_idle_add (extend, self);
      g_source_set_name_by_id (self->extend_id, "[parlance] earlier messages");
    }
}

/* After the list has been laid out, and before it is painted: at any other moment either the list
 * takes no new value, or the newest row is missing in one frame. */
static void
on_layout (ParlanceTranscriptView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled_window);
  double end = get_end (adjustment);

  if (!self->sticky && end <= gtk_adjustment_get_lower (adjustment))
    set_sticky (self, TRUE);
  if (!self->sticky || gtk_adjustment_get_value (adjustment) == end)
    return;

  self->placing = TRUE;
  gtk_adjustment_set_value (adjustment, end);
  self->placing = FALSE;
}

/* The row that holds the focus; %NULL where it is elsewhere. */
static GtkWidget *
get_focus_row (ParlanceTranscriptView *self)
{
  GtkWidget *widget = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));

  while (widget != NULL && gtk_widget_get_parent (widget) != GTK_WIDGET (self->list))
    widget = gtk_widget_get_parent (widget);

  return widget;
}

/* Tab goes through what can be used in the rows, and from the composer back to the latest
 * message. The list itself would begin at its first row, and leave at one with nothing to use. */
static gboolean
parlance_transcript_view_focus (GtkWidget        *widget,
                                GtkDirectionType  direction)
{
  ParlanceTranscriptView *self = PARLANCE_TRANSCRIPT_VIEW (widget);
  gboolean back = direction == GTK_DIR_TAB_BACKWARD;
  GtkWidget *row = get_focus_row (self);

  if (row == NULL && back)
    row = gtk_widget_get_last_child (GTK_WIDGET (self->list));

  if (row == NULL || (!back && direction != GTK_DIR_TAB_FORWARD))
    return GTK_WIDGET_CLASS (parlance_transcript_view_parent_class)->focus (widget, direction);

  for (; row != NULL;
       row = back ? gtk_widget_get_prev_sibling (row) : gtk_widget_get_next_sibling (row))
    if (gtk_widget_child_focus (row, direction))
      return TRUE;

  return FALSE;
}

static void
parlance_transcript_view_realize (GtkWidget *widget)
{
  ParlanceTranscriptView *self = PARLANCE_TRANSCRIPT_VIEW (widget);

  GTK_WIDGET_CLASS (parlance_transcript_view_parent_class)->realize (widget);

  self->clock = g_object_ref (gtk_widget_get_frame_clock (widget));
  g_signal_connect_object (self->clock, "layout", G_CALLBACK (on_layout), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static void
parlance_transcript_view_unrealize (GtkWidget *widget)
{
  ParlanceTranscriptView *self = PARLANCE_TRANSCRIPT_VIEW (widget);

  g_signal_handlers_disconnect_by_func (self->clock, on_layout, self);
  g_clear_object (&self->clock);

  GTK_WIDGET_CLASS (parlance_transcript_view_parent_class)->unrealize (widget);
}

static void
on_setup (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
  gtk_list_item_set_child (item, parlance_row_view_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory,
         GtkListItem              *item)
{
  parlance_row_view_set (PARLANCE_ROW_VIEW (gtk_list_item_get_child (item)),
                         PARLANCE_ROW (gtk_list_item_get_item (item)));
}

static void
on_unbind (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  parlance_row_view_set (PARLANCE_ROW_VIEW (gtk_list_item_get_child (item)), NULL);
}

static void
parlance_transcript_view_dispose (GObject *object)
{
  ParlanceTranscriptView *self = PARLANCE_TRANSCRIPT_VIEW (object);

  g_clear_handle_id (&self->extend_id, g_source_remove);
  g_clear_object (&self->transcript);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);

  G_OBJECT_CLASS (parlance_transcript_view_parent_class)->dispose (object);
}

static void
parlance_transcript_view_class_init (ParlanceTranscriptViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_transcript_view_dispose;
  widget_class->focus = parlance_transcript_view_focus;
  widget_class->realize = parlance_transcript_view_realize;
  widget_class->unrealize = parlance_transcript_view_unrealize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LOG);
}

static void
add_controllers (ParlanceTranscriptView *self)
{
  GtkWidget *window = GTK_WIDGET (self->scrolled_window);
  GtkEventController *scroll =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (window, scroll);

  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (key, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (window, key);

  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (drag), TRUE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (on_drag), self);
  gtk_widget_add_controller (window, GTK_EVENT_CONTROLLER (drag));

  /* A GtkScrollbar is a box around the range that it shows. */
  g_signal_connect_swapped (
    gtk_widget_get_first_child (gtk_scrolled_window_get_vscrollbar (self->scrolled_window)),
    "change-value", G_CALLBACK (on_change_value), self);
}

static void
add_list (ParlanceTranscriptView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *clamp = adw_clamp_scrollable_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);

  self->list = GTK_LIST_VIEW (gtk_list_view_new (NULL, factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "transcript");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Messages"), -1);

  adw_clamp_scrollable_set_maximum_size (ADW_CLAMP_SCROLLABLE (clamp), MAX_WIDTH);
  adw_clamp_scrollable_set_tightening_threshold (ADW_CLAMP_SCROLLABLE (clamp), MAX_WIDTH);
  adw_clamp_scrollable_set_child (ADW_CLAMP_SCROLLABLE (clamp), GTK_WIDGET (self->list));

  self->scrolled_window = g_object_new (GTK_TYPE_SCROLLED_WINDOW,
                                        "hscrollbar-policy", GTK_POLICY_NEVER,
                                        "child", clamp,
                                        NULL);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scrolled_window),
                           "value-changed", G_CALLBACK (on_value_changed), self,
                           G_CONNECT_SWAPPED);
}

static void
parlance_transcript_view_init (ParlanceTranscriptView *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("go-down-symbolic");

  add_list (self);
  add_controllers (self);

  gtk_widget_set_tooltip_text (button, _("Jump to Latest"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Jump to Latest"), -1);
  gtk_widget_add_css_class (button, "osd");
  gtk_widget_add_css_class (button, "circular");
  g_signal_connect_swapped (button, "clicked",
                            G_CALLBACK (parlance_transcript_view_jump_to_end), self);

  self->jump = g_object_new (GTK_TYPE_REVEALER,
                             "child", button,
                             "transition-type", GTK_REVEALER_TRANSITION_TYPE_CROSSFADE,
                             "halign", GTK_ALIGN_CENTER,
                             "valign", GTK_ALIGN_END,
                             "margin-bottom", 12,
                             NULL);

  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), GTK_WIDGET (self->scrolled_window));
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), GTK_WIDGET (self->jump));
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Messages"), -1);
  set_sticky (self, TRUE);
}

GtkWidget *
parlance_transcript_view_new (void)
{
  return g_object_new (PARLANCE_TYPE_TRANSCRIPT_VIEW, NULL);
}

void
parlance_transcript_view_let_go (ParlanceTranscriptView *self)
{
  g_return_if_fail (PARLANCE_IS_TRANSCRIPT_VIEW (self));

  set_sticky (self, FALSE);
}

void
parlance_transcript_view_jump_to_end (ParlanceTranscriptView *self)
{
  g_return_if_fail (PARLANCE_IS_TRANSCRIPT_VIEW (self));

  unsigned n = self->transcript ? g_list_model_get_n_items (G_LIST_MODEL (self->transcript)) : 0;

  set_sticky (self, TRUE);
  /* A far jump by the adjustment alone can leave the list blank. */
  if (n > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", n - 1);
}

void
parlance_transcript_view_set_transcript (ParlanceTranscriptView *self,
                                         ParlanceTranscript     *transcript)
{
  g_return_if_fail (PARLANCE_IS_TRANSCRIPT_VIEW (self));

  GtkSelectionModel *selection = NULL;

  if (!g_set_object (&self->transcript, transcript))
    return;

  if (transcript)
    {
      g_object_ref (transcript);
      selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (transcript)));
    }
  gtk_list_view_set_model (self->list, selection);
  g_clear_object (&selection);
  parlance_transcript_view_jump_to_end (self);
}
