// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "git/git.h"
#include "stage/source/manifest.h"
#include "stage/source/mirror.h"

enum {
	BLOCK = 1 << 20,
	LINE = 256,
	OID = 40,
	READ_MS = 3600 * 1000,	/* of all mails of a poll */
	SILENT_MS = 120 * 1000, /* git says nothing for so long: it hangs */
};

/* Lists commits and what is in their trees: each commit, and then the mail "m" that it brought. */
static int list_write(const struct mirror *m, const struct git *g, const char *base,
		      const char *tip, int64_t since, int fd, struct err *err)
{
	CLEANUP(free_ptr) char *range = base[0] ? mem_printf("%s..%s", base, tip) : mem_strdup(tip);
	CLEANUP(free_ptr)
	char *filter = mem_printf("--since-as-filter=@%lld +0000", (long long)since);
	const char *args[] = { "rev-list",  "--reverse",
			       "--objects", "--in-commit-order",
			       range,	    since > 0 ? filter : NULL,
			       NULL };
	struct run_result res;
	struct run run;
	int r = git_start(g, args, -1, fd, m->limit_ms, &run, err);

	if (r < 0)
		return r;
	while ((r = run_poll(&run, 1000, &res, err)) == 0)
		;
	if (r < 0) {
		run_abandon(&run);
		return r;
	}
	if (res.end == RUN_CANCELED)
		return err_set(err, ECANCELED, "interrupted");
	if (res.end != RUN_EXITED || res.status != 0)
		return err_set(err, EIO, "git cannot list the mails of %s (%s)", m->dir,
			       run_end_text(&res, (char[32]){ 0 }));
	return 0;
}

/* A file that goes when it is closed. */
static int file_make(const struct mirror *m, FILE **ret, struct err *err)
{
	int fd = open(m->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	*ret = fd < 0 ? NULL : fdopen(fd, "w+");
	if (*ret)
		return 0;
	err_errno(err, errno, "cannot write to '%s'", m->dir);
	close_fd(&fd);
	return -err->code;
}

static void file_close(FILE **f)
{
	if (*f)
		(void)fclose(*f);
	*f = NULL;
}

/* The next mail of a list: 1, and *line begins with its blob; commit is the one that has it. */
static int list_next(FILE *list, char commit[41], char line[LINE], struct err *err)
{
	bool begins = true; /* a line; not a piece of one that is too long to be wanted */

	while (fgets(line, LINE, list)) {
		size_t len = strcspn(line, "\n");
		bool whole = line[len] == '\n';

		if (!begins || !whole)
			len = 0;
		begins = whole;
		if (len == OID)
			memcpy(commit, line, OID);
		else if (len == OID + 2 && line[OID + 1] == 'm')
			return 1;
	}
	return ferror(list) ? err_set(err, EIO, "the list of mails cannot be read") : 0;
}

/* What git is to read: it need not look through commits and trees again. */
static int blobs_write(FILE *list, FILE *blobs, struct err *err)
{
	char line[LINE], commit[41];
	int r;

	rewind(list);
	while ((r = list_next(list, commit, line, err)) > 0)
		(void)fprintf(blobs, "%.40s\n", line);
	rewind(list);
	if (r == 0 && (fflush(blobs) != 0 || lseek(fileno(blobs), 0, SEEK_SET) < 0))
		return err_errno(err, errno, "cannot write the list of mails");
	return r;
}

int mirror_open(const struct mirror *m, const char *base, const char *tip, int64_t since,
		struct mirror_mails *ret, struct err *err)
{
	const char *args[] = { "-c", "core.bigFileThreshold=16m", "cat-file", "--batch", "--buffer",
			       NULL };
	struct git g = {
		.repo = m->dir, .log_fd = -1, .cancel_fd = m->cancel_fd, .lock_fd = m->lock_fd
	};
	CLEANUP(file_close) FILE *list = NULL;
	CLEANUP(file_close) FILE *blobs = NULL;
	int pipe_fd[2], r = file_make(m, &list, err);

	if (r == 0)
		r = file_make(m, &blobs, err);
	if (r == 0)
		r = list_write(m, &g, base, tip, since, fileno(list), err);
	if (r == 0)
		r = blobs_write(list, blobs, err);
	if (r < 0)
		return r;
	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return err_errno(err, errno, "cannot read mails of '%s'", m->dir);
	(void)fcntl(pipe_fd[0], F_SETPIPE_SZ, BLOCK); /* fewer turns; it goes without as well */
	*ret = (struct mirror_mails){ .out = pipe_fd[0], .cancel_fd = m->cancel_fd };
	r = git_start(&g, args, fileno(blobs), pipe_fd[1], READ_MS, &ret->run, err);
	close_fd(&pipe_fd[1]);
	if (r < 0) {
		close_fd(&ret->out);
		*ret = (struct mirror_mails){ 0 };
		return r;
	}
	ret->block = mem_zalloc(BLOCK);
	ret->list = list;
	list = NULL;
	return 0;
}

void mirror_close(struct mirror_mails *l)
{
	if (!l->block)
		return;
	run_abandon(&l->run);
	close_fd(&l->out);
	file_close(&l->list);
	free(l->block);
	*l = (struct mirror_mails){ 0 };
}

/* Lets git write for a moment: woken by each of its small writes, both would only take turns. */
static void gather(int fd)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	int n = 0;

	if (ioctl(fd, FIONREAD, &n) == 0 && n < BLOCK / 2)
		(void)nanosleep(&moment, NULL);
}

