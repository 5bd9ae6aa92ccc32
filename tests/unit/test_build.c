// SPDX-License-Identifier: GPL-2.0-or-later
#include "build_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/build.h"
#include "stage/build/fragments.h"
#include "stage/build/objdir.h"

static char *log_of(const struct lab *l)
{
	struct buf b = { 0 };
	struct err err;

	assert_int_equal(fs_read(l->log, 1 << 20, &b, &err), 0);
	return buf_take(&b);
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

static void a_build_leaves_its_artifacts(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 };

	assert_int_equal(build(l, true, &b), 4);
	assert_int_equal(b.status, BUILD_PASS);
	assert_null(b.error.text);
	assert_int_equal(b.n_artifacts, 2);
	assert_string_equal(b.artifacts[0].name, "zImage");
	assert_string_equal(b.artifacts[1].name, "board.dtb");
	assert_true(b.duration_ms > 0);
	sh(l->dir, "cmp obj/vmlinux out/zImage; test \"$(fdtget out/board.dtb / nopage)\" = added; "
		   "grep -qx 'CONFIG_NAME=\"tiny\"' obj/.config");
}

static void nothing_is_done_twice(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 }, again = { 0 };
	CLEANUP(free_ptr) char *log = NULL;

	(void)build(l, true, &b);
	assert_int_equal(build(l, true, &again), 0);
	assert_int_equal(again.status, BUILD_PASS);
	log = log_of(l);
	assert_int_equal(count(log, "GEN     Makefile"), 1);
}

static void what_the_configuration_depends_on_makes_it_anew(void **state)
{
	struct lab *l = *state;
	static const char *const changes[] = {
		"echo CONFIG_DMA=y >> kernel-tests/configs/tests.config", "touch src/Kconfig",
		"touch src/main.c", ""
	};
	static const size_t configured[] = { 2, 3, 3, 4 };
	struct build_spec spec = spec_of(l, true);
	CLEANUP(build_done) struct build first = { 0 };

	(void)build(l, true, &first);
	for (size_t i = 0; i < 4; i++) {
		CLEANUP(build_done) struct build b = { 0 };
		CLEANUP(free_ptr) char *log = NULL;

		sh(l->dir, changes[i]);
		spec.configure = i == 3;
		(void)build_with(l, &spec, &b);
		assert_int_equal(b.status, BUILD_PASS);
		log = log_of(l);
		assert_int_equal(count(log, "GEN     Makefile"), configured[i]);
	}
}

static void a_refused_option_is_named_with_its_line(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 }, again = { 0 };

	sh(l->dir, "echo CONFIG_UNKNOWN=y >> kernel-tests/configs/tests.config");
	(void)build(l, true, &b);
	assert_int_equal(b.status, BUILD_FAIL);
	assert_string_equal(b.error.file, "tests.config");
	assert_int_equal(b.error.line, 5);
	assert_non_null(strstr(b.error.text, "CONFIG_UNKNOWN=y"));
	(void)build(l, true, &again); /* it is not taken for configured now */
	assert_int_equal(again.status, BUILD_FAIL);
}

static void fragments_are_held_against_the_result(void **state)
{
	static const char one[] =
		"CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=\"x y\"\nCONFIG_D=n\n";
	static const char two[] = "CONFIG_A=m\r\n# a comment\nCONFIG_E=12";
	const struct fragment f[] = { { "one", one, sizeof(one) - 1 },
				      { "two", two, sizeof(two) - 1 } };
	static const char good[] = "CONFIG_A=m\nCONFIG_AA=y\n# CONFIG_B is not set\n"
				   "CONFIG_C=\"x y\"\nCONFIG_E=12\n";
	static const char bad[] = "CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=\"x\"\nCONFIG_D=y\n";
	CLEANUP(diagnostic_done) struct diagnostic d = { 0 };

	(void)state;
	assert_int_equal(fragments_check(f, 2, good, sizeof(good) - 1, &d), 0);
	assert_int_equal(fragments_check(f, 0, "", 0, &d), 0);
	assert_int_equal(fragments_check(f, 2, bad, sizeof(bad) - 1, &d), 5);
	assert_string_equal(d.file, "one");
	assert_int_equal(d.line, 2);
	assert_string_equal(d.text, "error: # CONFIG_B is not set is refused: "
				    "the configuration has CONFIG_B=y");
	assert_non_null(strstr(d.excerpt, "two:3: CONFIG_E=12 is refused: this kernel"));
}

