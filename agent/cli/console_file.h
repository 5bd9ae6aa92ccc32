/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CLI_CONSOLE_FILE_H
#define DMALAB_CLI_CONSOLE_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct err;

/* Opens a console to read, "-" is standard input; a folder is none. Returns a descriptor. */
int console_open(const char *name, struct err *err) __attribute__((warn_unused_result));

/* Takes a piece and returns how much of it was used; the rest comes again. `last`: all is used. */
typedef size_t console_feed_fn(void *ctx, const char *data, size_t len, bool last);

/* Hands a console of any size on, in pieces as oops_scan_feed() wants them. */
int console_read(int fd, const char *name, console_feed_fn *feed, void *ctx, struct err *err)
	__attribute__((warn_unused_result));

/* What cannot be opened is said before anything is printed. */
int console_check(int n, char **names, struct err *err) __attribute__((warn_unused_result));

#endif
