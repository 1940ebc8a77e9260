/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "parlance-clean.h"

#include "parlance-host.h"

#include <glib/gi18n.h>
#include <string.h>

/* In place, so that no second copy of a secret is left behind: characters that nobody sees are
 * dropped, every kind of blank becomes a space, what is not UTF-8 goes. */
static void
flatten (char *text)
{
  const char *in = text;
  const char *end = text + strlen (text);
  char *out = text;

  while (in < end)
    {
      gunichar c = g_utf8_get_char_validated (in, end - in);
      size_t length;

      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          in++;
          continue;
        }

      length = g_utf8_next_char (in) - in;

      /* U+FFFC is what some programs leave for a picture in copied text. */
      if (g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR ||
          g_unichar_type (c) == G_UNICODE_LINE_SEPARATOR ||
          g_unichar_type (c) == G_UNICODE_PARAGRAPH_SEPARATOR)
        {
          *out++ = ' ';
        }
      else if (!g_unichar_iscntrl (c) && g_unichar_type (c) != G_UNICODE_FORMAT &&
               !g_unichar_iszerowidth (c) && c != 0xfffc)
        {
          memmove (out, in, length);
          out += length;
        }

      in += length;
    }

  *out = '\0';
}

static gboolean
is_quote (gunichar c)
{
  return c == '"' || c == '\'' || c == '`' || c == 0xab || c == 0xbb ||
         (c >= 0x2018 && c <= 0x201f) || (c >= 0x300c && c <= 0x300f) || c == 0xff02;
}

/* Takes blanks and quotes off both ends, and what a list or a line of code leaves behind one. */
static char *
strip_ends (char *text)
{
  char *end = text + strlen (text);

  while (*text == ' ' || is_quote (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);

  while (end > text)
    {
      char *last = g_utf8_prev_char (end);

      if (*last != ' ' && *last != ',' && *last != ';' && !is_quote (g_utf8_get_char (last)))
        break;
      end = last;
    }
  *end = '\0';

  return text;
}

static char *
clean_copy (const char *text)
{
  char *copy = g_strdup (text != NULL ? text : "");

  flatten (copy);

  return copy;
}

/* The text behind @prefix and the blanks after it; %NULL where it does not begin so. */
static char *
skip_prefix (char       *text,
             const char *prefix)
{
  if (g_ascii_strncasecmp (text, prefix, strlen (prefix)) != 0)
    return NULL;

  return strip_ends (text + strlen (prefix));
}

/* The text behind all that may stand before a token, in whatever order it has come together. */
static char *
skip_prefixes (char *text)
{
  static const char *const prefixes[] = { "Authorization:", "Authorization :", "Bearer " };

  text = strip_ends (text);
  for (size_t i = 0; i < G_N_ELEMENTS (prefixes);)
    {
      char *rest = skip_prefix (text, prefixes[i]);

      text = rest != NULL ? rest : text;
      i = rest != NULL ? 0 : i + 1;
    }

  return g_ascii_strcasecmp (text, "Bearer") == 0 ? text + strlen (text) : text;
}

static void
remove_blanks (char *text)
{
  char *out = text;

  for (; *text != '\0'; text++)
    {
      if (*text != ' ')
        *out++ = *text;
    }
  *out = '\0';
}

char *
parlance_clean_token (const char *text)
{
  char *copy = clean_copy (text);
  size_t size = text != NULL ? strlen (text) + 1 : 1;
  char *token = skip_prefixes (copy);
  char *result;

  /* Without its blanks it may begin with a prefix again. */
  remove_blanks (token);
  result = g_strdup (skip_prefixes (token));

  explicit_bzero (copy, size);
  g_free (copy);

  return result;
}

static gboolean
refuse (GError     **error,
        const char  *message)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, message);

  return FALSE;
}

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isprint (*text))
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_model_id (const char  *id,
                GError     **error)
{
  const char *slash = strrchr (id, '/');
  const char *colon = strchr (id, ':');

  if (!is_ascii (id))
    return refuse (error, _("A Model ID has only Latin letters, digits and signs, "
                            "like “Qwen/Qwen3-32B”. Copy it from the model’s page."));
  if (strchr (id, ' ') != NULL)
    return refuse (error, _("A Model ID has no spaces. Copy it from the model’s page."));
  if (colon != NULL && strchr (colon + 1, ':') != NULL)
    return refuse (error, _("A Model ID has one “:” at most, like “Qwen/Qwen3-32B:DashScope”."));
  if (*id == '/' || *id == ':' || g_str_has_suffix (id, "/") || g_str_has_suffix (id, ":")
      || strstr (id, "//") != NULL || strstr (id, "/:") != NULL || (colon != NULL && slash > colon))
    return refuse (error, _("A part of the Model ID is missing. It looks like “Qwen/Qwen3-32B”."));

  for (; *id != '\0'; id++)
    {
      if (!g_ascii_isalnum (*id) && strchr ("/:._-+@=~", *id) == NULL)
        return refuse (error, _("A Model ID has only letters, digits and a few signs, "
                                "like “Qwen/Qwen3-32B”."));
    }

  return TRUE;
}

