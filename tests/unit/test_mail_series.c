// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail_fixture.h"

#include "mail/series.h"

/* A set of invented mails; ids are "NAME@x.example". */
struct set {
	struct mail v[64];
	size_t n;
	int64_t now; /* of the next mail */
};

static const char hunk[] = "---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+%s\n";

/* Adds a mail: what it answers (NULL nobody), and a line of its diff (NULL: it has none). */
static struct mail *post(struct set *s, const char *from, const char *subject, const char *id,
			 const char *answers, const char *diff, const char *text)
{
	struct buf raw = { 0 };
	struct mail *m = &s->v[s->n++];
	time_t t = (time_t)(s->now ? s->now : (s->now = 1700000000));
	char date[64];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	s->now++;
	buf_printf(&raw,
		   "From: %s <%s@dev.example>\nSubject: %s\nMessage-ID: <%s@x.example>\n"
		   "Date: %s\n",
		   from, from, subject, id, date);
	if (answers) {
		buf_str(&raw, "References:");
		for (const char *p = answers; *p;) { /* "root parent": ids, oldest first */
			size_t len = strcspn(p, " ");

			buf_printf(&raw, " <%.*s@x.example>", (int)len, p);
			p += len + (p[len] == ' ');
		}
		buf_str(&raw, "\n");
	}
	buf_printf(&raw, "\n%s\n", text);
	if (diff) {
		buf_str(&raw, "---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+");
		buf_printf(&raw, "%s\n", diff);
	}
	mail_text(&raw, m);
	buf_done(&raw);
	return m;
}

static void set_done(struct set *s)
{
	for (size_t i = 0; i < s->n; i++)
		mail_done(&s->v[i]);
}

/* "v2 3/3 cover:c0 1:c1 2:c2 full …": a series as text. */
static void describe(const struct mail *mails, const struct mail_series *s, struct buf *b)
{
	buf_printf(b, "v%d %zu/%d%s", s->revision, s->received, s->total,
		   s->complete ? " complete" : "");
	if (s->cover >= 0)
		buf_printf(b, " cover:%.*s", (int)strcspn(mails[s->cover].msgid, "@"),
			   mails[s->cover].msgid);
	for (size_t i = 0; i < s->n_parts; i++)
		buf_printf(b, " %d:%.*s", s->parts[i].number,
			   (int)strcspn(mails[s->parts[i].mail].msgid, "@"),
			   mails[s->parts[i].mail].msgid);
	if (s->older >= 0)
		buf_printf(b, " older:%td", s->older);
	if (s->same >= 0)
		buf_printf(b, " same:%td", s->same);
	for (size_t i = 0; i < s->n_full; i++)
		if (s->full[i].from_older)
			buf_printf(b, " borrowed:%.*s",
				   (int)strcspn(mails[s->full[i].mail].msgid, "@"),
				   mails[s->full[i].mail].msgid);
	if (s->full_complete && !s->complete)
		buf_str(b, " full");
	buf_str(b, "\n");
}

static void describe_all(const struct mail *mails, size_t n, struct buf *b)
{
	struct mail_series_list l;

	series_assemble(mails, n, &l);
	for (size_t i = 0; i < l.n; i++)
		describe(mails, &l.v[i], b);
	mail_series_list_done(&l);
}

/* The set gives these series, in whatever order its mails come. */
static void gives(struct set *s, const char *want)
{
	unsigned seed = 7;

	for (int round = 0; round < 20; round++) {
		struct buf got = { 0 };

		describe_all(s->v, s->n, &got);
		assert_string_equal(buf_text(&got), want);
		buf_done(&got);
		for (size_t i = s->n; i > 1; i--) { /* shuffled */
			size_t k = (seed = seed * 1103515245u + 12345u) / 65536u % i;
			struct mail m = s->v[i - 1];

			s->v[i - 1] = s->v[k];
			s->v[k] = m;
		}
	}
	set_done(s);
}

static void threaded_series_is_whole_in_any_order(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH v2 0/3] all", "c", NULL, NULL, "text");
	post(&s, "Ann", "[PATCH v2 1/3] one", "1", "c", "b", "text");
	post(&s, "Ann", "[PATCH v2 2/3] two", "2", "c", "c", "text");
	post(&s, "Bob", "Re: [PATCH v2 2/3] two", "r", "c 2", "d", "like this?");
	post(&s, "Ann", "[PATCH v2 3/3] three", "3", "c", "d", "text");
	gives(&s, "v2 3/3 complete cover:c 1:1 2:2 3:3\n");
}

