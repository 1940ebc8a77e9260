/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a service says when it fails, found in whatever shape it has. Used by the judge. */

/* (transfer full): @length bytes of @text as one line for a person: markup, control and bidi
 * control characters gone, blanks joined, @token (nullable) masked in whatever way it is written,
 * at most 2 kB. */
char       *parlance_words_clean           (const char *text,
                                            gssize      length,
                                            const char *token);
/* Pages are told from JSON and plain text by how they begin. */
gboolean    parlance_words_is_page         (const char *text,
                                            size_t      length);
/* (transfer none) (nullable): the message in @node, which may be "error" or "errors" as an object,
 * a string or a list, or "message" bare. */
const char *parlance_words_find_message    (JsonNode   *node);
/* (transfer full): codes and types that stand beside the message, joined; "" if none. */
char       *parlance_words_find_codes      (JsonNode   *node);
/* A numeric code of an HTTP error in @node; 0 if none. */
int         parlance_words_find_status     (JsonNode   *node);
/* (transfer none) (nullable) */
const char *parlance_words_find_request_id (JsonNode   *node);

G_END_DECLS
