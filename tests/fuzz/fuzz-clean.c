/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "parlance-clean.h"

#include <string.h>

/* Input: what a person pastes into a field. What is clean stays as it is when it is cleaned again,
 * and nothing in it goes unseen. */

typedef char *(*CleanFunc) (const char *, GError **);

static char *
clean_token (const char  *text,
             GError     **error)
{
  return parlance_clean_token (text);
}

/* (nullable) */
static char *
check (CleanFunc   clean,
       const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *again = NULL;
  char *result = clean (text, &error);

  if (result == NULL)
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      fuzz_assert_line (error->message);
      return NULL;
    }
  g_assert_no_error (error);

  fuzz_assert_line (result);
  g_assert_cmpuint (strlen (result), <=, strlen (text) + strlen ("https://"));
  g_assert_null (strchr (result, ' '));

  again = clean (result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, result);

  return result;
}

static void
check_base_url (const char *text)
{
  g_autofree char *url = check (parlance_clean_base_url, text);
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) error = NULL;

  if (url == NULL)
    return;

  uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "http://"));
  g_assert_false (g_str_has_suffix (url, "/"));
  g_assert_cmpstr (g_uri_get_host (uri), !=, "");
  g_assert_null (g_uri_get_userinfo (uri));
  g_assert_null (g_uri_get_query (uri));
  g_assert_null (g_uri_get_fragment (uri));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *token = check (clean_token, text);
  g_autofree char *model_id = check (parlance_clean_model_id, text);

  g_assert_nonnull (token);
  check_base_url (text);

  return 0;
}
