/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_SOURCE_WHAT_H
#define DMALAB_STAGE_SOURCE_WHAT_H

#include <stdint.h>

#include "base/buf.h"

/* The segments of a URL's path, %XX undone, without query and fragment. */
void url_segments(const char *url, struct strv *ret);

/* What a Patchwork URL names. */
struct pw_what {
	enum { PW_NOTHING, PW_SERIES, PW_PATCH, PW_COVER_LETTER } kind;
	int64_t id;  /* -1: by Message-ID */
	char *msgid; /* NULL with an id; owned */
};

/* ".../series/12/", ".../list/?series=12", ".../project/x/patch/MSGID/", ".../api/1.3/covers/7/".
 */
void pw_what_read(const char *url, struct pw_what *ret);

#endif
