// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/letter.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "mail/decode.h"
#include "mail/encode.h"
#include "mail/head.h"

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

enum {
	LINE_WANTED = 76,
	LINE_LIMIT = 998, /* RFC 5322 2.1.1 */
	RECEIVERS_MAX = 100,
	PARSED_MAX = 400, /* before those that are there already are left out */
	HEADER_MAX = 64 << 10,
};

static bool is_of(const char *text, size_t len, const char *letters)
{
	return len > 0 && strspn(text, letters) >= len;
}

/* What sendmail and SMTP take without quotes; nobody's address begins like an option. */
static char *plain_address(const char *text, size_t len)
{
	const char *at = memrchr(text, '@', len);
	size_t local = at ? (size_t)(at - text) : 0, domain = at ? len - local - 1 : 0;

	if (!is_of(text, local, ALNUM "!#$%&'*+-/=?^_`{|}~.") || text[0] == '-' || !at ||
	    !is_of(at + 1, domain, ALNUM "-.") || at[1] == '-' || at[1] == '.')
		return NULL;
	return mem_strndup(text, len);
}

/* Where the address of "Name <address>" or "address" is; the name's length is what lies before. */
static const char *address_at(const char *person, size_t *len)
{
	const char *open = strrchr(person, '<');
	const char *close = open ? strchr(open, '>') : NULL;

	if (close && close[1 + strspn(close + 1, " \t")] == '\0') {
		*len = (size_t)(close - open - 1);
		return open + 1;
	}
	person += strspn(person, " \t");
	*len = strcspn(person, " \t");
	return person[*len + strspn(person + *len, " \t")] == '\0' ? person : NULL;
}

char *letter_address(const char *person)
{
	size_t len;
	const char *at = address_at(person, &len);

	return at ? plain_address(at, len) : NULL;
}

/* Adds the header, folded at its blanks. */
static int header(struct buf *b, const char *name, const char *value, struct err *err)
{
	size_t column = strlen(name) + 1;

	if (strpbrk(value, "\r\n"))
		return err_set(err, EINVAL, "%s: a line break in a mail's header", name);
	buf_printf(b, "%s:", name);
	for (value += strspn(value, " "); *value; value += strspn(value, " ")) {
		size_t len = strcspn(value, " ");

		if (len >= LINE_LIMIT)
			return err_set(err, EINVAL, "%s: a word is too long for a mail", name);
		if (column + 1 + len > LINE_WANTED && column > strlen(name) + 1) {
			buf_str(b, "\n");
			column = 0;
		}
		buf_str(b, " ");
		buf_add(b, value, len);
		column += 1 + len;
		value += len;
	}
	buf_str(b, "\n");
	return 0;
}

static int text_header(struct buf *b, const char *name, const char *value, struct err *err)
{
	CLEANUP(free_ptr) char *encoded = NULL;

	if (strpbrk(value, "\r\n")) /* an encoded word would hide it */
		return err_set(err, EINVAL, "%s: a line break in a mail's header", name);
	encoded = encode_text(value);
	return header(b, name, encoded, err);
}

/* "Name <address>", the name encoded. */
static int person_add(struct buf *list, const char *person, struct err *err)
{
	CLEANUP(free_ptr) char *address = letter_address(person);
	CLEANUP(free_ptr) char *name = NULL;
	CLEANUP(free_ptr) char *phrase = NULL;
	const char *open = strrchr(person, '<'), *from = person + strspn(person, " \t\"");
	const char *end = open;

	if (!address || strpbrk(person, "\r\n"))
		return err_set(err, EINVAL, "'%s' is no address", person);
	while (end && end > from && strchr(" \t\"", end[-1]))
		end--;
	if (list->len)
		buf_str(list, ", ");
	if (!end || end <= from) {
		buf_str(list, address);
		return 0;
	}
	name = mem_strndup(from, (size_t)(end - from));
	phrase = encode_phrase(name);
	buf_printf(list, "%s <%s>", phrase, address);
	return 0;
}

