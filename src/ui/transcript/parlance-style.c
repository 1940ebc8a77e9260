/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-style.h"

#include "parlance-transcript-resources.h"

#include <gtk/gtk.h>

#define RESOURCE "/io/github/parlance_chat/Parlance/transcript/transcript.css"

void
parlance_style_load (void)
{
  GtkCssProvider *provider = gtk_css_provider_new ();

  /* Of a static library, a linker takes along only what is called. */
  g_resources_register (parlance_transcript_get_resource ());
  gtk_css_provider_load_from_resource (provider, RESOURCE);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION - 1);
  g_object_unref (provider);

  /* Going through the messages by keyboard must not select each of them. */
  g_object_set (gtk_settings_get_default (), "gtk-label-select-on-focus", FALSE, NULL);
}
