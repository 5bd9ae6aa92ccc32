// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/diagnostics.h"

enum { FULL_MB = 64 };

/* The lab's own disk is full, whatever the size of the candidate's. */
static bool lab_is_full(const struct room *room)
{
	struct statvfs fs;

	return fstatvfs(room->log_fd, &fs) == 0 &&
	       (uint64_t)fs.f_bavail * fs.f_frsize < (uint64_t)FULL_MB << 20;
}

/* What the build ran out of, as a sentence for people; NULL: nothing. The caller frees. */
static char *limit_met(const struct room *room, const struct sandbox_run *run,
		       const struct run_result *res, const struct diagnostics *d, bool log_full)
{
	const struct limits_config *l = &room->spec->config->limits;

	if (log_full)
		return mem_printf("error: the build printed more than %d MB", ROOM_LOG_MAX >> 20);
	if (res->end == RUN_TIMEDOUT)
		return mem_printf("error: the build took more than its time of %d s", l->build_s);
	if (run->events.out_of_memory || d->no_memory)
		return mem_printf("error: the build needed more than its memory of %d MB",
				  l->build_memory_mb);
	if (d->no_space || d->file_too_large)
		return mem_printf("error: the build wrote more than its disk of %d MB",
				  l->build_disk_mb);
	if (d->no_processes)
		return mem_printf("error: the build started more than its %d processes",
				  l->build_processes);
	return NULL;
}

static bool has_warning(const struct build *b, const struct diagnostic *w)
{
	for (size_t i = 0; i < b->n_warnings; i++)
		if (b->warnings[i].line == w->line && !strcmp(b->warnings[i].text, w->text) &&
		    !strcmp(b->warnings[i].file, w->file))
			return true;
	return false;
}

/* Kconfig says the same in configure and in make. */
static void take_warnings(struct build *b, struct diagnostics *d)
{
	for (size_t i = 0; i < d->n_warnings; i++) {
		if (has_warning(b, &d->warnings[i]))
			continue;
		b->warnings = mem_grow(b->warnings, b->n_warnings, &b->cap_warnings,
				       sizeof(*b->warnings));
		b->warnings[b->n_warnings++] = d->warnings[i];
		d->warnings[i] = (struct diagnostic){ 0 };
	}
}

/* Not by the sandbox's memory limit, which has been asked before: by the host. */
static bool was_killed(const struct diagnostic *d)
{
	return d->text &&
	       (strstr(d->text, "Killed signal terminated") || !strcmp(d->text, "error: Killed"));
}

static void set_error(struct build *b, enum build_status status, struct diagnostic d)
{
	diagnostic_done(&b->error);
	b->status = status;
	b->error = d;
	if (!b->error.file)
		b->error.file = mem_strdup("");
	if (!b->error.excerpt)
		b->error.excerpt = mem_strdup("");
}

static void judge(const struct room *room, const struct sandbox_run *run,
		  const struct run_result *res, bool log_full, struct diagnostics *d,
		  struct build *build)
{
	CLEANUP(free_ptr) char *limit = limit_met(room, run, res, d, log_full);
	char word[32];

	if (limit) {
		bool ours = room->spec->trusted || (d->no_space && lab_is_full(room));

		free(d->error.text);
		d->error.text = limit;
		limit = NULL;
		build->limit = true;
		set_error(build, ours ? BUILD_ERROR : BUILD_FAIL, d->error);
	} else if (res->end != RUN_EXITED || d->setup_failed) {
		set_error(build, BUILD_ERROR,
			  (struct diagnostic){
				  .text = mem_printf("error: the build was ended by %s",
						     run_end_text(res, word)),
			  });
		return;
	} else if (d->error.text) {
		set_error(build, was_killed(&d->error) ? BUILD_ERROR : BUILD_FAIL, d->error);
	} else {
		set_error(build, BUILD_FAIL,
			  (struct diagnostic){
				  .text = mem_printf("error: make ended with %s and no word why",
						     run_end_text(res, word)),
			  });
		return;
	}
	d->error = (struct diagnostic){ 0 };
}

int room_outcome(const struct room *room, const struct sandbox_run *run,
		 const struct run_result *res, struct build *build, struct err *err)
{
	CLEANUP(diagnostics_done) struct diagnostics d = { 0 };
	CLEANUP(buf_done) struct buf log = { 0 };
	bool log_full;
	int r;

	if (lseek(room->log_fd, room->log_start, SEEK_SET) < 0)
		return err_errno(err, errno, "cannot read '%s'", room->spec->log);
	r = fs_read_fd(room->log_fd, room->spec->log, ROOM_LOG_MAX, &log, err);
	log_full = r == -EFBIG;
	if (r < 0 && !log_full)
		return r;
	diagnostics_read(buf_text(&log), log.len, &d);
	if (d.error.text)
		d.error.log_line += room->log_lines;
	for (size_t i = 0; i < d.n_warnings; i++)
		d.warnings[i].log_line += room->log_lines;
	take_warnings(build, &d);
	build->duration_ms += res->ms;
	if (!build->started)
		build->started = clock_now() - res->ms / 1000;
	if (res->end == RUN_EXITED && res->status == 0)
		build->status = BUILD_PASS;
	else
		judge(room, run, res, log_full, &d, build);
	return 0;
}
