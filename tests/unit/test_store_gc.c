// SPDX-License-Identifier: GPL-2.0-or-later
#include "store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/hash.h"
#include "letter_fixture.h"
#include "store/gc.h"
#include "store/queue.h"

enum { DAY = 86400, KEEP = 90 * DAY };

static struct gc_report gc(struct fixture *f, bool dry)
{
	struct gc_report r = { 0 };

	OK(store_gc(f->s, KEEP, clock_now(), dry, &r, &f->err));
	return r;
}

static void sql(struct fixture *f, const char *text)
{
	CLEANUP(db_freep) struct db *db = raw_db(f);

	OK(db_exec(db, text, &f->err));
}

/* All rows, and all files, are of a time long ago. */
static void everything_is_old(struct fixture *f)
{
	CLEANUP(free_ptr)
	char *touch = mem_printf("find '%s/logs' '%s/artifacts' -type f -exec touch -d @1000 {} +",
				 f->work, f->work);

	sql(f, "UPDATE mails SET created = 1000; UPDATE builds SET start_time = 1000;"
	       "UPDATE jobs SET start_time = 1000; UPDATE verdicts SET created = 1000");
	assert_int_equal(system(touch), 0);
}

/* A build of a checkout with an artifact and a log; `patchset` "" is a base. */
static void put_tree(struct fixture *f, const char *id, const char *patchset)
{
	CLEANUP(checkout_done) struct checkout c = a_checkout(id);
	CLEANUP(free_ptr) char *build_id = mem_printf("build-%s", id);
	CLEANUP(build_done) struct build b = a_build(build_id, id);

	free(c.patchset_hash);
	c.patchset_hash = mem_strdup(patchset);
	free(put_file(f, "zImage", id));
	b.log = put_file(f, "log", id);
	b.artifacts = mem_zalloc(sizeof(*b.artifacts));
	b.artifacts[b.n_artifacts++].name = mem_strdup("zImage");
	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	OK(store_build_put(f->s, &b, f->build, &f->err));
}

static size_t artifacts_of(struct fixture *f, const char *build_id)
{
	CLEANUP(build_done) struct build b = { 0 };

	FOUND(store_build_get(f->s, build_id, &b, &f->err));
	for (size_t i = 0; i < b.n_artifacts; i++) {
		CLEANUP(free_ptr) char *path = store_artifact_path(f->s, &b, "zImage");

		assert_true(fs_exists(path));
	}
	return b.n_artifacts;
}

static void is_clean(struct fixture *f)
{
	CLEANUP(buf_done) struct buf report = { 0 };

	if (store_verify(f->s, &report, &f->err) != 1)
		fail_msg("%s%s", buf_text(&report), f->err.msg);
}

