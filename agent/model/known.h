/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_KNOWN_H
#define DMALAB_MODEL_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A failure that people know of: no series is blamed for it. Strings are owned. */
struct known {
	int64_t num;
	bool is_signature; /* of a report; else a test */
	char *what;	   /* a report's hash, 64 hex digits; "suite.case", or "suite.*" */
	char *why;	   /* for readers: a link, a sentence */
	char *by;	   /* who said so */
	int64_t until;	   /* from then on it counts again */
	int64_t created;
};

struct known_list {
	struct known *v;
	size_t n, cap;
};

void known_done(struct known *k);
void known_list_done(struct known_list *l);

#endif
