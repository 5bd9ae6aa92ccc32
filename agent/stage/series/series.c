// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/series/series.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "git/git.h"
#include "mail/needs.h"
#include "model/mail.h"
#include "stage/series/mail_head.h"

/* Replies and covers between the patches are read too, but not without end. */
enum { MAILS_A_PATCH = 5 };

static int input_open(const char *path, struct err *err)
{
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_errno(err, errno, "cannot read '%s'", path);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		(void)close(fd);
		return err_set(err, EISDIR, "'%s' is a folder, not an mbox", path);
	}
	return fd;
}

/* How many mails `git mailsplit` would make of it, at the most. */
static size_t mails_count(const char *text)
{
	size_t n = 1;

	while ((text = strchr(text, '\n'))) {
		text++;
		n += strncmp(text, "From ", 5) == 0;
	}
	return n;
}

/* Reads the input and refuses what cannot be mail before any tool sees it. */
static int input_read(const struct series_source *src, struct buf *ret, struct err *err)
{
	CLEANUP(close_fd) int fd = input_open(src->path, err);
	int r;

	if (fd < 0)
		return fd;
	r = fs_read_fd(fd, src->path, src->limit, ret, err);
	if (r < 0)
		return r;
	if (strspn(buf_text(ret), " \t\r\n") == ret->len)
		return err_set(err, EINVAL, "'%s' is empty", src->path);
	if (memchr(ret->data, '\0', ret->len))
		return err_set(err, EINVAL, "'%s' is binary, not an mbox", src->path);
	if (mails_count(buf_text(ret)) > MAILS_A_PATCH * src->limit_patches)
		return err_set(err, EFBIG, "'%s' has more than %zu mails", src->path,
			       MAILS_A_PATCH * src->limit_patches);
	return 0;
}

/* public-inbox's: lines of a mail that begin with "From " have a '>' before them. */
static bool is_mboxrd(const struct buf *mbox)
{
	return strncmp(buf_text(mbox), "From mboxrd@z ", 14) == 0;
}

/* Splits the mbox into dir/0001, dir/0002, … Returns how many. */
static int mails_split(const struct series_source *src, const struct buf *mbox, struct err *err)
{
	CLEANUP(free_ptr) char *all = mem_printf("%s/mbox", src->dir);
	CLEANUP(free_ptr) char *to = mem_printf("-o%s", src->dir);
	const struct git g = {
		.work_tree = src->dir, .log_fd = -1, .cancel_fd = src->cancel_fd, .lock_fd = -1
	};
	const char *const plain[] = { "mailsplit", "-b", "-d4", to, "--", all, NULL };
	const char *const quoted[] = { "mailsplit", "--mboxrd", "-b", "-d4", to, "--", all, NULL };
	CLEANUP(buf_done) struct buf words = { 0 };
	int r = fs_write(all, mbox->data, mbox->len, err);

	if (r == 0)
		r = git_words(&g, is_mboxrd(mbox) ? quoted : plain, &words, err);
	if (r < 0)
		return r;
	if (r == 0)
		return err_set(err, EINVAL, "'%s' is no mbox that git can split", src->path);
	return atoi(buf_text(&words));
}

/* The value of "Name: value" in mailinfo's output; a copy. */
static char *info_value(const char *info, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = info; line && *line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (strncmp(line, name, len) == 0 && line[len] == ':') {
			const char *v = line + len + 1 + (line[len + 1] == ' ');

			return mem_strndup(v, strcspn(v, "\n"));
		}
	}
	return mem_strdup("");
}

/* Whether mailinfo's patch part holds something that git am would take. */
static bool has_diff(const char *patch)
{
	for (const char *line = patch; line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (strncmp(line, "diff --git ", 11) == 0 || strncmp(line, "--- ", 4) == 0)
			return true;
	}
	return false;
}

/* What one mail is; *ret owns its strings. */
struct info {
	char *subject; /* without prefix */
	char *author;
	char *message_id;
	int number, total;
	bool patch;
};

static void info_done(struct info *m)
{
	free(m->subject);
	free(m->author);
	free(m->message_id);
	*m = (struct info){ 0 };
}

/* Reads mail number `at`; its raw bytes go to *raw. */
static int mail_read(const struct series_source *src, const char *file, struct buf *raw,
		     struct info *ret, struct err *err)
{
	CLEANUP(free_ptr) char *msg = mem_printf("%s/msg", src->dir);
	CLEANUP(free_ptr) char *diff = mem_printf("%s/diff", src->dir);
	const struct git g = {
		.work_tree = src->dir, .log_fd = -1, .cancel_fd = src->cancel_fd, .lock_fd = -1
	};
	const char *const args[] = { "mailinfo", "-k", "--encoding=UTF-8", msg, diff, NULL };
	CLEANUP(close_fd) int fd = open(file, O_RDONLY | O_CLOEXEC);
	CLEANUP(buf_done) struct buf info = { 0 };
	CLEANUP(buf_done) struct buf patch = { 0 };
	CLEANUP(free_ptr) char *subject = NULL;
	CLEANUP(free_ptr) char *name = NULL;
	CLEANUP(free_ptr) char *email = NULL;
	int r;

