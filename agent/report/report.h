/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_REPORT_H
#define DMALAB_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

struct config;
struct err;
struct json_t;
struct test_report;
struct verdict;

/* Of lab.yaml all of them read where pages and archives are, and the origin of KCIDB's ids; NULL:
 * there is none. */

/*
 * The verdict as a person reads it, on the terminal and in a mail: what was tested on what, each
 * reason with its proof, what to type to see it again. Of what is as it should be it says little.
 */
int report_text(const struct test_report *r, const struct config *c, FILE *out, bool colours,
		struct err *err) __attribute__((warn_unused_result));
/* The same without colours (test_request.print). Caller frees. */
char *report_print(const struct config *c, const struct test_report *r);

/* The verdict on one line, without its kind: "new-crash on virt: TITLE (patch 2), and 1 more".
 * Caller frees. */
char *report_headline(const struct verdict *v);

/* Whether everything that it blames the series for has something to show. */
bool report_is_provable(const struct verdict *v);

/* The contract of `dmalab test --json` (docs/design.md). A new reference, the caller's. */
struct json_t *report_json(const struct test_report *r, const struct config *c);

/* A KCIDB 5.3 document (https://kcidb.kernelci.org). A new reference, the caller's. */
struct json_t *report_kcidb(const struct test_report *r, const struct config *c);

#endif
