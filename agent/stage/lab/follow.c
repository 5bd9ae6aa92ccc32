// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/lab/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "console/boot.h"

enum {
	/* LAVA's own longest line is a megabyte (lava_common/log.py); this is no line of a log. */
	LINE_LIMIT = 4 << 20,
	WINDOW = 1 << 16,
};

void follow_done(struct follow *f)
{
	if (f->log_fd > 0)
		close_fd(&f->log_fd);
	if (f->console_fd > 0)
		close_fd(&f->console_fd);
	buf_done(&f->partial);
	buf_done(&f->console);
	lava_line_done(&f->result);
	free(f->stranger);
	*f = (struct follow){ 0 };
}

int follow_open(const char *dir, size_t limit, struct follow *ret, struct err *err)
{
	CLEANUP(free_ptr) char *log = mem_printf("%s/log", dir);
	CLEANUP(free_ptr) char *console = mem_printf("%s/console", dir);
	CLEANUP(close_fd) int log_fd = open(log, O_RDONLY | O_CLOEXEC);
	int console_fd;

	if (log_fd < 0)
		return err_errno(err, errno, "cannot read '%s'", log);
	console_fd = open(console, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	if (console_fd < 0)
		return err_errno(err, errno, "cannot write '%s'", console);
	*ret = (struct follow){ .log_fd = log_fd, .console_fd = console_fd, .limit = limit };
	log_fd = -1;
	return 0;
}

/* Adds a line to the console, or the note that it is cut here. */
static void add_line(struct follow *f, const char *text, size_t len)
{
	if (f->cut)
		return;
	if (len >= f->limit || f->console.len > f->limit - len - 1) {
		f->cut = true;
		f->over = true;
		buf_printf(&f->console, "=== dmalab: the console is longer than %zu bytes; cut\n",
			   f->limit);
		return;
	}
	buf_add(&f->console, text, len);
	buf_str(&f->console, "\n");
}

static void take_line(struct follow *f, const char *line, size_t len)
{
	struct lava_line l;

	if (len == 0)
		return;
	if (lava_line_parse(line, len, &l) < 0) {
		free(f->stranger);
		f->stranger = mem_strndup(line, len);
		return;
	}
	if (lava_line_is_console(&l))
		add_line(f, l.text, l.text_len);
	/* CallQemuAction in lava_dispatcher/actions/boot/qemu.py */
	else if (l.text && strcmp(l.level, "debug") == 0 &&
		 strcmp(l.text, "started a shell command") == 0)
		f->launched = true;
	if (lava_line_is_job_result(&l)) {
		lava_line_done(&f->result);
		f->result = l;
		f->has_result = true;
		return;
	}
	lava_line_done(&l);
}

/* Cuts the whole lines off the front of what has been read. */
static void take_lines(struct follow *f)
{
	char *start = f->partial.data;
	char *end;
	size_t left;

	if (!start)
		return;
	while ((end = memchr(start, '\n', f->partial.len - (size_t)(start - f->partial.data)))) {
		take_line(f, start, (size_t)(end - start));
		start = end + 1;
	}
	left = f->partial.len - (size_t)(start - f->partial.data);
	memmove(f->partial.data, start, left);
	f->partial.len = left;
	f->partial.data[left] = '\0';
}

static int write_console(struct follow *f, size_t from, struct err *err)
{
	while (f->console_fd > 0 && from < f->console.len) {
		ssize_t n = write(f->console_fd, f->console.data + from, f->console.len - from);

		if (n < 0 && errno != EINTR)
			return err_errno(err, errno, "cannot write the console");
		if (n > 0)
			from += (size_t)n;
	}
	return 0;
}

/*
 * Whether what came behind `had` ends the boot. A line can be the rest of one
 * before it, torn by a kernel's, so those before are looked at too.
 */
static bool ends(const struct follow *f, size_t had)
{
	size_t from = had > WINDOW ? had - WINDOW : 0;

	while (from > 0 && f->console.data[from - 1] != '\n')
		from--;
	return boot_is_over(f->console.data + from, f->console.len - from);
}

int follow_text(struct follow *f, const char *text, size_t len, struct err *err)
{
	size_t had = f->console.len;

	buf_add(&f->partial, text, len);
	take_lines(f);
	if (f->partial.len > LINE_LIMIT)
		return err_set(err, EFBIG, "LAVA's log has a line of more than %d bytes",
			       LINE_LIMIT);
	if (!f->over && f->console.len > had)
		f->over = ends(f, had);
	return write_console(f, had, err);
}

int follow_read(struct follow *f, struct err *err)
{
	char block[1 << 16];
	ssize_t n;

	while ((n = read(f->log_fd, block, sizeof(block))) != 0) {
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, errno, "cannot read LAVA's log");
		r = follow_text(f, block, (size_t)n, err);
		if (r < 0)
			return r;
	}
	return 0;
}

char *follow_last_line(const struct follow *f)
{
	size_t end = f->console.len;
	size_t start;

	while (end > 0 && strchr("\n\r ", f->console.data[end - 1]))
		end--;
	for (start = end; start > 0 && f->console.data[start - 1] != '\n'; start--)
		;
	return end > start ? mem_strndup(f->console.data + start, end - start) : NULL;
}
