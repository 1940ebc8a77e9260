/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

/* Names of icons come and go with the theme: one that is missing shows as a broken picture. */

static void
find_names (GFile      *folder,
            GHashTable *names)
{
  g_autoptr (GRegex) regex = g_regex_new ("[\">']([a-z][a-z0-9-]*-symbolic)[\"<']", 0, 0, NULL);
  g_autoptr (GFileEnumerator) children =
    g_file_enumerate_children (folder, "standard::name,standard::type", 0, NULL, NULL);
  GFileInfo *info;
  GFile *file;

  g_assert_nonnull (children);
  while (g_file_enumerator_iterate (children, &info, &file, NULL, NULL) && info != NULL)
    {
      g_autoptr (GMatchInfo) match = NULL;
      g_autofree char *text = NULL;

      if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
        {
          find_names (file, names);
          continue;
        }
      if (!g_file_load_contents (file, NULL, &text, NULL, NULL, NULL))
        continue;
      for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match);
           g_match_info_next (match, NULL))
        g_hash_table_add (names, g_match_info_fetch (match, 1));
    }
}

static void
test_icons_exist (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "src", NULL);
  g_autoptr (GFile) sources = g_file_new_for_path (path);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  GHashTableIter iter;
  gpointer name;

  find_names (sources, names);
  g_assert_cmpuint (g_hash_table_size (names), >, 10);

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      if (!gtk_icon_theme_has_icon (theme, name))
        {
          g_test_message ("no icon is named “%s”", (const char *) name);
          g_test_fail ();
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/icons/exist", test_icons_exist);

  return g_test_run ();
}
