// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "model/series.h"
#include "stage/checkout/checkout.h"
#include "stage/checkout/conflict.h"

/* A small "kernel" in repo.git, tests/ and patches/ of ours, and series made on the bare base. */
struct fixture {
	char *dir, *repo, *apply, *tests, *patches, *base;
	struct checkout_spec spec;
};

static char *read_line(const char *dir, const char *script)
{
	const char *argv[] = { "sh", "-ec", script, NULL };
	struct run_spec spec = run_spec_of(argv, 10000);
	struct buf out = { 0 };
	struct run_result res;
	struct err err = { 0 };

	spec.dir = dir;
	assert_int_equal(run_capture(&spec, 1 << 20, &out, &res, &err), 0);
	assert_int_equal(res.status, 0);
	buf_trim(&out);
	return buf_take(&out);
}

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(sizeof(*f));

	f->dir = folder_make();
	sh(f->dir, "git init -q -b base w; cd w; git config user.name t; git config user.email "
		   "t@example.com;"
		   "printf 'VERSION = 6\\nPATCHLEVEL = 1\\n' >Makefile; mkdir kernel;"
		   "seq 30 >kernel/a.c; seq 30 >kernel/b.c; echo 'obj-y := a.o' >kernel/Makefile;"
		   "printf '*.o\\n/*\\n' >.gitignore; git add -f .; git commit -qm base;"
		   "git clone -q --bare . ../repo.git;"
		   "mkdir -p ../tests/tree/kernel/kunit; echo test >../tests/tree/kernel/kunit/t.c;"
		   "echo 'obj-y += kunit/' >>kernel/Makefile; git diff >../tests/hooks-6.1.patch;"
		   "git checkout -q .; mkdir -p ../patches/good ../patches/rival ../patches/broken;"
		   "sed -i 's/^5$/five/' kernel/a.c; git commit -qam 'fix: five';"
		   "git format-patch -q -1 -o ../patches/good; git reset -q --hard HEAD~1;"
		   "sed 's/^ 5$/ 555/; s/^-5$/-555/' ../patches/good/*.patch "
		   ">../patches/broken/0001-x.patch");
	f->repo = mem_printf("%s/repo.git", f->dir);
	f->apply = mem_printf("%s/apply", f->dir);
	f->tests = mem_printf("%s/tests", f->dir);
	f->patches = mem_printf("%s/patches", f->dir);
	f->base = read_line(f->dir, "git -C repo.git rev-parse HEAD");
	f->spec = (struct checkout_spec){
		.repo = f->repo,
		.tree_name = "tree",
		.base = f->base,
		.apply_dir = f->apply,
		.kernel_tests = f->tests,
		.patches = f->patches,
		.cancel_fd = -1,
		.lock_fd = -1,
	};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	folder_done(f->dir);
	free(f->repo);
	free(f->apply);
	free(f->tests);
	free(f->patches);
	free(f->base);
	free(f);
	return 0;
}

static struct series series_of(const struct fixture *f, const char *const *files)
{
	struct series s = { .name = mem_strdup("series"), .message_id = mem_strdup("id") };

	for (; *files; files++) {
		s.patches = mem_grow(s.patches, s.n, &s.cap, sizeof(*s.patches));
		s.patches[s.n] = (struct patch){
			.number = (int)s.n + 1,
			.subject = mem_strdup(*files),
			.author = mem_strdup("t"),
			.message_id = mem_strdup(""),
			.file = mem_printf("%s/%s", f->dir, *files),
		};
		s.n++;
	}
	return s;
}

/* Makes commits in w by scripts, each a patch p1, p2, …; w is at the base again afterwards. */
static void patches_make(const struct fixture *f, const char *script)
{
	CLEANUP(free_ptr)
	char *all =
		mem_printf("cd w; git checkout -q base; git reset -q --hard; %s\n"
			   "i=0; for c in $(git rev-list --reverse base..HEAD); do i=$((i+1));"
			   "git format-patch -1 --stdout $c >../p$i; done; git checkout -q base",
			   script);

	sh(f->dir, all);
}

static const char commit[] =
	"c() { git add -A -f .; git commit -qm \"$1\"; }; git checkout -q --detach;";