static void mails_that_were_never_tested_lose_their_bytes(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row s = { 0 };
	CLEANUP(buf_done) struct buf raw = { 0 };
	struct gc_report r;

	SEND(f, "lkml", LETTER("[PATCH] dma: a", "a@a", NULL, "int a", 1),
	     LETTER("[PATCH] dma: b", "b@a", NULL, "int b", 2));
	sort_all(f);
	s = series_of(f, "b@a");
	FOUND(store_task_add(f->s,
			     &(struct task){ .series = s.num,
					     .key = (char *)"k",
					     .source = (char *)"lkml",
					     .tree = (char *)"",
					     .plan = (char *)"" },
			     NULL, &f->err));
	r = gc(f, false);
	assert_int_equal(r.mails, 0); /* young */
	everything_is_old(f);
	r = gc(f, true);
	assert_int_equal(r.mails, 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM mail_raws"), 2); /* dry */
	r = gc(f, false);
	assert_int_equal(r.mails, 1);
	assert_true(r.mail_bytes > 100);
	OK(store_mail_raw(f->s, s.full[0], &raw, &f->err));
	series_row_done(&s);
	s = series_of(f, "a@a");
	assert_int_equal(store_mail_raw(f->s, s.full[0], &raw, &f->err), -ENOENT);
	is_clean(f);
}

static void old_builds_lose_their_artifacts_but_for_the_newest_base(void **state)
{
	struct fixture *f = *state;
	CLEANUP(build_done) struct build b = { 0 };
	CLEANUP(buf_done) struct buf log = { 0 };
	struct gc_report r;

	put_tree(f, "base1", "");
	put_tree(f, "base2", "");
	put_tree(f, "series1", "ab12");
	put_tree(f, "series2", "cd34");
	everything_is_old(f);
	sql(f, "INSERT INTO verdicts(id, kind, checkout_id, name, created, duration_ms)"
	       " VALUES('v', 'pass', 'series2', '', unixepoch(), 0)");
	r = gc(f, true);
	assert_int_equal(r.builds, 2);
	assert_int_equal(r.files, 2);
	assert_int_equal(artifacts_of(f, "build-base1"), 1); /* dry */
	r = gc(f, false);
	assert_int_equal(r.builds, 2);
	assert_int_equal(r.files, 2);
	assert_int_equal(r.file_bytes, 5 + 7);
	assert_int_equal(artifacts_of(f, "build-base1"), 0);
	assert_int_equal(artifacts_of(f, "build-base2"), 1);
	assert_int_equal(artifacts_of(f, "build-series1"), 0);
	assert_int_equal(artifacts_of(f, "build-series2"), 1);
	FOUND(store_build_get(f->s, "build-series1", &b, &f->err));
	OK(store_log_get(f->s, b.log_sha256, &log, &f->err)); /* the log stays */
	r = gc(f, false);
	assert_int_equal(r.builds + r.files, 0);
	is_clean(f);
}

/* A message in a state about a verdict of long ago on a checkout and its base; "" is none. */
static void put_message(struct fixture *f, const char *message_state, const char *checkout,
			const char *base)
{
	CLEANUP(free_ptr)
	char *text = mem_printf(
		"INSERT INTO verdicts(id, kind, checkout_id, base_id, name, created, duration_ms)"
		" VALUES(hex(randomblob(8)), 'fail', NULLIF('%s', ''), NULLIF('%s', ''), '', 1000,"
		" 0);"
		"INSERT INTO outbox(kind, state, key, subject, receiver, verdict, created,"
		" not_before, tried, ended, attempts, why, body) SELECT 'mail', '%s',"
		" hex(randomblob(8)), '', '', max(num), 1000, 0, 0, 1000, 0, '', '' FROM verdicts",
		checkout, base, message_state);

	sql(f, text);
}

static void what_is_still_to_be_told_keeps_what_it_is_about(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("proof", "build-held"), k = a_job("k", "build-sent");
	struct gc_report r;

	put_tree(f, "base", "");
	put_tree(f, "newer-base", "");
	put_tree(f, "held", "ab12");
	put_tree(f, "sent", "cd34");
	j.console = put_file(f, "console", "x");
	OK(store_job_put(f->s, &j, &f->err));
	k.console = put_file(f, "console", "y");
	OK(store_job_put(f->s, &k, &f->err));
	put_message(f, "held", "held", "base");
	put_message(f, "sent", "sent", "");
	everything_is_old(f);
	r = gc(f, false);
	assert_int_equal(r.builds, 1);
	assert_int_equal(r.jobs, 1);
	assert_int_equal(artifacts_of(f, "build-base"), 1);
	assert_int_equal(artifacts_of(f, "build-held"), 1);
	assert_int_equal(artifacts_of(f, "build-sent"), 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM jobs WHERE log_sha256 IS NOT NULL"
				" AND id = 'proof'"),
			 1);
	sql(f, "UPDATE outbox SET state = 'dropped', ended = 1000 WHERE state = 'held'");
	r = gc(f, false);
	assert_int_equal(r.builds, 2);
	assert_int_equal(r.jobs, 1);
	is_clean(f);
}

static void old_messages_go_but_for_the_last_mail_about_a_series(void **state)
{
	struct fixture *f = *state;

	SEND(f, "lkml", LETTER("[PATCH] dma: a", "a@a", NULL, "int a", 1));
	sort_all(f);
	sql(f, "INSERT INTO outbox(kind, state, key, subject, receiver, series, created,"
	       " not_before, tried, ended, attempts, why, body)"
	       " SELECT column1, column2, column3, '', '', column4, 1000, 0, 0, column5, 0, '', ''"
	       " FROM (VALUES('mail', 'sent', 'first', 1, 1000), ('mail', 'sent', 'last', 1, 1000),"
	       " ('mail', 'dropped', 'dropped', 1, 1000), ('check', 'sent', 'check', 1, 1000),"
	       " ('mail', 'sent', 'of none', NULL, 1000), ('kcidb', 'failed', 'failed', 1, 1000),"
	       " ('mail', 'sent', 'young', NULL, unixepoch()), ('mail', 'held', 'held', 1, 0),"
	       " ('check', 'waiting', 'waiting', 1, 0), ('mail', 'sending', 'sending', 1, 0))");
	sql(f, "INSERT INTO outbox_addresses SELECT num, 'ann@a' FROM outbox");
	(void)gc(f, true);
	assert_int_equal(ask(f, "SELECT count(*) FROM outbox"), 10); /* dry */
	(void)gc(f, false);
	assert_int_equal(ask(f, "SELECT count(*) FROM outbox"), 5);
	assert_int_equal(ask(f, "SELECT count(*) FROM outbox WHERE key IN"
				" ('last', 'young', 'held', 'waiting', 'sending')"),
			 5);
	assert_int_equal(ask(f, "SELECT count(*) FROM outbox_addresses"), 5);
	is_clean(f);
}