/* Reads more of what git says; there must be more. */
static int fill(struct mirror_mails *l, struct err *err)
{
	struct pollfd p[2] = { { .fd = l->out, .events = POLLIN },
			       { .fd = l->cancel_fd, .events = POLLIN } };
	ssize_t n;

	for (;;) {
		int r = poll(p, 2, SILENT_MS);

		if (r == 0)
			return err_set(err, EIO, "git reads mails, and says nothing");
		if (r > 0 && p[1].revents)
			return err_set(err, ECANCELED, "interrupted");
		if (r < 0 && errno != EINTR)
			return err_errno(err, errno, "cannot wait for git");
		if (r < 0)
			continue;
		gather(l->out);
		n = read(l->out, l->block, BLOCK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, EIO, "git ended before it gave all mails");
		l->at = 0;
		l->n = (size_t)n;
		return 0;
	}
}

/* A line of git's, without its newline. */
static int line_read(struct mirror_mails *l, char line[LINE], struct err *err)
{
	for (size_t len = 0;;) {
		if (l->at == l->n && fill(l, err) < 0)
			return -err->code;
		if (len == LINE - 1)
			return err_set(err, EIO, "git answers in lines that are too long");
		line[len] = l->block[l->at++];
		if (line[len] == '\n') {
			line[len] = '\0';
			return 0;
		}
		len++;
	}
}

/* Takes so many bytes; data NULL: nobody wants them. */
static int bytes_read(struct mirror_mails *l, char *data, size_t len, struct err *err)
{
	while (len > 0) {
		size_t n;

		if (l->at == l->n && fill(l, err) < 0)
			return -err->code;
		n = l->n - l->at < len ? l->n - l->at : len;
		if (data) {
			memcpy(data, l->block + l->at, n);
			data += n;
		}
		l->at += n;
		len -= n;
	}
	return 0;
}

/* The content of an object of that size and the newline behind it; *raw NULL: it is no mail. */
static int mail_read(struct mirror_mails *l, bool mail, size_t size, size_t limit, char **raw,
		     size_t *len, struct err *err)
{
	size_t keep = !mail ? 0 : size > limit ? limit + 1 : size;
	CLEANUP(free_ptr) char *data = malloc(keep + 1);
	int r;

	if (!data)
		return err_set(err, ENOMEM, "no memory for a mail");
	r = bytes_read(l, data, keep, err);
	if (r == 0)
		r = bytes_read(l, NULL, size - keep + 1, err);
	if (r < 0)
		return r;
	data[keep] = '\0';
	*len = keep;
	if (mail) {
		*raw = data;
		data = NULL;
	}
	return 0;
}

int mirror_next(struct mirror_mails *l, size_t limit, char commit[41], char **raw, size_t *len,
		struct err *err)
{
	char line[LINE], type[16];
	unsigned long long size;
	int r = 0;

	*raw = NULL;
	*len = 0;
	while (!*raw && (r = list_next(l->list, l->commit, line, err)) > 0) {
		r = line_read(l, line, err);
		if (r == 0 && sscanf(line, "%*64[0-9a-f] %15s %llu", type, &size) == 2)
			r = mail_read(l, strcmp(type, "blob") == 0, size, limit, raw, len, err);
		if (r < 0)
			return r;
	}
	if (!*raw)
		return r;
	memcpy(commit, l->commit, sizeof(l->commit));
	return 1;
}
