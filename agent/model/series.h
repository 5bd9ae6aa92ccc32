/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_SERIES_H
#define DMALAB_MODEL_SERIES_H

#include <stddef.h>

/* One patch of a series, as mailed. Strings are owned; "" where the mail has none. */
struct patch {
	int number;	  /* n of n/m, 1 for a single patch */
	char *subject;	  /* without the [PATCH …] prefix */
	char *author;	  /* "Name <mail>" */
	char *message_id; /* without angle brackets */
	char *file;	  /* the raw mail, one patch, absolute path in the series' folder */
	char hash[65];	  /* SHA-256 of the mail's bytes */
};

/* A patch series in the order in which it applies. */
struct series {
	struct patch *patches;
	size_t n;
	size_t cap;
	int total;	   /* m of n/m; 0 where the mails do not say */
	char *name;	   /* subject of the cover letter, else of the first patch */
	char *message_id;  /* of the cover letter, else of the first patch; "" where none */
	char *base_commit; /* that the mails name, 40 hex digits; "" none */
	char hash[65];	   /* KCIDB's patchset_hash: sha256 over the patches' sha256, a line each */
};

void series_done(struct series *s);

#endif
