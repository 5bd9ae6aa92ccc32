/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_KTAP_LINE_H
#define DMALAB_CONSOLE_KTAP_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/test.h"

struct line;

enum { KTAP_NAME = 200, KTAP_WHY = 400 };

enum ktap_kind {
	KTAP_NONE,    /* no KTAP */
	KTAP_VERSION, /* "KTAP version 1", "TAP version 14" */
	KTAP_PLAN,    /* "1..4" */
	KTAP_RESULT,  /* "not ok 2 name # SKIP why" */
	KTAP_SUBTEST, /* "# Subtest: name" */
	KTAP_NOTE,    /* "# name: text", "# text" */
	KTAP_BAIL,    /* "Bail out!" */
};

/* One line of KTAP, taken apart. */
struct ktap_line {
	enum ktap_kind kind;
	unsigned indent;	 /* columns before it */
	size_t count;		 /* KTAP_PLAN */
	char name[KTAP_NAME];	 /* of a result or subtest, or the "name: " of a note; "" none */
	enum test_status status; /* KTAP_RESULT, with its directive considered */
	char why[KTAP_WHY];	 /* text behind the directive; a note's whole text */
};

void ktap_line_read(const struct line *ln, struct ktap_line *ret);

#endif