static int put(struct fixture *f, const struct checkout *on, const char *const *files,
	       struct checkout *ret, struct conflict *conflict)
{
	struct series s = series_of(f, files);
	struct err err = { 0 };
	int r = checkout_series(&f->spec, on, &s, ret, conflict, &err);

	if (r < 0)
		fail_msg("%s", err.msg);
	series_done(&s);
	return r;
}

static void base_of(struct fixture *f, bool overlay, const char *fix, struct checkout *ret)
{
	struct err err = { 0 };

	if (checkout_base(&f->spec, overlay, fix, ret, &err) < 0)
		fail_msg("%s", err.msg);
}

static void a_base_holds_tests_and_fix_and_is_the_same_each_time(void **state)
{
	struct fixture *f = *state;
	struct checkout a = { 0 }, b = { 0 };
	CLEANUP(free_ptr) char *shown = NULL;
	CLEANUP(free_ptr) char *script = NULL;

	base_of(f, true, "good", &a);
	script = mem_printf("git -C repo.git show %s:kernel/kunit/t.c;"
			    "git -C repo.git show %s:kernel/Makefile | tail -1;"
			    "git -C repo.git show %s:kernel/a.c | sed -n 5p",
			    a.commit, a.commit, a.commit);
	shown = read_line(f->dir, script);
	assert_string_equal(shown, "test\nobj-y += kunit/\nfive");
	sh(f->dir, "git -C repo.git for-each-ref --format='delete %(refname)' refs/dmalab |"
		   "git -C repo.git update-ref --stdin");
	base_of(f, true, "good", &b);
	assert_string_equal(a.commit, b.commit);
	assert_string_equal(a.id, b.id);
	checkout_done(&a);
	checkout_done(&b);
}

static void a_changed_test_is_another_base(void **state)
{
	struct fixture *f = *state;
	struct checkout a = { 0 }, b = { 0 };

	base_of(f, true, NULL, &a);
	sh(f->dir, "echo more >>tests/tree/kernel/kunit/t.c");
	base_of(f, true, NULL, &b);
	assert_string_not_equal(a.id, b.id);
	checkout_done(&a);
	checkout_done(&b);
}

static void a_fix_that_does_not_apply_is_the_labs_fault(void **state)
{
	struct fixture *f = *state;
	struct checkout a = { 0 };
	struct err err = { 0 };

	assert_int_equal(checkout_base(&f->spec, true, "broken", &a, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "fix 'broken' does not apply to tree tree"));
	assert_int_equal(checkout_base(&f->spec, true, "nosuch", &a, &err), -ENOENT);
}

/* What base, tests and fix "many" make of lines 1 to 30 for the version that Makefile names. */
static char *variant_shown(struct fixture *f, const char *version)
{
	struct checkout c = { 0 };
	CLEANUP(free_ptr)
	char *script = mem_printf(
		"cd w; git checkout -q base; git checkout -q --detach;"
		"sed -i 's/^PATCHLEVEL.*/PATCHLEVEL = %s/' Makefile;"
		"git commit -q --allow-empty -am %s; git push -q ../repo.git HEAD:refs/heads/v%s;"
		"git rev-parse HEAD",
		version, version, version);
	CLEANUP(free_ptr) char *base = read_line(f->dir, script);
	CLEANUP(free_ptr) char *show = NULL;

	f->spec.base = base;
	base_of(f, true, "many", &c);
	f->spec.base = f->base;
	show = mem_printf("git -C repo.git show %s:kernel/kunit/t.c;"
			  "git -C repo.git show %s:kernel/kunit/u.c 2>/dev/null || true;"
			  "git -C repo.git show %s:kernel/Makefile | tail -1;"
			  "git -C repo.git show %s:kernel/b.c | sed -n 2p",
			  c.commit, c.commit, c.commit, c.commit);
	checkout_done(&c);
	return read_line(f->dir, show);
}

