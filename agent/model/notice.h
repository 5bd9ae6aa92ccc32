/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_NOTICE_H
#define DMALAB_MODEL_NOTICE_H

#include <stddef.h>

/* What a checker says of a series and nobody fails for. Strings are owned, "" where none. */
struct notice {
	char *tool; /* "sparse", "checkpatch" */
	int patch;  /* of the series, from 1; 0: of the whole */
	char *file; /* relative to the source's root */
	int line;   /* 0 where unknown */
	char *text; /* "warning: …", one line */
};

struct notice_list {
	struct notice *v;
	size_t n, cap;
};

struct notice *notice_add(struct notice_list *l, const char *tool, int patch, const char *file,
			  int line, const char *text);
void notice_list_done(struct notice_list *l);

#endif
