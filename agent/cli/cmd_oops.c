// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/console_file.h"
#include "cli/oops_symbols.h"
#include "console/oops.h"
#include "console/oops_scan.h"
#include "model/oops.h"
#include "report/console_json.h"

enum { DECODED_MAX = 4096 }; /* reports of a file that are decoded */

/* One file while it is read. */
struct reading {
	const char *name;
	int fd;
	bool json;
	const struct symbols *symbols; /* NULL: none */
	struct oops_list waiting;      /* with symbols: they are decoded together */
	size_t reports;
	int error;	 /* of reading again, an errno */
	struct buf text; /* a report's JSON */
};

/* Where it ran, as far as the console says: "    CPU 0, PID 29, task kworker/0:1, tainted G W" */
static void print_where(const struct oops *o)
{
	const char *comma = "    ";

	if (o->cpu >= 0) {
		printf("%sCPU %d", comma, o->cpu);
		comma = ", ";
	}
	if (o->pid >= 0) {
		printf("%sPID %ld", comma, o->pid);
		comma = ", ";
	}
	if (o->comm) {
		printf("%stask %s", comma, o->comm);
		comma = ", ";
	}
	if (o->taint) {
		printf("%stainted %s", comma, o->taint);
		comma = ", ";
	}
	if (comma[0] == ',')
		printf("\n");
}

/* Says what was found and lets it go. */
static void print_report(struct reading *r, struct oops *o)
{
	if (r->json) {
		r->text.len = 0;
		buf_str(&r->text, r->reports ? ",\n" : "\n");
		oops_json(o, &r->text);
		fwrite(r->text.data, 1, r->text.len, stdout);
	} else {
		CLEANUP(free_ptr) char *title = foreign_line(o->title);

		printf("%s:%zu-%zu: %s (%.12s)%s%s\n", r->name, o->first_line, o->last_line, title,
		       o->hash, o->corrupted ? ", incomplete: " : "", o->reason ? o->reason : "");
		print_where(o);
		for (size_t i = 0; o->places && i < o->n_frames; i++)
			printf("    %s %s\n", o->frames[i], o->places[i] ? o->places[i] : "");
	}
	r->reports++;
	oops_done(o);
}

static void on_report(void *ctx, struct oops *o)
{
	struct reading *r = ctx;
	struct oops_list *l = &r->waiting;

	if (!r->symbols || l->n == DECODED_MAX) {
		print_report(r, o);
		return;
	}
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = *o;
}

/* Decodes and prints what waits for it. */
static int decode(struct reading *r, struct err *err)
{
	struct oops_list *l = &r->waiting;
	int ret = 0;

	if (l->n > 0)
		ret = symbols_decode(r->symbols, l->v, l->n, err);
	for (size_t i = 0; ret == 0 && i < l->n; i++) {
		oops_use_places(&l->v[i]);
		print_report(r, &l->v[i]);
	}
	if (ret == 0)
		l->n = 0;
	oops_list_done(l);
	return ret;
}

/* Newlines of what was passed: it is read once more. */
static size_t on_count(void *ctx, uint64_t from, uint64_t to)
{
	struct reading *r = ctx;
	CLEANUP(free_ptr) char *data = mem_zalloc(OOPS_SCAN_PIECE);
	size_t n = 0;

	while (from < to) {
		size_t want = to - from < OOPS_SCAN_PIECE ? (size_t)(to - from) : OOPS_SCAN_PIECE;
		ssize_t got = pread(r->fd, data, want, (off_t)from);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			r->error = got < 0 ? errno : EIO;
			break;
		}
		n += count_newlines(data, (size_t)got);
		from += (uint64_t)got;
	}
	return n;
}

static size_t feed(void *ctx, const char *data, size_t len, bool last)
{
	return oops_scan_feed(ctx, data, len, last);
}

static int read_one(struct reading *r, struct err *err)
{
	struct oops_scan *s;
	struct stat st;
	bool again =
		fstat(r->fd, &st) == 0 && S_ISREG(st.st_mode) && lseek(r->fd, 0, SEEK_CUR) == 0;
	int ret;

	s = oops_scan_new(on_report, again ? on_count : NULL, r);
	ret = console_read(r->fd, r->name, feed, s, err);
	oops_scan_free(s);
	if (ret == 0 && r->error)
		ret = err_errno(err, r->error, "cannot read %s again", r->name);
	return ret < 0 ? ret : decode(r, err);
}

static void say_file(const char *name)
{
	CLEANUP(free_ptr) char *utf8 = foreign_utf8(name);
	json_t *j = json_string(utf8);

	fputs("{\"file\": ", stdout);
	json_dumpf(j, stdout, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	fputs(", \"reports\": [", stdout);
	json_decref(j);
}

/* All files, in one JSON array. */
static int read_files(struct session *s, const struct symbols *symbols, int n, char **names,
		      struct err *err)
{
	int r = 0;

	if (s->json)
		fputs("[", stdout);
	for (int i = 0; r == 0 && i < n; i++) {
		CLEANUP(close_fd) int fd = console_open(names[i], err);
		struct reading one = {
			.name = names[i], .fd = fd, .json = s->json, .symbols = symbols
		};

		if (fd < 0)
			return fd;
		if (s->json && i > 0)
			fputs(",\n", stdout);
		if (s->json)
			say_file(names[i]);
		r = read_one(&one, err);
		buf_done(&one.text);
		if (s->json)
			fputs(one.reports ? "\n]}" : "]}", stdout);
	}
	if (s->json)
		fputs("]\n", stdout);
	return r;
}

int cmd_oops(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(symbols_freep) struct symbols *symbols = NULL;
	const char *path = NULL;
	int n = 0, r = 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--symbols") == 0 && i + 1 < argc)
			path = argv[++i];
		else if (strncmp(argv[i], "--symbols=", 10) == 0)
			path = argv[i] + 10;
		else if (argv[i][0] == '-' && argv[i][1])
			return usage_error("oops", err, "unexpected '%s'", argv[i]);
		else
			argv[n++] = argv[i];
	}
	if (n == 0)
		return usage_error("oops", err, "which console?");
	r = console_check(n, argv, err);
	if (r == 0 && path)
		r = symbols_open(path, &symbols, err);
	return r < 0 ? r : read_files(s, symbols, n, argv, err);
}
