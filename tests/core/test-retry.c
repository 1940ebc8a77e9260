/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-fixture.h"

#include "parlance-backoff.h"

/* A call that came too fast is made again, a little later and twice at most. */

#define BUSY(headers) "{\"status\":429,\"headers\":{" headers "},\"body\":\"\"}"
#define BUSY_WORDS(words) \
  "{\"status\":429,\"body\":\"{\\\"error\\\":{\\\"message\\\":\\\"" words "\\\"}}\"}"

static void
test_delay (void)
{
  static const struct
  {
    ParlanceVerdictKind kind;
    double              retry_after;
    unsigned            n_tries;
    double              from; /* -1: none */
    double              to;
  } cases[] = {
    { PARLANCE_VERDICT_TOO_FAST, -1, 0, 0.5, 2 },
    { PARLANCE_VERDICT_TOO_FAST, -1, 1, 2, 8 },
    { PARLANCE_VERDICT_TOO_FAST, -1, 2, -1, -1 },
    { PARLANCE_VERDICT_TOO_FAST, 0, 0, 0.5, 1 },
    { PARLANCE_VERDICT_TOO_FAST, 3, 0, 3, 3.5 },
    { PARLANCE_VERDICT_TOO_FAST, 3, 1, 3, 3.5 },
    { PARLANCE_VERDICT_TOO_FAST, 3, 2, -1, -1 },
    { PARLANCE_VERDICT_TOO_FAST, 30, 0, 30, 30.5 },
    { PARLANCE_VERDICT_TOO_FAST, 31, 0, -1, -1 },
    { PARLANCE_VERDICT_QUOTA_DAY, 1, 0, -1, -1 },
    { PARLANCE_VERDICT_QUOTA_MODEL_DAY, 1, 0, -1, -1 },
    { PARLANCE_VERDICT_WRONG_TOKEN, 1, 0, -1, -1 },
    { PARLANCE_VERDICT_NO_BALANCE, 1, 0, -1, -1 },
    { PARLANCE_VERDICT_SERVER, 1, 0, -1, -1 },
    { PARLANCE_VERDICT_NO_NETWORK, -1, 0, -1, -1 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ParlanceVerdict) verdict = parlance_verdict_new (cases[i].kind, 429, NULL, NULL);

      verdict->retry_after = cases[i].retry_after;
      g_assert_cmpfloat (parlance_backoff_delay (verdict, cases[i].n_tries, 0), ==, cases[i].from);
      g_assert_cmpfloat_with_epsilon (parlance_backoff_delay (verdict, cases[i].n_tries, 0.999999),
                                      cases[i].to, 0.001);
    }
}

static void
push (ChatFixture *fixture,
      const char  *script,
      unsigned     times)
{
  for (unsigned i = 0; i < times; i++)
    parlance_test_service_push_script (fixture->service, script);
}

static void
assert_failed (ChatFixture          *fixture,
               ParlanceConversation *conversation,
               ParlanceVerdictKind   kind,
               int                   n_calls)
{
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_FAILED, "");
  g_assert_cmpint (parlance_message_get_verdict (leaf (conversation))->kind, ==, kind);
  g_assert_cmpint (parlance_message_get_retry_at (leaf (conversation)), ==, 0);
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, n_calls);
}

static void
test_comes_through (ChatFixture   *fixture,
                   gconstpointer  data)
{
  ParlanceConversation *conversation;

  push (fixture, BUSY (""), 1);
  push (fixture, BUSY_WORDS ("You exceeded your current quota: insufficient_quota"), 1);
  conversation = chat_fixture_send (fixture, NULL, "hello");
  WAIT_UNTIL (parlance_message_get_retry_at (leaf (conversation)) != 0);
  g_assert_cmpint (parlance_message_get_state (leaf (conversation)), ==, PARLANCE_STATE_PENDING);
  g_assert_null (parlance_message_get_verdict (leaf (conversation)));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  g_assert_cmpint (parlance_message_get_retry_at (leaf (conversation)), ==, 0);
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 3);
  g_assert_cmpint (parlance_test_service_get_max_concurrent (fixture->service), ==, 1);
}

static void
test_gives_up (ChatFixture   *fixture,
               gconstpointer  data)
{
  ParlanceConversation *conversation;

  push (fixture, BUSY (""), 3);
  conversation = chat_fixture_send (fixture, NULL, "hello");
  assert_failed (fixture, conversation, PARLANCE_VERDICT_TOO_FAST, 3);

  /* The person's own new try begins anew. */
  push (fixture, BUSY (""), 2);
  parlance_chat_regenerate (fixture->chat, conversation, leaf (conversation));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 6);
}

