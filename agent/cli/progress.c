// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/foreign.h"
#include "base/mem.h"

static double seconds(const struct progress_view *v)
{
	return (double)(clock_ms() - v->began) / 1000;
}

static void step(void *arg, const char *text)
{
	struct progress_view *v = arg;
	CLEANUP(free_ptr) char *line = foreign_line(text);

	progress_close(v);
	fprintf(stderr, "%6.1f s  %s\n", seconds(v), line);
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

struct progress progress_open(struct progress_view *v)
{
	*v = (struct progress_view){ .terminal = isatty(STDERR_FILENO), .began = clock_ms() };
	return (struct progress){ .arg = v, .step = step, .tick = tick };
}

void progress_close(struct progress_view *v)
{
	if (v->open)
		fputs("\r\033[K", stderr);
	v->open = false;
}
