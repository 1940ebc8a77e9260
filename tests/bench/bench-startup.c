/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-startup PROGRAM BARE: how long each takes from its start to its first painted window, and
 * what it weighs when it has come to rest. Both run in turn on the same X server, with an empty
 * home folder each time. */

#include <X11/Xlib.h>
#include <X11/extensions/Xdamage.h>
#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define RUNS 5
#define PATIENCE (30 * G_USEC_PER_SEC)
#define REST (2 * G_USEC_PER_SEC)

typedef struct
{
  double ms[RUNS];
  double mib[RUNS];
} Figures;

static int
ignore_error (Display     *display,
              XErrorEvent *event)
{
  /* A window may be gone, or be one that cannot be painted, by the time it is watched. */
  return 0;
}

/* Whether a window was painted before @deadline. Windows are watched from their creation on, so
 * that no stroke is missed; what is painted before a window is shown does not count. */
static gboolean
wait_for_paint (Display *display,
                int      damage_event,
                gint64   deadline)
{
  g_autoptr (GHashTable) shown = g_hash_table_new (NULL, NULL);

  while (g_get_monotonic_time () < deadline)
    {
      GPollFD connection = { ConnectionNumber (display), G_IO_IN, 0 };

      while (XPending (display) > 0)
        {
          XEvent event;

          XNextEvent (display, &event);
          if (event.type == CreateNotify && !event.xcreatewindow.override_redirect)
            {
              XDamageCreate (display, event.xcreatewindow.window, XDamageReportRawRectangles);
            }
          else if (event.type == MapNotify)
            {
              g_hash_table_add (shown, GSIZE_TO_POINTER (event.xmap.window));
            }
          else if (event.type == damage_event + XDamageNotify)
            {
              XDamageNotifyEvent *damage = (XDamageNotifyEvent *) &event;

              /* The invisible 1 × 1 windows of toolkits are no windows to a person. */
              if (damage->area.width > 100 &&
                  g_hash_table_contains (shown, GSIZE_TO_POINTER (damage->drawable)))
                return TRUE;
            }
        }
      g_poll (&connection, 1, 100);
    }
  return FALSE;
}

/* The process's share of memory, in MiB; 0 where it cannot be read. */
static double
proportional_size (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", (int) pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  line = strstr (text, "\nPss:");
  return line != NULL ? strtod (line + strlen ("\nPss:"), NULL) / 1024 : 0;
}

static char **
fresh_environment (const char *home)
{
  char **environment = g_get_environ ();
  const char *const folders[][2] = {
    { "HOME", "" },
    { "XDG_CONFIG_HOME", ".config" },
    { "XDG_CACHE_HOME", ".cache" },
    { "XDG_DATA_HOME", ".local/share" },
    { "XDG_STATE_HOME", ".local/state" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (home, folders[i][1], NULL);

      g_mkdir_with_parents (folder, 0700);
      environment = g_environ_setenv (environment, folders[i][0], folder, TRUE);
    }
  return environment;
}

static void
remove_folder (const char *path)
{
  const char *const command[] = { "rm", "-rf", path, NULL };

  g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
}

static gboolean
measure (Display    *display,
         int         damage_event,
         const char *program,
         double     *ms,
         double     *mib)
{
  g_autofree char *home = g_dir_make_tmp ("parlance-bench-XXXXXX", NULL);
  g_auto (GStrv) environment = fresh_environment (home);
  char *command[] = { (char *) program, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;
  gint64 start;
  gboolean painted;

  XSync (display, True);
  start = g_get_monotonic_time ();
  if (!g_spawn_async (NULL, command, environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                      &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  painted = wait_for_paint (display, damage_event, start + PATIENCE);
  *ms = (g_get_monotonic_time () - start) / 1000.0;
  if (painted)
    {
      g_usleep (REST);
      *mib = proportional_size (pid);
    }
  else
    {
      g_printerr ("%s: no window within %d s\n", program, (int) (PATIENCE / G_USEC_PER_SEC));
    }

  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  remove_folder (home);
  return painted;
}

static int
compare (const void *a,
         const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
median (double values[RUNS])
{
  qsort (values, RUNS, sizeof (double), compare);
  return values[RUNS / 2];
}

int
main (int    argc,
      char **argv)
{
  Display *display = XOpenDisplay (NULL);
  Figures figures[2];
  double ms[2], mib[2];
  int damage_event, damage_error;

  if (argc != 3 || display == NULL || !XDamageQueryExtension (display, &damage_event, &damage_error))
    {
      g_printerr ("usage: bench-startup PROGRAM BARE, on an X server with DAMAGE\n");
      return EXIT_FAILURE;
    }
  XSetErrorHandler (ignore_error);
  XSelectInput (display, DefaultRootWindow (display), SubstructureNotifyMask);

  /* The first round warms the caches and is not counted. */
  for (int run = -1; run < RUNS; run++)
    {
      for (int i = 0; i < 2; i++)
        {
          int slot = MAX (run, 0);

          if (!measure (display, damage_event, argv[1 + i], &figures[i].ms[slot],
                        &figures[i].mib[slot]))
            return EXIT_FAILURE;
        }
    }

  for (int i = 0; i < 2; i++)
    {
      ms[i] = median (figures[i].ms);
      mib[i] = median (figures[i].mib);
    }
  g_print ("figure startup-ms %.0f ms\n", ms[0]);
  g_print ("figure startup-bare-ms %.0f ms\n", ms[1]);
  g_print ("figure startup-ratio %.2f x\n", ms[0] / ms[1]);
  XCloseDisplay (display);
  if (mib[0] == 0)
    {
      /* Parlance lets nobody look into its memory but root. */
      g_printerr ("The memory was not measured: that needs root.\n");
      return EXIT_SUCCESS;
    }
  g_print ("figure memory-mib %.1f MiB\n", mib[0]);
  g_print ("figure memory-bare-mib %.1f MiB\n", mib[1]);
  g_print ("figure memory-ratio %.2f x\n", mib[0] / mib[1]);
  return EXIT_SUCCESS;
}
