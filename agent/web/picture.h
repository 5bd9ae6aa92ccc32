/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_PICTURE_H
#define DMALAB_WEB_PICTURE_H

struct answer;
struct buf;
struct html;

/*
 * Pictures as SVG, each a pure function of a question's rows, which it finds by their names. Each
 * says in words what it shows (title, desc), takes its colours from the style sheet, with shape or
 * text beside them for who sees none, and is legible at the width of a telephone.
 */

/* page_*, ask_trend and ask_often: bars by week of "runs"/"bad" or "times". */
void picture_weeks(const struct answer *rows, struct html *h);
/* ask_history: one boot a mark, a line a target, old at the left. */
void picture_history(const struct answer *rows, struct html *h);
/* page_matrix: cases × targets, base → patched. */
void picture_matrix(const struct answer *rows, struct html *h);
/* page_bisection_commits: how likely each commit is, and what was seen at it. */
void picture_odds(const struct answer *rows, struct html *h);
/* page_design_matrix: designs × cases on a target, by what each came to. */
void picture_designs(const struct answer *rows, struct html *h);

/* A badge as a file: "dmalab | pass". state is a verdict's or test's word; it chooses the colour.
 */
void picture_badge(const char *label, const char *state, struct buf *ret);

#endif
