/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_SOURCE_FIXTURE_H
#define DMALAB_TESTS_SOURCE_FIXTURE_H

#include "unit.h"

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/source/room.h"

/* A source with its host, which keeps in memory what a store would. */
struct desk {
	char *dir;
	struct config config;
	struct source_config source;
	struct source_spec spec;
	struct source_host host;
	struct strv mails, origins; /* Message-IDs in the order in which they came */
	struct strv keys, notes;
	char *cursor;
	int takes;
	int fail_at; /* that take fails, as if the process ended before it; 0 none */
	struct err err;
};

static inline int desk_known(void *arg, const char *key, struct err *err)
{
	const struct desk *d = arg;

	(void)err;
	return strv_has(&d->keys, key);
}

static inline int desk_take(void *arg, const struct source_batch *b, struct err *err)
{
	struct desk *d = arg;

	if (++d->takes == d->fail_at)
		return err_set(err, EIO, "killed");
	assert_true(b->n <= SOURCE_BATCH);
	for (size_t i = 0; i < b->n; i++) {
		strv_take(&d->mails, raw_msgid(b->v[i].raw, b->v[i].len));
		strv_add(&d->origins, b->v[i].origin);
		assert_int_equal(b->v[i].raw[b->v[i].len], 0);
	}
	for (size_t i = 0; i < b->keys.n; i++)
		strv_add(&d->keys, b->keys.v[i]);
	for (size_t i = 0; i < b->notes.n; i++)
		strv_add(&d->notes, b->notes.v[i]);
	if (b->cursor) {
		free(d->cursor);
		d->cursor = mem_strdup(b->cursor);
	}
	return 0;
}

enum { DESK_NOW = 1800000000 };

static inline void desk_up(struct desk *d, enum source_type type)
{
	*d = (struct desk){ .dir = folder_make(), .cursor = mem_strdup("") };
	d->config = (struct config){ .cache_dir = mem_printf("%s/cache", d->dir),
				     .sources = &d->source,
				     .n_sources = 1,
				     .limits = { .answer_mb = 16, .answer_s = 20 } };
	d->source = (struct source_config){ .name = (char *)"list",
					    .type = type,
					    .every_s = 60,
					    .overlap_s = 3600,
					    .sweep_s = 86400 };
	d->spec = (struct source_spec){
		.config = &d->config, .source = &d->source, .cancel_fd = -1, .now = DESK_NOW
	};
	d->host = (struct source_host){ .arg = d, .known = desk_known, .take = desk_take };
}

static inline void desk_forget(struct desk *d)
{
	strv_done(&d->mails);
	strv_done(&d->origins);
	strv_done(&d->notes);
	d->takes = 0;
}

static inline void desk_down(struct desk *d)
{
	desk_forget(d);
	strv_done(&d->keys);
	free(d->cursor);
	free(d->config.cache_dir);
	free(d->source.url);
	free(d->source.path);
	folder_done(d->dir);
}

static inline int desk_poll(struct desk *d)
{
	CLEANUP(free_ptr) char *cursor = mem_strdup(d->cursor);

	d->err = (struct err){ 0 };
	return source_poll(&d->spec, cursor, &d->host, &d->err);
}

/* Polls, and all goes well: the Message-IDs that came, each with a blank behind it. */
static inline void desk_brings(struct desk *d, const char *want)
{
	struct buf got = { 0 };

	desk_forget(d);
	if (desk_poll(d) != 0)
		fail_msg("%s", d->err.msg);
	for (size_t i = 0; i < d->mails.n; i++)
		buf_printf(&got, "%s ", d->mails.v[i]);
	assert_string_equal(buf_text(&got), want);
	buf_done(&got);
}

static inline void desk_says(const struct desk *d, const char *text)
{
	if (!strstr(d->err.msg, text))
		fail_msg("'%s' is not in: %s", text, d->err.msg);
}

static inline char *desk_mail(const char *id)
{
	return mem_printf("From: Ann Other <ann@kernel.example>\nSubject: x\nMessage-ID: <%s>\n"
			  "Date: Tue, 4 Jun 2024 10:11:12 +0200\n\ntext of %s\n",
			  id, id);
}

#endif
