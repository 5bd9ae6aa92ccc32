// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long each question and each page takes on a store, in one process: warm over rounds of many
 * values, and cold, when nothing of the store is in the page cache, by a connection just opened.
 * Others may be at work: warm is processor time, since nothing is waited for, and cold is by the
 * clock without what this process waited for its core. A page is made as HTML and as JSON. Prints
 * lines "dashboard.page-test-one.p99_warm_ms 1.2" and "dashboard.page-test-one.cold_ms 30", each
 * for the worst values; exit 1 beyond the limits, 2 where nothing is found. With -v each value's
 * median on standard error.
 *
 *     dashboard [-v] WORK_DIR NOW [NAME…]
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "store/ask.h"
#include "store/page.h"
#include "store/store.h"
#include "web/page.h"

enum { VALUES_MAX = 8, ASKS_MAX = 64, ROUNDS = 100, LIMIT = ROWS_DEFAULT };

static const double warm_most = 50, cold_most = 250, patience = 4000;

/* What to ask about: much seen and little seen, new and old. */
static const struct {
	enum ask_type type;
	const char *name; /* of a text; NULL any parameter of the type */
	const char *page; /* about such a thing; NULL none */
	const char *sql;
} samples[] = {
	{ ASK_TEST, NULL, "/test/", "SELECT path FROM test_paths WHERE num IN (1, 6, 150, 300)" },
	{ ASK_SIGNATURE, NULL, "/issue/", "SELECT id FROM issues WHERE num IN (1, 60, 1900)" },
	{ ASK_SERIES, NULL, "/series/",
	  "SELECT s.message_id FROM tasks t JOIN series s ON s.num = t.series "
	  "WHERE t.verdict IN (10, 20000, 27900) OR t.num = 28100" },
	{ ASK_VERDICT, NULL, "/verdict/",
	  "SELECT id FROM verdicts WHERE num IN (10, 20000, 27900)" },
	{ ASK_CHECKOUT, NULL, "/checkout/",
	  "SELECT id FROM checkouts WHERE num IN (10, 20000, 30000)" },
	{ ASK_BUILD, NULL, "/build/", "SELECT id FROM builds WHERE num IN (10, 100000, 150000)" },
	{ ASK_JOB, NULL, "/job/", "SELECT id FROM jobs WHERE num IN (10, 500000, 999000)" },
	{ ASK_BISECTION, NULL, "/bisection/", "VALUES('1'), ('298')" },
	{ ASK_DAYS, NULL, NULL, "VALUES('1'), ('30'), ('365'), ('730')" },
	{ ASK_TEXT, "target", "/target/", "VALUES('virt'), ('arndale'), ('nowhere')" },
	{ ASK_TEXT, "tree", NULL, "VALUES('next'), ('drm-misc'), ('nowhere')" },
	{ ASK_TEXT, "source", NULL, "VALUES('lkml'), ('nowhere')" },
	{ ASK_TEXT, "design", "/design/", "VALUES('none'), ('pfn-valid'), ('nowhere')" },
	{ ASK_TEXT, "kind", NULL, "VALUES('fail'), ('none'), ('nothing')" },
	{ ASK_TEXT, "state", NULL, "VALUES('running'), ('found'), ('sent'), ('nothing')" },
	{ ASK_TEXT, "words", NULL, "VALUES('dma'), ('nothing like it')" },
	{ ASK_TEXT, "log", "/log/", "VALUES('bench-console')" },
	{ ASK_TEXT, "question", "/query/", "VALUES('broke'), ('signatures'), ('infra')" },
};

struct values {
	char *v[VALUES_MAX];
	size_t n;
};

/* A question, or a page. */
struct work {
	struct ask ask;
	char *path;
	const char *query;
};

struct works {
	char name[64];
	struct work v[ASKS_MAX];
	size_t n;
};

struct bench {
	const char *work_dir;
	char *file;
	int64_t now;
	bool verbose;
	struct values of[sizeof(samples) / sizeof(*samples)];
	double worst_warm, worst_cold;
	bool is_beyond;
};

/* Milliseconds for which this process could have run, and another had the core. */
static double waited(void)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	struct err err = { 0 };
	unsigned long long ns = 0;

	if (fs_read("/proc/self/schedstat", 100, &text, &err) < 0 ||
	    sscanf(buf_text(&text), "%*u %llu", &ns) != 1)
		ns = 0;
	return (double)ns / 1e6;
}

static double ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

__attribute__((noreturn)) static void give_up(const struct err *err)
{
	fprintf(stderr, "dashboard: %s\n", err->msg);
	exit(2);
}

static struct store *reader(const struct bench *b)
{
	struct store *s = NULL;
	struct err err = { 0 };

	if (store_open_reader(b->work_dir, &s, &err) < 0)
		give_up(&err);
	return s;
}

