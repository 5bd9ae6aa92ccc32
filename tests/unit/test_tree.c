// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/tree/tree.h"

/* Trees that are fetched, from repositories of git's own on this machine. */

/* What git needs to commit, whoever runs the test. */
#define AS                                                                                         \
	"export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a "              \
	"GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@x\n"
#define COMMIT(text) AS "cd origin; echo " text " >file; git add file; git commit -qm " text "\n"
#define REPO	     "cache/trees/t/repo.git"

static char *dir;
static char *source;
static char name[] = "t", head[] = "HEAD";
static struct config c;
static struct tree_config tc;

static int set_up(void **state)
{
	(void)state;
	dir = folder_make();
	sh(dir, AS "git init -q --initial-branch=master origin");
	sh(dir, COMMIT("one"));
	sh(dir, COMMIT("two"));
	sh(dir, COMMIT("three"));
	source = mem_printf("git:file://%s/origin", dir);
	c.cache_dir = mem_printf("%s/cache", dir);
	tc = (struct tree_config){ .name = name,
				   .source = source,
				   .ref = head,
				   .depth = 1,
				   .every_s = 3600,
				   .fetch_s = 60,
				   .limit_mb = 100 };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	folder_done(dir);
	free(source);
	free(c.cache_dir);
	return 0;
}

/* What a command says, without the line's end. */
static char *says(const char *command)
{
	const char *argv[] = { "sh", "-ec", command, NULL };
	struct run_spec spec = run_spec_of(argv, 60000);
	struct buf out = { 0 };
	struct run_result res;
	struct err err = { 0 };

	spec.dir = dir;
	assert_int_equal(run_capture(&spec, 1 << 20, &out, &res, &err), 0);
	if (res.end != RUN_EXITED || res.status != 0)
		fail_msg("failed: %s", command);
	buf_trim(&out);
	buf_str(&out, "");
	return buf_take(&out);
}

static void assert_says(const char *command, const char *want)
{
	char *text = says(command);

	assert_string_equal(text, want);
	free(text);
}

static int fetch(struct err *err)
{
	*err = (struct err){ 0 };
	return tree_fetch(&c, &tc, -1, err);
}

static void must_fetch(int want)
{
	struct err err;
	int r = fetch(&err);

	if (r != want)
		fail_msg("%d, not %d: %s", r, want, err.msg);
}

static struct tree must_open(void)
{
	struct tree t = { 0 };
	struct err err = { 0 };

	if (tree_open(&c, &tc, -1, &t, &err) < 0)
		fail_msg("%s", err.msg);
	return t;
}

/* HEAD of the tree is what origin's is now. */
static void assert_base_is(const char *rev)
{
	char *command = mem_printf("git -C origin rev-parse '%s^{commit}'", rev);
	struct tree t = must_open();

	assert_says(command, t.base);
	tree_done(&t);
	free(command);
}

static void age(void)
{
	sh(dir, "touch -d '2 hours ago' cache/trees/t/tried");
}

static void first_fetch_makes_the_tree_with_its_version(void **state)
{
	char *want = says("echo t HEAD $(git -C origin rev-parse --short=12 HEAD)");
	struct err err = { 0 };
	struct tree t;

	(void)state;
	assert_int_equal(tree_is_stale(&c, &tc, &err), 1);
	t = must_open();
	assert_string_equal(t.name, "t");
	assert_string_equal(t.version, want);
	assert_null(t.trouble);
	assert_says("git --git-dir=" REPO " cat-file -p HEAD:file", "three");
	assert_int_equal(tree_is_stale(&c, &tc, &err), 0);
	tree_done(&t);
	free(want);
	assert_base_is("HEAD");
}

static void fetch_says_whether_there_was_anything_new(void **state)
{
	(void)state;
	must_fetch(1);
	must_fetch(0);
	sh(dir, COMMIT("four"));
	must_fetch(1);
	assert_base_is("HEAD");
}

static void rewritten_branch_is_followed(void **state)
{
	(void)state;
	must_fetch(1);
	sh(dir, AS "cd origin; git reset -q --hard HEAD~2; git commit -q --allow-empty -m other");
	must_fetch(1);
	assert_base_is("HEAD");
}

