// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/compiled.h"

#include <ctype.h>
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"

enum {
	CMD_LIMIT = 4 << 20,	/* of a .cmd file */
	SOURCE_LIMIT = 4 << 20, /* of a source */
};

/* Where a build sees its source, whatever its folder is called outside. */
static const char source[] = "/src/";

static bool ends(const char *path, const char *with)
{
	size_t n = strlen(path), k = strlen(with);

	return n >= k && strcmp(path + n - k, with) == 0;
}

void compiled_done(struct compiled *c)
{
	strv_done(&c->paths);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct strv *l)
{
	size_t n = 0;

	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_name);
	for (size_t i = 0; i < l->n; i++)
		if (n > 0 && strcmp(l->v[n - 1], l->v[i]) == 0)
			free(l->v[i]);
		else
			l->v[n++] = l->v[i];
	l->n = n;
}

/* Words of a .cmd file that name a source: "/src/kernel/dma/direct.c". */
static void words_take(const char *text, struct strv *ret)
{
	const char *at = text;

	while ((at = strstr(at, source))) {
		const bool begins = at == text || isspace((unsigned char)at[-1]);
		const char *from = at + strlen(source);
		size_t n = strcspn(from, " \t\n\\)");

		if (begins && n > 0)
			strv_take(ret, mem_strndup(from, n));
		at = from + n;
	}
}

/* A header is named by a thousand objects: its name is kept once a few files. */
static int files_read(FTS *fts, struct strv *ret, struct err *err)
{
	enum { SORT_AT = 1 << 16 };
	FTSENT *e;
	int r = 0;

	while (r == 0 && (errno = 0, e = fts_read(fts))) {
		CLEANUP(buf_done) struct buf text = { 0 };

		if (e->fts_info != FTS_F || e->fts_name[0] != '.' || !ends(e->fts_name, ".cmd"))
			continue;
		r = fs_read(e->fts_path, CMD_LIMIT, &text, err);
		if (r == 0)
			words_take(buf_text(&text), ret);
		if (ret->n > SORT_AT)
			sort(ret);
	}
	return r < 0 || !errno ? r : err_errno(err, errno, "cannot read the object folder");
}

int compiled_read(const char *obj, struct compiled *ret, struct err *err)
{
	CLEANUP(free_ptr) char *root = mem_strdup(obj);
	CLEANUP(strv_done) struct strv found = { 0 };
	char *const roots[] = { root, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	int r;

	if (!fts)
		return err_errno(err, errno, "cannot read '%s'", obj);
	r = files_read(fts, &found, err);
	(void)fts_close(fts);
	if (r < 0)
		return r;
	sort(&found);
	ret->paths = found;
	found = (struct strv){ 0 };
	return 0;
}

bool compiled_leaves_out(const struct compiled *c, const char *src, const char *path)
{
	static const char *const kinds[] = { ".c", ".h", ".S", ".dts", ".dtsi" };
	CLEANUP(free_ptr) char *file = NULL;
	bool is_kind = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		is_kind |= ends(path, kinds[i]);
	if (!is_kind || !c->paths.n ||
	    bsearch(&path, c->paths.v, c->paths.n, sizeof(*c->paths.v), by_name))
		return false;
	file = mem_printf("%s/%s", src, path);
	return fs_exists(file);
}

/* The function that a line defines, as far as one line shows: it begins with a word (a type,
 * "static"), has a name right before its first parenthesis, and does not end as a declaration
 * does. NULL: none. */
static char *defined(const char *line, size_t len)
{
	const char *open = memchr(line, '(', len);
	const char *name = open;

	if (!open || !(isalpha((unsigned char)line[0]) || line[0] == '_') || line[len - 1] == ';')
		return NULL;
	while (name > line && (isalnum((unsigned char)name[-1]) || name[-1] == '_'))
		name--;
	return name > line && name < open ? mem_strndup(name, (size_t)(open - name)) : NULL;
}

static bool defines_any(const char *text, const struct strv *names)
{
	bool any = false;

	for (const char *end; *text && !any; text = end + (*end == '\n')) {
		CLEANUP(free_ptr) char *name = NULL;

		end = strchrnul(text, '\n');
		name = end > text ? defined(text, (size_t)(end - text)) : NULL;
		any = name && bsearch(&name, names->v, names->n, sizeof(*names->v), by_name);
	}
	return any;
}

/* Names that stand before a parenthesis. */
static void calls_take(const char *text, struct strv *ret)
{
	for (const char *open = text; (open = strchr(open, '(')); open++) {
		const char *name = open;

		while (name > text && (isalnum((unsigned char)name[-1]) || name[-1] == '_'))
			name--;
		if (name < open)
			strv_take(ret, mem_strndup(name, (size_t)(open - name)));
	}
}

/* Calls `take` with each compiled .c file. */
static void each(const struct compiled *c, const char *src,
		 void (*take)(void *arg, const char *path, const char *text), void *arg)
{
	for (size_t i = 0; i < c->paths.n; i++) {
		CLEANUP(free_ptr) char *file = mem_printf("%s/%s", src, c->paths.v[i]);
		CLEANUP(buf_done) struct buf text = { 0 };
		struct err ignored;

		if (ends(file, ".c") && fs_read(file, SOURCE_LIMIT, &text, &ignored) == 0)
			take(arg, c->paths.v[i], buf_text(&text));
	}
}

struct looking {
	const char *words;	  /* that a file has ... */
	const struct strv *names; /* ... or functions that it defines */
	struct strv *paths;
	struct strv *calls; /* of such files */
};

static void look(void *arg, const char *path, const char *text)
{
	struct looking *l = arg;

	if (l->words ? !strstr(text, l->words) : !defines_any(text, l->names))
		return;
	if (l->paths)
		strv_add(l->paths, path);
	if (l->calls)
		calls_take(text, l->calls);
}

void compiled_defining(const struct compiled *c, const char *src, const struct strv *names,
		       struct strv *ret)
{
	struct looking l = { .names = names, .paths = ret };

	if (names->n)
		each(c, src, look, &l);
}

void compiled_calls(const struct compiled *c, const char *src, const char *words, struct strv *ret)
{
	struct looking l = { .words = words, .calls = ret };

	each(c, src, look, &l);
	sort(ret);
}
