// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/moved.h"

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "stage/build/elf.h"

/*
 * struct bug_entry of include/asm-generic/bug.h in 6.1 and 6.12, with DEBUG_BUGVERBOSE and without
 * GENERIC_BUG_RELATIVE_POINTERS, which arch/arm does not have: address, file, line, flags.
 */
enum { BUG_ENTRY = 12, BUG_FILE = 4, BUG_LINE = 8, BUG_TABLE_MAX = 1 << 20 };

/* Whether all entries are of that form: code, a text, for each. */
static bool is_bug_table(const struct elf *kernel, const struct elf_section *t)
{
	if (!t || !t->bytes || t->size % BUG_ENTRY || t->size > BUG_TABLE_MAX)
		return false;
	for (uint64_t i = 0; i < t->size; i += BUG_ENTRY) {
		const struct elf_section *code = elf_loaded_at(kernel, elf_u32(t->bytes + i));

		if (!code || !(code->flags & SHF_EXECINSTR) ||
		    !elf_loaded_at(kernel, elf_u32(t->bytes + i + BUG_FILE)))
			return false;
	}
	return true;
}

static void bug_lines(const struct elf *kernel)
{
	const struct elf_section *t = elf_section(kernel, "__bug_table");

	if (is_bug_table(kernel, t))
		for (uint64_t i = 0; i < t->size; i += BUG_ENTRY)
			memset(t->bytes + i + BUG_LINE, 0, 2);
}

/*
 * WARN() on ARM is a call, warn_slowpath_fmt(file, line, taint, …): the line is a number that the
 * code before it puts into r1. Instructions by the ARM Architecture Reference Manual, A5.
 */
enum { LINE_REGISTER = 1, PC = 15, REACH = 16 };

/* b or bl, on any condition. */
static bool is_branch_to(uint32_t op, uint64_t from, uint64_t to)
{
	/* The offset is of words, signed, from two instructions on. */
	uint32_t offset = (op & 0x00ffffff) << 2;

	if (offset & 0x02000000)
		offset |= 0xfc000000;
	return op >> 28 != 15 && (op & 0x0e000000) == 0x0a000000 &&
	       (uint32_t)(from + 8 + offset) == (uint32_t)to;
}

/* "mov rD, #number" (a byte, turned) or "movw rD, #number", always executed. */
static bool is_number(uint32_t op, unsigned rd)
{
	return ((op & 0xffff0000) == 0xe3a00000 || (op & 0xfff00000) == 0xe3000000) &&
	       (op >> 12 & 15) == rd;
}

/* Gets by between number and call: goes on behind itself, and has nothing to do with r1. */
static bool leaves_alone(uint32_t op)
{
	unsigned rn = op >> 16 & 15, rd = op >> 12 & 15, rm = op & 15;

	if (rd != LINE_REGISTER && rd != PC) {
		if (is_number(op, rd) || (op & 0xfff00000) == 0xe3400000) /* movt */
			return true;
		if ((op & 0xffff0ff0) == 0xe1a00000 && rm != LINE_REGISTER) /* mov rD, rM */
			return true;
		if ((op & 0xfe000000) == 0xe4000000) /* ldr and str, of bytes too, by a number */
			return rn != LINE_REGISTER;
	}
	if ((op & 0xffeff000) == 0xe28dd000 || (op & 0xffeff000) == 0xe24dd000)
		return true; /* sp up or down by a number */
	/* pop */
	return (op & 0xffff0000) == 0xe8bd0000 && !(op & (1u << LINE_REGISTER | 1u << PC));
}

/* Sets the number to 0 that a call at `at` has for its line. */
static void call_line(uint8_t *code, uint64_t at)
{
	for (uint64_t i = 4; i <= at && i <= 4 * REACH; i += 4) {
		uint8_t *p = code + at - i;
		uint32_t op = elf_u32(p);

		if (is_number(op, LINE_REGISTER)) {
			memset(p, 0, 4);
			return;
		}
		if (!leaves_alone(op))
			return;
	}
}

static void warn_lines(const struct elf *kernel)
{
	uint64_t warn;

	if (!elf_symbol(kernel, "warn_slowpath_fmt", &warn))
		return;
	for (size_t i = 0; i < kernel->n; i++) {
		const struct elf_section *s = &kernel->sections[i];

		if (!s->bytes || !(s->flags & SHF_EXECINSTR) || s->address % 4)
			continue;
		for (uint64_t at = 0; at + 4 <= s->size; at += 4)
			if (is_branch_to(elf_u32(s->bytes + at), s->address + at, warn))
				call_line(s->bytes, at);
	}
}

void moved_lines(const struct elf *kernel)
{
	if (kernel->machine != EM_ARM || kernel->wide)
		return;
	bug_lines(kernel);
	warn_lines(kernel);
}
