/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-composer.h"

#include "parlance-paste.h"
#include "parlance-text.h"

#include <glib/gi18n.h>

#define MAX_LINES 8
#define MEND_FRAMES 4

struct _ParlanceComposer
{
  AdwBin             parent_instance;

  GtkRevealer       *problem;
  GtkLabel          *problem_label;
  GtkScrolledWindow *scrolled_window;
  GtkTextView       *view;
  GtkTextBuffer     *buffer;
  GtkWidget         *placeholder;
  GtkWidget         *button;

  gboolean           busy;
  gboolean           setting; /* the text is being set from outside */
  gboolean           preedit;
  unsigned           mend_id;
  unsigned           mend_frames;
};

enum
{
  SEND,
  STOP,
  CHANGED,
  N_SIGNALS,
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceComposer, parlance_composer, ADW_TYPE_BIN)

/* Whether there is something to read in the text. */
static gboolean
has_text (ParlanceComposer *self)
{
  GtkTextIter iter;

  gtk_text_buffer_get_start_iter (self->buffer, &iter);
  do
    {
      gunichar c = gtk_text_iter_get_char (&iter);

      if (c && !g_unichar_isspace (c))
        return TRUE;
    }
  while (gtk_text_iter_forward_char (&iter));

  return FALSE;
}

static void
update_placeholder (ParlanceComposer *self)
{
  gtk_widget_set_visible (self->placeholder,
                          gtk_text_buffer_get_char_count (self->buffer) == 0 && !self->preedit);
}

static void
update_button (ParlanceComposer *self)
{
  const char *label = self->busy ? C_("button", "Stop") : C_("button", "Send");

  gtk_button_set_icon_name (GTK_BUTTON (self->button),
                            self->busy ? "media-playback-stop-symbolic" : "go-up-symbolic");
  gtk_widget_set_tooltip_text (self->button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_sensitive (self->button, self->busy || has_text (self));
  if (self->busy)
    gtk_widget_remove_css_class (self->button, "suggested-action");
  else
    gtk_widget_add_css_class (self->button, "suggested-action");
}

static void
send (ParlanceComposer *self,
      gboolean          unsaved)
{
  if (self->busy || !has_text (self))
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }

  g_signal_emit (self, signals[SEND], 0, unsaved);
}

/* The buttons change or go as they are pressed: the focus would stay on what does something else
 * now, or get lost. */
static void
on_button (ParlanceComposer *self)
{
  parlance_composer_focus (self);
  if (self->busy)
    g_signal_emit (self, signals[STOP], 0);
  else
    send (self, FALSE);
}

static void
on_try_again (ParlanceComposer *self)
{
  parlance_composer_focus (self);
  send (self, FALSE);
}

static void
on_send_unsaved (ParlanceComposer *self)
{
  parlance_composer_focus (self);
  send (self, TRUE);
}

/* An unbroken line is laid out in time only where it may be broken anywhere. */
static void
update_wrap (ParlanceComposer *self)
{
  gboolean breakless = FALSE;

  if (gtk_text_buffer_get_char_count (self->buffer) > 500)
    {
      g_autofree char *text = parlance_composer_dup_text (self);

      breakless = parlance_text_is_breakless (text, strlen (text));
    }

  gtk_text_view_set_wrap_mode (self->view, breakless ? GTK_WRAP_CHAR : GTK_WRAP_WORD_CHAR);
}

static void
on_changed (ParlanceComposer *self)
{
  update_wrap (self);
  update_placeholder (self);
  update_button (self);
  if (!self->setting)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_preedit_changed (ParlanceComposer *self,
                    const char       *preedit)
{
  self->preedit = *preedit != '\0';
  update_placeholder (self);
}

static gboolean
on_key_pressed (ParlanceComposer      *self,
                unsigned               keyval,
                unsigned               keycode,
                GdkModifierType        state,
                GtkEventControllerKey *controller)
{
  GdkEvent *event;

  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_ISO_Enter)
    return FALSE;
  if (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;

  /* An input method that is composing takes Enter for itself. */
  event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  if (event && gtk_text_view_im_context_filter_keypress (self->view, event))
    return TRUE;

  send (self, FALSE);

  return TRUE;
}

/* A text view that has grown keeps the page of its old size, and so stays scrolled. It may get its
 * new size some frames after its text. */
static gboolean
mend_page (GtkWidget     *view,
           GdkFrameClock *clock,
           gpointer       user_data)
{
  ParlanceComposer *self = user_data;
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));

  gtk_adjustment_set_page_size (adjustment, gtk_widget_get_height (view));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment));

  return --self->mend_frames > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
on_upper (ParlanceComposer *self)
{
  gtk_widget_remove_tick_callback (GTK_WIDGET (self->view), self->mend_id);
  self->mend_frames = MEND_FRAMES;
  self->mend_id = gtk_widget_add_tick_callback (GTK_WIDGET (self->view), mend_page, self, NULL);
}

static void
on_map (ParlanceComposer *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self->view));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int line = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));
  int margins = gtk_text_view_get_top_margin (self->view) +
                gtk_text_view_get_bottom_margin (self->view);

  pango_font_metrics_unref (metrics);
  /* The empty view asks for less than a line of Chinese needs, and would scroll. */
  gtk_scrolled_window_set_min_content_height (self->scrolled_window, line + margins);
  gtk_scrolled_window_set_max_content_height (self->scrolled_window, MAX_LINES * line + margins);
}

