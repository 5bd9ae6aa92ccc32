// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/ingest.h"
#include "store/known.h"
#include "store/page.h"
#include "store/room.h"

enum { DAY_S = 24 * 3600, DAYS_MAX = 36500, ID_PREFIX_MIN = 4 };

/* Of one opened store; behind them it begins anew. */
#define VERSIONS (INT64_C(1) << 20)

/* The number that a query finds by one text. */
static int number_of(struct store *s, const char *sql, const char *param, const char *text,
		     int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql, err);

	if (r < 0)
		return r;
	stmt_text(&q, param, text);
	return stmt_one(&q, ret, err);
}

static int signature_number(struct store *s, const char *digits, int64_t *ret, struct err *err)
{
	CLEANUP(free_ptr) char *prefix = mem_strdup(digits), *id = NULL;
	int r;

	for (char *c = prefix; *c; c++)
		if (*c >= 'A' && *c <= 'F')
			*c += 'a' - 'A';
	r = store_signature_find(s, prefix, &id, err);
	return r == 1 ? number_of(s, sql_issue_number, ":id", id, ret, err) : r;
}

static bool is_number(const char *word)
{
	return word[0] && !word[strspn(word, "0123456789")];
}

static int series_number(struct store *s, const char *word, int64_t *ret, struct err *err)
{
	CLEANUP(series_row_done) struct series_row row = { 0 };
	int r = is_number(word) ? store_series_get(s, atoll(word), &row, err)
				: store_series_find(s, word, &row, err);

	*ret = row.num;
	return r;
}

static int days_take(const char *word, int64_t now, int64_t *since, struct err *err)
{
	char *end;
	long n = strtol(word, &end, 10);

	if (end == word || *end || n < 1 || n > DAYS_MAX)
		return err_set(err, EINVAL, "'%s' is no number of days from 1 to %d", word,
			       DAYS_MAX);
	*since = now - (int64_t)n * DAY_S;
	return 0;
}

/* By its id, or by how that begins where no other does: 1 or 0, -EEXIST. */
static int id_number(struct store *s, const char *sql, const char *word, int64_t *ret,
		     struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql, err);
	int64_t num;
	bool is_whole;

	if (r < 0)
		return r;
	stmt_text(&q, ":prefix", word);
	r = stmt_step(&q, err);
	if (r != 1)
		return r;
	num = stmt_col_int(&q, 0);
	is_whole = strcmp(stmt_col_text(&q, 1), word) == 0;
	if (!is_whole && strlen(word) < ID_PREFIX_MIN)
		return 0;
	r = is_whole ? 0 : stmt_step(&q, err);
	if (r == 1)
		return err_set(err, EEXIST, "'%s' is ambiguous", word);
	*ret = num;
	return r < 0 ? r : 1;
}

static int bisection_number(struct store *s, const char *word, int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r;

	if (!is_number(word))
		return 0;
	r = stmt_prepare(s->db, &q, sql_bisection_known, err);
	if (r < 0)
		return r;
	stmt_int(&q, ":num", atoll(word));
	return stmt_one(&q, ret, err);
}

/* 1 *num is what the word stands for; 0: the store has nothing of that name. */
static int word_find(struct store *s, enum ask_type type, const char *word, int64_t *num,
		     struct err *err)
{
	switch (type) {
	case ASK_TEST:
		return number_of(s, sql_path_number, ":path", word, num, err);
	case ASK_SIGNATURE:
		return signature_number(s, word, num, err);
	case ASK_VERDICT:
		return id_number(s, sql_verdict_begins, word, num, err);
	case ASK_CHECKOUT:
		return id_number(s, sql_checkout_begins, word, num, err);
	case ASK_BUILD:
		return id_number(s, sql_build_begins, word, num, err);
	case ASK_JOB:
		return id_number(s, sql_job_begins, word, num, err);
	case ASK_BISECTION:
		return bisection_number(s, word, num, err);
	default:
		return series_number(s, word, num, err);
	}
}

/* Of a question about a verdict, which a series has: its newest. */
static int verdict_bind(struct store *s, int64_t series, struct stmt *q, struct err *err)
{
	CLEANUP(stmt_done) struct stmt newest = { 0 };
	int64_t num = 0;
	int r = stmt_prepare(s->db, &newest, sql_series_verdict, err);

	if (r < 0)
		return r;
	stmt_int(&newest, ":series", series);
	r = stmt_one(&newest, &num, err);
	if (r == 1)
		stmt_int(q, ":verdict", num);
	return r < 0 ? r : 0;
}

