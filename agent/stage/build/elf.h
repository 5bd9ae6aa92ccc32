/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_ELF_H
#define DMALAB_STAGE_BUILD_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sections and symbols of an ELF file that somebody untrusted has made (elf(5)). */

struct elf_section {
	const char *name; /* "" where the file has none */
	uint32_t type, link;
	uint64_t flags, address, size;
	uint8_t *bytes; /* size of them; NULL for a section without (SHT_NOBITS) */
};

struct elf {
	uint16_t machine; /* EM_ARM */
	bool wide;	  /* 64 bit */
	struct elf_section *sections;
	size_t n;
};

/*
 * Reads a little-endian file; `data` is borrowed, sections point into it. False where it is
 * none, or where anything in it lies outside of it, or sections share bytes beyond reason.
 */
bool elf_read(uint8_t *data, size_t len, struct elf *ret);
void elf_done(struct elf *e);

/* A number of the file. */
uint16_t elf_u16(const uint8_t *p);
uint32_t elf_u32(const uint8_t *p);

/* NULL: there is no section of that name. */
const struct elf_section *elf_section(const struct elf *e, const char *name);
/* The one that is loaded at that address; NULL: none. */
const struct elf_section *elf_loaded_at(const struct elf *e, uint64_t address);
/* The address of a symbol; false: there is none of that name. */
bool elf_symbol(const struct elf *e, const char *name, uint64_t *ret);

#endif
