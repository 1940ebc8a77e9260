/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-test-front.h"

#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>

/* Another program may take the port between our choice of it and the front's start. */
#define PORT_TRIES 8
#define END_SECONDS 10

struct _ParlanceTestPki
{
  char         *folder;
  GTlsDatabase *database;
};

struct _ParlanceTestFront
{
  GSubprocess *process;
  uint16_t     port;
};

const char *
parlance_test_front_missing (void)
{
  static const char *const programs[] = { "nghttpx", "openssl" };

  for (size_t i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *path = g_find_program_in_path (programs[i]);

      if (path == NULL)
        return programs[i];
    }

  return NULL;
}

/* Runs openssl in the folder; the words of @format are its arguments. */
static void G_GNUC_PRINTF (2, 3)
run_openssl (ParlanceTestPki *self,
             const char      *format,
             ...)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  g_auto (GStrv) words = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  words = g_strsplit (line, " ", -1);

  g_subprocess_launcher_set_cwd (launcher, self->folder);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static void
write_file (ParlanceTestPki *self,
            const char      *name,
            const char      *text)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* Newer openssl makes no certificate that ends before it begins: the dates of one that is over are
 * given. That is for its small authority, which wants to be told where it keeps its books. */
#define PAST "20210101000000Z"
#define FUTURE "21000101000000Z"

static const char config[] = "[ca]\n"
                             "default_ca = d\n"
                             "[d]\n"
                             "database = index\n"
                             "new_certs_dir = .\n"
                             "rand_serial = yes\n"
                             "unique_subject = no\n"
                             "default_md = sha256\n"
                             "policy = p\n"
                             "[p]\n"
                             "commonName = supplied\n";

static void
make_authority (ParlanceTestPki *self,
                const char      *name)
{
  run_openssl (self, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
               " -subj /CN=%s -addext keyUsage=critical,keyCertSign -keyout %s.key -out %s.pem",
               name, name, name);
}

static void
make_certificate (ParlanceTestPki *self,
                  const char      *name,
                  const char      *authority,
                  const char      *host,
                  const char      *end)
{
  g_autofree char *extensions =
    g_strdup_printf ("subjectAltName=%s\nbasicConstraints=critical,CA:FALSE\n", host);

  write_file (self, "extensions", extensions);
  run_openssl (self, "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
               " -subj /CN=%s -keyout %s.key -out request", name, name);
  if (authority != NULL)
    run_openssl (self, "openssl ca -batch -notext -config config -cert %s.pem -keyfile %s.key"
                 " -startdate 20200101000000Z -enddate %s -extfile extensions -in request"
                 " -out %s.pem", authority, authority, end, name);
  else
    run_openssl (self, "openssl x509 -req -in request -signkey %s.key -days 2"
                 " -extfile extensions -out %s.pem", name, name);
}

static const struct
{
  const char *name;
  const char *authority;
  const char *host;
  const char *end;       /* of what an authority has signed */
} certificates[] = {
  [PARLANCE_TEST_CERTIFICATE_GOOD] = { "good", "authority", "IP:127.0.0.1", FUTURE },
  [PARLANCE_TEST_CERTIFICATE_EXPIRED] = { "expired", "authority", "IP:127.0.0.1", PAST },
  [PARLANCE_TEST_CERTIFICATE_WRONG_HOST] = { "wrong-host", "authority", "DNS:other.invalid", FUTURE },
  [PARLANCE_TEST_CERTIFICATE_SELF_SIGNED] = { "self-signed", NULL, "IP:127.0.0.1", NULL },
  [PARLANCE_TEST_CERTIFICATE_UNKNOWN_CA] = { "unknown-ca", "stranger", "IP:127.0.0.1", FUTURE },
};

