// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { LEVEL = -1 }; /* mails come in thousands, and are read once or never */

char *lines_join(char *const *v, size_t n, size_t max)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(v[i]), at = b.len;

		if (len >= max || b.len > max - len - 1)
			break;
		buf_add(&b, v[i], len);
		buf_add(&b, "\n", 1);
		for (char *c = b.data + at; c < b.data + b.len - 1; c++)
			if (*c == '\n')
				*c = ' ';
	}
	return buf_take(&b);
}

void lines_split(const char *text, struct strv *ret)
{
	for (const char *end; (end = strchr(text, '\n')); text = end + 1)
		strv_take(ret, mem_strndup(text, (size_t)(end - text)));
}

/* The length of a start of the text that has at most `max` bytes and ends with a character. */
static size_t cut_at(const char *text, size_t max)
{
	size_t len = strnlen(text, max);

	if (text[len])
		for (int i = 0; i < 3 && len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; i++)
			len--;
	return len;
}

char *text_clean(const char *text, size_t max)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t len = cut_at(text, max);

	for (size_t good; len > 0; len -= good, text += good) {
		good = utf8_valid(text, len);
		buf_add(&b, text, good);
		if (good < len) {
			buf_str(&b, "\xef\xbf\xbd");
			good++;
		}
	}
	return buf_take(&b);
}

void stmt_foreign(struct stmt *q, const char *name, const char *text, size_t max)
{
	CLEANUP(free_ptr) char *clean = NULL;
	size_t len = text ? cut_at(text, max) : 0;

	if (len == 0) {
		stmt_text(q, name, "");
	} else if (utf8_valid(text, len) == len) {
		stmt_text_len(q, name, text, len);
	} else {
		clean = text_clean(text, max);
		stmt_text(q, name, clean);
	}
}

void stmt_list(struct stmt *q, const char *name, const struct strv *list, size_t max)
{
	CLEANUP(free_ptr) char *text = lines_join(list->v, list->n, max);

	stmt_foreign(q, name, text, max);
}

int pack_bytes(struct packer *p, const void *data, size_t len, struct err *err)
{
	size_t room = ZSTD_compressBound(len), n;

	if (!p->zstd && (p->zstd = ZSTD_createCCtx())) {
		(void)ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, LEVEL);
		(void)ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_checksumFlag, 1);
	}
	if (!p->zstd)
		return err_set(err, ENOMEM, "cannot compress: no memory");
	if (room > p->room) {
		free(p->data);
		p->data = mem_zalloc(room);
		p->room = room;
	}
	n = ZSTD_compress2(p->zstd, p->data, room, data, len);
	if (ZSTD_isError(n))
		return err_set(err, EIO, "cannot compress: %s", ZSTD_getErrorName(n));
	p->len = n;
	return 0;
}

void packer_done(struct packer *p)
{
	(void)ZSTD_freeCCtx(p->zstd);
	free(p->data);
	*p = (struct packer){ 0 };
}

int unpack_bytes(const void *data, size_t len, size_t size, struct buf *ret, struct err *err)
{
	CLEANUP(free_ptr) char *plain = NULL;
	size_t n;

	/* before there is room for as much as a damaged row says */
	if (ZSTD_getFrameContentSize(data, len) != size)
		return err_set(err, EBADMSG, "it is not what was stored");
	plain = mem_zalloc(size + 1);
	n = ZSTD_decompress(plain, size, data, len);
	if (ZSTD_isError(n) || n != size)
		return err_set(err, EBADMSG, "it is not what was stored");
	buf_add(ret, plain, n);
	return 0;
}
