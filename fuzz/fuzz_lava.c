// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer's entry; with gcc, replay.c calls it with the corpus. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "stage/lab/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An error is said in one line, and is that it is none of LAVA's answers. */
static void check_error(int r, const struct err *err)
{
	if (r < 0 && (r != -EBADMSG || err->code != EBADMSG || !err->msg[0]))
		abort();
}

static void check_name(const char *text)
{
	if (!text || strlen(text) > 200)
		abort();
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			abort();
}

static void check_jobs(const char *text, size_t len)
{
	static const int64_t ids[] = { 1, 9, 92 };
	const struct job_want any = { 0 }, some = { .submitter = "ci", .ids = ids, .n_ids = 3 };
	const struct job_want *wants[] = { &any, &some };

	for (size_t w = 0; w < 2; w++) {
		struct answer_page page = { 0 };
		struct lava_job_list l = { 0 };
		struct err err = { 0 };
		int r = answer_jobs(text, len, wants[w], &page, &l, &err);

		check_error(r, &err);
		if (r == 0 && l.n + page.others != page.rows)
			abort();
		for (size_t i = 0; i < l.n; i++) {
			check_name(l.v[i].device);
			if (l.v[i].id <= 0 || !l.v[i].description || l.v[i].submitted < 0 ||
			    l.v[i].started < 0 || l.v[i].ended < 0)
				abort();
		}
		lava_job_list_done(&l);
	}
}

static void check_devices(const char *text, size_t len)
{
	static const char *const types[] = { "qemu", "xu3" };
	struct answer_page page = { 0 };
	struct lab_device_list l = { 0 };
	struct strv workers = { 0 };
	struct err err = { 0 };

	check_error(answer_devices(text, len, "lab", types, 2, &page, &l, &err), &err);
	for (size_t i = 0; i < l.n; i++) {
		check_name(l.v[i].name);
		check_name(l.v[i].health);
		check_name(l.v[i].state);
		check_name(l.v[i].worker);
		if (!l.v[i].name[0] || l.v[i].online)
			abort();
	}
	lab_device_list_done(&l);
	check_error(answer_workers(text, len, &page, &workers, &err), &err);
	strv_done(&workers);
}

static void check_word(const char *text, size_t len)
{
	struct answer_page page = { 0 };
	struct lava_word w = { 0 };
	struct err err = { 0 };
	int64_t newest = 0, id = 0;
	int r;

	check_error(answer_word(text, len, &page, &newest, &w, &err), &err);
	if ((w.has && newest <= 0) || (!w.has && w.error_type) || !w.error_type != !w.error_msg ||
	    w.runs < 0)
		abort();
	lava_word_done(&w);
	r = answer_submitted(text, len, &id, &err);
	check_error(r, &err);
	if (r == 0 && id <= 0)
		abort();
}

/* Whole lines, no more than are wanted. */
static void check_log(const char *text, size_t len)
{
	struct buf b = { 0 };
	int lines = answer_log(text, len, 3, &b), seen = 0;

	for (size_t i = 0; i < b.len; i++)
		seen += b.data[i] == '\n';
	if (lines > 3 || seen != lines || b.len > len || (b.len && b.data[b.len - 1] != '\n'))
		abort();
	buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	check_jobs(text, size);
	check_devices(text, size);
	check_word(text, size);
	check_log(text, size);
	if (answer_time(text) < -1)
		abort();
	free(text);
	return 0;
}