static void values_take(struct bench *b, struct store *s, size_t i)
{
	const struct sql_limits limits = { VALUES_MAX, 60000 };
	CLEANUP(answer_done) struct answer a = { 0 };
	struct err err = { 0 };

	if (store_sql(s, samples[i].sql, &limits, &a, &err) < 0)
		give_up(&err);
	for (size_t k = 0; k < a.n_rows; k++)
		b->of[i].v[b->of[i].n++] = mem_strdup(answer_at(&a, k, 0)->text);
}

static const struct values *values_of(const struct bench *b, const struct ask_param *p)
{
	static const struct values none = { 0 };

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		if (samples[i].type == p->type &&
		    (!samples[i].name || strcmp(samples[i].name, p->name) == 0))
			return &b->of[i];
	return &none;
}

static struct work *work_add(struct works *w, const struct work *like)
{
	if (w->n < ASKS_MAX)
		w->v[w->n++] = *like;
	return &w->v[w->n - 1];
}

/* Whether somebody can ask it with filters: what no page shows is asked with its fallbacks. */
static bool is_shown(const struct ask_question *q)
{
	const struct page_spec *p;

	for (size_t i = 0; (p = page_at(i)); i++)
		for (size_t k = 0; k < SECTIONS_MAX && p->sections[k].name; k++)
			if (p->sections[k].question && page_question(p->sections[k].question) == q)
				return true;
	return ask_find(q->name) == q;
}

/* Each subject alone, and with each value of each filter. */
static void question_works(const struct bench *b, const struct ask_question *q, struct works *ret)
{
	const struct work plain = {
		{ .question = q, .now = b->now, .after = INT64_MAX, .limit = LIMIT }, NULL, NULL
	};
	size_t p = 0, n;

	work_add(ret, &plain);
	for (; p < ask_params(q) && !q->params[p].fallback; p++) {
		const struct values *v = values_of(b, &q->params[p]);

		n = ret->n;
		for (size_t i = 0; i < n; i++)
			for (size_t k = v->n; k-- > 0;)
				(k ? work_add(ret, &ret->v[i]) : &ret->v[i])->ask.values[p] =
					v->v[k];
	}
	n = ret->n;
	for (; p < ask_params(q) && is_shown(q); p++) {
		const struct values *v = values_of(b, &q->params[p]);

		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < v->n; k++)
				work_add(ret, &ret->v[i])->ask.values[p] = v->v[k];
	}
}

static void page_works(const struct bench *b, const struct page_spec *p, struct works *ret)
{
	static const char *const queries[] = { "", "format=json", "days=365", "limit=200" };
	bool is_of_one = false;

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		for (size_t k = 0;
		     samples[i].page && strcmp(samples[i].page, p->path) == 0 && k < b->of[i].n;
		     k++)
			for (size_t q = 0; q < sizeof(queries) / sizeof(*queries); q++) {
				struct work w = { .path = mem_printf("%s%s", p->path,
								     b->of[i].v[k]),
						  .query = queries[q] };

				is_of_one = true;
				work_add(ret, &w);
			}
	for (size_t q = 0; !is_of_one && q < sizeof(queries) / sizeof(*queries); q++)
		work_add(ret, &(struct work){ .path = mem_strdup(p->path), .query = queries[q] });
}

static int ask_answer(struct store *s, struct ask *a, struct err *err)
{
	CLEANUP(answer_done) struct answer got = { 0 };
	int r = store_ask(s, a, &got, err);

	a->after = r == 0 && got.more ? got.after : INT64_MAX; /* the next page is asked next */
	return r;
}

static int page_answer(struct store *s, const struct work *w, int64_t now, struct err *err)
{
	CLEANUP(wanted_done) struct wanted wanted = { 0 };
	CLEANUP(page_done) struct page page = { 0 };
	CLEANUP(buf_done) struct buf text = { 0 };
	int r = wanted_read(w->path, w->query, &wanted, err);

	if (r == 0)
		r = page_load(s, &wanted, now, &page, err);
	if (r < 0)
		return r;
	if (wanted.format == FORMAT_JSON) {
		json_t *json = page_json(&page);

		free(json_dumps(json, JSON_COMPACT));
		json_decref(json);
	} else {
		page_html(&page, &text);
	}
	return 0;
}

static void answer(const struct bench *b, struct store *s, struct work *w)
{
	struct err err = { 0 };
	int r = w->path ? page_answer(s, w, b->now, &err) : ask_answer(s, &w->ask, &err);

	if (r == -ENOENT && w->path && strcmp(w->path + strlen(w->path) - 7, "nowhere") == 0)
		return; /* there is none */
	if (r < 0)
		give_up(&err);
}