static void missing_parts_and_covers_are_told(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 1/3] one", "1", "gone", "b", "text");
	post(&s, "Ann", "[PATCH 3/3] three", "3", "gone", "d", "text");
	s.now += 90000;
	post(&s, "Bob", "[PATCH 0/2] only the cover", "c", NULL, NULL, "text");
	gives(&s, "v1 2/3 1:1 3:3\nv1 0/2 cover:c\n");
}

static void chain_of_answers_is_one_series(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 1/3] one", "1", NULL, "b", "text");
	post(&s, "Ann", "[PATCH 2/3] two", "2", "1", "c", "text");
	post(&s, "Ann", "[PATCH 3/3] three", "3", "1 2", "d", "text");
	gives(&s, "v1 3/3 complete 1:1 2:2 3:3\n");
}

static void series_without_threads_is_joined_by_sender_and_time(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 1/2] one", "1", NULL, "b", "text");
	post(&s, "Bob", "[PATCH 1/2] his one", "b1", NULL, "e", "text");
	post(&s, "Ann", "[PATCH 2/2] two", "2", NULL, "c", "text");
	post(&s, "Bob", "[PATCH 2/2] his two", "b2", NULL, "f", "text");
	s.now += SERIES_WINDOW_S + 10;
	post(&s, "Ann", "[PATCH 2/2] too late", "3", NULL, "d", "text");
	gives(&s, "v1 2/2 complete 1:1 2:2\nv1 2/2 complete 1:b1 2:b2\nv1 1/2 2:3\n");
}

static void two_series_of_one_thread_stay_two(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 0/2] all", "c", NULL, NULL, "text");
	post(&s, "Ann", "[PATCH 1/2] one", "1", "c", "b", "text");
	post(&s, "Ann", "[PATCH 2/2] two", "2", "c", "c", "text");
	post(&s, "Bob", "[PATCH 1/2] his one", "b1", "c", "e", "text");
	post(&s, "Bob", "[PATCH 2/2] his two", "b2", "c b1", "f", "text");
	gives(&s, "v1 2/2 complete cover:c 1:1 2:2\nv1 2/2 complete 1:b1 2:b2\n");
}

static void resend_is_told_from_what_it_repeats(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 1/2] one", "1", NULL, "b", "text");
	post(&s, "Ann", "[PATCH 2/2] two", "2", "1", "c", "text");
	s.now += 600;
	post(&s, "Ann", "[PATCH RESEND 1/2] one", "r1", "1", "b", "text");
	post(&s, "Ann", "[PATCH RESEND 2/2] two", "r2", "1 r1", "c", "text");
	gives(&s, "v1 2/2 complete 1:1 2:2\nv1 2/2 complete 1:r1 2:r2 same:0\n");
}

static void newer_version_is_known_by_author_and_subject(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[RFC PATCH 0/2] all of it", "c", NULL, NULL, "text");
	post(&s, "Ann", "[RFC PATCH 1/2] one", "1", "c", "b", "text");
	post(&s, "Ann", "[RFC PATCH 2/2] two", "2", "c", "c", "text");
	s.now += 90000;
	post(&s, "Ann", "[PATCHv2] one", "n", NULL, "d", "now one patch");
	s.now += 90000;
	post(&s, "Ann", "[PATCH v3] one", "m", NULL, "e", "and again");
	post(&s, "Bob", "[PATCH v4] one", "o", NULL, "e", "another's");
	gives(&s, "v1 2/2 complete cover:c 1:1 2:2\nv2 1/1 complete 1:n older:0\n"
		  "v3 1/1 complete 1:m older:1\nv4 1/1 complete 1:o\n");
}

static void change_id_goes_before_author_and_subject(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH] one", "1", NULL, "b", "text\nchange-id: 2024-x-1");
	s.now += 90000;
	post(&s, "Ann", "[PATCH] another name", "0", NULL, "b2", "text");
	s.now += 90000;
	post(&s, "Bob", "[PATCH v2] another name", "2", NULL, "c", "text\nchange-id: 2024-x-1");
	gives(&s, "v1 1/1 complete 1:1\nv1 1/1 complete 1:0\nv2 1/1 complete 1:2 older:0\n");
}

