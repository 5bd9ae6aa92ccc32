// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/series/mail_head.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum { NUMBER_MAX = 9999 };

/* Reads n/m somewhere in a bracket's text. */
static void numbers(const char *text, const char *end, int *number, int *total)
{
	for (const char *p = text; p < end; p++) {
		int n = 0, m = 0, used = 0;

		if (!isdigit((unsigned char)*p) || (p > text && isalnum((unsigned char)p[-1])))
			continue;
		if (sscanf(p, "%4d/%4d%n", &n, &m, &used) == 2 && p + used <= end &&
		    n <= NUMBER_MAX && m > 0 && n <= m) {
			*number = n;
			*total = m;
			return;
		}
	}
}

const char *mail_subject(const char *subject, int *number, int *total)
{
	*number = *total = 0;
	for (;;) {
		const char *close;

		while (isspace((unsigned char)*subject))
			subject++;
		if (strncasecmp(subject, "re:", 3) == 0) {
			subject += 3;
			continue;
		}
		close = *subject == '[' ? strchr(subject, ']') : NULL;
		if (!close)
			return subject;
		if (*total == 0)
			numbers(subject + 1, close, number, total);
		subject = close + 1;
	}
}

char *mail_message_id(const char *raw)
{
	static const char name[] = "message-id:";

	for (const char *line = raw; *line && *line != '\n' && *line != '\r';) {
		const char *next = strchr(line, '\n');

		if (strncasecmp(line, name, sizeof(name) - 1) == 0) {
			const char *v = line + sizeof(name) - 1;
			const char *open;
			size_t len;

			open = v + strspn(v, " \t\r\n<");
			len = strcspn(open, "> \t\r\n");
			return mem_strndup(open, len);
		}
		if (!next)
			break;
		line = next + 1;
	}
	return mem_strdup("");
}
