// SPDX-License-Identifier: GPL-2.0-or-later
#include "store_fixture.h"

#include "base/clock.h"
#include "letter_fixture.h"
#include "store/outbox.h"

enum { NOW = 1700000000 };

static void set(char **field, const char *text)
{
	free(*field);
	*field = mem_strdup(text);
}

static struct message *add(struct message_list *l, enum message_kind kind, const char *key)
{
	struct message *m = message_add(l, kind);

	set(&m->key, key);
	return m;
}

/* A message of its own, and its number. */
static int64_t put(struct fixture *f, enum message_kind kind, const char *key,
		   enum message_state state, int64_t not_before)
{
	CLEANUP(message_list_done) struct message_list l = { 0 };
	struct message *m = add(&l, kind, key);
	size_t fresh = 0;

	m->state = state;
	m->not_before = not_before;
	OK(store_messages_put(f->s, &l, &fresh, &f->err));
	assert_int_equal(fresh, 1);
	return ask(f, "SELECT max(num) FROM outbox");
}

static void state_is(struct fixture *f, int64_t num, enum message_state state)
{
	CLEANUP(message_done) struct message m = { 0 };

	FOUND(store_message_get(f->s, num, &m, &f->err));
	assert_string_equal(message_state_name(m.state), message_state_name(state));
}

static int64_t a_series(struct fixture *f, const char *id)
{
	CLEANUP(free_ptr) char *subject = mem_printf("[PATCH] dma: %s", id);
	CLEANUP(series_row_done) struct series_row s = { 0 };

	SEND(f, "lkml", LETTER(subject, id, NULL, id, 1));
	sort_all(f);
	s = series_of(f, id);
	return s.num;
}

static char *a_verdict(struct fixture *f, const char *name)
{
	CLEANUP(verdict_done) struct verdict v = { .kind = VERDICT_FAIL, .name = mem_strdup(name) };

	OK(store_verdict_put(f->s, &v, &f->err));
	return mem_strdup(v.id);
}

static void a_message_reads_back_as_it_was_put(void **state)
{
	struct fixture *f = *state;
	CLEANUP(message_list_done) struct message_list l = { 0 };
	CLEANUP(message_done) struct message out = { 0 };
	CLEANUP(free_ptr) char *verdict = a_verdict(f, "x");
	struct message *m = add(&l, MESSAGE_MAIL, "1@dmalab");

	m->state = MESSAGE_HELD;
	set(&m->subject, "Re: [PATCH] dma");
	set(&m->to, "ann@a\nbob@b\n");
	set(&m->body, "From: x\n\nbody \xc3\xa4\n");
	set(&m->verdict_id, verdict);
	set(&m->why, "moderated");
	m->series = a_series(f, "a@a");
	m->created = NOW;
	m->not_before = NOW + 5;
	OK(store_messages_put(f->s, &l, NULL, &f->err));
	reopen(f);
	FOUND(store_message_get(f->s, 1, &out, &f->err));
	assert_int_equal(out.num, 1);
	assert_int_equal(out.kind, MESSAGE_MAIL);
	assert_int_equal(out.state, MESSAGE_HELD);
	assert_string_equal(out.key, "1@dmalab");
	assert_string_equal(out.subject, m->subject);
	assert_string_equal(out.to, m->to);
	assert_string_equal(out.body, m->body);
	assert_int_equal(out.series, m->series);
	assert_string_equal(out.verdict_id, verdict);
	assert_int_equal(out.created, NOW);
	assert_int_equal(out.not_before, NOW + 5);
	assert_int_equal(out.tried + out.ended + out.attempts, 0);
	assert_string_equal(out.why, "moderated");
	assert_int_equal(store_message_get(f->s, 2, m, &f->err), 0);
}

