/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-application.h"

#include "parlance-compat.h"
#include "parlance-screenshot.h"
#include "parlance-session.h"
#include "parlance-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#define RESOURCES "/io/github/parlance_chat/Parlance"
#define HOMEPAGE "https://github.com/parlance-chat/parlance"

struct _ParlanceApplication
{
  AdwApplication  parent_instance;

  GSettings      *settings;        /* NULL: nothing of the window is remembered */
  gboolean        demo;
  gboolean        dark;
  char           *screenshot;      /* where to write the picture to */
  int             screenshot_width;
  int             screenshot_height;
  int             exit_status;
};

G_DEFINE_FINAL_TYPE (ParlanceApplication, parlance_application, ADW_TYPE_APPLICATION)

/* ------------------------------------------------------------------ windows */

/* g_settings_new() ends the process where the schema is not installed: an uninstalled run should
 * lose the window's size, not the conversation. The demo remembers nothing. */
static GSettings *
open_settings (gboolean demo)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autofree char *path = NULL;

  if (demo || source == NULL)
    return NULL;
  schema = g_settings_schema_source_lookup (source, "io.github.parlance_chat.Parlance", TRUE);
  if (schema == NULL)
    {
      g_message ("The settings schema is not installed: nothing of the window is remembered");
      return NULL;
    }

  path = g_strdelimit (g_strdup ("/" APPLICATION_ID "/"), ".", '/');
  return g_settings_new_full (schema, NULL, path);
}

/* A demo that is closing is over: another has a folder of its own, and can begin beside it. */
static ParlanceWindow *
find_window (ParlanceApplication *self,
             gboolean             demo)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    {
      if (PARLANCE_IS_WINDOW (l->data)
          && parlance_session_is_demo (parlance_window_get_session (l->data)) == demo
          && !(demo && parlance_window_get_closing (l->data)))
        return l->data;
    }

  return NULL;
}

/* (nullable): the window in use, also when a dialog above it has the focus. */
static ParlanceWindow *
active_window (ParlanceApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  while (window != NULL && !PARLANCE_IS_WINDOW (window))
    window = gtk_window_get_transient_for (window);

  return window != NULL ? PARLANCE_WINDOW (window) : find_window (self, self->demo);
}

static ParlanceWindow *
open_window (ParlanceApplication *self,
             gboolean             demo)
{
  g_autoptr (ParlanceSession) session = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceWindow *window;

  session = demo ? parlance_session_new_demo (&error) : parlance_session_new ();
  if (error != NULL)
    {
      g_printerr (_("The demo could not be started: %s\n"), error->message);
      return NULL;
    }

  /* The store opens on its thread while the window is built. */
  parlance_session_start (session);
  window = parlance_window_new (GTK_APPLICATION (self), session, demo ? NULL : self->settings);
  if (self->screenshot != NULL)
    gtk_window_set_default_size (GTK_WINDOW (window), self->screenshot_width,
                                 self->screenshot_height);
  gtk_window_present (GTK_WINDOW (window));

  return window;
}

/* ------------------------------------------------------------------ actions */

static void
preferences_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  ParlanceWindow *window = active_window (user_data);

  if (window != NULL)
    parlance_window_show_preferences (window);
}

static void
help_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  ParlanceWindow *window = active_window (user_data);

  parlance_compat_open_uri (window != NULL ? GTK_WINDOW (window) : NULL, HOMEPAGE "#readme");
}

static void
report_problem_cb (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  ParlanceWindow *window = active_window (user_data);

  parlance_compat_open_uri (window != NULL ? GTK_WINDOW (window) : NULL, HOMEPAGE "/issues");
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  ParlanceWindow *window = active_window (user_data);

  if (window != NULL)
    parlance_compat_show_about (GTK_WINDOW (window));
}

static void
demo_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  ParlanceApplication *self = user_data;
  ParlanceWindow *window = find_window (self, TRUE);

  if (window != NULL)
    gtk_window_present (GTK_WINDOW (window));
  else if (open_window (self, TRUE) == NULL && (window = active_window (self)) != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.toast", "s",
                                _("The demo could not be started"));
}

/* Each window sees to it that nothing is lost; the last one that goes ends the program. */
static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GList *windows = g_list_copy_deep (gtk_application_get_windows (user_data),
                                     (GCopyFunc) g_object_ref, NULL);

  for (GList *l = windows; l != NULL; l = l->next)
    {
      if (PARLANCE_IS_WINDOW (l->data))
        parlance_window_close (l->data);
    }
  g_list_free_full (windows, g_object_unref);
}

static const GActionEntry actions[] = {
  { .name = "preferences", .activate = preferences_cb },
  { .name = "help", .activate = help_cb },
  { .name = "report-problem", .activate = report_problem_cb },
  { .name = "about", .activate = about_cb },
  { .name = "demo", .activate = demo_cb },
  { .name = "quit", .activate = quit_cb },
};

/* ------------------------------------------------------------------ application */

