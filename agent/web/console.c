// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/console.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "html/html.h"
#include "store/store.h"
#include "web/link.h"
#include "web/page.h"

static const char *text_at(const struct answer *a, size_t row, const char *name)
{
	const struct answer_cell *c = answer_find(a, row, name);

	return c ? c->text : NULL;
}

static int64_t number_at(const struct answer *a, size_t row, const char *name)
{
	const struct answer_cell *c = answer_find(a, row, name);

	return c ? c->num : 0;
}

/* A line without its end; a NUL, which a C text cannot hold, is written. */
static char *line_take(const char *line, size_t len)
{
	struct buf b = { 0 };

	if (len > 0 && line[len - 1] == '\r')
		len--;
	buf_str(&b, "");
	while (len > 0) {
		size_t n = strnlen(line, len);

		buf_add(&b, line, n);
		line += n;
		len -= n;
		if (len > 0) {
			buf_str(&b, "\\x00");
			line++;
			len--;
		}
	}
	return buf_take(&b);
}

int console_load(struct store *store, int64_t from, struct section *s, struct err *err)
{
	CLEANUP(buf_done) struct buf log = { 0 };
	const char *name = text_at(&s->rows, 0, "sha256"), *at, *end;
	int64_t last = number_at(&s->rows, 0, "last_line");
	int r;

	s->is_part = last > 0;
	from = s->is_part ? number_at(&s->rows, 0, "line") : from;
	last = s->is_part && last < from + CONSOLE_LINES ? last : from + CONSOLE_LINES - 1;
	s->first_line = from;
	r = store_log_get(store, name ? name : "", &log, err);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	at = buf_text(&log);
	end = at + log.len;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *next = newline ? newline + 1 : end;

		s->lines++;
		if (s->lines >= from && s->lines <= last)
			strv_take(&s->text,
				  line_take(at, (size_t)((newline ? newline : end) - at)));
		at = next;
	}
	return 0;
}

/* A report's place; line 0: the rows have none. */
struct mark {
	int64_t line, last;
	size_t row;
};

/* The report that a line is in. */
static struct mark mark_at(const struct answer *reports, int64_t line)
{
	for (size_t i = 0; i < reports->n_rows; i++) {
		struct mark m = { number_at(reports, i, "line"), number_at(reports, i, "last_line"),
				  i };

		if (m.line <= line && line <= m.last)
			return m;
	}
	return (struct mark){ 0 };
}

static void mark_html(const struct answer *reports, size_t row, struct html *h)
{
	const char *title = text_at(reports, row, "report");
	CLEANUP(free_ptr) char *url = NULL;

	if (!title)
		return;
	url = cell_link(reports, row, answer_column(reports, "report"));
	html_leaf(h, url ? "a" : "span", title, "class", "mark", "href", url, NULL);
	html_text(h, "\n");
}

static void window_link(const struct page *p, int64_t from, const char *text, const char *rel,
			struct html *h)
{
	CLEANUP(free_ptr) char *value = mem_printf("%lld", (long long)from);
	CLEANUP(free_ptr)
	char *url = wanted_url(p->wanted, FORMAT_HTML, "from", from > 1 ? value : NULL);

	html_leaf(h, "a", text, "href", url, "rel", rel, NULL);
	html_text(h, " ");
}

static void window_html(const struct page *p, const struct section *s, struct html *h)
{
	int64_t next = s->first_line + (int64_t)s->text.n;

	html_open(h, "p", "class", "window", NULL);
	if (s->text.n == 0)
		html_textf(h, "%lld lines in all. ", (long long)s->lines);
	else
		html_textf(h, "Lines %lld to %lld of %lld. ", (long long)s->first_line,
			   (long long)next - 1, (long long)s->lines);
	if (s->first_line > 1) {
		int64_t before = s->first_line - CONSOLE_LINES;

		window_link(p, 1, "First lines", NULL, h);
		window_link(p, before > 1 ? before : 1, "Earlier", "prev", h);
	}
	if (next <= s->lines && s->text.n > 0) {
		window_link(p, next, "Later", "next", h);
		window_link(p, s->lines > CONSOLE_LINES ? s->lines - CONSOLE_LINES + 1 : 1,
			    "Last lines", NULL, h);
	}
	html_close(h);
}

/* log: of which it is a part, whose line the number leads to; NULL: it is the log. */
static void line_html(int64_t number, const char *text, const char *class, const char *log,
		      struct html *h)
{
	CLEANUP(free_ptr) char *id = mem_printf("L%lld", (long long)number);
	CLEANUP(free_ptr) char *url = log ? link_line(log, number) : mem_printf("#%s", id);

	html_open(h, "span", "class", class, NULL);
	html_leaf(h, "a", id + 1, "id", id, "href", url, "class", "n", NULL);
	html_text(h, " ");
	html_text(h, text);
	html_text(h, "\n");
	html_close(h);
}

void console_html(const struct page *p, const struct section *s, struct html *h)
{
	static const struct answer none = { 0 };
	const struct section *reports = page_section(p, "reports");
	const struct answer *marks = reports ? &reports->rows : &none;
	const char *log = s->is_part ? text_at(&s->rows, 0, "log") : NULL;

	if (s->lines == 0) {
		html_leaf(h, "p", "It was not kept, or not for so long.", "class", "none", NULL);
		return;
	}
	if (!s->is_part)
		window_html(p, s, h);
	html_open(h, "div", "class", "wide", "tabindex", "0", "role", "region", "aria-label",
		  s->spec->title, NULL);
	html_open(h, "pre", "class", "console", NULL);
	for (size_t i = 0; i < s->text.n; i++) {
		int64_t number = s->first_line + (int64_t)i;
		struct mark m = mark_at(marks, number);

		if (m.line > 0 && (m.line == number || i == 0))
			mark_html(marks, m.row, h);
		line_html(number, s->text.v[i], m.line > 0 ? "line report" : "line", log, h);
	}
	html_close(h);
	html_close(h);
	if (!s->is_part)
		window_html(p, s, h);
}
