// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/decode.h"

#include <ctype.h>
#include <errno.h>
#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"

/* A word of garbage is an answer, not an input for a table of charsets. */
enum { CHARSET_MAX = 40 };

void decode_start(void)
{
	static bool started;

	if (!started)
		g_mime_init();
	started = true;
}

static bool is_ascii(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)p[i] >= 0x80)
			return false;
	return true;
}

/*
 * From one charset to UTF-8. false: it is not in that charset; with `all`, a byte that stands for
 * nothing in it becomes the control character of its number.
 */
static bool convert(const char *from, bool all, const char *data, size_t len, struct buf *ret)
{
	CLEANUP(buf_done) struct buf out = { 0 };
	char *in = (char *)data;
	bool good = true;
	iconv_t cd;

	decode_start();
	cd = g_mime_iconv_open("UTF-8", from);
	if (cd == (iconv_t)-1)
		return false;
	while (good && len > 0) {
		char block[4096], *to = block;
		size_t room = sizeof(block);
		size_t r = iconv(cd, &in, &len, &to, &room);
		int trouble = r == (size_t)-1 ? errno : 0;

		buf_add(&out, block, (size_t)(to - block));
		if (trouble && trouble != E2BIG) {
			const char odd[2] = { (char)0xc2, *in };

			good = all;
			buf_add(&out, odd, sizeof(odd));
			in++;
			len--;
		}
	}
	g_mime_iconv_close(cd);
	if (good)
		buf_add(ret, out.data, out.len);
	return good;
}

static bool is_utf8(const char *data, size_t len)
{
	return g_utf8_validate_len(data, len, NULL);
}

bool decode_charset(struct buf *text, size_t at, const char *charset)
{
	CLEANUP(buf_done) struct buf out = { 0 };
	size_t len = text->len - at;
	bool known = charset[0] && strlen(charset) < CHARSET_MAX;
	bool utf8 = strcasecmp(charset, "utf-8") == 0 || strcasecmp(charset, "utf8") == 0;

	if (len == 0 || (is_ascii(text->data + at, len) &&
			 (!known || utf8 || strncasecmp(charset, "us-", 3) == 0 ||
			  strncasecmp(charset, "iso-8859", 8) == 0)))
		return true;
	if ((utf8 || !charset[0]) && is_utf8(text->data + at, len))
		return true;
	if (known && !utf8 && convert(charset, false, text->data + at, len, &out)) {
		text->len = at;
		buf_add(text, out.data, out.len);
		return true;
	}
	if (is_utf8(text->data + at, len))
		return false;
	if (!convert("windows-1252", true, text->data + at, len, &out))
		return false;
	text->len = at;
	buf_add(text, out.data, out.len);
	return false;
}

/* White space made single blanks, none at the ends. */
static char *one_line(const char *text, size_t len)
{
	char *out = mem_zalloc(len + 1), *to = out;
	const char *end = text + len;
	bool blank = false;

	for (; text < end && *text; text++) {
		if (isspace((unsigned char)*text)) {
			blank = to > out;
			continue;
		}
		if (blank)
			*to++ = ' ';
		blank = false;
		*to++ = *text;
	}
	return out;
}

char *decode_header(const char *value, size_t len)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	CLEANUP(free_ptr) char *raw = NULL;
	char *text;

	if (is_ascii(value, len) && !memmem(value, len, "=?", 2))
		return one_line(value, len);
	raw = mem_strndup(value, len);
	decode_start();
	text = g_mime_utils_header_decode_text(NULL, raw);
	buf_str(&b, text);
	g_free(text);
	(void)decode_charset(&b, 0, "");
	return one_line(buf_text(&b), b.len);
}

bool decode_date(const char *value, size_t len, char iso[32], int64_t *time)
{
	CLEANUP(free_ptr) char *raw = mem_strndup(value, len);
	GDateTime *d;
	char *text;

	decode_start();
	d = g_mime_utils_header_decode_date(raw);
	if (!d)
		return false;
	text = g_date_time_format(d, "%Y-%m-%dT%H:%M:%S%:z");
	*time = g_date_time_to_unix(d);
	g_date_time_unref(d);
	if (!text)
		return false;
	g_strlcpy(iso, text, 32);
	g_free(text);
	return true;
}

void decode_step(struct decoder *d, const char *data, size_t len, struct buf *ret)
{
	const unsigned char *p = (const unsigned char *)data;
	unsigned char out[1024 + 8]; /* up to three bytes may wait from the piece before */
	guint32 save = d->save;

	while (len > 0) {
		size_t piece = len < 1024 ? len : 1024, n;

		if (d->quoted)
			n = g_mime_encoding_quoted_decode_step(p, piece, out, &d->state, &save);
		else
			n = g_mime_encoding_base64_decode_step(p, piece, out, &d->state, &save);
		buf_add(ret, out, n);
		p += piece;
		len -= piece;
	}
	d->save = save;
}
