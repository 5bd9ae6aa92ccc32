// SPDX-License-Identifier: GPL-2.0-or-later
/* Builds that reach beyond this machine: a ccache that several share, icecc's nodes. */
#include "build_fixture.h"

#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static void share(struct lab *l)
{
	sh(l->dir, "mkdir shared; chmod 777 shared");
	l->config.compile.ccache = at(l, "shared");
}

static int compile_done(void **state)
{
	struct lab *l = *state;

	free(l->config.compile.ccache);
	return lab_done(state);
}

/* Another machine has neither this one's cache nor its object folder. */
static void be_another_machine(struct lab *l)
{
	sh(l->dir, "rm -rf obj out");
	free(l->config.cache_dir);
	l->config.cache_dir = at(l, "cache-two");
}

/* The goal "probe" runs these lines of a rule in the sandbox. */
static void probe(struct lab *l, bool trusted, const char *lines)
{
	CLEANUP(build_done) struct build b = { 0 };
	CLEANUP(free_ptr)
	char *script = mem_printf("cat >>src/Makefile <<'END'\nprobe:\n%sEND\n", lines);

	sh(l->dir, script);
	l->goals[0] = (char *)"probe";
	l->kernel.n_goals = 1;
	(void)build(l, trusted, &b);
}

static void a_second_machine_takes_what_the_first_compiled(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build one = { 0 }, two = { 0 };

	share(l);
	(void)build(l, true, &one);
	assert_int_equal(one.status, BUILD_PASS);
	be_another_machine(l);
	(void)build(l, true, &two);
	assert_int_equal(two.status, BUILD_PASS);
	assert_string_equal(one.artifacts[0].sha256, two.artifacts[0].sha256);
	sh(l->dir, "CCACHE_DIR=cache-two/ccache ccache --print-stats >stats;"
		   "grep -qx 'remote_storage_hit\t2' stats; grep -qx 'cache_miss\t0' stats");
}

/* It finds in the local cache what its base took from the shared one. */
static void a_candidate_neither_reads_nor_writes_the_shared_cache(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build base = { 0 }, again = { 0 }, b = { 0 };

	share(l);
	(void)build(l, true, &base);
	be_another_machine(l);
	(void)build(l, true, &again);
	sh(l->dir, "find shared -type f | sort >before; test -s before;"
		   "rm -rf obj; echo 'int more;' >>src/main.c");
	(void)build(l, false, &b);
	assert_int_equal(b.status, BUILD_PASS);
	probe(l, false,
	      "\t@CCACHE_LOGFILE=/obj/said $(CC) -Wall -c -o /obj/x.o $(src)/dma.c\n"
	      "\t@-CCACHE_NOREADONLY=1 CCACHE_REMOTE_STORAGE=file:/shared "
	      "$(CC) -DEVIL -c -o /obj/x.o $(src)/main.c\n"
	      "\t@-touch /shared/probe\n");
	sh(l->dir, "grep -q 'Result: local_storage_hit' obj/said; ! grep -q shared obj/said;"
		   "find shared -type f | sort | cmp - before");
}

/* Where a cache is read-only and empty too, so that nothing of it can end a candidate's build. */
static void a_candidate_builds_whatever_the_caches_have(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build base = { 0 }, b = { 0 };

	share(l);
	(void)build(l, true, &base);
	be_another_machine(l);
	(void)build(l, false, &b);
	assert_int_equal(b.status, BUILD_PASS);
}

static void a_shared_folder_that_is_not_there_is_the_labs_trouble(void **state)
{
	struct lab *l = *state;
	const struct build_spec spec = spec_of(l, true);
	CLEANUP(build_done) struct build b = { 0 };
	struct err err = { 0 };

	l->config.compile.ccache = at(l, "gone");
	assert_int_equal(build_configure(&spec, &b, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "compile.ccache"));
}

static void a_shared_folder_that_cannot_be_written_is_done_without(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 };

	share(l);
	sh(l->dir, "chmod 555 shared");
	(void)build(l, true, &b);
	assert_int_equal(b.status, BUILD_PASS);
	assert_int_equal(b.n_warnings, 0);
	sh(l->dir, "test -z \"$(ls shared)\"");
}

