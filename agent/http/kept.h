/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTTP_KEPT_H
#define DMALAB_HTTP_KEPT_H

#include <microhttpd.h>

#include "http/http.h"

struct http_sent;

/* As the request wants it: packed, plain, or not again. sent gets its status and length. */
enum MHD_Result kept_send(struct MHD_Connection *c, struct http_kept *k, struct http_sent *sent);

#endif
