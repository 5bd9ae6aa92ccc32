/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTTP_TARGET_H
#define DMALAB_HTTP_TARGET_H

#include <stdint.h>

/* What a request's line names. */

/*
 * "/a%20b?x=y" as it came: *path decoded, *query behind the '?' as it is; both the caller's.
 * -1 and nothing where it does not begin with '/', a '%' is not two hex digits, or the decoded path
 * has a part "..", begins with "//", or holds a control character (NUL among them); "//" elsewhere
 * only where it came as %2F.
 */
int target_parse(const char *raw, char **path, char **query);

enum range { RANGE_NONE, RANGE_PART, RANGE_BAD };

/*
 * "bytes=a-b", "bytes=a-" or "bytes=-n" of `size` bytes. RANGE_NONE (another unit, several ranges,
 * no range at all): the whole is sent. RANGE_BAD: nothing of it is there (416).
 */
enum range range_parse(const char *text, int64_t size, int64_t *from, int64_t *len);

#endif
