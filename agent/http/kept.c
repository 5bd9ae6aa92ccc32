// SPDX-License-Identifier: GPL-2.0-or-later
#include "http/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/field.h"
#include "http/pack.h"
#include "http/reply.h"

enum { PACKED_FROM = 1024 }; /* less fits into a packet or two */

/* A response for each way to be sent; all who are being sent one share it. */
struct http_kept {
	int status;
	char *type, *etag;
	struct strv headers;
	const char *data; /* plain's */
	size_t len, packed_len;
	bool may_pack; /* and that was not in vain */
	struct MHD_Response *plain;
	struct MHD_Response *packed, *unchanged; /* made when first wanted */
};

/* data is taken over. */
static struct MHD_Response *response(const struct http_kept *k, char *data, size_t len)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(len, data, MHD_RESPMEM_MUST_FREE);

	if (!r) {
		free(data);
		return NULL;
	}
	reply_dress(r, &k->headers);
	if (k->type)
		(void)MHD_add_response_header(r, "Content-Type", k->type);
	return r;
}

struct http_kept *http_keep(struct http_answer *a)
{
	struct http_kept *k = mem_zalloc(sizeof(*k));

	reply_complete(a);
	k->status = a->status;
	k->type = a->type;
	k->etag = a->etag;
	k->headers = a->headers;
	k->len = a->body.len;
	k->data = a->body.data ? a->body.data : mem_zalloc(1);
	k->may_pack = a->may_pack && k->len > PACKED_FROM && pack_suits(k->type);
	k->plain = response(k, (char *)k->data, k->len);
	*a = (struct http_answer){ 0 };
	return k;
}

void http_kept_freep(struct http_kept **kept)
{
	struct http_kept *k = *kept;

	if (!k)
		return;
	reply_freep(&k->plain);
	reply_freep(&k->packed);
	reply_freep(&k->unchanged);
	free(k->type);
	free(k->etag);
	strv_done(&k->headers);
	free(k);
	*kept = NULL;
}

size_t http_kept_size(const struct http_kept *k)
{
	enum { FIELD = 100 }; /* of a header, with what MHD keeps of it */

	return sizeof(*k) + k->len + k->packed_len + k->headers.n * FIELD;
}

/* Makes the packed one, or finds that it would not be smaller. */
static void pack_it(struct http_kept *k)
{
	struct buf packed = { 0 };

	k->may_pack = pack(k->data, k->len, &packed);
	if (!k->may_pack)
		return;
	k->packed_len = packed.len;
	k->packed = response(k, packed.data, packed.len);
	if (k->packed)
		(void)MHD_add_response_header(k->packed, "Content-Encoding", "gzip");
}

static struct MHD_Response *unchanged(struct http_kept *k)
{
	if (!k->unchanged) {
		k->unchanged =
			MHD_create_response_from_buffer(0, (char *)"", MHD_RESPMEM_PERSISTENT);
		reply_dress(k->unchanged, &k->headers);
	}
	return k->unchanged;
}

enum MHD_Result kept_send(struct MHD_Connection *c, struct http_kept *k, struct http_sent *sent)
{
	const char *have = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-None-Match");
	const char *takes = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Accept-Encoding");

	if (k->status == MHD_HTTP_OK && k->etag && field_has_etag(have, k->etag))
		return reply_queue(c, MHD_HTTP_NOT_MODIFIED, unchanged(k), 0, sent);
	if (k->may_pack && field_takes_gzip(takes)) {
		if (!k->packed)
			pack_it(k);
		if (k->packed)
			return reply_queue(c, k->status, k->packed, k->packed_len, sent);
	}
	return reply_queue(c, k->status, k->plain, k->len, sent);
}
