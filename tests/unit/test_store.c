// SPDX-License-Identifier: GPL-2.0-or-later
/* What goes into the store comes out of it, as often as it is put there. */
#include "store_fixture.h"

#include <sys/stat.h>

static void a_checkout_reads_back_as_it_was_put(void **state)
{
	struct fixture *f = *state;
	CLEANUP(checkout_done) struct checkout in = a_checkout("c0ffee"), out = { 0 };
	CLEANUP(conflict_done) struct conflict none = { 0 };

	OK(store_checkout_put(f->s, &in, NULL, &f->err));
	reopen(f);
	FOUND(store_checkout_get(f->s, "c0ffee", &out, &f->err));
	assert_string_equal(out.id, in.id);
	assert_string_equal(out.tree_name, in.tree_name);
	assert_string_equal(out.base, in.base);
	assert_string_equal(out.commit, in.commit);
	assert_string_equal(out.fix, in.fix);
	assert_true(out.overlay);
	assert_string_equal(out.patchset_hash, in.patchset_hash);
	assert_string_equal(out.message_id, in.message_id);
	assert_string_equal(out.name, in.name);
	assert_int_equal(out.n_steps, 0);
	assert_int_equal(store_conflict_get(f->s, "c0ffee", &none, &f->err), 0);
}

static void a_checkout_without_a_fix_has_none_when_read(void **state)
{
	struct fixture *f = *state;
	CLEANUP(checkout_done) struct checkout in = a_checkout("c0ffee"), out = { 0 };

	free(in.fix);
	in.fix = NULL;
	in.overlay = false;
	OK(store_checkout_put(f->s, &in, NULL, &f->err));
	FOUND(store_checkout_get(f->s, "c0ffee", &out, &f->err));
	assert_null(out.fix);
	assert_false(out.overlay);
}

static void a_tree_that_is_reached_twice_keeps_its_first_telling(void **state)
{
	struct fixture *f = *state;
	CLEANUP(checkout_done)
	struct checkout in = a_checkout("c0ffee"), step = a_checkout("c0ffee");
	CLEANUP(checkout_done) struct checkout out = { 0 };
	CLEANUP(conflict_done) struct conflict none = { 0 };
	const struct conflict late = { .number = 1 };

	OK(store_checkout_put(f->s, &in, NULL, &f->err));
	free(step.name);
	step.name = mem_strdup("dma: a series (3 of 3)");
	OK(store_checkout_put(f->s, &step, NULL, &f->err));
	OK(store_checkout_put(f->s, &step, &late, &f->err));
	FOUND(store_checkout_get(f->s, "c0ffee", &out, &f->err));
	assert_string_equal(out.name, "dma: a series");
	assert_int_equal(store_conflict_get(f->s, "c0ffee", &none, &f->err), 0);
}

static void what_was_never_put_is_not_found(void **state)
{
	struct fixture *f = *state;
	struct checkout c = { 0 };
	struct build b = { 0 };
	struct job j = { 0 };
	struct outcome o = { 0 };
	struct verdict v = { 0 };

	assert_int_equal(store_checkout_get(f->s, "x", &c, &f->err), 0);
	assert_int_equal(store_build_get(f->s, "x", &b, &f->err), 0);
	assert_int_equal(store_job_get(f->s, "x", &j, &f->err), 0);
	assert_int_equal(store_outcome_get(f->s, "x", "virt", &o, &f->err), 0);
	assert_int_equal(store_verdict_get(f->s, "x", &v, &f->err), 0);
	assert_null(c.id);
	assert_null(o.build_id);
}

static void a_conflict_stays_until_the_checkout_applies(void **state)
{
	struct fixture *f = *state;
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	CLEANUP(conflict_done) struct conflict out = { 0 }, gone = { 0 };
	struct conflict in = {
		.number = 2,
		.subject = (char *)"dma: second",
		.file = (char *)"kernel/dma/mapping.c",
		.hunk = (char *)"@@ -1,2 +1,2 @@",
		.detail = (char *)"error: patch failed\nerror: does not apply",
	};

	OK(store_checkout_put(f->s, &c, &in, &f->err));
	FOUND(store_conflict_get(f->s, "c0ffee", &out, &f->err));
	assert_int_equal(out.number, 2);
	assert_string_equal(out.subject, in.subject);
	assert_string_equal(out.file, in.file);
	assert_string_equal(out.hunk, in.hunk);
	assert_string_equal(out.detail, in.detail);
	assert_int_equal(ask(f, "SELECT valid FROM checkouts"), 0);

	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	assert_int_equal(store_conflict_get(f->s, "c0ffee", &gone, &f->err), 0);
	assert_int_equal(ask(f, "SELECT valid FROM checkouts"), 1);
}

