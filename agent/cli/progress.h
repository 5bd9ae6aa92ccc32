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
	bool open; /* an unfinished line stands on the terminal */
};

struct progress progress_open(struct progress_view *v);
void progress_close(struct progress_view *v); /* clears the changing line */

#endif
