/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A database with damage anywhere, of any kind. */
#include "filled-store.h"

#include <string.h>

/* Without waiting for the disk, as g_file_set_contents() would. */
static void
write_all (const char *path,
           const char *contents,
           size_t      length)
{
  g_assert_true (g_file_set_contents_full (path, contents, (gssize) length,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
damage (GRand      *rand,
        const char *path)
{
  g_autofree char *contents = NULL;
  size_t           length = 0;

  contents = read_all (path, &length);
  switch (g_rand_int_range (rand, 0, 5))
    {
    case 0: /* one byte anywhere */
      contents[g_rand_int_range (rand, 0, (int) length)] = (char) g_rand_int (rand);
      break;
    case 1: /* of the header */
      contents[g_rand_int_range (rand, 0, (int) MIN (length, 100))] = (char) g_rand_int (rand);
      break;
    case 2: /* many bytes */
      for (int n = g_rand_int_range (rand, 1, 200); n > 0; n--)
        contents[g_rand_int_range (rand, 0, (int) length)] = (char) g_rand_int (rand);
      break;
    case 3: /* a whole page, or the like */
      {
        size_t at = (size_t) g_rand_int_range (rand, 0, (int) length);

        memset (contents + at, g_rand_int_range (rand, 0, 256), MIN (length - at, 4096));
        break;
      }
    default: /* the head of a page, where its structure stands */
      for (int n = g_rand_int_range (rand, 1, 4); n > 0; n--)
        {
          size_t at = (size_t) g_rand_int_range (rand, 0, (int) length) / 4096 * 4096 +
                      (size_t) g_rand_int_range (rand, 0, 16);

          contents[MIN (at, length - 1)] = (char) g_rand_int (rand);
        }
      break;
    }
  write_all (path, contents, length);
}

static void
copy (const char *from,
      const char *to)
{
  g_autofree char *contents = NULL;
  size_t           length = 0;

  if (!g_file_get_contents (from, &contents, &length, NULL))
    return;
  write_all (to, contents, length);
}

/* Whatever is done to the bytes: no crash, no hang, no file gone, all can be read or it was set
 * aside, and what is sent next is saved. */
static void
test_random (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *good = g_strconcat (fixture->folder, "/good.db", NULL);
  g_autofree char *good_log = g_strconcat (good, "-wal", NULL);
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  unsigned n_seeds = g_getenv ("PARLANCE_TEST_FULL") ? 2000 : 200;
  unsigned n_aside = 0;
  unsigned n_newer = 0;
  unsigned n_salvaged = 0;

  fill (fixture->folder, TRUE);
  copy (fixture->path, good);
  copy (log, good_log);
  g_assert_true (g_file_test (good_log, G_FILE_TEST_EXISTS));

  for (unsigned seed = 0; seed < n_seeds; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (ParlanceStoreContents) contents = NULL;
      g_autoptr (GError) error = NULL;
      gboolean       with_log = seed % 2 == 0;
      gboolean       of_log = with_log && seed % 4 == 0;
      ParlanceStore *store;
      unsigned       n;

      remove_folder (fixture->data);
      g_assert_cmpint (g_mkdir (fixture->data, 0700), ==, 0);
      copy (good, fixture->path);
      if (with_log)
        copy (good_log, log);
      damage (rand, of_log ? log : fixture->path);

      store = watch_store (fixture->path, paths);
      contents = open_store (store, &error);
      g_assert_no_error (error);
      n = count_messages (store, contents);

      if (contents->read_only)
        {
          g_assert_error (contents->read_only, PARLANCE_STORE_ERROR, PARLANCE_STORE_ERROR_NEWER);
          g_assert_false (send_once_more (store, &error));
          g_clear_error (&error);
          n_newer++;
        }
      else
        {
          g_assert_true (send_once_more (store, &error));
          g_assert_no_error (error);
        }
      if (paths->len == 0)
        g_assert_cmpuint (n, ==, N_CONVERSATIONS * N_QUESTIONS * 2);
      else
        n_salvaged += n;
      n_aside += paths->len;
      g_assert_cmpuint (paths->len, <=, 1);
      g_assert_cmpuint (count_files (fixture->data, ".damaged-"), >=, paths->len);
      drop_store (store);
      if (!contents->read_only)
        assert_query (fixture->folder, "PRAGMA integrity_check", "ok");
    }

  g_test_message ("%u of %u set aside, with %u %% of their messages salvaged; %u taken for a newer "
                  "version's", n_aside, n_seeds,
                  n_salvaged * 100 / (MAX (n_aside, 1) * N_CONVERSATIONS * N_QUESTIONS * 2),
                  n_newer);
  g_assert_cmpuint (n_aside, >, n_seeds / 10);
  g_test_message ("tried databases damaged at random bytes: %u, held %u, lost 0", n_seeds, n_seeds);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/store/damage/random", test_random);

  return g_test_run ();
}
