// SPDX-License-Identifier: GPL-2.0-or-later
#include "store_fixture.h"

#include <time.h>

#include "letter_fixture.h"
#include "store/queue.h"

#define V1_COVER LETTER("[PATCH 0/3] dma: pools", "v1-0@a", NULL, NULL, 60)
#define V1_ONE	 LETTER("[PATCH 1/3] dma: one", "v1-1@a", "v1-0@a", "int c1", 61)
#define V1_TWO	 LETTER("[PATCH 2/3] dma: two", "v1-2@a", "v1-0@a", "int c2", 62)
#define V1_THREE LETTER("[PATCH 3/3] dma: three", "v1-3@a", "v1-0@a", "int c3", 63)

static int64_t task_for(struct fixture *f, int64_t series, const char *key)
{
	const struct task t = { .series = series,
				.key = (char *)key,
				.source = (char *)"lkml",
				.tree = (char *)"next",
				.plan = (char *)"patch" };
	int64_t num = 0;

	FOUND(store_task_add(f->s, &t, &num, &f->err));
	return num;
}

static void mails_of(struct fixture *f, const char *msgid, struct mail_row_list *ret)
{
	OK(store_mails_by_id(f->s, msgid, ret, &f->err));
}

static void a_mail_that_two_sources_bring_is_there_once_and_names_both(void **state)
{
	struct fixture *f = *state;
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };
	struct letter at_media = V1_ONE;

	at_media.more = "List-Id: <media.example>\n";
	assert_int_equal(SEND(f, "lkml", V1_ONE), 1);
	assert_int_equal(send_as(f, "media", &at_media, 1, NULL, NULL), 0);
	assert_int_equal(send_as(f, "media", &at_media, 1, NULL, NULL), 0);
	mails_of(f, "v1-1@a", &l);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].sources.n, 2);
	assert_string_equal(l.v[0].sources.v[0], "lkml");
	assert_string_equal(l.v[0].sources.v[1], "media");
	assert_int_equal(l.v[0].mail.lists.n, 1); /* rules look at the lists of all copies */
	assert_string_equal(l.v[0].mail.lists.v[0], "media.example");
}

static void mails_of_one_message_id_with_other_contents_are_all_there(void **state)
{
	struct fixture *f = *state;
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };
	struct letter other = V1_ONE;

	other.change = "int another";
	assert_int_equal(SEND(f, "lkml", V1_ONE), 1);
	assert_int_equal(send_as(f, "lkml", &other, 1, NULL, NULL), 1);
	mails_of(f, "v1-1@a", &l);
	assert_int_equal(l.n, 2);
	assert_true(l.v[0].num > l.v[1].num); /* the newest first */
	assert_string_not_equal(l.v[0].mail.hash, l.v[1].mail.hash);
	assert_int_equal(sort_all(f), 2);
}

static void a_mail_without_a_message_id_is_known_by_its_hash(void **state)
{
	struct fixture *f = *state;
	const struct letter nameless = LETTER("[PATCH] dma: x", NULL, NULL, "int x", 5);
	const struct letter other = LETTER("[PATCH] dma: y", NULL, NULL, "int y", 5);

	assert_int_equal(send_as(f, "inbox", &nameless, 1, NULL, NULL), 1);
	assert_int_equal(send_as(f, "inbox", &nameless, 1, NULL, NULL), 0);
	assert_int_equal(send_as(f, "inbox", &other, 1, NULL, NULL), 1);
	assert_int_equal(sort_all(f), 2);
	assert_int_equal(sort_all(f), 0);
}

static void same_list(const struct strv *x, const struct strv *y)
{
	assert_int_equal(x->n, y->n);
	for (size_t i = 0; i < x->n; i++)
		assert_string_equal(x->v[i], y->v[i]);
}

