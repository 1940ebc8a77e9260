/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-words.h"

#include "parlance-json.h"
#include "parlance-mask.h"

#include <string.h>

#define MAX_WORDS 2048
/* So much is looked at to find them: an answer may be a thousand times as long. */
#define MAX_LOOK (64 * 1024)
#define MAX_CODE 256

/* Where the tag that begins at @text ends; %NULL where it is just a "<". */
static const char *
skip_tag (const char *text,
          const char *end)
{
  static const char *const hidden[] = { "script", "style" };
  const char *close;

  if (end - text >= 4 && memcmp (text, "<!--", 4) == 0)
    {
      close = g_strstr_len (text, end - text, "-->");
      return close != NULL ? close + 3 : end;
    }

  if (end - text < 2 || (!g_ascii_isalpha (text[1]) && text[1] != '/' && text[1] != '!'))
    return NULL;

  /* What these hold is not text. */
  for (size_t i = 0; i < G_N_ELEMENTS (hidden); i++)
    {
      size_t length = strlen (hidden[i]);

      if ((size_t) (end - text) > length + 1 &&
          g_ascii_strncasecmp (text + 1, hidden[i], length) == 0 &&
          !g_ascii_isalnum (text[length + 1]))
        {
          for (close = text + 1; close + 2 + length <= end; close++)
            {
              if (close[0] == '<' && close[1] == '/' &&
                  g_ascii_strncasecmp (close + 2, hidden[i], length) == 0)
                break;
            }

          if (close + 2 + length > end)
            return end;
          text = close;
          break;
        }
    }

  close = memchr (text, '>', end - text);

  return close != NULL ? close + 1 : end;
}

static void
append_entity (GString     *out,
               const char **text,
               const char  *end)
{
  static const struct { const char *name; const char *value; } entities[] = {
    { "&lt;", "<" }, { "&gt;", ">" }, { "&amp;", "&" }, { "&quot;", "\"" }, { "&#39;", "'" },
    { "&apos;", "'" }, { "&nbsp;", " " },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (entities); i++)
    {
      size_t length = strlen (entities[i].name);

      if ((size_t) (end - *text) >= length && memcmp (*text, entities[i].name, length) == 0)
        {
          g_string_append (out, entities[i].value);
          *text += length;
          return;
        }
    }

  g_string_append_c (out, '&');
  (*text)++;
}

