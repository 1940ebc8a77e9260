/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-code-view.h"

#include "parlance-prose.h"
#include "parlance-side-scroller.h"

#include <glib/gi18n.h>

struct _ParlanceCodeView
{
  GtkBox         parent_instance;

  GtkWidget     *head;
  GtkLabel      *language;
  GtkLabel      *code;
  ParlanceBlock *block;
};

G_DEFINE_FINAL_TYPE (ParlanceCodeView, parlance_code_view, GTK_TYPE_BOX)

static void
on_copy (ParlanceCodeView *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->block->text);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _("Code copied"));
}

static void
parlance_code_view_finalize (GObject *object)
{
  ParlanceCodeView *self = PARLANCE_CODE_VIEW (object);

  g_clear_pointer (&self->block, parlance_block_unref);

  G_OBJECT_CLASS (parlance_code_view_parent_class)->finalize (object);
}

static void
parlance_code_view_class_init (ParlanceCodeViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_code_view_finalize;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
parlance_code_view_init (ParlanceCodeView *self)
{
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  GtkWidget *scroller;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "code-card");

  self->head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->head, "code-head");
  gtk_box_append (GTK_BOX (self), self->head);

  self->language = g_object_new (GTK_TYPE_LABEL,
                                 "xalign", 0.0f,
                                 "hexpand", TRUE,
                                 "ellipsize", PANGO_ELLIPSIZE_END,
                                 NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->language), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->language), "dim-label");
  gtk_box_append (GTK_BOX (self->head), GTK_WIDGET (self->language));

  gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (copy, "flat");
  gtk_widget_add_css_class (copy, "quiet");
  gtk_widget_set_tooltip_text (copy, _("Copy Code"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Copy Code"), -1);
  g_signal_connect_swapped (copy, "clicked", G_CALLBACK (on_copy), self);
  gtk_box_append (GTK_BOX (self->head), copy);

  self->code = GTK_LABEL (parlance_prose_new ());
  gtk_label_set_wrap (self->code, FALSE);
  gtk_label_set_width_chars (self->code, -1);
  gtk_label_set_max_width_chars (self->code, -1);
  gtk_widget_remove_css_class (GTK_WIDGET (self->code), "prose");
  gtk_widget_add_css_class (GTK_WIDGET (self->code), "code");
  scroller = parlance_side_scroller_new (GTK_WIDGET (self->code));
  /* Code is written from left to right, whatever the language around it. */
  gtk_widget_set_direction (GTK_WIDGET (self->code), GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (gtk_widget_get_first_child (scroller), GTK_TEXT_DIR_LTR);
  gtk_box_append (GTK_BOX (self), scroller);
}

GtkWidget *
parlance_code_view_new (void)
{
  return g_object_new (PARLANCE_TYPE_CODE_VIEW, NULL);
}

static void
set_css_class (GtkWidget  *widget,
               const char *name,
               gboolean    set)
{
  if (set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

void
parlance_code_view_set (ParlanceCodeView *self,
                        ParlanceRow      *row)
{
  ParlanceRowFlags flags = parlance_row_get_flags (row);
  ParlanceBlock *block = parlance_block_ref (parlance_row_get_block (row));
  g_autofree char *language = parlance_text_show_target (block->language ? block->language : "");

  g_clear_pointer (&self->block, parlance_block_unref);
  self->block = block;

  gtk_widget_set_visible (self->head, flags & PARLANCE_ROW_FIRST);
  gtk_label_set_text (self->language, language);
  set_css_class (GTK_WIDGET (self), "first", flags & PARLANCE_ROW_FIRST);
  set_css_class (GTK_WIDGET (self), "last", flags & PARLANCE_ROW_LAST);
  parlance_prose_set (self->code, block->text, parlance_row_get_start (row),
                      parlance_row_get_end (row), NULL, PARLANCE_TEXT_CODE);
}
