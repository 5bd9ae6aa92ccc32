// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/mbox.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"

enum { BLOCK = 256 << 10, FROM_LINE_MAX = 1000, YEAR_MIN = 90 };

/* "From somebody Thu Jan  1 00:00:00 1970": the last colon stands between digits of a time. */
static bool from_line(const char *line, size_t len)
{
	const char *colon;
	long year = 0;

	if (len < 20 || len > FROM_LINE_MAX || memcmp(line, "From ", 5) != 0)
		return false;
	colon = memrchr(line + 5, ':', len - 7);
	if (!colon || colon - line < 5 + 4 || colon + 3 > line + len)
		return false;
	if (!isdigit((unsigned char)colon[-4]) || !isdigit((unsigned char)colon[-2]) ||
	    !isdigit((unsigned char)colon[-1]) || !isdigit((unsigned char)colon[1]) ||
	    !isdigit((unsigned char)colon[2]))
		return false;
	for (const char *p = colon + 3; p < line + len && year <= YEAR_MIN; p++)
		if (isdigit((unsigned char)*p))
			year = year * 10 + (*p - '0');
		else if (*p != ' ' || year > 0)
			break;
	return year > YEAR_MIN;
}

static int names_of(const char *dir, const char *sub, struct strv *ret, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", dir, sub);
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);

	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0)
		return err_errno(err, errno, "cannot read '%s'", path);
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.')
			strv_addf(ret, "%s/%s", path, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return 1;
}

static int maildir_open(struct mbox *m, struct err *err)
{
	int cur = names_of(m->name, "cur", &m->files, err);
	int new = cur < 0 ? cur : names_of(m->name, "new", &m->files, err);

	if (new < 0)
		return new;
	if (cur + new == 0)
		return err_set(err, EISDIR, "'%s' is a folder, and no maildir", m->name);
	m->started = m->eof = true; /* nothing is to be read of the folder itself */
	return 0;
}

int mbox_open(struct mbox *m, const char *path, size_t limit, struct err *err)
{
	struct stat st;
	int r = 0;

	*m = (struct mbox){ .name = path, .limit = limit };
	m->fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
				       : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (m->fd < 0 || fstat(m->fd, &st) < 0)
		r = err_errno(err, errno, "cannot read '%s'", path);
	else if (S_ISDIR(st.st_mode))
		r = maildir_open(m, err);
	else if (!S_ISREG(st.st_mode) && strcmp(path, "-") != 0 && !S_ISFIFO(st.st_mode))
		r = err_set(err, EINVAL, "'%s' is no file", path);
	else if (S_ISFIFO(st.st_mode))
		(void)fcntl(m->fd, F_SETFL, 0); /* wait for its writer from here on */
	if (r < 0)
		mbox_close(m);
	return r;
}

void mbox_close(struct mbox *m)
{
	close_fd(&m->fd);
	m->fd = -1;
	free(m->block);
	m->block = NULL;
	buf_done(&m->data);
	strv_done(&m->files);
}

