/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_MAIL_FIXTURE_H
#define DMALAB_TESTS_MAIL_FIXTURE_H

#include "unit.h"

#include <time.h>

#include "base/buf.h"
#include "base/fs.h"
#include "mail/mail.h"

#define MAILS "tests/fixtures/mail/"

/* What bad input may cost: plenty for linear time under sanitizers, nothing for quadratic. */
enum { COST_MS = 20000 };

static inline void mail_load(const char *path, struct buf *ret)
{
	struct err err = { 0 };

	if (fs_read(path, 64 << 20, ret, &err) < 0)
		fail_msg("%s", err.msg);
}

/* Parses a fixture; flags as of mail_parse(). */
static inline void mail_fixture(const char *name, int flags, struct mail *ret)
{
	struct buf raw = { 0 }, path = { 0 };

	buf_printf(&path, MAILS "%s", name);
	mail_load(path.data, &raw);
	mail_parse(buf_text(&raw), raw.len, flags, ret);
	buf_done(&raw);
	buf_done(&path);
}

/* A mail of the list with a header made of its fields, then a body. */
static inline void mail_make(struct buf *b, const char *subject, const char *msgid,
			     const char *more, const char *body)
{
	buf_printf(b,
		   "From: Ann Other <ann@kernel.example>\nSubject: %s\nMessage-ID: <%s>\n"
		   "Date: Tue, 4 Jun 2024 10:11:12 +0200\n%s\n%s",
		   subject, msgid, more, body);
}

static inline void mail_text(const struct buf *b, struct mail *ret)
{
	mail_parse(buf_text(b), b->len, 0, ret);
}

static inline clock_t cost_start(void)
{
	return clock();
}

static inline void cost_end(clock_t began, const char *what)
{
	long ms = (long)((clock() - began) * 1000 / CLOCKS_PER_SEC);

	if (ms > COST_MS)
		fail_msg("%s took %ld ms", what, ms);
}

#endif