static struct diagnostic a_diagnostic(const char *text, int line)
{
	return (struct diagnostic){
		.file = mem_strdup("kernel/dma/mapping.c"),
		.line = line,
		.text = mem_strdup(text),
		.excerpt = mem_strdup("  12 |  foo(bar);\n     |  ^~~"),
		.log_line = 77,
	};
}

static void add_artifact(struct build *b, const char *name)
{
	b->artifacts =
		mem_grow(b->artifacts, b->n_artifacts, &b->cap_artifacts, sizeof(*b->artifacts));
	b->artifacts[b->n_artifacts++] = (struct artifact){ .name = mem_strdup(name) };
}

static void a_build_reads_back_with_log_and_artifacts(void **state)
{
	struct fixture *f = *state;
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	CLEANUP(build_done) struct build in = a_build("b1b1", "c0ffee"), out = { 0 };
	CLEANUP(free_ptr) char *log = put_file(f, "log", "CC mapping.o\nLD vmlinux\n");
	CLEANUP(free_ptr) char *path = NULL;
	CLEANUP(buf_done) struct buf text = { 0 }, bytes = { 0 };

	free(put_file(f, "zImage", "the image"));
	in.log = mem_strdup(log);
	in.warnings = mem_grow(NULL, 0, &in.cap_warnings, sizeof(*in.warnings));
	in.warnings[in.n_warnings++] = a_diagnostic("warning: unused variable", 3);
	in.warnings[in.n_warnings++] = a_diagnostic("warning: missing prototype", 5);
	add_artifact(&in, "zImage");
	snprintf(in.image_hash, sizeof(in.image_hash), "%064d", 7);
	add_artifact(&in, "log"); /* before the next in the alphabet: order is kept */
	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	OK(store_build_put(f->s, &in, f->build, &f->err));
	assert_null(in.log);
	assert_int_equal(strlen(in.log_sha256), 64);
	assert_false(fs_exists(log));

	reopen(f);
	FOUND(store_build_get(f->s, "b1b1", &out, &f->err));
	assert_string_equal(out.checkout_id, "c0ffee");
	assert_string_equal(out.config_name, in.config_name);
	assert_string_equal(out.toolchain, in.toolchain);
	assert_string_equal(out.architecture, in.architecture);
	assert_string_equal(out.command, in.command);
	assert_int_equal(out.status, BUILD_PASS);
	assert_int_equal(out.started, in.started);
	assert_int_equal(out.duration_ms, in.duration_ms);
	assert_string_equal(out.log_sha256, in.log_sha256);
	assert_string_equal(out.image_hash, in.image_hash);
	assert_null(out.log);
	assert_null(out.error.text);
	assert_int_equal(out.n_warnings, 2);
	assert_string_equal(out.warnings[1].text, "warning: missing prototype");
	assert_string_equal(out.warnings[1].file, "kernel/dma/mapping.c");
	assert_string_equal(out.warnings[1].excerpt, in.warnings[1].excerpt);
	assert_int_equal(out.warnings[1].line, 5);
	assert_int_equal(out.warnings[1].log_line, 77);
	assert_int_equal(out.n_artifacts, 2);
	assert_string_equal(out.artifacts[0].name, "zImage");
	assert_string_equal(out.artifacts[0].sha256, in.artifacts[0].sha256);

	OK(store_log_get(f->s, out.log_sha256, &text, &f->err));
	assert_string_equal(buf_text(&text), "CC mapping.o\nLD vmlinux\n");
	path = store_artifact_path(f->s, &out, "zImage");
	OK(fs_read(path, 100, &bytes, &f->err));
	assert_string_equal(buf_text(&bytes), "the image");
	assert_null(store_artifact_path(f->s, &out, "vmlinux"));
}

static void a_build_that_failed_for_the_lab_is_replaced_by_the_next_and_keeps_its_jobs(void **state)
{
	struct fixture *f = *state;
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	CLEANUP(build_done) struct build first = a_build("b1b1", "c0ffee");
	CLEANUP(build_done) struct build second = a_build("b1b1", "c0ffee"), out = { 0 };
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1"), still = { 0 };

	first.status = BUILD_ERROR;
	first.error = a_diagnostic("error: no space left on device", 0);
	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	OK(store_build_put(f->s, &first, NULL, &f->err));
	OK(store_job_put(f->s, &j, &f->err));
	OK(store_build_put(f->s, &second, NULL, &f->err));
	FOUND(store_build_get(f->s, "b1b1", &out, &f->err));
	assert_int_equal(out.status, BUILD_PASS);
	assert_null(out.error.text);
	FOUND(store_job_get(f->s, "job-1", &still, &f->err));
}

