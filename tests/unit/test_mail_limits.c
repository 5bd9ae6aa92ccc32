// SPDX-License-Identifier: GPL-2.0-or-later
/* What a list may carry to do harm: every mail is kept with its reason, in linear time. */
#include "mail_fixture.h"

#include "mail/body.h"
#include "mail/mbox.h"

static const char head[] = "From: Ann Other <ann@kernel.example>\nSubject: [PATCH 1/2] x\n"
			   "Message-ID: <m@x.example>\nDate: Tue, 4 Jun 2024 10:11:12 +0200\n";

static void repeat(struct buf *b, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		buf_str(b, text);
}

/* Parses and frees; the reason must be this one, and the id is read in any case. */
static void refused_as(struct buf *raw, const char *reason)
{
	clock_t began = cost_start();
	struct mail m;

	mail_text(raw, &m);
	cost_end(began, reason);
	assert_string_equal(m.msgid, "m@x.example");
	assert_string_equal(m.reason, reason);
	mail_done(&m);
	buf_done(raw);
}

static void mail_of_50_mb_is_kept_with_its_reason(void **state)
{
	struct buf raw = { 0 };

	(void)state;
	buf_str(&raw, head);
	buf_str(&raw, "\n");
	repeat(&raw, "0123456789abcdefghijklmnopqrstuvwxyz0123456789ABC\n", 50 << 20 >> 6);
	repeat(&raw, "0123456789abcdefghijklmnopqrstuvwxyz0123456789ABC\n", 50 << 20 >> 8);
	assert_true(raw.len > MAIL_BYTES_MAX * 2u);
	refused_as(&raw, "the mail is larger than 16 MB");
}

static void header_without_end_is_kept_with_its_reason(void **state)
{
	struct buf raw = { 0 };

	(void)state;
	buf_str(&raw, head);
	repeat(&raw, "X-Y: z\n", 100000);
	refused_as(&raw, "the header has more than 5000 fields");
	buf_str(&raw, head);
	buf_str(&raw, "X-Y: z");
	repeat(&raw, " zzzzzzzzzzzzzzz", 100000);
	refused_as(&raw, "the header is larger than 512 KB");
	buf_str(&raw, head);
	buf_str(&raw, "X-Y: z");
	repeat(&raw, "\n zzzzzzzzzzzzzz", 100000);
	refused_as(&raw, "the header is larger than 512 KB");
}

static void a_thousand_nested_parts_are_kept_with_their_reason(void **state)
{
	struct buf raw = { 0 };

	(void)state;
	buf_str(&raw, head);
	for (int i = 0; i < 1000; i++)
		buf_printf(&raw, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	refused_as(&raw, "more than 16 parts within parts");
}

static void many_parts_are_kept_with_their_reason(void **state)
{
	struct buf raw = { 0 };

	(void)state;
	buf_str(&raw, head);
	buf_str(&raw, "Content-Type: multipart/mixed; boundary=b\n\n");
	repeat(&raw, "--b\n\nx\n", 200000);
	refused_as(&raw, "more than 10000 parts");
}

static void deep_parts_within_the_limit_are_read(void **state)
{
	struct buf raw = { 0 };
	struct mail m;

	(void)state;
	buf_str(&raw, head);
	for (int i = 0; i < BODY_DEPTH; i++)
		buf_printf(&raw, "Content-Type: multipart/mixed; boundary=b%da\n\n--b%da\n", i, i);
	buf_str(&raw, "\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n");
	mail_text(&raw, &m);
	assert_string_equal(m.reason, "");
	assert_int_equal(m.kind, MAIL_PATCH);
	mail_done(&m);
	buf_done(&raw);
}

static void odd_message_ids_stay_as_they_are(void **state)
{
	static const char *const ids[] = { "a/b%2Fc@x.example", "a+b&c=d@x.example",
					   "a b  c@x.example",	"\"a\\\"b'\"@x.example",
					   "../../etc/passwd",	"-rf@x.example",
					   "$(id)@x.example" };
	struct buf raw = { 0 }, id = { 0 };
	struct mail m;

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		raw.len = 0;
		mail_make(&raw, "x", ids[i], "", "text\n");
		mail_text(&raw, &m);
		assert_string_equal(m.msgid, i == 2 ? "a b c@x.example" : ids[i]);
		mail_done(&m);
	}
	repeat(&id, "0123456789", 200);
	raw.len = 0;
	mail_make(&raw, "x", id.data, "", "text\n");
	mail_text(&raw, &m);
	assert_string_equal(m.msgid, id.data);
	mail_done(&m);
	repeat(&id, "0123456789", 2000);
	raw.len = 0;
	mail_make(&raw, "x", id.data, "", "text\n");
	mail_text(&raw, &m);
	assert_string_equal(m.reason, "the Message-ID is longer than 4096 bytes and was cut");
	assert_true(strlen(m.msgid) < 4097);
	mail_done(&m);
	buf_done(&raw);
	buf_done(&id);
}

