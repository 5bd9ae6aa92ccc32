// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/range.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "git/git.h"

/* The commits of a range, out of one `git log`. */

void range_done(struct range *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->v[i].commit);
		free(r->v[i].subject);
		strv_done(&r->v[i].files);
	}
	free(r->v);
	free(r->ancestors);
	*r = (struct range){ 0 };
}

static struct git git_of(const char *repo, int cancel_fd)
{
	return (struct git){ .repo = repo, .log_fd = -1, .cancel_fd = cancel_fd, .lock_fd = -1 };
}

int range_commit_find(const char *repo, const char *name, char **commit, char **subject,
		      struct err *err)
{
	CLEANUP(free_ptr) char *peeled = mem_printf("%s^{commit}", name);
	const struct git g = git_of(repo, -1);
	const char *const args[] = {
		"log",	"-1", "--no-walk", "--encoding=UTF-8", "--format=%H %s", "--end-of-options",
		peeled, "--", NULL
	};
	CLEANUP(buf_done) struct buf line = { 0 };
	struct err why;
	const char *blank;

	if (git_out(&g, args, &line, &why) < 0)
		return err_set(err, EINVAL, "no commit '%s' in %s", name, repo);
	blank = strchr(buf_text(&line), ' ');
	*commit = blank ? mem_strndup(line.data, (size_t)(blank - line.data))
			: mem_strdup(buf_text(&line));
	*subject = mem_strdup(blank ? blank + 1 : "");
	return 0;
}

static bool is_last(const struct range *r, const char *commit)
{
	return r->n > 0 && strcmp(r->v[r->n - 1].commit, commit) == 0;
}

static struct range_commit *commit_add(struct range *r, const char *commit, const char *subject)
{
	r->v = mem_grow(r->v, r->n, &r->cap, sizeof(*r->v));
	r->v[r->n] = (struct range_commit){ .commit = mem_strdup(commit),
					    .subject = mem_strdup(subject) };
	return &r->v[r->n++];
}

static void files_read(const char *text, struct strv *ret)
{
	for (const char *end; *text; text = end + (*end == '\n')) {
		end = strchrnul(text, '\n');
		if (end > text)
			strv_take(ret, mem_strndup(text, (size_t)(end - text)));
	}
}

/* What one of the four pieces of each commit is, and where the next begins. */
static const char *piece(const struct buf *log, size_t *at)
{
	const char *text = *at < log->len ? log->data + *at : "";

	*at += strlen(text) + 1;
	return text;
}

