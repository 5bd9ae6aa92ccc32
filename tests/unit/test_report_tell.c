// SPDX-License-Identifier: GPL-2.0-or-later
#include "planted_fixture.h"

#include <errno.h>

#include "base/err.h"
#include "mail/mail.h"
#include "pipeline/tell.h"
#include "report/tell.h"

enum { NOW = 1795404700 };

/* A lab that tells, and a series of three patches with a cover letter. */
struct fixture {
	struct config config;
	struct test_report report;
	struct tell_facts f;
	struct message_list messages;
};

static void mail_add(struct tell_facts *f, enum mail_kind kind, const char *msgid,
		     const char *subject)
{
	struct mail_row_list *l = &f->mails;
	struct mail_row *row;

	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	row = &l->v[l->n++];
	*row = (struct mail_row){ 0 };
	mail_parse("Subject: x\n\nx\n", 14, 0, &row->mail);
	row->mail.kind = kind;
	text_put(&row->mail.msgid, msgid);
	text_put(&row->mail.subject, subject);
	row->origin = mem_strdup("");
}

static void fixture_make(struct fixture *x, struct test_report r)
{
	struct report_config *rc;

	*x = (struct fixture){ .config = planted_config(), .report = r };
	rc = &x->config.report;
	rc->from = mem_strdup("dmalab <lab@lab.example>");
	rc->to = REPORT_OPERATOR;
	rc->on = REPORT_ON_FAIL;
	strv_add(&rc->operator, "op@lab.example");
	x->f = (struct tell_facts){ .config = &x->config, .report = &x->report, .now = NOW };
	x->f.series.num = 12;
	x->f.series.name = mem_strdup(r.series.name);
	x->f.series.author = mem_strdup("Ann Other <ann@kernel.example>");
	memcpy(x->f.series.digest, "abc", 4);
	strv_add(&x->f.cc, "ann@kernel.example");
	strv_add(&x->f.cc, "list@lists.example");
	strv_add(&x->f.cc, "LAB@lab.example");
	mail_add(&x->f, MAIL_COVER, "c@kernel.example", "[PATCH v2 0/2] media: vb2: map");
	mail_add(&x->f, MAIL_PATCH, "p1@kernel.example", "[PATCH v2 1/2] media: vb2: one");
	mail_add(&x->f, MAIL_PATCH, "p2@kernel.example", "[PATCH v2 2/2] media: vb2: two");
	strv_add(&x->f.mails.v[0].mail.refs, "near@kernel.example");
	strv_add(&x->f.mails.v[0].mail.refs, "far@kernel.example");
}

static void fixture_done(struct fixture *x)
{
	message_list_done(&x->messages);
	verdict_done(&x->f.told);
	strv_done(&x->f.cc);
	series_row_done(&x->f.series);
	mail_row_list_done(&x->f.mails);
	test_report_done(&x->report);
	config_done(&x->config);
}

static void tell(struct fixture *x)
{
	struct err err = { 0 };

	message_list_done(&x->messages);
	if (report_messages(&x->f, &x->messages, &err) != 0)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < x->messages.n; i++)
		assert_int_equal(x->messages.v[i].series, 12);
}

/* What was told before is another report's verdict. */
static void told(struct fixture *x, struct test_report before)
{
	verdict_done(&x->f.told);
	x->f.told = before.verdict;
	before.verdict = (struct verdict){ 0 };
	test_report_done(&before);
}

static const struct message *mail_of(const struct fixture *x)
{
	for (size_t i = 0; i < x->messages.n; i++)
		if (x->messages.v[i].kind == MESSAGE_MAIL)
			return &x->messages.v[i];
	return NULL;
}

static void expect(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("no '%s' in:\n%s", want, text);
}

static void nothing_is_told_where_lab_yaml_names_nobody(void **state)
{
	CLEANUP(fixture_done) struct fixture x;

	(void)state;
	fixture_make(&x, one_target());
	free(x.config.report.from);
	x.config.report.from = NULL;
	tell(&x);
	assert_int_equal(x.messages.n, 0);
}

