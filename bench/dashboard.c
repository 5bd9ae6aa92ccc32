// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long each question takes on a store, in one process: warm over rounds of many values, and
 * cold, when nothing of the store is in the page cache, by a connection just opened. Prints lines
 * "dashboard.NAME.p99_warm_ms 1.2" and "dashboard.NAME.cold_ms 30", each for the worst values;
 * exit 1 beyond the limits. With -v each value's median on standard error.
 *     dashboard [-v] WORK_DIR NOW [QUESTION…]
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/ask.h"
#include "store/store.h"

enum { VALUES_MAX = 8, ASKS_MAX = 64, ROUNDS = 20, COLD_ROUNDS = 3, LIMIT = 50 };

static const double warm_most = 50, cold_most = 250, patience = 4000;

/* What to ask about: much seen and little seen, new and old. */
static const struct {
	enum ask_type type;
	const char *name; /* of a text; NULL any parameter of the type */
	const char *sql;
} samples[] = {
	{ ASK_TEST, NULL, "SELECT path FROM test_paths WHERE num IN (1, 6, 150, 300)" },
	{ ASK_SIGNATURE, NULL, "SELECT id FROM issues WHERE num IN (1, 60, 1900)" },
	{ ASK_SERIES, NULL,
	  "SELECT s.message_id FROM tasks t JOIN series s ON s.num = t.series "
	  "WHERE t.verdict IN (10, 20000, 27900) OR t.num = 28100" },
	{ ASK_VERDICT, NULL, "SELECT id FROM verdicts WHERE num IN (10, 20000, 27900)" },
	{ ASK_CHECKOUT, NULL, "SELECT id FROM checkouts WHERE num IN (10, 20000, 30000)" },
	{ ASK_BUILD, NULL, "SELECT id FROM builds WHERE num IN (10, 100000, 150000)" },
	{ ASK_JOB, NULL, "SELECT id FROM jobs WHERE num IN (10, 500000, 999000)" },
	{ ASK_BISECTION, NULL, "VALUES('1'), ('298')" },
	{ ASK_DAYS, NULL, "VALUES('1'), ('30'), ('365'), ('730')" },
	{ ASK_TEXT, "target", "VALUES('virt'), ('arndale'), ('nowhere')" },
	{ ASK_TEXT, "tree", "VALUES('next'), ('drm-misc'), ('nowhere')" },
	{ ASK_TEXT, "source", "VALUES('lkml'), ('nowhere')" },
	{ ASK_TEXT, "design", "VALUES('none'), ('pfn-valid'), ('map-per-importer'), ('nowhere')" },
	{ ASK_TEXT, "kind", "VALUES('fail'), ('none'), ('nothing')" },
	{ ASK_TEXT, "state", "VALUES('running'), ('found'), ('sent'), ('nothing')" },
	{ ASK_TEXT, "words", "VALUES('dma'), ('nothing like it')" },
	{ ASK_TEXT, "log", "SELECT id FROM jobs WHERE num IN (10, 999000)" },
};

struct values {
	char *v[VALUES_MAX];
	size_t n;
};

struct bench {
	const char *work;
	char *file;
	int64_t now;
	bool verbose;
	struct values of[sizeof(samples) / sizeof(*samples)];
	double worst_warm, worst_cold;
	bool is_beyond;
};

static double ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
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

	if (store_open_reader(b->work, &s, &err) < 0)
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

/* Each subject alone, and with each value of each filter. */
static size_t asks_make(const struct bench *b, const struct ask_question *q, struct ask *ret)
{
	struct ask plain = { .question = q, .now = b->now, .after = INT64_MAX, .limit = LIMIT };
	size_t n = 1, n_subjects, first = 0;

	ret[0] = plain;
	while (first < ask_params(q) && !q->params[first].fallback) {
		const struct values *v = values_of(b, &q->params[first]);
		size_t were = n;

		for (size_t i = 0; i < were; i++)
			for (size_t k = 0; k < v->n && n < ASKS_MAX; k++) {
				struct ask *a = k ? &ret[n++] : &ret[i];

				*a = ret[i];
				a->values[first] = v->v[k];
			}
		first++;
	}
	n_subjects = n;
	for (size_t p = first; p < ask_params(q); p++) {
		const struct values *v = values_of(b, &q->params[p]);

		for (size_t i = 0; i < n_subjects; i++)
			for (size_t k = 0; k < v->n && n < ASKS_MAX; k++) {
				ret[n] = ret[i];
				ret[n++].values[p] = v->v[k];
			}
	}
	return n;
}