static void depth_bounds_the_history(void **state)
{
	(void)state;
	must_fetch(1);
	assert_says("git --git-dir=" REPO " rev-list --count HEAD", "1");
	tc.depth = 2;
	must_fetch(0);
	assert_says("git --git-dir=" REPO " rev-list --count HEAD", "2");
	tc.depth = 0;
	must_fetch(0);
	assert_says("git --git-dir=" REPO " rev-list --count HEAD", "3");
}

static void ref_may_be_a_branch_or_a_tag(void **state)
{
	char branch[] = "side", tag[] = "v1";

	(void)state;
	sh(dir, AS "cd origin; git branch side HEAD~1; git tag -a -m x v1 HEAD~2");
	tc.ref = branch;
	assert_base_is("side");
	tc.ref = tag; /* another ref is stale at once */
	assert_base_is("v1");
	assert_says("git --git-dir=" REPO " cat-file -t HEAD", "commit");
}

static void tree_is_fetched_again_after_a_while_only(void **state)
{
	struct err err = { 0 };
	char *before = says("git -C origin rev-parse HEAD");
	struct tree t;

	(void)state;
	must_fetch(1);
	sh(dir, COMMIT("four"));
	t = must_open();
	assert_string_equal(t.base, before);
	tree_done(&t);
	age();
	assert_int_equal(tree_is_stale(&c, &tc, &err), 1);
	assert_base_is("HEAD");
	sh(dir, "touch -d '2 hours' cache/trees/t/tried"); /* the clock was set back */
	assert_int_equal(tree_is_stale(&c, &tc, &err), 1);
	free(before);
}

static void server_that_is_gone_leaves_the_tree_as_it_was(void **state)
{
	struct err err;
	struct tree t;

	(void)state;
	must_fetch(1);
	age();
	sh(dir, "mv origin away");
	t = must_open();
	assert_says("git -C away rev-parse HEAD", t.base);
	assert_non_null(t.trouble);
	assert_non_null(strstr(t.trouble, "origin"));
	tree_done(&t);
	assert_int_equal(tree_is_stale(&c, &tc, &err), 0); /* not asked by every test */
	t = must_open();
	assert_non_null(t.trouble);
	tree_done(&t);
	assert_int_equal(fetch(&err), -EAGAIN);
	assert_ptr_equal(strstr(err.msg, "tree t: cannot fetch 'file://"), err.msg);
	assert_null(strchr(err.msg, '\n'));
	sh(dir, "mv away origin");
	must_fetch(0);
	t = must_open();
	assert_null(t.trouble);
	tree_done(&t);
}

static void server_that_is_gone_is_an_error_where_nothing_was_fetched(void **state)
{
	char *other = mem_printf("git:file://%s/nowhere", dir);
	struct tree t = { 0 };
	struct err err = { 0 };

	(void)state;
	tc.source = other;
	assert_int_equal(tree_open(&c, &tc, -1, &t, &err), -EAGAIN);
	assert_null(t.name);
	tc.source = source;
	must_fetch(1);
	tc.source = other; /* what is there is of another server */
	assert_int_equal(tree_open(&c, &tc, -1, &t, &err), -EAGAIN);
	free(other);
}

static void ref_that_is_not_there_is_lab_yamls_fault(void **state)
{
	char nosuch[] = "nosuch";
	struct err err;

	(void)state;
	tc.ref = nosuch;
	assert_int_equal(fetch(&err), -EINVAL);
	assert_non_null(strstr(err.msg, "has no 'nosuch'"));
}

static void missing_commit_is_fetched_alone(void **state)
{
	char *first = says("git -C origin rev-parse HEAD~2");
	char *tip = says("git -C origin rev-parse HEAD");
	char *show = mem_printf("git --git-dir=" REPO " cat-file -p %s:file", first);
	struct err err = { 0 };

	(void)state;
	sh(dir, "git -C origin config uploadpack.allowAnySHA1InWant true");
	must_fetch(1);
	assert_int_equal(tree_need(&c, &tc, tip, -1, &err), 1);
	assert_int_equal(tree_need(&c, &tc, first, -1, &err), 1);
	assert_says(show, "one");
	assert_base_is("HEAD"); /* it moves nothing */
	sh(dir, "mv origin away");
	assert_int_equal(tree_need(&c, &tc, first, -1, &err), 1); /* nobody is asked */
	free(first);
	free(tip);
	free(show);
}

