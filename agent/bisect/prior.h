/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BISECT_PRIOR_H
#define DMALAB_BISECT_PRIOR_H

#include <stdbool.h>

struct strv;

/* How likely a commit is the culprit before anything was run, from the files that it touches. */
struct prior {
	const char *architecture; /* make's ARCH */
	/* Whether a path is of what the lab is about; NULL: nothing is. */
	bool (*is_near)(const void *arg, const char *path);
	/* Whether it is of what fails: NULL: nothing is. */
	bool (*is_subject)(const void *arg, const char *path);
	/* Whether the configuration leaves a path out; NULL: not known. */
	bool (*is_out)(const void *arg, const char *path);
	const void *arg;
};

/* Above 0; of a commit of which nothing is known 1. Pure but for what is_near() and is_out() do. */
double prior_weight(const struct prior *p, const struct strv *files);

#endif
