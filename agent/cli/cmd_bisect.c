// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "bisect/bisect.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "report/tell.h"
#include "store/bisections.h"
#include "store/known.h"

enum { LIST_LIMIT = 20, HEX_SHOWN = 12, SIGNATURE_LEN = 64 };

struct bisect_args {
	struct bisect_request req;
	struct strv paths;
	const char *test, *signature, *run, *confidence;
	bool build, boot;
	char *whole; /* signature */
};

static void bisect_args_done(struct bisect_args *a)
{
	strv_done(&a->paths);
	free(a->whole);
}

/* --- what came of it --- */

static const struct bisection_commit *commit_find(const struct bisection *b, const char *commit)
{
	for (size_t i = 1; i <= b->n_range; i++)
		if (strcmp(b->commits[i].commit, commit) == 0)
			return &b->commits[i];
	return NULL;
}

static int builds_of(const struct bisection *b)
{
	int n = 0;

	for (size_t i = 0; i < b->n_commits; i++)
		n += b->commits[i].build_id[0] != '\0';
	return n;
}

static json_t *commits_json(const struct bisection *b)
{
	json_t *a = json_array();

	for (size_t i = 0; i < b->n_commits; i++) {
		const struct bisection_commit *c = &b->commits[i];
		CLEANUP(free_ptr) char *subject = foreign_utf8(c->subject);
		CLEANUP(free_ptr) char *why = foreign_utf8(c->why);

		if (c->build == BISECT_UNKNOWN)
			continue;
		json_array_append_new(
			a,
			json_pack("{s:s,s:s,s:s,s:s,s:i,s:i,s:i,s:s}", "commit", c->commit,
				  "subject", subject, "build", bisection_build_name(c->build),
				  "build_id", c->build_id, "bad", bisection_count(b, i, BISECT_BAD),
				  "good", bisection_count(b, i, BISECT_GOOD), "infra",
				  bisection_count(b, i, BISECT_INFRA), "why", why));
	}
	return a;
}

static json_t *bisection_json(const struct bisection *b)
{
	const struct bisection_commit *c = b->n_commits ? commit_find(b, b->culprit) : NULL;
	CLEANUP(free_ptr) char *subject = foreign_utf8(b->subject);
	CLEANUP(free_ptr) char *title = foreign_utf8(c ? c->subject : "");
	CLEANUP(free_ptr) char *why = foreign_utf8(b->why);
	CLEANUP(free_ptr) char *series = foreign_utf8(b->series);
	json_t *o = json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:s,s:s,s:f,s:s,s:s}",
			      "bisection", (json_int_t)b->num, "state",
			      bisection_state_name(b->state), "tree", b->tree, "good", b->good,
			      "bad", b->bad, "kind", bisection_kind_name(b->kind), "subject",
			      subject, "target", b->target, "fix", b->fix, "fixed", b->fixed,
			      "culprit", b->culprit, "title", title, "odds", b->odds, "reverted",
			      bisection_reverted_name(b->reverted), "why", why);

	json_object_set_new(o, "watch", json_string(b->watch));
	json_object_set_new(o, "series", json_string(series));
	json_object_set_new(o, "builds", json_integer(builds_of(b)));
	json_object_set_new(o, "runs", json_integer((json_int_t)b->n_runs));
	json_object_set_new(o, "seconds",
			    json_integer(b->ended ? (json_int_t)(b->ended - b->created) : 0));
	if (b->n_commits) {
		json_object_set_new(o, "range", json_integer((json_int_t)b->n_range));
		json_object_set_new(o, "commits", commits_json(b));
	}
	return o;
}