/* The path of an address at ModelScope; %NULL where @text is none. */
static const char *
path_at_modelscope (const char *text)
{
  static const char *const hosts[] = { "modelscope.cn/", "modelscope.ai/" };
  const char *rest = strstr (text, "://");

  rest = rest != NULL ? rest + strlen ("://") : text;
  if (g_ascii_strncasecmp (rest, "www.", 4) == 0)
    rest += 4;

  for (size_t i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      if (g_ascii_strncasecmp (rest, hosts[i], strlen (hosts[i])) == 0)
        return rest + strlen (hosts[i]);
    }

  return NULL;
}

/* "OWNER/NAME" out of the address of a ModelScope model page; %NULL with @error where it is another
 * address. *@is_address: whether @text is an address at all. */
static char *
model_id_from_address (const char  *text,
                       gboolean    *is_address,
                       GError     **error)
{
  const char *rest = path_at_modelscope (text);

  *is_address = rest != NULL || strstr (text, "://") != NULL;

  if (rest != NULL)
    {
      g_autofree char *path = g_strndup (rest, strcspn (rest, "?#"));
      g_auto (GStrv) parts = g_strsplit (path, "/", -1);

      if (g_strv_length (parts) >= 3 && g_ascii_strcasecmp (parts[0], "models") == 0 &&
          *parts[1] != '\0' && *parts[2] != '\0')
        {
          g_autofree char *joined = g_strjoin ("/", parts[1], parts[2], NULL);
          g_autofree char *id = g_uri_unescape_string (joined, "/");

          /* No owner has the name of the site: an ID must not be taken for an address again. */
          if (id != NULL && path_at_modelscope (id) == NULL)
            return g_steal_pointer (&id);
        }
    }

  if (*is_address)
    refuse (error, _("This address is not a model’s page. Open the model’s page and copy its "
                     "Model ID, like “Qwen/Qwen3-32B”."));

  return NULL;
}

char *
parlance_clean_model_id (const char  *text,
                         GError     **error)
{
  g_autofree char *copy = clean_copy (text);
  g_autofree char *id = NULL;
  char *stripped = strip_ends (copy);
  gboolean is_address;

  id = model_id_from_address (stripped, &is_address, error);
  if (id == NULL)
    {
      if (is_address)
        return NULL;

      id = g_strdup (stripped);
      while (g_str_has_suffix (id, "/"))
        id[strlen (id) - 1] = '\0';
    }

  if (*id == '\0')
    {
      refuse (error, _("Enter a Model ID, like “Qwen/Qwen3-32B”."));
      return NULL;
    }

  if (!check_model_id (id, error))
    return NULL;

  return g_steal_pointer (&id);
}

