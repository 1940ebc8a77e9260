/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-entity.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LENGTH 32
#define REPLACEMENT 0xfffd

typedef struct
{
  const char *name;
  const char *text;
} Entity;

static const Entity entities[] = {
#include "parlance-entities.inc"
};

static int
compare_entity (const void *key, const void *entity)
{
  return strcmp (key, ((const Entity *) entity)->name);
}

static void
append_number (GString *out, const char *digits, const char *end, int base)
{
  guint32 value = 0;

  for (const char *p = digits; p < end && value <= 0x10ffff; p++)
    value = value * base + g_ascii_xdigit_value (*p);
  if (value == 0 || !g_unichar_validate (value))
    value = REPLACEMENT;
  g_string_append_unichar (out, value);
}

void
parlance_entity_append (GString *out, const char *entity, size_t length)
{
  char name[NAME_MAX_LENGTH + 1];
  const Entity *found = NULL;

  g_return_if_fail (out != NULL && entity != NULL);

  if (length > 4 && entity[1] == '#' && (entity[2] == 'x' || entity[2] == 'X'))
    {
      append_number (out, entity + 3, entity + length - 1, 16);
      return;
    }
  if (length > 3 && entity[1] == '#')
    {
      append_number (out, entity + 2, entity + length - 1, 10);
      return;
    }
  if (length > 2 && length - 2 <= NAME_MAX_LENGTH)
    {
      memcpy (name, entity + 1, length - 2);
      name[length - 2] = '\0';
      found = bsearch (name, entities, G_N_ELEMENTS (entities), sizeof (Entity), compare_entity);
    }
  if (found != NULL)
    g_string_append (out, found->text);
  else
    g_string_append_len (out, entity, length);
}

/* The bytes of a reference at @p, 0 if there is none. */
static size_t
entity_length (const char *p, const char *end)
{
  const char *q = p + 1;
  size_t most;

  if (end - q > 1 && *q == '#' && (q[1] == 'x' || q[1] == 'X'))
    {
      for (q += 2, most = 6; q < end && most > 0 && g_ascii_isxdigit (*q); most--)
        q++;
      return most < 6 && q < end && *q == ';' ? q + 1 - p : 0;
    }
  if (end - q > 0 && *q == '#')
    {
      for (q += 1, most = 7; q < end && most > 0 && g_ascii_isdigit (*q); most--)
        q++;
      return most < 7 && q < end && *q == ';' ? q + 1 - p : 0;
    }
  for (most = NAME_MAX_LENGTH; q < end && most > 0 && g_ascii_isalnum (*q); most--)
    q++;
  return most < NAME_MAX_LENGTH && q < end && *q == ';' ? q + 1 - p : 0;
}

void
parlance_entity_unescape (GString *out, const char *text, size_t length)
{
  const char *end = text + length;

  g_return_if_fail (out != NULL && text != NULL);

  for (const char *p = text; p < end;)
    {
      size_t entity = *p == '&' ? entity_length (p, end) : 0;

      if (entity > 0)
        {
          parlance_entity_append (out, p, entity);
          p += entity;
          continue;
        }
      if (*p == '\\' && p + 1 < end && g_ascii_ispunct (p[1]))
        p++;
      g_string_append_c (out, *p++);
    }
}
