// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/lab/ending.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "stage/lab/missing.h"

enum { REASON_LEN = 300 };

char *ending_line(const char *text)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t n = 0;

	for (; *text && n < REASON_LEN; text++) {
		unsigned char c = (unsigned char)*text;

		if (c > 0x20 && c != 0x7f)
			buf_add(&b, text, 1);
		else if (b.len > 0 && b.data[b.len - 1] != ' ')
			buf_str(&b, " ");
		n++;
	}
	buf_trim(&b);
	/* A character of several bytes may be cut; drop what is left of it. */
	if (*text)
		while (b.len > 0 && ((unsigned char)b.data[b.len - 1] & 0xc0) == 0x80)
			b.data[--b.len] = '\0';
	if (*text && b.len > 0 && (unsigned char)b.data[b.len - 1] >= 0xc0)
		b.data[--b.len] = '\0';
	return buf_take(&b);
}

/* "Cannot find command 'x' in $PATH": the x, or NULL. Caller frees. */
static char *missing_command(const char *message)
{
	static const char before[] = "Cannot find command '";
	const char *start = strstr(message, before);
	const char *end = start ? strchr(start + strlen(before), '\'') : NULL;

	return end ? mem_strndup(start + strlen(before), (size_t)(end - start) - strlen(before))
		   : NULL;
}

/* What LAVA says, and what the program that failed said last. */
static char *lava_said(const struct ending *e)
{
	CLEANUP(free_ptr) char *program = missing_command(e->message);
	CLEANUP(free_ptr) char *text = NULL;

	if (program)
		return missing_program(program);
	if (strcmp(e->type, "Infrastructure") == 0 && e->console)
		text = mem_printf("LAVA: %s: %s (%s)", e->type, e->message, e->console);
	else
		text = mem_printf("LAVA: %s: %s", e->type, e->message);
	return ending_line(text);
}

static char *no_result(const struct ending *e)
{
	CLEANUP(free_ptr) char *text = NULL;
	char end[32];

	text = mem_printf("lava-run ended without a result: %s%s%s", run_end_text(&e->end, end),
			  e->stranger ? ": " : "", e->stranger ? e->stranger : "");
	return ending_line(text);
}

static bool is(const struct ending *e, const char *type)
{
	return e->type && strcmp(e->type, type) == 0;
}

enum job_outcome ending_judge(const struct ending *e, char **reason)
{
	bool ours = e->end.end == RUN_CANCELED && !e->said_all;
	/* Stopped from outside, not by our watchdog. */
	bool theirs = is(e, "Canceled") && e->end.end != RUN_TIMEDOUT && !e->said_all;

	if (ours || theirs) {
		*reason = mem_strdup("the job was canceled");
		return JOB_CANCELED;
	}
	if (e->said_all || e->boot != BOOT_SILENT || (e->end.end == RUN_TIMEDOUT && e->launched)) {
		*reason = mem_strdup("");
		return JOB_DONE;
	}
	if (!e->has_result || is(e, "Canceled")) {
		*reason = no_result(e);
		return JOB_INFRA;
	}
	if (is(e, "Infrastructure") || is(e, "Configuration") || is(e, "Bug")) {
		*reason = lava_said(e);
		return JOB_INFRA;
	}
	/* What dies in LAVA's validation never met the kernel. */
	if (is(e, "Job") && strncmp(e->message, "Invalid job data", 16) == 0) {
		*reason = lava_said(e);
		return JOB_INVALID;
	}
	/* A time-out, or nothing at all: a kernel that never spoke. */
	*reason = mem_strdup("");
	return JOB_DONE;
}
