// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/checkout/conflict.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "git/git.h"
#include "model/checkout.h"
#include "model/series.h"
#include "stage/checkout/checkout.h"
#include "stage/checkout/worktree.h"

enum {
	NEXT_LIMIT = 64,
	MAIL_LIMIT = 64 << 20,
	DETAIL_LINES = 6,
	LINE_LEN = 300,
};

/* The text between the end of `lead` and the first `end` on the line; NULL: not there. */
static char *between(const char *line, size_t len, const char *lead, const char *end)
{
	size_t lead_len = strlen(lead);
	const char *from, *to;

	if (len < lead_len || memcmp(line, lead, lead_len) != 0)
		return NULL;
	from = line + lead_len;
	to = memmem(from, len - lead_len, end, strlen(end));
	return to ? mem_strndup(from, (size_t)(to - from)) : NULL;
}

static bool words_line(const char *line, size_t len, char **file, int *number)
{
	static const struct {
		const char *lead, *end;
	} forms[] = {
		{ "error: invalid path '", "'" },
		{ "error: affected file '", "' is beyond" },
		{ "error: reading from '", "' beyond" },
		{ "error: ", ": patch does not apply" },
		{ "error: ", ": does not exist in index" },
		{ "error: ", ": already exists in index" },
		{ "error: ", ": does not match index" },
		{ "error: ", ": No such file" },
		{ "CONFLICT (content): Merge conflict in ", "\n" },
	};
	char *found = between(line, len, "error: patch failed: ", "\n");

	if (found) {
		char *colon = strrchr(found, ':');

		if (colon && isdigit((unsigned char)colon[1])) {
			*number = atoi(colon + 1);
			*colon = '\0';
		}
	}
	for (size_t i = 0; !found && i < sizeof(forms) / sizeof(*forms); i++)
		found = between(line, len, forms[i].lead, forms[i].end);
	if (found)
		*file = found;
	return found;
}

void conflict_words(const char *words, char **file, int *line)
{
	*file = NULL;
	*line = 0;
	for (const char *p = words; *p;) {
		const char *nl = strchr(p, '\n');
		size_t len = nl ? (size_t)(nl - p) + 1 : strlen(p);

		if (words_line(p, len, file, line))
			return;
		p += len;
	}
	*file = mem_strdup("");
}

char *conflict_hunk(const char *mail, const char *file, int line)
{
	bool in_file = false;

	for (const char *p = mail; *p;) {
		size_t len = strcspn(p, "\n");

		if (strncmp(p, "diff --git ", 11) == 0) {
			const char *name = memmem(p, len, file, strlen(file));

			in_file = file[0] && name;
		}
		if (in_file && strncmp(p, "@@ -", 4) == 0 && atoi(p + 4) == line) {
			size_t shown = len > 0 && p[len - 1] == '\r' ? len - 1 : len;

			return mem_strndup(p, shown < LINE_LEN ? shown : LINE_LEN);
		}
		p += len + (p[len] == '\n');
	}
	return mem_strdup("");
}

/* The first lines that say something; hints of git's for the person at a prompt are left out. */
static char *detail(const char *words)
{
	struct buf b = { 0 };
	int lines = 0;

	for (const char *p = words; *p && lines < DETAIL_LINES;) {
		size_t len = strcspn(p, "\n");

		if (strncmp(p, "error: ", 7) == 0 || strncmp(p, "fatal: ", 7) == 0 ||
		    strncmp(p, "CONFLICT", 8) == 0) {
			buf_add(&b, p, len < LINE_LEN ? len : LINE_LEN);
			buf_str(&b, "\n");
			lines++;
		}
		p += len + (p[len] == '\n');
	}
	buf_trim(&b);
	return buf_take(&b);
}

bool conflict_said(const char *words)
{
	return strncmp(words, "Patch failed at ", 16) == 0 || strstr(words, "\nPatch failed at ");
}

int conflict_trouble(const char *words, struct err *err)
{
	static const char *const ours[] = {
		".lock'",    "No space left",	   "Permission denied", "unable to write",
		"Read-only", "Input/output error", "ut of memory",	"update_ref failed"
	};
	CLEANUP(free_ptr) char *said = detail(words);
	int code = EINVAL;

	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		if (strstr(words, ours[i]))
			code = EIO;
	for (char *p = said; *p; p++)
		if (*p == '\n')
			*p = ' ';
	return err_set(err, code,
		       code == EIO ? "git am could not do its work: %s"
				   : "git am can make no use of the mail: %s",
		       said[0] ? said : words);
}

/* Which of the mails git am stopped at, from 1. */
static int stopped_at(const struct checkout_spec *spec)
{
	CLEANUP(free_ptr) char *gitdir = worktree_gitdir(spec->apply_dir);
	CLEANUP(free_ptr) char *next = mem_printf("%s/rebase-apply/next", gitdir ? gitdir : "");
	CLEANUP(buf_done) struct buf b = { 0 };
	struct err ignored;
	int n;

	if (fs_read(next, NEXT_LIMIT, &b, &ignored) < 0)
		return 1;
	n = atoi(buf_text(&b));
	return n > 0 ? n : 1;
}

/* git apply alone says file and line, where git am -3 speaks of its merge. */
static int apply_words(const struct checkout_spec *spec, const char *file, struct buf *words,
		       struct err *err)
{
	const struct git g = worktree_apply(spec);
	const char *const index[] = { "read-tree", "HEAD", NULL };
	const char *const check[] = { "apply", "--cached", "--check", "--", file, NULL };
	int r = git_must(&g, index, err);

	return r < 0 ? r : git_words(&g, check, words, err);
}

int conflict_find(const struct checkout_spec *spec, const struct strv *files,
		  const struct series *series, const char *words, struct conflict *ret,
		  struct err *err)
{
	CLEANUP(conflict_done) struct conflict c = { 0 };
	CLEANUP(buf_done) struct buf mail = { 0 };
	CLEANUP(buf_done) struct buf said = { 0 };
	int at = stopped_at(spec);
	int line, r;

	if ((size_t)at > files->n)
		at = (int)files->n;
	r = apply_words(spec, files->v[at - 1], &said, err);
	if (r == 0) /* git apply refuses it too: its words are the better ones */
		r = fs_read(files->v[at - 1], MAIL_LIMIT, &mail, err);
	if (r < 0)
		return r;
	buf_str(&said, words);
	conflict_words(buf_text(&said), &c.file, &line);
	c.hunk = conflict_hunk(buf_text(&mail), c.file, line);
	c.number = series ? series->patches[at - 1].number : at;
	c.subject = mem_strdup(series ? series->patches[at - 1].subject : files->v[at - 1]);
	c.detail = detail(buf_text(&said));
	*ret = c;
	c = (struct conflict){ 0 };
	return 0;
}
