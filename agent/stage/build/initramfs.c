// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
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

/* Compiles init.c in the sandbox, in a folder of its own beside `out`. */
static int compile(const struct config *c, const struct kernel_config *k, const char *out,
		   struct buf *init, struct err *err)
{
	CLEANUP(free_ptr) char *gcc = mem_printf("%sgcc", k->cross_compile);
	CLEANUP(free_ptr) char *dir = mem_printf("%s.work%ld", out, (long)getpid());
	CLEANUP(free_ptr) char *src = mem_printf("%s/initramfs", c->kernel_tests);
	CLEANUP(free_ptr) char *obj = mem_printf("%s/obj", dir);
	CLEANUP(free_ptr) char *log = mem_printf("%s/log", dir);
	const char *argv[] = { gcc,  "-static",	  "-Os",    "-s", "-Wall", "-Wl,--build-id=none",
			       "-o", "/obj/init", "init.c", NULL };
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
	r = sandbox_tool(&box, argv, &res, err);
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
	CLEANUP(free_ptr) char *source = mem_printf("%s/initramfs/init.c", c->kernel_tests);
	CLEANUP(free_ptr) char *stamp = mem_printf("%s.stamp", out);
	CLEANUP(buf_done) struct buf text = { 0 };
	CLEANUP(buf_done) struct buf old = { 0 };
	CLEANUP(buf_done) struct buf init = { 0 };
	CLEANUP(buf_done) struct buf cpio = { 0 };
	CLEANUP(buf_done) struct buf packed = { 0 };
	char key[HASH_HEX_LEN];
	struct hash h;
	struct err unused;
	int r = fs_read(source, SOURCE_MAX, &text, err);

	if (r < 0)
		return err_prefix(err, "initramfs");
	hash_start(&h);
	hash_field(&h, "dmalab-initramfs-1");
	hash_field(&h, toolchain);
	hash_field(&h, buf_text(&text));
	hash_hex(&h, key);
	if (fs_exists(out) && fs_read(stamp, sizeof(key), &old, &unused) == 0 &&
	    !strcmp(buf_text(&old), key))
		return 0;

	r = compile(c, k, out, &init, err);
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
