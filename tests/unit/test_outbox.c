// SPDX-License-Identifier: GPL-2.0-or-later
/* outbox_run(): what waits is sent, once, whatever the receivers do. */
#include "deliver_fixture.h"

#include <errno.h>
#include <fcntl.h>

#include "base/buf.h"
#include "base/clock.h"
#include "mail/mail.h"
#include "pipeline/outbox.h"
#include "pipeline/pipeline.h"
#include "store/ingest.h"
#include "store/outbox.h"
#include "store/store.h"

#define CHECK(msgid, state)                                                                        \
	"{\"msgid\":\"" msgid "\",\"state\":\"" state                                              \
	"\",\"context\":\"dmalab\",\"description\":\"said\",\"target_url\":\"\"}"

enum { PATIENCE_S = 60, FIRST_WAIT_S = 20 };

struct room {
	struct post_office *o;
	struct store *s;
	struct outbox_counts n;
	char *program, *folder;
};

static int room_up(void **state)
{
	struct room *x = mem_zalloc(sizeof(*x));

	if (office_up((void **)&x->o) < 0)
		return -1;
	x->program = office_file(x->o, "sendmail",
				 "#!/bin/sh\ncd \"${0%/*}\"\necho \"$4 $5\" >>sent\n"
				 "[ ! -e \"act.$5\" ] || . \"./act.$5\"\n",
				 0755);
	x->folder = mem_printf("%s/kcidb", x->o->dir);
	x->o->config.report.sendmail = x->program;
	x->o->config.report.from = (char *)(uintptr_t) "bot@x";
	x->o->config.report.kcidb_dir = x->folder;
	assert_int_equal(store_open(x->o->dir, &x->s, &x->o->err), 0);
	*state = x;
	return 0;
}

static int room_down(void **state)
{
	struct room *x = *state;

	store_freep(&x->s);
	outbox_counts_done(&x->n);
	free(x->program);
	free(x->folder);
	office_down((void **)&x->o);
	free(x);
	return 0;
}

static int64_t put_message(struct room *x, enum message_kind kind, const char *key, const char *to,
			   const char *body)
{
	struct message_list l = { 0 };
	struct message *fresh = message_add(&l, kind);
	int64_t num = 0;

	set_text(&fresh->key, key);
	set_text(&fresh->subject, key);
	set_text(&fresh->to, to);
	set_text(&fresh->body, body);
	assert_int_equal(store_messages_put(x->s, &l, NULL, &x->o->err), 0);
	message_list_done(&l);
	for (int found = 1; found == 1; num++) {
		CLEANUP(message_done) struct message m = { 0 };

		found = store_message_get(x->s, num + 1, &m, &x->o->err);
	}
	return num - 1;
}

static int64_t put_mail(struct room *x, const char *to)
{
	static int n;
	CLEANUP(free_ptr) char *key = mem_printf("mail-%d@x", ++n);

	return put_message(x, MESSAGE_MAIL, key, to, "Subject: s\n\nbody\n");
}

static void run(struct room *x)
{
	const struct outbox_request req = { .cancel_fd = -1, .patience_s = PATIENCE_S };
	const struct progress quiet = { 0 };

	outbox_counts_done(&x->n);
	if (outbox_run(&x->o->config, x->s, &req, &quiet, &x->n, &x->o->err) < 0)
		fail_msg("%s", x->o->err.msg);
}

/* As it is in the store now. */
static const struct message *now(struct room *x, int64_t num)
{
	message_done(&x->o->m);
	assert_int_equal(store_message_get(x->s, num, &x->o->m, &x->o->err), 1);
	return &x->o->m;
}

static void assert_state(struct room *x, int64_t num, enum message_state state)
{
	if (now(x, num)->state != state)
		fail_msg("message %d is %s: %s", (int)num, message_state_name(x->o->m.state),
			 x->o->m.why);
}

/* Its time has come. */
static void hurry(struct room *x, int64_t num)
{
	assert_int_equal(store_message_move(x->s, num, MESSAGE_WAITING, 0, "", &x->o->err), 1);
}

