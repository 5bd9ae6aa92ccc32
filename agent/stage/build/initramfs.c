// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/build.h"
#include "stage/build/initramfs.h"
#include "stage/build/objdir.h"
#include "stage/build/room.h"

enum {
	SOURCE_MAX = 1 << 20,
	INIT_MAX = 32 << 20,
	STEP_S = 120,
	S_IFREG_755 = 0100755,
	S_IFDIR_755 = 0040755,
	S_IFCHR_600 = 0020600,
};

/* One entry of cpio's "newc" format (initramfs-buffer-format.rst): root's, of 1970. */
static void add_entry(struct buf *b, int inode, unsigned mode, unsigned major, unsigned minor,
		      const char *name, const void *data, size_t len)
{
	static const char zeros[4];

	buf_printf(b, "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", inode, mode,
		   0, 0, 1, 0, len, 0, 0, major, minor, strlen(name) + 1, 0);
	buf_add(b, name, strlen(name) + 1);
	buf_add(b, zeros, -b->len % 4);
	buf_add(b, data, len);
	buf_add(b, zeros, -b->len % 4);
}

static void pack(struct buf *b, const struct buf *init)
{
	add_entry(b, 1, S_IFDIR_755, 0, 0, "dev", "", 0);
	add_entry(b, 2, S_IFCHR_600, 5, 1, "dev/console", "", 0);
	add_entry(b, 3, S_IFREG_755, 0, 0, "init", init->data, init->len);
	add_entry(b, 0, 0, 0, 0, "TRAILER!!!", "", 0);
}

static int compress(const struct buf *cpio, struct buf *ret, struct err *err)
{
	const char *argv[] = { "gzip", "-9n", NULL };
	struct run_spec spec = run_spec_of(argv, STEP_S * 1000);
	CLEANUP(close_fd) int in = memfd_create("cpio", MFD_CLOEXEC);
	struct run_result res;
	int r;

	if (in < 0 || write(in, cpio->data, cpio->len) != (ssize_t)cpio->len ||
	    lseek(in, 0, SEEK_SET) < 0)
		return err_errno(err, errno, "cannot hold an initramfs");
	spec.stdin_fd = in;
	r = run_capture(&spec, INIT_MAX, ret, &res, err);
	if (r == 0 && (res.end != RUN_EXITED || res.status))
		r = err_set(err, EIO, "gzip failed");
	return r;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n > k && strcmp(s + n - k, end) == 0;
}