static int persons(struct buf *b, const char *name, const struct strv *l, struct err *err)
{
	CLEANUP(buf_done) struct buf list = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && l && i < l->n; i++)
		r = person_add(&list, l->v[i], err);
	return r < 0 || !list.len ? r : header(b, name, buf_text(&list), err);
}

static int ids(struct buf *b, const char *name, const char *const *v, size_t n, struct err *err)
{
	CLEANUP(buf_done) struct buf list = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (!v[i][0] || strpbrk(v[i], "<> \t\r\n"))
			return err_set(err, EINVAL, "%s: '%s' is no Message-ID", name, v[i]);
		buf_printf(&list, "%s<%s>", i ? " " : "", v[i]);
	}
	return n ? header(b, name, buf_text(&list), err) : 0;
}

static bool is_7bit(const struct buf *b)
{
	size_t column = 0;

	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		column = c == '\n' ? 0 : column + 1;
		if (c >= 0x7f || (c < 0x20 && c != '\n' && c != '\t') || column > LINE_LIMIT)
			return false;
	}
	return true;
}

static int body(struct buf *b, const char *text, struct err *err)
{
	CLEANUP(buf_done) struct buf utf8 = { 0 };
	bool plain;
	int r;

	buf_str(&utf8, text);
	(void)decode_charset(&utf8, 0, "");
	if (utf8.len == 0 || utf8.data[utf8.len - 1] != '\n')
		buf_str(&utf8, "\n");
	plain = is_7bit(&utf8);
	r = header(b, "MIME-Version", "1.0", err);
	if (r == 0)
		r = header(b, "Content-Type", "text/plain; charset=utf-8", err);
	if (r == 0)
		r = header(b, "Content-Transfer-Encoding", plain ? "7bit" : "quoted-printable",
			   err);
	buf_str(b, "\n");
	if (plain)
		buf_add(b, utf8.data, utf8.len);
	else
		encode_quoted(utf8.data, utf8.len, b);
	return r;
}

int letter_write(const struct letter *l, struct buf *ret, struct err *err)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	CLEANUP(buf_done) struct buf from = { 0 };
	CLEANUP(free_ptr) char *date = encode_date(l->date);
	int r = person_add(&from, l->from, err);

	if (r == 0)
		r = header(&b, "From", buf_text(&from), err);
	if (r == 0)
		r = persons(&b, "To", l->to, err);
	if (r == 0)
		r = persons(&b, "Cc", l->cc, err);
	if (r == 0)
		r = text_header(&b, "Subject", l->subject, err);
	if (r == 0)
		r = header(&b, "Date", date, err);
	if (r == 0)
		r = ids(&b, "Message-ID", &l->message_id, 1, err);
	if (r == 0 && l->in_reply_to)
		r = ids(&b, "In-Reply-To", &l->in_reply_to, 1, err);
	if (r == 0 && l->references)
		r = ids(&b, "References", (const char *const *)l->references->v, l->references->n,
			err);
	if (r == 0)
		r = header(&b, "Auto-Submitted", "auto-generated", err);
	if (r == 0)
		r = body(&b, l->text, err);
	if (r == 0)
		buf_add(ret, b.data, b.len);
	return r;
}

static bool has_address(const struct strv *l, const char *address)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcasecmp(l->v[i], address) == 0)
			return true;
	return false;
}

int letter_receivers(const char *raw, size_t len, struct strv *ret, struct err *err)
{
	const char *p = raw, *end = raw + len;
	CLEANUP(strv_done) struct strv found = { 0 };
	struct field f;

	(void)err; /* a bad line is no reason to tell nobody */
	while (p < end && (p = head_next(p, end, &f))) {
		CLEANUP(free_ptr) char *value = NULL;

		if (!field_is(&f, "To") && !field_is(&f, "Cc"))
			continue;
		value = mem_strndup(f.value, f.value_len < HEADER_MAX ? f.value_len : HEADER_MAX);
		decode_addresses(value, PARSED_MAX, &found);
	}
	for (size_t i = 0; i < found.n && ret->n < RECEIVERS_MAX; i++) {
		char *address = letter_address(found.v[i]);

		if (address && !has_address(ret, address))
			strv_take(ret, address);
		else
			free(address);
	}
	return 0;
}