static void same_mail(const struct mail *x, const struct mail *y)
{
	assert_int_equal(x->kind, y->kind);
	assert_string_equal(x->msgid, y->msgid);
	same_list(&x->refs, &y->refs);
	same_list(&x->lists, &y->lists);
	assert_string_equal(x->subject, y->subject);
	assert_string_equal(x->name, y->name);
	same_list(&x->prefixes, &y->prefixes);
	assert_int_equal(x->number, y->number);
	assert_int_equal(x->total, y->total);
	assert_int_equal(x->version, y->version);
	assert_int_equal(x->revision, y->revision);
	assert_int_equal(x->resend, y->resend);
	assert_string_equal(x->date, y->date);
	assert_int_equal(x->time, y->time);
	assert_string_equal(x->sender.name, y->sender.name);
	assert_string_equal(x->sender.email, y->sender.email);
	assert_string_equal(x->author.name, y->author.name);
	assert_string_equal(x->author.email, y->author.email);
	assert_string_equal(x->message, y->message);
	same_list(&x->paths, &y->paths);
	assert_string_equal(x->patch_id, y->patch_id);
	assert_true(!x->pull == !y->pull);
	if (x->pull)
		assert_string_equal(x->pull, y->pull);
	assert_string_equal(x->needs.base_commit, y->needs.base_commit);
	assert_string_equal(x->needs.change_id, y->needs.change_id);
	same_list(&x->needs.others, &y->needs.others);
	assert_string_equal(x->reason, y->reason);
	assert_string_equal(x->hash, y->hash);
}

static void comes_back(struct fixture *f, const char *raw)
{
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };
	CLEANUP(mail_done) struct mail m = { 0 };
	CLEANUP(buf_done) struct buf b = { 0 };
	struct mail_in in = { &m, raw, strlen(raw), "/var/mail/x" };

	mail_parse(raw, strlen(raw), 0, &m);
	OK(store_mails_put(f->s, "lkml", &in, 1, NULL, NULL, NULL, &f->err));
	mails_of(f, m.msgid, &l);
	assert_int_equal(l.n, 1);
	same_mail(&l.v[0].mail, &m);
	assert_string_equal(l.v[0].origin, "/var/mail/x");
	assert_true(l.v[0].raw);
	OK(store_mail_raw(f->s, l.v[0].num, &b, &f->err));
	assert_int_equal(b.len, in.len);
	assert_memory_equal(b.data, raw, in.len);
}

static void what_series_and_rules_need_of_a_mail_comes_back(void **state)
{
	struct fixture *f = *state;

	comes_back(f, "From: =?utf-8?q?J=C3=B6rg?= <j@kernel.example>\n"
		      "Subject: [RESEND PATCH RFC v3 2/7] dma: =?utf-8?q?f=C3=BCr?= all\n"
		      "Date: Tue, 4 Jun 2024 10:11:12 +0200\nMessage-ID: <full@a>\n"
		      "In-Reply-To: <p@a>\nReferences: <r@a> <q@a> <p@a>\n"
		      "List-Id: one <one.example>\nList-Id: <two.example>\n"
		      "Content-Type: text/plain; charset=utf-8\n\n"
		      "From: Bob <bob@kernel.example>\n\nWhy.\n\n"
		      "Depends-on: <dep@a>\n---\n"
		      "diff --git a/b/x.c b/b/x.c\n--- a/b/x.c\n+++ b/b/x.c\n@@ -1 +1 @@\n-a\n+b\n"
		      "diff --git a/a/y.c b/a/y.c\n--- a/a/y.c\n+++ b/a/y.c\n@@ -1 +1 @@\n-a\n+b\n"
		      "-- \nbase-commit: 0123456789012345678901234567890123456789\n"
		      "change-id: 20240604-dma-1\nprerequisite-patch-id: "
		      "9876543210987654321098765432109876543210\n");
	comes_back(f, "From: A <a@kernel.example>\nSubject: [GIT PULL] dma\nMessage-ID: <pull@a>\n"
		      "Date: bad\n\nThe following changes since commit "
		      "0123456789012345678901234567890123456789:\n\n  x\n\n"
		      "are available in the Git repository at:\n\n"
		      "  https://git.example/dma.git tags/dma-1\n\nfor you to fetch changes up to "
		      "0123456789012345678901234567890123456789:\n");
}