static void what_waits_is_sent_in_its_order_and_once(void **state)
{
	struct room *x = *state;
	int64_t a = put_mail(x, "a@x"), b = put_mail(x, "b@x");
	int64_t k = put_message(x, MESSAGE_KCIDB, "k1", "", "{}");
	int64_t c = put_message(x, MESSAGE_CHECK, "c1", "media", CHECK("1@x", "success"));

	run(x);
	assert_int_equal(x->n.sent, 4);
	assert_int_equal(x->n.next, 0);
	assert_state(x, a, MESSAGE_SENT);
	assert_state(x, b, MESSAGE_SENT);
	assert_state(x, k, MESSAGE_SENT);
	assert_state(x, c, MESSAGE_SENT);
	run(x);
	assert_int_equal(x->n.sent, 0);
	assert_int_equal(world->posts, 1);
	sh(x->o->dir, "printf -- '-- a@x\\n-- b@x\\n' | cmp - sent");
}

static void check_that_is_there_is_not_posted_again(void **state)
{
	struct room *x = *state;
	int64_t c = put_message(x, MESSAGE_CHECK, "c1", "media", CHECK("1@x", "fail"));
	int64_t p = put_message(x, MESSAGE_CHECK, "c2", "media", CHECK("1@x", "pending"));

	strcpy(world->checks[0], "[{\"state\":\"fail\",\"context\":\"dmalab\","
				 "\"description\":\"said\",\"target_url\":null}]");
	run(x);
	assert_state(x, c, MESSAGE_SENT);
	assert_state(x, p, MESSAGE_SENT);
	assert_int_equal(world->posts, 0);
}

static void post_without_an_answer_waits_as_long_as_the_patience(void **state)
{
	struct room *x = *state;
	int64_t c = put_message(x, MESSAGE_CHECK, "c1", "media", CHECK("1@x", "fail"));
	int64_t before = clock_now();

	world->status[0] = '\0';
	run(x);
	assert_state(x, c, MESSAGE_SENDING);
	assert_true(x->o->m.not_before >= before + PATIENCE_S);
	assert_int_equal(x->n.next, x->o->m.not_before);
	run(x); /* not before its time */
	assert_int_equal(world->posts, 1);
	/* it had it, as it says then */
	strcpy(world->checks[0], "[{\"state\":\"fail\",\"context\":\"dmalab\","
				 "\"description\":\"said\",\"target_url\":\"\"}]");
	hurry(x, c);
	run(x);
	assert_state(x, c, MESSAGE_SENT);
	assert_int_equal(world->posts, 1);
}

static void verdict_does_not_overtake_a_check_that_is_in_doubt(void **state)
{
	struct room *x = *state;
	int64_t p = put_message(x, MESSAGE_CHECK, "c1", "media", CHECK("1@x", "pending")), v, t;
	int64_t other;

	world->status[0] = '\0';
	run(x);
	assert_state(x, p, MESSAGE_SENDING);
	v = put_message(x, MESSAGE_CHECK, "c2", "media", CHECK("1@x", "fail"));
	other = put_message(x, MESSAGE_CHECK, "c3", "media",
			    "{\"msgid\":\"1@x\",\"state\":\"fail\",\"context\":\"other\"}");
	strcpy(world->status, "201 Created");
	run(x);
	assert_state(x, other, MESSAGE_SENT);
	assert_int_equal(world->posts, 2);
	t = now(x, p)->not_before;
	assert_state(x, v, MESSAGE_WAITING);
	assert_true(x->o->m.not_before > t);
	assert_non_null(strstr(x->o->m.why, "on its way"));
	hurry(x, p);
	hurry(x, v);
	run(x);
	assert_state(x, p, MESSAGE_SENT);
	assert_state(x, v, MESSAGE_SENT);
	assert_int_equal(world->posts, 4);
}

