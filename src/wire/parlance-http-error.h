/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-http.h"

G_BEGIN_DECLS

/* (transfer full): what libsoup and GIO said, as one of ours. @started: the connection stood and
 * the request was on its way. @flags: what the certificate was refused for, if it was. */
GError *parlance_http_error_from_library  (const GError         *library,
                                           gboolean              started,
                                           GTlsCertificateFlags  flags);
/* (transfer full): of a status that an exchange cannot end with well; else NULL. */
GError *parlance_http_error_from_head     (SoupMessage          *head);

G_END_DECLS
