/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_TEXT_H
#define DMALAB_REPORT_TEXT_H

struct buf;
struct test_report;

/* Parts of report_text(). Each adds nothing where it has nothing to say, else a block that ends in
 * an empty line. */

/* What the series is blamed for, each with its proof. */
void text_blames(const struct test_report *r, struct buf *b);
/* New warnings, and what checkers say. */
void text_information(const struct test_report *r, struct buf *b);
/* What the lab could not do. */
void text_lab(const struct test_report *r, struct buf *b);
/* What is fixed, what fails without the series too, what comes and goes, what is known. */
void text_changes(const struct test_report *r, struct buf *b);
/* "since v1: …", lines for the head. */
void text_since(const struct test_report *r, struct buf *b);
/* A line a target, for the head. */
void text_targets(const struct test_report *r, struct buf *b);

#endif
