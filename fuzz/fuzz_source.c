// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer's entry; with gcc, replay.c calls it with the corpus. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "stage/source/manifest.h"
#include "stage/source/patchwork.h"
#include "stage/source/what.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Epochs are in order, each once, with a fingerprint of 40 digits or none. */
static void check_manifest(const char *text, size_t len)
{
	struct manifest m = { 0 };
	struct err err = { 0 };
	int r = manifest_read(text, len, &m, &err);

	if (r < 0 && (!err.msg[0] || err.code != -r))
		abort();
	for (size_t i = 0; i < m.n; i++)
		if (m.v[i].num < 0 || m.v[i].num >= EPOCHS_MAX ||
		    (i > 0 && m.v[i].num <= m.v[i - 1].num) ||
		    (m.v[i].print[0] && !is_commit(m.v[i].print)))
			abort();
	manifest_done(&m);
}

static void check_link(const char *url)
{
	CLEANUP(free_ptr) char *host = net_host(url);

	if (url[0] && (!host || strcmp(host, "pw.example:443") != 0))
		abort();
}

/* Whatever a server says: links lead to itself, Message-IDs are there if only empty. */
static void check_mail(const struct pw_mail *m)
{
	if (m->id < 0 || !m->msgid || !m->page || !m->mbox)
		abort();
	check_link(m->page);
	check_link(m->mbox);
}

static void check_series(const json_t *j)
{
	const struct pw p = { .url = "https://pw.example" };
	struct pw_series s;
	struct err err = { 0 };

	if (pw_series_read(&p, j, &s, &err) < 0)
		return;
	if (s.id < 0 || s.n > PW_PATCHES_MAX || !s.mbox[0] || strlen(s.digest) != HASH_HEX_LEN - 1)
		abort();
	check_link(s.page);
	check_link(s.mbox);
	if (s.cover.id >= 0)
		check_mail(&s.cover);
	for (size_t i = 0; i < s.n; i++)
		check_mail(&s.patches[i]);
	pw_series_done(&s);
}

static void check_json(const char *text, size_t len)
{
	struct err err = { 0 };
	CLEANUP(json_done) json_t *j = json_read(text, len, &err);
	char date[PW_DATE_LEN];

	if (!j)
		return;
	check_series(j);
	for (size_t i = 0; i < json_array_size(j); i++)
		check_series(json_array_get(j, i));
	if (pw_date(json_text(j, "date"), date))
		pw_date_minus(date, 3600);
}

/* What was read and written is the same when it is read and written again. */
static void check_cursors(const char *text)
{
	struct inbox_cursor a, b;
	struct pw_cursor c;
	CLEANUP(free_ptr) char *one = NULL;
	CLEANUP(free_ptr) char *two = NULL;

	inbox_cursor_read(text, &a);
	one = inbox_cursor_write(&a);
	inbox_cursor_read(one, &b);
	two = inbox_cursor_write(&b);
	if (strcmp(one, two) != 0)
		abort();
	inbox_cursor_done(&a);
	inbox_cursor_done(&b);
	pw_cursor_read(text, &c);
	if (c.project)
		free(pw_cursor_write(&c));
	pw_cursor_done(&c);
}

static void check_what(const char *text)
{
	CLEANUP(free_ptr) char *id = source_msgid(text);
	CLEANUP(buf_done) struct buf b = { 0 };
	struct pw_what w;

	if (id && !id[0])
		abort();
	if (id)
		msgid_escape(&b, id);
	if (b.len > 0 && strpbrk(b.data, "/?#% \n") && !strchr(b.data, '%'))
		abort();
	pw_what_read(text, &w);
	if ((w.kind == PW_NOTHING) != (w.id < 0 && !w.msgid))
		abort();
	free(w.msgid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free_ptr) char *text = mem_zalloc(size + 1);
	CLEANUP(buf_done) struct buf unpacked = { 0 };
	struct err err = { 0 };

	memcpy(text, data, size);
	check_manifest(text, size);
	check_json(text, size);
	check_cursors(text);
	check_what(text);
	if (gunzip(text, size, 1 << 16, &unpacked, &err) == 0 && unpacked.len > 1 << 16)
		abort();
	return 0;
}