ParlanceTestPki *
parlance_test_pki_new (void)
{
  ParlanceTestPki *self = g_new0 (ParlanceTestPki, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  self->folder = g_dir_make_tmp ("parlance-test-pki-XXXXXX", &error);
  g_assert_no_error (error);

  write_file (self, "config", config);
  write_file (self, "index", "");
  make_authority (self, "authority");
  make_authority (self, "stranger");
  for (size_t i = 0; i < G_N_ELEMENTS (certificates); i++)
    make_certificate (self, certificates[i].name, certificates[i].authority,
                      certificates[i].host, certificates[i].end);

  path = g_build_filename (self->folder, "authority.pem", NULL);
  self->database = g_tls_file_database_new (path, &error);
  g_assert_no_error (error);

  return self;
}

void
parlance_test_pki_free (ParlanceTestPki *self)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  g_autoptr (GFile) top = g_file_new_for_path (self->folder);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autoptr (GFile) file = g_file_get_child (top, name);

      g_file_delete (file, NULL, NULL);
    }
  g_file_delete (top, NULL, NULL);
  g_object_unref (self->database);
  g_free (self->folder);
  g_free (self);
}

GTlsDatabase *
parlance_test_pki_get_database (ParlanceTestPki *self)
{
  return self->database;
}

static uint16_t
find_port (void)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  g_assert_true (g_socket_bind (socket, any_port, TRUE, NULL));
  address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

/* A test that dies takes its front along. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Whether it listens: its word about that is the sign. */
static gboolean
wait_for_start (ParlanceTestFront *self)
{
  g_autoptr (GDataInputStream) words =
    g_data_input_stream_new (g_subprocess_get_stderr_pipe (self->process));

  /* What it says later has room in the pipe: only notices are on. */
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (words), FALSE);
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (words, NULL, NULL, NULL);

      if (line == NULL)
        return FALSE;
      if (strstr (line, "Created worker thread") != NULL)
        return TRUE;
    }
}

static gboolean
start (ParlanceTestFront *self,
       ParlanceTestPki   *pki,
       const char        *name,
       const char        *protocols,
       uint16_t           service_port)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *line = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;

  self->port = find_port ();
  line = g_strdup_printf ("nghttpx --conf=/dev/null --workers=1 --no-ocsp"
                          " --no-server-push --no-location-rewrite --npn-list=%s"
                          " --frontend=127.0.0.1,%u --backend=127.0.0.1,%u %s.key %s.pem",
                          protocols, self->port, service_port, name, name);
  words = g_strsplit (line, " ", -1);

  g_subprocess_launcher_set_cwd (launcher, pki->folder);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words, &error);
  g_assert_no_error (error);
  if (wait_for_start (self))
    return TRUE;

  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);

  return FALSE;
}

ParlanceTestFront *
parlance_test_front_new (ParlanceTestPki         *pki,
                         ParlanceTestCertificate  certificate,
                         const char              *protocols,
                         uint16_t                 service_port)
{
  ParlanceTestFront *self = g_new0 (ParlanceTestFront, 1);

  for (int i = 0; i < PORT_TRIES; i++)
    if (start (self, pki, certificates[certificate].name, protocols, service_port))
      return self;

  g_error ("nghttpx does not start");
}

uint16_t
parlance_test_front_get_port (ParlanceTestFront *self)
{
  return self->port;
}

static void
on_ended (GObject      *source,
          GAsyncResult *result,
          gpointer      ended)
{
  *(gboolean *) ended = g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
}

static gboolean
on_late (gpointer user_data)
{
  g_assert_not_reached (); /* a client has not hung up */
}

void
parlance_test_front_free (ParlanceTestFront *self)
{
  unsigned limit = g_timeout_add_seconds (END_SECONDS, on_late, NULL);
  gboolean ended = FALSE;

  g_subprocess_send_signal (self->process, SIGQUIT);
  g_subprocess_wait_async (self->process, NULL, on_ended, &ended);
  while (!ended)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);

  g_object_unref (self->process);
  g_free (self);
}
