// SPDX-License-Identifier: GPL-2.0-or-later
/* A public-inbox: manifest, mirrors of its epochs, their commits. */
#include <errno.h>
#include <nettle/sha1.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "git/git.h"
#include "mail/mail.h"
#include "model/config.h"
#include "stage/source/manifest.h"
#include "stage/source/mirror.h"

enum {
	MANIFEST_BYTES = 16 << 20,
	FETCH_MB = 4096, /* an epoch of lore has 1 GB */
	FETCH_S = 1800,
	DAY_S = 86400,
	AGAIN_S = 2 * DAY_S, /* before the last poll: from where a lost mirror is fetched again */
	SETTLED_S = 5, /* a manifest younger than that may change again within its time stamp */
};

struct inbox {
	struct feed *f;
	const char *url;
	char *dir; /* CACHE/inboxes/NAME */
	int lock;
	struct inbox_cursor c;
};

static void inbox_done(struct inbox *x)
{
	free(x->dir);
	close_fd(&x->lock);
	inbox_cursor_done(&x->c);
}

/* What is handed over is the stand: the batch and the cursor behind it. */
static int stand_take(struct inbox *x, struct err *err)
{
	CLEANUP(free_ptr) char *cursor = inbox_cursor_write(&x->c);

	return feed_take(x->f, cursor, err);
}

static void epoch_names(const struct inbox *x, int num, char **url, char **dir)
{
	*url = mem_printf("%s/%d", x->url, num);
	*dir = mem_printf("%s/%d.git", x->dir, num);
}

static struct mirror mirror_of(const struct inbox *x, const char *url, const char *dir)
{
	return (struct mirror){ .url = url,
				.dir = dir,
				.cancel_fd = x->f->spec->cancel_fd,
				.lock_fd = x->lock,
				.limit_bytes = (int64_t)FETCH_MB << 20,
				.limit_ms = FETCH_S * 1000 };
}