static void bytes_are_kept_of_patches_and_covers_and_of_what_has_a_reason(void **state)
{
	struct fixture *f = *state;
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };
	CLEANUP(buf_done) struct buf b = { 0 };

	SEND(f, "lkml", V1_COVER, LETTER("Re: [PATCH 0/3] dma: pools", "re@a", "v1-0@a", NULL, 70));
	mails_of(f, "v1-0@a", &l);
	assert_true(l.v[0].raw);
	mail_row_list_done(&l);
	mails_of(f, "re@a", &l);
	assert_int_equal(l.v[0].mail.kind, MAIL_COMMENT);
	assert_false(l.v[0].raw);
	assert_int_equal(store_mail_raw(f->s, l.v[0].num, &b, &f->err), -ENOENT);
}

/* A mail that no parser made: every text broken, long or with a line's end. */
static void broken_and_endless_texts_are_stored_as_text(void **state)
{
	struct fixture *f = *state;
	CLEANUP(mail_done) struct mail m = { 0 };
	CLEANUP(free_ptr) char *plenty = mem_zalloc(9001);
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };
	const char raw[] = "From: a@b\nSubject: [PATCH] x\nMessage-ID: <odd@a>\n\n---\ndiff --git "
			   "a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";
	struct mail_in in = { &m, raw, strlen(raw), "\xff" };

	mail_parse(raw, strlen(raw), 0, &m);
	for (size_t i = 0; i < 9000; i += 3)
		memcpy(plenty + i, "\xe2\x82\xac", 3);
	free(m.subject);
	free(m.name);
	free(m.message);
	m.subject = mem_strdup(plenty);
	m.name = mem_strdup("a\xc3(\xed\xa0\x80z");
	m.message = mem_strdup("one\n\xfe\ntwo");
	strv_add(&m.paths, "a\nb");
	strv_add(&m.paths, "");
	strv_add(&m.refs, "\xe4@a");
	OK(store_mails_put(f->s, "lkml", &in, 1, NULL, NULL, NULL, &f->err));
	mails_of(f, "odd@a", &l);
	assert_int_equal(strlen(l.v[0].mail.subject), 4095); /* whole characters */
	assert_string_equal(l.v[0].mail.name,
			    "a\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
	assert_string_equal(l.v[0].mail.message, "one\n\xef\xbf\xbd\ntwo");
	assert_int_equal(l.v[0].mail.paths.n, 3);
	assert_string_equal(l.v[0].mail.paths.v[1], "a b");
	assert_string_equal(l.v[0].mail.paths.v[2], "");
	assert_string_equal(l.v[0].mail.refs.v[0], "\xef\xbf\xbd@a");
	assert_string_equal(l.v[0].origin, "\xef\xbf\xbd");
}

static void a_message_id_may_be_of_any_characters_and_long(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *longest = mem_zalloc(2001);
	const char *ids[] = { "a/b/../c@a",	      "it's \"quoted\"@a", "%s%n;--@a",
			      "'; DROP TABLE mails;", "*?[a]@a",	   longest };

	memset(longest, 'x', 2000);
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		CLEANUP(series_row_done) struct series_row s = { 0 };
		CLEANUP(free_ptr) char *child = mem_printf("child-%zu@a", i);
		CLEANUP(free_ptr) char *from = mem_printf("P <p%zu@kernel.example>", i);

		SEND(f, "lkml", LETTER_OF(from, "[PATCH 1/2] dma: p", child, ids[i], "int p", 90));
		sort_all(f);
		SEND(f, "lkml", LETTER_OF(from, "[PATCH 0/2] dma: c", ids[i], NULL, NULL, 90));
		sort_all(f);
		s = series_of(f, ids[i]);
		assert_string_equal(s.message_id, ids[i]);
		assert_int_equal(s.received, 1);
	}
}

