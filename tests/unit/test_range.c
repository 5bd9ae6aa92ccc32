// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "bisect/prior.h"
#include "bisect/range.h"

/* The commits of a range out of a real repository, and what they are worth before any was run. */

struct fixture {
	char *dir, *repo;
	struct strv no_paths;
	struct err err;
};

static const char script[] =
	"export HOME=\"$PWD\" GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@a GIT_COMMITTER_NAME=a"
	" GIT_COMMITTER_EMAIL=a@a GIT_CONFIG_NOSYSTEM=1\n"
	"git init -q -b main .\n"
	"c() { mkdir -p \"$(dirname \"$2\")\"; echo \"$1\" >>\"$2\"; git add .;"
	" git commit -qm \"$1\"; git tag -f \"$1\" >/dev/null; }\n"
	"c one kernel/a.c\n"
	"c two kernel/b.c\n"
	"git checkout -q -b side\n"
	"c side1 drivers/s.c\n"
	"c side2 drivers/s.c\n"
	"git checkout -q main\n"
	"c three kernel/a.c\n"
	"git merge -q --no-edit -m merged side; git tag merged\n"
	"c four Documentation/x.rst\n"
	"printf '1\\n2\\n3\\n' >conflict; git add .; git commit -qm base-of-it; git tag "
	"base-of-it\n"
	"printf '1\\nchanged\\n3\\n' >conflict; git commit -qam five; git tag five\n"
	"printf '1\\nagain\\n3\\n' >conflict; git commit -qam six; git tag six\n";

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(sizeof(*f));

	f->dir = folder_make();
	sh(f->dir, script);
	f->repo = mem_printf("%s/.git", f->dir);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	folder_done(f->dir);
	free(f->repo);
	free(f);
	return 0;
}

static char *named(struct fixture *f, const char *name)
{
	CLEANUP(free_ptr) char *subject = NULL;
	char *commit = NULL;

	if (range_commit_find(f->repo, name, &commit, &subject, &f->err) < 0)
		fail_msg("%s", f->err.msg);
	return commit;
}

static int read_between(struct fixture *f, const char *older, const char *newer, bool first_parent,
			const struct strv *paths, struct range *ret)
{
	CLEANUP(free_ptr) char *from = named(f, older);
	CLEANUP(free_ptr) char *to = named(f, newer);
	const struct range_spec spec = {
		.repo = f->repo,
		.older = from,
		.newer = to,
		.first_parent = first_parent,
		.paths = paths ? paths : &f->no_paths,
		.cancel_fd = -1,
	};

	return range_read(&spec, ret, &f->err);
}

static size_t at(const struct range *r, const char *subject)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->v[i].subject, subject) == 0)
			return i;
	fail_msg("no commit '%s'", subject);
	return 0;
}

static bool has(const struct range *r, const char *commit, const char *ancestor)
{
	return r->ancestors[at(r, commit)] >> at(r, ancestor) & 1;
}

static void a_line_is_read_from_old_to_new_with_its_files(void **state)
{
	struct fixture *f = *state;
	CLEANUP(range_done) struct range r = { 0 };

	assert_int_equal(read_between(f, "merged", "six", false, NULL, &r), 0);
	assert_int_equal(r.n, 4);
	assert_null(r.ancestors);
	assert_string_equal(r.v[0].subject, "four");
	assert_string_equal(r.v[3].subject, "six");
	assert_int_equal(r.v[0].files.n, 1);
	assert_string_equal(r.v[0].files.v[0], "Documentation/x.rst");
	assert_int_equal(strlen(r.v[0].commit), 40);
}

static void of_a_merge_each_commit_knows_its_ancestors(void **state)
{
	struct fixture *f = *state;
	CLEANUP(range_done) struct range r = { 0 };

	assert_int_equal(read_between(f, "one", "four", false, NULL, &r), 0);
	assert_int_equal(r.n, 6);
	assert_non_null(r.ancestors);
	assert_true(has(&r, "side2", "side1") && has(&r, "side2", "two"));
	assert_false(has(&r, "three", "side1"));
	assert_false(has(&r, "side2", "three"));
	assert_true(has(&r, "merged", "side1") && has(&r, "merged", "three"));
	assert_true(has(&r, "four", "four") && has(&r, "four", "side2"));
	assert_int_equal(r.v[at(&r, "merged")].files.n, 0);
	for (size_t i = 0; i < r.n; i++) /* parents before children */
		assert_int_equal(r.ancestors[i] >> i, 1);
}

static void by_first_parents_a_merge_is_one_commit(void **state)
{
	struct fixture *f = *state;
	CLEANUP(range_done) struct range r = { 0 };

	assert_int_equal(read_between(f, "one", "four", true, NULL, &r), 0);
	assert_int_equal(r.n, 4);
	assert_null(r.ancestors);
	assert_string_equal(r.v[2].subject, "merged");
}

static void paths_leave_what_touches_them_and_the_newer_end(void **state)
{
	struct fixture *f = *state;
	CLEANUP(strv_done) struct strv paths = { 0 };
	CLEANUP(range_done) struct range r = { 0 };

	strv_add(&paths, "kernel/a.c");
	assert_int_equal(read_between(f, "one", "six", false, &paths, &r), 0);
	assert_int_equal(r.n, 2);
	assert_string_equal(r.v[0].subject, "three");
	assert_string_equal(r.v[1].subject, "six");
	assert_true(!r.ancestors || has(&r, "six", "three"));
}

