/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTTP_REPLY_H
#define DMALAB_HTTP_REPLY_H

#include <microhttpd.h>
#include <stddef.h>

#include "http/http.h"

struct http_sent;

/* Sends what was answered, which is taken over; sent gets its status and length. */
enum MHD_Result reply_send(struct MHD_Connection *c, struct http_answer *a, struct http_sent *sent);

/* What that is made of. */

/* Adds the header fields that all answers have; an error without words gets its name. */
void reply_complete(struct http_answer *a);
/* r NULL: there was no memory for it, or no file. It stays the caller's. */
void reply_dress(struct MHD_Response *r, const struct strv *headers);
enum MHD_Result reply_queue(struct MHD_Connection *c, int status, struct MHD_Response *r,
			    size_t len, struct http_sent *sent);
void reply_freep(struct MHD_Response **r);

#endif
