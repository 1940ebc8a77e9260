/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * ParlanceTestPki:
 * Certificates made for one test, in a folder of their own that goes with it: a certificate
 * authority (parlance_test_pki_get_database()), and what servers on 127.0.0.1 show.
 */
typedef struct _ParlanceTestPki ParlanceTestPki;

typedef enum
{
  PARLANCE_TEST_CERTIFICATE_GOOD,
  PARLANCE_TEST_CERTIFICATE_EXPIRED,
  PARLANCE_TEST_CERTIFICATE_WRONG_HOST,
  PARLANCE_TEST_CERTIFICATE_SELF_SIGNED,
  PARLANCE_TEST_CERTIFICATE_UNKNOWN_CA,
} ParlanceTestCertificate;

ParlanceTestPki   *parlance_test_pki_new          (void);
void               parlance_test_pki_free         (ParlanceTestPki         *self);
/* Trusts the authority, and nobody else. */
GTlsDatabase      *parlance_test_pki_get_database (ParlanceTestPki         *self);

/**
 * ParlanceTestFront:
 * A packaged server (nghttpx) that speaks TLS on 127.0.0.1 and passes all on to a service that
 * does not, as real services are run. It adds "via" to a request: "2 nghttpx" for one that came
 * as HTTP/2, "1.1 nghttpx" otherwise.
 */
typedef struct _ParlanceTestFront ParlanceTestFront;

/* What is missing here for both of these; %NULL: nothing. */
const char        *parlance_test_front_missing    (void);
/* @protocols: of "h2" and "http/1.1" those that are spoken, with a comma between them.
 * @service_port: where the service is. */
ParlanceTestFront *parlance_test_front_new        (ParlanceTestPki         *pki,
                                                   ParlanceTestCertificate  certificate,
                                                   const char              *protocols,
                                                   uint16_t                 service_port);
uint16_t           parlance_test_front_get_port   (ParlanceTestFront       *self);
/* Waits until all that clients have sent was passed on and they have hung up, and ends it. */
void               parlance_test_front_free       (ParlanceTestFront       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceTestPki, parlance_test_pki_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceTestFront, parlance_test_front_free)

G_END_DECLS
