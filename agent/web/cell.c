// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/cell.h"

#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "html/html.h"
#include "model/answer.h"
#include "web/link.h"

enum { ID_SHOWN = 12, MINUTE_LEN = 16 };

char *column_title(const char *name)
{
	char *title = mem_strdup(name);

	for (char *c = title; *c; c++)
		if (*c == '_')
			*c = ' ';
	if (title[0] >= 'a' && title[0] <= 'z')
		title[0] = (char)(title[0] - 'a' + 'A');
	return title;
}

size_t column_under(const struct answer *a)
{
	return answer_column(a, "excerpt");
}

/* How often something showed stands beside of how many times: "2 of 9" is one cell. */
static bool is_rate(const struct answer *a, size_t column)
{
	const char *name = a->columns[column].name, *bad = strstr(name, "_bad");
	size_t len = bad ? (size_t)(bad - name) : 0;

	return bad && !bad[4] && column + 1 < a->n_columns &&
	       strncmp(a->columns[column + 1].name, name, len) == 0 &&
	       strcmp(a->columns[column + 1].name + len, "_runs") == 0;
}

bool column_is_shown(const struct answer *a, size_t column)
{
	const char *name = a->columns[column].name;
	bool is_empty = true;

	if (column + 1 == a->n_columns && strcmp(name, "key") == 0)
		return false;
	if (strcmp(name, "message_id") == 0 && answer_column(a, "series") < a->n_columns)
		return false;
	if (column == column_under(a) || (column > 0 && is_rate(a, column - 1)))
		return false;
	for (size_t i = 0; is_empty && i < a->n_rows; i++)
		is_empty = cell_is_empty(a, i, column);
	return !is_empty;
}

bool column_is_only(const struct answer *a, size_t column, const char *word)
{
	for (size_t i = 0; i < a->n_rows; i++) {
		const char *text = answer_at(a, i, column)->text;

		if (!cell_is_empty(a, i, column) && (!text || strcmp(text, word) != 0))
			return false;
	}
	return true;
}

const char *column_class(const struct answer *a, size_t column)
{
	switch (a->columns[column].type) {
	case ANSWER_INT:
	case ANSWER_REAL:
		return "num";
	case ANSWER_ID:
		return "id";
	case ANSWER_TIME:
		return "time";
	default:
		return NULL;
	}
}

/* Words of the store for how something stands, and how good that is. */
static const char *state_class(const char *word)
{
	static const struct {
		const char *class, *words;
	} groups[] = {
		{ "good",
		  "|pass|works|fixed|done|finished|good|found|proven|sent|answers|online|built|yes|"
		  "applies|" },
		{ "bad", "|fail|error|crash|crashed|broken|new|hung|silent|failed|miss|out|bad|no|"
			 "new-crash|"
			 "new-failure|build-error|boot-hang|unbuildable-patch|missing-tests|"
			 "apply-conflict|unbuildable|never-bad|was-bad|no answer|does not apply|" },
		{ "warn", "|flaky|none|infra|canceled|invalid|refused|unknown|held|warning|warns|"
			  "build-warning|unproven|range|never checked|never asked|" },
		{ "idle", "|skip|dropped|waiting|gone|wanted|posted|queued|ended|still failing|"
			  "still passing|not decided|not tested|" },
		{ "run", "|running|sending|" },
	};
	CLEANUP(free_ptr) char *needle = mem_printf("|%s|", word);

	for (char *c = needle; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	for (size_t i = 0; !strchr(word, '|') && i < sizeof(groups) / sizeof(*groups); i++)
		if (strstr(groups[i].words, needle))
			return groups[i].class;
	return "other";
}

/* Columns whose words say how something stands. */
static bool is_state(const char *name)
{
	static const char *const names[] = { "state",	"status",  "kind",     "class",	     "base",
					     "patched", "boot",	   "outcome",  "now",	     "was",
					     "result",	"verdict", "reverted", "build_state" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

bool cell_is_empty(const struct answer *a, size_t row, size_t column)
{
	const struct answer_cell *c = answer_at(a, row, column);

	if (is_rate(a, column)) /* nothing was counted */
		return answer_at(a, row, column + 1)->num == 0;
	if (c->type == ANSWER_REAL && strcmp(a->columns[column].name, "chance") == 0)
		return c->real >= 1;
	return c->type == ANSWER_NONE || (c->text && !c->text[0]);
}

static void time_html(int64_t time, struct html *h)
{
	char iso[CLOCK_ISO_LEN], minute[CLOCK_ISO_LEN];

	clock_iso(time, iso);
	memcpy(minute, iso, sizeof(iso));
	minute[MINUTE_LEN] = '\0';
	for (char *c = minute; *c; c++)
		if (*c == 'T')
			*c = ' ';
	html_leaf(h, "time", minute, "datetime", iso, NULL);
}

static void text_html(const char *name, const char *text, struct html *h)
{
	if (strchr(text, '\n')) {
		html_leaf(h, "pre", text, NULL);
	} else if (is_state(name)) {
		CLEANUP(free_ptr) char *class = mem_printf("state %s", state_class(text));

		html_leaf(h, "span", text, "class", class, NULL);
	} else {
		html_text(h, text);
	}
}

static void id_html(const char *id, struct html *h)
{
	bool is_hash = strspn(id, "0123456789abcdef") == strlen(id) && strlen(id) > ID_SHOWN;
	CLEANUP(free_ptr) char *start = is_hash ? mem_strndup(id, ID_SHOWN) : mem_strdup(id);

	html_leaf(h, "code", start, "title", is_hash ? id : NULL, NULL);
}

void cell_html(const struct answer *a, size_t row, size_t column, struct html *h)
{
	const struct answer_cell *c = answer_at(a, row, column);
	CLEANUP(free_ptr) char *url = cell_link(a, row, column);

	if (cell_is_empty(a, row, column))
		return;
	if (url)
		html_open(h, "a", "href", url, NULL);
	switch (c->type) {
	case ANSWER_TEXT:
		text_html(a->columns[column].name, c->text, h);
		break;
	case ANSWER_ID:
		id_html(c->text, h);
		break;
	case ANSWER_INT:
		html_textf(h, "%lld", (long long)c->num);
		if (is_rate(a, column))
			html_textf(h, " of %lld", (long long)answer_at(a, row, column + 1)->num);
		break;
	case ANSWER_TIME:
		time_html(c->num, h);
		break;
	case ANSWER_REAL:
		html_textf(h, "%.3g", c->real);
		break;
	default:
		break;
	}
	if (url)
		html_close(h);
}
