// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "mail/letter.h"
#include "mail/mail.h"

enum { WHEN = 1795404600 }; /* 2026-11-23T03:30:00+00:00 */

/* A letter with all that has to be, and its lists. */
struct sample {
	struct strv to, cc, references;
	struct letter l;
};

static void sample_done(struct sample *s)
{
	strv_done(&s->to);
	strv_done(&s->cc);
	strv_done(&s->references);
}

static void sample_make(struct sample *s)
{
	*s = (struct sample){ 0 };
	strv_add(&s->to, "Ann Other <ann@kernel.example>");
	s->l = (struct letter){ .from = "dmalab <lab@lab.example>",
				.to = &s->to,
				.subject = "Re: [PATCH] dma: tidy up",
				.message_id = "dmalab.1@lab.example",
				.date = WHEN,
				.text = "verdict: pass\n" };
}

static char *written(const struct sample *s)
{
	struct buf b = { 0 };
	struct err err = { 0 };

	if (letter_write(&s->l, &b, &err) != 0)
		fail_msg("%s", err.msg);
	return buf_take(&b);
}

static void refused(const struct sample *s)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	struct err err = { 0 };

	assert_int_equal(letter_write(&s->l, &b, &err), -EINVAL);
	assert_int_equal(b.len, 0);
	assert_string_not_equal(err.msg, "");
}

static void expect(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("no '%s' in:\n%s", want, text);
}

static void a_letter_has_the_headers_of_a_reply(void **state)
{
	CLEANUP(sample_done) struct sample s;
	CLEANUP(free_ptr) char *text = NULL;

	(void)state;
	sample_make(&s);
	strv_add(&s.cc, "list@lists.example");
	strv_add(&s.cc, "Bob <bob@kernel.example>");
	strv_add(&s.references, "first@kernel.example");
	strv_add(&s.references, "cover@kernel.example");
	s.l.cc = &s.cc;
	s.l.references = &s.references;
	s.l.in_reply_to = "cover@kernel.example";
	text = written(&s);
	assert_string_equal(text, "From: dmalab <lab@lab.example>\n"
				  "To: Ann Other <ann@kernel.example>\n"
				  "Cc: list@lists.example, Bob <bob@kernel.example>\n"
				  "Subject: Re: [PATCH] dma: tidy up\n"
				  "Date: Mon, 23 Nov 2026 03:30:00 +0000\n"
				  "Message-ID: <dmalab.1@lab.example>\n"
				  "In-Reply-To: <cover@kernel.example>\n"
				  "References: <first@kernel.example> <cover@kernel.example>\n"
				  "Auto-Submitted: auto-generated\n"
				  "MIME-Version: 1.0\n"
				  "Content-Type: text/plain; charset=utf-8\n"
				  "Content-Transfer-Encoding: 7bit\n"
				  "\n"
				  "verdict: pass\n");
}

static void our_own_parser_reads_what_was_written(void **state)
{
	static const char body[] = "verdict: fail\n\n\xe2\x80\xa6 and 23 more = all \n";
	CLEANUP(sample_done) struct sample s;
	CLEANUP(free_ptr) char *text = NULL;
	struct mail m = { 0 };

	(void)state;
	sample_make(&s);
	s.l.from = "J\xc3\xbcrgen, of the lab <lab@lab.example>";
	s.l.subject = "Re: [PATCH v2 0/3] \xc3\xa4 very long subject that does not stand on one "
		      "line of a mail since it goes on, and on, and on, to \xe2\x82\xac";
	s.l.in_reply_to = "cover@kernel.example";
	s.l.text = body;
	text = written(&s);
	expect(text, "Content-Transfer-Encoding: quoted-printable\n");
	for (const char *p = text; *p; p++)
		assert_true(*p > 0);
	mail_parse(text, strlen(text), 0, &m);
	assert_string_equal(m.subject, s.l.subject);
	assert_string_equal(m.sender.email, "lab@lab.example");
	assert_string_equal(m.sender.name, "J\xc3\xbcrgen, of the lab");
	assert_string_equal(m.msgid, "dmalab.1@lab.example");
	assert_string_equal(m.refs.v[0], "cover@kernel.example");
	assert_int_equal(m.time, WHEN);
	assert_string_equal(m.date, "2026-11-23T03:30:00+00:00");
	mail_done(&m);
}

static void no_line_is_longer_than_a_mail_may_have(void **state)
{
	CLEANUP(sample_done) struct sample s;
	CLEANUP(free_ptr) char *text = NULL;
	CLEANUP(free_ptr) char *line = mem_zalloc(5001);

	(void)state;
	sample_make(&s);
	memset(line, 'x', 5000);
	for (int i = 0; i < 90; i++)
		strv_addf(&s.to, "Receiver Number %d <receiver%d@kernel.example>", i, i);
	s.l.text = line;
	text = written(&s);
	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n')
		assert_true(strcspn(p, "\n") <= 78);
	expect(text, "<receiver89@kernel.example>\n");
	expect(text, "=\nxxxx"); /* a soft break */
}

