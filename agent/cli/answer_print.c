// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/answer_print.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "model/answer.h"
#include "report/answer_out.h"

enum { MINUTE_LEN = 16, ID_SHOWN = 12 };

struct shown {
	const struct answer *answer;
	size_t n_columns;
};

/* "2026-11-23 19:30", UTC */
static char *minute(int64_t time)
{
	char iso[CLOCK_ISO_LEN];

	clock_iso(time, iso);
	iso[MINUTE_LEN] = '\0';
	for (char *c = iso; *c; c++)
		if (*c == 'T')
			*c = ' ';
	return mem_strdup(iso);
}

/* Caller frees. */
static char *cell_text(const struct answer_cell *c)
{
	CLEANUP(free_ptr) char *start = NULL;

	switch (c->type) {
	case ANSWER_TEXT:
		return foreign_line(c->text);
	case ANSWER_ID:
		start = mem_strndup(c->text, ID_SHOWN);
		return foreign_line(start);
	case ANSWER_INT:
		return mem_printf("%lld", (long long)c->num);
	case ANSWER_TIME:
		return minute(c->num);
	case ANSWER_REAL:
		return mem_printf("%.6g", c->real);
	default:
		return NULL;
	}
}

static void row_fill(const void *arg, size_t row, char **cells)
{
	const struct shown *s = arg;

	for (size_t i = 0; i < s->n_columns; i++)
		cells[i] = cell_text(answer_at(s->answer, row, i));
}

static int table(const struct answer *a, size_t n_shown, struct err *err)
{
	char *heads[TABLE_COLUMNS_MAX] = { 0 };
	const struct shown shown = { a, n_shown };
	const struct table t = { .heads = (const char *const *)heads,
				 .n_heads = n_shown,
				 .n_cut = n_shown,
				 .n_rows = a->n_rows,
				 .fill = row_fill,
				 .arg = &shown };
	int r;

	if (n_shown > TABLE_COLUMNS_MAX)
		return err_set(err, EINVAL, "%zu columns are too many for a table: --json or --csv",
			       n_shown);
	if (a->n_rows == 0)
		return 0;
	for (size_t i = 0; i < n_shown; i++) {
		heads[i] = foreign_line(a->columns[i].name);
		for (char *c = heads[i]; *c; c++)
			*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c == '_' ? ' ' : *c;
	}
	r = table_print_clean(&t, err);
	for (size_t i = 0; i < n_shown; i++)
		free(heads[i]);
	return r;
}

static int csv(const struct answer *a, struct err *err)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	answer_csv(a, &b);
	if (fwrite(b.data, 1, b.len, stdout) != b.len)
		return err_set(err, EIO, "cannot write to standard output");
	return 0;
}

/* An object has a name once. */
static int names_check(const struct answer *a, struct err *err)
{
	for (size_t i = 0; i < a->n_columns; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(a->columns[i].name, a->columns[k].name) == 0)
				return err_set(
					err, EINVAL,
					"two columns are named '%s': AS gives one another name",
					a->columns[i].name);
	return 0;
}

int answer_print(const struct answer *a, size_t n_shown, enum answer_form form, struct err *err)
{
	int r;

	switch (form) {
	case ANSWER_CSV:
		return csv(a, err);
	case ANSWER_JSON:
		r = names_check(a, err);
		return r < 0 ? r : json_print(answer_json(a), err);
	default:
		return table(a, n_shown, err);
	}
}

int count_take(const char *command, const char *option, const char *word, int64_t max, int64_t *ret,
	       struct err *err)
{
	char *end;
	long long n;

	if (!word)
		return 0;
	n = strtoll(word, &end, 10);
	if (end == word || *end || n < 1 || n > max)
		return usage_error(command, err, "--%s '%s' is no number from 1 to %lld", option,
				   word, (long long)max);
	*ret = n;
	return 0;
}

int form_take(const char *command, bool json, bool csv_wanted, enum answer_form *ret,
	      struct err *err)
{
	if (json && csv_wanted)
		return usage_error(command, err, "--json or --csv, not both");
	*ret = json ? ANSWER_JSON : csv_wanted ? ANSWER_CSV : ANSWER_TABLE;
	return 0;
}
