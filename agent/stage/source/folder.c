// SPDX-License-Identifier: GPL-2.0-or-later
/* An mbox that grows; a maildir is in maildir.c. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "mail/mail.h"
#include "mail/mbox.h"
#include "model/config.h"
#include "stage/source/folder.h"

enum {
	BEFORE = 4096, /* bytes before the place that show whether the file is still the same */
	QUIET_S = 10,  /* a file that nobody wrote to for so long has its last mail whole */
};

/* Where a poll stood in the file. */
struct place {
	int64_t dev, ino, at;
	char hash[HASH_HEX_LEN];
};

char *file_origin(const char *path)
{
	return mem_printf("file:%s", path);
}

static int before_hash(int fd, int64_t at, char *hex, struct err *err)
{
	int64_t from = at > BEFORE ? at - BEFORE : 0;
	char data[BEFORE];
	size_t have = 0, want = (size_t)(at - from);

	while (have < want) {
		ssize_t n = pread(fd, data + have, want - have, from + (int64_t)have);

		if (n < 0 && errno != EINTR)
			return err_errno(err, errno, "cannot read a mailbox");
		if (n == 0)
			break;
		have += n > 0 ? (size_t)n : 0;
	}
	hash_data(data, have, hex);
	return 0;
}

/* The place of the cursor, or the beginning where the file is another or was rewritten. */
static int place_find(const char *cursor, int fd, const struct stat *st, struct place *ret,
		      struct err *err)
{
	CLEANUP(json_done) json_t *j = json_loads(cursor, 0, NULL);
	const json_t *was = json_object_get(j, "mbox");
	char now[HASH_HEX_LEN];
	int64_t at = json_number(was, "at");
	int r = 0;

	*ret = (struct place){ .dev = (int64_t)st->st_dev, .ino = (int64_t)st->st_ino };
	if (at <= 0 || at > st->st_size || json_number(was, "dev") != ret->dev ||
	    json_number(was, "ino") != ret->ino)
		return 0;
	r = before_hash(fd, at, now, err);
	if (r == 0 && strcmp(now, json_text(was, "hash")) == 0)
		ret->at = at;
	return r;
}

static int place_take(struct feed *f, int fd, struct place *p, struct err *err)
{
	CLEANUP(free_ptr) char *cursor = NULL;
	int r = before_hash(fd, p->at, p->hash, err);

	if (r < 0)
		return r;
	cursor = mem_printf("{\"mbox\":{\"dev\":%lld,\"ino\":%lld,\"at\":%lld,\"hash\":\"%s\"}}",
			    (long long)p->dev, (long long)p->ino, (long long)p->at, p->hash);
	return feed_take(f, cursor, err);
}

/* Whether the file's last mail is all there: its writer may be in the middle of it. */
static bool ends_whole(int fd, int64_t now)
{
	struct stat st;
	char last[2];

	if (fstat(fd, &st) < 0)
		return false;
	return now - st.st_mtime >= QUIET_S ||
	       (st.st_size >= 2 && pread(fd, last, 2, st.st_size - 2) == 2 &&
		memcmp(last, "\n\n", 2) == 0);
}

static int mails_read(struct feed *f, struct mbox *m, struct place *p, struct err *err)
{
	char *raw, *copy;
	size_t len;
	int r;

	while ((r = mbox_next(m, &raw, &len, err)) > 0) {
		int64_t next = lseek(m->fd, 0, SEEK_CUR) - (int64_t)(m->data.len - m->at);

		if (m->eof && m->at == m->data.len && !ends_whole(m->fd, f->spec->now))
			break;
		copy = mem_zalloc(len + 1);
		memcpy(copy, raw, len);
		feed_mail(f, copy, len, file_origin(m->name));
		p->at = next;
		if (feed_full(f) && (r = place_take(f, m->fd, p, err)) < 0)
			return r;
	}
	if (r >= 0 && f->batch.n > 0)
		r = place_take(f, m->fd, p, err);
	return r < 0 ? r : 0;
}

static int mbox_poll(struct feed *f, const char *cursor, struct err *err)
{
	CLEANUP(mbox_close) struct mbox m = { .fd = -1 };
	struct place p;
	struct stat st;
	int r = mbox_open(&m, f->spec->source->path, MAIL_BYTES_MAX, err);

	if (r < 0)
		return r;
	if (fstat(m.fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(err, EINVAL, "'%s' is neither an mbox nor a maildir", m.name);
	r = place_find(cursor, m.fd, &st, &p, err);
	if (r == 0 && lseek(m.fd, p.at, SEEK_SET) < 0)
		r = err_errno(err, errno, "cannot read '%s'", m.name);
	return r < 0 ? r : mails_read(f, &m, &p, err);
}

int folder_poll(struct feed *f, const char *cursor, struct err *err)
{
	const char *path = f->spec->source->path;
	struct stat st;

	if (stat(path, &st) < 0)
		return err_errno(err, errno, "cannot read '%s'", path);
	if (S_ISDIR(st.st_mode))
		return maildir_poll(f, cursor, err);
	if (!S_ISREG(st.st_mode))
		return err_set(err, EINVAL, "'%s' is neither an mbox nor a maildir", path);
	return mbox_poll(f, cursor, err);
}
