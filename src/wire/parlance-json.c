/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-json.h"

#include <math.h>
#include <string.h>

/* What json-glib 1.6 makes of documents that it should not be given: it overflows the stack on
 * deep ones, takes comments, octal numbers and unknown escapes, ends strings at \u0000, gives
 * strings that are not UTF-8 for half surrogate pairs, and wraps integers of more than 64 bits.
 * So the grammar is checked here first, and what it would spoil is rewritten. */
typedef struct
{
  const char *start;
  const char *p;       /* ends with a NUL, which is no part of any valid document */
  const char *kept;    /* what is before is in @rewritten */
  GString    *rewritten;
} Scanner;

G_DEFINE_QUARK (parlance-json-error-quark, parlance_json_error)

static gboolean
invalid (Scanner  *scanner,
         GError  **error)
{
  g_set_error (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_INVALID,
               "Not JSON: byte %" G_GSIZE_FORMAT " is not what may stand there",
               (size_t) (scanner->p - scanner->start));
  return FALSE;
}

static void
skip_blanks (Scanner *scanner)
{
  while (*scanner->p == ' ' || *scanner->p == '\n' || *scanner->p == '\r' || *scanner->p == '\t')
    scanner->p++;
}

/* Puts @text in the place of the @length bytes at @scanner's position. */
static void
rewrite (Scanner    *scanner,
         size_t      length,
         const char *text)
{
  if (scanner->rewritten == NULL)
    scanner->rewritten = g_string_new (NULL);

  g_string_append_len (scanner->rewritten, scanner->kept, scanner->p - scanner->kept);
  g_string_append (scanner->rewritten, text);
  scanner->p += length;
  scanner->kept = scanner->p;
}

/* The code unit of the \uXXXX at @p, -1 where there is none. */
static int
code_unit (const char *p)
{
  int unit = 0;

  if (p[0] != '\\' || p[1] != 'u')
    return -1;

  for (int i = 2; i < 6; i++)
    {
      int digit = g_ascii_xdigit_value (p[i]);

      if (digit < 0)
        return -1;
      unit = unit * 16 + digit;
    }

  return unit;
}

static gboolean
scan_escape (Scanner *scanner)
{
  int unit, next;

  if (scanner->p[1] != '\0' && strchr ("\"\\/bfnrt", scanner->p[1]) != NULL)
    {
      scanner->p += 2;
      return TRUE;
    }

  unit = code_unit (scanner->p);
  if (unit < 0)
    return FALSE;

  next = (unit & 0xfc00) == 0xd800 ? code_unit (scanner->p + 6) : -1;
  if (next >= 0 && (next & 0xfc00) == 0xdc00)
    scanner->p += 12;
  else if (unit == 0 || (unit & 0xf800) == 0xd800)
    rewrite (scanner, 6, "\\ufffd");
  else
    scanner->p += 6;

  return TRUE;
}

static gboolean
scan_string (Scanner *scanner)
{
  if (*scanner->p != '"')
    return FALSE;

  scanner->p++;
  while (*scanner->p != '"')
    {
      if ((unsigned char) *scanner->p < 0x20)
        return FALSE;
      else if (*scanner->p != '\\')
        scanner->p++;
      else if (!scan_escape (scanner))
        return FALSE;
    }
  scanner->p++;

  return TRUE;
}

static size_t
scan_digits (Scanner *scanner)
{
  const char *start = scanner->p;

  while (g_ascii_isdigit (*scanner->p))
    scanner->p++;

  return scanner->p - start;
}

static gboolean
scan_number (Scanner *scanner)
{
  const char *start = scanner->p;
  const char *digits;
  gboolean integer = TRUE;

  if (*scanner->p == '-')
    scanner->p++;

  digits = scanner->p;
  if (scan_digits (scanner) == 0 || (*digits == '0' && scanner->p - digits > 1))
    return FALSE;

  if (*scanner->p == '.')
    {
      integer = FALSE;
      scanner->p++;
      if (scan_digits (scanner) == 0)
        return FALSE;
    }

  if (*scanner->p == 'e' || *scanner->p == 'E')
    {
      integer = FALSE;
      scanner->p++;
      if (*scanner->p == '+' || *scanner->p == '-')
        scanner->p++;
      if (scan_digits (scanner) == 0)
        return FALSE;
    }

  /* As a double, what an int64 cannot hold. */
  if (integer && scanner->p - digits >= 19)
    {
      g_autofree char *text = g_strndup (start, scanner->p - start);

      if (!g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, NULL, NULL))
        rewrite (scanner, 0, "e0");
    }

  return TRUE;
}

static gboolean
scan_scalar (Scanner *scanner)
{
  static const char *const words[] = { "true", "false", "null" };

  if (*scanner->p == '"')
    return scan_string (scanner);

  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (strncmp (scanner->p, words[i], strlen (words[i])) == 0)
      {
        scanner->p += strlen (words[i]);
        return TRUE;
      }

  return scan_number (scanner);
}

/* A member's name and the colon. */
static gboolean
scan_name (Scanner *scanner)
{
  skip_blanks (scanner);
  if (!scan_string (scanner))
    return FALSE;

  skip_blanks (scanner);
  if (*scanner->p != ':')
    return FALSE;
  scanner->p++;

  return TRUE;
}