static void a_compilers_error_is_found_in_the_log(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 };
	CLEANUP(free_ptr) char *log = NULL;
	const char *line;

	sh(l->dir, "echo 'int broken = nothing;' >> src/dma.c");
	(void)build(l, false, &b);
	assert_int_equal(b.status, BUILD_FAIL);
	assert_string_equal(b.error.file, "dma.c");
	assert_int_equal(b.error.line, 7);
	log = log_of(l);
	line = log;
	for (size_t i = 1; i < b.error.log_line; i++)
		line = strchr(line, '\n') + 1;
	assert_non_null(strstr(line, "/src/dma.c:7:14: error: "));
	assert_true(strstr(line, "/src/dma.c:7:14: error: ") == line);
}

static void warnings_are_kept_of_a_build_that_passes(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 };

	sh(l->dir, "echo 'static int unused(void) { return 1; }' >> src/dma.c");
	(void)build(l, false, &b);
	assert_int_equal(b.status, BUILD_PASS);
	assert_int_equal(b.n_warnings, 1);
	assert_string_equal(b.warnings[0].file, "dma.c");
}

/* A rule that runs into a limit: the base's trouble is the lab's, the candidate's its own. */
static void limit_case(struct lab *l, const char *rule, const char *word)
{
	CLEANUP(free_ptr)
	char *script = mem_printf("printf 'zImage: bomb\\nbomb:\\n\\t%s\\n' >> src/Makefile", rule);

	sh(l->dir, script);
	for (int trusted = 0; trusted < 2; trusted++) {
		CLEANUP(build_done) struct build b = { 0 };

		(void)build(l, trusted, &b);
		assert_int_equal(b.status, trusted ? BUILD_ERROR : BUILD_FAIL);
		if (!strstr(b.error.text, word))
			fail_msg("'%s' does not say %s", b.error.text, word);
	}
}

static void a_limit_of_time_is_told(void **state)
{
	struct lab *l = *state;

	l->config.limits.build_s = 1;
	limit_case(l, "sleep 30", "its time of 1 s");
}

static void a_limit_of_memory_is_told(void **state)
{
	struct lab *l = *state;

	l->config.limits.build_memory_mb = 300;
	limit_case(l, "tail /dev/zero", "its memory of 300 MB");
}

static void a_limit_of_disk_is_told(void **state)
{
	limit_case(*state, "dd if=/dev/zero of=/obj/big bs=1M count=100", "its disk of 64 MB");
}

static void a_limit_of_processes_is_told(void **state)
{
	limit_case(*state, "for i in $$(seq 200); do sleep 5 & done; wait", "its 64 processes");
}

static void a_candidate_reads_the_cache_and_leaves_it(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build base = { 0 }, b = { 0 };

	(void)build(l, true, &base);
	sh(l->dir, "find cache/ccache -type f | sort > before; test -s before; rm -rf obj; "
		   "echo 'int more;' >> src/main.c; "
		   "echo 'probe: ; touch /ccache/probe' >> src/Makefile");
	assert_int_equal(build(l, false, &b), 4);
	assert_int_equal(b.status, BUILD_PASS);
	sh(l->dir, "find cache/ccache -type f | sort | cmp - before");
	l->goals[0] = (char *)"probe";
	build_done(&b);
	(void)build(l, false, &b);
	sh(l->dir, "test ! -e cache/ccache/probe");
}

static void a_link_in_the_place_of_an_artifact_is_not_followed(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 };

	sh(l->dir, "echo secret > secret; "
		   "printf 'zImage: link\\nlink: $(boot)/zImage\\n\\t"
		   "@ln -sf '$PWD'/secret $(boot)/zImage\\n' >> src/Makefile");
	(void)build(l, false, &b);
	assert_int_equal(b.status, BUILD_FAIL);
	assert_int_equal(b.n_artifacts, 0);
	assert_non_null(strstr(b.error.text, "arch/arm/boot/zImage"));
}

static void links_left_by_a_build_are_not_written_through(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 }, again = { 0 };

	/* The stamp is written after the configuration, the mark before anything. */
	sh(l->dir, "echo safe > safe; printf 'allnoconfig: link\\nlink:\\n"
		   "\\t@ln -sf '$PWD'/safe /obj/.dmalab-config\\n' >> src/Makefile");
	(void)build(l, false, &b);
	assert_int_equal(b.status, BUILD_PASS);
	sh(l->dir, "test ! -h obj/.dmalab-config; ln -s $PWD/safe obj/.dmalab-building");
	(void)build(l, false, &again);
	assert_int_equal(again.status, BUILD_PASS);
	sh(l->dir, "test \"$(cat safe)\" = safe");
}

