/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_FRAME_H
#define DMALAB_CONSOLE_OOPS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line;

enum { OOPS_NAME = 128 };

enum frame_kind {
	FRAME_NONE,
	FRAME_PC,   /* "PC is at f+0x…", "pc : f+0x…", "RIP: 0010:f+0x…" */
	FRAME_LR,   /* the same of LR */
	FRAME_USER, /* a register that points into a process */
	FRAME_CALL, /* a line of a trace */
};

/* A function in a line, cleaned of offset and compilers' suffixes; "" where the address has none.
 */
struct symbol {
	char name[OOPS_NAME];
	uint32_t offset, size; /* of "+0x12/0x34"; 0 where there is none */
};

/* One line that names functions. */
struct frame {
	enum frame_kind kind;
	struct symbol at;
	struct symbol caller; /* ARM's " f from g" names two */
	bool sure;	      /* not marked "? " or "(unreliable)" */
	bool inlined;	      /* "f file.c:12 [inline]": decoded by a script */
};

void frame_read(const struct line *ln, struct frame *ret);
/* Whether a line that names functions may begin so. */
bool frame_begins(char first);

/* The function in "f.isra.0+0x12/0x34 [module]" or "f()"; "" where there is none. */
void frame_symbol(const char *text, size_t len, char name[OOPS_NAME]);
/* The first "f+0x1/0x2" in a text. False: none. */
bool frame_find(const char *text, const char *end, struct symbol *ret);

#endif