static int by_size(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static void tell(const struct bench *b, double took, const char *how, const char *name,
		 const struct work *w)
{
	if (!b->verbose)
		return;
	fprintf(stderr, "%8.2f ms %s %s", took, how, name);
	for (size_t i = 0; !w->path && i < ask_params(w->ask.question); i++)
		if (w->ask.values[i])
			fprintf(stderr, " %.20s", w->ask.values[i]);
	if (w->path)
		fprintf(stderr, " %s?%s", w->path, w->query);
	fputc('\n', stderr);
}

static double warm(const struct bench *b, const struct works *l)
{
	CLEANUP(store_freep) struct store *s = reader(b);
	double worst = 0;

	for (size_t i = 0; i < l->n; i++) {
		double took[ROUNDS], end = ms(CLOCK_MONOTONIC) + patience / (double)l->n;
		struct work w = l->v[i];
		size_t n = 0;

		answer(b, s, &w);
		w.ask.after = INT64_MAX;
		while (n < ROUNDS && (n < 3 || ms(CLOCK_MONOTONIC) < end)) {
			double from = ms(CLOCK_PROCESS_CPUTIME_ID);

			answer(b, s, &w);
			took[n++] = ms(CLOCK_PROCESS_CPUTIME_ID) - from;
		}
		qsort(took, n, sizeof(*took), by_size);
		worst = took[n - 1 - n / 100] > worst ? took[n - 1 - n / 100] : worst;
		tell(b, took[n / 2], "warm", l->name, &w);
	}
	return worst;
}

static void page_cache_drop(const struct bench *b)
{
	int fd = open(b->file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fdatasync(fd) < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0) {
		fprintf(stderr, "dashboard: cannot drop the pages of %s\n", b->file);
		exit(2);
	}
	close(fd);
}

static double cold(const struct bench *b, const struct works *l)
{
	double worst = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct work w = l->v[i];
		double from, took;

		page_cache_drop(b);
		from = ms(CLOCK_MONOTONIC) - waited();
		{
			CLEANUP(store_freep) struct store *s = reader(b);

			answer(b, s, &w);
			took = ms(CLOCK_MONOTONIC) - waited() - from;
		}
		worst = took > worst ? took : worst;
		tell(b, took, "cold", l->name, &w);
	}
	return worst;
}

static void works_time(struct bench *b, char *const only[], struct works *l)
{
	bool is_wanted = !only[0];
	double w, c;

	for (; *only; only++)
		is_wanted |= strcmp(*only, l->name) == 0;
	if (is_wanted) {
		c = cold(b, l);
		w = warm(b, l);
		printf("dashboard.%s.p99_warm_ms %.1f\ndashboard.%s.cold_ms %.0f\n", l->name, w,
		       l->name, c);
		b->worst_warm = w > b->worst_warm ? w : b->worst_warm;
		b->worst_cold = c > b->worst_cold ? c : b->worst_cold;
		b->is_beyond |= w > warm_most || c > cold_most;
		if (w > warm_most || c > cold_most)
			printf("beyond %s\n", l->name);
		fflush(stdout);
	}
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].path);
}

static void question_time(struct bench *b, char *const only[], const char *kind,
			  const struct ask_question *q)
{
	struct works l = { 0 };

	snprintf(l.name, sizeof(l.name), "%s-%s", kind, q->name);
	question_works(b, q, &l);
	works_time(b, only, &l);
}

static void page_time(struct bench *b, char *const only[], const struct page_spec *p)
{
	struct works l = { 0 };
	size_t len;

	snprintf(l.name, sizeof(l.name), "page%s%s", p->path, p->path[1] ? "" : "overview");
	len = strlen(l.name);
	if (l.name[len - 1] == '/')
		snprintf(l.name + len - 1, sizeof(l.name) - len, "-one");
	for (char *c = l.name; *c; c++)
		if (*c == '/')
			*c = '-';
	page_works(b, p, &l);
	works_time(b, only, &l);
}

int main(int argc, char *argv[])
{
	struct bench b = { .verbose = argc > 1 && strcmp(argv[1], "-v") == 0 };
	const struct ask_question *q;
	const struct page_spec *p;

	argv += b.verbose;
	argc -= b.verbose;
	if (argc < 3)
		return 2;
	b.work_dir = argv[1];
	b.now = atoll(argv[2]);
	b.file = mem_printf("%s/dmalab.db", b.work_dir);
	{
		CLEANUP(store_freep) struct store *s = reader(&b);

		for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
			values_take(&b, s, i);
	}
	for (size_t i = 0; (q = ask_at(i)); i++)
		question_time(&b, argv + 3, "query", q);
	for (size_t i = 0; (q = page_question_at(i)); i++)
		question_time(&b, argv + 3, "section", q);
	for (size_t i = 0; (p = page_at(i)); i++)
		page_time(&b, argv + 3, p);
	printf("dashboard.worst.p99_warm_ms %.1f\ndashboard.worst.cold_ms %.0f\n", b.worst_warm,
	       b.worst_cold);
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		for (size_t k = 0; k < b.of[i].n; k++)
			free(b.of[i].v[k]);
	free(b.file);
	return b.is_beyond;
}