static char *
text_of_page (const char *text,
              size_t      length)
{
  g_autoptr (GString) out = g_string_sized_new (256);
  const char *end = text + length;

  while (text < end)
    {
      const char *next = *text == '<' ? skip_tag (text, end) : NULL;

      if (next != NULL)
        {
          g_string_append_c (out, ' ');
          text = next;
        }
      else if (*text == '&')
        append_entity (out, &text, end);
      else
        g_string_append_c (out, *text++);
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

gboolean
parlance_words_is_page (const char *text,
                        size_t      length)
{
  static const char *const starts[] = { "<!doctype", "<html", "<head", "<body", "<?xml", "<!--" };

  while (length > 0 && (g_ascii_isspace (*text) || (unsigned char) *text >= 0x80))
    {
      text++;
      length--;
    }

  for (size_t i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      size_t n = strlen (starts[i]);

      if (length >= n && g_ascii_strncasecmp (text, starts[i], n) == 0)
        return TRUE;
    }

  return FALSE;
}

/* One line: blanks joined, no character that is not seen. */
static char *
flatten (const char *text)
{
  g_autoptr (GString) out = g_string_sized_new (strlen (text));

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      GUnicodeType type = g_unichar_type (c);

      if (g_unichar_isspace (c) || type == G_UNICODE_SPACE_SEPARATOR ||
          type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
        {
          if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
        }
      else if (type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT)
        g_string_append_unichar (out, c);
    }

  if (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);

  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Where a text was cut, a token may have been cut with it. */
static void
remove_begun_token (GString    *words,
                    const char *token)
{
  size_t length = MIN (strlen (token), words->len);

  while (length > 0 && memcmp (words->str + words->len - length, token, length) != 0)
    length--;
  g_string_truncate (words, words->len - length);
}

char *
parlance_words_clean (const char *text,
                      gssize      length,
                      const char *token)
{
  g_autofree char *valid = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GString) words = NULL;
  gboolean is_part;

  if (text == NULL)
    return g_strdup ("");
  if (length < 0)
    length = strnlen (text, MAX_LOOK + 1);

  is_part = length > MAX_LOOK;
  if (is_part)
    for (length = MAX_LOOK; length > MAX_LOOK - 4 && (text[length] & 0xc0) == 0x80;)
      length--;

  valid = g_utf8_make_valid (text, length);
  /* First, because a character that is not seen may have kept a tag from being one. */
  line = flatten (valid);
  if (parlance_words_is_page (line, strlen (line)))
    {
      g_autofree char *page = g_steal_pointer (&line);
      g_autofree char *plain = text_of_page (page, strlen (page));

      line = flatten (plain);
    }

  words = g_string_new (line);
  /* Before the cut: a part of a token must not be left over either. */
  if (token != NULL && *token != '\0')
    {
      parlance_mask_token (words, token);
      if (is_part)
        remove_begun_token (words, token);
    }

  if (words->len > MAX_WORDS)
    {
      const char *cut = g_utf8_find_prev_char (words->str, words->str + MAX_WORDS - 2);

      g_string_truncate (words, cut - words->str);
      g_string_append (words, "…");
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

/* The node that describes the error, below @node or @node itself. */
static JsonNode *
find_error (JsonNode *node)
{
  static const char *const names[] = { "error", "errors", "detail", "Error" };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonNode *member = parlance_json_member (node, names[i]);

      if (parlance_json_length (member) > 0)
        member = parlance_json_element (member, 0);
      if (member != NULL && (JSON_NODE_HOLDS_OBJECT (member) ||
                             parlance_json_filled (member) != NULL))
        return member;
    }

  return node;
}

static const char *
message_of (JsonNode *node)
{
  static const char *const names[] = { "message", "msg", "Message", "detail", "error_msg",
                                       "error_description", "reason" };
  const char *message = parlance_json_filled (node);

  for (size_t i = 0; message == NULL && i < G_N_ELEMENTS (names); i++)
    message = parlance_json_filled (parlance_json_member (node, names[i]));

  return message;
}

const char *
parlance_words_find_message (JsonNode *node)
{
  JsonNode *error = find_error (node);
  const char *message = message_of (error);

  return message != NULL ? message : message_of (node);
}

char *
parlance_words_find_codes (JsonNode *node)
{
  static const char *const names[] = { "code", "type", "status", "param" };
  g_autoptr (GString) codes = g_string_new (NULL);
  JsonNode *places[] = { find_error (node), node };

  for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
    {
      if (i > 0 && places[i] == places[0])
        break;

      for (size_t j = 0; j < G_N_ELEMENTS (names); j++)
        {
          const char *code = parlance_json_filled (parlance_json_member (places[i], names[j]));

          if (code != NULL && strlen (code) <= MAX_CODE)
            g_string_append_printf (codes, "%s%s", codes->len > 0 ? " " : "", code);
        }
    }

  return g_string_free (g_steal_pointer (&codes), FALSE);
}

static int
status_of (JsonNode *node)
{
  static const char *const names[] = { "code", "status", "status_code" };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonNode *member = parlance_json_member (node, names[i]);
      int64_t code = parlance_json_int (member, 0);
      const char *text = parlance_json_filled (member);

      if (text != NULL && strlen (text) == 3)
        code = g_ascii_strtoll (text, NULL, 10);
      if (code >= 400 && code <= 599)
        return (int) code;
    }

  return 0;
}

int
parlance_words_find_status (JsonNode *node)
{
  int status = status_of (find_error (node));

  return status != 0 ? status : status_of (node);
}

const char *
parlance_words_find_request_id (JsonNode *node)
{
  static const char *const names[] = { "request_id", "requestId", "RequestId", "request-id" };
  JsonNode *places[] = { node, find_error (node) };

  for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
    {
      for (size_t j = 0; j < G_N_ELEMENTS (names); j++)
        {
          const char *id = parlance_json_filled (parlance_json_member (places[i], names[j]));

          if (id != NULL)
            return id;
        }
    }

  return NULL;
}
