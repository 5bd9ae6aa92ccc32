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
#include "console/ktap.h"
#include "console/oops.h"
#include "model/job.h"

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

/* Whether LAVA begins an action: "start: 2.4.3 bootloader-commands (timeout …". */
static bool begins(const char *text, const char *action)
{
	static const char start[] = "start: ";
	const char *name = strncmp(text, start, strlen(start)) == 0 ? text + strlen(start) : "";

	name += strspn(name, "0123456789.");
	return name[0] == ' ' && strncmp(name + 1, action, strlen(action)) == 0 &&
	       name[1 + strlen(action)] == ' ';
}

/*
 * What LAVA says of itself. A board can have a kernel on it that talks until the reset, or for ever
 * where that fails: the last job's tests or crash. So nothing counts before the boot loader takes
 * commands, which is the first time that LAVA has the machine (BootloaderCommandsAction in
 * lava_dispatcher/actions/boot, of U-Boot, barebox and depthcharge alike).
 */
static void take_action(struct follow *f, const char *text)
{
	/* Job.validate() in lava_dispatcher/job.py; an action of that name has a number above 0 */
	if (strcmp(text, "start: 0 validate") == 0)
		f->validates = true;
	if (strncmp(text, "validate duration: ", 19) == 0)
		f->validates = false;
	/* CallQemuAction in lava_dispatcher/actions/boot/qemu.py */
	if (strcmp(text, "started a shell command") == 0)
		f->launched = true;
	if (f->loaded)
		return;
	if (begins(text, "reset-device")) {
		f->waits = true;
		f->over = false;
	} else if (begins(text, "bootloader-commands")) {
		f->waits = f->over = f->cut = false;
		f->loaded = f->cleared = true;
		f->seen = 0;
		buf_done(&f->console);
	}
}

static void take_line(struct follow *f, const char *line, size_t len)
{
	struct lava_line l;

	/* A server keeps the lines as a list. */
	if (len > 2 && memcmp(line, "- ", 2) == 0) {
		line += 2;
		len -= 2;
	}
	if (len == 0)
		return;
	if (lava_line_parse(line, len, &l) < 0) {
		mem_set(&f->stranger, mem_strndup(line, len));
		return;
	}
	if (lava_line_is_console(&l))
		add_line(f, l.text, l.text_len);
	else if (l.text && (strcmp(l.level, "debug") == 0 || strcmp(l.level, "info") == 0))
		take_action(f, l.text);
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

/* Brings the file to what the console is. */
static int write_console(struct follow *f, struct err *err)
{
	if (f->cleared && f->console_fd > 0 && ftruncate(f->console_fd, 0) < 0)
		return err_errno(err, errno, "cannot write the console");
	f->cleared = false;
	while (f->console_fd > 0 && f->seen < f->console.len) {
		ssize_t n =
			write(f->console_fd, f->console.data + f->seen, f->console.len - f->seen);

		if (n < 0 && errno != EINTR)
			return err_errno(err, errno, "cannot write the console");
		if (n > 0)
			f->seen += (size_t)n;
	}
	f->seen = f->console.len;
	return 0;
}

/*
 * Whether what was not seen yet ends the boot. A line can be the rest of one before
 * it, torn by a kernel's, so those before are looked at too.
 */
static bool ends(const struct follow *f)
{
	size_t from = f->seen > WINDOW ? f->seen - WINDOW : 0;

	while (from > 0 && f->console.data[from - 1] != '\n')
		from--;
	return boot_is_over(f->console.data + from, f->console.len - from);
}

int follow_text(struct follow *f, const char *text, size_t len, struct err *err)
{
	buf_add(&f->partial, text, len);
	take_lines(f);
	if (f->partial.len > LINE_LIMIT)
		return err_set(err, EFBIG, "LAVA's log has a line of more than %d bytes",
			       LINE_LIMIT);
	if (!f->over && !f->waits && f->console.len > f->seen)
		f->over = ends(f);
	return write_console(f, err);
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

void follow_fill(const struct follow *f, struct job *j)
{
	const char *text = buf_text(&f->console);

	j->boot = BOOT_SILENT;
	if (f->waits)
		return;
	j->boot = boot_state(text, f->console.len);
	(void)ktap_parse(text, f->console.len, &j->tests);
	oops_parse(text, f->console.len, &j->oopses);
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
