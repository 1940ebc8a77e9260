/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-sidebar.h"

#include "parlance-compat.h"
#include "parlance-pane.h"
#include "parlance-sidebar-row.h"

#include <glib/gi18n.h>

struct _ParlanceSidebar
{
  AdwBin                parent_instance;

  GtkWidget            *header;
  GtkStack             *stack;
  GtkListView          *list;
  GMenuModel           *row_menu;

  GtkSingleSelection   *selection;
  ParlanceConversation *selected; /* what is open, whatever the list makes of it meanwhile */
  ParlanceConversation *context;  /* the row whose menu is open */
  GtkWidget            *popover;
  gboolean              quiet;    /* the selection changes by our hand */
};

enum
{
  SIGNAL_CHOSEN,
  SIGNAL_RENAME,
  SIGNAL_DELETE,
  N_SIGNALS
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceSidebar, parlance_sidebar, ADW_TYPE_BIN)

/* ------------------------------------------------------------------ selection */

static void
sync_selection (ParlanceSidebar *self)
{
  GListModel *model = G_LIST_MODEL (self->selection);
  unsigned n = g_list_model_get_n_items (model);
  unsigned position = GTK_INVALID_LIST_POSITION;

  for (unsigned i = 0; self->selected != NULL && i < n; i++)
    {
      g_autoptr (ParlanceConversation) item = g_list_model_get_item (model, i);

      if (item == self->selected)
        {
          position = i;
          break;
        }
    }

  self->quiet = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->quiet = FALSE;
}

static void
selection_cb (ParlanceSidebar *self)
{
  ParlanceConversation *item = gtk_single_selection_get_selected_item (self->selection);

  /* NULL while a row moves to the top: items_changed_cb() finds it again. */
  if (self->quiet || item == NULL || item == self->selected)
    return;

  g_set_object (&self->selected, item);
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, item);
}

/* A click on the row that is open already: the sidebar may lie over its conversation. */
static void
activate_cb (ParlanceSidebar *self,
             unsigned         position)
{
  g_autoptr (ParlanceConversation) item =
    g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL)
    g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, item);
}

static void
items_changed_cb (ParlanceSidebar *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "list");
  sync_selection (self);
}

/* ------------------------------------------------------------------ what can be done with a row */

static ParlanceConversation *
focused_conversation (ParlanceSidebar *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkWidget *child = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  if (PARLANCE_IS_SIDEBAR_ROW (child))
    return parlance_sidebar_row_get_conversation (PARLANCE_SIDEBAR_ROW (child));

  return self->selected;
}

static void
rename_cb (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  ParlanceSidebar *self = PARLANCE_SIDEBAR (widget);
  ParlanceConversation *conversation =
    self->context != NULL ? self->context : focused_conversation (self);

  if (conversation != NULL)
    g_signal_emit (self, signals[SIGNAL_RENAME], 0, conversation);
}

static void
delete_cb (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  ParlanceSidebar *self = PARLANCE_SIDEBAR (widget);
  ParlanceConversation *conversation =
    self->context != NULL ? self->context : focused_conversation (self);

  if (conversation != NULL)
    g_signal_emit (self, signals[SIGNAL_DELETE], 0, conversation);
}

/* The action runs after the popover has closed. */
static gboolean
forget_context (gpointer user_data)
{
  ParlanceSidebar *self = user_data;

  if (self->popover == NULL || !gtk_widget_get_visible (self->popover))
    g_clear_object (&self->context);

  return G_SOURCE_REMOVE;
}

static void
popover_closed_cb (ParlanceSidebar *self)
{
  /* It would go to the first button of the sidebar. */
  parlance_sidebar_focus (self);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, forget_context, g_object_ref (self), g_object_unref);
}

