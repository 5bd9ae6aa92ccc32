// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "cli/cli.h"

int usage_error(const char *command, struct err *err, const char *fmt, ...)
{
	char what[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(err, EINVAL, "%s: %s; see 'dmalab help %s'", command, what, command);
}

int lab_trouble(struct session *s, struct err *err)
{
	CLEANUP(free_ptr) char *line = foreign_line(err->msg);
	int r = 0;

	if (s->json)
		r = json_print(json_pack("{s:s}", "error", line), err);
	else
		fprintf(stderr, "dmalab: the lab failed: %s\n", line);
	return r < 0 ? r : EXIT_NO_VERDICT;
}

void log_line(int level, const char *text)
{
	CLEANUP(free_ptr) char *line = foreign_line(text);

	if (getenv("JOURNAL_STREAM"))
		fprintf(stderr, "<%d>%s\n", level, line);
	else
		fprintf(stderr, "dmalab: %s\n", line);
}

int json_print(struct json_t *doc, struct err *err)
{
	int r = json_dumpf(doc, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII);

	json_decref(doc);
	if (r < 0 || putchar('\n') == EOF || fflush(stdout) == EOF)
		return err_set(err, EIO, "cannot write to standard output");
	return 0;
}
