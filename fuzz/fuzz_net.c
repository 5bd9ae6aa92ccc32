// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer's entry; with gcc, replay.c calls it with the corpus. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "net/header.h"
#include "net/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a server says is next is a URL of the web, or none; no name or path breaks a line. */
static void check_url(const struct url *from, const char *text)
{
	struct err err = { 0 };
	struct url to = { 0 };
	int r = url_redirect(from, text, 0, &to, &err);

	if (r == 0 && (strncmp(to.text, "http", 4) != 0 || (from->https && !to.https) ||
		       strpbrk(to.text, "\r\n") || strpbrk(to.name, "\r\n \t") ||
		       strpbrk(to.where, "\r\n \t")))
		abort();
	if (r < 0 && (!err.msg[0] || strchr(err.msg, '\n')))
		abort();
	url_done(&to);
}

/* An answer's header, line by line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;
	struct header h = { 0 };
	struct url from;

	if (!url_read("https://lab.example.org:8443/api/?a=b", NULL, &from))
		abort();
	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		size_t len = eol ? (size_t)(eol - p) + 1 : (size_t)(end - p);

		header_line(&h, p, len);
		p += len;
	}
	check_url(&from, h.link_next);
	check_url(&from, h.location);
	if (header_retry_after(&h, 0) < 0 || (h.etag && strpbrk(h.etag, "\r\n")) ||
	    (h.last_modified && strpbrk(h.last_modified, "\r\n")))
		abort();
	header_done(&h);
	url_done(&from);
	return 0;
}