static void
show_menu (ParlanceSidebar    *self,
           ParlanceSidebarRow *row,
           double              x,
           double              y)
{
  GdkRectangle at = { 0, 0, 1, 1 };
  graphene_point_t point;

  if (!gtk_widget_compute_point (GTK_WIDGET (row), GTK_WIDGET (self),
                                 &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    return;

  if (self->popover == NULL)
    {
      self->popover = gtk_popover_menu_new_from_model (self->row_menu);
      parlance_compat_name_parts (self->popover, _("Conversations"));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      /* GTK takes the start of a popover for its left side in every language. */
      gtk_widget_set_halign (self->popover,
                             gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL
                               ? GTK_ALIGN_END
                               : GTK_ALIGN_START);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
      g_signal_connect_object (self->popover, "closed", G_CALLBACK (popover_closed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  g_set_object (&self->context, parlance_sidebar_row_get_conversation (row));
  at.x = (int) point.x;
  at.y = (int) point.y;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &at);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static gboolean
menu_key_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  ParlanceSidebar *self = PARLANCE_SIDEBAR (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GtkWidget *child = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  if (!PARLANCE_IS_SIDEBAR_ROW (child))
    return FALSE;
  show_menu (self, PARLANCE_SIDEBAR_ROW (child), 12, gtk_widget_get_height (child));
  return TRUE;
}

/* ------------------------------------------------------------------ rows */

static void
setup_cb (ParlanceSidebar *self,
          GtkListItem     *item)
{
  GtkWidget *row = parlance_sidebar_row_new ();

  g_signal_connect_object (row, "menu", G_CALLBACK (show_menu), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (ParlanceSidebar *self,
         GtkListItem     *item)
{
  parlance_sidebar_row_set_conversation (PARLANCE_SIDEBAR_ROW (gtk_list_item_get_child (item)),
                                         gtk_list_item_get_item (item));
}

static void
unbind_cb (ParlanceSidebar *self,
           GtkListItem     *item)
{
  parlance_sidebar_row_set_conversation (PARLANCE_SIDEBAR_ROW (gtk_list_item_get_child (item)),
                                         NULL);
}

/* ------------------------------------------------------------------ object */

static void
parlance_sidebar_dispose (GObject *object)
{
  ParlanceSidebar *self = PARLANCE_SIDEBAR (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->selected);
  g_clear_object (&self->context);
  g_clear_object (&self->selection);

  G_OBJECT_CLASS (parlance_sidebar_parent_class)->dispose (object);
}

static void
parlance_sidebar_class_init (ParlanceSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const char *names[N_SIGNALS] = { "chosen", "rename", "delete" };

  object_class->dispose = parlance_sidebar_dispose;

  for (int i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 1, PARLANCE_TYPE_CONVERSATION);

  g_type_ensure (PARLANCE_TYPE_PANE);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/parlance_chat/Parlance/parlance-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceSidebar, header);
  gtk_widget_class_bind_template_child (widget_class, ParlanceSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, ParlanceSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, ParlanceSidebar, row_menu);

  gtk_widget_class_install_action (widget_class, "sidebar.rename", NULL, rename_cb);
  gtk_widget_class_install_action (widget_class, "sidebar.delete", NULL, delete_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
  /* The menu shows the one that was added last. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Delete, 0, "sidebar.delete", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "sidebar.delete", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "sidebar.rename", NULL);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_sidebar_init (ParlanceSidebar *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  parlance_compat_name_parts (self->header, _("Conversations"));

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activate_cb), self,
                           G_CONNECT_SWAPPED);

  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selection_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
}

void
parlance_sidebar_set_model (ParlanceSidebar *self,
                            GListModel      *conversations)
{
  g_return_if_fail (PARLANCE_IS_SIDEBAR (self));

  gtk_single_selection_set_model (self->selection, conversations);
  items_changed_cb (self);
}

void
parlance_sidebar_set_selected (ParlanceSidebar      *self,
                               ParlanceConversation *conversation)
{
  g_return_if_fail (PARLANCE_IS_SIDEBAR (self));

  if (g_set_object (&self->selected, conversation))
    sync_selection (self);
}

void
parlance_sidebar_focus (ParlanceSidebar *self)
{
  g_return_if_fail (PARLANCE_IS_SIDEBAR (self));

  if (!gtk_widget_grab_focus (GTK_WIDGET (self->list)))
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}
