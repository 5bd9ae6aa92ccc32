/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTTP_FIELD_H
#define DMALAB_HTTP_FIELD_H

#include <stdbool.h>

/* Values of a request's header, as RFC 9110 has them. NULL: the request has none. */

/* If-None-Match: the client has what `etag` (unquoted) names, by weak comparison (8.8.3.2). */
bool field_has_etag(const char *if_none_match, const char *etag);
/* Accept-Encoding names gzip, or all there is, and not with a weight of 0. */
bool field_takes_gzip(const char *accept_encoding);

#endif
