/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a person pastes, made into what a service takes. Pure functions; all (transfer full). */

/* Without blanks, line ends, zero-width characters, surrounding quotes and a leading "Bearer "
 * or "Authorization: Bearer ". Never %NULL. The result is a secret: wipe it. */
char *parlance_clean_token    (const char  *text);

/* A Model ID: "owner/name", "name" or a longer path, each with one ":suffix" at most. A model
 * page's address (https://modelscope.cn/models/OWNER/NAME[/…][?…], .ai and www. too) becomes its
 * ID. %NULL with @error (%G_IO_ERROR_INVALID_ARGUMENT, message for a person) where it cannot be
 * one. */
char *parlance_clean_model_id (const char  *text,
                               GError     **error);

/* A base URL without trailing slashes, blanks, query and fragment, "/chat/completions" and other
 * endpoints taken off its end; "https://" added where there is no scheme ("http://" for
 * localhost and loopback addresses). %NULL with @error (%G_IO_ERROR_INVALID_ARGUMENT, message for
 * a person) where it is no http(s) URL, has credentials in it, or is plain http to a host that is
 * not on this machine or a private network (a token would travel in clear). */
char *parlance_clean_base_url (const char  *text,
                               GError     **error);

G_END_DECLS
