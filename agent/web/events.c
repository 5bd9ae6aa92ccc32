// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "http/http.h"
#include "store/page.h"
#include "web/web_room.h"

/*
 * The answer ends at once and the browser asks again after `retry` ms, telling what it heard last
 * (HTML, 9.2.5 and 9.2.6): so no connection is held, and a store that stands still says nothing.
 */
void events_answer(struct store *s, const struct http_request *req, struct http_answer *ret)
{
	const char *last = http_header(req, "Last-Event-ID");
	CLEANUP(free_ptr) char *now = NULL;
	struct err err = { 0 };
	int64_t version;

	if (store_version(s, &version, &err) < 0) {
		*ret = (struct http_answer){ .status = 503 };
		return;
	}
	now = mem_printf("%" PRId64, version);
	*ret = (struct http_answer){ .status = 200, .type = mem_strdup("text/event-stream") };
	buf_str(&ret->body, "retry: 3000\n");
	if (last && strcmp(last, now) == 0)
		buf_str(&ret->body, ": as before\n\n");
	else
		buf_printf(&ret->body, "id: %s\ndata: %s\n\n", now, now);
}
