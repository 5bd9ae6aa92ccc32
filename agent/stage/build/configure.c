// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/build.h"
#include "stage/build/fragments.h"
#include "stage/build/objdir.h"
#include "stage/build/options.h"
#include "stage/build/room.h"

enum { FRAGMENT_MAX = 1 << 20, CONFIG_MAX = 4 << 20, KCONFIGS_MAX = 20000 };

static const char stamp_name[] = ".dmalab-config";

/* The fragments' bytes; texts hold what frags point to. */
struct merge {
	struct buf *texts;
	struct fragment *frags;
	size_t n;
	char stamp[HASH_HEX_LEN];
};

static void merge_done(struct merge *m)
{
	for (size_t i = 0; i < m->n; i++)
		buf_done(&m->texts[i]);
	free(m->texts);
	free(m->frags);
}

static int merge_read(const struct build_spec *spec, struct merge *m, struct err *err)
{
	const struct kernel_config *k = spec->kernel;
	CLEANUP(strv_done) struct strv make = { 0 };
	struct hash h;

	m->texts = mem_zalloc((k->n_fragments + 1) * sizeof(*m->texts));
	m->frags = mem_zalloc((k->n_fragments + 1) * sizeof(*m->frags));
	m->n = k->n_fragments;
	hash_start(&h);
	room_make(spec, &make);
	for (size_t i = 0; i < make.n; i++)
		if (strncmp(make.v[i], "-j", 2))
			hash_field(&h, make.v[i]);
	for (size_t i = 0; i < m->n; i++) {
		CLEANUP(free_ptr)
		char *path =
			mem_printf("%s/configs/%s", spec->config->kernel_tests, k->fragments[i]);
		int r = fs_read(path, FRAGMENT_MAX, &m->texts[i], err);

		if (r < 0)
			return r;
		m->frags[i] = (struct fragment){ k->fragments[i], buf_text(&m->texts[i]),
						 m->texts[i].len };
		hash_field(&h, m->frags[i].text);
	}
	hash_hex(&h, m->stamp);
	return 0;
}

/*
 * Whether a Kconfig file that the configuration was made from has changed since,
 * by the list that Kconfig itself leaves for make. When in doubt: yes.
 */
static bool kconfig_changed(const struct build_spec *spec)
{
	CLEANUP(free_ptr) char *stamp = mem_printf("%s/%s", spec->obj, stamp_name);
	CLEANUP(buf_done) struct buf list = { 0 };
	struct err err;
	struct stat made, st;
	char *rest = NULL;
	size_t n = 0;

	if (lstat(stamp, &made) < 0)
		return true;
	/* Before the first make there is no list, and nothing was built either. */
	if (objdir_read(spec->obj, "include/config/auto.conf.cmd", CONFIG_MAX, &list, &err) < 0)
		return true;
	for (char *word = strtok_r(list.data, " \t\\\n", &rest); word;
	     word = strtok_r(NULL, " \t\\\n", &rest)) {
		CLEANUP(free_ptr) char *path = mem_printf("%s/%s", spec->src, word);

		if (!strcmp(word, "deps_config") || !strcmp(word, ":="))
			continue;
		if (strchr(word, ':') || n++ > KCONFIGS_MAX)
			break; /* the list is over, rules follow */
		if (stat(path, &st) < 0 || st.st_mtim.tv_sec > made.st_mtim.tv_sec ||
		    (st.st_mtim.tv_sec == made.st_mtim.tv_sec &&
		     st.st_mtim.tv_nsec > made.st_mtim.tv_nsec))
			return true;
	}
	return false;
}

static bool is_configured(const struct build_spec *spec, const struct merge *m)
{
	CLEANUP(buf_done) struct buf stamp = { 0 };
	struct err err;

	return objdir_read(spec->obj, stamp_name, HASH_HEX_LEN, &stamp, &err) == 0 &&
	       !strcmp(buf_text(&stamp), m->stamp) && !spec->configure && !kconfig_changed(spec);
}

