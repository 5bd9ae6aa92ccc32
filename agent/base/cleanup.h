/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BASE_CLEANUP_H
#define DMALAB_BASE_CLEANUP_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Runs fn(&variable) when the variable leaves its scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

static inline void free_ptr(void *p)
{
	free(*(void **)p);
}

/* Closes *fd unless negative; keeps errno for the caller's error path. */
static inline void close_fd(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd);
	errno = saved;
}

/* Closes *f unless NULL; for streams whose write errors were checked before. */
static inline void close_file(FILE **f)
{
	int saved = errno;

	if (*f)
		(void)fclose(*f);
	errno = saved;
}

#endif