static void text_that_is_no_utf8_is_made_it(void **state)
{
	CLEANUP(sample_done) struct sample s;
	CLEANUP(free_ptr) char *text = NULL;

	(void)state;
	sample_make(&s);
	s.l.text = "caf\xe9"; /* and no newline */
	text = written(&s);
	expect(text, "\n\ncaf=C3=A9\n");
}

static void a_line_break_in_a_header_is_refused(void **state)
{
	static const char *const ends[] = { "\nBcc: all@kernel.example",
					    "\r\nBcc: all@kernel.example" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		CLEANUP(sample_done) struct sample s;
		CLEANUP(free_ptr) char *subject = mem_printf("Re: \xc3\xa4%s", ends[i]);
		CLEANUP(free_ptr) char *id = mem_printf("a@b%s", ends[i]);
		CLEANUP(free_ptr) char *person = mem_printf("A%s <a@b>", ends[i]);

		sample_make(&s);
		s.l.subject = subject;
		refused(&s);
		s.l.subject = "Re: x";
		s.l.in_reply_to = id;
		refused(&s);
		s.l.in_reply_to = NULL;
		s.l.message_id = id;
		refused(&s);
		s.l.message_id = "a@b";
		strv_add(&s.to, person);
		refused(&s);
		s.l.to = NULL;
		s.l.from = person;
		refused(&s);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const none[] = {
		"",
		"nobody",
		"@kernel.example",
		"ann@",
		"Ann <>",
		"Ann <ann>",
		"ann@kernel.example, bob@kernel.example",
		"ann@kernel.example>",
		"Ann <ann@kernel.example> and more",
		"-oQ/tmp@kernel.example",
		"a b@kernel.example",
		"ann@-kernel.example",
		"<ann@kernel.example\n>",
		"ann@kernel.exampl\xc3\xa9",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		CLEANUP(sample_done) struct sample s;
		char *address = letter_address(none[i]);

		if (address)
			fail_msg("'%s' is taken for the address '%s'", none[i], address);
		sample_make(&s);
		strv_add(&s.to, none[i]);
		refused(&s);
	}
}

static void an_address_is_found_in_a_person(void **state)
{
	CLEANUP(free_ptr) char *a = letter_address("Ann Other <ann@kernel.example>");
	CLEANUP(free_ptr) char *b = letter_address(" ann+list@kernel.example ");
	CLEANUP(free_ptr) char *c = letter_address("\"Other, Ann\" <ann@kernel.example>");

	(void)state;
	assert_string_equal(a, "ann@kernel.example");
	assert_string_equal(b, "ann+list@kernel.example");
	assert_string_equal(c, "ann@kernel.example");
}

static void receivers_are_whom_to_and_cc_name_each_once(void **state)
{
	static const char mail[] =
		"From: Ann <ann@kernel.example>\n"
		"To: \"Lastname, First\" <First@kernel.example>,\n"
		"\tlist@lists.example, =?utf-8?q?J=C3=BCrgen?= <j@kernel.example>\n"
		"Subject: x\n"
		"Cc: first@KERNEL.example, -f@kernel.example, no address,\n"
		" Team: one@kernel.example, two@kernel.example;\n"
		"Bcc: secret@kernel.example\n"
		"\n"
		"To: body@kernel.example\n";
	CLEANUP(strv_done) struct strv l = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(letter_receivers(mail, sizeof(mail) - 1, &l, &err), 0);
	assert_int_equal(l.n, 5);
	assert_string_equal(l.v[0], "First@kernel.example");
	assert_string_equal(l.v[1], "list@lists.example");
	assert_string_equal(l.v[2], "j@kernel.example");
	assert_string_equal(l.v[3], "one@kernel.example");
	assert_string_equal(l.v[4], "two@kernel.example");
}

static void receivers_are_at_most_a_hundred(void **state)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	CLEANUP(strv_done) struct strv l = { 0 };
	struct err err = { 0 };

	(void)state;
	buf_str(&b, "To: ");
	for (int i = 0; i < 300; i++)
		buf_printf(&b, "a%d@kernel.example,\n ", i);
	buf_str(&b, "z@kernel.example\n\n");
	assert_int_equal(letter_receivers(buf_text(&b), b.len, &l, &err), 0);
	assert_int_equal(l.n, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letter_has_the_headers_of_a_reply),
		cmocka_unit_test(our_own_parser_reads_what_was_written),
		cmocka_unit_test(no_line_is_longer_than_a_mail_may_have),
		cmocka_unit_test(text_that_is_no_utf8_is_made_it),
		cmocka_unit_test(a_line_break_in_a_header_is_refused),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(an_address_is_found_in_a_person),
		cmocka_unit_test(receivers_are_whom_to_and_cc_name_each_once),
		cmocka_unit_test(receivers_are_at_most_a_hundred),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
