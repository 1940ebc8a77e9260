/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-shortcuts.h"

#include "parlance-compat.h"

#include <glib/gi18n.h>

void
parlance_shortcuts_show (GtkWindow *parent)
{
  const ParlanceShortcut shortcuts[] = {
    /* Translators: in the keyboard help the first of each pair is the heading of a group */
    { _("Conversations"), _("New conversation"), "<Control>n" },
    { _("Conversations"), _("Rename the conversation"), "F2" },
    { _("Conversations"), _("Delete the chosen conversation"), "Delete" },
    { _("Conversations"), _("Show or hide the list"), "F9" },
    { _("Messages"), _("Send the message"), "Return" },
    { _("Messages"), _("Break the line"), "<Shift>Return" },
    { _("Messages"), _("Stop the reply"), "Escape" },
    { C_("keyboard shortcuts", "General"), _("Preferences"), "<Control>comma" },
    { C_("keyboard shortcuts", "General"), _("Keyboard shortcuts"), "<Control>question" },
    { C_("keyboard shortcuts", "General"), _("Help"), "F1" },
    { C_("keyboard shortcuts", "General"), _("Close the window"), "<Control>w" },
    { C_("keyboard shortcuts", "General"), _("Quit"), "<Control>q" },
    { NULL },
  };

  parlance_compat_show_shortcuts (parent, shortcuts);
}
