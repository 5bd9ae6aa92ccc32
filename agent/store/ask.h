/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_ASK_H
#define DMALAB_STORE_ASK_H

#include <stdint.h>

#include "model/answer.h"

struct err;
struct store;

/*
 * The questions that maintainers ask: each is db/queries/ask_NAME.sql, described in
 * docs/queries.md. A column there is named "name type", type int, time, id, real, or text where
 * none is said; the last one, `key`, orders the rows, the highest first, and is what a further page
 * begins behind.
 */

enum ask_type {
	ASK_TEXT,
	ASK_DAYS,      /* so many days back from now */
	ASK_TEST,      /* "suite.case", which a boot has run */
	ASK_SIGNATURE, /* of a report, or its first digits */
	ASK_SERIES,    /* Message-ID of any of its mails, or its number; where the question wants
			* a verdict, its newest */
	ASK_VERDICT,   /* its id, or the id's beginning; likewise: */
	ASK_CHECKOUT,
	ASK_BUILD,
	ASK_JOB,
	ASK_BISECTION /* its number */
};

struct ask_param {
	const char *name;
	enum ask_type type;
	const char *fallback; /* NULL: it must be given */
	const char *about;
};

enum { ASK_PARAMS_MAX = 4, ASK_LIMIT_MAX = 100000 };

struct ask_question {
	const char *name;
	const char *about; /* one line, as who asks would say it */
	const char *sql;
	struct ask_param params[ASK_PARAMS_MAX]; /* what must be given first */
};

/* In the order of docs/queries.md. NULL behind the last. */
const struct ask_question *ask_at(size_t i);
const struct ask_question *ask_find(const char *name);
/* How many parameters it has. */
size_t ask_params(const struct ask_question *q);

struct ask {
	const struct ask_question *question;
	const char *values[ASK_PARAMS_MAX]; /* NULL: the fallback */
	int64_t now;
	int64_t after; /* INT64_MAX: from the beginning */
	int limit;     /* rows, 1 to ASK_LIMIT_MAX */
};

/* -EINVAL: a value is missing or not of its type; -ENOENT: the store has no such test, series and
 * so on; -EEXIST: several ids begin so. */
int store_ask(struct store *s, const struct ask *a, struct answer *ret, struct err *err)
	__attribute__((warn_unused_result));

struct sql_limits {
	int64_t rows;
	int64_t ms;
};

/*
 * One SELECT (WITH, VALUES, EXPLAIN, PRAGMA table_info and its like) of anybody's, in a store that
 * was opened by store_open_reader(). Its columns are texts; each cell has its own type, a blob is
 * hexadecimal. ret->more: there were more rows than allowed. -EPERM: it is no question; -ETIME: it
 * took too long; -EINVAL: it does not compile.
 */
int store_sql(struct store *s, const char *sql, const struct sql_limits *limits, struct answer *ret,
	      struct err *err) __attribute__((warn_unused_result));

#endif
