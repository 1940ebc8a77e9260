/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-http.h"

G_BEGIN_DECLS

/* How far an exchange came, as its errors need to know. */
typedef struct
{
  gboolean              proxied;      /* the connection was to be to a proxy */
  gboolean              started;      /* the request is on its way */
  GTlsCertificateFlags  tls_errors;   /* what the certificate was refused for, if it was */
  gboolean              self_signed;  /* the certificate is */
} ParlanceHttpCourse;

/* (transfer full): what libsoup and GIO said, as one of ours. */
GError *parlance_http_error_from_library (const GError             *library,
                                          const ParlanceHttpCourse *course);
/* (transfer full): of a status that an exchange cannot end with well; else NULL. */
GError *parlance_http_error_from_head    (SoupMessage              *head);

G_END_DECLS
