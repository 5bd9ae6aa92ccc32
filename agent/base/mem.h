/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BASE_MEM_H
#define DMALAB_BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Allocation that cannot fail: when memory is gone the process aborts with a
 * line on stderr. The store is safe at any such moment (SQLite's WAL) and the
 * work is taken up again by the next run, so no caller has a better answer.
 * Inputs are bounded before they are read; these are for what passed the bound.
 */
void *mem_zalloc(size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));
char *mem_strdup(const char *s) __attribute__((malloc, returns_nonnull, warn_unused_result));
char *mem_strndup(const char *s, size_t n)
	__attribute__((malloc, returns_nonnull, warn_unused_result));
char *mem_printf(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), malloc, returns_nonnull, warn_unused_result));
char *mem_vprintf(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0), malloc, returns_nonnull, warn_unused_result));

/* *to is freed, and owns `text` from then on. */
void mem_set(char **to, char *text);
/* The same with a copy, also of a part of *to; of NULL "". */
void mem_set_copy(char **to, const char *text);
/*
 * Makes room for element n of an array: returns v or its new place, with *cap
 * (in elements) grown by doubling. New elements are not cleared.
 */
void *mem_grow(void *v, size_t n, size_t *cap, size_t element)
	__attribute__((returns_nonnull, warn_unused_result));

#endif