/* The whole document, without recursion. */
static gboolean
scan (Scanner     *scanner,
      const char  *end,
      GError     **error)
{
  char closers[PARLANCE_JSON_MAX_DEPTH];
  int depth = 0;

  for (unsigned n_values = 1;; n_values++)
    {
      if (n_values > PARLANCE_JSON_MAX_VALUES)
        {
          g_set_error (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_TOO_MANY,
                       "JSON of more than %d values", PARLANCE_JSON_MAX_VALUES);
          return FALSE;
        }

      /* A value starts here. */
      skip_blanks (scanner);
      if (*scanner->p == '{' || *scanner->p == '[')
        {
          char closer = *scanner->p == '{' ? '}' : ']';

          if (depth == PARLANCE_JSON_MAX_DEPTH)
            {
              g_set_error (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_TOO_DEEP,
                           "JSON nested more than %d deep", PARLANCE_JSON_MAX_DEPTH);
              return FALSE;
            }

          closers[depth++] = closer;
          scanner->p++;
          skip_blanks (scanner);
          if (*scanner->p != closer)
            {
              if (closer == '}' && !scan_name (scanner))
                return invalid (scanner, error);
              continue;
            }
        }
      else if (!scan_scalar (scanner))
        {
          return invalid (scanner, error);
        }

      /* A value has ended, or one is open and empty. */
      skip_blanks (scanner);
      while (depth > 0 && *scanner->p == closers[depth - 1])
        {
          scanner->p++;
          depth--;
          skip_blanks (scanner);
        }

      if (depth == 0)
        return scanner->p == end || invalid (scanner, error);

      if (*scanner->p != ',')
        return invalid (scanner, error);
      scanner->p++;
      if (closers[depth - 1] == '}' && !scan_name (scanner))
        return invalid (scanner, error);
    }
}

JsonNode *
parlance_json_parse (const char  *text,
                     gssize       length,
                     GError     **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GString) rewritten = NULL;
  g_autofree char *copy = NULL;
  Scanner scanner = { 0 };
  gboolean valid;

  g_return_val_if_fail (text != NULL, NULL);

  if (length < 0)
    length = strlen (text);
  if (!g_utf8_validate_len (text, length, NULL))
    {
      g_set_error_literal (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_INVALID,
                           "Not JSON: not valid UTF-8");
      return NULL;
    }

  copy = g_strndup (text, length);
  scanner.start = scanner.p = scanner.kept = copy;
  valid = scan (&scanner, copy + length, error);
  rewritten = scanner.rewritten;
  if (!valid)
    return NULL;
  if (rewritten != NULL)
    g_string_append_len (rewritten, scanner.kept, copy + length - scanner.kept);

  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser,
                                   rewritten ? rewritten->str : copy,
                                   rewritten ? (gssize) rewritten->len : length,
                                   &local_error))
    {
      g_set_error (error, PARLANCE_JSON_ERROR, PARLANCE_JSON_ERROR_INVALID,
                   "Not JSON: %s", local_error->message);
      return NULL;
    }

  return json_parser_steal_root (parser);
}

JsonNode *
parlance_json_member (JsonNode   *node,
                      const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  return json_object_get_member (json_node_get_object (node), name);
}

JsonNode *
parlance_json_element (JsonNode *node,
                       unsigned  index)
{
  if (index >= parlance_json_length (node))
    return NULL;

  return json_array_get_element (json_node_get_array (node), index);
}

unsigned
parlance_json_length (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return 0;

  return json_array_get_length (json_node_get_array (node));
}

static gboolean
holds (JsonNode *node,
       GType     type)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

const char *
parlance_json_string (JsonNode *node)
{
  return holds (node, G_TYPE_STRING) ? json_node_get_string (node) : NULL;
}

const char *
parlance_json_filled (JsonNode *node)
{
  const char *text = parlance_json_string (node);

  return text != NULL && *text != '\0' ? text : NULL;
}

int64_t
parlance_json_int (JsonNode *node,
                   int64_t   fallback)
{
  if (holds (node, G_TYPE_INT64))
    return json_node_get_int (node);

  if (holds (node, G_TYPE_DOUBLE))
    {
      double value = json_node_get_double (node);

      /* 2^63 itself is the first double that is too large. */
      if (value >= -0x1p63 && value < 0x1p63 && value == trunc (value))
        return (int64_t) value;
    }

  return fallback;
}

double
parlance_json_double (JsonNode *node,
                      double    fallback)
{
  if (holds (node, G_TYPE_INT64))
    return (double) json_node_get_int (node);

  /* 1e400 is JSON, and no number that anyone could use. */
  if (holds (node, G_TYPE_DOUBLE) && isfinite (json_node_get_double (node)))
    return json_node_get_double (node);

  return fallback;
}

gboolean
parlance_json_boolean (JsonNode *node,
                       gboolean  fallback)
{
  return holds (node, G_TYPE_BOOLEAN) ? json_node_get_boolean (node) : fallback;
}