static void the_first_error_of_a_build_reads_back(void **state)
{
	struct fixture *f = *state;
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	CLEANUP(build_done) struct build in = a_build("b1b1", "c0ffee"), out = { 0 };

	in.status = BUILD_FAIL;
	in.error = a_diagnostic("error: expected ';'", 12);
	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	OK(store_build_put(f->s, &in, NULL, &f->err));
	FOUND(store_build_get(f->s, "b1b1", &out, &f->err));
	assert_int_equal(out.status, BUILD_FAIL);
	assert_string_equal(out.error.text, "error: expected ';'");
	assert_int_equal(out.error.line, 12);
	assert_int_equal(out.n_warnings, 0);
}

static void a_build_read_from_the_store_can_be_put_again(void **state)
{
	struct fixture *f = *state;
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	CLEANUP(build_done) struct build in = a_build("b1b1", "c0ffee"), out = { 0 };
	int64_t before;

	free(put_file(f, "zImage", "the image"));
	in.log = put_file(f, "log", "text");
	add_artifact(&in, "zImage");
	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	OK(store_build_put(f->s, &in, f->build, &f->err));
	before = rows(f);
	FOUND(store_build_get(f->s, "b1b1", &out, &f->err));
	OK(store_build_put(f->s, &out, NULL, &f->err));
	assert_string_equal(out.artifacts[0].sha256, in.artifacts[0].sha256);
	assert_int_equal(rows(f), before);
}

static void a_build_of_an_unknown_checkout_is_refused(void **state)
{
	struct fixture *f = *state;
	CLEANUP(build_done) struct build b = a_build("b1b1", "nobody");
	CLEANUP(free_ptr) char *log = put_file(f, "log", "text");

	b.log = mem_strdup(log);
	assert_int_equal(store_build_put(f->s, &b, NULL, &f->err), -EINVAL);
	assert_non_null(strstr(f->err.msg, "build 'b1b1'"));
	assert_non_null(strstr(f->err.msg, "does not have"));
	assert_string_equal(b.log, log);
	assert_true(fs_exists(log));
	assert_int_equal(rows(f), 0);
}

static void refused(struct fixture *f, const char *name, int code)
{
	CLEANUP(build_done) struct build b = a_build("b2b2", "c0ffee");

	add_artifact(&b, name);
	assert_int_equal(store_build_put(f->s, &b, f->build, &f->err), -code);
	assert_non_null(strstr(f->err.msg, name));
	assert_string_equal(b.artifacts[0].sha256, "");
}

