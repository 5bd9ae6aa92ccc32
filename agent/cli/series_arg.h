/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CLI_SERIES_ARG_H
#define DMALAB_CLI_SERIES_ARG_H

struct err;
struct series_row;
struct session;

/*
 * The stored series that a command's only argument names: the Message-ID of any of its mails, a
 * URL that holds one, or its number in the store. -ENOENT: there is none.
 */
int series_arg(struct session *s, const char *command, int argc, char **argv,
	       struct series_row *ret, struct err *err) __attribute__((warn_unused_result));

#endif