static void a_late_cover_joins_and_the_number_and_what_is_tested_stay(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row before = { 0 };
	CLEANUP(series_row_done) struct series_row after = { 0 };

	SEND(f, "lkml", V1_ONE, V1_TWO, V1_THREE);
	assert_int_equal(sort_all(f), 1);
	before = series_of(f, "v1-2@a");
	assert_true(before.complete && before.full_complete && before.cover_wanted);
	assert_int_equal(before.cover, 0);
	assert_string_equal(before.message_id, "v1-1@a");
	assert_string_equal(before.author, "Ann Other <ann@kernel.example>");
	assert_string_equal(before.source, "lkml");
	SEND(f, "media", V1_COVER);
	assert_int_equal(sort_all(f), 1);
	after = series_of(f, "v1-0@a");
	assert_int_equal(after.num, before.num);
	assert_true(after.cover != 0 && !after.cover_wanted);
	assert_string_equal(after.message_id, "v1-0@a");
	assert_string_equal(after.name, "dma: pools");
	assert_string_equal(after.digest, before.digest);
	assert_int_equal(after.n_full, 3);
}

static void mails_one_by_one_make_the_same_series_as_all_at_once(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row s = { 0 };
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };
	const struct letter v[] = { V1_THREE, V1_ONE, V1_COVER, V1_TWO };

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(send_as(f, "lkml", &v[i], 1, NULL, NULL), 1);
		assert_int_equal(sort_all(f), 1);
	}
	s = series_of(f, "v1-1@a");
	assert_int_equal(s.num, 1);
	assert_true(s.complete);
	OK(store_series_mails(f->s, s.num, &l, &f->err));
	assert_int_equal(l.n, 4);
	assert_string_equal(l.v[0].mail.msgid, "v1-0@a");
	assert_string_equal(l.v[1].mail.msgid, "v1-1@a");
	assert_string_equal(l.v[3].mail.msgid, "v1-3@a");
	assert_string_equal(l.v[1].mail.paths.v[0], "kernel/dma/pool.c");
	assert_non_null(strstr(l.v[1].mail.message, "Why: "));
}

static void two_fragments_become_one_series_with_the_tasks_of_both(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row a = { 0 };
	CLEANUP(series_row_done) struct series_row b = { 0 };
	CLEANUP(series_row_done) struct series_row one = { 0 };
	CLEANUP(task_done) struct task t = { 0 };
	int64_t task;

	SEND(f, "lkml", V1_ONE,
	     LETTER_OF("Bob <bob@b>", "[PATCH 2/3] dma: two", "v1-2@a", "v1-0@a", "int c2", 62));
	assert_int_equal(sort_all(f), 2);
	a = series_of(f, "v1-1@a");
	b = series_of(f, "v1-2@a");
	assert_true(a.num < b.num);
	task = task_for(f, b.num, "of b");
	SEND(f, "lkml", V1_COVER);
	assert_int_equal(sort_all(f), 1);
	one = series_of(f, "v1-2@a");
	assert_int_equal(one.num, a.num);
	assert_int_equal(one.received, 2);
	assert_int_equal(store_series_get(f->s, b.num, &b, &f->err), 0);
	FOUND(store_task_get(f->s, task, &t, &f->err));
	assert_int_equal(t.series, a.num);
}

static void what_superseded_goes_over_when_two_become_one(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row old = { 0 };
	CLEANUP(series_row_done) struct series_row one = { 0 };

	SEND(f, "lkml", LETTER_OF("Bob <bob@b>", "[PATCH] dma: two", "b1@a", NULL, "int old", 1));
	sort_all(f);
	SEND(f, "lkml", LETTER("[PATCH v2 1/2] dma: one", "n-1@a", "n-0@a", "int n1", 100),
	     LETTER_OF("Bob <bob@b>", "[PATCH v2 2/2] dma: two", "n-2@a", "n-0@a", "int n2", 101));
	sort_all(f);
	old = series_of(f, "b1@a");
	one = series_of(f, "n-2@a");
	assert_int_equal(old.newer, one.num);
	SEND(f, "lkml", LETTER("[PATCH v2 0/2] dma: both", "n-0@a", NULL, NULL, 99));
	sort_all(f); /* now it is Ann's, and what Bob sent before is no version of it */
	series_row_done(&one);
	one = series_of(f, "n-2@a");
	assert_int_equal(one.received, 2);
	series_row_done(&old);
	old = series_of(f, "b1@a");
	assert_int_equal(old.newer, one.older == old.num ? one.num : 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM series s WHERE newer IS NOT"
				" (SELECT max(num) FROM series WHERE older = s.num)"),
			 0);
}