/* The fingerprint that grokmirror and public-inbox make of a repository with this one ref. */
static void fingerprint(const char *tip, char hex[FINGERPRINT_LEN + 1])
{
	CLEANUP(free_ptr) char *refs = mem_printf("%s refs/heads/master\n", tip);
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx ctx;

	sha1_init(&ctx);
	sha1_update(&ctx, strlen(refs), (const uint8_t *)refs);
	sha1_digest(&ctx, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

/* Makes the origin, https://lore.kernel.org/LIST/MSGID/, of a mail. */
static char *origin_of(const struct inbox *x, const char *raw, size_t len)
{
	CLEANUP(free_ptr) char *msgid = raw_msgid(raw, len);
	struct buf b = { 0 };

	buf_printf(&b, "%s/", x->url);
	if (msgid[0]) {
		msgid_escape(&b, msgid);
		buf_str(&b, "/");
	}
	return buf_take(&b);
}

/* Hands on the mails of an epoch from where it stands to the tip. */
static int mails_take(struct inbox *x, const struct mirror *m, int num, const char *base,
		      const char *tip, struct err *err)
{
	CLEANUP(mirror_close) struct mirror_mails mails = { 0 };
	struct stand *s = stand_find(&x->c, num);
	char commit[41], *raw;
	size_t len;
	int r = mirror_open(m, base, tip, base[0] ? 0 : s->since, &mails, err);

	if (r < 0)
		return r;
	s->print[0] = '\0';
	while ((r = mirror_next(&mails, MAIL_BYTES_MAX, commit, &raw, &len, err)) > 0) {
		memcpy(s->at, commit, sizeof(commit));
		feed_mail(x->f, raw, len, origin_of(x, raw, len));
		if (feed_full(x->f) && stand_take(x, err) < 0)
			return -err->code;
	}
	return r;
}

/*
 * Brings an epoch's mirror up to date. Where it begins or begins again (the first poll, a cache
 * that was cleared, a purge that would bring it all), only as much is fetched as is needed.
 */
static int epoch_fetch(struct inbox *x, const struct mirror *m, const struct stand *s,
		       struct err *err)
{
	CLEANUP(free_ptr) char *head = mem_printf("%s/HEAD", m->dir);
	int64_t since = s->at[0] ? x->c.time - AGAIN_S : s->since;
	int r;

	mirror_tidy(m);
	if (!s->at[0])
		return since ? mirror_fetch_since(m, since, err) : mirror_fetch(m, MIRROR_ALL, err);
	if (fs_exists(head)) {
		r = mirror_fetch(m, MIRROR_ALL, err);
		if (r != -EFBIG)
			return r;
		r = fs_rmtree(m->dir, err);
		if (r < 0)
			return r;
	}
	return mirror_fetch_since(m, since, err);
}

static int epoch_poll(struct inbox *x, int num, struct err *err)
{
	CLEANUP(free_ptr) char *url = NULL;
	CLEANUP(free_ptr) char *dir = NULL;
	struct stand *s = stand_find(&x->c, num);
	char tip[41], base[41] = "";
	struct mirror m;
	int r;

	if (!s)
		s = stand_add(&x->c, num); /* an epoch that is new: all of it */
	epoch_names(x, num, &url, &dir);
	m = mirror_of(x, url, dir);
	r = epoch_fetch(x, &m, s, err);
	if (r > 0)
		r = mirror_tip(&m, tip, err);
	if (r > 0 && s->at[0] && strcmp(s->at, tip) != 0)
		r = mirror_base(&m, s->at, tip, base, err) < 0 ? -err->code : 1;
	if (r <= 0)
		return r;
	if (strcmp(s->at, tip) != 0)
		r = mails_take(x, &m, num, base, tip, err);
	if (r < 0)
		return r;
	s = stand_find(&x->c, num);
	memcpy(s->at, tip, sizeof(tip));
	fingerprint(tip, s->print);
	return 0;
}

/* A server without a manifest: epochs are asked for one by one. */
static int epochs_guess(struct inbox *x, struct manifest *ret, struct err *err)
{
	struct git g = { .log_fd = -1, .cancel_fd = x->f->spec->cancel_fd, .lock_fd = -1 };
	int num = x->c.first > 0 ? x->c.first : 0;

	for (; num < EPOCHS_MAX; num++) {
		CLEANUP(free_ptr) char *url = mem_printf("%s/%d", x->url, num);
		const char *args[] = { "ls-remote", "--quiet", url, "HEAD", NULL };
		int r = git_ok(&g, args, err);

		if (r < 0)
			return r;
		if (r == 0)
			break;
		manifest_add(ret, num, "");
	}
	if (ret->n == 0)
		return err_set(err, EINVAL, "%s is no public-inbox, or none with epochs", x->url);
	return 0;
}

/* Whether the manifest's time stamp tells it from one that is made a moment later. */
static bool settled(const struct net_answer *a)
{
	struct tm made = { 0 }, now = { 0 };
	const char *format = "%a, %d %b %Y %H:%M:%S GMT";

	return a->last_modified && a->date && strptime(a->last_modified, format, &made) &&
	       strptime(a->date, format, &now) && timegm(&now) - timegm(&made) >= SETTLED_S;
}

/* 1: *ret are the epochs; 0: nothing changed since the last poll. */
static int epochs_ask(struct inbox *x, struct manifest *ret, char **modified, struct err *err)
{
	CLEANUP(free_ptr) char *url = mem_printf("%s/manifest.js.gz", x->url);
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	CLEANUP(buf_done) struct buf text = { 0 };
	struct net_request req = { .url = url,
				   .last_modified = x->c.modified[0] ? x->c.modified : NULL };
	int r = net_ask(x->f->net, &req, &a, err);

	*modified = NULL;
	if (r == -ENOENT)
		return epochs_guess(x, ret, err) < 0 ? -err->code : 1;
	if (r < 0 || a.status == 304)
		return r;
	if (a.body.len >= 2 && memcmp(a.body.data, "\x1f\x8b", 2) == 0)
		r = gunzip(a.body.data, a.body.len, MANIFEST_BYTES, &text, err);
	else
		buf_add(&text, buf_text(&a.body), a.body.len);
	if (r == 0)
		r = manifest_read(buf_text(&text), text.len, ret, err);
	if (r < 0)
		return err_prefix(err, "%s", url);
	*modified = mem_strdup(settled(&a) ? a.last_modified : "");
	return 1;
}

/* The first poll: marks the newest epochs, and from where on their mails are wanted. */
static int begin(struct inbox *x, const struct manifest *l, struct err *err)
{
	int days = x->f->spec->source->since_days, r = 1;
	int64_t since = x->f->spec->now - (int64_t)days * DAY_S;

	for (size_t i = l->n; i-- > 0;) {
		CLEANUP(free_ptr) char *url = NULL;
		CLEANUP(free_ptr) char *dir = NULL;
		struct stand *s = stand_add(&x->c, l->v[i].num);
		struct mirror m;

		x->c.first = l->v[i].num;
		s->since = days > 0 && since > 0 ? since : 1;
		epoch_names(x, l->v[i].num, &url, &dir);
		m = mirror_of(x, url, dir);
		mirror_tidy(&m);
		r = days == 0 ? mirror_fetch(&m, 1, err) : mirror_fetch_since(&m, since, err);
		if (r > 0 && days == 0)
			r = mirror_tip(&m, s->at, err);
		if (r < 0)
			return r;
		if (r > 0 && (days == 0 || mirror_is_shallow(&m)))
			break; /* it goes further back than is wanted */
	}
	x->c.time = x->f->spec->now;
	return stand_take(x, err);
}

static int epochs_poll(struct inbox *x, const struct manifest *l, bool *all, struct err *err)
{
	*all = true;
	for (size_t i = 0; i < l->n; i++) {
		const struct stand *s = stand_find(&x->c, l->v[i].num);
		int r = 0;

		if (l->v[i].num < x->c.first ||
		    (s && s->print[0] && strcmp(s->print, l->v[i].print) == 0))
			continue;
		r = epoch_poll(x, l->v[i].num, err);
		if (r < 0)
			return r;
		s = stand_find(&x->c, l->v[i].num);
		if (!s || strcmp(s->print, l->v[i].print) != 0)
			*all = false; /* the repository is behind its manifest, or ahead */
	}
	return 0;
}

/* -EINVAL for a name that could lead out of the cache; its lock is held until inbox_done(). */
static int inbox_open(struct inbox *x, struct err *err)
{
	const struct source_spec *s = x->f->spec;
	CLEANUP(free_ptr) char *lock = NULL;
	int r;

	if (!s->source->name[0] || s->source->name[0] == '.' || strchr(s->source->name, '/'))
		return err_set(err, EINVAL, "'%s' is no name for a folder", s->source->name);
	x->dir = mem_printf("%s/inboxes/%s", s->config->cache_dir, s->source->name);
	lock = mem_printf("%s/lock", x->dir);
	r = fs_mkdirs(x->dir, err);
	if (r == 0)
		r = fs_lock_wait(lock, s->cancel_fd, err);
	if (r < 0)
		return r;
	x->lock = r;
	return 0;
}

int inbox_poll(struct feed *f, const char *cursor, struct err *err)
{
	CLEANUP(inbox_done) struct inbox x = { .f = f, .url = f->spec->source->url, .lock = -1 };
	CLEANUP(manifest_done) struct manifest epochs = { 0 };
	CLEANUP(free_ptr) char *modified = NULL;
	CLEANUP(free_ptr) char *now = NULL;
	bool all = false;
	int r;

	inbox_cursor_read(cursor, &x.c);
	r = inbox_open(&x, err);
	if (r == 0)
		r = epochs_ask(&x, &epochs, &modified, err);
	if (r <= 0)
		return r;
	if (x.c.first < 0)
		r = begin(&x, &epochs, err) < 0 ? -err->code : 1;
	if (r > 0)
		r = epochs_poll(&x, &epochs, &all, err);
	if (r < 0)
		return r;
	mem_set_copy(&x.c.modified, all && modified ? modified : "");
	now = inbox_cursor_write(&x.c);
	if (strcmp(now, cursor) == 0 && f->batch.n == 0)
		return 0;
	x.c.time = f->spec->now;
	return stand_take(&x, err);
}