static void line(const char *what, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void line(const char *what, const char *fmt, ...)
{
	CLEANUP(free_ptr) char *text = NULL;
	CLEANUP(free_ptr) char *clean = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	clean = foreign_line(text);
	printf("  %-9s %s\n", what, clean);
}

static void end_line(const char *what, const struct bisection *b, size_t seq)
{
	const struct bisection_commit *c = &b->commits[seq];
	int bad = bisection_count(b, seq, BISECT_BAD);

	if (c->build == BISECT_UNKNOWN)
		return;
	if (c->build == BISECT_UNBUILDABLE)
		line(what, "%.12s not tested: %s", c->commit, c->why);
	else
		line(what, "%.12s bad in %d of %d runs%s%s", c->commit, bad,
		     bad + bisection_count(b, seq, BISECT_GOOD), c->why[0] ? "; " : "", c->why);
}

static void skipped_lines(const struct bisection *b)
{
	for (size_t i = 1; i < b->n_range; i++)
		if (b->commits[i].build == BISECT_UNBUILDABLE)
			line("skipped", "%.12s %s", b->commits[i].commit, b->commits[i].why);
}

static int left_lines(struct session *s, const struct bisection *b, struct err *err)
{
	CLEANUP(bisect_left_done) struct bisect_left left = { 0 };
	int r = bisect_left(s->config, b, &left, err);

	if (r == 0)
		line("left", "%zu of %zu commits; the likeliest:", left.n, b->n_range);
	for (size_t i = 0; r == 0 && i < left.commits.n; i++)
		line("", "%s", left.commits.v[i]);
	return r;
}

/* What a report to the regressions list needs; nothing where a fix was looked for. */
static void regzbot_lines(const struct bisection *b)
{
	CLEANUP(free_ptr) char *before = mem_printf("%s^", b->culprit);
	CLEANUP(free_ptr) char *text = NULL;
	const char *second;

	if (b->state != BISECT_FOUND || b->fixed)
		return;
	text = report_regzbot(before, b->culprit, b->subject[0] ? b->subject : "build");
	line("report", "%.*s", (int)strcspn(text, "\n"), text);
	second = strchr(text, '\n') + 1;
	line("", "%.*s", (int)strcspn(second, "\n"), second);
}

static int bisection_print(struct session *s, const struct bisection *b, struct err *err)
{
	const struct bisection_commit *c = commit_find(b, b->culprit);
	int r = 0;

	printf("bisection %lld: %s\n", (long long)b->num, bisection_state_name(b->state));
	if (b->state == BISECT_FOUND && c) {
		line("culprit", "%s %s", c->commit, c->subject);
		line("odds", "%.1f %%", 100 * b->odds);
	}
	if (b->why[0])
		line("because", "%s", b->why);
	if (b->state == BISECT_RANGE)
		r = left_lines(s, b, err);
	end_line("bad end", b, b->fixed ? 0 : b->n_range);
	end_line("good end", b, b->fixed ? b->n_range : 0);
	for (size_t i = b->n_range + 1; i < b->n_commits; i++)
		end_line("reverted", b, i);
	if (b->reverted == REVERTED_YES)
		line("verified", "the newer end without it is as the older end");
	skipped_lines(b);
	line("steps", "%d builds, %zu runs, %zu commits, %lld s", builds_of(b), b->n_runs,
	     b->n_range, (long long)(b->ended ? b->ended - b->created : 0));
	regzbot_lines(b);
	return r;
}

static int exit_code(const struct bisection *b)
{
	switch (b->state) {
	case BISECT_FOUND:
		return EXIT_PASS;
	case BISECT_RANGE:
	case BISECT_NEVER_BAD:
	case BISECT_WAS_BAD:
		return EXIT_FAIL;
	case BISECT_RUNNING:
	case BISECT_FAILED:
		break;
	}
	return EXIT_NO_VERDICT;
}

/* --- the list and the log of earlier ones --- */

static void row_fill(const void *arg, size_t row, char **cells)
{
	const struct bisection *b = &((const struct bisection *)arg)[row];

	cells[0] = mem_printf("%lld", (long long)b->num);
	cells[1] = mem_strdup(bisection_state_name(b->state));
	cells[2] = mem_strdup(b->tree);
	cells[3] = mem_strdup(b->target);
	cells[4] = mem_strndup(b->culprit, HEX_SHOWN);
	cells[5] = b->culprit[0] ? mem_printf("%.0f %%", 100 * b->odds) : NULL;
	cells[6] = mem_printf("%s %s", bisection_kind_name(b->kind), b->subject);
}

static int bisections_list(struct session *s, struct err *err)
{
	static const char *const heads[] = { "NUM",	"STATE", "TREE", "TARGET",
					     "CULPRIT", "ODDS",	 "WHAT" };
	struct bisection l[LIST_LIMIT] = { { 0 } };
	int n = store_bisections(s->store, LIST_LIMIT, l, err), r = n;

	if (n > 0 && !s->json) {
		const struct table t = { heads, 7, 1, (size_t)n, row_fill, l };

		r = table_print(&t, err);
	} else if (n >= 0 && s->json) {
		json_t *a = json_array();

		for (int i = 0; i < n; i++)
			json_array_append_new(a, bisection_json(&l[i]));
		r = json_print(a, err);
	}
	for (int i = 0; i < LIST_LIMIT; i++)
		bisection_done(&l[i]);
	return r < 0 ? r : EXIT_PASS;
}

static int log_print(struct session *s, int64_t num, struct err *err)
{
	CLEANUP(bisection_done) struct bisection b = { 0 };
	CLEANUP(free_ptr) char *text = NULL;
	int r = store_bisection_get(s->store, num, &b, err);

	if (r == 0)
		return err_set(err, ENOENT, "no bisection %lld; 'dmalab bisect --list' lists them",
			       (long long)num);
	if (r > 0)
		r = bisect_log(s->config, &b, &text, err);
	if (r < 0)
		return r;
	if (s->json)
		return json_print(json_pack("{s:I,s:s}", "bisection", (json_int_t)num, "log", text),
				  err);
	fputs(text, stdout);
	return EXIT_PASS;
}

/* --- what was asked --- */

static int number_take(struct session *s, const char *text, int64_t *ret, struct err *err)
{
	char *end = NULL;
	long long num = text ? strtoll(text, &end, 10) : 0;
	int r;

	*ret = num;
	if (text)
		return end == text || *end || num <= 0
			       ? usage_error("bisect", err, "'%s' is no number of a bisection",
					     text)
			       : 0;
	r = store_bisection_find(s->store, NULL, ret, err);
	return r == 0 ? err_set(err, ENOENT, "there is no bisection yet") : r < 0 ? r : 0;
}

static int signature_take(struct session *s, struct bisect_args *a, struct err *err)
{
	const size_t len = strspn(a->signature, "0123456789abcdef");
	int r;

	if (a->signature[len] || len < 8)
		return usage_error("bisect", err,
				   "'%s' is no signature: 8 hexadecimal digits or more",
				   a->signature);
	r = store_signature_find(s->store, a->signature, &a->whole, err);
	if (r == -EEXIST)
		err->code = EINVAL;
	if (r == 0 && len < SIGNATURE_LEN)
		return err_set(err, EINVAL,
			       "no report in the store has signature '%s': give all %d digits",
			       a->signature, SIGNATURE_LEN);
	a->req.subject = a->whole ? a->whole : a->signature;
	a->req.kind = BISECT_SIGNATURE;
	return r < 0 ? r : 0;
}

static int kind_take(struct session *s, struct bisect_args *a, struct err *err)
{
	int n = (a->signature != NULL) + a->build + a->boot + (a->run != NULL);

	if (n > 1)
		return usage_error("bisect", err,
				   "--signature, --build, --boot and --run exclude each other");
	if (a->test && (a->build || a->run))
		return usage_error("bisect", err, "--test goes with neither --build nor --run");
	if (n == 0 && (!a->test || !strchr(a->test, '.')))
		return usage_error("bisect", err,
				   "--test SUITE.CASE, --signature, --build, --boot or --run is "
				   "missing");
	a->req.filter = a->test;
	if (a->signature)
		return signature_take(s, a, err);
	a->req.kind = a->build	? BISECT_BUILD
		      : a->boot ? BISECT_BOOT
		      : a->run	? BISECT_RUN
				: BISECT_TEST;
	a->req.subject = a->run ? a->run : a->boot ? NULL : a->test;
	return 0;
}

static int confidence_take(struct bisect_args *a, struct err *err)
{
	char *end = NULL;

	if (!a->confidence)
		return 0;
	a->req.confidence = strtod(a->confidence, &end);
	if (end == a->confidence || *end || !(a->req.confidence > 0.5 && a->req.confidence < 1))
		return usage_error("bisect", err, "--confidence '%s' is not between 0.5 and 1",
				   a->confidence);
	return 0;
}

static int options(struct session *s, int argc, char **argv, struct bisect_args *a, struct err *err)
{
	const struct option_to to[] = {
		{ .name = "good", .value = &a->req.good },
		{ .name = "bad", .value = &a->req.bad },
		{ .name = "series", .value = &a->req.series },
		{ .name = "tree", .value = &a->req.tree },
		{ .name = "test", .value = &a->test },
		{ .name = "signature", .value = &a->signature },
		{ .name = "build", .flag = &a->build },
		{ .name = "boot", .flag = &a->boot },
		{ .name = "run", .value = &a->run },
		{ .name = "target", .value = &a->req.target },
		{ .name = "fix", .value = &a->req.fix },
		{ .name = "fixed", .flag = &a->req.fixed },
		{ .name = "first-parent", .flag = &a->req.first_parent },
		{ .name = "path", .list = &a->paths },
		{ .name = "confidence", .value = &a->confidence },
		{ .name = "anew", .flag = &a->req.anew },
	};
	int r = options_read(argc, argv, to, sizeof(to) / sizeof(*to), err);

	if (r < 0)
		return r;
	if (a->req.series && (a->req.bad || a->req.fixed))
		return usage_error("bisect", err,
				   "--series brings its own bad end: no --bad, no --fixed");
	if (!a->req.series && (!a->req.good || !a->req.bad))
		return usage_error("bisect", err,
				   "--good REV and --bad REV are needed, or --series MBOX");
	a->req.paths = &a->paths;
	r = confidence_take(a, err);
	return r < 0 ? r : kind_take(s, a, err);
}

static void see(void *arg, const struct bisect_sight *sight)
{
	CLEANUP(free_ptr) char *lines = bisect_picture(sight, progress_width());

	progress_block(arg, lines);
}

static int search(struct session *s, struct bisect_request *req, struct err *err)
{
	CLEANUP(bisection_done) struct bisection b = { 0 };
	CLEANUP(close_fd) int cancel = cancel_open(err);
	struct progress_view view;
	struct progress progress;
	bool input_error;
	int r;

	if (cancel < 0)
		return cancel;
	req->cancel_fd = cancel;
	progress = progress_open(&view);
	req->see = see;
	req->see_arg = &view;
	r = bisect_run(s->config, s->store, req, &progress, &b, &input_error, err);
	progress_close(&view);
	if (r < 0)
		return input_error || r == -ECANCELED ? r : lab_trouble(s, err);
	r = s->json ? json_print(bisection_json(&b), err) : bisection_print(s, &b, err);
	return r < 0 ? r : exit_code(&b);
}

int cmd_bisect(struct session *s, int argc, char **argv, struct err *err)
{
	static const char *const verbs[] = { "--resume", "--log", "--list" };
	CLEANUP(bisect_args_done) struct bisect_args a = { .req = { .cancel_fd = -1 } };
	size_t verb = 0;
	int64_t num = 0;
	int r;

	while (verb < 3 && !(argc > 1 && strcmp(argv[1], verbs[verb]) == 0))
		verb++;
	for (int i = 2; i < argc; i++)
		for (size_t k = 0; k < 3; k++)
			if (strcmp(argv[i], verbs[k]) == 0)
				return usage_error("bisect", err, "%s stands alone", verbs[k]);
	if (verb == 3) {
		r = options(s, argc, argv, &a, err);
		return r < 0 ? r : search(s, &a.req, err);
	}
	if (argc > (verb == 2 ? 2 : 3))
		return usage_error("bisect", err, "unexpected '%s'", argv[argc - 1]);
	if (verb == 2)
		return bisections_list(s, err);
	r = number_take(s, argc > 2 ? argv[2] : NULL, &num, err);
	if (r < 0)
		return r;
	a.req.resume = num;
	return verb == 1 ? log_print(s, num, err) : search(s, &a.req, err);
}