static void a_half_written_object_of_a_killed_build_is_made_anew(void **state)
{
	struct lab *l = *state;
	CLEANUP(build_done) struct build b = { 0 }, again = { 0 };
	struct err err = { 0 };

	(void)build(l, true, &b);
	assert_int_equal(objdir_begin(l->obj, &err), 0); /* the build that is killed then */
	sh(l->dir, "echo half > obj/dma.o");
	assert_true(build(l, true, &again) >= 1);
	assert_int_equal(again.status, BUILD_PASS);
	assert_int_equal(again.n_artifacts, 2);
}

static void cancelling_is_no_result(void **state)
{
	struct lab *l = *state;
	struct build_spec spec = spec_of(l, true);
	CLEANUP(build_done) struct build b = { 0 };
	struct build_make m = { 0 };
	struct err err = { 0 };
	int pipes[2], r;

	sh(l->dir, "printf 'zImage: slow\\nslow:\\n\\tsleep 30\\n' >> src/Makefile");
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	spec.cancel_fd = pipes[0];
	assert_int_equal(build_configure(&spec, &b, &err), 0);
	assert_int_equal(build_make_start(&spec, &m, &err), 0);
	assert_int_equal(build_make_poll(&spec, &m, 200, &b, &err), 0);
	assert_int_equal(write(pipes[1], "x", 1), 1);
	while ((r = build_make_poll(&spec, &m, 200, &b, &err)) == 0)
		;
	assert_int_equal(r, -ECANCELED);
	build_make_abandon(&m);
	close(pipes[0]);
	close(pipes[1]);
}

static void identity_is_of_what_is_built(void **state)
{
	struct lab *l = *state;
	static const char *const changes[] = {
		"echo >> kernel-tests/configs/base.config", "echo >> kernel-tests/dts/board.dtso",
		/* what a boot of it depends on */
		"echo >> kernel-tests/initramfs/init.c", "touch kernel-tests/initramfs/more.h",
		"echo >> jobs/job.yaml", "echo >> jobs/devices/board.yaml"
	};
	CLEANUP(free_ptr) char *jobs = at(l, "jobs");
	char first[65], other[65];
	struct err err = { 0 };

	sh(l->dir, "mkdir -p jobs/devices; touch jobs/job.yaml jobs/devices/board.yaml");
	l->config.jobs = jobs;
	l->target.job = (char *)"job.yaml";
	l->target.device = (char *)"board.yaml";
	l->target.cmdline = (char *)"quiet";
	assert_int_equal(build_identity(&l->config, &l->kernel, "tree", "gcc", first, &err), 0);
	l->config.limits.jobs = 7;
	assert_int_equal(build_identity(&l->config, &l->kernel, "tree", "gcc", other, &err), 0);
	assert_string_equal(first, other);
	assert_int_equal(build_identity(&l->config, &l->kernel, "tree2", "gcc", other, &err), 0);
	assert_string_not_equal(first, other);
	assert_int_equal(build_identity(&l->config, &l->kernel, "tree", "gcc2", other, &err), 0);
	assert_string_not_equal(first, other);
	l->kernel.n_goals = 1;
	assert_int_equal(build_identity(&l->config, &l->kernel, "tree", "gcc", other, &err), 0);
	assert_string_not_equal(first, other);
	l->kernel.n_goals = 2;
	l->target.cmdline = (char *)"loud";
	assert_int_equal(build_identity(&l->config, &l->kernel, "tree", "gcc", other, &err), 0);
	assert_string_not_equal(first, other);
	memcpy(first, other, sizeof(first));
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		sh(l->dir, changes[i]);
		assert_int_equal(build_identity(&l->config, &l->kernel, "tree", "gcc", other, &err),
				 0);
		assert_string_not_equal(first, other);
		memcpy(first, other, sizeof(first));
	}
}

static void the_toolchain_is_named_or_missed(void **state)
{
	struct lab *l = *state;
	CLEANUP(free_ptr) char *name = NULL;
	struct err err = { 0 };

	assert_int_equal(build_toolchain(&l->kernel, &name, &err), 0);
	assert_true(strstr(name, "gcc ") == name);
	assert_non_null(strstr(name, "; GNU ld "));
	l->kernel.cross_compile = (char *)"no-such-";
	assert_int_equal(build_toolchain(&l->kernel, &name, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "no-such-gcc"));
}

