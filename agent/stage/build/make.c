// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/build.h"
#include "stage/build/diagnostics.h"
#include "stage/build/goal.h"
#include "stage/build/objdir.h"
#include "stage/build/room.h"

int build_make_start(const struct build_spec *spec, struct build_make *ret, struct err *err)
{
	CLEANUP(strv_done) struct strv argv = { 0 };
	struct build_make make = { .room = mem_zalloc(sizeof(*make.room)) };
	struct sandbox box;
	int r = room_open(spec, make.room, err);

	if (r == 0)
		r = objdir_begin(spec->obj, err);
	if (r < 0)
		goto fail;
	room_use_nodes(make.room);
	room_make(spec, &argv);
	for (size_t i = 0; i < spec->kernel->n_goals; i++)
		strv_take(&argv, goal_in_source(spec, spec->kernel->goals[i]));
	box = room_sandbox(make.room);
	r = sandbox_start(&box, (const char *const *)argv.v, &make.run, err);
	if (r < 0)
		goto fail;
	make.offset = make.room->log_start;
	*ret = make;
	return 0;
fail:
	room_close(make.room);
	free(make.room);
	return err_prefix(err, "make");
}

/* Counts the lines that are whole by now. */
static void count(struct build_make *make)
{
	char block[1 << 14];
	ssize_t n;

	while ((n = pread(make->room->log_fd, block, sizeof(block), make->offset)) > 0) {
		const char *s = block, *end = block + n, *nl;

		for (; (nl = memchr(s, '\n', (size_t)(end - s))); s = nl + 1)
			make->objects += diagnostics_is_object(s, (size_t)(nl - s));
		if (s == block && n < (ssize_t)sizeof(block))
			return;
		make->offset += s > block ? s - block : n; /* a line longer than a block is none */
	}
}

int build_make_poll(const struct build_spec *spec, struct build_make *make, int wait_ms,
		    struct build *build, struct err *err)
{
	struct run_result res;
	int r = sandbox_poll(&make->run, wait_ms, &res, err);

	count(make);
	if (r == 0) {
		/* The rest of what floods the log would be read by nobody. */
		if (make->offset - make->room->log_start > ROOM_LOG_MAX)
			run_stop(&make->run.run, RUN_TIMEDOUT);
		return 0;
	}
	if (r > 0 && res.end == RUN_CANCELED)
		r = err_set(err, ECANCELED, "the build was cancelled");
	/* A make that ended by itself has removed what it did not finish. */
	if (r > 0 && res.end == RUN_EXITED && objdir_end(spec->obj, err) < 0)
		r = -err->code;
	if (r > 0 && room_outcome(make->room, &make->run, &res, build, err) < 0)
		r = -err->code;
	build_make_abandon(make);
	return r < 0 ? err_prefix(err, "make") : 1;
}

void build_make_abandon(struct build_make *make)
{
	sandbox_abandon(&make->run);
	if (make->room)
		room_close(make->room);
	free(make->room);
	make->room = NULL;
}
