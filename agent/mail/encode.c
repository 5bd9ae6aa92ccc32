// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/encode.h"

#include <gmime/gmime.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/mem.h"
#include "mail/decode.h"

/* GMime's memory becomes ours. */
static char *taken(char *text)
{
	char *copy = mem_strdup(text ? text : "");

	g_free(text);
	return copy;
}

char *encode_text(const char *text)
{
	decode_start();
	return taken(g_mime_utils_header_encode_text(NULL, text, "utf-8"));
}

char *encode_phrase(const char *name)
{
	decode_start();
	return taken(g_mime_utils_header_encode_phrase(NULL, name, "utf-8"));
}

char *encode_date(int64_t seconds)
{
	GDateTime *d = g_date_time_new_from_unix_utc(seconds);
	char *text = d ? g_mime_utils_header_format_date(d) : NULL;

	if (d)
		g_date_time_unref(d);
	return taken(text);
}

void encode_quoted(const char *text, size_t len, struct buf *ret)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned char out[4096]; /* a byte becomes three, and a soft break every 70 */
	int state = -1;
	guint32 save = 0;
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = len < 1024 ? len : 1024;
		buf_add(ret, out, g_mime_encoding_quoted_encode_step(p, n, out, &state, &save));
	}
	buf_add(ret, out, g_mime_encoding_quoted_encode_close(NULL, 0, out, &state, &save));
}

/* A group within a group is none (RFC 5322). */
static void mailboxes(InternetAddressList *l, size_t max, bool deep, struct strv *ret)
{
	for (int i = 0; l && i < internet_address_list_length(l) && ret->n < max; i++) {
		InternetAddress *a = internet_address_list_get_address(l, i);

		if (INTERNET_ADDRESS_IS_GROUP(a) && deep) {
			InternetAddressGroup *g = INTERNET_ADDRESS_GROUP(a);

			mailboxes(internet_address_group_get_members(g), max, false, ret);
		} else if (INTERNET_ADDRESS_IS_MAILBOX(a)) {
			const char *addr =
				internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(a));

			strv_add(ret, addr ? addr : "");
		}
	}
}

void decode_addresses(const char *value, size_t max, struct strv *ret)
{
	InternetAddressList *l;

	decode_start();
	l = internet_address_list_parse(NULL, value);
	mailboxes(l, max, true, ret);
	if (l)
		g_object_unref(l);
}