static void what_lacks_a_header_says_so(void **state)
{
	static const char *const cases[][2] = {
		{ "", "no mail: it is empty" },
		{ "\n\n", "no mail: it is empty" },
		{ "diff --git a/x b/x\n", "no mail: it has no header" },
		{ "Subject: x\nMessage-ID: <a@b>\n\n", "no From: line" },
		{ "From: nobody\nSubject: x\n\n", "the From: line has no address" },
		{ "From: a@b\nMessage-ID: <a@b>\n\n", "no Subject: line" },
		{ "From: a@b\nSubject: x\n\n", "no Message-ID" },
		{ "From: a@b\nSubject: x\nMessage-ID: <a@b>\n\n", "no Date: line" },
		{ "From: a@b\nSubject: x\nMessage-ID: <a@b>\nDate: soon\n\n",
		  "the Date: line is no date" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mail m;

		mail_parse(cases[i][0], strlen(cases[i][0]), 0, &m);
		assert_string_equal(m.reason, cases[i][1]);
		mail_done(&m);
	}
}

static void nul_bytes_are_left_out_of_texts_and_kept_in_diffs(void **state)
{
	static const char body[] = "\nab\0cd\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\0c\n";
	struct buf raw = { 0 };
	struct mail m;

	(void)state;
	buf_str(&raw, head);
	buf_add(&raw, body, sizeof(body) - 1);
	mail_text(&raw, &m);
	assert_string_equal(m.message, "abcd\n");
	assert_string_equal(m.reason, "the text has NUL bytes; they were left out");
	assert_non_null(memmem(m.diff, m.diff_len, "b\0c", 3));
	mail_done(&m);
	buf_done(&raw);
}

/* Texts that would cost a parser more than once a byte, each about 1 MB. */
static void no_text_costs_more_than_its_length(void **state)
{
	static const struct {
		const char *header, *begin, *text;
	} cases[] = {
		{ "Content-Transfer-Encoding: base64\n", "", "A\n" },
		{ "Content-Transfer-Encoding: quoted-printable\n", "", "=4\n" },
		{ "Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain; "
		  "format=flowed\n",
		  "", "=20\n" },
		{ "Content-Type: text/plain; format=flowed\n", "", "a \n" },
		{ "Content-Type: text/plain; charset=x-nosuch\n", "", "\x81\xff\n" },
		{ "Content-Type: text/plain; charset=utf-7\n", "", "+\x80-\n" },
		{ "Content-Type: multipart/mixed; boundary=-\n", "", "--\n" },
		{ "", "Subject: x\n", " y\n" },
		{ "", "", "Depends-on: <a@b>\n" },
		{ "", "", "The following changes since commit\n" },
		{ "", "The following changes since commit\n", "are available in the\n" },
		{ "", "", "8< \n" },
		{ "", "---\n", "diff --git a/x b/x\n" },
		{ "", "---\n", "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n" },
		{ "", "---\n", "@@ -1,9999999 +1,9999999 @@\n" },
		{ "", "---\n", "commit 0123456789abcdef0123456789abcdef01234567\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf raw = { 0 };
		struct mail m;
		clock_t began;

		buf_printf(&raw, "%s%s\n%s", head, cases[i].header, cases[i].begin);
		repeat(&raw, cases[i].text, (1 << 20) / strlen(cases[i].text));
		began = cost_start();
		mail_text(&raw, &m);
		cost_end(began, cases[i].text);
		mail_done(&m);
		buf_done(&raw);
	}
}

static void no_header_costs_more_than_its_length(void **state)
{
	static const char *const cases[][2] = {
		{ "From:", "(" },
		{ "From:", "\"\\" },
		{ "From:", "a@b " },
		{ "Subject:", "[" },
		{ "Subject:", "[]" },
		{ "Subject:", "re:" },
		{ "Subject:", "(v" },
		{ "References:", "<a@b>" },
		{ "References:", "<" },
		{ "References:", "=?" },
		{ "References:", "=?a?b?" },
		{ "References:", "=?utf-8?q?=3C?= " },
		{ "In-Reply-To:", "<a\n >" },
		{ "Date:", "Mon, " },
		{ "Date:", "9" },
		{ "Content-Type:", ";charset=" },
		{ "Content-Type:", "\"" },
		{ "Message-ID:", "<>" },
		{ "List-Id:", "\xff" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf raw = { 0 };
		struct mail m;
		clock_t began;

		buf_str(&raw, cases[i][0]);
		repeat(&raw, cases[i][1], (MAIL_HEADER_MAX - 1000) / strlen(cases[i][1]));
		buf_printf(&raw, "\n%s\ntext\n", head);
		began = cost_start();
		mail_text(&raw, &m);
		cost_end(began, cases[i][1]);
		mail_done(&m);
		buf_done(&raw);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mail_of_50_mb_is_kept_with_its_reason),
		cmocka_unit_test(header_without_end_is_kept_with_its_reason),
		cmocka_unit_test(a_thousand_nested_parts_are_kept_with_their_reason),
		cmocka_unit_test(many_parts_are_kept_with_their_reason),
		cmocka_unit_test(deep_parts_within_the_limit_are_read),
		cmocka_unit_test(odd_message_ids_stay_as_they_are),
		cmocka_unit_test(what_lacks_a_header_says_so),
		cmocka_unit_test(nul_bytes_are_left_out_of_texts_and_kept_in_diffs),
		cmocka_unit_test(no_text_costs_more_than_its_length),
		cmocka_unit_test(no_header_costs_more_than_its_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
