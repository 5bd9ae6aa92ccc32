// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "html/html.h"
#include "web/form.h"
#include "web/link.h"
#include "web/page.h"

static const char *const formats[] = { [FORMAT_HTML] = "html",
				       [FORMAT_JSON] = "json",
				       [FORMAT_CSV] = "csv",
				       [FORMAT_ATOM] = "atom",
				       [FORMAT_SVG] = "svg" };

static int format_of(const char *word, enum format *ret)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(word, formats[i]) == 0) {
			*ret = (enum format)i;
			return 0;
		}
	return -EINVAL;
}

/* An empty field of a form is one that was not filled in. */
static int query_read(const char *query, struct wanted *w, struct err *err)
{
	CLEANUP(strv_done) struct strv fields = { 0 };
	int r = form_read(query, &fields, err);

	for (size_t i = 0; r == 0 && i + 1 < fields.n; i += 2) {
		const char *name = fields.v[i], *value = fields.v[i + 1];

		if (strcmp(name, "format") == 0 && format_of(value, &w->format) < 0)
			return err_set(err, EINVAL, "there is no format '%s'", value);
		if (strcmp(name, "format") == 0 || !value[0] || wanted_param(w, name))
			continue;
		strv_add(&w->params, name);
		strv_add(&w->params, value);
	}
	return r;
}

/* The page that a path without a format's suffix is of. */
static const struct page_spec *spec_of(const char *path, const char **subject)
{
	const struct page_spec *p;

	for (size_t i = 0; (p = page_at(i)); i++) {
		size_t len = strlen(p->path);
		bool is_of_one = len > 1 && p->path[len - 1] == '/';

		*subject = is_of_one ? path + len : "";
		if (is_of_one && strncmp(path, p->path, len) == 0 && path[len])
			return p;
		if (!is_of_one && strcmp(path, p->path) == 0)
			return p;
	}
	return NULL;
}

int wanted_read(const char *path, const char *query, struct wanted *ret, struct err *err)
{
	CLEANUP(wanted_done) struct wanted w = { 0 };
	CLEANUP(free_ptr) char *bare = mem_strdup(path);
	const char *suffix = link_suffix(path), *subject;
	enum format none = (enum format)(sizeof(formats) / sizeof(*formats));
	int r;

	w.format = none;
	r = query_read(query, &w, err);
	if (r < 0)
		return r;
	if (w.format == none) {
		w.format = FORMAT_HTML;
		if (suffix && format_of(suffix + 1, &w.format) == 0)
			bare[suffix - path] = '\0';
	}
	/* the overview has no name that a suffix could be put to */
	if (strcmp(bare, "/index") == 0)
		mem_set_copy(&bare, "/");
	w.spec = spec_of(bare, &subject);
	if (!w.spec)
		return err_set(err, ENOENT, "there is no such page");
	w.subject = mem_strdup(subject);
	*ret = w;
	w = (struct wanted){ 0 };
	return 0;
}

void wanted_done(struct wanted *w)
{
	free(w->subject);
	strv_done(&w->params);
	*w = (struct wanted){ 0 };
}

const char *wanted_param(const struct wanted *w, const char *name)
{
	return form_field(&w->params, name);
}

static void param_add(struct buf *b, char *between, const char *name, const char *value)
{
	CLEANUP(free_ptr) char *n = html_url("", name);
	CLEANUP(free_ptr) char *v = html_url("", value);

	buf_printf(b, "%c%s=%s", *between, n, v);
	*between = '&';
}

char *wanted_url(const struct wanted *w, enum format format, const char *name, const char *value)
{
	bool is_first = !w->spec->path[1];
	CLEANUP(free_ptr)
	char *path = is_first && format != FORMAT_HTML ? mem_strdup("/index")
						       : html_url(w->spec->path, w->subject);
	struct buf b = { 0 };
	char between = '?';

	buf_str(&b, path);
	if (format != FORMAT_HTML)
		buf_printf(&b, ".%s", formats[format]);
	else if (link_suffix(w->subject))
		param_add(&b, &between, "format", formats[format]);
	for (size_t i = 0; i + 1 < w->params.n; i += 2)
		if (!name || strcmp(w->params.v[i], name) != 0)
			param_add(&b, &between, w->params.v[i], w->params.v[i + 1]);
	if (name && value)
		param_add(&b, &between, name, value);
	return buf_take(&b);
}
