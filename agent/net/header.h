/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_NET_HEADER_H
#define DMALAB_NET_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The fields of an answer's header that we read. Strings are owned, NULL where there is none. */
struct header {
	char *type;	 /* lower case, without parameters */
	char *link_next; /* as the server wrote it: it may be relative */
	char *location;	 /* likewise */
	char *etag, *last_modified, *date, *retry_after;
};

/* Takes one line of it, with or without its newline. A status line begins a new header: that of
 * "100 Continue" is of no interest. */
void header_line(struct header *h, const char *line, size_t len);
void header_done(struct header *h);

/* Seconds that Retry-After asks for, by the server's own clock where it says its time; 0 none. */
int header_retry_after(const struct header *h, int64_t now);

/* The URL of rel="next" in a Link field (RFC 8288). NULL: there is none. Caller frees. */
char *header_link_next(const char *value);

#endif
