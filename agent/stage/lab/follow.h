/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_FOLLOW_H
#define DMALAB_STAGE_LAB_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "yaml/lava_log.h"

struct err;
struct job;

/*
 * Follows LAVA's log while it grows: the console comes out of it, line by line,
 * into memory and a file, and what LAVA says of the job at its end.
 */
struct follow {
	int log_fd;	    /* read from its position on */
	int console_fd;	    /* appended to */
	size_t limit;	    /* bytes of console; what comes behind is cut */
	struct buf partial; /* the line that is not whole yet */
	struct buf console;
	size_t seen;  /* bytes of it that were looked at and are in the file */
	bool cleared; /* the file is to be, too */
	bool waits;   /* for a board's boot loader: what the console has is of the time before */
	bool loaded;  /* it has the machine: the console is of this boot */
	bool cut;
	bool validates; /* LAVA looks whether it can do the job: whether there are its files */
	bool launched;	/* QEMU runs: LAVA's own time-outs begin about here */
	bool over;	/* the console said all that matters, or more than it may */
	bool has_result;
	struct lava_line result; /* of the job */
	char *stranger;		 /* last line that is not LAVA's */
};

/* Opens both files below dir: "log", which exists, and "console", which is made. */
int follow_open(const char *dir, size_t limit, struct follow *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Takes in what the log has by now. */
int follow_read(struct follow *f, struct err *err) __attribute__((warn_unused_result));

/* The same from text, for a log that is at hand. */
int follow_text(struct follow *f, const char *text, size_t len, struct err *err)
	__attribute__((warn_unused_result));

/* Sets boot, tests and oopses of *j, as the console says them. */
void follow_fill(const struct follow *f, struct job *j);

/* The last line of the console that is not empty, or NULL. Caller frees. */
char *follow_last_line(const struct follow *f);

void follow_done(struct follow *f);

#endif
