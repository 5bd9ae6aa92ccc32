// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/answer_out.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "model/answer.h"

static json_t *cell_json(const struct answer_cell *c)
{
	CLEANUP(free_ptr) char *text = NULL;
	char iso[CLOCK_ISO_LEN];

	switch (c->type) {
	case ANSWER_TEXT:
	case ANSWER_ID:
		text = foreign_utf8(c->text);
		return json_string(text);
	case ANSWER_INT:
		return json_integer(c->num);
	case ANSWER_TIME:
		clock_iso(c->num, iso);
		return json_string(iso);
	case ANSWER_REAL: /* JSON has no infinity */
		return isfinite(c->real) ? json_real(c->real) : json_null();
	default:
		return json_null();
	}
}

json_t *answer_json(const struct answer *a)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < a->n_rows; i++) {
		json_t *row = json_object();

		for (size_t k = 0; k < a->n_columns; k++) {
			CLEANUP(free_ptr) char *name = foreign_utf8(a->columns[k].name);

			json_object_set_new(row, name, cell_json(answer_at(a, i, k)));
		}
		json_array_append_new(rows, row);
	}
	return rows;
}

static void text_csv(const char *text, struct buf *b)
{
	CLEANUP(free_ptr) char *clean = foreign_text(text);
	bool formula = text[0] && strchr("=+-@\t\r", text[0]);

	if (!formula && !clean[strcspn(clean, ",\"\r\n")]) {
		buf_str(b, clean);
		return;
	}
	buf_str(b, formula ? "\"'" : "\"");
	for (const char *c = clean; *c; c++)
		buf_add(b, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
	buf_str(b, "\"");
}

static void cell_csv(const struct answer_cell *c, struct buf *b)
{
	char iso[CLOCK_ISO_LEN];

	switch (c->type) {
	case ANSWER_TEXT:
	case ANSWER_ID:
		text_csv(c->text, b);
		break;
	case ANSWER_INT:
		buf_printf(b, "%lld", (long long)c->num);
		break;
	case ANSWER_TIME:
		clock_iso(c->num, iso);
		buf_str(b, iso);
		break;
	case ANSWER_REAL:
		buf_printf(b, "%.15g", c->real);
		break;
	default:
		break;
	}
}

void answer_csv(const struct answer *a, struct buf *b)
{
	for (size_t k = 0; k < a->n_columns; k++) {
		buf_str(b, k ? "," : "");
		text_csv(a->columns[k].name, b);
	}
	buf_str(b, "\r\n");
	for (size_t i = 0; i < a->n_rows; i++) {
		for (size_t k = 0; k < a->n_columns; k++) {
			buf_str(b, k ? "," : "");
			cell_csv(answer_at(a, i, k), b);
		}
		buf_str(b, "\r\n");
	}
}