static void what_was_cut_off_waits_and_is_looked_for(void **state)
{
	struct room *x = *state;
	int64_t c = put_message(x, MESSAGE_CHECK, "c1", "media", CHECK("1@x", "fail"));
	int64_t t = clock_now();

	assert_int_equal(store_message_trying(x->s, c, t, t + PATIENCE_S, &x->o->err), 0);
	run(x);
	assert_int_equal(world->posts, 0);
	assert_int_equal(x->n.next, t + PATIENCE_S);
	assert_int_equal(store_message_trying(x->s, c, t, t, &x->o->err), 0);
	strcpy(world->checks[0], "[{\"state\":\"fail\",\"context\":\"dmalab\","
				 "\"description\":\"said\",\"target_url\":\"\"},"
				 "{\"state\":\"success\",\"context\":\"dmalab\"}]");
	run(x);
	assert_state(x, c, MESSAGE_SENT);
	assert_int_equal(world->posts, 0);
}

static void waits_grow_and_end(void **state)
{
	struct room *x = *state;
	int64_t m = put_mail(x, "a@x");
	int64_t last = 0;

	sh(x->o->dir, "echo 'echo busy; exit 75' >act.a@x");
	for (int i = 1; i < 24; i++) {
		int64_t t = clock_now(), wait;

		run(x);
		assert_state(x, m, MESSAGE_WAITING);
		wait = x->o->m.not_before - t;
		assert_true(wait >= last && wait <= 120 * PATIENCE_S + 2);
		assert_true(i > 1 || wait <= FIRST_WAIT_S + 2);
		last = wait - 2;
		hurry(x, m);
	}
	assert_true(last > 100 * PATIENCE_S);
	run(x);
	assert_state(x, m, MESSAGE_FAILED);
	assert_non_null(strstr(x->o->m.why, "given up after 24 tries"));
	assert_non_null(strstr(x->o->m.why, "busy"));
	assert_int_equal(x->n.failed, 1);
	assert_int_equal(x->n.notes.n, 1);
}

static void mail_in_doubt_waits_for_a_word(void **state)
{
	struct room *x = *state;
	int64_t m = put_mail(x, "a@x"), cut = put_mail(x, "b@x"), t = clock_now();

	sh(x->o->dir, "echo 'kill -9 $$' >act.a@x");
	assert_int_equal(store_message_trying(x->s, cut, t, t, &x->o->err), 0);
	run(x);
	assert_state(x, cut, MESSAGE_HELD);
	assert_non_null(strstr(x->o->m.why, "may have arrived"));
	assert_int_equal(x->n.held, 1);
	assert_int_equal(x->n.later, 1);
	assert_state(x, m, MESSAGE_SENDING);
	assert_true(x->o->m.not_before >= t + PATIENCE_S);
	assert_int_equal(store_message_trying(x->s, m, t, t, &x->o->err), 0);
	run(x);
	assert_state(x, m, MESSAGE_HELD);
	sh(x->o->dir, "echo '-- a@x' | cmp - sent && rm act.a@x");
	hurry(x, m); /* the word */
	run(x);
	assert_state(x, m, MESSAGE_SENT);
}

static void mail_that_a_source_has_brought_back_has_arrived(void **state)
{
	static const char raw[] = "From: bot@x\nMessage-ID: <mine@x>\nSubject: Re: s\n\nbody\n";
	struct room *x = *state;
	int64_t m = put_message(x, MESSAGE_MAIL, "mine@x", "a@x", raw), t = clock_now();
	CLEANUP(mail_done) struct mail mail = { 0 };
	const struct mail_in in = { &mail, raw, strlen(raw), "" };
	size_t fresh;

	assert_int_equal(store_message_trying(x->s, m, t, t, &x->o->err), 0);
	mail_parse(raw, strlen(raw), 0, &mail);
	assert_int_equal(store_mails_put(x->s, "lkml", &in, 1, NULL, NULL, &fresh, &x->o->err), 0);
	run(x);
	assert_state(x, m, MESSAGE_SENT);
	sh(x->o->dir, "test ! -e sent");
}

static void refusal_is_for_good_and_says_why(void **state)
{
	struct room *x = *state;
	int64_t m = put_mail(x, "a@x"), b = put_mail(x, "b@x");

	sh(x->o->dir, "echo 'echo no such user; exit 67' >act.a@x");
	run(x);
	assert_state(x, b, MESSAGE_SENT);
	assert_state(x, m, MESSAGE_FAILED);
	assert_non_null(strstr(x->o->m.why, "no such user"));
}