static void consoles_of_jobs_without_an_incident_go(void **state)
{
	struct fixture *f = *state;
	static const char *const ids[] = { "quiet", "crashed", "young" };
	struct gc_report r;

	put_build(f);
	for (size_t i = 0; i < 3; i++) {
		CLEANUP(job_done) struct job j = a_job(ids[i], "b1b1");

		j.console = put_file(f, "console", ids[i]);
		if (i == 1)
			add_oops(&j.oopses, "aa11", "BUG: x", 1);
		OK(store_job_put(f->s, &j, &f->err));
	}
	everything_is_old(f);
	sql(f, "UPDATE jobs SET start_time = unixepoch() WHERE id = 'young'");
	r = gc(f, false);
	assert_int_equal(r.jobs, 1);
	assert_int_equal(r.files, 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM jobs WHERE log_sha256 IS NOT NULL"
				" AND id <> 'quiet'"),
			 2);
	assert_int_equal(ask(f, "SELECT count(*) FROM logs"), 2);
	assert_int_equal(ask(f, "SELECT count(*) FROM jobs"), 3);
	is_clean(f);
}

/* A file that a killed run left, so many seconds old. */
static char *stray(struct fixture *f, const char *folder, const char *suffix, char digit, int age)
{
	const struct timespec then[2] = { { .tv_sec = clock_now() - age },
					  { .tv_sec = clock_now() - age } };
	CLEANUP(free_ptr) char *dir = mem_printf("%s/%s/%c%c", f->work, folder, digit, digit);
	char name[65] = { 0 }, *path;

	memset(name, digit, 64);
	path = mem_printf("%s/%s%s", dir, name, suffix);
	OK(fs_mkdirs(dir, &f->err));
	OK(fs_write(path, "1234", 4, &f->err));
	assert_int_equal(utimensat(AT_FDCWD, path, then, 0), 0);
	return path;
}

static void files_that_no_row_names_go_after_an_hour(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *log = stray(f, "logs", ".zst", 'a', 4000);
	CLEANUP(free_ptr) char *image = stray(f, "artifacts", "", 'b', 4000);
	CLEANUP(free_ptr) char *young = stray(f, "artifacts", "", 'c', 3000);
	CLEANUP(free_ptr) char *foreign = mem_printf("%s/logs/aa/notes", f->work);
	struct gc_report r;

	OK(fs_write(foreign, "x", 1, &f->err));
	assert_int_equal(gc(f, true).files, 2);
	assert_true(fs_exists(log));
	r = gc(f, false);
	assert_int_equal(r.files, 2);
	assert_int_equal(r.file_bytes, 8);
	assert_false(fs_exists(log));
	assert_false(fs_exists(image));
	assert_true(fs_exists(young));
	assert_true(fs_exists(foreign));
}

static void a_damaged_mail_is_found_by_the_whole_check(void **state)
{
	struct fixture *f = *state;
	const struct letter l = LETTER("[PATCH] dma: a", "s1@a", NULL, "d", 1);
	CLEANUP(buf_done) struct buf report = { 0 };
	int64_t size;

	assert_int_equal(send_as(f, "lkml", &l, 1, NULL, NULL), 1);
	assert_int_equal(store_verify(f->s, &report, &f->err), 1);
	size = ask(f, "SELECT length(packed) FROM mail_raws");
	sql(f, "CREATE TABLE whole AS SELECT packed FROM mail_raws");
	for (int64_t at = 0; at < size; at++) {
		CLEANUP(free_ptr)
		char *flip =
			mem_printf("UPDATE mail_raws SET packed = (SELECT CAST(substr(packed, 1, "
				   "%lld) || x'%02x' || substr(packed, %lld) AS BLOB) FROM whole)",
				   (long long)at, (int)(at * 37 + 1) & 0xff, (long long)at + 2);
		bool same;

		sql(f, flip);
		same = ask(f, "SELECT (SELECT packed FROM mail_raws) = (SELECT packed FROM whole)");
		buf_done(&report);
		if (store_verify(f->s, &report, &f->err) == 1 && !same)
			fail_msg("byte %lld", (long long)at);
	}
	assert_non_null(strstr(buf_text(&report), "mail 1 is damaged"));
	sql(f, "UPDATE mail_raws SET packed = (SELECT packed FROM whole), size = 1000000000000");
	buf_done(&report);
	assert_int_equal(store_verify(f->s, &report, &f->err), 0);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(mails_that_were_never_tested_lose_their_bytes),
		CASE(old_builds_lose_their_artifacts_but_for_the_newest_base),
		CASE(what_is_still_to_be_told_keeps_what_it_is_about),
		CASE(old_messages_go_but_for_the_last_mail_about_a_series),
		CASE(consoles_of_jobs_without_an_incident_go),
		CASE(files_that_no_row_names_go_after_an_hour),
		CASE(a_damaged_mail_is_found_by_the_whole_check),
	};

	return cmocka_run_group_tests_name("store_gc", tests, NULL, NULL);
}
