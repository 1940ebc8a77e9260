/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-json.h"

#include <math.h>
#include <string.h>

static void
test_valid (void)
{
  static const struct
  {
    const char *text;
    const char *same;   /* NULL: comes back as it is */
  } cases[] = {
    { "{}" }, { "[]" }, { "null" }, { "true" }, { "false" }, { "\"\"" }, { "0" }, { "-1" },
    { "[1,2,3]" }, { "{\"a\":{\"b\":[{},[],\"c\"]},\"\":null}" }, { "[[],[[]],{}]" },
    { " \t\r\n[ 1 , {\"a\" : 2 } ] ", "[1,{\"a\":2}]" },
    { "\"é 你好 😀\"" },
    { "\"\\u00e9\\ud83d\\ude00\"", "\"é😀\"" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
    { "\"[[{{\\\"]]\"" },
    { "9223372036854775807" }, { "-9223372036854775808" },
    /* What json-glib would spoil. */
    { "\"a\\u0000b\"", "\"a\xef\xbf\xbd" "b\"" },
    { "\"\\ud800\"", "\"\xef\xbf\xbd\"" },
    { "\"\\udc00\\ud800\\ud800\\udc00\"", "\"\xef\xbf\xbd\xef\xbf\xbd\xf0\x90\x80\x80\"" },
    { "\"\\ud800\\u0041\"", "\"\xef\xbf\xbd" "A\"" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = parlance_json_parse (cases[i].text, -1, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      g_assert_nonnull (node);
      text = json_to_string (node, FALSE);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_cmpstr (text, ==, cases[i].same ? cases[i].same : cases[i].text);
    }
}

static void
test_invalid (void)
{
  static const char *const cases[] = {
    "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]]", "[]x", "[] []",
    "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "{1:1}",
    "{\"a\":1 \"b\":2}", "[1}", "{\"a\":1]", "[\"a\":1]",
    "tru", "True", "nulll", "NaN", "Infinity", "-Infinity", "undefined", "var a = 1",
    "01", "-01", "00", "1.", ".5", "-", "+1", "1e", "1e+", "1.e1", "0x10", "1_000", "--1", "-a",
    "\"", "\"a", "'a'", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\\"", "\"a\nb\"", "\"a\tb\"",
    "\"\x01\"", "/* a */ []", "// a\n[]", "[] // a", "# a\n[]",
    /* A quote in a comment must not hide what follows from the depth check. */
    "/*\"*/[]",
    "\xef\xbb\xbf[]", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xe4\xbd\"",
    "<html></html>", "data: {}",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      if (parlance_json_parse (cases[i], -1, &error) != NULL)
        g_error ("taken: %s", cases[i]);
      g_assert_error (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_INVALID);
    }
}

/* Of a block of just that size, so that a read past it is seen. */
static JsonNode *
parse_bytes (const char  *text,
             size_t       length,
             GError     **error)
{
  g_autofree char *block = g_memdup2 (text, length);

  return parlance_json_parse (length > 0 ? block : "", length, error);
}

/* No start of a document, and nothing with a NUL in it, is taken for the whole. */
static void
test_cut (void)
{
  const char *text = "{\"a\":[1.5e3,true,null,\"\\ud83d\\ude00é\"],\"b\":{}}";
  size_t length = strlen (text);

  for (size_t cut = 0; cut < length; cut++)
    {
      g_autofree char *with_nul = g_strdup (text);
      g_autoptr (GError) error = NULL;

      g_assert_null (parse_bytes (text, cut, &error));
      g_assert_error (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_INVALID);

      with_nul[cut] = '\0';
      g_clear_error (&error);
      g_assert_null (parse_bytes (with_nul, length, &error));
      g_assert_error (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_INVALID);
    }
}

static char *
nested (size_t      depth,
        const char *open,
        const char *close)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < depth; i++)
    g_string_append (text, open);
  if (g_str_has_suffix (open, ":"))
    g_string_append (text, "1");
  for (size_t i = 0; i < depth; i++)
    g_string_append (text, close);

  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const char *const kinds[][2] = { { "[", "]" }, { "{\"a\":", "}" }, { "[", "" } };

  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *fits = nested (PARLANCE_JSON_MAX_DEPTH, kinds[i][0], kinds[i][1]);
      g_autofree char *deep = nested (PARLANCE_JSON_MAX_DEPTH + 1, kinds[i][0], kinds[i][1]);
      g_autofree char *very_deep = nested (200 * 1000, kinds[i][0], kinds[i][1]);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = parlance_json_parse (fits, -1, &error);

      if (*kinds[i][1] != '\0')
        g_assert_no_error (error);
      else
        g_assert_error (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_INVALID);

      g_clear_error (&error);
      g_assert_null (parlance_json_parse (deep, -1, &error));
      g_assert_error (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_TOO_DEEP);

      g_clear_error (&error);
      g_assert_null (parlance_json_parse (very_deep, -1, &error));
      g_assert_error (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_TOO_DEEP);
    }
}

