// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
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

enum { ID_LEN = 16 };
static const int64_t ns_per_s = 1000000000;

/* A file of the maildir, or one that was taken. */
struct entry {
	char id[ID_LEN + 1]; /* of its name */
	int64_t time;	     /* of its last change of inode: put there, renamed; nanoseconds */
	char *path;	     /* NULL: of the cursor */
};

struct entries {
	struct entry *v;
	size_t n, cap;
};

static void entries_done(struct entries *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].path);
	free(l->v);
}

static void entry_add(struct entries *l, const char *id, int64_t time, char *path)
{
	struct entry e = { .time = time, .path = path };

	snprintf(e.id, sizeof(e.id), "%s", id);
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = e;
}

static int by_id(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	return strcmp(a->id, b->id);
}

static int by_time(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	return a->time != b->time ? (a->time < b->time ? -1 : 1) : strcmp(a->id, b->id);
}

static void entries_sort(struct entries *l, int (*order)(const void *, const void *))
{
	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), order);
}

/* Of a maildir(5) name what stays when its mail is read: all before ":2,S". */
static void name_id(const char *name, char id[ID_LEN + 1])
{
	char hex[HASH_HEX_LEN];

	hash_data(name, strcspn(name, ":"), hex);
	memcpy(id, hex, ID_LEN);
	id[ID_LEN] = '\0';
}

static void cursor_read(const char *cursor, int64_t *from, struct entries *names)
{
	CLEANUP(json_done) json_t *j = json_loads(cursor, 0, NULL);
	json_t *dir = json_object_get(j, "maildir"), *list = json_object_get(dir, "names"), *time;
	const char *id;

	*from = json_number(dir, "from");
	json_object_foreach(list, id, time) entry_add(names, id, json_integer_value(time), NULL);
	entries_sort(names, by_id);
}

/* Forgets names that the time stands for, and says it all as text. */
static char *cursor_write(struct entries *names, int64_t now, int64_t *from)
{
	CLEANUP(json_done) json_t *j = json_object();
	json_t *dir = json_object(), *list = json_object();
	int64_t last, slack = MAILDIR_SLACK_S * ns_per_s;
	size_t old = 0;

	entries_sort(names, by_time);
	last = names->n > 0 ? names->v[names->n - 1].time : 0;
	if (last > now * ns_per_s)
		last = now * ns_per_s; /* a clock that went wrong must not hide what comes later */
	if (last - slack > *from)
		*from = last - slack;
	while (old < names->n && names->v[old].time < *from)
		old++;
	if (names->n - old > MAILDIR_NAMES) {
		old = names->n - MAILDIR_NAMES;
		*from = names->v[old - 1].time + 1;
	}
	for (size_t i = 0; i < old; i++)
		free(names->v[i].path);
	if (old > 0)
		memmove(names->v, names->v + old, (names->n - old) * sizeof(*names->v));
	names->n -= old;
	for (size_t i = 0; i < names->n; i++)
		json_object_set_new(list, names->v[i].id, json_integer(names->v[i].time));
	json_object_set_new(dir, "from", json_integer(*from > 0 ? *from : 0));
	json_object_set_new(dir, "names", list);
	json_object_set_new(j, "maildir", dir);
	return json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS);
}

/* Adds what of a sub-folder is not known; of what is, the time may be newer. */
static int list_read(const char *path, int64_t from, struct entries *known, struct entries *ret,
		     struct err *err)
{
	DIR *dir = opendir(path);
	const struct dirent *d;
	struct stat st;

	if (!dir)
		return err_errno(err, errno, "cannot read '%s'", path);
	while ((d = readdir(dir))) {
		struct entry key = { 0 }, *was = NULL;

		if (d->d_name[0] == '.' || fstatat(dirfd(dir), d->d_name, &st, 0) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		key.time = st.st_ctim.tv_sec * ns_per_s + st.st_ctim.tv_nsec;
		if (key.time < from)
			continue;
		name_id(d->d_name, key.id);
		if (known->n > 0)
			was = bsearch(&key, known->v, known->n, sizeof(key), by_id);
		if (was)
			was->time = key.time;
		else
			entry_add(ret, key.id, key.time, mem_printf("%s/%s", path, d->d_name));
	}
	closedir(dir);
	return 0;
}

static int file_read(struct feed *f, const char *path, struct err *err)
{
	CLEANUP(mbox_close) struct mbox m = { .fd = -1 };
	char *raw;
	size_t len;
	int r = mbox_open(&m, path, MAIL_BYTES_MAX, err);

	if (r == -ENOENT)
		return 0; /* it was moved: its new name is seen the next time */
	if (r < 0)
		return r;
	while ((r = mbox_next(&m, &raw, &len, err)) > 0) {
		char *copy = mem_zalloc(len + 1);

		memcpy(copy, raw, len);
		feed_mail(f, copy, len, file_origin(path));
	}
	return r < 0 ? r : 1;
}

static int files_read(struct feed *f, struct entries *files, struct entries *known, int64_t from,
		      struct err *err)
{
	bool waiting = false;

	for (size_t i = 0; i < files->n; i++) {
		struct entry *e = &files->v[i];
		int r = file_read(f, e->path, err);

		if (r < 0)
			return r;
		if (r > 0)
			entry_add(known, e->id, e->time, NULL);
		waiting = waiting || r > 0;
		if (waiting && (feed_full(f) || i + 1 == files->n)) {
			CLEANUP(free_ptr) char *cursor = cursor_write(known, f->spec->now, &from);

			r = feed_take(f, cursor, err);
			waiting = false;
		}
		if (r < 0)
			return r;
	}
	return 0;
}

int maildir_poll(struct feed *f, const char *cursor, struct err *err)
{
	CLEANUP(entries_done) struct entries known = { 0 };
	CLEANUP(entries_done) struct entries files = { 0 };
	CLEANUP(free_ptr) char *new = mem_printf("%s/new", f->spec->source->path);
	CLEANUP(free_ptr) char *cur = mem_printf("%s/cur", f->spec->source->path);
	int64_t from;
	int r;

	cursor_read(cursor, &from, &known);
	r = list_read(cur, from, &known, &files, err);
	if (r == 0)
		r = list_read(new, from, &known, &files, err);
	if (r < 0)
		return r;
	entries_sort(&files, by_time);
	return files_read(f, &files, &known, from, err);
}
