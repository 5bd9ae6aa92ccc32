// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/source/source.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/source/room.h"

void batch_own(struct source_batch *b, char *raw, size_t len, char *origin)
{
	b->v = mem_grow(b->v, b->n, &b->cap, sizeof(*b->v));
	b->v[b->n++] = (struct arrival){ .raw = raw, .len = len, .origin = origin };
}

void source_batch_add(struct source_batch *b, const char *raw, size_t len, const char *origin)
{
	char *copy = mem_zalloc(len + 1);

	memcpy(copy, raw, len);
	batch_own(b, copy, len, mem_strdup(origin));
}

void source_batch_done(struct source_batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->v[i].raw);
		free(b->v[i].origin);
	}
	free(b->v);
	free(b->cursor);
	strv_done(&b->keys);
	strv_done(&b->notes);
	*b = (struct source_batch){ 0 };
}

void feed_mail(struct feed *f, char *raw, size_t len, char *origin)
{
	batch_own(&f->batch, raw, len, origin);
	f->bytes += len;
}

bool feed_full(const struct feed *f)
{
	return f->batch.n >= SOURCE_BATCH || f->bytes >= FEED_BYTES;
}

int feed_take(struct feed *f, const char *cursor, struct err *err)
{
	int r;

	f->batch.cursor = cursor ? mem_strdup(cursor) : NULL;
	r = f->host->take(f->host->arg, &f->batch, err);
	source_batch_done(&f->batch);
	f->bytes = 0;
	return r;
}

int source_net(const struct config *c, int cancel_fd, struct net **ret, struct err *err)
{
	struct net_manners m = {
		.answer_bytes = (size_t)c->limits.answer_mb << 20,
		.answer_ms = c->limits.answer_s * 1000,
		.cancel_fd = cancel_fd,
	};

	return net_open(&m, ret, err);
}

int source_poll(const struct source_spec *s, const char *cursor, const struct source_host *host,
		struct err *err)
{
	CLEANUP(net_freep) struct net *net = NULL;
	struct feed f = { .spec = s, .host = host };
	int r = 0;

	if (s->source->type != SOURCE_FOLDER)
		r = source_net(s->config, s->cancel_fd, &net, err);
	f.net = net;
	if (r == 0)
		switch (s->source->type) {
		case SOURCE_FOLDER:
			r = folder_poll(&f, cursor, err);
			break;
		case SOURCE_PUBLIC_INBOX:
			r = inbox_poll(&f, cursor, err);
			break;
		case SOURCE_PATCHWORK:
			r = patchwork_poll(&f, cursor, err);
			break;
		}
	source_batch_done(&f.batch);
	return r < 0 ? err_prefix(err, "source '%s'", s->source->name) : 0;
}