static void a_message_put_again_stays_as_it_is(void **state)
{
	struct fixture *f = *state;
	CLEANUP(message_list_done) struct message_list l = { 0 };
	CLEANUP(message_done) struct message out = { 0 };
	size_t fresh = 0;

	set(&add(&l, MESSAGE_MAIL, "1@d")->body, "first");
	OK(store_messages_put(f->s, &l, &fresh, &f->err));
	assert_int_equal(fresh, 1);
	FOUND(store_message_move(f->s, 1, MESSAGE_SENT, 0, "", &f->err));
	set(&l.v[0].body, "second");
	set(&l.v[0].to, "ann@a");
	add(&l, MESSAGE_CHECK, "2@d");
	OK(store_messages_put(f->s, &l, &fresh, &f->err));
	assert_int_equal(fresh, 1);
	FOUND(store_message_get(f->s, 1, &out, &f->err));
	assert_string_equal(out.body, "first");
	assert_int_equal(out.state, MESSAGE_SENT);
	assert_int_equal(ask(f, "SELECT count(*) FROM outbox_addresses"), 0);
}

static void a_message_about_nothing_or_without_a_key_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(message_list_done) struct message_list l = { 0 };
	struct message *m;

	add(&l, MESSAGE_MAIL, "1@d");
	m = add(&l, MESSAGE_MAIL, "");
	assert_int_equal(store_messages_put(f->s, &l, NULL, &f->err), -EINVAL);
	set(&m->key, "2@d");
	set(&m->verdict_id, "no such");
	assert_int_equal(store_messages_put(f->s, &l, NULL, &f->err), -EINVAL);
	set(&m->verdict_id, "");
	m->series = 99;
	assert_int_equal(store_messages_put(f->s, &l, NULL, &f->err), -EINVAL);
	assert_int_equal(ask(f, "SELECT count(*) FROM outbox"), 0);
	m->series = 0;
	OK(store_messages_put(f->s, &l, NULL, &f->err));
	assert_int_equal(ask(f, "SELECT count(*) FROM outbox"), 2);
}

/* The number of the next, 0 none; `when` is what it says of the time. */
static int64_t next(struct fixture *f, int64_t now, int64_t when)
{
	CLEANUP(message_done) struct message m = { 0 };
	int64_t at = -1;
	int r = store_message_next(f->s, now, &m, &at, &f->err);

	if (r < 0)
		fail_msg("%s", f->err.msg);
	if (r == 0)
		assert_int_equal(at, when);
	return m.num;
}

static void what_may_be_tried_comes_first_come_first_served(void **state)
{
	struct fixture *f = *state;
	int64_t held, later, one, two;

	assert_int_equal(next(f, NOW, 0), 0);
	held = put(f, MESSAGE_MAIL, "held", MESSAGE_HELD, 0);
	assert_int_equal(next(f, NOW, 0), 0);
	later = put(f, MESSAGE_MAIL, "later", MESSAGE_WAITING, NOW + 100);
	one = put(f, MESSAGE_CHECK, "one", MESSAGE_WAITING, 0);
	two = put(f, MESSAGE_KCIDB, "two", MESSAGE_WAITING, 0);
	assert_int_equal(next(f, NOW, 0), one);
	FOUND(store_message_move(f->s, one, MESSAGE_SENT, 0, "", &f->err));
	assert_int_equal(next(f, NOW, 0), two);
	FOUND(store_message_move(f->s, two, MESSAGE_FAILED, 0, "refused", &f->err));
	assert_int_equal(next(f, NOW + 99, NOW + 100), 0);
	assert_int_equal(next(f, NOW + 100, 0), later);
	FOUND(store_message_move(f->s, later, MESSAGE_DROPPED, 0, "", &f->err));
	FOUND(store_message_move(f->s, held, MESSAGE_WAITING, 0, "", &f->err));
	assert_int_equal(next(f, NOW, 0), held);
}

static void a_try_that_was_cut_off_is_looked_at_when_its_time_has_come(void **state)
{
	struct fixture *f = *state;
	CLEANUP(message_done) struct message m = { 0 };
	int64_t num = put(f, MESSAGE_MAIL, "1@d", MESSAGE_WAITING, 0);

	OK(store_message_trying(f->s, num, NOW, NOW + 180, &f->err));
	reopen(f);
	assert_int_equal(next(f, NOW + 179, NOW + 180), 0);
	FOUND(store_message_next(f->s, NOW + 180, &m, NULL, &f->err));
	assert_int_equal(m.num, num);
	assert_int_equal(m.state, MESSAGE_SENDING);
	assert_int_equal(m.attempts, 1);
	assert_int_equal(m.tried, NOW);
	OK(store_message_trying(f->s, num, NOW + 180, NOW + 360, &f->err));
	assert_int_equal(ask(f, "SELECT attempts FROM outbox"), 2);
}

