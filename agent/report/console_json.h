/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_CONSOLE_JSON_H
#define DMALAB_REPORT_CONSOLE_JSON_H

struct json_t;
struct oops;
struct test;

/*
 * What `dmalab oops --json` and `dmalab ktap --json` print of one report and of
 * one test (docs/design.md); the reference is the caller's. Titles, names and
 * comments are plain ASCII already: agent/console makes them so.
 */
struct json_t *oops_json(const struct oops *o);
struct json_t *ktap_json(const struct test *t);

#endif
