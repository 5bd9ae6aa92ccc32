/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_REFUSE_H
#define DMALAB_WEB_REFUSE_H

struct http_answer;
struct http_request;

/*
 * An answer of a status from 400 on with one sentence, which tells a stranger nothing of the
 * machine: a page, or an object {"error": …} where what was asked for is JSON. In place of what
 * *ret had.
 */
void refuse(const struct http_request *req, int status, const char *sentence,
	    struct http_answer *ret);

/* What a browser must know of every answer of ours. */
void headers_add(struct http_answer *a);

#endif
