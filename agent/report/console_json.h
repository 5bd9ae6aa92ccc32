/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_CONSOLE_JSON_H
#define DMALAB_REPORT_CONSOLE_JSON_H

struct buf;
struct json_t;
struct oops;
struct test;

/*
 * What `dmalab oops --json` and `dmalab ktap --json` print of one report and of
 * one test (docs/design.md). Titles, names and comments are plain ASCII already:
 * agent/console makes them so.
 */

/* Adds the report's text: a console may hold thousands, and a tree of each takes half the time. */
void oops_json(const struct oops *o, struct buf *ret);
struct json_t *ktap_json(const struct test *t); /* the caller's reference */

#endif
