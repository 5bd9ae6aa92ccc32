// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer's entry; with gcc, replay.c calls it with the corpus. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "mail/mail.h"
#include "mail/series.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever a mail is: no pointer is missing, a reason for what is not there, ids on one line. */
static void check(const struct mail *m)
{
	const char *const texts[] = { m->msgid,		 m->subject,	  m->name,
				      m->date,		 m->message,	  m->diff,
				      m->reason,	 m->sender.name,  m->sender.email,
				      m->author.name,	 m->author.email, m->needs.base_commit,
				      m->needs.change_id };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (!texts[i])
			abort();
	if (strchr(m->msgid, '\n') || strchr(m->subject, '\n') || strlen(m->hash) != 64 ||
	    m->version < 1 || m->revision < 1 || (m->total > 0 && m->number < 0))
		abort();
	if (!m->msgid[0] && !m->reason[0])
		abort();
	if (m->patch_id[0] && strlen(m->patch_id) != 40)
		abort();
}

/* The input is up to eight mails, cut at NUL bytes; their series hold each patch once. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { MAILS = 8 };
	struct mail mails[MAILS];
	struct mail_series_list l;
	size_t n = 0, parts = 0, patches = 0;

	while (n < MAILS) {
		const uint8_t *end = n + 1 < MAILS ? memchr(data, 0, size) : NULL;
		size_t len = end ? (size_t)(end - data) : size;

		mail_parse((const char *)data, len, len % 2 ? MAIL_SCISSORS : 0, &mails[n]);
		check(&mails[n]);
		patches += mails[n].kind == MAIL_PATCH;
		n++;
		if (!end)
			break;
		data = end + 1;
		size -= len + 1;
	}
	series_assemble(mails, n, &l);
	for (size_t i = 0; i < l.n; i++) {
		const struct mail_series *s = &l.v[i];

		if (s->total < 1 || !s->name || s->n_full < s->n_parts ||
		    (s->older >= 0 && s->older >= (ptrdiff_t)l.n))
			abort();
		parts += s->n_parts;
	}
	if (parts > patches)
		abort();
	mail_series_list_done(&l);
	for (size_t i = 0; i < n; i++)
		mail_done(&mails[i]);
	return 0;
}
