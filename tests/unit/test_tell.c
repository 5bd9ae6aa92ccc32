// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of a series when a verdict on it is told. */
#include "store_fixture.h"

#include "letter_fixture.h"
#include "model/config.h"
#include "pipeline/tell.h"
#include "pipeline/work.h"
#include "store/outbox.h"
#include "store/queue.h"

static struct config config(void)
{
	return (struct config){ .report.from = (char *)(uintptr_t) "bot@x" };
}

static int64_t number_of(struct fixture *f, const char *msgid)
{
	CLEANUP(series_row_done) struct series_row s = series_of(f, msgid);

	return s.num;
}

/* A verdict on a series that was told by mail. Returns its id, the caller's. */
static char *tell(struct fixture *f, int64_t series, const char *key, enum message_state state)
{
	CLEANUP(verdict_done)
	struct verdict v = { .kind = VERDICT_FAIL, .name = mem_strdup("a series") };
	CLEANUP(message_list_done) struct message_list l = { 0 };
	struct message *m = message_add(&l, MESSAGE_MAIL);

	OK(store_verdict_put(f->s, &v, &f->err));
	free(m->key);
	free(m->verdict_id);
	m->key = mem_strdup(key);
	m->verdict_id = mem_strdup(v.id);
	m->series = series;
	m->state = state;
	OK(store_messages_put(f->s, &l, NULL, &f->err));
	return mem_strdup(v.id);
}

static void receivers_of_the_first_mail_are_known(void **state)
{
	struct fixture *f = *state;
	CLEANUP(tell_facts_done) struct tell_facts facts = { 0 };
	const struct config c = config();
	const struct letter v[] = {
		{ .subject = "[PATCH 0/1] dma: a",
		  .msgid = "0@x",
		  .more = "To: list@x, Maintainer <m@x>\nCc: ann@kernel.example\n" },
		{ .subject = "[PATCH 1/1] dma: a",
		  .msgid = "1@x",
		  .answers = "0@x",
		  .change = "a",
		  .more = "To: other@x\n" },
	};

	assert_int_equal(send_as(f, "lkml", v, 2, NULL, NULL), 2);
	sort_all(f);
	FOUND(tell_facts_read(&c, f->s, number_of(f, "1@x"), NULL, &facts, &f->err));
	assert_int_equal(facts.mails.n, 2);
	assert_string_equal(facts.mails.v[0].mail.msgid, "0@x");
	assert_int_equal(facts.cc.n, 3);
	assert_true(strv_has(&facts.cc, "list@x") && strv_has(&facts.cc, "m@x") &&
		    strv_has(&facts.cc, "ann@kernel.example"));
	assert_null(facts.told.id);
	assert_ptr_equal(facts.config, &c);
	assert_true(facts.now > 0);
}

static void what_was_told_of_it_goes_before_what_was_told_of_an_older_version(void **state)
{
	struct fixture *f = *state;
	const struct config c = config();
	CLEANUP(tell_facts_done) struct tell_facts facts = { 0 };
	int64_t one, two, three;
	char *id;

	SEND(f, "lkml", LETTER("[PATCH] dma: a", "1@x", NULL, "a", 1),
	     LETTER("[PATCH v2] dma: a", "2@x", NULL, "b", 2),
	     LETTER("[PATCH v3] dma: a", "3@x", NULL, "c", 3));
	sort_all(f);
	one = number_of(f, "1@x");
	two = number_of(f, "2@x");
	three = number_of(f, "3@x");

	id = tell(f, one, "m1@x", MESSAGE_SENT);
	FOUND(tell_facts_read(&c, f->s, three, NULL, &facts, &f->err));
	assert_string_equal(facts.told.id, id);
	free(id);
	tell_facts_done(&facts);

	free(tell(f, two, "m2@x", MESSAGE_DROPPED));
	id = tell(f, three, "m3@x", MESSAGE_HELD);
	FOUND(tell_facts_read(&c, f->s, three, NULL, &facts, &f->err));
	assert_string_equal(facts.told.id, id);
	free(id);
	tell_facts_done(&facts);
	FOUND(tell_facts_read(&c, f->s, two, NULL, &facts, &f->err));
	assert_non_null(facts.told.id); /* of the first, since its own was dropped */
}