/* "\0commit\0parents\0subject\0\nfile\nfile\n" for each; parents[] is parallel to r->v. */
static void log_read(const struct buf *log, struct range *r, struct strv *parents)
{
	size_t at = 1;

	while (at < log->len) {
		const char *commit = piece(log, &at);
		const char *of = piece(log, &at);
		struct range_commit *c = commit_add(r, commit, piece(log, &at));

		strv_add(parents, of);
		files_read(piece(log, &at), &c->files);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct range_commit *const *x = a, *const *y = b;

	return strcmp((*x)->commit, (*y)->commit);
}

/* The number of a commit; n where it is outside. */
static size_t number(const struct range *r, const struct range_commit *const *sorted,
		     const char *name)
{
	struct range_commit key = { .commit = (char *)name };
	const struct range_commit *k = &key;
	const struct range_commit *const *found =
		bsearch(&k, sorted, r->n, sizeof(*sorted), by_name);

	return found ? (size_t)(*found - r->v) : r->n;
}

static bool is_line(const struct range *r, const struct strv *parents)
{
	for (size_t i = 1; i < r->n; i++)
		if (strcmp(parents->v[i], r->v[i - 1].commit) != 0)
			return false;
	return true;
}

static void ancestors_make(struct range *r, const struct strv *parents)
{
	const size_t words = (r->n + 63) / 64;
	const struct range_commit **sorted = mem_zalloc((r->n + 1) * sizeof(*sorted));

	for (size_t i = 0; i < r->n; i++)
		sorted[i] = &r->v[i];
	qsort(sorted, r->n, sizeof(*sorted), by_name);
	r->ancestors = mem_zalloc(r->n * words * sizeof(*r->ancestors));
	for (size_t i = 0; i < r->n; i++) {
		CLEANUP(free_ptr) char *names = mem_strdup(parents->v[i]);
		uint64_t *row = r->ancestors + i * words;
		char *rest = NULL;

		row[i / 64] |= UINT64_C(1) << (i % 64);
		for (char *p = strtok_r(names, " ", &rest); p; p = strtok_r(NULL, " ", &rest)) {
			size_t k = number(r, sorted, p);

			for (size_t w = 0; k < i && w < words; w++)
				row[w] |= r->ancestors[k * words + w];
		}
	}
	free(sorted);
}

static int ends_check(const struct git *g, const struct range_spec *spec, struct err *err)
{
	const char *const args[] = { "merge-base", "--is-ancestor", spec->older, spec->newer,
				     NULL };
	int r;

	if (strcmp(spec->older, spec->newer) == 0)
		return err_set(err, EINVAL, "both ends are commit %.12s", spec->older);
	r = git_ok(g, args, err);
	return r == 0 ? err_set(err, EINVAL, "commit %.12s is no ancestor of %.12s", spec->older,
				spec->newer)
		      : r;
}

/* What limits the range to paths may leave out its end, which shows what all of them do. */
static void newer_add(const struct range_spec *spec, const char *subject, struct range *r,
		      struct strv *parents)
{
	struct buf all = { 0 };

	for (size_t i = 0; i < r->n; i++)
		buf_printf(&all, "%s ", r->v[i].commit);
	commit_add(r, spec->newer, subject);
	strv_add(parents, buf_text(&all));
	buf_done(&all);
}

int range_read(const struct range_spec *spec, struct range *ret, struct err *err)
{
	const struct git g = git_of(spec->repo, spec->cancel_fd);
	CLEANUP(free_ptr) char *span = mem_printf("%s..%s", spec->older, spec->newer);
	CLEANUP(free_ptr) char *most = mem_printf("--max-count=%d", RANGE_MAX + 1);
	CLEANUP(free_ptr) char *commit = NULL;
	CLEANUP(free_ptr) char *subject = NULL;
	CLEANUP(range_done) struct range range = { 0 };
	CLEANUP(strv_done) struct strv args = { 0 }, parents = { 0 };
	CLEANUP(buf_done) struct buf log = { 0 };
	const char *const head[] = { "log",
				     "--topo-order",
				     "--reverse",
				     "--parents",
				     "--name-only",
				     "--no-renames",
				     "--full-diff",
				     "--no-color",
				     "--encoding=UTF-8",
				     "--no-mailmap",
				     "--format=%x00%H%x00%P%x00%s%x00",
				     most,
				     NULL };
	int r = ends_check(&g, spec, err);

	if (r < 0)
		return r;
	strv_all(&args, head);
	if (spec->first_parent)
		strv_add(&args, "--first-parent");
	strv_add(&args, span);
	strv_add(&args, "--");
	for (size_t i = 0; i < spec->paths->n; i++)
		strv_add(&args, spec->paths->v[i]);
	r = git_out(&g, (const char *const *)args.v, &log, err);
	if (r == 0)
		r = range_commit_find(spec->repo, spec->newer, &commit, &subject, err);
	if (r < 0)
		return r;
	if (log.len > 0 && !strlen(log.data)) /* white space at its end is cut */
		log_read(&log, &range, &parents);
	if (range.n > RANGE_MAX)
		return err_set(err, EINVAL,
			       "more than %d commits in %.12s..%.12s: --first-parent or --path "
			       "makes them less",
			       RANGE_MAX, spec->older, spec->newer);
	if (!is_last(&range, spec->newer))
		newer_add(spec, subject, &range, &parents);
	if (!spec->first_parent && !is_line(&range, &parents))
		ancestors_make(&range, &parents);
	*ret = range;
	range = (struct range){ 0 };
	return 0;
}

/* git apply says no by its exit: what does not come off is an answer. */
static int change_take_back(const struct git *g, const char *on, const char *from, const char *to,
			    const char *patch, struct err *err)
{
	CLEANUP(free_ptr) char *out = mem_printf("--output=%s", patch);
	const char *const read[] = { "read-tree", on, NULL };
	const char *const diff[] = { "diff", "--binary", "--full-index", "--no-renames", out, from,
				     to,     NULL };
	const char *const apply[] = { "apply", "-R", "--cached", "--3way", patch, NULL };
	int r = git_must(g, read, err);

	if (r == 0)
		r = git_must(g, diff, err);
	return r < 0 ? r : git_ok(g, apply, err);
}

static int reverted_commit(const struct git *g, const char *on, const char *message, char **ret,
			   struct err *err)
{
	static const char *const write[] = { "write-tree", NULL };
	CLEANUP(buf_done) struct buf tree = { 0 };
	struct buf commit = { 0 };
	int r = git_out(g, write, &tree, err);

	if (r == 0) {
		const char *const make[] = { "commit-tree",   "-m", message, "-p", on,
					     buf_text(&tree), NULL };

		r = git_out(g, make, &commit, err);
	}
	if (r == 0)
		*ret = buf_take(&commit);
	return r;
}

int range_revert(const char *repo, const char *on, const char *culprit, const char *index,
		 char **ret, struct err *err)
{
	CLEANUP(free_ptr) char *patch = mem_printf("%s.patch", index);
	CLEANUP(free_ptr) char *parent = mem_printf("%s^", culprit);
	CLEANUP(free_ptr) char *commit = NULL;
	CLEANUP(free_ptr) char *subject = NULL;
	CLEANUP(free_ptr) char *message = NULL;
	struct git g = git_of(repo, -1);
	int r = range_commit_find(repo, culprit, &commit, &subject, err);

	if (r < 0)
		return r;
	g.index = index;
	message = mem_printf("Revert \"%s\"", subject);
	r = change_take_back(&g, on, parent, culprit, patch, err);
	if (r == 1) {
		r = reverted_commit(&g, on, message, ret, err);
		r = r < 0 ? r : 1;
	}
	(void)unlink(index);
	(void)unlink(patch);
	return r;
}
