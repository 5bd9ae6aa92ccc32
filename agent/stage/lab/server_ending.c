// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/lab/server_ending.h"

#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "stage/lab/ending.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static char *say(const struct lab_end *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* "lab big, device xu3-01: " and the rest, as one line. */
static char *say(const struct lab_end *e, const char *fmt, ...)
{
	const char *device = e->listed && e->listed->device ? e->listed->device : "";
	CLEANUP(free_ptr) char *what = NULL;
	CLEANUP(free_ptr) char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	what = mem_vprintf(fmt, ap);
	va_end(ap);
	text = mem_printf("lab %s%s%s: %s", e->lab, device[0] ? ", device " : "", device, what);
	return ending_line(text);
}

static bool is(const struct lab_end *e, const char *type)
{
	return e->word && e->word->error_type && strcmp(e->word->error_type, type) == 0;
}

static const char *message(const struct lab_end *e)
{
	return e->word && e->word->error_msg ? e->word->error_msg : "";
}

/* LAVA's words, and for a connection that broke what came over it last. */
static char *lava_said(const struct lab_end *e, const struct console_end *c)
{
	if (is(e, "Infrastructure") && c->last)
		return say(e, "%s: %s (%s)", e->word->error_type, message(e), c->last);
	return say(e, "%s: %s", e->word->error_type, message(e));
}

static bool was_canceled(const struct lab_end *e)
{
	return is(e, "Canceled") || (e->listed && e->listed->state == LAVA_FINISHED &&
				     e->listed->health == LAVA_CANCELED);
}

/* LAVA says only that it was canceled: by whom, or by its queue's time-out, is what times tell. */
static char *canceled_reason(const struct lab_end *e)
{
	const struct lava_job *j = e->listed;
	bool waited = j && !(j->device && j->device[0]);

	if (waited && e->queue_s > 0 && j->ended - j->submitted >= e->queue_s)
		return say(e, "waited %lld s in its queue for a device",
			   (long long)(j->ended - j->submitted));
	return say(e, "canceled by somebody else");
}

/*
 * What LAVA says while it looks at a job, before anything is sent to the device: DownloaderAction's
 * words for a server that does not answer (lava_dispatcher/actions/deploy/download.py, and the
 * time-out of the whole job). All else is wrong with the job.
 */
static bool blames_files(const char *message)
{
	static const char *const words[] = { "Resource unavailable at", "timed out",
					     "Unable to get '" };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strstr(message, words[i]))
			return true;
	return false;
}

/* The actions behind the boot loader: what times out in one of them waited for the kernel. */
static bool waited_for_kernel(const char *message)
{
	static const char *const actions[] = { "auto-login-action ", "login-action ",
					       "kernel-messages ", "lava-test-" };

	if (!strstr(message, "timed out"))
		return false;
	for (size_t i = 0; i < COUNT(actions); i++)
		if (strncmp(message, actions[i], strlen(actions[i])) == 0)
			return true;
	return false;
}

static enum job_outcome done(char **reason)
{
	*reason = mem_strdup("");
	return JOB_DONE;
}

/* No kernel spoke, and LAVA has a word on that. */
static enum job_outcome judge_silent(const struct lab_end *e, const struct console_end *c,
				     char **reason)
{
	if (!e->word->error_type || is(e, "Test") || waited_for_kernel(message(e)))
		return done(reason);
	*reason = lava_said(e, c);
	if (is(e, "Configuration"))
		return JOB_INVALID;
	if (is(e, "Job") && strncmp(message(e), "Invalid job data", 16) == 0 &&
	    !blames_files(message(e)))
		return JOB_INVALID;
	return JOB_INFRA;
}

/* A kernel spoke, or not, and neither finished nor crashed. */
static enum job_outcome judge_unfinished(const struct lab_end *e, const struct console_end *c,
					 char **reason)
{
	if (was_canceled(e)) {
		*reason = canceled_reason(e);
		return JOB_INFRA;
	}
	if (!e->word || !e->word->has) {
		*reason = say(e, "LAVA ended the job %lld without a result",
			      e->listed ? (long long)e->listed->id : 0);
		return JOB_INFRA;
	}
	if (c->boot == BOOT_SILENT)
		return judge_silent(e, c, reason);
	if (is(e, "Infrastructure") || is(e, "Configuration") || is(e, "Bug")) {
		*reason = lava_said(e, c);
		return JOB_INFRA;
	}
	return done(reason);
}

enum job_outcome server_ending_judge(const struct lab_end *e, const struct console_end *c,
				     char **reason)
{
	bool told = c->boot == BOOT_FINISHED || c->boot == BOOT_CRASHED;

	if (e->canceled_by_us && !e->late && !c->said_all) {
		*reason = mem_strdup("the job was canceled");
		return JOB_CANCELED;
	}
	if (e->word && e->word->runs > 1) {
		*reason = say(e, "its worker ran the job %d times, and the log is of all of them",
			      e->word->runs);
		return JOB_INFRA;
	}
	if (c->said_all || told)
		return done(reason);
	if (!e->listed) {
		*reason = say(e, "the server has the job no longer");
		return JOB_INFRA;
	}
	if (e->late && (c->boot != BOOT_SILENT || c->launched))
		return done(reason);
	if (e->late && e->unfetched) {
		*reason = say(e, "LAVA looked in vain for the job's files: do its workers reach "
				 "files_url?");
		return JOB_INFRA;
	}
	if (e->late) {
		*reason = say(e, "the job %lld did not end in its time", (long long)e->listed->id);
		return JOB_INFRA;
	}
	return judge_unfinished(e, c, reason);
}
