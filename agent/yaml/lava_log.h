/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_YAML_LAVA_LOG_H
#define DMALAB_YAML_LAVA_LOG_H

#include <stddef.h>

/*
 * A line of a LAVA job's log: {"dt": …, "lvl": …, "msg": …}, YAML in one line.
 * Strings are owned; what a line does not have is NULL.
 */
struct lava_line {
	char *level; /* "target", "feedback", "results", "error", … */
	char *text;  /* msg where it is a string, as the device sent it; text_len bytes */
	size_t text_len;
	/* Of a "results" line, whose msg is a map. */
	char *definition;
	char *test_case;
	char *result;
	char *error_type; /* of definition lava, case job: "Infrastructure", … */
	char *error_msg;
};

/*
 * Reads one line, without or with its newline. Returns 0, or -1 where the line is
 * none of LAVA's (a tool's own words on stderr); *ret is written on success only.
 */
int lava_line_parse(const char *line, size_t len, struct lava_line *ret)
	__attribute__((warn_unused_result));
void lava_line_done(struct lava_line *l);

/* Whether the line is the console's: what the device printed. */
int lava_line_is_console(const struct lava_line *l);
/* Whether it is the result of the job as a whole. */
int lava_line_is_job_result(const struct lava_line *l);

#endif