/* Runs one step; 1: it passed, 0: it failed and build says why. */
static int step(const struct room *room, const char *const *argv, struct build *build,
		struct err *err)
{
	struct sandbox_run run;
	struct run_result res;
	int r = room_tool(room, argv, &run, &res, err);

	if (r == 0)
		r = room_outcome(room, &run, &res, build, err);
	return r < 0 ? r : build->status == BUILD_PASS;
}

/*
 * merge_config.sh's own call of make knows neither our CC nor O=, so it merges
 * only (-m, in /obj, for it writes where it stands) and we call make.
 */
static int merge(const struct room *room, struct build *build, struct err *err)
{
	const struct kernel_config *k = room->spec->kernel;
	CLEANUP(strv_done) struct strv argv = { 0 };

	strv_all(&argv,
		 (const char *const[]){ "env", "KCONFIG_CONFIG=/obj/.dmalab-merged", "sh",
					"/src/scripts/kconfig/merge_config.sh", "-m", NULL });
	for (size_t i = 0; i < k->n_fragments; i++)
		strv_addf(&argv, "/tests/configs/%s", k->fragments[i]);
	return step(room, (const char *const *)argv.v, build, err);
}

static int allnoconfig(const struct room *room, struct build *build, struct err *err)
{
	CLEANUP(strv_done) struct strv argv = { 0 };

	room_make(room->spec, &argv);
	strv_add(&argv, "KCONFIG_ALLCONFIG=/obj/.dmalab-merged");
	strv_add(&argv, "allnoconfig");
	return step(room, (const char *const *)argv.v, build, err);
}

static int check(const struct build_spec *spec, const struct merge *m, struct build *build,
		 struct err *err)
{
	CLEANUP(buf_done) struct buf config = { 0 };
	struct diagnostic d;
	int r = objdir_read(spec->obj, ".config", CONFIG_MAX, &config, err);

	if (r < 0)
		return r;
	if (fragments_check(m->frags, m->n, buf_text(&config), config.len, &d)) {
		diagnostic_done(&build->error);
		build->error = d;
		build->status = BUILD_FAIL;
		return 0;
	}
	return objdir_write(spec->obj, stamp_name, m->stamp, strlen(m->stamp), err);
}

/* Of a series: against what its base, or the patch before, is configured as. */
static int changes_take(const struct build_spec *spec, const struct buf *before,
			struct build *build, struct err *err)
{
	CLEANUP(buf_done) struct buf now = { 0 };
	CLEANUP(buf_done) struct buf changes = { 0 };
	int r = objdir_read(spec->obj, ".config", CONFIG_MAX, &now, err);

	if (r < 0)
		return r;
	options_compare(buf_text(before), buf_text(&now), &changes);
	mem_set_copy(&build->options, buf_text(&changes));
	return 0;
}

int build_configure(const struct build_spec *spec, struct build *build, struct err *err)
{
	CLEANUP(merge_done) struct merge m = { 0 };
	CLEANUP(room_close) struct room room = { 0 };
	CLEANUP(buf_done) struct buf before = { 0 };
	struct err ignored;
	int r;

	build->status = BUILD_PASS;
	r = merge_read(spec, &m, err);
	if (r == 0)
		r = room_open(spec, &room, err);
	if (r == 0)
		r = objdir_begin(spec->obj, err);
	if (r < 0)
		return err_prefix(err, "configure");
	if (!is_configured(spec, &m)) {
		bool has_before = spec->configure && objdir_read(spec->obj, ".config", CONFIG_MAX,
								 &before, &ignored) == 0;

		room_bind(&room, spec->config->kernel_tests, "/tests", false);
		r = objdir_remove(spec->obj, stamp_name, err);
		if (r == 0)
			r = merge(&room, build, err);
		if (r > 0)
			r = allnoconfig(&room, build, err);
		if (r > 0)
			r = check(spec, &m, build, err);
		if (r == 0 && has_before && build->status == BUILD_PASS)
			r = changes_take(spec, &before, build, err);
	}
	if (r == 0)
		r = objdir_end(spec->obj, err);
	return r < 0 ? err_prefix(err, "configure") : 0;
}
