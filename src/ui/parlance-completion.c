/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-completion.h"

#include "parlance-text.h"

#include <glib/gi18n.h>

#define MAX_HEIGHT 220

struct _ParlanceCompletion
{
  GObject             parent_instance;

  GtkWidget          *field; /* a GtkEditable; owns us */
  GtkWidget          *popover;
  GtkWidget          *list;
  GtkStringFilter    *filter;
  GtkSingleSelection *selection;
  gboolean            quiet; /* the text changes by our hand */
};

G_DEFINE_FINAL_TYPE (ParlanceCompletion, parlance_completion, G_TYPE_OBJECT)

static gboolean
is_open (ParlanceCompletion *self)
{
  return self->popover != NULL && gtk_widget_get_visible (self->popover);
}

static void
close_list (ParlanceCompletion *self)
{
  if (is_open (self))
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
choose (ParlanceCompletion *self,
        const char         *word)
{
  self->quiet = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->field), word);
  gtk_editable_set_position (GTK_EDITABLE (self->field), -1);
  self->quiet = FALSE;
  close_list (self);
}

static void make_popover (ParlanceCompletion *self);

static gboolean
has_words (ParlanceCompletion *self)
{
  return gtk_single_selection_get_model (self->selection) != NULL;
}

static void
open_list (ParlanceCompletion *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->field));
  unsigned n;

  if (self->popover == NULL)
    make_popover (self);
  gtk_string_filter_set_search (self->filter, text);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  if (n == 1)
    {
      GtkStringObject *only = g_list_model_get_item (G_LIST_MODEL (self->selection), 0);

      if (g_str_equal (gtk_string_object_get_string (only), text))
        n = 0;
      g_object_unref (only);
    }

  if (n == 0)
    close_list (self);
  else
    {
      gtk_widget_set_size_request (self->popover, gtk_widget_get_width (self->field), -1);
      gtk_popover_popup (GTK_POPOVER (self->popover));
    }
}

static void
changed_cb (ParlanceCompletion *self)
{
  if (self->quiet || !has_words (self))
    return;
  if ((gtk_widget_get_state_flags (self->field) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0)
    open_list (self);
}

static void
move (ParlanceCompletion *self,
      int                 step)
{
  int n = (int) g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  unsigned selected = gtk_single_selection_get_selected (self->selection);
  int position;

  if (n == 0)
    return;

  if (selected == GTK_INVALID_LIST_POSITION)
    position = step > 0 ? 0 : n - 1;
  else
    position = CLAMP ((int) selected + step, 0, n - 1);
  gtk_single_selection_set_selected (self->selection, (unsigned) position);
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", (unsigned) position);
}

static gboolean
key_cb (ParlanceCompletion *self,
        unsigned            keyval,
        unsigned            keycode,
        GdkModifierType     modifiers)
{
  GtkStringObject *item;

  if (!has_words (self) || (modifiers & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;

  switch (keyval)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      if (is_open (self))
        move (self, 1);
      else
        open_list (self);
      return is_open (self);
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      if (!is_open (self))
        return GDK_EVENT_PROPAGATE;
      move (self, -1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      item = gtk_single_selection_get_selected_item (self->selection);
      if (!is_open (self) || item == NULL)
        {
          close_list (self);
          return GDK_EVENT_PROPAGATE;
        }
      choose (self, gtk_string_object_get_string (item));
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      if (!is_open (self))
        return GDK_EVENT_PROPAGATE;
      close_list (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
released_cb (ParlanceCompletion *self,
             int                 n_press,
             double              x,
             double              y,
             GtkGesture         *gesture)
{
  GtkWidget *label = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));

  choose (self, g_object_get_data (G_OBJECT (label), "word"));
}

static void
setup_cb (ParlanceCompletion *self,
          GtkListItem        *item)
{
  GtkWidget *label = gtk_label_new (NULL);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  g_signal_connect_object (click, "released", G_CALLBACK (released_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (click));
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (ParlanceCompletion *self,
         GtkListItem        *item)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  const char *word = gtk_string_object_get_string (gtk_list_item_get_item (item));
  g_autofree char *line = parlance_text_line (word);

  gtk_label_set_text (GTK_LABEL (label), line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (label)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, line, -1);
  g_object_set_data_full (G_OBJECT (label), "word", g_strdup (word), g_free);
}

static void
make_popover (ParlanceCompletion *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);

  self->list = gtk_list_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)), factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Suggestions"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);

  /* The text field keeps the focus. */
  self->popover = gtk_popover_new ();
  gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_BOTTOM);
  gtk_widget_set_can_focus (self->popover, FALSE);
  gtk_popover_set_offset (GTK_POPOVER (self->popover), 0, 6);
  gtk_widget_add_css_class (self->popover, "menu");
  gtk_widget_add_css_class (self->popover, "completion");
  gtk_popover_set_child (GTK_POPOVER (self->popover), scroller);
  gtk_widget_set_parent (self->popover, self->field);
}

static void
unparent_popover (ParlanceCompletion *self)
{
  g_clear_pointer (&self->popover, gtk_widget_unparent);
}

static void
parlance_completion_dispose (GObject *object)
{
  ParlanceCompletion *self = PARLANCE_COMPLETION (object);

  g_clear_object (&self->selection);
  g_clear_object (&self->filter);

  G_OBJECT_CLASS (parlance_completion_parent_class)->dispose (object);
}

static void
parlance_completion_class_init (ParlanceCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = parlance_completion_dispose;
}

static void
parlance_completion_init (ParlanceCompletion *self)
{
  GtkExpression *word = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");

  self->filter = gtk_string_filter_new (word);
  gtk_string_filter_set_match_mode (self->filter, GTK_STRING_FILTER_MATCH_MODE_SUBSTRING);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
}

ParlanceCompletion *
parlance_completion_new (GtkWidget *field)
{
  ParlanceCompletion *self = g_object_new (PARLANCE_TYPE_COMPLETION, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->field = field;
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "leave", G_CALLBACK (close_list), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (field, keys);
  gtk_widget_add_controller (field, focus);
  g_signal_connect_object (field, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  /* A child that is not of the template would be left behind. */
  g_signal_connect_object (field, "unrealize", G_CALLBACK (unparent_popover), self,
                           G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (field), "parlance-completion", self, g_object_unref);

  return self;
}

void
parlance_completion_set_words (ParlanceCompletion *self,
                               const char *const  *words)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  g_autoptr (GtkFilterListModel) filtered = NULL;

  g_return_if_fail (PARLANCE_IS_COMPLETION (self));

  /* An empty one would be a row of nothing. */
  for (size_t i = 0; words != NULL && words[i] != NULL; i++)
    if (words[i][0] != '\0')
      gtk_string_list_append (list, words[i]);
  filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (list)),
                                        g_object_ref (GTK_FILTER (self->filter)));
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (filtered));
  changed_cb (self);
}
