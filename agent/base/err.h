/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BASE_ERR_H
#define DMALAB_BASE_ERR_H

/*
 * Error with context. A function that can fail returns 0 (or a useful
 * non-negative value) and a negative errno otherwise; the sentence for the
 * operator goes into the caller's struct err. Library code never logs.
 */
struct err {
	int code;      /* positive errno, 0 while nothing failed */
	char msg[960]; /* no trailing newline; truncated, never overrun */
};

/* Records code and message; returns -code, so that `return err_set(...)` works. */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Puts "where: " before the recorded message; returns -e->code. */
int err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* err_set() with ": " and the text of `code` behind the message. */
int err_errno(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