static void silent_receiver_delays_its_own_only(void **state)
{
	struct room *x = *state;
	int64_t c[5], k;

	strcpy(world->status, "429 Busy");
	for (int i = 0; i < 5; i++) {
		char key[8];

		snprintf(key, sizeof(key), "c%d", i);
		c[i] = put_message(x, MESSAGE_CHECK, key, "media", CHECK("1@x", "fail"));
	}
	k = put_message(x, MESSAGE_KCIDB, "k1", "", "{}");
	run(x);
	assert_state(x, k, MESSAGE_SENT);
	assert_int_equal(world->posts, 2);
	for (int i = 0; i < 5; i++)
		assert_state(x, c[i], MESSAGE_WAITING);
	assert_int_equal(now(x, c[4])->attempts, 0); /* that was no try of its own */
	assert_non_null(strstr(x->o->m.why, "does not answer"));
}

static void address_has_so_many_mails_a_day(void **state)
{
	struct room *x = *state;
	int64_t m[4], both, t = clock_now();

	x->o->config.report.per_day = 3;
	for (int i = 0; i < 4; i++)
		m[i] = put_mail(x, "a@x");
	both = put_mail(x, "b@x\na@x");
	run(x);
	assert_int_equal(x->n.sent, 3);
	assert_state(x, m[2], MESSAGE_SENT);
	assert_state(x, m[3], MESSAGE_WAITING);
	assert_true(x->o->m.not_before >= t + 20 * PATIENCE_S);
	assert_int_equal(x->o->m.attempts, 0);
	assert_state(x, both, MESSAGE_WAITING);
	assert_non_null(strstr(x->o->m.why, "a@x had 3 mails in a day"));
}

static void only_one_process_sends(void **state)
{
	struct room *x = *state;
	const struct outbox_request req = { .cancel_fd = -1 };
	const struct progress quiet = { 0 };
	CLEANUP(free_ptr) char *path = mem_printf("%s/outbox.lock", x->o->dir);
	CLEANUP(close_fd) int lock = fs_lock(path, false, &x->o->err);

	assert_true(lock >= 0);
	(void)put_mail(x, "a@x");
	assert_int_equal(outbox_run(&x->o->config, x->s, &req, &quiet, &x->n, &x->o->err),
			 -EWOULDBLOCK);
	sh(x->o->dir, "test ! -e sent");
}

static void cancel_leaves_what_was_not_sent_as_it_was(void **state)
{
	struct room *x = *state;
	int64_t c = put_message(x, MESSAGE_CHECK, "c1", "media", CHECK("1@x", "fail"));
	CLEANUP(close_fd) int ready = open("/dev/null", O_RDONLY | O_CLOEXEC);
	const struct outbox_request req = { .cancel_fd = ready };
	const struct progress quiet = { 0 };

	assert_int_equal(outbox_run(&x->o->config, x->s, &req, &quiet, &x->n, &x->o->err),
			 -ECANCELED);
	assert_state(x, c, MESSAGE_WAITING);
	assert_int_equal(x->o->m.attempts, 0);
	run(x);
	assert_state(x, c, MESSAGE_SENT);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, room_up, room_down)
	const struct CMUnitTest tests[] = {
		T(what_waits_is_sent_in_its_order_and_once),
		T(check_that_is_there_is_not_posted_again),
		T(post_without_an_answer_waits_as_long_as_the_patience),
		T(verdict_does_not_overtake_a_check_that_is_in_doubt),
		T(what_was_cut_off_waits_and_is_looked_for),
		T(waits_grow_and_end),
		T(mail_in_doubt_waits_for_a_word),
		T(mail_that_a_source_has_brought_back_has_arrived),
		T(refusal_is_for_good_and_says_why),
		T(silent_receiver_delays_its_own_only),
		T(address_has_so_many_mails_a_day),
		T(only_one_process_sends),
		T(cancel_leaves_what_was_not_sent_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
