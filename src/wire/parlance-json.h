/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Arrays and objects within one another: json-glib before 1.10 overflows the stack on deep ones. */
#define PARLANCE_JSON_MAX_DEPTH 128

/* What makes a tree of a hundred times the document's size: "[0,0,0,…". */
#define PARLANCE_JSON_MAX_VALUES 1000000

#define PARLANCE_JSON_ERROR (parlance_json_error_quark ())

typedef enum
{
  PARLANCE_JSON_ERROR_TOO_DEEP,
  PARLANCE_JSON_ERROR_TOO_MANY,
  PARLANCE_JSON_ERROR_INVALID,
} ParlanceJsonError;

GQuark      parlance_json_error_quark (void);

/* (transfer full): the document in @length bytes of @text (-1: up to the NUL), %NULL with
 * @error where it is too deep, of too many values, not UTF-8, or not JSON. */
JsonNode   *parlance_json_parse       (const char  *text,
                                       gssize       length,
                                       GError     **error);

/* Access that never aborts: every @node may be %NULL or of another type, which gives the
 * default (%NULL, @fallback). Results belong to the node. */
JsonNode   *parlance_json_member      (JsonNode    *node,
                                       const char  *name);
JsonNode   *parlance_json_element     (JsonNode    *node,
                                       unsigned     index);
/* Of an array; else 0. */
unsigned    parlance_json_length      (JsonNode    *node);
const char *parlance_json_string      (JsonNode    *node);
/* The same, %NULL where it is empty. */
const char *parlance_json_filled      (JsonNode    *node);
/* Integers, and doubles that have an int64 value. */
int64_t     parlance_json_int         (JsonNode    *node,
                                       int64_t      fallback);
double      parlance_json_double      (JsonNode    *node,
                                       double       fallback);
gboolean    parlance_json_boolean     (JsonNode    *node,
                                       gboolean     fallback);

G_END_DECLS
