/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CLI_OPTIONS_H
#define DMALAB_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct strv;

/* An option "--name" of a command and where it goes: exactly one of the three is set. */
struct option_to {
	const char *name;
	const char **value; /* --name VALUE; borrowed from argv; the last one counts */
	struct strv *list;  /* --name VALUE, as often as one likes */
	bool *flag;	    /* --name */
};

enum { OPTIONS_MAX = 16 };

/*
 * Reads a command's options; argv[0] is the command. Wrong use, also an argument that is no
 * option, is usage_error()'s.
 */
int options_read(int argc, char **argv, const struct option_to *to, size_t n, struct err *err)
	__attribute__((warn_unused_result));

#endif