	if (fd < 0)
		return err_errno(err, errno, "cannot read '%s'", file);
	r = fs_read_fd(fd, file, src->limit, raw, err);
	if (r < 0)
		return r;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_errno(err, errno, "cannot read '%s'", file);
	r = git_words_from(&g, args, fd, &info, err);
	if (r == 0)
		return err_set(err, EINVAL, "'%s': git cannot read mail %s of it", src->path,
			       strrchr(file, '/') + 1);
	if (r == 1)
		r = fs_read(diff, src->limit, &patch, err);
	if (r < 0)
		return r;
	subject = info_value(buf_text(&info), "Subject");
	name = info_value(buf_text(&info), "Author");
	email = info_value(buf_text(&info), "Email");
	ret->subject = mem_strdup(mail_subject(subject, &ret->number, &ret->total));
	ret->author = mem_printf("%s <%s>", name, email);
	ret->message_id = mail_message_id(buf_text(raw));
	ret->patch = has_diff(buf_text(&patch));
	return 0;
}

static void patch_add(struct series *s, struct info *m, const char *file, const struct buf *raw)
{
	struct patch *p;

	s->patches = mem_grow(s->patches, s->n, &s->cap, sizeof(*s->patches));
	p = &s->patches[s->n++];
	*p = (struct patch){
		.number = m->number ? m->number : (int)s->n,
		.subject = m->subject,
		.author = m->author,
		.message_id = m->message_id,
		.file = mem_strdup(file),
	};
	hash_data(raw->data, raw->len, p->hash);
	*m = (struct info){ 0 };
}

static int by_number(const void *a, const void *b)
{
	const struct patch *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->file, y->file); /* 0001, 0002: the order of the mails */
}

/* KCIDB's patchset_hash: sha256sum *.patch | cut -c-64 | sha256sum. */
static void series_hash(struct series *s)
{
	struct hash h;

	hash_start(&h);
	for (size_t i = 0; i < s->n; i++) {
		hash_bytes(&h, s->patches[i].hash, 64);
		hash_bytes(&h, "\n", 1);
	}
	hash_hex(&h, s->hash);
}

static bool has_mail(const struct series *s, const char *message_id)
{
	for (size_t i = 0; message_id[0] && i < s->n; i++)
		if (strcmp(s->patches[i].message_id, message_id) == 0)
			return true;
	return false;
}

/* The first base-commit that a mail of the series names, the cover's as well as a patch's. */
static void base_note(struct series *s, const struct buf *raw)
{
	CLEANUP(mail_needs_done)
	struct mail_needs needs = { .base_commit = mem_strdup(""), .change_id = mem_strdup("") };

	needs_read(buf_text(raw), raw->len, &needs);
	if (s->base_commit[0])
		return;
	mem_set_copy(&s->base_commit, needs.base_commit);
}

static int mails_read(const struct series_source *src, int n, struct series *s, struct err *err)
{
	for (int i = 1; i <= n; i++) {
		CLEANUP(free_ptr) char *file = mem_printf("%s/%04d", src->dir, i);
		CLEANUP(info_done) struct info m = { 0 };
		CLEANUP(buf_done) struct buf raw = { 0 };
		int r = mail_read(src, file, &raw, &m, err);

		if (r < 0)
			return r;
		if (m.patch && strstr(m.author, " <>"))
			return err_set(
				err, EINVAL,
				"'%s': a patch without From: line; git format-patch makes mails",
				src->path);
		if (m.patch && has_mail(s, m.message_id))
			continue; /* the same mail by another list */
		base_note(s, &raw);
		if (m.patch) {
			if (m.total > s->total)
				s->total = m.total;
			patch_add(s, &m, file, &raw);
		} else if (m.total > 0 && m.number == 0 && !s->name) {
			s->name = mem_strdup(m.subject);
			s->message_id = mem_strdup(m.message_id);
		}
		if (s->n > src->limit_patches)
			return err_set(err, EFBIG, "'%s' has more than %zu patches", src->path,
				       src->limit_patches);
	}
	return 0;
}

int series_read(const struct series_source *src, struct series *ret, struct err *err)
{
	CLEANUP(series_done) struct series s = { .base_commit = mem_strdup("") };
	CLEANUP(buf_done) struct buf mbox = { 0 };
	int r = input_read(src, &mbox, err);

	if (r == 0)
		r = mails_split(src, &mbox, err);
	if (r < 0)
		return r;
	r = mails_read(src, r, &s, err);
	if (r < 0)
		return r;
	if (s.n == 0)
		return err_set(err, EINVAL, "'%s' has no patch in it", src->path);
	qsort(s.patches, s.n, sizeof(*s.patches), by_number);
	series_hash(&s);
	if (!s.name) {
		s.name = mem_strdup(s.patches[0].subject);
		s.message_id = mem_strdup(s.patches[0].message_id);
	}
	*ret = s;
	s = (struct series){ 0 };
	return 0;
}
