/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_DIAGNOSTICS_H
#define DMALAB_STAGE_BUILD_DIAGNOSTICS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/build.h"

/*
 * What a build's log says, be it gcc's, as', ld's, dtc's, Kconfig's, modpost's
 * or make's words, with other jobs' lines in between. Files are named relative
 * to the source's root, which lies at /src.
 */
struct diagnostics {
	struct diagnostic error;     /* the first; .text NULL where there is none */
	struct diagnostic *warnings; /* each once */
	size_t n_warnings, cap_warnings;
	bool setup_failed; /* the sandbox could not be set up: its first word is bwrap's */
	/* Limits that some tool complained of. */
	bool no_space, no_memory, no_processes, file_too_large;
};

/* Any bytes will do; time is linear in len, and what is kept is bounded. */
void diagnostics_read(const char *log, size_t len, struct diagnostics *ret);
void diagnostics_done(struct diagnostics *d);

/* True for kbuild's line of an object that is made ("  CC      init/main.o"). */
bool diagnostics_is_object(const char *line, size_t len);

#endif