static void the_newest_variant_that_is_not_newer_than_the_kernel_is_taken(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *version, *shown;
	} want[] = {
		{ "1", "test\nobj-y += kunit/\nplain" },
		{ "2", "test\nobj-y += kunit/\nplain" },
		{ "6", "six\nadded\nobj-y += kunit/\nplain" }, /* a tree of its own from here on */
		{ "9", "six\nadded\nobj-y += nine/\nplain" },
		{ "12", "six\nadded\nobj-y += nine/\ntwelve" }, /* 12 is behind 9 */
		{ "13", "six\nadded\nobj-y += nine/\ntwelve" },
	};

	sh(f->dir, "cd tests; mkdir -p tree-6.6/kernel/kunit tree-6.40 tree-x;"
		   "echo six >tree-6.6/kernel/kunit/t.c; echo added >tree-6.6/kernel/kunit/u.c;"
		   "echo no >tree-6.40/t.c; sed s/kunit/nine/ hooks-6.1.patch >hooks-6.9.patch;"
		   "echo no >hooks-6.99.patch; echo no >hooks-6.9.patch.orig; cd ../w;"
		   "git checkout -q base; mkdir -p ../patches/many/6.12 ../patches/many/7.0;"
		   "sed -i 's/^2$/plain/' kernel/b.c; git commit -qam plain;"
		   "git format-patch -q -1 -o ../patches/many; git reset -q --hard HEAD~1;"
		   "sed -i 's/^2$/twelve/' kernel/b.c; git commit -qam twelve;"
		   "git format-patch -q -1 -o ../patches/many/6.12; git reset -q --hard HEAD~1");
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		CLEANUP(free_ptr) char *shown = variant_shown(f, want[i].version);

		assert_string_equal(shown, want[i].shown);
	}
}

static void a_kernel_older_than_all_variants_has_no_tests(void **state)
{
	struct fixture *f = *state;
	struct checkout c = { 0 };
	struct err err = { 0 };

	sh(f->dir, "mv tests/hooks-6.1.patch tests/hooks-6.2.patch");
	assert_int_equal(checkout_base(&f->spec, true, NULL, &c, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "no tests for Linux 6.1: '"));
	assert_non_null(strstr(err.msg, "hooks-6.1.patch' is missing"));
}

static void a_series_gives_a_commit_after_each_patch(void **state)
{
	struct fixture *f = *state;
	struct checkout base = { 0 }, c = { 0 };
	struct conflict conflict = { 0 };
	const char *const files[] = { "p1", "p2", NULL };

	{
		CLEANUP(free_ptr)
		char *script = mem_printf("%s sed -i s/^20$/xx/ kernel/b.c; c one; sed -i "
					  "s/^21$/yy/ kernel/b.c; c two",
					  commit);

		patches_make(f, script);
	}
	base_of(f, true, "good", &base);
	assert_int_equal(put(f, &base, files, &c, &conflict), 1);
	assert_int_equal(c.n_steps, 2);
	assert_string_equal(c.steps[1], c.commit);
	assert_string_equal(c.fix, "good");
	{
		CLEANUP(free_ptr)
		char *script = mem_printf(
			"git -C repo.git show %s:kernel/b.c | sed -n 20,21p | tr '\\n' ' ';"
			"git -C repo.git show %s:kernel/b.c | sed -n 20,21p | tr '\\n' ' '",
			c.steps[0], c.steps[1]);
		CLEANUP(free_ptr) char *shown = read_line(f->dir, script);

		assert_string_equal(shown, "xx 21 xx yy");
	}
	checkout_done(&base);
	checkout_done(&c);
}

static void a_conflict_names_patch_file_and_hunk(void **state)
{
	struct fixture *f = *state;
	struct checkout base = { 0 }, c = { 0 };
	struct conflict conflict = { 0 };
	const char *const files[] = { "p1", "p2", NULL };
	CLEANUP(free_ptr)
	char *script = mem_printf(
		"%s sed -i s/^20$/xx/ kernel/b.c; c one; sed -i s/^8$/yy/ kernel/b.c; c two",
		commit);

	patches_make(f, script);
	sh(f->dir,
	   "sed -i 's/^-8$/-888/' p2; sed -i 's/^index .*/index 1234567..89abcde 100644/' p2");
	base_of(f, true, NULL, &base);
	assert_int_equal(put(f, &base, files, &c, &conflict), 0);
	assert_int_equal(conflict.number, 2);
	assert_string_equal(conflict.subject, "p2");
	assert_string_equal(conflict.file, "kernel/b.c");
	assert_true(strncmp(conflict.hunk, "@@ -5,7 +5,7 @@", 15) == 0);
	assert_null(c.id);
	conflict_done(&conflict);
	checkout_done(&base);
}