static void an_artifact_that_leads_out_of_the_builds_folder_is_refused(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *outside = mem_printf("%s/secret", f->dir);
	CLEANUP(free_ptr) char *image = mem_printf("%s/zImage", f->build);
	CLEANUP(free_ptr) char *folder = mem_printf("%s/boot", f->build);
	CLEANUP(free_ptr) char *fifo = mem_printf("%s/fifo", f->build);

	put_build(f);
	OK(fs_write(outside, "secret", 6, &f->err));
	assert_int_equal(symlink(outside, image), 0);
	assert_int_equal(symlink(f->dir, folder), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	refused(f, "zImage", ELOOP);
	refused(f, "boot/secret", ELOOP);
	refused(f, "../secret", EXDEV);
	refused(f, "fifo", EINVAL);
	refused(f, "missing", ENOENT);
}

static void a_job_reads_back_with_console_tests_and_oopses(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job in = a_job("job-1", "b1b1"), out = { 0 };
	CLEANUP(buf_done) struct buf text = { 0 };

	put_build(f);
	in.console = put_file(f, "console", "[    0.0] Linux version\r\n");
	in.boot = BOOT_CRASHED;
	free(in.filter);
	in.filter = mem_strdup("dma.*");
	add_test(&in.tests, "vb2.second", TEST_PASS, 10, "");
	add_test(&in.tests, "vb2.first", TEST_FAIL, 20, "# expected 1\n# got 2");
	add_test(&in.tests, "vb2.third", TEST_SKIP, 30, "no region");
	add_test(&in.tests, "vb2.fourth", TEST_ERROR, 40, "crashed");
	add_oops(&in.oopses, "aa11", "BUG: NULL in sg_page", 41);
	add_oops(&in.oopses, "bb22", "WARNING: in foo", 80);
	in.oopses.v[1].fatal = false;
	in.oopses.v[1].corrupted = true;
	OK(store_job_put(f->s, &in, &f->err));
	assert_null(in.console);

	reopen(f);
	FOUND(store_job_get(f->s, "job-1", &out, &f->err));
	assert_string_equal(out.build_id, "b1b1");
	assert_string_equal(out.target, "virt");
	assert_string_equal(out.lab, "desk");
	assert_string_equal(out.filter, "dma.*");
	assert_string_equal(out.reason, "");
	assert_int_equal(out.outcome, JOB_DONE);
	assert_int_equal(out.boot, BOOT_CRASHED);
	assert_int_equal(out.started, in.started);
	assert_int_equal(out.duration_ms, in.duration_ms);
	assert_int_equal(out.tests.n, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(out.tests.v[i].path, in.tests.v[i].path);
		assert_int_equal(out.tests.v[i].status, in.tests.v[i].status);
		assert_int_equal(out.tests.v[i].line, in.tests.v[i].line);
		assert_string_equal(out.tests.v[i].comment, in.tests.v[i].comment);
	}
	assert_int_equal(out.oopses.n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct oops *a = &out.oopses.v[i], *b = &in.oopses.v[i];

		assert_string_equal(a->title, b->title);
		assert_string_equal(a->type, b->type);
		assert_string_equal(a->function, b->function);
		assert_string_equal(a->hash, b->hash);
		assert_int_equal(a->n_alt, 1);
		assert_string_equal(a->alt[0], b->alt[0]);
		assert_int_equal(a->n_frames, 3);
		assert_string_equal(a->frames[2], b->frames[2]);
		assert_int_equal(a->first_line, b->first_line);
		assert_int_equal(a->last_line, b->last_line);
		assert_int_equal(a->fatal, b->fatal);
		assert_int_equal(a->corrupted, b->corrupted);
	}
	OK(store_log_get(f->s, out.log_sha256, &text, &f->err));
	assert_string_equal(buf_text(&text), "[    0.0] Linux version\r\n");
}

static void each_word_of_a_job_reads_back(void **state)
{
	struct fixture *f = *state;

	put_build(f);
	for (int i = 0; i < 4; i++) {
		CLEANUP(free_ptr) char *id = mem_printf("job-%d", i);
		CLEANUP(job_done) struct job in = a_job(id, "b1b1"), out = { 0 };

		in.outcome = (enum job_outcome)i;
		in.boot = (enum boot_state)i;
		OK(store_job_put(f->s, &in, &f->err));
		FOUND(store_job_get(f->s, id, &out, &f->err));
		assert_int_equal(out.outcome, i);
		assert_int_equal(out.boot, i);
		assert_string_equal(out.log_sha256, "");
	}
}

static void storing_a_job_again_changes_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1");
	int64_t before;

	put_build(f);
	j.console = put_file(f, "console", "text");
	add_test(&j.tests, "vb2.first", TEST_PASS, 10, "");
	add_oops(&j.oopses, "aa11", "BUG: NULL in sg_page", 41);
	OK(store_job_put(f->s, &j, &f->err));
	before = rows(f);
	OK(store_job_put(f->s, &j, &f->err));
	j.console = put_file(f, "console", "text");
	OK(store_job_put(f->s, &j, &f->err));
	assert_int_equal(rows(f), before);
}

static void one_issue_keeps_the_own_words_of_each_incident(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done)
	struct job first = a_job("job-1", "b1b1"), second = a_job("job-2", "b1b1");
	CLEANUP(job_done) struct job out = { 0 };

	put_build(f);
	add_oops(&first.oopses, "aa11", "BUG: NULL in sg_page", 41);
	add_oops(&second.oopses, "aa11", "BUG: NULL in sg_page.part.0", 43);
	OK(store_job_put(f->s, &first, &f->err));
	OK(store_job_put(f->s, &second, &f->err));
	FOUND(store_job_get(f->s, "job-2", &out, &f->err));
	assert_string_equal(out.oopses.v[0].title, "BUG: NULL in sg_page.part.0");
	assert_string_equal(out.oopses.v[0].function, "sg_page");
	assert_int_equal(ask(f, "SELECT count(*) FROM issues"), 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM incidents WHERE title IS NULL"), 1);
}