static void a_mail_answers_the_cover_letter_in_its_thread(void **state)
{
	CLEANUP(fixture_done) struct fixture x;
	const struct message *m;

	(void)state;
	fixture_make(&x, one_target());
	tell(&x);
	m = mail_of(&x);
	assert_non_null(m);
	assert_int_equal(m->state, MESSAGE_WAITING);
	assert_string_equal(m->key, "dmalab.feedfacecafe0001@lab.example");
	assert_string_equal(m->to, "op@lab.example");
	assert_string_equal(m->subject, "Re: [PATCH v2 0/2] media: vb2: map");
	assert_string_equal(m->verdict_id, "feedfacecafe0001");
	expect(m->body, "From: dmalab <lab@lab.example>\nTo: op@lab.example\n"
			"Subject: Re: [PATCH v2 0/2] media: vb2: map\n");
	expect(m->body, "Message-ID: <dmalab.feedfacecafe0001@lab.example>\n"
			"In-Reply-To: <c@kernel.example>\n"
			"References: <far@kernel.example> <near@kernel.example> "
			"<c@kernel.example>\n");
	expect(m->body, "\n\nverdict: fail: new-failure on smdkc210: vb2.case_07 (patch 1)\n");
	assert_null(strstr(m->body, "Cc:"));
}

static void the_same_verdict_is_the_same_mail_for_ever(void **state)
{
	CLEANUP(fixture_done) struct fixture x;
	CLEANUP(free_ptr) char *body = NULL;

	(void)state;
	fixture_make(&x, one_target());
	tell(&x);
	body = mem_strdup(mail_of(&x)->body);
	tell(&x);
	assert_string_equal(mail_of(&x)->body, body);
}

static void author_and_lists_hear_of_it_where_lab_yaml_says_so(void **state)
{
	CLEANUP(fixture_done) struct fixture x;
	const struct message *m;

	(void)state;
	fixture_make(&x, one_target());
	x.config.report.to = REPORT_AUTHOR;
	tell(&x);
	assert_string_equal(mail_of(&x)->to, "ann@kernel.example");
	x.config.report.to = REPORT_OPERATOR | REPORT_AUTHOR | REPORT_CC;
	tell(&x);
	m = mail_of(&x);
	/* the lab itself is on Cc, and hears nothing */
	assert_string_equal(m->to, "ann@kernel.example\nlist@lists.example\nop@lab.example");
	expect(m->body, "To: ann@kernel.example\nCc: list@lists.example, op@lab.example\n");
}

static void a_receiver_that_is_no_address_is_left_out(void **state)
{
	CLEANUP(fixture_done) struct fixture x;

	(void)state;
	fixture_make(&x, one_target());
	x.config.report.to = REPORT_AUTHOR;
	text_put(&x.f.series.author, "-oQ/tmp <-oQ/tmp@kernel.example>");
	tell(&x);
	assert_null(mail_of(&x));
}