static void what_a_killed_run_left_is_not_the_series_fault(void **state)
{
	struct fixture *f = *state;
	struct checkout base = { 0 }, a = { 0 }, b = { 0 };
	struct conflict conflict = { 0 };
	const char *const files[] = { "p1", NULL };
	CLEANUP(free_ptr)
	char *script = mem_printf("%s sed -i s/^20$/xx/ kernel/b.c; c one", commit);

	patches_make(f, script);
	base_of(f, true, NULL, &base);
	assert_int_equal(put(f, &base, files, &a, &conflict), 1);
	sh(f->dir,
	   "g=$(sed 's/gitdir: //' apply/.git); mkdir $g/rebase-apply;"
	   "echo 1 >$g/rebase-apply/next; echo 1 >$g/rebase-apply/last;"
	   ": >$g/rebase-apply/applying; : >$g/index.lock; : >$g/HEAD.lock; : >$g/ORIG_HEAD.lock;"
	   "mkdir -p apply/kernel; echo junk >apply/kernel/b.c; echo junk >apply/stray");
	assert_int_equal(put(f, &base, files, &b, &conflict), 1);
	assert_string_equal(a.id, b.id);
	sh(f->dir, "rm -rf apply; mkdir apply; echo gitdir: /nonexistent >apply/.git");
	checkout_done(&b);
	assert_int_equal(put(f, &base, files, &b, &conflict), 1);
	assert_string_equal(a.id, b.id);
	checkout_done(&base);
	checkout_done(&a);
	checkout_done(&b);
}

static void locks_of_a_killed_run_stop_nobody(void **state)
{
	struct fixture *f = *state;
	struct checkout base = { 0 }, a = { 0 };
	struct conflict conflict = { 0 };
	const char *const files[] = { "p1", NULL };
	CLEANUP(free_ptr)
	char *script = mem_printf("%s sed -i s/^20$/xx/ kernel/b.c; c one", commit);

	patches_make(f, script);
	base_of(f, true, NULL, &base); /* makes the worktree */
	assert_int_equal(put(f, &base, files, &a, &conflict), 1);
	checkout_done(&a);
	checkout_done(&base);
	sh(f->dir, "g=$(sed 's/gitdir: //' apply/.git); for i in $g/dmalab-index-*; do"
		   " : >$i.tmp.lock; rm $i; done; : >repo.git/overlay.index.lock;"
		   ": >repo.git/applies.index.lock; echo more >>tests/tree/kernel/kunit/t.c");
	base_of(f, true, "good", &base);
	assert_int_equal(put(f, &base, files, &a, &conflict), 1);
	checkout_done(&a);
	checkout_done(&base);
}

static void git_that_fails_for_another_reason_is_no_conflict(void **state)
{
	struct fixture *f = *state;
	struct checkout base = { 0 }, c = { 0 };
	struct conflict conflict = { 0 };
	const char *const files[] = { "p1", NULL };
	struct series s = series_of(f, files);
	struct err err = { 0 };
	CLEANUP(free_ptr)
	char *script = mem_printf("%s sed -i s/^20$/xx/ kernel/b.c; c one", commit);

	patches_make(f, script);
	sh(f->dir, "sed -i 's/^Date: .*/Date: the day after/' p1");
	base_of(f, true, NULL, &base);
	assert_int_equal(checkout_series(&f->spec, &base, &s, &c, &conflict, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "invalid date"));
	assert_true(conflict_said("x\nPatch failed at 0001 y\n"));
	assert_false(conflict_said("fatal: update_ref failed\n"));
	assert_int_equal(conflict_trouble("fatal: unable to write new index file\n", &err), -EIO);
	series_done(&s);
	checkout_done(&base);
}