/* How long the wait was when it was said, in microseconds. */
static void
take_wait (ParlanceMessage *message,
           GParamSpec      *pspec,
           int64_t         *wait)
{
  if (parlance_message_get_retry_at (message) != 0)
    *wait = parlance_message_get_retry_at (message) - g_get_monotonic_time ();
}

static void
test_retry_after (ChatFixture   *fixture,
                  gconstpointer  data)
{
  static const struct
  {
    const char *script;
    double      least; /* seconds of waiting; -1: no new try */
    double      most;
  } cases[] = {
    { BUSY ("\"Retry-After\":\"7\""), 7, 7.5 },
    { BUSY ("\"retry-after-ms\":\"2500\""), 2.5, 3 },
    { BUSY ("\"retry-after-ms\":\"2500\",\"Retry-After\":\"9\""), 2.5, 3 },
    { BUSY ("\"Retry-After\":\"0\""), 0.5, 1 },
    { BUSY ("\"Retry-After\":\"soon\""), 0.5, 2 },
    { BUSY ("\"Retry-After\":\"31\""), -1, -1 },
    { BUSY ("\"Retry-After\":\"Fri, 31 Dec 2100 23:59:59 GMT\""), -1, -1 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ParlanceConversation *conversation;
      const double second = fixture->retry_second * 1000;
      int64_t wait = 0;

      parlance_test_service_reset (fixture->service);
      push (fixture, cases[i].script, 1);
      conversation = chat_fixture_send (fixture, NULL, "hello");
      if (cases[i].least < 0)
        {
          assert_failed (fixture, conversation, PARLANCE_VERDICT_TOO_FAST, 1);
          continue;
        }

      g_signal_connect (leaf (conversation), "notify::retry-at", G_CALLBACK (take_wait), &wait);
      chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "You said: hello");
      /* Less what is below a millisecond, and the moment until it is seen here. */
      g_assert_cmpfloat (wait, >, cases[i].least * second - 5000);
      g_assert_cmpfloat (wait, <=, cases[i].most * second);
      g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 2);
    }

  g_test_message ("tried waits that a service asks for: %zu, held %zu, lost 0",
                  G_N_ELEMENTS (cases), G_N_ELEMENTS (cases));
}

static void
test_never (ChatFixture   *fixture,
            gconstpointer  data)
{
  static const struct
  {
    const char          *script;
    ParlanceVerdictKind  kind;
  } cases[] = {
    { BUSY_WORDS ("You have exceeded today's quota"), PARLANCE_VERDICT_QUOTA_DAY },
    { BUSY_WORDS ("You have exceeded today's quota for model X"),
      PARLANCE_VERDICT_QUOTA_MODEL_DAY },
    { BUSY ("\"modelscope-ratelimit-requests-remaining\":\"0\""), PARLANCE_VERDICT_QUOTA_DAY },
    { BUSY_WORDS ("Insufficient balance"), PARLANCE_VERDICT_NO_BALANCE },
    { "{\"status\":401,\"headers\":{\"Retry-After\":\"0\"},\"body\":\"\"}",
      PARLANCE_VERDICT_WRONG_TOKEN },
    { "{\"status\":503,\"headers\":{\"Retry-After\":\"0\"},\"body\":\"\"}",
      PARLANCE_VERDICT_SERVER },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      parlance_test_service_reset (fixture->service);
      push (fixture, cases[i].script, 1);
      assert_failed (fixture, chat_fixture_send (fixture, NULL, "hello"), cases[i].kind, 1);
    }

  g_test_message ("tried refusals that are not tried again: %zu, held %zu, lost 0",
                  G_N_ELEMENTS (cases), G_N_ELEMENTS (cases));
}

static void
test_not_after_text (ChatFixture   *fixture,
                     gconstpointer  data)
{
  static const char script[] =
    "{\"steps\":[{\"delta\":\"some\"},"
    "{\"event\":{\"error\":{\"code\":429,\"message\":\"Too many requests\"}}}]}";
  ParlanceConversation *conversation;

  push (fixture, script, 1);
  conversation = chat_fixture_send (fixture, NULL, "hello");
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_FAILED, "some");
  g_assert_cmpint (parlance_message_get_verdict (leaf (conversation))->kind, ==,
                   PARLANCE_VERDICT_TOO_FAST);

  /* Of a reply that is continued the text is there, but nothing of this call. */
  push (fixture, BUSY (""), 1);
  push (fixture, "{\"steps\":[{\"delta\":\" more\"},{\"done\":true}]}", 1);
  parlance_chat_continue (fixture->chat, conversation, leaf (conversation));
  WAIT_UNTIL (parlance_message_get_retry_at (leaf (conversation)) != 0);
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_COMPLETE, "some more");
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 3);
}

