// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/foreign.h"
#include "base/mem.h"

static double seconds(const struct progress_view *v)
{
	return (double)(clock_ms() - v->began) / 1000;
}

/* The changing line, and the block above it. */
static void erase(struct progress_view *v)
{
	int lines = 0;

	if (v->open)
		fputs("\r\033[K", stderr);
	v->open = false;
	for (const char *c = v->block; c && *c; c++)
		lines += *c == '\n';
	if (lines)
		fprintf(stderr, "\033[%dA\033[J", lines);
}

static void step(void *arg, const char *text)
{
	struct progress_view *v = arg;
	CLEANUP(free_ptr) char *line = foreign_line(text);

	erase(v);
	fprintf(stderr, "%6.1f s  %s\n", seconds(v), line);
	if (v->block)
		fputs(v->block, stderr);
}

static void tick(void *arg, const char *text)
{
	struct progress_view *v = arg;
	CLEANUP(free_ptr) char *line = foreign_line(text);

	if (!v->terminal)
		return;
	fprintf(stderr, "\r%6.1f s  %s\033[K", seconds(v), line);
	fflush(stderr);
	v->open = true;
}

void progress_block(struct progress_view *v, const char *lines)
{
	struct buf clean = { 0 };

	if (!v->terminal)
		return;
	erase(v);
	for (const char *end; *lines; lines = end + (*end == '\n')) {
		CLEANUP(free_ptr) char *piece = NULL;
		CLEANUP(free_ptr) char *line = NULL;

		end = strchrnul(lines, '\n');
		piece = mem_strndup(lines, (size_t)(end - lines));
		line = foreign_line(piece);
		buf_printf(&clean, "%s\n", line);
	}
	free(v->block);
	v->block = buf_take(&clean);
	fputs(v->block, stderr);
}

int progress_width(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

struct progress progress_open(struct progress_view *v)
{
	*v = (struct progress_view){ .terminal = isatty(STDERR_FILENO), .began = clock_ms() };
	return (struct progress){ .arg = v, .step = step, .tick = tick };
}

void progress_close(struct progress_view *v)
{
	erase(v);
	free(v->block);
	v->block = NULL;
}