static void a_series_is_held_against_the_bare_base(void **state)
{
	struct fixture *f = *state;
	struct conflict conflict = { 0 };
	const char *const files[] = { "p1", "p2", NULL };
	struct series s = series_of(f, files);
	struct err err = { 0 };
	CLEANUP(free_ptr)
	char *script = mem_printf(
		"%s sed -i s/^20$/xx/ kernel/b.c; c one; sed -i s/^21$/yy/ kernel/b.c; c two",
		commit);

	patches_make(f, script);
	assert_int_equal(checkout_applies(&f->spec, &s, &conflict, &err), 1);
	sh(f->dir,
	   "sed -i 's/^-21$/-888/' p2; sed -i 's/^index .*/index 1234567..89abcde 100644/' p2");
	assert_int_equal(checkout_applies(&f->spec, &s, &conflict, &err), 0);
	assert_int_equal(conflict.number, 2);
	conflict_done(&conflict);
	series_done(&s);
}

static void a_patch_that_leaves_the_tree_is_a_conflict(void **state)
{
	struct fixture *f = *state;
	struct checkout base = { 0 }, c = { 0 };
	struct conflict conflict = { 0 };
	const char *const out[] = { "p1", NULL };
	const char *const link[] = { "p1", "p2", NULL };
	CLEANUP(free_ptr)
	char *script = mem_printf("%s ln -s /tmp kernel/link; c one; echo x >../x", commit);

	base_of(f, true, NULL, &base);
	sh(f->dir,
	   "printf 'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\\n"
	   "From: a <a@b.c>\\nDate: Mon, 1 Jan 2024 00:00:00 +0000\\nSubject: [PATCH] x\\n\\n"
	   "---\\ndiff --git a/../outside b/../outside\\nnew file mode 100644\\n"
	   "--- /dev/null\\n+++ b/../outside\\n@@ -0,0 +1 @@\\n+x\\n' >p1");
	assert_int_equal(put(f, &base, out, &c, &conflict), 0);
	assert_int_equal(conflict.number, 1);
	assert_non_null(strstr(conflict.file, "outside"));
	conflict_done(&conflict);
	assert_int_not_equal(access(f->apply, F_OK), -1);
	sh(f->dir, "test ! -e outside");

	patches_make(f, script);
	sh(f->dir,
	   "printf 'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\\n"
	   "From: a <a@b.c>\\nDate: Mon, 1 Jan 2024 00:00:00 +0000\\nSubject: [PATCH] x\\n\\n"
	   "---\\ndiff --git a/kernel/link/dmalab-pwned b/kernel/link/dmalab-pwned\\n"
	   "new file mode 100644\\n"
	   "--- /dev/null\\n+++ b/kernel/link/dmalab-pwned\\n@@ -0,0 +1 @@\\n+x\\n' >p2");
	assert_int_equal(put(f, &base, link, &c, &conflict), 0);
	assert_int_equal(conflict.number, 2);
	assert_int_equal(access("/tmp/dmalab-pwned", F_OK), -1);
	conflict_done(&conflict);
	checkout_done(&base);
}

static void the_operators_git_has_no_say(void **state)
{
	struct fixture *f = *state;
	struct checkout a = { 0 }, b = { 0 };
	CLEANUP(free_ptr) char *home = mem_printf("%s/home", f->dir);

	base_of(f, true, "good", &a);
	sh(f->dir, "mkdir home; printf '[user]\\nname=Z\\nemail=z@z\\n[am]\\nkeepcr=true\\n"
		   "[core]\\nhooksPath=/tmp\\nautocrlf=true\\n' >home/.gitconfig;"
		   "rm -rf apply; git -C repo.git worktree prune;"
		   "git -C repo.git for-each-ref --format='delete %(refname)' refs/dmalab |"
		   "git -C repo.git update-ref --stdin;"
		   "printf '#!/bin/sh\\nexit 1\\n' >repo.git/hooks/applypatch-msg;"
		   "chmod +x repo.git/hooks/applypatch-msg");
	setenv("HOME", home, 1);
	setenv("GIT_AUTHOR_NAME", "Z", 1);
	setenv("GIT_DIR", "/nonexistent", 1);
	base_of(f, true, "good", &b);
	unsetenv("GIT_DIR");
	unsetenv("GIT_AUTHOR_NAME");
	assert_string_equal(a.commit, b.commit);
	checkout_done(&a);
	checkout_done(&b);
}

