// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "store/files.h"

enum {
	BLOCK = 1 << 17,
	LEVEL = 6, /* consoles: a twelfth of the text at some 100 MB/s */
};

/* What is written is bounded by the callers; a damaged file must not become endless. */
static const int64_t SIZE_MAX_PLAIN = (int64_t)1 << 30;

static void free_cctx(ZSTD_CCtx **c)
{
	(void)ZSTD_freeCCtx(*c);
}

static void free_dctx(ZSTD_DCtx **d)
{
	(void)ZSTD_freeDCtx(*d);
}

static ssize_t read_block(int fd, char *block)
{
	ssize_t n;

	do
		n = read(fd, block, BLOCK);
	while (n < 0 && errno == EINTR);
	return n;
}

static int pack_block(ZSTD_CCtx *c, const char *block, size_t len, struct newfile *out,
		      struct err *err)
{
	ZSTD_EndDirective mode = len > 0 ? ZSTD_e_continue : ZSTD_e_end;
	ZSTD_inBuffer in = { block, len, 0 };
	char packed[1 << 14];
	size_t left;

	do {
		ZSTD_outBuffer o = { packed, sizeof(packed), 0 };
		int r;

		left = ZSTD_compressStream2(c, &o, &in, mode);
		if (ZSTD_isError(left))
			return err_set(err, EIO, "cannot compress: %s", ZSTD_getErrorName(left));
		r = newfile_write(out, packed, o.pos, err);
		if (r < 0)
			return r;
	} while (mode == ZSTD_e_end ? left > 0 : in.pos < in.size);
	return 0;
}

/* All of `in`, block by block; the last, empty block ends the frame. */
static int pack(int in, const char *name, struct newfile *out, char *hex, int64_t *size,
		struct err *err)
{
	CLEANUP(free_ptr) char *block = mem_zalloc(BLOCK);
	CLEANUP(free_cctx) ZSTD_CCtx *c = ZSTD_createCCtx();
	int64_t total = 0;
	struct hash h;
	ssize_t n;

	if (!c)
		return err_set(err, ENOMEM, "out of memory");
	(void)ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, LEVEL);
	(void)ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	hash_start(&h);
	do {
		int r;

		n = read_block(in, block);
		if (n < 0)
			return err_errno(err, errno, "cannot read '%s'", name);
		total += n;
		if (total > SIZE_MAX_PLAIN)
			return err_set(err, EFBIG, "log '%s' is too large to be kept", name);
		hash_bytes(&h, block, (size_t)n);
		r = pack_block(c, block, (size_t)n, out, err);
		if (r < 0)
			return r;
	} while (n > 0);
	hash_hex(&h, hex);
	*size = total;
	return 0;
}

int logfile_put(const struct files *f, const char *path, char *hex, int64_t *size, struct err *err)
{
	CLEANUP(close_fd) int in = open(path, O_RDONLY | O_CLOEXEC);
	CLEANUP(newfile_done) struct newfile out = { 0 };
	char name[HASH_HEX_LEN];
	int64_t total = 0;
	int r;

	if (in < 0)
		return err_errno(err, errno, "cannot read '%s'", path);
	r = newfile_open(f, &out, err);
	if (r == 0)
		r = pack(in, path, &out, name, &total, err);
	if (r == 0)
		r = newfile_keep(&out, f, name, err);
	if (r < 0)
		return r;
	memcpy(hex, name, sizeof(name));
	*size = total;
	return 0;
}

/* One block of the file. Returns 0, or -EBADMSG for what zstd refuses; *at_end: a frame ended. */
static int unpack_block(ZSTD_DCtx *d, const char *block, size_t len, struct hash *h,
			struct buf *text, int64_t *total, bool *at_end)
{
	ZSTD_inBuffer in = { block, len, 0 };
	char plain[1 << 14];
	size_t left;

	do {
		ZSTD_outBuffer o = { plain, sizeof(plain), 0 };

		left = ZSTD_decompressStream(d, &o, &in);
		*total += (int64_t)o.pos;
		if (ZSTD_isError(left) || *total > SIZE_MAX_PLAIN)
			return -EBADMSG;
		hash_bytes(h, plain, o.pos);
		if (text)
			buf_add(text, plain, o.pos);
		*at_end = left == 0;
		if (*at_end)
			break; /* one frame a file */
	} while (in.pos < in.size);
	return in.pos < in.size ? -EBADMSG : 0;
}

int logfile_get(const struct files *f, const char *hex, struct buf *ret, struct err *err)
{
	CLEANUP(free_ptr) char *path = files_path(f, hex);
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	CLEANUP(free_ptr) char *block = mem_zalloc(BLOCK);
	CLEANUP(free_dctx) ZSTD_DCtx *d = ZSTD_createDCtx();
	CLEANUP(buf_done) struct buf text = { 0 };
	char seen[HASH_HEX_LEN];
	bool whole = false;
	int64_t total = 0;
	struct hash h;
	ssize_t n;
	int r = 0;

	if (fd < 0)
		return err_errno(err, errno, "log '%s'", path);
	if (!d)
		return err_set(err, ENOMEM, "out of memory");
	hash_start(&h);
	while (r == 0 && (n = read_block(fd, block)) != 0) {
		if (n < 0)
			return err_errno(err, errno, "log '%s'", path);
		r = whole ? -EBADMSG
			  : unpack_block(d, block, (size_t)n, &h, ret ? &text : NULL, &total,
					 &whole);
	}
	hash_hex(&h, seen);
	if (r < 0 || !whole || strcmp(seen, hex) != 0)
		return err_set(err, EBADMSG,
			       "log '%s' is damaged: it is not the text that was stored", path);
	if (ret)
		buf_add(ret, text.data, text.len);
	return 0;
}