static void what_was_dropped_is_not_tried(void **state)
{
	struct fixture *f = *state;
	int64_t num = put(f, MESSAGE_MAIL, "1@d", MESSAGE_WAITING, 0);

	FOUND(store_message_move(f->s, num, MESSAGE_DROPPED, 0, "by hand", &f->err));
	assert_int_equal(store_message_trying(f->s, num, NOW, NOW + 180, &f->err), -ESTALE);
	assert_int_equal(store_message_trying(f->s, 99, NOW, NOW + 180, &f->err), -ESTALE);
	state_is(f, num, MESSAGE_DROPPED);
}

static void a_message_moves_only_where_its_state_lets_it(void **state)
{
	struct fixture *f = *state;
	/* from held, waiting, sending, sent, dropped, failed */
	static const char may[][7] = {
		[MESSAGE_HELD] = ".++...",    [MESSAGE_WAITING] = "+++..+",
		[MESSAGE_SENDING] = "......", [MESSAGE_SENT] = ".++.+.",
		[MESSAGE_DROPPED] = "+++..+", [MESSAGE_FAILED] = ".++...",
	};

	for (enum message_state to = MESSAGE_HELD; to <= MESSAGE_FAILED; to++)
		for (enum message_state from = MESSAGE_HELD; from <= MESSAGE_FAILED; from++) {
			CLEANUP(free_ptr) char *key = mem_printf("%d-%d", (int)from, (int)to);
			CLEANUP(message_done) struct message m = { 0 };
			int64_t num = put(f, MESSAGE_MAIL, key, from, 7);
			bool moves = may[to][from] == '+';

			if (store_message_move(f->s, num, to, 9, "why", &f->err) != moves)
				fail_msg("%s to %s", message_state_name(from),
					 message_state_name(to));
			FOUND(store_message_get(f->s, num, &m, &f->err));
			assert_int_equal(m.state, moves ? to : from);
			assert_int_equal(m.not_before, moves ? 9 : 7);
			assert_string_equal(m.why, moves ? "why" : "");
			assert_int_equal(m.ended > NOW, moves && to >= MESSAGE_SENT);
		}
	assert_int_equal(store_message_move(f->s, 9999, MESSAGE_SENT, 0, "", &f->err), 0);
}

static void a_failed_message_is_tried_anew_from_the_first_time_on(void **state)
{
	struct fixture *f = *state;
	int64_t num = put(f, MESSAGE_MAIL, "1@d", MESSAGE_WAITING, 0);

	OK(store_message_trying(f->s, num, NOW, NOW + 180, &f->err));
	FOUND(store_message_move(f->s, num, MESSAGE_WAITING, NOW + 60, "busy", &f->err));
	assert_int_equal(ask(f, "SELECT attempts FROM outbox"), 1);
	OK(store_message_trying(f->s, num, NOW, NOW + 180, &f->err));
	FOUND(store_message_move(f->s, num, MESSAGE_FAILED, 0, "refused", &f->err));
	assert_int_equal(ask(f, "SELECT attempts FROM outbox"), 2);
	FOUND(store_message_move(f->s, num, MESSAGE_WAITING, 0, "", &f->err));
	assert_int_equal(ask(f, "SELECT attempts + ended FROM outbox"), 0);
}