static void a_partial_reroll_is_tested_with_what_it_leaves_of_the_version_before(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row v1 = { 0 };
	CLEANUP(series_row_done) struct series_row v2 = { 0 };
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };

	SEND(f, "lkml", V1_COVER, V1_ONE, V1_TWO, V1_THREE);
	assert_int_equal(sort_all(f), 1);
	SEND(f, "lkml", LETTER("[PATCH v2 2/3] dma: two", "v2-2@a", "v1-2@a", "int c2_v2", 200));
	assert_int_equal(sort_all(f), 2); /* the older one is superseded */
	v1 = series_of(f, "v1-2@a");
	v2 = series_of(f, "v2-2@a");
	assert_int_equal(v2.older, v1.num);
	assert_int_equal(v1.newer, v2.num);
	assert_false(v2.complete);
	assert_true(v2.full_complete);
	assert_int_equal(v2.n_full, 3);
	OK(store_series_mails(f->s, v2.num, &l, &f->err));
	assert_int_equal(l.n, 3);
	assert_string_equal(l.v[0].mail.msgid, "v1-1@a");
	assert_string_equal(l.v[1].mail.msgid, "v2-2@a");
	assert_string_equal(l.v[2].mail.msgid, "v1-3@a");
}

static void a_second_reroll_of_another_patch_borrows_of_the_first(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row v3 = { 0 };
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };

	SEND(f, "lkml", V1_COVER, V1_ONE, V1_TWO, V1_THREE);
	sort_all(f);
	SEND(f, "lkml", LETTER("[PATCH v2 2/3] dma: two", "v2-2@a", "v1-2@a", "int c2_v2", 200));
	sort_all(f);
	SEND(f, "lkml", LETTER("[PATCH v3 3/3] dma: three", "v3-3@a", "v1-3@a", "int c3_v3", 300));
	sort_all(f);
	v3 = series_of(f, "v3-3@a");
	OK(store_series_mails(f->s, v3.num, &l, &f->err));
	assert_int_equal(l.n, 3);
	assert_string_equal(l.v[1].mail.msgid, "v2-2@a");
	assert_string_equal(l.v[2].mail.msgid, "v3-3@a");
}

static void what_a_sender_sends_beside_a_series_takes_nothing_from_it(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row v2 = { 0 };
	CLEANUP(series_row_done) struct series_row after = { 0 };

	SEND(f, "lkml", LETTER("[PATCH] dma: lone", "l1@a", NULL, "int l1", 10));
	sort_all(f);
	SEND(f, "lkml", LETTER("[PATCH v2] dma: lone", "l2@a", NULL, "int l2", 100));
	sort_all(f);
	v2 = series_of(f, "l2@a");
	assert_true(v2.older != 0);
	/* l2 is looked at for its time; the one that it supersedes is far */
	SEND(f, "lkml", LETTER("[PATCH] media: other", "o@a", NULL, "int o", 101));
	assert_int_equal(sort_all(f), 1);
	after = series_of(f, "l2@a");
	assert_int_equal(after.older, v2.older);
}

static void a_link_to_a_series_that_was_not_looked_at_stays(void **state)
{
	struct fixture *f = *state;
	CLEANUP(mail_row_list_done) struct mail_row_list rows = { 0 };
	CLEANUP(mail_series_list_done) struct mail_series_list l = { 0 };
	CLEANUP(series_row_list_done) struct series_row_list changed = { 0 };
	CLEANUP(series_row_done) struct series_row v2 = { 0 };

	SEND(f, "lkml", LETTER("[PATCH] dma: lone", "l1@a", NULL, "int l1", 10),
	     LETTER("[PATCH v2] dma: lone", "l2@a", NULL, "int l2", 100));
	sort_all(f);
	mails_of(f, "l2@a", &rows);
	series_assemble(&rows.v[0].mail, 1, &l);
	OK(store_series_put(f->s, &rows, &l, &changed, &f->err));
	assert_int_equal(changed.n, 0);
	v2 = series_of(f, "l2@a");
	assert_true(v2.older != 0);
}