static void ends_that_are_no_range_are_refused(void **state)
{
	struct fixture *f = *state;
	CLEANUP(range_done) struct range r = { 0 };
	char *commit = NULL, *subject = NULL;

	assert_int_equal(read_between(f, "six", "one", false, NULL, &r), -EINVAL);
	assert_non_null(strstr(f->err.msg, "no ancestor"));
	assert_int_equal(read_between(f, "side2", "three", false, NULL, &r), -EINVAL);
	assert_int_equal(read_between(f, "six", "six", false, NULL, &r), -EINVAL);
	assert_int_equal(range_commit_find(f->repo, "nowhere", &commit, &subject, &f->err),
			 -EINVAL);
	assert_int_equal(range_commit_find(f->repo, "--author=", &commit, &subject, &f->err),
			 -EINVAL);
}

static int take_back(struct fixture *f, const char *on, const char *culprit, char **ret)
{
	CLEANUP(free_ptr) char *index = mem_printf("%s/revert.index", f->dir);
	CLEANUP(free_ptr) char *from = named(f, on);
	CLEANUP(free_ptr) char *what = named(f, culprit);
	int r = range_revert(f->repo, from, what, index, ret, &f->err);

	assert_false(fs_exists(index));
	return r;
}

static void what_comes_off_is_taken_back(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *commit = NULL;
	CLEANUP(free_ptr) char *again = NULL;
	CLEANUP(free_ptr) char *check = NULL;

	if (take_back(f, "six", "side2", &commit) != 1)
		fail_msg("%s", f->err.msg);
	check = mem_printf("test \"$(git show %s:drivers/s.c)\" = side1", commit);
	sh(f->dir, check);
	assert_int_equal(take_back(f, "six", "side2", &again), 1);
	assert_string_equal(commit, again);
}

static void a_merge_is_taken_back_as_what_it_brought(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *commit = NULL;
	CLEANUP(free_ptr) char *check = NULL;

	assert_int_equal(take_back(f, "six", "merged", &commit), 1);
	check = mem_printf("! git show %s:drivers/s.c", commit);
	sh(f->dir, check);
}

static void what_others_built_on_does_not_come_off(void **state)
{
	struct fixture *f = *state;
	char *commit = NULL;

	assert_int_equal(take_back(f, "six", "five", &commit), 0);
	assert_null(commit);
}

/* --- what a commit is worth --- */

static bool is_dma(const void *arg, const char *path)
{
	(void)arg;
	return strncmp(path, "kernel/dma/", 11) == 0;
}

static bool is_net(const void *arg, const char *path)
{
	(void)arg;
	return strncmp(path, "net/", 4) == 0;
}

static bool is_direct(const void *arg, const char *path)
{
	(void)arg;
	return strcmp(path, "kernel/dma/direct.c") == 0 || strcmp(path, "net/core/dev.c") == 0;
}

static double weight(const char *a, const char *b)
{
	const struct prior p = {
		.architecture = "arm", .is_near = is_dma, .is_subject = is_direct, .is_out = is_net
	};
	CLEANUP(strv_done) struct strv files = { 0 };

	if (a)
		strv_add(&files, a);
	if (b)
		strv_add(&files, b);
	return prior_weight(&p, &files);
}

static void what_is_not_in_the_kernel_weighs_next_to_nothing(void **state)
{
	const double plain = weight("mm/slab.c", NULL);

	(void)state;
	assert_true(plain > 0 && plain < 1.01 && plain > 0.99);
	assert_true(weight("Documentation/x.rst", "tools/perf/x.c") < 0.1 * plain);
	assert_true(weight("arch/x86/mm/init.c", NULL) < 0.1 * plain);
	assert_true(weight("arch/arm64/mm/init.c", NULL) < 0.1 * plain);
	assert_true(weight("net/core/dev.c", NULL) < 0.1 * plain);
	assert_true(weight("net/core/dev.c", NULL) > 0);
}

static void one_file_that_matters_is_enough(void **state)
{
	const double plain = weight("mm/slab.c", NULL);

	(void)state;
	assert_true(weight("arch/arm/mm/init.c", NULL) >= plain);
	assert_true(weight("arch/Kconfig", NULL) >= plain);
	assert_true(weight("net/core/dev.c", "mm/slab.c") >= plain);
	assert_true(weight(NULL, NULL) >= plain); /* a merge */
	assert_true(weight("Documentation/x.rst", "kernel/dma/direct.c") > 2 * plain);
}

static void what_the_failing_test_calls_weighs_most(void **state)
{
	const double near = weight("kernel/dma/pool.c", NULL);

	(void)state;
	assert_true(weight("kernel/dma/direct.c", NULL) > near);
	assert_true(weight("kernel/dma/pool.c", "kernel/dma/direct.c") > near);
	assert_true(weight("kernel/dma/direct.c", "kernel/dma/pool.c") > near);
	assert_true(weight("kernel/dma/pool.c", "mm/slab.c") >= near);
	assert_true(weight("net/core/dev.c", NULL) < 1); /* what is not compiled is not called */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_read_from_old_to_new_with_its_files),
		cmocka_unit_test(of_a_merge_each_commit_knows_its_ancestors),
		cmocka_unit_test(by_first_parents_a_merge_is_one_commit),
		cmocka_unit_test(paths_leave_what_touches_them_and_the_newer_end),
		cmocka_unit_test(ends_that_are_no_range_are_refused),
		cmocka_unit_test(what_comes_off_is_taken_back),
		cmocka_unit_test(a_merge_is_taken_back_as_what_it_brought),
		cmocka_unit_test(what_others_built_on_does_not_come_off),
		cmocka_unit_test(what_is_not_in_the_kernel_weighs_next_to_nothing),
		cmocka_unit_test(one_file_that_matters_is_enough),
		cmocka_unit_test(what_the_failing_test_calls_weighs_most),
	};

	return cmocka_run_group_tests_name("range", tests, setup, teardown);
}