static void commit_that_the_server_does_not_give_is_none(void **state)
{
	char *file = says("git -C origin rev-parse HEAD~2:file");
	struct err err = { 0 };

	(void)state;
	sh(dir, "git -C origin config uploadpack.allowAnySHA1InWant true");
	must_fetch(1);
	if (tree_need(&c, &tc, "0123456789012345678901234567890123456789", -1, &err) != 0)
		fail_msg("%s", err.msg);
	assert_int_equal(tree_need(&c, &tc, file, -1, &err), 0); /* a file's name */
	assert_says("git --git-dir=" REPO " for-each-ref refs/dmalab/needed", "");
	sh(dir, "mv origin away");
	assert_int_equal(tree_need(&c, &tc, "0123456789012345678901234567890123456789", -1, &err),
			 -EAGAIN);
	free(file);
}

static void name_that_is_no_commits_is_asked_of_nobody(void **state)
{
	static const char *const names[] = { "",
					     "HEAD",
					     "--upload-pack=touch x",
					     "012345678901234567890123456789012345678",
					     "01234567890123456789012345678901234567890",
					     "012345678901234567890123456789012345678G",
					     "012345678901234567890123456789012345678 ",
					     "0123456789012345678901234567890123456789^0" };
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_int_equal(tree_need(&c, &tc, names[i], -1, &err), -EINVAL);
	sh(dir, "test ! -e cache");
}

/* Random bytes, so that they stay as many. */
#define BIG                                                                                        \
	"cd origin; git config core.compression 0; git config core.bigFileThreshold 1m;"           \
	"head -c 40000000 /dev/urandom >big; git add big; git commit -qm big\n"

static void fetch_that_brings_too_much_is_ended_and_cleaned_away(void **state)
{
	struct err err;

	(void)state;
	must_fetch(1);
	sh(dir, AS BIG);
	tc.limit_mb = 1;
	assert_int_equal(fetch(&err), -EFBIG);
	assert_non_null(strstr(err.msg, "more than 1 MB (limit_mb)"));
	assert_base_is("HEAD~1");
	sh(dir, "test $(du -sm " REPO " | cut -f1) -lt 10");
	sh(dir, "test -z \"$(find " REPO " -name 'tmp_*' -o -name '*.keep' -o -name '*.lock')\"");
	tc.limit_mb = 100;
	must_fetch(1);
	assert_base_is("HEAD");
}

/* A server that takes connections and says nothing. */
static int silent_server(char **url)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*url = mem_printf("git:http://127.0.0.1:%d/t.git", ntohs(a.sin_port));
	return fd;
}

static void fetch_that_takes_too_long_is_ended(void **state)
{
	CLEANUP(free_ptr) char *url = NULL;
	CLEANUP(close_fd) int server = silent_server(&url);
	int64_t began = clock_ms();
	struct err err;

	(void)state;
	assert_true(server >= 0);
	tc.source = url;
	tc.fetch_s = 1;
	assert_int_equal(fetch(&err), -ETIMEDOUT);
	assert_non_null(strstr(err.msg, "within 1 s (fetch_s)"));
	assert_true(clock_ms() - began < 10000);
}

static void fetch_ends_when_it_is_cancelled(void **state)
{
	CLEANUP(free_ptr) char *url = NULL;
	CLEANUP(close_fd) int server = silent_server(&url);
	struct err err;
	struct tree t;
	int p[2];

	(void)state;
	assert_true(server >= 0);
	tc.source = url;
	assert_int_equal(pipe(p), 0);
	close(p[1]); /* readable: its end */
	assert_int_equal(tree_fetch(&c, &tc, p[0], &err), -ECANCELED);
	assert_int_equal(tree_open(&c, &tc, p[0], &t, &err), -ECANCELED);
	close(p[0]);
}

