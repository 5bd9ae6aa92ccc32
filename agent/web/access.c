// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/foreign.h"
#include "http/http.h"
#include "web/site.h"
#include "web/web.h"

/* A line a request, in the common log format with the milliseconds behind it. */

enum { TARGET_SHOWN = 2000 };

/* In quotes; one that is in the text is escaped, as what no terminal should see. */
static void quoted(struct buf *b, const struct http_sent *sent)
{
	CLEANUP(free_ptr) char *what = foreign_line(sent->target);

	buf_printf(b, "\"%s ", sent->method[0] ? sent->method : "-");
	for (size_t i = 0; what[i] && i < TARGET_SHOWN; i++) {
		if (what[i] == '"')
			buf_str(b, "\\");
		buf_add(b, what + i, 1);
	}
	buf_printf(b, "%s%s\"", sent->version[0] ? " " : "", sent->version);
}

static void line_write(const struct http_sent *sent, int fd)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	time_t now = time(NULL);
	struct tm tm = { 0 };
	char when[64];

	strftime(when, sizeof(when), "%d/%b/%Y:%H:%M:%S +0000", gmtime_r(&now, &tm));
	buf_printf(&b, "%s - - [%s] ", sent->address[0] ? sent->address : "-", when);
	quoted(&b, sent);
	buf_printf(&b, " %d %" PRId64 " %" PRId64 "\n", sent->status, sent->bytes, sent->ms);
	/* a log that cannot be written keeps nobody from being answered */
	(void)!write(fd, buf_text(&b), b.len);
}

void site_sent(void *site, const struct http_sent *sent)
{
	struct site *s = site;

	if (sent->status > 0 && sent->status < SITE_STATUSES)
		s->sent[sent->status]++;
	if (s->options->log_fd >= 0)
		line_write(sent, s->options->log_fd);
}