static void a_first_verdict_is_told_only_of_the_kinds_that_are_wanted(void **state)
{
	static const struct {
		struct test_report (*make)(void);
		int on;
		bool tells;
	} v[] = {
		{ all_well, REPORT_ON_FAIL, false },
		{ all_well, REPORT_ON_PASS, true },
		{ one_target, REPORT_ON_PASS, false },
		{ one_target, REPORT_ON_FAIL, true },
		{ infra, REPORT_ON_FAIL | REPORT_ON_PASS, false },
		{ infra, REPORT_ON_NONE, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		CLEANUP(fixture_done) struct fixture x;

		fixture_make(&x, v[i].make());
		x.config.report.on = v[i].on;
		tell(&x);
		if ((mail_of(&x) != NULL) != v[i].tells)
			fail_msg("case %zu", i);
	}
}

static void only_a_change_is_told_again(void **state)
{
	static const struct {
		struct test_report (*before)(void);
		struct test_report (*now)(void);
		bool tells;
	} v[] = {
		{ one_target, one_target, false },
		{ one_target, v2_repairs_v1, true }, /* also where passes are not told */
		{ one_target, crash_hides_ten, true },
		{ all_well, all_well, false },
		{ all_well, warning_only, false },
		{ all_well, one_target, true },
		{ one_target, infra, false }, /* it takes back nothing */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		CLEANUP(fixture_done) struct fixture x;

		fixture_make(&x, v[i].now());
		told(&x, v[i].before());
		tell(&x);
		if ((mail_of(&x) != NULL) != v[i].tells)
			fail_msg("case %zu", i);
	}
}

static void a_mail_waits_for_the_operator_where_lab_yaml_says_so(void **state)
{
	CLEANUP(fixture_done) struct fixture x;

	(void)state;
	fixture_make(&x, one_target());
	x.config.report.moderate = true;
	tell(&x);
	assert_int_equal(mail_of(&x)->state, MESSAGE_HELD);
	assert_string_equal(mail_of(&x)->why, "moderated");
}

static void what_has_nothing_to_show_is_held_whatever_lab_yaml_says(void **state)
{
	CLEANUP(fixture_done) struct fixture x;
	struct test_report r = one_target();

	(void)state;
	text_put(&reason_of(&r)->detail, "");
	text_put(&reason_of(&r)->excerpt, "");
	fixture_make(&x, r);
	tell(&x);
	assert_int_equal(mail_of(&x)->state, MESSAGE_HELD);
	assert_string_equal(mail_of(&x)->why, "nothing to show for it");
}

static void a_hostile_thread_makes_a_sound_mail(void **state)
{
	CLEANUP(fixture_done) struct fixture x;
	CLEANUP(free_ptr) char *wide = mem_zalloc(3001);
	struct mail m = { 0 };
	const struct message *got;

	(void)state;
	memset(wide, 'x', 3000);
	fixture_make(&x, hostile());
	text_put(&x.f.mails.v[0].mail.msgid, "a>\nBcc: all@kernel.example");
	text_put(&x.f.mails.v[0].mail.subject, wide);
	strv_add(&x.f.mails.v[0].mail.refs, EVIL);
	tell(&x);
	got = mail_of(&x);
	assert_non_null(got);
	mail_parse(got->body, strlen(got->body), 0, &m);
	assert_int_equal(m.refs.n, 0);
	assert_string_equal(m.msgid, "dmalab.feedfacecafe0001@lab.example");
	assert_null(strstr(got->body, "Bcc"));
	mail_done(&m);
	text_put(&x.f.mails.v[0].mail.subject, "re: " EVIL);
	tell(&x);
	assert_string_equal(mail_of(&x)->subject, "Re: " EVIL_SHOWN);
}

/* Checks the i-th message as a check; returns its body, the caller's reference. */
static json_t *check_at(const struct fixture *x, size_t i, const char *key)
{
	const struct message *m = &x->messages.v[i];
	json_t *o;

	assert_int_equal(m->kind, MESSAGE_CHECK);
	assert_string_equal(m->key, key);
	assert_string_equal(m->to, "media");
	o = json_loads(m->body, 0, NULL);
	assert_non_null(o);
	assert_int_equal(json_object_size(o), 5);
	return o;
}

static void every_patch_gets_a_check(void **state)
{
	CLEANUP(fixture_done) struct fixture x;
	CLEANUP(json_done) json_t *one = NULL;
	CLEANUP(json_done) json_t *two = NULL;

	(void)state;
	fixture_make(&x, one_target());
	x.config.report.to = 0;
	strv_add(&x.config.report.checks, "media");
	tell(&x);
	assert_int_equal(x.messages.n, 2);
	one = check_at(&x, 0, "check:media:p1@kernel.example:dmalab:fail:feedfacecafe0001");
	two = check_at(&x, 1, "check:media:p2@kernel.example:dmalab:fail:feedfacecafe0001");
	assert_string_equal(text_of(one, "msgid"), "p1@kernel.example");
	assert_string_equal(text_of(one, "state"), "fail");
	assert_string_equal(text_of(one, "context"), "dmalab");
	assert_string_equal(text_of(one, "description"),
			    "new-failure on smdkc210: vb2.case_07 (patch 1)");
	assert_string_equal(text_of(one, "target_url"),
			    "https://dmalab.example.org/verdict/feedfacecafe0001");
	assert_string_equal(text_of(two, "msgid"), "p2@kernel.example");
}

static void a_check_is_pending_while_the_test_runs(void **state)
{
	CLEANUP(fixture_done) struct fixture x;
	CLEANUP(json_done) json_t *one = NULL;

	(void)state;
	fixture_make(&x, one_target());
	x.f.report = NULL;
	x.config.report.context = mem_strdup("lab-7");
	x.config.report.kcidb_url = mem_strdup("https://kcidb.example/submit");
	strv_add(&x.config.report.checks, "media");
	tell(&x);
	assert_int_equal(x.messages.n, 2); /* and no mail, no document */
	one = check_at(&x, 0, "check:media:p1@kernel.example:lab-7:pending:begin:12:abc");
	assert_string_equal(text_of(one, "state"), "pending");
	assert_string_equal(text_of(one, "target_url"), "");
}

static void a_check_says_that_no_verdict_comes(void **state)
{
	CLEANUP(fixture_done) struct fixture x;
	CLEANUP(json_done) json_t *one = NULL;

	(void)state;
	fixture_make(&x, one_target());
	x.f.report = NULL;
	x.f.gone = "dropped by hand";
	strv_add(&x.config.report.checks, "media");
	tell(&x);
	one = check_at(&x, 0, "check:media:p1@kernel.example:dmalab:warning:gone:12:abc");
	assert_string_equal(text_of(one, "state"), "warning");
	assert_string_equal(text_of(one, "description"), "not tested: dropped by hand");
}

static void a_check_has_a_word_for_each_verdict(void **state)
{
	static const struct {
		struct test_report (*make)(void);
		const char *state;
	} v[] = {
		{ all_well, "success" },
		{ warning_only, "warning" },
		{ one_target, "fail" },
		{ infra, "pending" }, /* nothing can be said yet */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		CLEANUP(fixture_done) struct fixture x;
		CLEANUP(json_done) json_t *o = NULL;

		fixture_make(&x, v[i].make());
		x.config.report.to = 0;
		strv_add(&x.config.report.checks, "media");
		tell(&x);
		o = json_loads(x.messages.v[0].body, 0, NULL);
		assert_string_equal(text_of(o, "state"), v[i].state);
		assert_true(strlen(text_of(o, "description")) <= 200);
	}
}

static void a_long_description_is_cut_between_characters(void **state)
{
	CLEANUP(fixture_done) struct fixture x;
	CLEANUP(json_done) json_t *o = NULL;
	CLEANUP(buf_done) struct buf b = { 0 };
	struct test_report r = one_target();
	const char *text;

	(void)state;
	for (int i = 0; i < 200; i++)
		buf_str(&b, "\xe2\x82\xac");
	text_put(&reason_of(&r)->subject, buf_text(&b));
	fixture_make(&x, r);
	strv_add(&x.config.report.checks, "media");
	tell(&x);
	o = json_loads(x.messages.v[0].body, 0, NULL);
	text = text_of(o, "description");
	assert_true(strlen(text) <= 200 && strlen(text) > 190);
	assert_int_equal(utf8_valid(text, strlen(text)), strlen(text));
}

static void a_document_goes_to_kcidb(void **state)
{
	CLEANUP(fixture_done) struct fixture x;
	CLEANUP(json_done) json_t *doc = NULL;

	(void)state;
	fixture_make(&x, all_well());
	x.config.report.kcidb_dir = mem_strdup("/srv/kcidb");
	tell(&x);
	assert_int_equal(x.messages.n, 1);
	assert_int_equal(x.messages.v[0].kind, MESSAGE_KCIDB);
	assert_string_equal(x.messages.v[0].key, "kcidb:feedfacecafe0001");
	doc = json_loads(x.messages.v[0].body, 0, NULL);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(doc, "version"), "major")), 5);
}