static void foreign_bytes_come_out_as_they_went_in(void **state)
{
	struct fixture *f = *state;
	static const char odd[] = "'; DROP TABLE jobs; -- \"\n\xff\xfe\xc3( $(true) %s \x1b[31m";
	CLEANUP(job_done) struct job in = a_job(odd, "b1b1"), out = { 0 };

	put_build(f);
	add_test(&in.tests, odd, TEST_FAIL, 1, odd);
	add_oops(&in.oopses, "aa11", odd, 2);
	free(in.oopses.v[0].alt[0]);
	in.oopses.v[0].alt[0] = mem_strdup("two\nlines");
	OK(store_job_put(f->s, &in, &f->err));
	FOUND(store_job_get(f->s, odd, &out, &f->err));
	assert_string_equal(out.tests.v[0].path, odd);
	assert_string_equal(out.tests.v[0].comment, odd);
	assert_string_equal(out.oopses.v[0].title, odd);
	assert_int_equal(out.oopses.v[0].n_alt, 1); /* a list's elements are lines */
	assert_string_equal(out.oopses.v[0].alt[0], "two lines");
}

static void a_large_log_and_an_empty_one_read_back(void **state)
{
	struct fixture *f = *state;
	CLEANUP(buf_done) struct buf big = { 0 }, out = { 0 }, none = { 0 };
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1"), e = a_job("job-2", "b1b1");
	CLEANUP(free_ptr) char *path = mem_printf("%s/console", f->build);

	put_build(f);
	for (int i = 0; i < 200000; i++)
		buf_printf(&big, "[%5d.%06d] line %x\n", i / 7, i * 31 % 1000000, i * 2654435761u);
	OK(fs_write(path, big.data, big.len, &f->err));
	j.console = mem_strdup(path);
	OK(store_job_put(f->s, &j, &f->err));
	OK(store_log_get(f->s, j.log_sha256, &out, &f->err));
	assert_int_equal(out.len, big.len);
	assert_memory_equal(out.data, big.data, big.len);

	e.console = put_file(f, "empty", "");
	OK(store_job_put(f->s, &e, &f->err));
	OK(store_log_get(f->s, e.log_sha256, &none, &f->err));
	assert_int_equal(none.len, 0);
}

static void a_job_whose_console_is_missing_is_not_stored(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1");
	int64_t before;

	put_build(f);
	before = rows(f);
	j.console = mem_printf("%s/none", f->build);
	assert_int_equal(store_job_put(f->s, &j, &f->err), -ENOENT);
	assert_int_equal(rows(f), before);
}

static void what_is_no_sha256_never_becomes_a_path(void **state)
{
	struct fixture *f = *state;
	struct buf text = { 0 };

	assert_int_equal(store_log_get(f->s, "../../etc/passwd", &text, &f->err), -EINVAL);
	assert_int_equal(store_log_get(f->s, "abc", &text, &f->err), -EINVAL);
	assert_int_equal(store_log_get(f->s, "", &text, &f->err), -ENOENT);
	assert_int_equal(store_log_get(f->s,
				       "00000000000000000000000000000000"
				       "00000000000000000000000000000000",
				       &text, &f->err),
			 -ENOENT);
}

static void job_numbers_are_never_given_twice(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *other = NULL;
	int64_t last = 0;

	OK(store_open(f->work, &other, &f->err));
	for (int i = 0; i < 20; i++) {
		int64_t n = 0;

		OK(store_job_number(i % 2 ? other : f->s, &n, &f->err));
		assert_true(n > last);
		last = n;
	}
	reopen(f);
	OK(store_job_number(f->s, &last, &f->err));
	assert_int_equal(last, 21);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_checkout_reads_back_as_it_was_put),
		CASE(a_checkout_without_a_fix_has_none_when_read),
		CASE(a_tree_that_is_reached_twice_keeps_its_first_telling),
		CASE(what_was_never_put_is_not_found),
		CASE(a_conflict_stays_until_the_checkout_applies),
		CASE(a_build_reads_back_with_log_and_artifacts),
		CASE(a_build_that_failed_for_the_lab_is_replaced_by_the_next_and_keeps_its_jobs),
		CASE(the_first_error_of_a_build_reads_back),
		CASE(a_build_read_from_the_store_can_be_put_again),
		CASE(a_build_of_an_unknown_checkout_is_refused),
		CASE(an_artifact_that_leads_out_of_the_builds_folder_is_refused),
		CASE(a_job_reads_back_with_console_tests_and_oopses),
		CASE(each_word_of_a_job_reads_back),
		CASE(storing_a_job_again_changes_nothing),
		CASE(one_issue_keeps_the_own_words_of_each_incident),
		CASE(foreign_bytes_come_out_as_they_went_in),
		CASE(a_large_log_and_an_empty_one_read_back),
		CASE(a_job_whose_console_is_missing_is_not_stored),
		CASE(what_is_no_sha256_never_becomes_a_path),
		CASE(job_numbers_are_never_given_twice),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