static void a_build_is_the_same_wherever_it_was_compiled(void **state)
{
	struct lab *l = *state;
	char here[65], there[65];
	struct err err = { 0 };

	assert_int_equal(build_identity(&l->config, &l->kernel, "tree", "gcc", here, &err), 0);
	share(l);
	l->config.compile.icecc = true;
	l->config.compile.jobs = 16;
	assert_int_equal(build_identity(&l->config, &l->kernel, "tree", "gcc", there, &err), 0);
	assert_string_equal(here, there);
}

/* Which families of sockets there are inside, whose network it is, and make's own words. */
static const char look[] =
	"\t@readlink /proc/self/ns/net >/obj/net\n"
	"\t@env | grep -c ^CCACHE_PREFIX=icecc >/obj/prefix || true\n"
	"\t@test -S /var/run/icecc/iceccd.socket && echo there >/obj/socket || true\n"
	"\t@echo $(MAKEFLAGS) | grep -o -e '-j[0-9]*' >/obj/jobs\n"
	"\t@for f in 1 2 10 16 17 31 38 40; do python3 -c 'import socket, sys; "
	"socket.socket(int(sys.argv[1]), socket.SOCK_RAW if int(sys.argv[1]) in (16, 17) else "
	"socket.SOCK_STREAM)' $$f 2>/obj/why || ! grep -q 'not permitted' /obj/why || continue; "
	"echo $$f; done >/obj/families\n";

/* A machine with an iceccd, for this process and what it starts. */
static void run_iceccd(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = "/run/icecc/iceccd.socket" };
	struct err err = { 0 };
	int fd;

	if (sandbox_private_mounts(&err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(mount("tmpfs", "/run", "tmpfs", 0, "mode=0755"), 0);
	assert_int_equal(mkdir("/run/icecc", 0755), 0);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(chmod(at.sun_path, 0777), 0);
	close(fd);
}

static void only_a_base_reaches_the_nodes_and_only_where_labyaml_says(void **state)
{
	struct lab *l = *state;
	static const struct {
		bool icecc, trusted;
		const char *check;
	} cases[] = {
		{ true, true,
		  "test $(cat obj/prefix) = 1; test -e obj/socket; grep -qx -e -j7 obj/jobs;"
		  "test $(cat obj/net) = $(readlink /proc/self/ns/net);"
		  "test \"$(echo $(cat obj/families))\" = '1 2 10'" },
		{ true, false,
		  "test $(cat obj/prefix) = 0; test ! -e obj/socket; grep -qx -e -j2 obj/jobs;"
		  "test $(cat obj/net) != $(readlink /proc/self/ns/net); test ! -s obj/families" },
		{ false, true,
		  "test $(cat obj/prefix) = 0; test ! -e obj/socket; grep -qx -e -j2 obj/jobs;"
		  "test $(cat obj/net) != $(readlink /proc/self/ns/net); test ! -s obj/families" },
	};

	run_iceccd();
	l->config.compile.jobs = 7;
	sh(l->dir, "cp src/Makefile Makefile.plain");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		sh(l->dir, "cp Makefile.plain src/Makefile; rm -rf obj");
		l->config.compile.icecc = cases[i].icecc;
		probe(l, cases[i].trusted, look);
		sh(l->dir, cases[i].check);
	}
}

#define COMPILE_TEST(name) cmocka_unit_test_setup_teardown(name, lab_make, compile_done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMPILE_TEST(a_second_machine_takes_what_the_first_compiled),
		COMPILE_TEST(a_candidate_neither_reads_nor_writes_the_shared_cache),
		COMPILE_TEST(a_candidate_builds_whatever_the_caches_have),
		COMPILE_TEST(a_shared_folder_that_is_not_there_is_the_labs_trouble),
		COMPILE_TEST(a_shared_folder_that_cannot_be_written_is_done_without),
		COMPILE_TEST(a_build_is_the_same_wherever_it_was_compiled),
		/* The last one: its process has mounts of its own from then on. */
		COMPILE_TEST(only_a_base_reaches_the_nodes_and_only_where_labyaml_says),
	};

	return cmocka_run_group_tests_name("compile", tests, NULL, NULL);
}
