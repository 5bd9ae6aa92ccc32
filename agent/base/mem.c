// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *must(void *p)
{
	static const char line[] = "dmalab: out of memory\n";

	if (!p) {
		ssize_t n = write(STDERR_FILENO, line, sizeof(line) - 1);
		(void)n;
		abort();
	}
	return p;
}

void *mem_zalloc(size_t size)
{
	return must(calloc(1, size ? size : 1));
}

char *mem_strdup(const char *s)
{
	return must(strdup(s));
}

char *mem_strndup(const char *s, size_t n)
{
	return must(strndup(s, n));
}

char *mem_vprintf(const char *fmt, va_list ap)
{
	char *s = NULL;
	int n = vasprintf(&s, fmt, ap);

	return must(n < 0 ? NULL : s);
}

char *mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = mem_vprintf(fmt, ap);
	va_end(ap);
	return s;
}

void *mem_grow(void *v, size_t n, size_t *cap, size_t element)
{
	if (n < *cap)
		return must(v);
	*cap = *cap ? *cap * 2 : 8;
	if (*cap > SIZE_MAX / element)
		return must(NULL);
	return must(realloc(v, *cap * element));
}

void mem_set(char **to, char *text)
{
	free(*to);
	*to = text;
}

void mem_set_copy(char **to, const char *text)
{
	mem_set(to, mem_strdup(text ? text : ""));
}
