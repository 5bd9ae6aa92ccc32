// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/same.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/collect.h"
#include "stage/build/elf.h"
#include "stage/build/moved.h"
#include "stage/build/objdir.h"

bool same_kernel(uint8_t *vmlinux, size_t len, struct hash *h)
{
	CLEANUP(elf_done) struct elf kernel = { 0 };
	size_t loaded = 0;

	if (!elf_read(vmlinux, len, &kernel))
		return false;
	moved_lines(&kernel);
	for (size_t i = 0; i < kernel.n; i++) {
		const struct elf_section *s = &kernel.sections[i];

		if (!(s->flags & SHF_ALLOC) || s->type == SHT_NOTE)
			continue;
		hash_field(h, s->name);
		hash_size(h, s->address);
		hash_size(h, s->size);
		if (s->bytes)
			hash_bytes(h, s->bytes, s->size);
		loaded++;
	}
	return loaded > 0;
}

/*
 * The code in front of the packed kernel: its objects, since in zImage its addresses depend on
 * how well the kernel packs. A kernel that is not packed has no such folder.
 */
static bool hash_unpacker(const struct build_spec *spec, struct hash *h)
{
	CLEANUP(free_ptr)
	char *folder = mem_printf("arch/%s/boot/compressed", spec->kernel->architecture);
	CLEANUP(strv_done) struct strv names = { 0 };
	struct err err;
	int r = objdir_list(spec->obj, folder, ".o", &names, &err);

	if (r == 0)
		strv_add(&names, "vmlinux.lds");
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		CLEANUP(free_ptr) char *name = mem_printf("%s/%s", folder, names.v[i]);
		CLEANUP(buf_done) struct buf bytes = { 0 };

		if (strcmp(names.v[i], "piggy.o") == 0) /* the packed kernel */
			continue;
		r = objdir_read(spec->obj, name, ARTIFACT_MAX, &bytes, &err);
		hash_field(h, names.v[i]);
		hash_size(h, bytes.len);
		hash_bytes(h, bytes.data, bytes.len);
	}
	return r == 0 || r == -ENOENT;
}

static bool is_dtb(const struct artifact *a, const struct build_dtb *dtbs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(a->name, dtbs[i].name) == 0)
			return true;
	return false;
}

void same_hash(const struct build_spec *spec, const struct build_dtb *dtbs, size_t n_dtbs,
	       struct build *build)
{
	CLEANUP(buf_done) struct buf kernel = { 0 };
	struct err err;
	struct hash h;

	build->image_hash[0] = 0;
	hash_start(&h);
	if (objdir_read(spec->obj, "vmlinux", ARTIFACT_MAX, &kernel, &err) < 0 || !kernel.len ||
	    !same_kernel((uint8_t *)kernel.data, kernel.len, &h) || !hash_unpacker(spec, &h))
		return;
	for (size_t i = 0; i < build->n_artifacts; i++)
		if (is_dtb(&build->artifacts[i], dtbs, n_dtbs)) {
			hash_field(&h, build->artifacts[i].name);
			hash_field(&h, build->artifacts[i].sha256);
		}
	hash_hex(&h, build->image_hash);
}
