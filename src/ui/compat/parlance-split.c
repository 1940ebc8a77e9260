/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-split.h"

/* The sidebar stands beside the content from this width on: enough for both to be read. */
#define SIDEBAR_WIDTH 272
#define CONTENT_WIDTH 380

struct _ParlanceSplit
{
  AdwBin     parent_instance;

#if ADW_CHECK_VERSION(1, 4, 0)
  AdwOverlaySplitView *view;
#else
  AdwFlap   *view;
  GtkWidget *content_bin;
#endif
};

enum
{
  PROP_SIDEBAR = 1,
  PROP_CONTENT,
  PROP_SHOW_SIDEBAR,
  PROP_COLLAPSED,
  PROP_CONTENT_START_BUTTONS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceSplit, parlance_split, ADW_TYPE_BIN)

#if ADW_CHECK_VERSION(1, 4, 0)
#define VIEW_SHOW "show-sidebar"
#define VIEW_COLLAPSED "collapsed"
#else
#define VIEW_SHOW "reveal-flap"
#define VIEW_COLLAPSED "folded"

/* AdwFlap folds where less than the natural widths is left. Text has a natural width of a whole
 * paragraph; so the content says here what it needs. */
static void
content_measure (GtkWidget      *widget,
                 GtkOrientation  orientation,
                 int             for_size,
                 int            *minimum,
                 int            *natural,
                 int            *minimum_baseline,
                 int            *natural_baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  *minimum = *natural = 0;
  if (child != NULL)
    gtk_widget_measure (child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*minimum, CONTENT_WIDTH);
}

static void
content_allocate (GtkWidget *widget,
                  int        width,
                  int        height,
                  int        baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  if (child != NULL)
    gtk_widget_allocate (child, width, height, baseline, NULL);
}
#endif

static void
view_notify_cb (ParlanceSplit *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_SIDEBAR]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COLLAPSED]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONTENT_START_BUTTONS]);
}

static gboolean
content_start_buttons (ParlanceSplit *self)
{
#if ADW_CHECK_VERSION(1, 4, 0)
  return TRUE; /* AdwOverlaySplitView sees to it itself. */
#else
  return parlance_split_get_collapsed (self) || !parlance_split_get_show_sidebar (self);
#endif
}

static void
parlance_split_get_property (GObject    *object,
                             unsigned    prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  ParlanceSplit *self = PARLANCE_SPLIT (object);

  switch (prop_id)
    {
    case PROP_SHOW_SIDEBAR:
      g_value_set_boolean (value, parlance_split_get_show_sidebar (self));
      break;
    case PROP_COLLAPSED:
      g_value_set_boolean (value, parlance_split_get_collapsed (self));
      break;
    case PROP_CONTENT_START_BUTTONS:
      g_value_set_boolean (value, content_start_buttons (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_split_set_property (GObject      *object,
                             unsigned      prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  ParlanceSplit *self = PARLANCE_SPLIT (object);

  switch (prop_id)
    {
    case PROP_SIDEBAR:
#if ADW_CHECK_VERSION(1, 4, 0)
      adw_overlay_split_view_set_sidebar (self->view, g_value_get_object (value));
#else
      gtk_widget_set_size_request (g_value_get_object (value), SIDEBAR_WIDTH, -1);
      /* AdwFlap gives it no ground: folded, the content would shine through. */
      gtk_widget_add_css_class (g_value_get_object (value), "background");
      adw_flap_set_flap (self->view, g_value_get_object (value));
#endif
      break;
    case PROP_CONTENT:
#if ADW_CHECK_VERSION(1, 4, 0)
      adw_overlay_split_view_set_content (self->view, g_value_get_object (value));
#else
      adw_bin_set_child (ADW_BIN (self->content_bin), g_value_get_object (value));
#endif
      break;
    case PROP_SHOW_SIDEBAR:
      parlance_split_set_show_sidebar (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_split_class_init (ParlanceSplitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = parlance_split_get_property;
  object_class->set_property = parlance_split_set_property;

  props[PROP_SIDEBAR] = g_param_spec_object ("sidebar", NULL, NULL, GTK_TYPE_WIDGET,
                                             G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET,
                                             G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_SHOW_SIDEBAR] =
    g_param_spec_boolean ("show-sidebar", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_COLLAPSED] = g_param_spec_boolean ("collapsed", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_CONTENT_START_BUTTONS] =
    g_param_spec_boolean ("content-start-buttons", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_split_init (ParlanceSplit *self)
{
#if ADW_CHECK_VERSION(1, 4, 0)
  GtkWidget *bin = adw_breakpoint_bin_new ();
  AdwBreakpoint *narrow =
    adw_breakpoint_new (adw_breakpoint_condition_new_length (ADW_BREAKPOINT_CONDITION_MAX_WIDTH,
                                                             SIDEBAR_WIDTH + CONTENT_WIDTH,
                                                             ADW_LENGTH_UNIT_SP));

  self->view = ADW_OVERLAY_SPLIT_VIEW (adw_overlay_split_view_new ());
  adw_overlay_split_view_set_min_sidebar_width (self->view, SIDEBAR_WIDTH);
  adw_breakpoint_add_setters (narrow, G_OBJECT (self->view), "collapsed", TRUE, NULL);
  adw_breakpoint_bin_add_breakpoint (ADW_BREAKPOINT_BIN (bin), narrow);
  gtk_widget_set_size_request (bin, 300, 200);
  adw_breakpoint_bin_set_child (ADW_BREAKPOINT_BIN (bin), GTK_WIDGET (self->view));
  adw_bin_set_child (ADW_BIN (self), bin);
#else
  self->view = ADW_FLAP (adw_flap_new ());
  self->content_bin = adw_bin_new ();
  gtk_widget_set_layout_manager (self->content_bin,
                                 gtk_custom_layout_new (NULL, content_measure, content_allocate));
  adw_flap_set_fold_threshold_policy (self->view, ADW_FOLD_THRESHOLD_POLICY_NATURAL);
  adw_flap_set_separator (self->view, gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  adw_flap_set_content (self->view, self->content_bin);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->view));
#endif

  g_signal_connect_object (self->view, "notify::" VIEW_SHOW, G_CALLBACK (view_notify_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "notify::" VIEW_COLLAPSED, G_CALLBACK (view_notify_cb),
                           self, G_CONNECT_SWAPPED);
}

gboolean
parlance_split_get_show_sidebar (ParlanceSplit *self)
{
  gboolean show;

  g_return_val_if_fail (PARLANCE_IS_SPLIT (self), FALSE);

  g_object_get (self->view, VIEW_SHOW, &show, NULL);
  return show;
}

void
parlance_split_set_show_sidebar (ParlanceSplit *self,
                                 gboolean       show)
{
  g_return_if_fail (PARLANCE_IS_SPLIT (self));

  if (show != parlance_split_get_show_sidebar (self))
    g_object_set (self->view, VIEW_SHOW, show, NULL);
}

gboolean
parlance_split_get_collapsed (ParlanceSplit *self)
{
  gboolean collapsed;

  g_return_val_if_fail (PARLANCE_IS_SPLIT (self), FALSE);

  g_object_get (self->view, VIEW_COLLAPSED, &collapsed, NULL);
  return collapsed;
}