static void the_same_patches_again_name_the_series_that_had_them(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row first = { 0 };
	CLEANUP(series_row_done) struct series_row again = { 0 };

	SEND(f, "lkml", LETTER("[PATCH] dma: lone", "l1@a", NULL, "int l1", 10));
	sort_all(f);
	SEND(f, "lkml", LETTER("[RESEND PATCH] dma: lone", "l2@a", NULL, "int l1", 100));
	sort_all(f);
	first = series_of(f, "l1@a");
	again = series_of(f, "l2@a");
	assert_int_equal(again.same, first.num);
	assert_true(again.resend);
}

static void a_mail_that_comes_again_changes_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_list_done) struct series_row_list l = { 0 };

	SEND(f, "lkml", V1_COVER, V1_ONE, V1_TWO, V1_THREE);
	assert_int_equal(sort_all(f), 1);
	OK(store_series_undecided(f->s, 10, &l, &f->err));
	assert_int_equal(l.n, 1);
	OK(store_series_decide(f->s, l.v[0].num, "relevant: x", &f->err));
	series_row_list_done(&l);
	assert_int_equal(SEND(f, "lkml", V1_COVER, V1_ONE, V1_TWO, V1_THREE), 0);
	assert_int_equal(sort_all(f), 0);
	OK(store_series_undecided(f->s, 10, &l, &f->err));
	assert_int_equal(l.n, 0);
	SEND(f, "lkml",
	     LETTER("[PATCH] other", "other@a", NULL, "int o", 64)); /* looks at it, too */
	assert_int_equal(sort_all(f), 1);
	OK(store_series_list(f->s, 10, &l, &f->err));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[1].decision, "relevant: x");
	series_row_list_done(&l);
	SEND(f, "media", V1_ONE); /* a rule may name that source */
	assert_int_equal(sort_all(f), 0);
	OK(store_series_undecided(f->s, 10, &l, &f->err));
	assert_int_equal(l.n, 2);
}

static void the_cursor_and_the_keys_of_a_source_are_kept(void **state)
{
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(strv_done) struct strv keys = { 0 };
	CLEANUP(free_ptr) char *cursor = NULL;
	const struct letter one = V1_ONE, two = V1_TWO;

	OK(store_cursor_get(f->s, "lkml", &cursor, &f->err));
	assert_string_equal(cursor, "");
	free_ptr(&cursor);
	strv_add(&keys, "event 1");
	send_as(f, "lkml", &one, 1, "17 a\nb", &keys);
	OK(store_cursor_get(f->s, "lkml", &cursor, &f->err));
	assert_string_equal(cursor, "17 a\nb");
	FOUND(store_key_known(f->s, "lkml", "event 1", &f->err));
	assert_int_equal(store_key_known(f->s, "media", "event 1", &f->err), 0);
	assert_int_equal(store_key_known(f->s, "lkml", "event 2", &f->err), 0);
	OK(db_exec(db, "UPDATE source_keys SET seen = seen - 32 * 86400", &f->err));
	keys.v[0][6] = '2';
	send_as(f, "lkml", &two, 1, NULL, &keys);
	assert_int_equal(store_key_known(f->s, "lkml", "event 1", &f->err), 0);
	FOUND(store_key_known(f->s, "lkml", "event 2", &f->err));
	free_ptr(&cursor);
	OK(store_cursor_get(f->s, "lkml", &cursor, &f->err));
	assert_string_equal(cursor, "17 a\nb"); /* NULL: stays */
}

static void what_another_process_sorted_meanwhile_is_not_overwritten(void **state)
{
	struct fixture *f = *state;
	CLEANUP(mail_row_list_done) struct mail_row_list rows = { 0 };
	CLEANUP(mail_series_list_done) struct mail_series_list l = { 0 };
	CLEANUP(series_row_list_done) struct series_row_list changed = { 0 };
	CLEANUP(series_row_done) struct series_row s = { 0 };

	SEND(f, "lkml", V1_ONE);
	OK(store_mails_unsorted(f->s, 10, &rows, &f->err));
	assert_int_equal(rows.n, 1);
	series_assemble(&rows.v[0].mail, 1, &l);
	SEND(f, "lkml", V1_TWO, V1_THREE);
	assert_int_equal(sort_all(f), 1);
	OK(store_series_put(f->s, &rows, &l, &changed, &f->err));
	assert_int_equal(changed.n, 0);
	s = series_of(f, "v1-1@a");
	assert_int_equal(s.received, 3);
}