static void partial_reroll_borrows_from_the_older_version(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 0/3] all", "c", NULL, NULL, "text");
	post(&s, "Ann", "[PATCH 1/3] one", "1", "c", "b", "text");
	post(&s, "Ann", "[PATCH 2/3] two", "2", "c", "c", "text");
	post(&s, "Ann", "[PATCH 3/3] three", "3", "c", "d", "text");
	s.now += 5000;
	post(&s, "Ann", "[PATCH v2 2/3] two", "22", "c 2", "cc", "text");
	s.now += 5000;
	post(&s, "Ann", "[PATCH v3 3/3] three", "33", "c 3", "dd", "text");
	gives(&s, "v1 3/3 complete cover:c 1:1 2:2 3:3\n"
		  "v2 1/3 2:22 older:0 borrowed:1 borrowed:3 full\n"
		  "v3 1/3 3:33 older:1 borrowed:1 borrowed:22 full\n");
}

static void reroll_in_several_threads_is_one(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 1/3] one", "1", NULL, "b", "text");
	post(&s, "Ann", "[PATCH 2/3] two", "2", "1", "c", "text");
	post(&s, "Ann", "[PATCH 3/3] three", "3", "1", "d", "text");
	s.now += 5000;
	post(&s, "Ann", "[PATCH v2 2/3] two", "22", "r2", "cc", "text");
	post(&s, "Ann", "[PATCH v2 3/3] three", "33", "r3", "dd", "text");
	gives(&s, "v1 3/3 complete 1:1 2:2 3:3\nv2 2/3 2:22 3:33 older:0\n");
}

static void what_is_incomplete_and_new_borrows_nothing(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 1/2] one", "1", NULL, "b", "text");
	post(&s, "Ann", "[PATCH 2/2] two", "2", "1", "c", "text");
	s.now += 5000;
	post(&s, "Ann", "[PATCH v2 1/2] one", "21", NULL, "bb", "text");
	gives(&s, "v1 2/2 complete 1:1 2:2\nv2 1/2 1:21 older:0\n");
}

static void patches_of_another_version_than_their_cover_belong_to_it(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH v3 0/2] all", "c", NULL, NULL, "text");
	post(&s, "Ann", "[PATCH 1/2] one", "1", "c", "b", "text");
	post(&s, "Ann", "[PATCH v2 2/2] two", "2", "c", "c", "text");
	gives(&s, "v3 2/2 complete cover:c 1:1 2:2\n");
}

static void rerolls_of_two_versions_stay_two(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 0/2] all", "c", NULL, NULL, "text");
	post(&s, "Ann", "[PATCH 1/2] one", "1", "c", "b", "text");
	post(&s, "Ann", "[PATCH 2/2] two", "2", "c", "c", "text");
	post(&s, "Ann", "[PATCH v2 1/2] one", "21", "c", "bb", "text");
	post(&s, "Ann", "[PATCH v3 2/2] two", "32", "c", "cc", "text");
	gives(&s, "v1 2/2 complete cover:c 1:1 2:2\nv2 1/2 1:21 older:0 borrowed:2 full\n"
		  "v3 1/2 2:32 older:1 borrowed:21 full\n");
}

static void a_mail_that_came_twice_counts_once(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 1/2] one", "1", NULL, "b", "text");
	post(&s, "Ann", "[PATCH 2/2] two", "2", "1", "c", "text");
	s.now += 60;
	post(&s, "Ann", "[RESEND PATCH 1/2] one", "1", NULL, "b", "text");
	gives(&s, "v1 2/2 complete 1:1 2:2\n");
}

static void two_patches_with_one_id_are_both_kept(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 1/2] one", "1", NULL, "b", "text");
	post(&s, "Ann", "[PATCH 2/2] two", "2", "1", "c", "text");
	s.now += 60;
	post(&s, "Ann", "[PATCH 1/2] one", "1", NULL, "another", "text");
	gives(&s, "v1 2/2 complete 1:1 2:2\nv1 1/2 1:1 older:0\n");
}

static void extra_patches_of_the_sender_are_in_the_series(void **state)
{
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 0/2] all", "c", NULL, NULL, "text");
	post(&s, "Ann", "[PATCH 1/2] one", "1", "c", "b", "text");
	post(&s, "Ann", "[PATCH 2/2] two", "2", "c", "c", "text");
	post(&s, "Ann", "[PATCH 3/2] one more", "3", "c", "d", "text");
	gives(&s, "v1 3/2 complete cover:c 1:1 2:2 3:3\n");
}

