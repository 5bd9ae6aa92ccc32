/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_REPORT_H
#define DMALAB_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

struct err;
struct json_t;
struct test_report;

/* The verdict as a person reads it: what on what, the table, the reasons with their proof. */
int report_text(const struct test_report *r, FILE *out, bool colours, struct err *err)
	__attribute__((warn_unused_result));

/* The contract of `dmalab test --json` (docs/design.md). A new reference, the caller's. */
struct json_t *report_json(const struct test_report *r);

/* A KCIDB 5.3 document (https://kcidb.kernelci.org). A new reference, the caller's. */
struct json_t *report_kcidb(const struct test_report *r);

#endif