static void
parlance_composer_class_init (ParlanceComposerClass *klass)
{
  signals[SEND] = g_signal_new ("send", PARLANCE_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[STOP] = g_signal_new ("stop", PARLANCE_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", PARLANCE_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
make_problem (ParlanceComposer *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *again = gtk_button_new_with_label (_("Try Again"));
  GtkWidget *unsaved = gtk_button_new_with_label (_("Send Without Saving"));

  self->problem_label = g_object_new (GTK_TYPE_LABEL,
                                      "xalign", 0.0f,
                                      "wrap", TRUE,
                                      "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                      NULL);
  g_signal_connect_swapped (again, "clicked", G_CALLBACK (on_try_again), self);
  g_signal_connect_swapped (unsaved, "clicked", G_CALLBACK (on_send_unsaved), self);
  gtk_box_append (GTK_BOX (buttons), again);
  gtk_box_append (GTK_BOX (buttons), unsaved);
  /* Side by side they may be wider than a phone. */
  for (GtkWidget *button = again; button != NULL; button = gtk_widget_get_next_sibling (button))
    {
      gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), TRUE);
      gtk_label_set_justify (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                             GTK_JUSTIFY_CENTER);
    }
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (self->problem_label));
  gtk_box_append (GTK_BOX (bar), buttons);
  gtk_widget_add_css_class (bar, "composer-bar");
  gtk_widget_set_margin_bottom (bar, 6);

  self->problem = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->problem, bar);

  return GTK_WIDGET (self->problem);
}

static GtkWidget *
make_view (ParlanceComposer *self)
{
  GtkWidget *overlay = gtk_overlay_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  self->view = g_object_new (GTK_TYPE_TEXT_VIEW,
                             "wrap-mode", GTK_WRAP_WORD_CHAR,
                             "accepts-tab", FALSE,
                             "top-margin", 6,
                             "bottom-margin", 6,
                             "left-margin", 12,
                             "right-margin", 6,
                             NULL);
  if (gtk_widget_get_direction (GTK_WIDGET (self->view)) == GTK_TEXT_DIR_RTL)
    g_object_set (self->view, "left-margin", 6, "right-margin", 12, NULL);
  self->buffer = gtk_text_view_get_buffer (self->view);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Message"), -1);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->view, "preedit-changed", G_CALLBACK (on_preedit_changed), self);
  parlance_paste_attach (self->view);

  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (key, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), key);

  self->scrolled_window = g_object_new (GTK_TYPE_SCROLLED_WINDOW,
                                        "hscrollbar-policy", GTK_POLICY_NEVER,
                                        "propagate-natural-height", TRUE,
                                        "child", self->view,
                                        NULL);

  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scrolled_window),
                           "notify::upper", G_CALLBACK (on_upper), self, G_CONNECT_SWAPPED);

  self->placeholder = g_object_new (GTK_TYPE_LABEL,
                                    "label", _("Message"),
                                    "xalign", 0.0f,
                                    "valign", GTK_ALIGN_START,
                                    "margin-top", 6,
                                    "margin-start", 12,
                                    "can-target", FALSE,
                                    "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                    NULL);
  gtk_widget_add_css_class (self->placeholder, "dim-label");

  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (self->scrolled_window));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->placeholder);
  gtk_widget_set_hexpand (overlay, TRUE);
  gtk_widget_set_valign (overlay, GTK_ALIGN_CENTER);

  return overlay;
}

static void
parlance_composer_init (ParlanceComposer *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *frame = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->button = gtk_button_new ();
  gtk_widget_set_valign (self->button, GTK_ALIGN_END);
  gtk_widget_add_css_class (self->button, "circular");
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (on_button), self);

  gtk_box_append (GTK_BOX (frame), make_view (self));
  gtk_box_append (GTK_BOX (frame), self->button);
  gtk_widget_add_css_class (frame, "composer-frame");

  gtk_box_append (GTK_BOX (box), make_problem (self));
  gtk_box_append (GTK_BOX (box), frame);
  adw_bin_set_child (ADW_BIN (self), box);

  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  update_button (self);
}

GtkWidget *
parlance_composer_new (void)
{
  return g_object_new (PARLANCE_TYPE_COMPOSER, NULL);
}

void
parlance_composer_focus (ParlanceComposer *self)
{
  g_return_if_fail (PARLANCE_IS_COMPOSER (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

char *
parlance_composer_dup_text (ParlanceComposer *self)
{
  GtkTextIter start, end;

  g_return_val_if_fail (PARLANCE_IS_COMPOSER (self), NULL);

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);

  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

void
parlance_composer_set_text (ParlanceComposer *self,
                            const char       *text)
{
  g_return_if_fail (PARLANCE_IS_COMPOSER (self));

  self->setting = TRUE;
  gtk_text_buffer_begin_irreversible_action (self->buffer);
  gtk_text_buffer_set_text (self->buffer, text, -1);
  gtk_text_buffer_end_irreversible_action (self->buffer);
  self->setting = FALSE;
}

void
parlance_composer_take_text (ParlanceComposer *self,
                             const char       *sent)
{
  g_autofree char *text = parlance_composer_dup_text (self);

  if (!g_str_has_prefix (text, sent))
    return;

  parlance_composer_set_text (self, text + strlen (sent));
  /* What was written while the first part was on its way is the draft now. */
  g_signal_emit (self, signals[CHANGED], 0);
}

void
parlance_composer_set_busy (ParlanceComposer *self,
                            gboolean          busy)
{
  g_return_if_fail (PARLANCE_IS_COMPOSER (self));

  self->busy = busy;
  update_button (self);
}

void
parlance_composer_set_problem (ParlanceComposer *self,
                               const char       *message)
{
  g_return_if_fail (PARLANCE_IS_COMPOSER (self));

  if (message)
    gtk_label_set_text (self->problem_label, message);
  gtk_revealer_set_reveal_child (self->problem, message != NULL);
}
