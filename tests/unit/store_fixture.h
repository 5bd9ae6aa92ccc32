/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_UNIT_STORE_FIXTURE_H
#define DMALAB_TESTS_UNIT_STORE_FIXTURE_H

/* A store in a folder of its own, and values to put into it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "store/db.h"
#include "store/store.h"

#define OK(call)                                                                                   \
	do {                                                                                       \
		if ((call) != 0)                                                                   \
			fail_msg("%s: %s", #call, f->err.msg);                                     \
	} while (0)
#define FOUND(call)                                                                                \
	do {                                                                                       \
		if ((call) != 1)                                                                   \
			fail_msg("%s: %s", #call, f->err.msg);                                     \
	} while (0)

struct fixture {
	char dir[64]; /* everything of the test */
	char *work;   /* the store's */
	char *build;  /* a build's folder */
	struct store *s;
	struct err err;
};

static inline int setup(void **state)
{
	struct fixture *f = mem_zalloc(sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	snprintf(f->dir, sizeof(f->dir), "%s/dmalab-store-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(f->dir))
		return -1;
	f->work = mem_printf("%s/work", f->dir);
	f->build = mem_printf("%s/build", f->dir);
	if (fs_mkdirs(f->build, &f->err) < 0 || store_open(f->work, &f->s, &f->err) < 0) {
		fprintf(stderr, "%s\n", f->err.msg);
		return -1;
	}
	*state = f;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;
	int r;

	store_freep(&f->s);
	r = fs_rmtree(f->dir, &f->err);
	free(f->work);
	free(f->build);
	free(f);
	return r;
}

static inline void reopen(struct fixture *f)
{
	store_freep(&f->s);
	OK(store_open(f->work, &f->s, &f->err));
}

/* A file in the build's folder; the path is the caller's. */
static inline char *put_file(struct fixture *f, const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", f->build, name);

	OK(fs_write(path, text, strlen(text), &f->err));
	return path;
}

static inline struct checkout a_checkout(const char *id)
{
	return (struct checkout){
		.id = mem_strdup(id),
		.tree_name = mem_strdup("debian-6.1"),
		.base = mem_strdup("b45e"),
		.commit = mem_strdup("c033"),
		.fix = mem_strdup("sgtable-no-page"),
		.overlay = true,
		.patchset_hash = mem_strdup("9a7c"),
		.message_id = mem_strdup("1@example.org"),
		.name = mem_strdup("dma: a series"),
	};
}

static inline struct build a_build(const char *id, const char *checkout_id)
{
	return (struct build){
		.id = mem_strdup(id),
		.checkout_id = mem_strdup(checkout_id),
		.config_name = mem_strdup("main"),
		.toolchain = mem_strdup("arm-linux-gnueabihf-gcc 12.2.0"),
		.architecture = mem_strdup("arm"),
		.command = mem_strdup("make ARCH=arm zImage"),
		.status = BUILD_PASS,
		.started = 1700000000,
		.duration_ms = 61234,
	};
}

static inline struct job a_job(const char *id, const char *build_id)
{
	return (struct job){
		.id = mem_strdup(id),
		.build_id = mem_strdup(build_id),
		.target = mem_strdup("virt"),
		.lab = mem_strdup("desk"),
		.filter = mem_strdup(""),
		.outcome = JOB_DONE,
		.reason = mem_strdup(""),
		.boot = BOOT_FINISHED,
		.started = 1700000100,
		.duration_ms = 9876,
	};
}

static inline void add_test(struct test_list *l, const char *path, enum test_status status,
			    size_t line, const char *comment)
{
	(void)test_list_add(l, mem_strdup(path), status, line, mem_strdup(comment));
}

static inline void add_oops(struct oops_list *l, const char *hash, const char *title, size_t line)
{
	static const char *const frames[] = { "sg_page", "dma_map_sg", "vb2_dc_map" };
	struct oops o = {
		.title = mem_strdup(title),
		.type = mem_strdup("NULL-POINTER-DEREFERENCE"),
		.function = mem_strdup(frames[0]),
		.n_alt = 1,
		.n_frames = 3,
		.first_line = line,
		.last_line = line + 20,
		.fatal = true,
	};

	o.alt = mem_zalloc(sizeof(*o.alt));
	o.alt[0] = mem_strdup("BUG: another title");
	o.frames = mem_zalloc(3 * sizeof(*o.frames));
	for (size_t i = 0; i < 3; i++)
		o.frames[i] = mem_strdup(frames[i]);
	snprintf(o.hash, sizeof(o.hash), "%s", hash);
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = o;
}

/* A checkout "c0ffee" and its build "b1b1" are in the store. */
static inline void put_build(struct fixture *f)
{
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	CLEANUP(build_done) struct build b = a_build("b1b1", "c0ffee");

	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	OK(store_build_put(f->s, &b, NULL, &f->err));
}

/* The database itself, past the store. The caller's: db_freep(). */
static inline struct db *raw_db(struct fixture *f)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/dmalab.db", f->work);
	struct db *db = NULL;

	OK(db_open(path, 99, &db, &f->err));
	return db;
}

static inline int64_t ask(struct fixture *f, const char *sql)
{
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(stmt_done) struct stmt q = { 0 };

	OK(stmt_prepare(db, &q, sql, &f->err));
	FOUND(stmt_step(&q, &f->err));
	return stmt_col_int(&q, 0);
}

/* Rows of everything; equal before and after what must change nothing. */
static inline int64_t rows(struct fixture *f)
{
	return ask(f,
		   "SELECT (SELECT count(*) FROM logs) + (SELECT count(*) FROM checkouts)"
		   " + (SELECT count(*) FROM conflicts) + (SELECT count(*) FROM builds)"
		   " + (SELECT count(*) FROM artifacts) + (SELECT count(*) FROM diagnostics)"
		   " + (SELECT count(*) FROM jobs) + (SELECT count(*) FROM test_paths)"
		   " + (SELECT count(*) FROM tests) + (SELECT count(*) FROM issues)"
		   " + (SELECT count(*) FROM incidents) + (SELECT count(*) FROM outcomes)"
		   " + (SELECT count(*) FROM outcome_jobs) + (SELECT count(*) FROM outcome_tests)"
		   " + (SELECT count(*) FROM outcome_incidents) + (SELECT count(*) FROM verdicts)"
		   " + (SELECT count(*) FROM reasons) + (SELECT count(*) FROM changes)"
		   " + (SELECT count(*) FROM verdict_texts)");
}

#endif