static int
parlance_application_handle_local_options (GApplication *application,
                                           GVariantDict *options)
{
  ParlanceApplication *self = PARLANCE_APPLICATION (application);
  const char *size;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("Parlance %s\n", VERSION);
      return 0;
    }

  g_variant_dict_lookup (options, "screenshot", "^ay", &self->screenshot);
  self->dark = g_variant_dict_contains (options, "dark");
  self->demo = self->screenshot != NULL || g_variant_dict_contains (options, "demo");
  if (g_variant_dict_lookup (options, "screenshot-size", "&s", &size)
      && (sscanf (size, "%4dx%4d", &self->screenshot_width, &self->screenshot_height) != 2
          || self->screenshot_width < 1 || self->screenshot_height < 1))
    {
      g_printerr ("%s\n", _("--screenshot-size must be given as WIDTHxHEIGHT, such as 960x720"));
      return 2;
    }

  /* The demo runs apart from a Parlance that is open. */
  if (self->demo)
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  return -1;
}

/* As if the person had quit: what was streaming is kept, what the demo made is removed. */
static gboolean
terminated_cb (gpointer user_data)
{
  g_action_group_activate_action (G_ACTION_GROUP (user_data), "quit", NULL);

  return G_SOURCE_CONTINUE;
}

static void
parlance_application_startup (GApplication *application)
{
  ParlanceApplication *self = PARLANCE_APPLICATION (application);
  static const struct
  {
    const char *action;
    const char *keys[3];
  } accelerators[] = {
    { "app.quit", { "<Control>q" } },
    { "app.preferences", { "<Control>comma" } },
    { "app.help", { "F1" } },
    { "win.new-conversation", { "<Control>n" } },
    { "win.toggle-sidebar", { "F9" } },
    { "win.rename", { "F2" } },
    { "win.show-help-overlay", { "<Control>question" } },
    { "window.close", { "<Control>w" } },
  };

  G_APPLICATION_CLASS (parlance_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (size_t i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accelerators[i].action,
                                           (const char *const *) accelerators[i].keys);
  if (self->dark)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);
  self->settings = open_settings (self->demo);

  g_unix_signal_add (SIGTERM, terminated_cb, self);
  g_unix_signal_add (SIGINT, terminated_cb, self);
  g_unix_signal_add (SIGHUP, terminated_cb, self);
}

static void
pictured_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (ParlanceApplication) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!parlance_screenshot_finish (PARLANCE_WINDOW (source), result, &error))
    {
      g_printerr (_("No picture was taken: %s\n"), error->message);
      self->exit_status = 1;
    }
  parlance_window_close (PARLANCE_WINDOW (source));
}

static void
parlance_application_activate (GApplication *application)
{
  ParlanceApplication *self = PARLANCE_APPLICATION (application);
  ParlanceWindow *window = find_window (self, self->demo);

  if (window != NULL)
    {
      parlance_window_reopen (window);
      return;
    }

  window = open_window (self, self->demo);
  if (window == NULL)
    self->exit_status = 1;
  else if (self->screenshot != NULL)
    parlance_screenshot_async (window, self->screenshot, pictured_cb, g_object_ref (self));
}

static void
parlance_application_finalize (GObject *object)
{
  ParlanceApplication *self = PARLANCE_APPLICATION (object);

  g_clear_object (&self->settings);
  g_free (self->screenshot);

  G_OBJECT_CLASS (parlance_application_parent_class)->finalize (object);
}

static void
parlance_application_class_init (ParlanceApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->finalize = parlance_application_finalize;
  application_class->handle_local_options = parlance_application_handle_local_options;
  application_class->startup = parlance_application_startup;
  application_class->activate = parlance_application_activate;
}

static void
parlance_application_init (ParlanceApplication *self)
{
  const GOptionEntry options[] = {
    { "demo", 0, 0, G_OPTION_ARG_NONE, NULL,
      _("Try Parlance on a demo service, apart from your own conversations"), NULL },
    { "screenshot", 0, 0, G_OPTION_ARG_FILENAME, NULL,
      _("Run a short demo, write a picture of the window to FILE and end"), _("FILE") },
    { "screenshot-size", 0, 0, G_OPTION_ARG_STRING, NULL,
      _("The size of that window"), _("WIDTHxHEIGHT") },
    { "dark", 0, 0, G_OPTION_ARG_NONE, NULL, _("Use the dark style"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, _("Print the version and end"), NULL },
    { NULL },
  };

  self->screenshot_width = 960;
  self->screenshot_height = 720;
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_summary (G_APPLICATION (self), _("Chat with open models"));
}

ParlanceApplication *
parlance_application_new (void)
{
  return g_object_new (PARLANCE_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "resource-base-path", RESOURCES,
                       NULL);
}

int
parlance_application_get_exit_status (ParlanceApplication *self)
{
  g_return_val_if_fail (PARLANCE_IS_APPLICATION (self), 1);

  return self->exit_status;
}
