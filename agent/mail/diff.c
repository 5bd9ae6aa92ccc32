// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/diff.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { PATHS_MAX = 10000, PATH_MAX_LEN = 4096 };

static bool starts(const char *line, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(line, with, n) == 0;
}

/* "@@ -1,3 +1,4 @@": how many lines of the old and of the new file follow. */
static bool hunk_counts(const char *line, size_t len, long count[2])
{
	const char *p = line + 4, *end = line + len; /* behind "@@ -" */

	for (int side = 0; side < 2; side++) {
		const char *from = p;
		long n = 0;

		count[side] = 1;
		while (p < end && isdigit((unsigned char)*p))
			p++;
		if (p == from)
			return false;
		if (p < end && *p == ',') {
			for (from = ++p; p < end && isdigit((unsigned char)*p); p++)
				n = n < 100000000 ? n * 10 + (*p - '0') : n;
			if (p == from)
				return false;
			count[side] = n;
		}
		if (side == 0) {
			if (end - p < 2 || p[0] != ' ' || p[1] != '+')
				return false;
			p += 2;
		}
	}
	return true;
}

/* Adds "b/x" of "+++ b/x<tab>date" as x; "/dev/null" is no path. */
static void path_add(const char *text, size_t len, bool prefix, struct strv *paths)
{
	const char *end = memchr(text, '\t', len), *slash;

	if (end)
		len = (size_t)(end - text);
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	if (len == 0 || (len == 9 && memcmp(text, "/dev/null", 9) == 0))
		return;
	slash = prefix ? memchr(text, '/', len) : NULL;
	if (slash) {
		len -= (size_t)(slash + 1 - text);
		text = slash + 1;
	}
	if (len > 0 && len < PATH_MAX_LEN && paths->n < PATHS_MAX &&
	    !(paths->n > 0 && strlen(paths->v[paths->n - 1]) == len &&
	      memcmp(paths->v[paths->n - 1], text, len) == 0))
		strv_take(paths, mem_strndup(text, len));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void paths_sort(struct strv *paths)
{
	size_t n = 0;

	if (paths->n > 1)
		qsort(paths->v, paths->n, sizeof(*paths->v), by_text);
	for (size_t i = 0; i < paths->n; i++)
		if (n > 0 && strcmp(paths->v[n - 1], paths->v[i]) == 0)
			free(paths->v[i]);
		else
			paths->v[n++] = paths->v[i];
	paths->n = n;
	if (paths->v)
		paths->v[n] = NULL;
}

/* A line of git's extended header: 1; 2 for one that changes a file by itself; else 0. */
static int extended_line(const char *line, size_t len, struct strv *paths)
{
	static const char *const names[] = { "rename from ", "rename to ", "copy from ",
					     "copy to " };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (starts(line, len, names[i])) {
			size_t n = strlen(names[i]);

			path_add(line + n, len - n, false, paths);
			return 2;
		}
	if (starts(line, len, "new file mode ") || starts(line, len, "deleted file mode ") ||
	    starts(line, len, "old mode ") || starts(line, len, "GIT binary patch") ||
	    starts(line, len, "Binary files "))
		return 2;
	return starts(line, len, "index ") || starts(line, len, "similarity index ");
}

/* "diff --git a/x b/x", where nothing else names the file; both names are the same. */
static void git_line_path(const char *line, size_t len, struct strv *paths)
{
	const char *names = line + strlen("diff --git ");
	size_t both, half;

	while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		len--;
	both = len - (size_t)(names - line);
	half = both / 2;
	if (both > 5 && both % 2 == 1 && names[half] == ' ' &&
	    memcmp(names + 2, names + half + 3, half - 2) == 0)
		path_add(names, half, true, paths);
}

/* Where the reading of a diff is. */
struct diff {
	const char *old, *new; /* names of the present file; NULL not seen */
	size_t old_len, new_len;
	long left[2]; /* lines of the hunk that are still to come, old and new */
	bool header;  /* below "diff --git", above the first hunk */
	bool changed; /* by a line of that header */
	bool found, cut;
};

/* A line outside of hunks. */
static void line_read(struct diff *d, const char *p, size_t n, struct strv *paths)
{
	int extended;

	if (starts(p, n, "diff --git ")) {
		git_line_path(p, n, paths);
		d->cut |= d->header && !d->changed;
		d->header = true;
		d->changed = false;
		d->old = d->new = NULL;
	} else if (starts(p, n, "--- ")) {
		d->old = p + 4;
		d->old_len = n - 4;
		d->new = NULL;
	} else if (starts(p, n, "+++ ") && d->old) {
		d->new = p + 4;
		d->new_len = n - 4;
	} else if (starts(p, n, "@@ -") && hunk_counts(p, n, d->left)) {
		if (d->old && d->new) {
			d->found = true;
			path_add(d->old, d->old_len, true, paths);
			path_add(d->new, d->new_len, true, paths);
			d->header = false;
		} else {
			d->left[0] = d->left[1] = 0;
		}
	} else if (d->header && (extended = extended_line(p, n, paths)) > 0) {
		d->found = true;
		d->changed |= extended == 2;
	}
}

bool diff_read(const char *diff, size_t len, struct strv *paths, bool *cut)
{
	struct diff d = { 0 };

	for (const char *p = diff, *end = diff + len; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl + 1 : end) - p);

		if (d.left[0] > 0 || d.left[1] > 0) { /* in a hunk: a "--- x" here is text */
			d.left[0] -= *p != '+' && *p != '\\';
			d.left[1] -= *p != '-' && *p != '\\';
		} else {
			line_read(&d, p, n, paths);
		}
		p += n;
	}
	*cut = d.found && (d.cut || (d.header && !d.changed) || d.left[0] > 0 || d.left[1] > 0);
	paths_sort(paths);
	return d.found;
}