static void a_series_of_ten_thousand_patches_takes_seconds(void **state)
{
	enum { PATCHES = 10000, BATCH = 500 };
	struct fixture *f = *state;
	struct letter *v = mem_zalloc(BATCH * sizeof(*v));
	CLEANUP(strv_done) struct strv words = { 0 };
	CLEANUP(series_row_done) struct series_row s = { 0 };
	clock_t began = clock();
	long ms;

	for (int at = 0; at < PATCHES; at += BATCH) {
		for (int i = 0; i < BATCH; i++) {
			const char *subject, *id;

			strv_addf(&words, "[PATCH %d/%d] dma: all of them", at + i + 1, PATCHES);
			subject = words.v[words.n - 1];
			strv_addf(&words, "bomb-%d@a", at + i + 1);
			id = words.v[words.n - 1];
			v[i] = (struct letter)LETTER(subject, id, "cover@a", id, 60);
		}
		assert_int_equal(send_as(f, "lkml", v, BATCH, NULL, NULL), BATCH);
		sort_all(f);
		strv_done(&words);
	}
	free(v);
	ms = (long)((clock() - began) * 1000 / CLOCKS_PER_SEC);
	s = series_of(f, "bomb-77@a");
	assert_int_equal(s.received, PATCHES);
	assert_true(s.complete);
	assert_int_equal(s.n_full, PATCHES);
	assert_int_equal(ask(f, "SELECT count(*) FROM series"), 1);
	print_message("%d patches in %ld ms\n", PATCHES, ms);
	assert_true(ms < 20000); /* under sanitizers; twenty million pairs take longer */
}

static void a_store_with_mails_is_clean_and_survives_being_opened_again(void **state)
{
	struct fixture *f = *state;
	CLEANUP(buf_done) struct buf report = { 0 };
	CLEANUP(series_row_done) struct series_row s = { 0 };

	SEND(f, "lkml", V1_COVER, V1_ONE, V1_TWO);
	sort_all(f);
	reopen(f);
	SEND(f, "lkml", V1_THREE);
	sort_all(f);
	s = series_of(f, "v1-0@a");
	assert_true(s.complete);
	if (store_verify(f->s, &report, &f->err) != 1)
		fail_msg("%s%s", buf_text(&report), f->err.msg);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_mail_that_two_sources_bring_is_there_once_and_names_both),
		CASE(mails_of_one_message_id_with_other_contents_are_all_there),
		CASE(a_mail_without_a_message_id_is_known_by_its_hash),
		CASE(what_series_and_rules_need_of_a_mail_comes_back),
		CASE(bytes_are_kept_of_patches_and_covers_and_of_what_has_a_reason),
		CASE(broken_and_endless_texts_are_stored_as_text),
		CASE(a_message_id_may_be_of_any_characters_and_long),
		CASE(a_late_cover_joins_and_the_number_and_what_is_tested_stay),
		CASE(mails_one_by_one_make_the_same_series_as_all_at_once),
		CASE(two_fragments_become_one_series_with_the_tasks_of_both),
		CASE(what_superseded_goes_over_when_two_become_one),
		CASE(a_partial_reroll_is_tested_with_what_it_leaves_of_the_version_before),
		CASE(a_second_reroll_of_another_patch_borrows_of_the_first),
		CASE(what_a_sender_sends_beside_a_series_takes_nothing_from_it),
		CASE(a_link_to_a_series_that_was_not_looked_at_stays),
		CASE(the_same_patches_again_name_the_series_that_had_them),
		CASE(a_mail_that_comes_again_changes_nothing),
		CASE(the_cursor_and_the_keys_of_a_source_are_kept),
		CASE(what_another_process_sorted_meanwhile_is_not_overwritten),
		CASE(a_series_of_ten_thousand_patches_takes_seconds),
		CASE(a_store_with_mails_is_clean_and_survives_being_opened_again),
	};

	return cmocka_run_group_tests_name("store_ingest", tests, NULL, NULL);
}