/* Reads another block behind what is there; what was given out goes. */
static int fill(struct mbox *m, struct err *err)
{
	ssize_t n;

	if (!m->block)
		m->block = mem_zalloc(BLOCK);
	if (m->at > 0)
		memmove(m->data.data, m->data.data + m->at, m->data.len - m->at);
	m->data.len -= m->at;
	m->at = 0;
	do
		n = read(m->fd, m->block, BLOCK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_errno(err, errno, "cannot read '%s'", m->name);
	m->eof = n == 0;
	buf_add(&m->data, m->block, (size_t)n);
	return 0;
}

/* Takes "From " back out of ">From ", ">>From "…; in place. Returns the new length. */
static size_t mboxrd_undo(char *raw, size_t len)
{
	char *to = raw, *end = raw + len;

	if (!memmem(raw, len, "\n>", 2))
		return len;
	for (const char *p = raw; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *q = p;
		size_t n = (size_t)((nl ? nl + 1 : end) - p);

		while (q < end && *q == '>')
			q++;
		if (q > p && end - q >= 5 && memcmp(q, "From ", 5) == 0) {
			p++;
			n--;
		}
		memmove(to, p, n);
		to += n;
		p += n;
	}
	return (size_t)(to - raw);
}

/* Decides what kind of file this is, once some of it is there. */
static int start(struct mbox *m, struct err *err)
{
	const char *nl;
	char *p;
	size_t n;

	while (!m->eof && m->data.len < FROM_LINE_MAX + 1) {
		int r = fill(m, err);

		if (r < 0)
			return r;
	}
	while (m->at < m->data.len && isspace((unsigned char)m->data.data[m->at]))
		m->at++;
	m->started = true;
	n = m->data.len - m->at;
	if (n == 0)
		return 0;
	p = m->data.data + m->at;
	nl = memchr(p, '\n', n);
	m->bare = !from_line(p, nl ? (size_t)(nl + 1 - p) : n);
	m->mboxrd = n > 12 && memcmp(p, "From mboxrd@", 12) == 0;
	return 0;
}

/*
 * Finds where the mail at m->at ends: *len. Of one that is too long only the beginning is kept,
 * and *len is one more than the limit.
 */
static int find_end(struct mbox *m, size_t *len, struct err *err)
{
	bool line_start = true; /* pos is where a line begins */
	size_t pos = 0;

	for (;;) {
		char *mail = m->data.data + m->at, *end = m->data.data + m->data.len;
		char *p = mail + pos, *nl;

		while (!m->bare && (nl = memchr(p, '\n', (size_t)(end - p)))) {
			if (p > mail && line_start && from_line(p, (size_t)(nl + 1 - p))) {
				*len = (size_t)(p - mail);
				return 0;
			}
			line_start = true;
			p = nl + 1;
		}
		if (m->bare || end - p > FROM_LINE_MAX) {
			line_start = false; /* what is so long is no From line */
			p = end;
		}
		pos = (size_t)(p - mail);
		if (pos > m->limit + 1) { /* forget its middle, look on for its end */
			memmove(mail + m->limit + 1, p, (size_t)(end - p));
			m->data.len -= pos - (m->limit + 1);
			pos = m->limit + 1;
		}
		if (m->eof) {
			*len = m->data.len - m->at;
			return 0;
		}
		if (fill(m, err) < 0)
			return -err->code;
	}
}

/* The next mail of one file; 0: it has no more. */
static int next_of_file(struct mbox *m, char **raw, size_t *len, struct err *err)
{
	int r = m->started ? 0 : start(m, err);

	if (r == 0 && m->at == m->data.len && !m->eof)
		r = fill(m, err);
	if (r < 0 || m->at == m->data.len)
		return r;
	r = find_end(m, len, err);
	if (r < 0)
		return r;
	*raw = m->data.data + m->at;
	m->at += *len;
	if (*len > m->limit + 1)
		*len = m->limit + 1;
	if (!m->bare && *len > 2 && memcmp(*raw + *len - 2, "\n\n", 2) == 0)
		--*len; /* the empty line that an mbox has behind each mail */
	if (m->mboxrd)
		*len = mboxrd_undo(*raw, *len);
	return 1;
}

int mbox_next(struct mbox *m, char **raw, size_t *len, struct err *err)
{
	for (;;) {
		int r = next_of_file(m, raw, len, err);

		if (r != 0 || m->file == m->files.n)
			return r;
		close_fd(&m->fd);
		m->fd = open(m->files.v[m->file], O_RDONLY | O_CLOEXEC);
		m->file++;
		if (m->fd < 0 && errno == ENOENT)
			continue; /* somebody took it away */
		if (m->fd < 0)
			return err_errno(err, errno, "cannot read '%s'", m->files.v[m->file - 1]);
		m->data.len = m->at = 0;
		m->started = m->eof = m->mboxrd = false;
	}
}
