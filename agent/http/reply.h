/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTTP_REPLY_H
#define DMALAB_HTTP_REPLY_H

#include <microhttpd.h>

#include "http/http.h"

/* Sends what was answered, which is taken over. */
enum MHD_Result reply_send(struct MHD_Connection *c, struct http_answer *a);
/* Sends an answer of a status and its name. */
enum MHD_Result reply_status(struct MHD_Connection *c, int status);

#endif