/* Whoever waits behind a call that is made again waits on, and comes when that one was given up. */
static void
test_stop (ChatFixture   *fixture,
           gconstpointer  data)
{
  ParlanceConversation *first, *second;

  push (fixture, BUSY ("\"Retry-After\":\"29\""), 1);
  first = chat_fixture_send (fixture, NULL, "first");
  WAIT_UNTIL (parlance_message_get_retry_at (leaf (first)) != 0);
  second = chat_fixture_send (fixture, NULL, "second");
  g_assert_true (parlance_message_get_queued (leaf (second)));

  parlance_chat_stop (fixture->chat, first);
  chat_fixture_assert_reply (first, PARLANCE_STATE_STOPPED, "");
  g_assert_cmpint (parlance_message_get_retry_at (leaf (first)), ==, 0);
  chat_fixture_assert_reply (second, PARLANCE_STATE_COMPLETE, "You said: second");

  /* Longer than the wait would have been. */
  g_assert_false (parlance_test_service_wait_chat_calls (fixture->service, 3,
                                                         31 * fixture->retry_second));
  first = chat_fixture_reload (fixture, parlance_conversation_get_id (first));
  chat_fixture_assert_reply (first, PARLANCE_STATE_STOPPED, "");
  g_assert_null (parlance_message_get_verdict (leaf (first)));
}

/* As by a suspend: nothing of the program runs for longer than the wait. What waits behind the new
 * try waits for its turn even so. */
static void
test_held_up (ChatFixture   *fixture,
              gconstpointer  data)
{
  ParlanceConversation *conversations[3];

  push (fixture, BUSY ("\"Retry-After\":\"2\""), 1);
  conversations[0] = chat_fixture_send (fixture, NULL, "0");
  WAIT_UNTIL (parlance_message_get_retry_at (leaf (conversations[0])) != 0);
  conversations[1] = chat_fixture_send (fixture, NULL, "1");
  conversations[2] = chat_fixture_send (fixture, NULL, "2");

  g_usleep (10 * fixture->retry_second * 1000);
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 1);
  chat_fixture_assert_reply (conversations[0], PARLANCE_STATE_COMPLETE, "You said: 0");
  chat_fixture_assert_reply (conversations[1], PARLANCE_STATE_COMPLETE, "You said: 1");
  chat_fixture_assert_reply (conversations[2], PARLANCE_STATE_COMPLETE, "You said: 2");
  g_assert_cmpint (parlance_test_service_get_chat_calls (fixture->service), ==, 4);
  g_assert_cmpint (parlance_test_service_get_max_concurrent (fixture->service), ==, 1);
  g_test_message ("tried sends that wait through a suspend: 3, held 3, lost 0");
}

static void
test_quit (ChatFixture   *fixture,
           gconstpointer  data)
{
  ParlanceConversation *conversation;

  push (fixture, BUSY ("\"Retry-After\":\"29\""), 1);
  conversation = chat_fixture_send (fixture, NULL, "hello");
  WAIT_UNTIL (parlance_message_get_retry_at (leaf (conversation)) != 0);
  conversation = chat_fixture_reload (fixture, parlance_conversation_get_id (conversation));
  chat_fixture_assert_reply (conversation, PARLANCE_STATE_INTERRUPTED, "");
  g_assert_false (parlance_test_service_wait_chat_calls (fixture->service, 2,
                                                         31 * fixture->retry_second));
}

static void
set_up (ChatFixture   *fixture,
        gconstpointer  data)
{
  fixture->retry_second = 40;
  chat_fixture_set_up (fixture, data);
}

int
main (int   argc,
      char *argv[])
{
  /* No keyring: tokens are given for the run. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/retry/delay", test_delay);

#define ADD(path, function) \
  g_test_add (path, ChatFixture, NULL, set_up, function, chat_fixture_tear_down)

  ADD ("/retry/comes-through", test_comes_through);
  ADD ("/retry/gives-up", test_gives_up);
  ADD ("/retry/retry-after", test_retry_after);
  ADD ("/retry/never", test_never);
  ADD ("/retry/not-after-text", test_not_after_text);
  ADD ("/retry/stop", test_stop);
  ADD ("/retry/held-up", test_held_up);
  ADD ("/retry/quit", test_quit);

  return g_test_run ();
}