static int is_source(const struct dirent *e)
{
	return e->d_name[0] != '.' && (ends_with(e->d_name, ".c") || ends_with(e->d_name, ".h"));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* init's *.c and *.h, by name. */
static int sources_list(const struct config *c, struct strv *ret, struct err *err)
{
	CLEANUP(free_ptr) char *dir = mem_printf("%s/initramfs", c->kernel_tests);
	struct dirent **names = NULL;
	int n = scandir(dir, &names, is_source, by_name);

	if (n < 0)
		return err_errno(err, errno, "cannot read folder '%s'", dir);
	for (int i = 0; i < n; i++) {
		strv_add(ret, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return n ? 0 : err_set(err, ENOENT, "no *.c in '%s'", dir);
}

int initramfs_hash(const struct config *c, struct hash *h, struct err *err)
{
	CLEANUP(strv_done) struct strv sources = { 0 };
	int r = sources_list(c, &sources, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < sources.n; i++) {
		CLEANUP(free_ptr)
		char *path = mem_printf("%s/initramfs/%s", c->kernel_tests, sources.v[i]);
		CLEANUP(buf_done) struct buf text = { 0 };
		r = fs_read(path, SOURCE_MAX, &text, err);
		if (r < 0)
			return r;
		hash_field(h, sources.v[i]);
		hash_field(h, buf_text(&text));
	}
	return 0;
}

/* Compiles init in the sandbox, in a folder of its own beside `out`. */
static int compile(const struct config *c, const struct kernel_config *k,
		   const struct strv *sources, const char *out, struct buf *init, struct err *err)
{
	CLEANUP(free_ptr) char *gcc = mem_printf("%sgcc", k->cross_compile);
	CLEANUP(free_ptr) char *dir = mem_printf("%s.work%ld", out, (long)getpid());
	CLEANUP(free_ptr) char *src = mem_printf("%s/initramfs", c->kernel_tests);
	CLEANUP(free_ptr) char *obj = mem_printf("%s/obj", dir);
	CLEANUP(free_ptr) char *log = mem_printf("%s/log", dir);
	const char *const head[] = { gcc,  "-static",	"-Os", "-s", "-Wall", "-Wl,--build-id=none",
				     "-o", "/obj/init", NULL };
	CLEANUP(strv_done) struct strv argv = { 0 };
	struct config own = *c;
	const struct build_spec spec = { .config = &own,
					 .kernel = k,
					 .src = src,
					 .obj = obj,
					 .log = log,
					 .trusted = false,
					 .cancel_fd = -1,
					 .lock_fd = -1 };
	CLEANUP(room_close) struct room room = { 0 };
	CLEANUP(build_done) struct build build = { 0 };
	struct sandbox_run run;
	struct run_result res;
	struct sandbox box;
	struct err unused;
	int r;

	own.limits.build_s = STEP_S;
	r = fs_mkdirs(dir, err);
	if (r == 0)
		r = room_open(&spec, &room, err);
	if (r < 0)
		goto out;
	box = room_sandbox(&room);
	box.dir = "/src";
	strv_all(&argv, head);
	for (size_t i = 0; i < sources->n; i++)
		if (ends_with(sources->v[i], ".c"))
			strv_addf(&argv, "./%s", sources->v[i]);
	r = sandbox_tool(&box, (const char *const *)argv.v, &res, err);
	if (r < 0)
		goto out;
	run = (struct sandbox_run){ .inner_fd = -1 };
	r = room_outcome(&room, &run, &res, &build, err);
	if (r == 0 && build.status != BUILD_PASS)
		r = err_set(err, EIO, "initramfs/%s:%d: %s", build.error.file, build.error.line,
			    build.error.text);
	if (r == 0)
		r = objdir_read(obj, "init", INIT_MAX, init, err);
out:
	if (fs_rmtree(dir, r < 0 ? &unused : err) < 0 && r == 0)
		r = -err->code;
	return r;
}

int build_initramfs(const struct config *c, const struct kernel_config *k, const char *toolchain,
		    const char *out, struct err *err)
{
	CLEANUP(strv_done) struct strv sources = { 0 };
	CLEANUP(free_ptr) char *stamp = mem_printf("%s.stamp", out);
	CLEANUP(buf_done) struct buf old = { 0 };
	CLEANUP(buf_done) struct buf init = { 0 };
	CLEANUP(buf_done) struct buf cpio = { 0 };
	CLEANUP(buf_done) struct buf packed = { 0 };
	char key[HASH_HEX_LEN];
	struct hash h;
	struct err unused;
	int r = sources_list(c, &sources, err);

	hash_start(&h);
	hash_field(&h, "dmalab-initramfs-1");
	hash_field(&h, toolchain);
	if (r == 0)
		r = initramfs_hash(c, &h, err);
	if (r < 0)
		return err_prefix(err, "initramfs");
	hash_hex(&h, key);
	if (fs_exists(out) && fs_read(stamp, sizeof(key), &old, &unused) == 0 &&
	    !strcmp(buf_text(&old), key))
		return 0;

	r = compile(c, k, &sources, out, &init, err);
	if (r == 0) {
		pack(&cpio, &init);
		r = compress(&cpio, &packed, err);
	}
	if (r == 0)
		r = fs_write(out, packed.data, packed.len, err);
	/* The stamp comes last: it says that the other is whole. */
	if (r == 0)
		r = fs_write(stamp, key, strlen(key), err);
	return r < 0 ? err_prefix(err, "initramfs") : 0;
}
