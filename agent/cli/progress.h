/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CLI_PROGRESS_H
#define DMALAB_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/pipeline.h"

/*
 * Progress on stderr: on a terminal one line that changes, and plain lines
 * otherwise: one a step.
 */
struct progress_view {
	bool terminal;
	int64_t began;
	bool open;   /* an unfinished line stands on the terminal */
	char *block; /* lines that stay below the others on a terminal; NULL none */
};

struct progress progress_open(struct progress_view *v);
/* Puts lines of ours (each with its end) below all others, in place of those before; nothing where
 * there is no terminal. */
void progress_block(struct progress_view *v, const char *lines);
int progress_width(void);		      /* of the terminal */
void progress_close(struct progress_view *v); /* clears what stands there */

#endif
