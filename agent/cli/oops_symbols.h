/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CLI_OOPS_SYMBOLS_H
#define DMALAB_CLI_OOPS_SYMBOLS_H

#include <stddef.h>

struct err;
struct oops;

/* Where the functions of one kernel build are, and the file and line of an address. */
struct symbols;

/*
 * path: a vmlinux, a System.map, or the object folder that has both. Without a
 * vmlinux (debugging information) nothing can be decoded: -EINVAL.
 */
int symbols_open(const char *path, struct symbols **ret, struct err *err)
	__attribute__((warn_unused_result));
void symbols_free(struct symbols *s);
static inline void symbols_freep(struct symbols **s)
{
	symbols_free(*s);
}

/* Sets places of the reports' frames, by one call of addr2line for all of them. */
int symbols_decode(const struct symbols *s, struct oops *v, size_t n, struct err *err)
	__attribute__((warn_unused_result));

#endif