static void the_list_begins_with_what_is_held(void **state)
{
	struct fixture *f = *state;
	CLEANUP(message_list_done) struct message_list some = { 0 }, all = { 0 }, few = { 0 };
	static const char *const order[] = { "held", "waiting", "sending", "failed", "sent" };

	put(f, MESSAGE_MAIL, "sent", MESSAGE_SENT, 0);
	put(f, MESSAGE_MAIL, "failed", MESSAGE_FAILED, 0);
	put(f, MESSAGE_MAIL, "sending", MESSAGE_SENDING, 9);
	put(f, MESSAGE_MAIL, "waiting", MESSAGE_WAITING, 5);
	put(f, MESSAGE_MAIL, "held", MESSAGE_HELD, 0);
	OK(store_messages(f->s, false, 9, &some, &f->err));
	assert_int_equal(some.n, 3);
	OK(store_messages(f->s, true, 9, &all, &f->err));
	assert_int_equal(all.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(all.v[i].key, order[i]);
	OK(store_messages(f->s, true, 2, &few, &f->err));
	assert_int_equal(few.n, 2);
	assert_string_equal(few.v[1].key, "waiting");
}

static void put_check(struct fixture *f, int64_t series, const char *key, const char *body,
		      enum message_state state)
{
	CLEANUP(message_list_done) struct message_list l = { 0 };
	struct message *m = add(&l, MESSAGE_CHECK, key);

	m->series = series;
	m->state = state;
	set(&m->body, body);
	OK(store_messages_put(f->s, &l, NULL, &f->err));
}

static void pending_checks_that_are_not_under_way_are_dropped(void **state)
{
	struct fixture *f = *state;
	int64_t mine = a_series(f, "a@a"), other = a_series(f, "b@a");
	const char *pending = "{\"msgid\": \"a@a\", \"state\": \"pending\"}";

	put_check(f, mine, "c1", pending, MESSAGE_WAITING);
	put_check(f, mine, "c2", pending, MESSAGE_HELD);
	put_check(f, mine, "c3", pending, MESSAGE_SENDING);
	put_check(f, mine, "c4", pending, MESSAGE_SENT);
	put_check(f, mine, "c5", "{\"state\": \"success\"}", MESSAGE_WAITING);
	put_check(f, mine, "c6", "no JSON", MESSAGE_WAITING);
	put_check(f, other, "c7", pending, MESSAGE_WAITING);
	OK(store_messages_outdate(f->s, mine, MESSAGE_MAIL, "x", &f->err));
	assert_int_equal(ask(f, "SELECT count(*) FROM outbox WHERE state = 'dropped'"), 0);
	OK(store_messages_outdate(f->s, mine, MESSAGE_CHECK, "there is a verdict", &f->err));
	assert_int_equal(ask(f, "SELECT count(*) FROM outbox WHERE state = 'dropped'"), 2);
	state_is(f, 1, MESSAGE_DROPPED);
	state_is(f, 2, MESSAGE_DROPPED);
	assert_int_equal(ask(f, "SELECT count(*) FROM outbox WHERE why = 'there is a verdict'"), 2);
}

static void mails_to_an_address_are_counted(void **state)
{
	struct fixture *f = *state;
	CLEANUP(message_list_done) struct message_list l = { 0 };
	const struct {
		enum message_state state;
		enum message_kind kind;
		const char *to;
		int64_t ended;
	} v[] = {
		{ MESSAGE_SENT, MESSAGE_MAIL, "ann@a\nbob@b", NOW },
		{ MESSAGE_SENT, MESSAGE_MAIL, "ANN@a\nann@a", NOW + 5 }, /* once */
		{ MESSAGE_SENT, MESSAGE_MAIL, "ann@a\n", NOW - 1 },
		{ MESSAGE_SENDING, MESSAGE_MAIL, "ann@a\n", 0 },
		{ MESSAGE_WAITING, MESSAGE_MAIL, "ann@a\n", 0 },
		{ MESSAGE_DROPPED, MESSAGE_MAIL, "ann@a\n", NOW },
		{ MESSAGE_FAILED, MESSAGE_MAIL, "ann@a\n", NOW },
		{ MESSAGE_SENT, MESSAGE_CHECK, "ann@a\n", NOW },
		{ MESSAGE_SENT, MESSAGE_MAIL, "", NOW },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		char key[8];
		struct message *m;

		snprintf(key, sizeof(key), "k%zu", i);
		m = add(&l, v[i].kind, key);
		set(&m->to, v[i].to);
		m->state = v[i].state;
		m->ended = v[i].ended;
	}
	OK(store_messages_put(f->s, &l, NULL, &f->err));
	assert_int_equal(store_messages_count_to(f->s, "ann@a", NOW, &f->err), 3);
	assert_int_equal(store_messages_count_to(f->s, "Ann@A", NOW + 1, &f->err), 2);
	assert_int_equal(store_messages_count_to(f->s, "bob@b", NOW, &f->err), 1);
	assert_int_equal(store_messages_count_to(f->s, "nobody@b", NOW, &f->err), 0);
	assert_int_equal(store_messages_count_to(f->s, "", 0, &f->err), 0);
}

static void put_about(struct fixture *f, const char *key, int64_t series, const char *name,
		      enum message_kind kind, enum message_state state)
{
	CLEANUP(message_list_done) struct message_list l = { 0 };
	struct message *m = add(&l, kind, key);

	m->state = state;
	m->series = series;
	if (name) {
		free(m->verdict_id);
		m->verdict_id = a_verdict(f, name);
	}
	OK(store_messages_put(f->s, &l, NULL, &f->err));
}

static void told_is(struct fixture *f, int64_t series, const char *name)
{
	CLEANUP(verdict_done) struct verdict v = { 0 };
	int r = store_verdict_told(f->s, series, &v, &f->err);

	assert_int_equal(r, name != NULL);
	if (name)
		assert_string_equal(v.name, name);
}

static void what_was_told_is_the_verdict_of_the_last_mail(void **state)
{
	struct fixture *f = *state;
	int64_t mine = a_series(f, "a@a"), other = a_series(f, "b@a");

	told_is(f, mine, NULL);
	put_about(f, "m1", mine, "sent", MESSAGE_MAIL, MESSAGE_SENT);
	told_is(f, mine, "sent");
	put_about(f, "m2", mine, "held", MESSAGE_MAIL, MESSAGE_HELD);
	told_is(f, mine, "held");
	put_about(f, "m3", mine, "dropped", MESSAGE_MAIL, MESSAGE_DROPPED);
	put_about(f, "m4", mine, "failed", MESSAGE_MAIL, MESSAGE_FAILED);
	put_about(f, "m5", mine, "a check", MESSAGE_CHECK, MESSAGE_SENT);
	put_about(f, "m6", mine, NULL, MESSAGE_MAIL, MESSAGE_SENT);
	put_about(f, "m7", other, "another's", MESSAGE_MAIL, MESSAGE_SENT);
	told_is(f, mine, "held");
	put_about(f, "m8", mine, "waiting", MESSAGE_MAIL, MESSAGE_WAITING);
	told_is(f, mine, "waiting");
}

static void messages_go_over_when_two_series_become_one(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row gone = { 0 };
	CLEANUP(series_row_done) struct series_row one = { 0 };

	SEND(f, "lkml", LETTER("[PATCH 1/2] dma: one", "v-1@a", "v-0@a", "int c1", 61),
	     LETTER_OF("Bob <bob@b>", "[PATCH 2/2] dma: two", "v-2@a", "v-0@a", "int c2", 62));
	assert_int_equal(sort_all(f), 2);
	gone = series_of(f, "v-2@a");
	put_about(f, "m1", gone.num, "of Bob's", MESSAGE_MAIL, MESSAGE_SENT);
	SEND(f, "lkml", LETTER("[PATCH 0/2] dma: both", "v-0@a", NULL, NULL, 60));
	sort_all(f);
	one = series_of(f, "v-2@a");
	assert_true(one.num != gone.num);
	told_is(f, one.num, "of Bob's");
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_message_reads_back_as_it_was_put),
		CASE(a_message_put_again_stays_as_it_is),
		CASE(a_message_about_nothing_or_without_a_key_leaves_nothing),
		CASE(what_may_be_tried_comes_first_come_first_served),
		CASE(a_try_that_was_cut_off_is_looked_at_when_its_time_has_come),
		CASE(what_was_dropped_is_not_tried),
		CASE(a_message_moves_only_where_its_state_lets_it),
		CASE(a_failed_message_is_tried_anew_from_the_first_time_on),
		CASE(the_list_begins_with_what_is_held),
		CASE(pending_checks_that_are_not_under_way_are_dropped),
		CASE(mails_to_an_address_are_counted),
		CASE(what_was_told_is_the_verdict_of_the_last_mail),
		CASE(messages_go_over_when_two_series_become_one),
	};

	return cmocka_run_group_tests_name("store_outbox", tests, NULL, NULL);
}