static void a_worktree_follows_and_is_cleaned(void **state)
{
	struct fixture *f = *state;
	struct checkout base = { 0 };
	CLEANUP(free_ptr) char *src = mem_printf("%s/src", f->dir);
	struct err err = { 0 };

	base_of(f, true, "good", &base);
	assert_int_equal(checkout_switch(&f->spec, src, f->base, &err), 0);
	sh(f->dir, "test ! -e src/kernel/kunit; echo junk >src/kernel/stray.c; rm src/kernel/a.c;"
		   "echo junk >src/kernel/b.c; : >$(sed 's/gitdir: //' src/.git)/index.lock");
	if (checkout_switch(&f->spec, src, base.commit, &err) < 0)
		fail_msg("%s", err.msg);
	sh(f->dir,
	   "test -e src/kernel/kunit/t.c; test ! -e src/kernel/stray.c;"
	   "test \"$(sed -n 5p src/kernel/a.c)\" = five; test \"$(sed -n 1p src/kernel/b.c)\" = 1");
	checkout_done(&base);
}

static void a_folder_follows_by_an_index_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct checkout base = { 0 };
	CLEANUP(free_ptr) char *src = mem_printf("%s/src", f->dir);
	CLEANUP(free_ptr) char *copy = mem_printf("%s/copy", f->dir);
	CLEANUP(free_ptr) char *index = mem_printf("%s/copy.index", f->dir);
	CLEANUP(free_ptr) char *from = NULL;
	struct err err = { 0 };

	base_of(f, true, "good", &base);
	assert_int_equal(checkout_switch(&f->spec, src, f->base, &err), 0);
	assert_int_equal(checkout_index_path(&f->spec, src, &from, &err), 0);
	setenv("FROM", from, 1);
	sh(f->dir, "cp \"$FROM\" copy.index; mv src copy; stat -c %i%z copy/kernel/b.c >before");
	assert_int_equal(checkout_step(&f->spec, copy, index, base.commit, &err), 0);
	sh(f->dir, "test \"$(sed -n 5p copy/kernel/a.c)\" = five; test -e copy/kernel/kunit/t.c;"
		   "stat -c %i%z copy/kernel/b.c | cmp - before");
	checkout_done(&base);
}

static void gits_words_give_file_and_line(void **state)
{
	static const struct {
		const char *words, *file;
		int line;
	} cases[] = {
		{ "error: patch failed: kernel/dma/x.c:123\nerror: kernel/dma/x.c: patch does not "
		  "apply\n",
		  "kernel/dma/x.c", 123 },
		{ "error: ../outside: does not exist in index\n", "../outside", 0 },
		{ "error: invalid path '../outside'\n", "../outside", 0 },
		{ "error: a: b.c: already exists in index\n", "a: b.c", 0 },
		{ "CONFLICT (content): Merge conflict in x y.c\n", "x y.c", 0 },
		{ "nothing of use", "", 0 },
		{ "", "", 0 },
		{ "error: patch failed: no-line\n", "no-line", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CLEANUP(free_ptr) char *file = NULL;
		int line = -1;

		conflict_words(cases[i].words, &file, &line);
		assert_string_equal(file, cases[i].file);
		assert_int_equal(line, cases[i].line);
	}
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_base_holds_tests_and_fix_and_is_the_same_each_time),
		CASE(a_changed_test_is_another_base),
		CASE(a_fix_that_does_not_apply_is_the_labs_fault),
		CASE(the_newest_variant_that_is_not_newer_than_the_kernel_is_taken),
		CASE(a_kernel_older_than_all_variants_has_no_tests),
		CASE(a_series_gives_a_commit_after_each_patch),
		CASE(a_conflict_names_patch_file_and_hunk),
		CASE(what_a_killed_run_left_is_not_the_series_fault),
		CASE(locks_of_a_killed_run_stop_nobody),
		CASE(git_that_fails_for_another_reason_is_no_conflict),
		CASE(a_series_is_held_against_the_bare_base),
		CASE(a_patch_that_leaves_the_tree_is_a_conflict),
		CASE(the_operators_git_has_no_say),
		CASE(a_worktree_follows_and_is_cleaned),
		CASE(a_folder_follows_by_an_index_of_its_own),
		cmocka_unit_test(gits_words_give_file_and_line),
	};

	return cmocka_run_group_tests_name("checkout", tests, NULL, NULL);
}