/* What stands before a path, with the scheme that suits the host where none was given. */
static char *
with_scheme (const char *text)
{
  g_autofree char *host = NULL;

  if (strstr (text, "://") != NULL)
    return g_strdup (text);

  if (*text == '[')
    host = g_strndup (text + 1, strcspn (text + 1, "]"));
  else
    host = g_strndup (text, strcspn (text, ":/?#"));

  return g_strconcat (parlance_host_is_loopback (host) ? "http://" : "https://", text, NULL);
}

static void
strip_endpoint (char *path)
{
  static const char *const endpoints[] = {
    "/chat/completions", "/completions", "/models", "/responses", "/messages", "/embeddings",
    "/images/generations",
    /* Of these the parser leaves only what a quote had hidden from it. */
    "/.", "/..",
  };

  for (;;)
    {
      size_t length = strlen (path);
      size_t i;

      /* What strip_ends() takes has stood before a query or a slash. */
      while (length > 0 && strchr ("/,;\"'`", path[length - 1]) != NULL)
        path[--length] = '\0';

      for (i = 0; i < G_N_ELEMENTS (endpoints); i++)
        {
          if (g_str_has_suffix (path, endpoints[i]))
            {
              path[length - strlen (endpoints[i])] = '\0';
              break;
            }
        }

      if (i == G_N_ELEMENTS (endpoints))
        return;
    }
}

static gboolean
check_base_url (GUri    *uri,
                GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);

  if (g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0)
    return refuse (error, _("The Base URL must begin with “https://”."));
  if (host == NULL || *host == '\0' || *host == '.' ||
      strspn (host, "abcdefghijklmnopqrstuvwxyz0123456789.-_:") != strlen (host))
    return refuse (error, _("The name of the server in the Base URL is not valid."));
  if (g_uri_get_userinfo (uri) != NULL)
    return refuse (error, _("Remove the user name and password from the Base URL. "
                            "The token has a field of its own."));
  if (g_str_equal (scheme, "http") && !parlance_host_is_private (host))
    return refuse (error, _("Use “https://”. With “http://” others could read your token on "
                            "its way."));

  return TRUE;
}

char *
parlance_clean_base_url (const char  *text,
                         GError     **error)
{
  g_autofree char *copy = clean_copy (text);
  g_autofree char *full = NULL;
  g_autofree char *host = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GUri) parsed = NULL;
  g_autoptr (GUri) uri = NULL;
  char *stripped = strip_ends (copy);
  char *result;

  if (*stripped == '\0')
    {
      refuse (error, _("Enter a Base URL, like “https://api.example.com/v1”."));
      return NULL;
    }

  /* Letters that only look like Latin ones would let a token go to another server. */
  if (!is_ascii (stripped) || strchr (stripped, ' ') != NULL)
    {
      refuse (error, _("A Base URL has no spaces and only Latin letters, like "
                       "“https://api.example.com/v1”."));
      return NULL;
    }

  full = with_scheme (stripped);
  parsed = g_uri_parse (full, G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_SCHEME_NORMALIZE, NULL);
  if (parsed == NULL)
    {
      refuse (error, _("This is not an address. A Base URL looks like "
                       "“https://api.example.com/v1”."));
      return NULL;
    }

  host = g_ascii_strdown (g_uri_get_host (parsed) != NULL ? g_uri_get_host (parsed) : "", -1);
  path = g_strdup (g_uri_get_path (parsed));
  strip_endpoint (path);
  uri = g_uri_build (G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_SCHEME_NORMALIZE,
                     g_uri_get_scheme (parsed),
                     g_uri_get_userinfo (parsed), host, g_uri_get_port (parsed), path, NULL, NULL);

  if (!check_base_url (uri, error))
    return NULL;

  /* One word alone is no address, unless it says that it is one. */
  if (strstr (stripped, "://") == NULL && strpbrk (host, ".:") == NULL &&
      strchr (stripped, ':') == NULL && !parlance_host_is_loopback (host))
    {
      refuse (error, _("This is not an address. A Base URL looks like "
                       "“https://api.example.com/v1”."));
      return NULL;
    }

  result = g_uri_to_string (uri);
  if (g_str_has_suffix (result, "/"))
    result[strlen (result) - 1] = '\0';

  return result;
}