static void what_a_killed_fetch_left_blocks_nobody(void **state)
{
	(void)state;
	must_fetch(1);
	sh(dir, "cd " REPO "; mkdir -p refs/dmalab; touch shallow.lock HEAD.lock config.lock "
		"refs/heads/base.lock refs/dmalab/upstream.lock objects/pack/tmp_pack_abc;"
		"touch -d '5 minutes ago' packed-refs.lock; echo mine >objects/pack/pack-2.keep;"
		"echo 'fetch-pack 17 on lab' >objects/pack/pack-1.keep");
	sh(dir, COMMIT("four"));
	must_fetch(1);
	assert_base_is("HEAD");
	assert_says("cd " REPO "/objects/pack; find . -name 'tmp_*' -o -name '*.keep'",
		    "./pack-2.keep");
}

static void killed_lab_leaves_a_fetch_that_the_next_one_waits_for(void **state)
{
	char *path = mem_printf("%s/cache/trees/t/lock", dir);
	struct err err;
	pid_t pid;
	int status;

	(void)state;
	must_fetch(1);
	sh(dir, AS BIG);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(tree_fetch(&c, &tc, -1, &err) == 1 ? 0 : 1);
	sh(dir, "i=0; until ls " REPO "/objects/pack/tmp_pack_* >/dev/null 2>&1;"
		"do i=$((i+1)); test $i -lt 1000; sleep 0.01; done");
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(fs_lock(path, false, &err), -EWOULDBLOCK); /* git has it still */
	free(path);
	must_fetch(1);
	assert_base_is("HEAD");
}

static void tree_is_opened_as_it_was_while_another_process_fetches(void **state)
{
	CLEANUP(close_fd) int lock = -1;
	struct err err = { 0 };
	char *path = mem_printf("%s/cache/trees/t/lock", dir);

	(void)state;
	must_fetch(1);
	sh(dir, COMMIT("four"));
	age();
	lock = fs_lock(path, false, &err);
	assert_true(lock >= 0);
	assert_base_is("HEAD~1");
	free(path);
}

static void only_harmless_ways_to_a_server_are_taken(void **state)
{
	char *ext = mem_printf("git:ext::touch %s/taken", dir);
	char ssh[] = "git:ssh://127.0.0.1:1/x";
	struct err err;

	(void)state;
	tc.source = ext;
	assert_true(fetch(&err) < 0);
	sh(dir, "test ! -e taken");
	tc.source = ssh;
	assert_true(fetch(&err) < 0);
	assert_non_null(strstr(err.msg, "transport 'ssh' not allowed"));
	free(ext);
}

static void packs_of_many_fetches_are_merged(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		sh(dir, AS "cd origin; git commit -q --allow-empty -m x");
		must_fetch(1);
	}
	sh(dir, "test $(ls " REPO "/objects/pack/*.pack | wc -l) -le 17");
	assert_base_is("HEAD");
	sh(dir, "git --git-dir=" REPO " fsck >/dev/null 2>&1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(first_fetch_makes_the_tree_with_its_version),
		TEST(fetch_says_whether_there_was_anything_new),
		TEST(rewritten_branch_is_followed),
		TEST(depth_bounds_the_history),
		TEST(ref_may_be_a_branch_or_a_tag),
		TEST(tree_is_fetched_again_after_a_while_only),
		TEST(server_that_is_gone_leaves_the_tree_as_it_was),
		TEST(server_that_is_gone_is_an_error_where_nothing_was_fetched),
		TEST(ref_that_is_not_there_is_lab_yamls_fault),
		TEST(missing_commit_is_fetched_alone),
		TEST(commit_that_the_server_does_not_give_is_none),
		TEST(name_that_is_no_commits_is_asked_of_nobody),
		TEST(fetch_that_brings_too_much_is_ended_and_cleaned_away),
		TEST(fetch_that_takes_too_long_is_ended),
		TEST(fetch_ends_when_it_is_cancelled),
		TEST(what_a_killed_fetch_left_blocks_nobody),
		TEST(killed_lab_leaves_a_fetch_that_the_next_one_waits_for),
		TEST(tree_is_opened_as_it_was_while_another_process_fetches),
		TEST(only_harmless_ways_to_a_server_are_taken),
		TEST(packs_of_many_fetches_are_merged),
	};

	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