static void needs_of_all_its_mails_are_the_series_needs(void **state)
{
	struct mail_series_list l;
	struct set s = { 0 };

	(void)state;
	post(&s, "Ann", "[PATCH 0/2] all", "c", NULL, NULL, "text\nDepends-on: <d@x.example>");
	post(&s, "Ann", "[PATCH 1/2] one", "1", "c", "b", "text\nDepends-on: <d@x.example>");
	post(&s, "Ann", "[PATCH 2/2] two", "2", "c", "c",
	     "text\nbase-commit: 0123456789abcdef0123456789abcdef01234567\nDepends-on: "
	     "<e@x.example>");
	series_assemble(s.v, s.n, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].needs.base_commit, "0123456789abcdef0123456789abcdef01234567");
	assert_int_equal(l.v[0].needs.others.n, 2);
	assert_string_equal(l.v[0].needs.others.v[1], "message-id:e@x.example");
	assert_string_equal(l.v[0].name, "all");
	mail_series_list_done(&l);
	set_done(&s);
}

static void no_mails_give_no_series(void **state)
{
	struct mail_series_list l;

	(void)state;
	series_assemble(NULL, 0, &l);
	assert_int_equal(l.n, 0);
	mail_series_list_done(&l);
}

/* n mails, made by a pattern; what goes in it is the mail's number. */
static struct mail *many(size_t n, const char *subject, const char *refs)
{
	struct mail *v = calloc(n, sizeof(*v));

	for (size_t i = 0; i < n; i++) {
		struct buf raw = { 0 }, s = { 0 };
		char id[40], from[400] = "", body[200];

		buf_str(&s, "");
		for (const char *p = subject; *p; p++)
			if (*p == '#')
				buf_printf(&s, "%zu", i);
			else
				buf_add(&s, p, 1);
		snprintf(id, sizeof(id), "m%zu@x.example", i);
		if (refs && i > 0)
			snprintf(from, sizeof(from),
				 "References: <m0@x.example> <m%zu@x.example>\n",
				 strcmp(refs, "chain") == 0 ? i - 1 : 0);
		snprintf(body, sizeof(body), hunk, id);
		mail_make(&raw, buf_text(&s), id, from, i == 0 && refs ? "text\n" : body);
		mail_text(&raw, &v[i]);
		buf_done(&raw);
		buf_done(&s);
	}
	return v;
}

static void ten_thousand_patches_are_no_trouble(void **state)
{
	static const char *const shapes[][2] = {
		{ "[PATCH #/10000] x#", "root" }, { "[PATCH #/10000] x#", "chain" },
		{ "[PATCH #/10000] x#", NULL },	  { "[PATCH 1/3] x", NULL },
		{ "[PATCH 1/3] x", "root" },	  { "[PATCH] x", NULL },
		{ "[PATCH v#] x", "chain" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		const size_t n = i < 2 ? 10001 : 4001;
		struct mail *v = many(n, shapes[i][0], shapes[i][1]);
		struct mail_series_list l;
		clock_t began = cost_start();

		series_assemble(v, n, &l);
		cost_end(began, shapes[i][0]);
		if (i < 2) {
			assert_int_equal(l.n, 1);
			assert_true(l.v[0].complete);
			assert_int_equal(l.v[0].received, 10000);
		}
		mail_series_list_done(&l);
		for (size_t k = 0; k < n; k++)
			mail_done(&v[k]);
		free(v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threaded_series_is_whole_in_any_order),
		cmocka_unit_test(missing_parts_and_covers_are_told),
		cmocka_unit_test(chain_of_answers_is_one_series),
		cmocka_unit_test(series_without_threads_is_joined_by_sender_and_time),
		cmocka_unit_test(two_series_of_one_thread_stay_two),
		cmocka_unit_test(resend_is_told_from_what_it_repeats),
		cmocka_unit_test(newer_version_is_known_by_author_and_subject),
		cmocka_unit_test(change_id_goes_before_author_and_subject),
		cmocka_unit_test(partial_reroll_borrows_from_the_older_version),
		cmocka_unit_test(reroll_in_several_threads_is_one),
		cmocka_unit_test(what_is_incomplete_and_new_borrows_nothing),
		cmocka_unit_test(patches_of_another_version_than_their_cover_belong_to_it),
		cmocka_unit_test(rerolls_of_two_versions_stay_two),
		cmocka_unit_test(a_mail_that_came_twice_counts_once),
		cmocka_unit_test(two_patches_with_one_id_are_both_kept),
		cmocka_unit_test(extra_patches_of_the_sender_are_in_the_series),
		cmocka_unit_test(needs_of_all_its_mails_are_the_series_needs),
		cmocka_unit_test(no_mails_give_no_series),
		cmocka_unit_test(ten_thousand_patches_are_no_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
