// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "http/http.h"
#include "store/page.h"
#include "web/picture.h"
#include "web/picture_room.h"
#include "web/web_room.h"

enum { ROWS = 200 };

/* What a badge says of the rows that its question was answered with; NULL: nothing is known of the
 * subject. Caller frees. */
typedef char *state_fn(const struct answer *rows, const char *subject);

static char *series_state(const struct answer *rows, const char *subject)
{
	(void)subject;
	return rows->n_rows > 0 ? mem_strdup(cell_text(rows, 0, column_of(rows, "state"))) : NULL;
}

/* Bases only, without anybody's series. */
static char *test_state(const struct answer *rows, const char *subject)
{
	int now = column_of(rows, "now");
	size_t bad = 0;

	(void)subject;
	for (size_t i = 0; i < rows->n_rows; i++)
		bad += strcmp(cell_text(rows, i, now), "bad") == 0;
	if (rows->n_rows == 0)
		return NULL;
	return bad == 0 ? mem_strdup("good") : mem_printf("bad on %zu of %zu", bad, rows->n_rows);
}

static char *target_state(const struct answer *rows, const char *subject)
{
	int target = column_of(rows, "target"), state = column_of(rows, "state");

	for (size_t i = 0; i < rows->n_rows; i++)
		if (strcmp(cell_text(rows, i, target), subject) == 0)
			return mem_strdup(cell_text(rows, i, state));
	return NULL;
}

static const struct kind {
	const char *path, *question;
	const char *label;	  /* NULL: the subject */
	bool is_asked_by_subject; /* else the rows are of all */
	state_fn *state;
} kinds[] = {
	{ "/badge/series/", "series", "dmalab", true, series_state },
	{ "/badge/test/", "since", NULL, true, test_state },
	{ "/badge/target/", "targets", NULL, false, target_state },
};

/* What stands between the path of its kind and ".svg". */
static const struct kind *kind_of(const char *path, char **subject)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t n = strlen(kinds[i].path);

		if (len < n + 5 || strncmp(path, kinds[i].path, n) != 0 ||
		    strcmp(path + len - 4, ".svg") != 0)
			continue;
		*subject = mem_strndup(path + n, len - n - 4);
		return &kinds[i];
	}
	return NULL;
}

/* 0 and the state; -ENOENT where the store knows nothing of it. */
static int state_of(struct store *s, const struct kind *k, const char *subject, int64_t now,
		    char **ret, struct err *err)
{
	CLEANUP(answer_done) struct answer rows = { 0 };
	const struct ask_question *q = page_question(k->question);
	struct ask a = { .question = q ? q : ask_find(k->question),
			 .now = now,
			 .after = INT64_MAX,
			 .limit = ROWS };
	int r;

	if (k->is_asked_by_subject)
		a.values[0] = subject;
	r = store_ask(s, &a, &rows, err);
	if (r == 0)
		*ret = k->state(&rows, subject);
	return r < 0 ? r : *ret ? 0 : -ENOENT;
}

void badge_answer(struct store *s, const struct http_request *req, int64_t now,
		  struct http_answer *ret)
{
	CLEANUP(free_ptr) char *subject = NULL, *state = NULL;
	const struct kind *k = kind_of(req->path, &subject);
	char hex[HASH_HEX_LEN];
	struct err err = { 0 };
	int r = k ? state_of(s, k, subject, now, &state, &err) : -ENOENT;
	bool is_there = r == 0;

	if (r < 0 && r != -ENOENT && r != -EINVAL && r != -EEXIST) {
		*ret = (struct http_answer){ .status = 503 };
		return;
	}
	*ret = (struct http_answer){ .status = is_there ? 200 : 404,
				     .type = mem_strdup("image/svg+xml") };
	picture_badge(k && !k->label ? subject : "dmalab", is_there ? state : "unknown",
		      &ret->body);
	hash_data(ret->body.data, ret->body.len, hex);
	ret->etag = is_there ? mem_strndup(hex, 16) : NULL;
}
