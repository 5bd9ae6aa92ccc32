// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/site.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "http/rate.h"
#include "model/config.h"
#include "store/page.h"
#include "store/store.h"
#include "web/cache.h"
#include "web/web.h"

enum {
	REST_MS = 10 * 1000,
	LONG_MS = 60 * 1000,
	SAID_MS = 60 * 1000, /* before the same trouble is told again */
};

void site_done(struct site *s)
{
	cache_freep(&s->cache);
	rate_freep(&s->wrong);
	store_freep(&s->store);
	free(s->said);
}

static void store_close(struct site *s)
{
	store_freep(&s->store);
	cache_clear(s->cache);
}

static int store_reopen(struct site *s, const struct stat *st, struct err *err)
{
	int r = store_open_reader_now(s->config->work_dir, &s->store, err);

	if (r == 0)
		r = store_version(s->store, &s->version, err);
	if (r < 0) {
		store_close(s);
		return r;
	}
	s->dev = st->st_dev;
	s->ino = st->st_ino;
	return 0;
}

int site_store(struct site *s, struct err *err)
{
	CLEANUP(free_ptr) char *path = NULL;
	int64_t version = 0;
	struct stat st;
	int r;

	s->used_ms = clock_ms();
	if (s->is_fresh && s->store)
		return 0;
	path = mem_printf("%s/dmalab.db", s->config->work_dir);
	if (stat(path, &st) < 0) {
		store_close(s);
		return err_errno(err, errno, "cannot read '%s'", path);
	}
	if (s->store && (st.st_dev != s->dev || st.st_ino != s->ino))
		store_close(s); /* another was put in its place */
	if (!s->store) {
		r = store_reopen(s, &st, err);
	} else {
		r = store_version(s->store, &version, err);
		if (r == 0 && version != s->version)
			cache_clear(s->cache);
		s->version = version;
		if (r < 0)
			store_close(s);
	}
	s->is_fresh = r == 0;
	return r;
}

int site_rest(struct site *s)
{
	int64_t left = s->used_ms + REST_MS - clock_ms();

	if (!s->store)
		return LONG_MS;
	if (left > 0)
		return (int)left;
	store_close(s);
	return LONG_MS;
}

void site_trouble(struct site *s, const char *text)
{
	if (!s->options->trouble ||
	    (s->said && strcmp(s->said, text) == 0 && clock_ms() - s->said_ms < SAID_MS))
		return;
	mem_set_copy(&s->said, text);
	s->said_ms = clock_ms();
	s->options->trouble(s->options->arg, text);
}
