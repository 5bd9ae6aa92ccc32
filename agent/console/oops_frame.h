/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_FRAME_H
#define DMALAB_CONSOLE_OOPS_FRAME_H

#include <stdbool.h>
#include <stddef.h>

struct line;

enum { OOPS_NAME = 128 };

enum frame_kind {
	FRAME_NONE,
	FRAME_PC,   /* "PC is at f+0x…", "pc : f+0x…", "RIP: 0010:f+0x…" */
	FRAME_LR,   /* the same of LR */
	FRAME_CALL, /* a line of a trace */
};

/* One line that names functions, which are cleaned of offsets and compilers' suffixes. */
struct frame {
	enum frame_kind kind;
	char name[OOPS_NAME];	/* "" where the address has no symbol */
	char caller[OOPS_NAME]; /* ARM's " f from g" names two; else "" */
	bool sure;		/* not marked "? " or "(unreliable)" */
};

void frame_read(const struct line *ln, struct frame *ret);

/* The function in "f.isra.0+0x12/0x34 [module]" or "f()"; "" where there is none. */
void frame_symbol(const char *text, size_t len, char name[OOPS_NAME]);

/* Functions that are not to blame where a report names them; see oops_frame.c. */
bool frame_is_helper(const char *name);
/* Where an interrupt or a fault entered the kernel: what is below was running. */
bool frame_is_entry(const char *name);
/* Who only calls work of others (kthread, kunit_try_run_case, system call entry). */
bool frame_is_outer(const char *name);

#endif