static void nothing_is_read_where_nobody_hears(void **state)
{
	struct fixture *f = *state;
	struct tell_facts facts = { 0 };
	struct config c = { 0 };

	SEND(f, "lkml", LETTER("[PATCH] dma: a", "1@x", NULL, "a", 1));
	sort_all(f);
	assert_int_equal(tell_facts_read(&c, f->s, number_of(f, "1@x"), NULL, &facts, &f->err), 0);
	c = config();
	assert_int_equal(tell_facts_read(&c, f->s, 0, NULL, &facts, &f->err), 0);
	assert_int_equal(tell_facts_read(&c, f->s, 99, NULL, &facts, &f->err), 0);
}

/* One message, in the words that it is given. */
static int say_why(const struct tell_facts *f, struct message_list *ret, struct err *err)
{
	struct message *m = message_add(ret, MESSAGE_CHECK);

	(void)err;
	assert_non_null(f->gone);
	free(m->key);
	free(m->subject);
	m->key = mem_printf("gone:%lld", (long long)f->series.num);
	m->subject = mem_strdup(f->gone);
	m->series = f->series.num;
	return 0;
}

/* The series' task as claimed for the last time that it may be. */
static int64_t last_try(struct fixture *f, int64_t series)
{
	const struct task t = { .series = series,
				.key = (char *)(uintptr_t) "k",
				.source = (char *)(uintptr_t) "lkml",
				.tree = (char *)(uintptr_t) "",
				.plan = (char *)(uintptr_t) "" };
	CLEANUP(task_done) struct task claimed = { 0 };
	int64_t num;

	assert_true(store_task_add(f->s, &t, &num, &f->err) >= 0);
	for (int i = 0; i < WORK_ATTEMPTS; i++) {
		task_done(&claimed);
		FOUND(store_task_claim(f->s, "me", 60, 9, &claimed, NULL, &f->err));
		if (i + 1 < WORK_ATTEMPTS)
			FOUND(store_task_return(f->s, num, "me", TASK_WAITING, 0, false, "",
						&f->err));
	}
	return num;
}

static void a_test_that_dies_for_the_last_time_is_told_with_its_end(void **state)
{
	struct fixture *f = *state;
	const struct config c = config();
	const struct work_words words = { .tell = say_why };
	CLEANUP(message_list_done) struct message_list l = { 0 };
	CLEANUP(task_done) struct task t = { 0 };
	int64_t num;

	SEND(f, "lkml", LETTER("[PATCH] dma: a", "1@x", NULL, "a", 1));
	sort_all(f);
	num = last_try(f, number_of(f, "1@x"));
	OK(work_died(&c, f->s, num, "me", "SIGKILL", &words, &f->err));
	FOUND(store_task_get(f->s, num, &t, &f->err));
	assert_int_equal(t.state, TASK_FAILED);
	OK(store_messages(f->s, true, 9, &l, &f->err));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].subject, "its process ended by SIGKILL");
	OK(work_died(&c, f->s, num, "me", "SIGKILL", &words, &f->err));
	message_list_done(&l);
	OK(store_messages(f->s, true, 9, &l, &f->err));
	assert_int_equal(l.n, 1);
}

static void what_belongs_to_another_by_now_is_not_told(void **state)
{
	struct fixture *f = *state;
	const struct config c = config();
	const struct work_words words = { .tell = say_why };
	CLEANUP(message_list_done) struct message_list l = { 0 };
	CLEANUP(task_done) struct task t = { 0 };
	int64_t num;

	SEND(f, "lkml", LETTER("[PATCH] dma: a", "1@x", NULL, "a", 1));
	sort_all(f);
	num = last_try(f, number_of(f, "1@x"));
	OK(work_died(&c, f->s, num, "somebody else", "SIGKILL", &words, &f->err));
	FOUND(store_task_get(f->s, num, &t, &f->err));
	assert_int_equal(t.state, TASK_RUNNING);
	OK(store_messages(f->s, true, 9, &l, &f->err));
	assert_int_equal(l.n, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(receivers_of_the_first_mail_are_known),
		T(what_was_told_of_it_goes_before_what_was_told_of_an_older_version),
		T(nothing_is_read_where_nobody_hears),
		T(a_test_that_dies_for_the_last_time_is_told_with_its_end),
		T(what_belongs_to_another_by_now_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
