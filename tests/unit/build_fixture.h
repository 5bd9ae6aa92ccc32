/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_BUILD_FIXTURE_H
#define DMALAB_TESTS_BUILD_FIXTURE_H

#include "unit.h"

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/build.h"

/* A lab around the tiny tree of tests/fixtures/build, copied to a folder of the test's own. */
struct lab {
	char *dir;
	struct config config;
	struct kernel_config kernel;
	struct target_config target;
	char *fragments[2], *goals[2];
	char *src, *obj, *log, *out;
};

static inline char *at(const struct lab *l, const char *name)
{
	return mem_printf("%s/%s", l->dir, name);
}

static inline int lab_make(void **state)
{
	struct lab *l = mem_zalloc(sizeof(*l));
	CLEANUP(free_ptr) char *here = realpath("tests/fixtures/build", NULL);
	CLEANUP(free_ptr) char *script = NULL;

	l->dir = folder_make();
	/* Open to the build's user, with times in the past as a tree that is kept has them. */
	script = mem_printf("chmod 755 . && cp -r '%s/tiny' src && cp -r '%s/kernel-tests' . && "
			    "find . -exec touch -d 2026-01-01 {} +",
			    here, here);
	sh(l->dir, script);
	l->fragments[0] = (char *)"base.config";
	l->fragments[1] = (char *)"tests.config";
	l->goals[0] = (char *)"zImage";
	l->goals[1] = (char *)"board.dtb";
	l->kernel = (struct kernel_config){ .name = (char *)"tiny",
					    .architecture = (char *)"arm",
					    .cross_compile = (char *)"",
					    .fragments = l->fragments,
					    .n_fragments = 2,
					    .goals = l->goals,
					    .n_goals = 2 };
	l->target = (struct target_config){ .name = (char *)"board",
					    .config = (char *)"tiny",
					    .dtb = (char *)"board.dtb",
					    .overlay = (char *)"board.dtso" };
	l->config = (struct config){ .cache_dir = at(l, "cache"),
				     .kernel_tests = at(l, "kernel-tests"),
				     .build_uid = 64123,
				     .targets = &l->target,
				     .n_targets = 1,
				     .limits = { .jobs = 2,
						 .build_s = 60,
						 .build_memory_mb = 1024,
						 .build_processes = 64,
						 .build_disk_mb = 64 } };
	l->src = at(l, "src");
	l->obj = at(l, "obj");
	l->log = at(l, "log");
	l->out = at(l, "out");
	*state = l;
	return 0;
}

static inline int lab_done(void **state)
{
	struct lab *l = *state;

	folder_done(l->dir);
	free(l->config.cache_dir);
	free(l->config.kernel_tests);
	free(l->src);
	free(l->obj);
	free(l->log);
	free(l->out);
	free(l);
	return 0;
}

static inline struct build_spec spec_of(const struct lab *l, bool trusted)
{
	return (struct build_spec){ .config = &l->config,
				    .kernel = &l->kernel,
				    .src = l->src,
				    .obj = l->obj,
				    .trusted = trusted,
				    .log = l->log,
				    .cancel_fd = -1,
				    .lock_fd = -1 };
}

/* All of a build, as far as it goes; returns the objects made. */
static inline size_t build_with(const struct lab *l, const struct build_spec *spec, struct build *b)
{
	CLEANUP(free_ptr) char *overlay = at(l, "kernel-tests/dts/board.dtso");
	const struct build_dtb dtb = { "board.dtb", "board.dtb", overlay };
	struct build_make m = { 0 };
	struct err err = { 0 };
	int r = build_configure(spec, b, &err);

	if (r == 0 && b->status == BUILD_PASS) {
		r = build_make_start(spec, &m, &err);
		while (r == 0)
			r = build_make_poll(spec, &m, 200, b, &err);
		if (r > 0 && b->status == BUILD_PASS)
			r = build_collect(spec, &dtb, 1, l->out, b, &err);
	}
	if (r < 0)
		fail_msg("build: %s", err.msg);
	return m.objects;
}

static inline size_t build(const struct lab *l, bool trusted, struct build *b)
{
	const struct build_spec spec = spec_of(l, trusted);

	return build_with(l, &spec, b);
}

#define LAB_TEST(name) cmocka_unit_test_setup_teardown(name, lab_make, lab_done)

#endif
