// SPDX-License-Identifier: GPL-2.0-or-later
/* What servers send: packed, as JSON, as mbox. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "mail/head.h"
#include "mail/mail.h"
#include "mail/mbox.h"
#include "stage/source/room.h"

enum { BLOCK = 256 << 10, GZIP_ONLY = 16, DIGITS_MAX = 18 };

static int unpack(z_stream *z, char *block, size_t limit, struct buf *ret, struct err *err)
{
	for (;;) {
		int r;

		z->next_out = (unsigned char *)block;
		z->avail_out = BLOCK;
		r = inflate(z, Z_NO_FLUSH);
		if (r != Z_OK && r != Z_STREAM_END)
			return err_set(err, EAGAIN, "a gzip file is broken, or was cut");
		if (BLOCK - z->avail_out > limit - ret->len)
			return err_set(err, EFBIG, "a gzip file holds more than %zu bytes", limit);
		buf_add(ret, block, BLOCK - z->avail_out);
		if (r == Z_STREAM_END && z->avail_in == 0)
			return 0;
		if (r == Z_STREAM_END &&
		    inflateReset(z) != Z_OK) /* several may follow each other */
			return err_set(err, EAGAIN, "a gzip file is broken");
	}
}

int gunzip(const char *data, size_t len, size_t limit, struct buf *ret, struct err *err)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	CLEANUP(free_ptr) char *block = mem_zalloc(BLOCK);
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)data, .avail_in = (unsigned)len };
	int r;

	if (len > UINT32_MAX || inflateInit2(&z, GZIP_ONLY + MAX_WBITS) != Z_OK)
		return err_set(err, EFBIG, "a gzip file is too long");
	r = unpack(&z, block, limit, &b, err);
	inflateEnd(&z);
	if (r == 0)
		buf_add(ret, buf_text(&b), b.len);
	return r;
}

/* Numbers that no id, count or date has, but a hostile subject, become 0: beside texts only. */
static void numbers_tame(char *json, size_t len)
{
	bool text = false;

	for (size_t at = 0; at < len; at++) {
		size_t n = 0;

		if (json[at] == '\\' && text)
			at++;
		else if (json[at] == '"')
			text = !text;
		while (!text && at + n < len && json[at + n] >= '0' && json[at + n] <= '9')
			n++;
		if (n > DIGITS_MAX) {
			memset(json + at, ' ', n);
			json[at] = '0';
		}
		at += n > 0 ? n - 1 : 0;
	}
}

json_t *json_read(const char *data, size_t len, struct err *err)
{
	CLEANUP(free_ptr) char *clean = mem_zalloc(len + 1);
	json_error_t why;
	json_t *j;

	for (size_t at = 0; at < len; at++) {
		size_t good = utf8_valid(data + at, len - at);

		memcpy(clean + at, data + at, good);
		at += good;
		if (at < len)
			clean[at] = '?';
	}
	numbers_tame(clean, len);
	j = json_loadb(clean, len, JSON_ALLOW_NUL, &why);
	if (!j)
		err_set(err, EAGAIN, "the answer is no whole JSON: line %d: %s", why.line,
			why.text);
	return j;
}

const char *json_text(const json_t *o, const char *key)
{
	const json_t *t = json_object_get(o, key);
	const char *text = json_string_value(t);

	return text && strlen(text) == json_string_length(t) ? text : "";
}

int64_t json_number(const json_t *o, const char *key)
{
	const json_t *n = json_object_get(o, key);

	return json_is_integer(n) && json_integer_value(n) >= 0 ? json_integer_value(n) : -1;
}

char *raw_msgid(const char *raw, size_t len)
{
	const char *end = raw + (len < MAIL_HEADER_MAX ? len : MAIL_HEADER_MAX), *p = raw;
	struct field f;

	while ((p = head_next(p, end, &f)))
		if (field_is(&f, "Message-ID")) {
			CLEANUP(free_ptr) char *value = mem_strndup(f.value, f.value_len);

			return msgid_read(value);
		}
	return mem_strdup("");
}

void msgid_escape(struct buf *b, const char *msgid)
{
	for (const char *at; (at = strchr(msgid, '@')); msgid = at + 1) {
		CLEANUP(free_ptr) char *before = mem_strndup(msgid, (size_t)(at - msgid));

		net_escape(b, before);
		buf_str(b, "@");
	}
	net_escape(b, msgid);
}

static int bytes_write(int fd, const char *data, size_t len, struct err *err)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = write(fd, data + at, len - at);

		if (n < 0 && errno != EINTR)
			return err_errno(err, errno, "cannot make room for mails");
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int mbox_mails(const char *data, size_t len,
	       char *(*origin)(void *arg, const char *raw, size_t len), void *arg,
	       struct source_batch *ret, struct err *err)
{
	CLEANUP(close_fd) int fd = memfd_create("mbox", MFD_CLOEXEC);
	CLEANUP(free_ptr) char *path = mem_printf("/proc/self/fd/%d", fd);
	CLEANUP(mbox_close) struct mbox m = { .fd = -1 };
	size_t n, mails = 0;
	char *raw;
	int r;

	if (fd < 0)
		return err_errno(err, errno, "cannot make room for mails");
	r = bytes_write(fd, data, len, err);
	if (r == 0)
		r = mbox_open(&m, path, MAIL_BYTES_MAX, err);
	while (r >= 0 && (r = mbox_next(&m, &raw, &n, err)) > 0) {
		char *copy;

		if (mails++ == MBOX_MAILS) {
			strv_addf(&ret->notes, "an mbox has more than %d mails", MBOX_MAILS);
			return 0;
		}
		copy = mem_zalloc(n + 1);
		memcpy(copy, raw, n);
		batch_own(ret, copy, n, origin(arg, raw, n));
	}
	return r;
}
