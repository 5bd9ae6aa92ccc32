/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BASE_BUF_H
#define DMALAB_BASE_BUF_H

#include <stddef.h>

/* Growable bytes; data[len] is always 0 once anything was added. Zero is empty. */
struct buf {
	char *data; /* NULL while empty */
	size_t len;
	size_t cap;
};

void buf_add(struct buf *b, const void *data, size_t len);
void buf_str(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_trim(struct buf *b);		   /* drops white space at the end */
const char *buf_text(const struct buf *b); /* "" while empty; until the next change */
char *buf_take(struct buf *b);		   /* the caller's to free(); b is empty then */
void buf_done(struct buf *b);

/* List of strings, each owned by the list. Zero is empty. */
struct strv {
	char **v; /* v[n] is NULL once anything was added */
	size_t n;
	size_t cap;
};

void strv_add(struct strv *s, const char *text); /* a copy */
void strv_take(struct strv *s, char *text);	 /* takes ownership */
void strv_addf(struct strv *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strv_all(struct strv *s, const char *const *texts); /* NULL-terminated */
int strv_has(const struct strv *s, const char *text);
void strv_done(struct strv *s);

#endif
