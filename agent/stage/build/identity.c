// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/build.h"
#include "stage/build/initramfs.h"

enum { VERSION_TIMEOUT_MS = 30 * 1000, VERSION_MAX = 1 << 16, INPUT_MAX = 1 << 20 };

/* Changes when what is built from the same inputs does: options, variables, the sandbox's paths. */
static const char recipe[] = "dmalab-build-1";

/* Appends the first line of "TOOL --version". */
static int version_of(const char *tool, struct buf *ret, struct err *err)
{
	static const char *const env[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", NULL };
	const char *argv[] = { tool, "--version", NULL };
	struct run_spec spec = run_spec_of(argv, VERSION_TIMEOUT_MS);
	CLEANUP(buf_done) struct buf out = { 0 };
	struct run_result res;
	char word[32];
	int r;

	spec.env = env;
	r = run_capture(&spec, VERSION_MAX, &out, &res, err);
	if (r < 0)
		return r;
	if (res.end != RUN_EXITED || res.status || !out.len)
		return err_set(err, EIO, "'%s --version' gave no version (%s)", tool,
			       run_end_text(&res, word));
	buf_add(ret, out.data, strcspn(out.data, "\n"));
	return 0;
}

int build_toolchain(const struct kernel_config *k, char **ret, struct err *err)
{
	CLEANUP(free_ptr) char *gcc = mem_printf("%sgcc", k->cross_compile);
	CLEANUP(free_ptr) char *ld = mem_printf("%sld", k->cross_compile);
	CLEANUP(buf_done) struct buf text = { 0 };
	int r = version_of(gcc, &text, err);

	if (r == 0) {
		buf_str(&text, "; ");
		r = version_of(ld, &text, err);
	}
	if (r < 0)
		return err_prefix(err, "toolchain");
	*ret = buf_take(&text);
	return 0;
}

/* A file's bytes; a folder of ours holds what is named. */
static int hash_input(struct hash *h, const char *folder, const char *name, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", folder, name);
	CLEANUP(buf_done) struct buf text = { 0 };
	int r = fs_read(path, INPUT_MAX, &text, err);

	if (r < 0)
		return r;
	hash_field(h, name);
	hash_field(h, buf_text(&text));
	return 0;
}

/* The bytes of what a boot of the target is made from; NULL: none is. */
static int hash_boot(struct hash *h, const struct config *c, const struct target_config *t,
		     struct err *err)
{
	CLEANUP(free_ptr) char *devices = mem_printf("%s/devices", c->jobs ? c->jobs : "");
	int r = 0;

	hash_field(h, t->cmdline);
	if (t->device)
		r = hash_input(h, devices, t->device, err);
	if (r == 0 && t->job)
		r = hash_input(h, c->jobs, t->job, err);
	return r;
}

int build_identity(const struct config *c, const struct kernel_config *k, const char *tree_hash,
		   const char *toolchain, char hex[65], struct err *err)
{
	CLEANUP(free_ptr) char *configs = mem_printf("%s/configs", c->kernel_tests);
	CLEANUP(free_ptr) char *dts = mem_printf("%s/dts", c->kernel_tests);
	struct hash h;
	int r = 0;

	hash_start(&h);
	hash_field(&h, recipe);
	hash_field(&h, tree_hash);
	hash_field(&h, toolchain);
	hash_field(&h, k->architecture);
	hash_field(&h, k->cross_compile);
	for (size_t i = 0; r == 0 && i < k->n_fragments; i++)
		r = hash_input(&h, configs, k->fragments[i], err);
	hash_field(&h, "goals");
	for (size_t i = 0; i < k->n_goals; i++)
		hash_field(&h, k->goals[i]);
	if (r == 0)
		r = initramfs_hash(c, &h, err);
	/* The device trees and images that are among a build's artifacts. */
	for (size_t i = 0; r == 0 && i < c->n_targets; i++) {
		const struct target_config *t = &c->targets[i];

		if (!t->config || strcmp(t->config, k->name))
			continue;
		hash_field(&h, t->name);
		hash_field(&h, t->dtb);
		if (t->overlay)
			r = hash_input(&h, dts, t->overlay, err);
		if (t->image != IMAGE_ZIMAGE) {
			hash_field(&h, image_name(t->image));
			hash_size(&h, t->load_address);
		}
		if (r == 0)
			r = hash_boot(&h, c, t, err);
	}
	if (r < 0)
		return err_prefix(err, "build identity");
	hash_hex(&h, hex);
	return 0;
}
