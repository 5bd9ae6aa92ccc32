/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_KTAP_READER_H
#define DMALAB_CONSOLE_KTAP_READER_H

#include <stdbool.h>

struct line;
struct test_list;

/* ktap_parse() line by line; with `alone`, what a plan announces and never came is there too, by
 * its number. */
struct ktap_reader;

/* *ret gets the tests; it is whole behind ktap_reader_end(). */
struct ktap_reader *ktap_reader_new(bool alone, struct test_list *ret);
void ktap_reader_line(struct ktap_reader *r, const struct line *ln);
/* The console is over: what ktap_parse() returns. Frees the reader. */
bool ktap_reader_end(struct ktap_reader *r);

#endif
