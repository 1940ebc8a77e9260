/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-application.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* A core dump would hold the token. */
static void
forbid_core_dumps (void)
{
  struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (ParlanceApplication) application = NULL;
  int status;

  forbid_core_dumps ();

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  g_set_application_name ("Parlance");
  gtk_window_set_default_icon_name (APPLICATION_ID);

  application = parlance_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);

  return parlance_application_get_exit_status (application) != 0
           ? parlance_application_get_exit_status (application)
           : status;
}