/* Milliseconds; below zero: there is nothing of that name. The next page is asked next. */
static double ask_once(struct store *s, struct ask *a)
{
	CLEANUP(answer_done) struct answer got = { 0 };
	struct err err = { 0 };
	double from = ms();

	if (store_ask(s, a, &got, &err) < 0) {
		if (err.code != ENOENT)
			give_up(&err);
		return -1;
	}
	a->after = got.more ? got.after : INT64_MAX;
	return ms() - from;
}

static int by_size(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static void ask_name(const struct ask *a, FILE *to)
{
	for (size_t i = 0; i < ask_params(a->question); i++)
		if (a->values[i])
			fprintf(to, " %.20s", a->values[i]);
}

static double warm(const struct bench *b, struct ask *asks, size_t n)
{
	CLEANUP(store_freep) struct store *s = reader(b);
	double worst = 0;

	for (size_t i = 0; i < n; i++) {
		double took[ROUNDS], end = ms() + patience / (double)n;
		struct ask a = asks[i];
		size_t k = 0;

		(void)ask_once(s, &a);
		a.after = INT64_MAX;
		while (k < ROUNDS && (k < 3 || ms() < end))
			took[k++] = ask_once(s, &a);
		qsort(took, k, sizeof(*took), by_size);
		if (took[k - 1 - k / 20] > worst)
			worst = took[k - 1 - k / 20];
		if (b->verbose) {
			fprintf(stderr, "%8.2f ms %s", took[k / 2], a.question->name);
			ask_name(&a, stderr);
			fputc('\n', stderr);
		}
	}
	return worst;
}

static void page_cache_drop(const struct bench *b)
{
	int fd = open(b->file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0) {
		fprintf(stderr, "dashboard: cannot drop the pages of %s\n", b->file);
		exit(2);
	}
	close(fd);
}

static double cold(const struct bench *b, const struct ask *asks, size_t n)
{
	double worst = 0;

	for (size_t i = 0; i < n; i++) {
		struct ask a = asks[i];
		double from, took;

		page_cache_drop(b);
		from = ms();
		{
			CLEANUP(store_freep) struct store *s = reader(b);

			(void)ask_once(s, &a);
			took = ms() - from;
		}
		if (took > worst)
			worst = took;
		if (b->verbose) {
			fprintf(stderr, "%8.2f ms cold %s", took, a.question->name);
			ask_name(&a, stderr);
			fputc('\n', stderr);
		}
	}
	return worst;
}

static void question_time(struct bench *b, const struct ask_question *q)
{
	struct ask asks[ASKS_MAX];
	size_t n = asks_make(b, q, asks);
	double w, c;

	c = cold(b, asks, n);
	w = warm(b, asks, n);
	printf("dashboard.query-%s.p99_warm_ms %.1f\ndashboard.query-%s.cold_ms %.0f\n", q->name, w,
	       q->name, c);
	fflush(stdout);
	b->worst_warm = w > b->worst_warm ? w : b->worst_warm;
	b->worst_cold = c > b->worst_cold ? c : b->worst_cold;
	if (w > warm_most || c > cold_most) {
		printf("beyond query-%s\n", q->name);
		b->is_beyond = true;
	}
}

int main(int argc, char *argv[])
{
	struct bench b = { 0 };
	const struct ask_question *q;

	if (argc > 1 && strcmp(argv[1], "-v") == 0) {
		b.verbose = true;
		argv++;
		argc--;
	}
	if (argc < 3)
		return 2;
	b.work = argv[1];
	b.now = atoll(argv[2]);
	b.file = mem_printf("%s/dmalab.db", b.work);
	{
		CLEANUP(store_freep) struct store *s = reader(&b);

		for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
			values_take(&b, s, i);
	}
	for (size_t i = 0; (q = ask_at(i)); i++) {
		bool is_wanted = argc == 3;

		for (int k = 3; k < argc; k++)
			is_wanted |= strcmp(argv[k], q->name) == 0;
		if (is_wanted)
			question_time(&b, q);
	}
	printf("dashboard.worst.p99_warm_ms %.1f\ndashboard.worst.cold_ms %.0f\n", b.worst_warm,
	       b.worst_cold);
	return b.is_beyond;
}