static int param_bind(struct store *s, const struct ask *a, size_t i, struct stmt *q,
		      struct err *err)
{
	static const char *const names[] = {
		[ASK_DAYS] = ":since",		[ASK_TEST] = ":path",
		[ASK_SIGNATURE] = ":issue",	[ASK_SERIES] = ":series",
		[ASK_VERDICT] = ":verdict",	[ASK_CHECKOUT] = ":checkout",
		[ASK_BUILD] = ":build",		[ASK_JOB] = ":job",
		[ASK_BISECTION] = ":bisection",
	};
	const struct ask_param *p = &a->question->params[i];
	const char *word = a->values[i] ? a->values[i] : p->fallback;
	int64_t num = 0;
	int r = 1;

	if (!word)
		return err_set(err, EINVAL, "%s wants a %s", a->question->name, p->name);
	if (p->type == ASK_TEXT) {
		CLEANUP(free_ptr) char *name = mem_printf(":%s", p->name);

		stmt_text(q, name, word);
		return 0;
	}
	if (p->type == ASK_DAYS)
		r = days_take(word, a->now, &num, err);
	else
		r = word_find(s, p->type, word, &num, err);
	if (r == 0 && p->type != ASK_DAYS)
		return err_set(err, ENOENT, "no %s '%s' in the store", p->name, word);
	if (r >= 0 && p->type == ASK_SERIES && !stmt_has(q, names[ASK_SERIES])) {
		return verdict_bind(s, num, q, err);
	}
	stmt_int(q, names[p->type], num);
	return r < 0 ? r : 0;
}

static void columns_take(struct stmt *q, struct answer *ret)
{
	static const struct {
		const char *word;
		enum answer_type type;
	} types[] = { { " int", ANSWER_INT },
		      { " time", ANSWER_TIME },
		      { " id", ANSWER_ID },
		      { " real", ANSWER_REAL } };

	for (int i = 0; i < stmt_columns(q); i++) {
		const char *name = stmt_column_name(q, i);
		const char *space = strchr(name, ' ');
		enum answer_type type = ANSWER_TEXT;

		for (size_t k = 0; space && k < sizeof(types) / sizeof(*types); k++)
			if (strcmp(space, types[k].word) == 0)
				type = types[k].type;
		if (strcmp(name, "key") == 0)
			type = ANSWER_INT;
		answer_column_add(ret, name, space ? (size_t)(space - name) : strlen(name), type);
	}
}

static void row_take(struct stmt *q, struct answer *ret)
{
	for (int i = 0; i < (int)ret->n_columns; i++) {
		struct answer_cell *c = answer_cell_add(ret);

		if (stmt_col_is_null(q, i))
			continue;
		c->type = ret->columns[i].type;
		if (c->type == ANSWER_TEXT || c->type == ANSWER_ID)
			c->text = stmt_col_dup(q, i);
		else if (c->type == ANSWER_REAL)
			c->real = stmt_col_real(q, i);
		else
			c->num = stmt_col_int(q, i);
	}
	ret->after = stmt_col_int(q, (int)ret->n_columns - 1);
	ret->n_rows++;
}

/* One row more than asked for tells that there are more. */
static int rows_take(struct stmt *q, int limit, struct answer *ret, struct err *err)
{
	int r;

	columns_take(q, ret);
	while ((r = stmt_step(q, err)) == 1 && ret->n_rows < (size_t)limit)
		row_take(q, ret);
	ret->more = r == 1;
	return r < 0 ? r : 0;
}

int store_ask(struct store *s, const struct ask *a, struct answer *ret, struct err *err)
{
	CLEANUP(answer_done) struct answer answer = { 0 };
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r;

	if (a->limit < 1 || a->limit > ASK_LIMIT_MAX)
		return err_set(err, EINVAL, "a limit is from 1 to %d", ASK_LIMIT_MAX);
	r = txn_read(s->db, &t, err);
	if (r == 0)
		r = stmt_prepare(s->db, &q, a->question->sql, err);
	for (size_t i = 0; r == 0 && i < ask_params(a->question); i++)
		r = param_bind(s, a, i, &q, err);
	if (r < 0)
		return r;
	stmt_int(&q, ":after", a->after);
	stmt_int(&q, ":limit", (int64_t)a->limit + 1);
	if (stmt_has(&q, ":now"))
		stmt_int(&q, ":now", a->now);
	r = rows_take(&q, a->limit, &answer, err);
	if (r < 0)
		return r;
	*ret = answer;
	answer = (struct answer){ 0 };
	return 0;
}

int store_version(struct store *s, int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int64_t others = 0;
	int r = stmt_prepare(s->db, &q, sql_data_version, err);

	if (r == 0)
		r = stmt_one(&q, &others, err);
	if (r < 0)
		return r;
	*ret = s->opened * VERSIONS + (others + db_changes(s->db)) % VERSIONS;
	return 0;
}