/* Side by side is not deep. */
static void
test_wide (void)
{
  g_autoptr (GString) many = g_string_new ("[0");
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new ("[[]");
  g_autoptr (JsonNode) node = NULL;

  for (int i = 0; i < 100 * 1000; i++)
    g_string_append (text, ",[{}]");
  g_string_append (text, "]");

  node = parlance_json_parse (text->str, text->len, NULL);
  g_assert_cmpuint (parlance_json_length (node), ==, 100 * 1000 + 1);

  /* Nor is it without end. */
  for (int i = 1; i < PARLANCE_JSON_MAX_VALUES; i++)
    g_string_append (many, ",0");
  g_string_append (many, "]");
  g_assert_null (parlance_json_parse (many->str, many->len, &error));
  g_assert_error (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_TOO_MANY);
}

static void
test_access (void)
{
  g_autoptr (JsonNode) root = parlance_json_parse (
    "{\"s\":\"text\",\"i\":42,\"d\":2.5,\"whole\":3.0,\"t\":true,\"n\":null,\"a\":[1,\"b\"],"
    "\"o\":{\"k\":\"v\"},\"max\":9223372036854775807,\"big\":9223372036854775808,"
    "\"low\":-9223372036854775808,\"lower\":-9223372036854775809,\"far\":1e400}", -1, NULL);
  static const char *const names[] = { "s", "i", "d", "whole", "t", "n", "a", "o", "max", "big",
                                       "low", "lower", "far", "none" };

  g_assert_nonnull (root);
#define MEMBER(name) parlance_json_member (root, name)
  g_assert_cmpstr (parlance_json_string (MEMBER ("s")), ==, "text");
  g_assert_cmpint (parlance_json_int (MEMBER ("i"), -7), ==, 42);
  g_assert_cmpfloat (parlance_json_double (MEMBER ("i"), -7), ==, 42);
  g_assert_cmpfloat (parlance_json_double (MEMBER ("d"), -7), ==, 2.5);
  g_assert_cmpint (parlance_json_int (MEMBER ("d"), -7), ==, -7);
  g_assert_cmpint (parlance_json_int (MEMBER ("whole"), -7), ==, 3);
  g_assert_cmpint (parlance_json_int (MEMBER ("max"), -7), ==, INT64_MAX);
  g_assert_cmpint (parlance_json_int (MEMBER ("low"), -7), ==, INT64_MIN);
  g_assert_cmpint (parlance_json_int (MEMBER ("big"), -7), ==, -7);
  g_assert_cmpfloat (parlance_json_double (MEMBER ("big"), -7), ==, 0x1p63);
  g_assert_cmpint (parlance_json_int (MEMBER ("far"), -7), ==, -7);
  g_assert_cmpfloat (parlance_json_double (MEMBER ("far"), -7), ==, -7);
  g_assert_true (parlance_json_boolean (MEMBER ("t"), FALSE));
  g_assert_cmpuint (parlance_json_length (MEMBER ("a")), ==, 2);
  g_assert_cmpint (parlance_json_int (parlance_json_element (MEMBER ("a"), 0), -7), ==, 1);
  g_assert_cmpstr (parlance_json_string (parlance_json_element (MEMBER ("a"), 1)), ==, "b");
  g_assert_null (parlance_json_element (MEMBER ("a"), 2));
  g_assert_cmpstr (parlance_json_string (parlance_json_member (MEMBER ("o"), "k")), ==, "v");

  /* Every accessor on every type, and on nothing. */
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonNode *node = MEMBER (names[i]);

      g_assert_true ((parlance_json_string (node) != NULL) == (i == 0));
      g_assert_true ((parlance_json_length (node) > 0) == g_str_equal (names[i], "a"));
      g_assert_true ((parlance_json_member (node, "k") != NULL) == g_str_equal (names[i], "o"));
      g_assert_true ((parlance_json_element (node, 0) != NULL) == g_str_equal (names[i], "a"));
      g_assert_true (parlance_json_boolean (node, TRUE));
      g_assert_true (parlance_json_boolean (node, FALSE) == g_str_equal (names[i], "t"));
      if (strchr ("stnao", *names[i]) != NULL)
        {
          g_assert_cmpint (parlance_json_int (node, -7), ==, -7);
          g_assert_cmpfloat (parlance_json_double (node, -7), ==, -7);
        }
    }
#undef MEMBER
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/valid", test_valid);
  g_test_add_func ("/json/invalid", test_invalid);
  g_test_add_func ("/json/cut", test_cut);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/wide", test_wide);
  g_test_add_func ("/json/access", test_access);

  return g_test_run ();
}
