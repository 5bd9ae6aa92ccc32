/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_ANSWER_OUT_H
#define DMALAB_REPORT_ANSWER_OUT_H

struct answer;
struct buf;
struct json_t;

/* An array of an object a row; dates are ISO 8601. */
struct json_t *answer_json(const struct answer *a);

/*
 * RFC 4180, the names of the columns first. A text that a spreadsheet would take for a formula gets
 * a ' before it; control characters become "\x1b".
 */
void answer_csv(const struct answer *a, struct buf *b);

#endif