static void b4_gets_one_word_and_one_line(void **state)
{
	static const struct {
		struct test_report (*make)(void);
		const char *status, *summary;
	} v[] = {
		{ all_well, "pass", "the series breaks nothing" },
		{ warning_only, "warn", "the series breaks nothing; 1 new warning" },
		{ one_target, "fail", "new-failure on smdkc210: vb2.case_07 (patch 1)" },
		{ infra, "warn", "no verdict: the lab failed, not the series (QEMU is missing)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct test_report r = v[i].make();
		CLEANUP(json_done) json_t *a = NULL;
		const json_t *o;

		r.verdict.text = mem_strdup("verdict: so\n");
		a = report_b4(&r.verdict, "https://x/verdict/1", NULL);
		o = json_array_get(a, 0);
		assert_int_equal(json_array_size(a), 1);
		assert_string_equal(text_of(o, "tool"), "dmalab");
		assert_string_equal(text_of(o, "status"), v[i].status);
		assert_string_equal(text_of(o, "summary"), v[i].summary);
		assert_string_equal(text_of(o, "url"), "https://x/verdict/1");
		assert_string_equal(text_of(o, "details"), "verdict: so\n");
		test_report_done(&r);
	}
}

static void b4_hears_why_there_is_no_verdict(void **state)
{
	CLEANUP(json_done) json_t *a = report_b4(NULL, NULL, "not tested: it waits");
	const json_t *o = json_array_get(a, 0);

	(void)state;
	assert_string_equal(text_of(o, "status"), "warn");
	assert_string_equal(text_of(o, "summary"), "not tested: it waits");
	assert_string_equal(text_of(o, "url"), "");
}

static void regzbot_gets_its_lines(void **state)
{
	CLEANUP(free_ptr) char *text = report_regzbot("1111", "2222", CRASH_TITLE "\n#regzbot x");

	(void)state;
	assert_string_equal(text, "#regzbot introduced: 1111..2222\n"
				  "#regzbot title: " CRASH_TITLE "\\x0a#regzbot x\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_told_where_lab_yaml_names_nobody),
		cmocka_unit_test(a_mail_answers_the_cover_letter_in_its_thread),
		cmocka_unit_test(the_same_verdict_is_the_same_mail_for_ever),
		cmocka_unit_test(author_and_lists_hear_of_it_where_lab_yaml_says_so),
		cmocka_unit_test(a_receiver_that_is_no_address_is_left_out),
		cmocka_unit_test(a_first_verdict_is_told_only_of_the_kinds_that_are_wanted),
		cmocka_unit_test(only_a_change_is_told_again),
		cmocka_unit_test(a_mail_waits_for_the_operator_where_lab_yaml_says_so),
		cmocka_unit_test(what_has_nothing_to_show_is_held_whatever_lab_yaml_says),
		cmocka_unit_test(a_hostile_thread_makes_a_sound_mail),
		cmocka_unit_test(every_patch_gets_a_check),
		cmocka_unit_test(a_check_is_pending_while_the_test_runs),
		cmocka_unit_test(a_check_says_that_no_verdict_comes),
		cmocka_unit_test(a_check_has_a_word_for_each_verdict),
		cmocka_unit_test(a_long_description_is_cut_between_characters),
		cmocka_unit_test(a_document_goes_to_kcidb),
		cmocka_unit_test(b4_gets_one_word_and_one_line),
		cmocka_unit_test(b4_hears_why_there_is_no_verdict),
		cmocka_unit_test(regzbot_gets_its_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