static void an_initramfs_is_the_same_whenever_it_is_made(void **state)
{
	struct lab *l = *state;
	CLEANUP(free_ptr) char *one = at(l, "one.gz"), *two = at(l, "two.gz");
	struct err err = { 0 };

	assert_int_equal(build_initramfs(&l->config, &l->kernel, "gcc", one, &err), 0);
	sleep(1);
	assert_int_equal(build_initramfs(&l->config, &l->kernel, "gcc", two, &err), 0);
	sh(l->dir,
	   "cmp one.gz two.gz; mkdir x; cd x; zcat ../one.gz | cpio -i --quiet init; ./init; "
	   "zcat ../one.gz | cpio -t --quiet | grep -qx dev/console; "
	   "touch -d 2026-01-01 ../one.gz");
	assert_int_equal(build_initramfs(&l->config, &l->kernel, "gcc", one, &err), 0);
	sh(l->dir, "test $(stat -c %Y one.gz) = $(date -d 2026-01-01 +%s)");
	assert_int_equal(build_initramfs(&l->config, &l->kernel, "gcc 2", one, &err), 0);
	sh(l->dir, "test $(stat -c %Y one.gz) != $(date -d 2026-01-01 +%s)");
}

static void an_initramfs_is_of_all_of_inits_sources(void **state)
{
	struct lab *l = *state;
	CLEANUP(free_ptr) char *out = at(l, "one.gz");
	struct err err = { 0 };

	sh(l->dir, "cd kernel-tests/initramfs; echo '#define SAY 3' >say.h;"
		   "printf '#include \"say.h\"\nint say(void);\nint say(void) { return SAY; }\n' "
		   ">say.c;"
		   "printf 'int say(void);\nint main(void) { return say(); }\n' >init.c");
	assert_int_equal(build_initramfs(&l->config, &l->kernel, "gcc", out, &err), 0);
	sh(l->dir, "mkdir x; cd x; zcat ../one.gz | cpio -i --quiet init; r=0; ./init || r=$?;"
		   "test $r = 3; sed -i s/3/4/ ../kernel-tests/initramfs/say.h");
	assert_int_equal(build_initramfs(&l->config, &l->kernel, "gcc", out, &err), 0);
	sh(l->dir, "cd x; rm init; zcat ../one.gz | cpio -i --quiet init; r=0; ./init || r=$?;"
		   "test $r = 4");
}

static void an_init_that_does_not_compile_says_where(void **state)
{
	struct lab *l = *state;
	CLEANUP(free_ptr) char *out = at(l, "one.gz");
	struct err err = { 0 };

	sh(l->dir, "echo nonsense >> kernel-tests/initramfs/init.c");
	assert_int_equal(build_initramfs(&l->config, &l->kernel, "gcc", out, &err), -EIO);
	assert_non_null(strstr(err.msg, "init.c:5"));
	assert_false(fs_exists(out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(a_build_leaves_its_artifacts),
		LAB_TEST(nothing_is_done_twice),
		LAB_TEST(what_the_configuration_depends_on_makes_it_anew),
		LAB_TEST(a_refused_option_is_named_with_its_line),
		cmocka_unit_test(fragments_are_held_against_the_result),
		LAB_TEST(a_compilers_error_is_found_in_the_log),
		LAB_TEST(warnings_are_kept_of_a_build_that_passes),
		LAB_TEST(a_limit_of_time_is_told),
		LAB_TEST(a_limit_of_memory_is_told),
		LAB_TEST(a_limit_of_disk_is_told),
		LAB_TEST(a_limit_of_processes_is_told),
		LAB_TEST(a_candidate_reads_the_cache_and_leaves_it),
		LAB_TEST(a_link_in_the_place_of_an_artifact_is_not_followed),
		LAB_TEST(links_left_by_a_build_are_not_written_through),
		LAB_TEST(a_half_written_object_of_a_killed_build_is_made_anew),
		LAB_TEST(cancelling_is_no_result),
		LAB_TEST(identity_is_of_what_is_built),
		LAB_TEST(the_toolchain_is_named_or_missed),
		LAB_TEST(an_initramfs_is_the_same_whenever_it_is_made),
		LAB_TEST(an_initramfs_is_of_all_of_inits_sources),
		LAB_TEST(an_init_that_does_not_compile_says_where),
	};

	return cmocka_run_group_tests_name("build", tests, NULL, NULL);
}
