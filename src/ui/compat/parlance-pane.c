/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-pane.h"

struct _ParlancePane
{
  AdwBin          parent_instance;

#if ADW_CHECK_VERSION(1, 4, 0)
  AdwToolbarView *view;
#else
  GtkBox         *bars;
  AdwBin         *content;
#endif
};

enum
{
  PROP_TOP_BAR = 1,
  PROP_CONTENT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlancePane, parlance_pane, ADW_TYPE_BIN)

static void
parlance_pane_set_property (GObject      *object,
                            unsigned      prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  ParlancePane *self = PARLANCE_PANE (object);

  switch (prop_id)
    {
    case PROP_TOP_BAR:
      parlance_pane_add_top_bar (self, g_value_get_object (value));
      break;
    case PROP_CONTENT:
      parlance_pane_set_content (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_pane_class_init (ParlancePaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = parlance_pane_set_property;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);

  props[PROP_TOP_BAR] = g_param_spec_object ("top-bar", NULL, NULL, GTK_TYPE_WIDGET,
                                             G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET,
                                             G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
parlance_pane_init (ParlancePane *self)
{
#if ADW_CHECK_VERSION(1, 4, 0)
  self->view = ADW_TOOLBAR_VIEW (adw_toolbar_view_new ());
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->view));
#else
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->bars = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  self->content = ADW_BIN (adw_bin_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->content), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->bars));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->content));
  adw_bin_set_child (ADW_BIN (self), box);
#endif
}

GtkWidget *
parlance_pane_new (void)
{
  return g_object_new (PARLANCE_TYPE_PANE, NULL);
}

void
parlance_pane_add_top_bar (ParlancePane *self,
                           GtkWidget    *bar)
{
  g_return_if_fail (PARLANCE_IS_PANE (self));
  g_return_if_fail (GTK_IS_WIDGET (bar));

#if ADW_CHECK_VERSION(1, 4, 0)
  adw_toolbar_view_add_top_bar (self->view, bar);
#else
  gtk_box_append (self->bars, bar);
#endif
}

void
parlance_pane_set_content (ParlancePane *self,
                           GtkWidget    *content)
{
  g_return_if_fail (PARLANCE_IS_PANE (self));
  g_return_if_fail (content == NULL || GTK_IS_WIDGET (content));

#if ADW_CHECK_VERSION(1, 4, 0)
  adw_toolbar_view_set_content (self->view, content);
#else
  adw_bin_set_child (self->content, content);
#endif
}
