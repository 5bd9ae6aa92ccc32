// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/elf.h"

#include <elf.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SECTIONS_MAX = 4096, NAME_MAX_LEN = 256 };

uint16_t elf_u16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return le16toh(v);
}

uint32_t elf_u32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static uint64_t elf_u64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

/* Where the table of sections lies. */
struct table {
	uint64_t offset;
	size_t entry, n, names;
};

static bool read_head(const uint8_t *p, size_t len, bool *wide, uint16_t *machine, struct table *t)
{
	if (len < sizeof(Elf32_Ehdr) || memcmp(p, ELFMAG, SELFMAG) != 0 ||
	    p[EI_DATA] != ELFDATA2LSB || (p[EI_CLASS] != ELFCLASS32 && p[EI_CLASS] != ELFCLASS64))
		return false;
	*wide = p[EI_CLASS] == ELFCLASS64;
	*machine = elf_u16(p + offsetof(Elf32_Ehdr, e_machine));
	if (*wide && len < sizeof(Elf64_Ehdr))
		return false;
	t->offset = *wide ? elf_u64(p + offsetof(Elf64_Ehdr, e_shoff))
			  : elf_u32(p + offsetof(Elf32_Ehdr, e_shoff));
	p += *wide ? offsetof(Elf64_Ehdr, e_shentsize) : offsetof(Elf32_Ehdr, e_shentsize);
	t->entry = elf_u16(p);
	t->n = elf_u16(p + 2);
	t->names = elf_u16(p + 4);
	return t->entry == (*wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr)) && t->n > 0 &&
	       t->n <= SECTIONS_MAX && t->names < t->n && t->offset <= len &&
	       t->n * t->entry <= len - t->offset;
}

/* The offset in the file goes to *offset, that of the name into *name. */
static struct elf_section read_entry(const uint8_t *p, bool wide, uint64_t *offset, uint32_t *name)
{
	struct elf_section s = { .name = "" };

	*name = elf_u32(p + offsetof(Elf32_Shdr, sh_name));
	s.type = elf_u32(p + offsetof(Elf32_Shdr, sh_type));
	if (wide) {
		s.flags = elf_u64(p + offsetof(Elf64_Shdr, sh_flags));
		s.address = elf_u64(p + offsetof(Elf64_Shdr, sh_addr));
		*offset = elf_u64(p + offsetof(Elf64_Shdr, sh_offset));
		s.size = elf_u64(p + offsetof(Elf64_Shdr, sh_size));
		s.link = elf_u32(p + offsetof(Elf64_Shdr, sh_link));
	} else {
		s.flags = elf_u32(p + offsetof(Elf32_Shdr, sh_flags));
		s.address = elf_u32(p + offsetof(Elf32_Shdr, sh_addr));
		*offset = elf_u32(p + offsetof(Elf32_Shdr, sh_offset));
		s.size = elf_u32(p + offsetof(Elf32_Shdr, sh_size));
		s.link = elf_u32(p + offsetof(Elf32_Shdr, sh_link));
	}
	return s;
}

/* A string of a string table; NULL where it does not end there, or is longer than any of ours. */
static const char *string_at(const struct elf_section *strings, uint64_t offset)
{
	uint64_t left;

	if (!strings->bytes || offset >= strings->size)
		return NULL;
	left = strings->size - offset;
	if (!memchr(strings->bytes + offset, 0, left < NAME_MAX_LEN ? left : NAME_MAX_LEN))
		return NULL;
	return (const char *)strings->bytes + offset;
}

bool elf_read(uint8_t *data, size_t len, struct elf *ret)
{
	struct elf e = { 0 };
	struct table t = { 0 };
	uint32_t *names;
	uint64_t sum = 0;
	bool fine = true;

	if (!read_head(data, len, &e.wide, &e.machine, &t))
		return false;
	e.sections = mem_zalloc(t.n * sizeof(*e.sections));
	names = mem_zalloc(t.n * sizeof(*names));
	for (; fine && e.n < t.n; e.n++) {
		struct elf_section *s = &e.sections[e.n];
		uint64_t offset;

		*s = read_entry(data + t.offset + e.n * t.entry, e.wide, &offset, &names[e.n]);
		if (s->type == SHT_NOBITS || s->type == SHT_NULL)
			continue;
		fine = offset <= len && s->size <= len - offset;
		sum += fine ? s->size : 0;
		s->bytes = fine ? data + offset : NULL;
	}
	fine = fine && sum <= 2 * (uint64_t)len;
	for (size_t i = 0; fine && i < e.n; i++) {
		const char *name = string_at(&e.sections[t.names], names[i]);

		e.sections[i].name = name ? name : "";
	}
	free(names);
	if (fine)
		*ret = e;
	else
		elf_done(&e);
	return fine;
}

void elf_done(struct elf *e)
{
	free(e->sections);
	*e = (struct elf){ 0 };
}

const struct elf_section *elf_section(const struct elf *e, const char *name)
{
	for (size_t i = 0; i < e->n; i++)
		if (strcmp(e->sections[i].name, name) == 0)
			return &e->sections[i];
	return NULL;
}

const struct elf_section *elf_loaded_at(const struct elf *e, uint64_t address)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct elf_section *s = &e->sections[i];

		if ((s->flags & SHF_ALLOC) && address >= s->address &&
		    address - s->address < s->size)
			return s;
	}
	return NULL;
}

bool elf_symbol(const struct elf *e, const char *name, uint64_t *ret)
{
	const struct elf_section *table = elf_section(e, ".symtab");
	size_t entry = e->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);

	if (!table || !table->bytes || table->link >= e->n)
		return false;
	for (uint64_t i = 0; i < table->size / entry; i++) {
		const uint8_t *p = table->bytes + i * entry;
		const char *s = string_at(&e->sections[table->link],
					  elf_u32(p + offsetof(Elf32_Sym, st_name)));

		if (!s || strcmp(s, name) != 0)
			continue;
		*ret = e->wide ? elf_u64(p + offsetof(Elf64_Sym, st_value))
			       : elf_u32(p + offsetof(Elf32_Sym, st_value));
		return true;
	}
	return false;
}
