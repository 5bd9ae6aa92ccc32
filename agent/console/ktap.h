/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_KTAP_H
#define DMALAB_CONSOLE_KTAP_H

#include <stdbool.h>
#include <stddef.h>

struct oops;
struct strv;
struct suite_list;
struct test_list;

/*
 * Reads the test results that a kernel printed on its console: KTAP version 1,
 * TAP version 13 and 14 (Documentation/dev-tools/ktap.rst), with "[ 1.23] "
 * time stamps, kernel lines mixed in, CR LF, nested blocks, plans early, late
 * or missing, several streams in one console. Lines that are no KTAP, and all
 * results before the first version line, change nothing. Any bytes are valid
 * input.
 *
 * Appends to *ret one test a case as "suite.case"; a top-level test without
 * cases, or one that failed while all its cases passed, as "suite". A path that
 * comes twice is one test, with the worse status. Parameters of a case are no
 * tests of their own. At most 10,000 tests are read.
 *
 * A suite without its own line was cut off. Its running case, where a "# case:"
 * line or a "# Subtest:" named it, is an ERROR with comment ""; where nothing
 * did (KUnit 6.1 announces no case), the ERROR is the suite's ("suite").
 * Planned tests that never came are left to ktap_settle(), which knows names.
 *
 * Returns true when every block that was opened was closed, every plan was
 * kept and nothing bailed out; a console without KTAP opens none.
 */
bool ktap_parse(const char *text, size_t len, struct test_list *ret);

/*
 * ktap_parse() for a console of which nothing else is known: what was running
 * when a crash cut it off has the crash's title and signature as its comment,
 * and each test that a plan announces and that never came is a MISS.
 */
bool ktap_read(const char *text, size_t len, struct test_list *ret);

/*
 * ktap_read() for consoles that come in pieces or are larger than memory: what
 * is kept are the tests and a line of each report. Pieces and what is used of
 * them are as in oops_scan_feed(). *ret is whole behind ktap_scan_end(), which
 * frees the scan and returns what ktap_read() does.
 */
struct ktap_scan;

struct ktap_scan *ktap_scan_new(struct test_list *ret);
size_t ktap_scan_feed(struct ktap_scan *s, const char *data, size_t len, bool last);
bool ktap_scan_end(struct ktap_scan *s);

/*
 * Makes the tests of one boot whole. `filter` is the boot's kunit.filter_glob
 * ("" or NULL: all suites), and only the expected suites and cases that it lets
 * through are considered. `cut` says that the boot crashed or stopped
 * answering, `last` is its fatal report, NULL where it gave none.
 *
 * What was running when it ended gets the report's title as its comment ("no
 * answer" without one), and an ERROR of a whole suite becomes that of its first
 * case without a result, where there is one. Every expected test that was not
 * seen is appended as MISS.
 */
void ktap_settle(const struct suite_list *expected, const char *filter, bool cut,
		 const struct oops *last, struct test_list *tests);

/*
 * Adds the tests of one more boot (settled or not) to those of the boots
 * before. MISS gives way to anything seen; of two results the worse is kept.
 * *from is empty then.
 */
void ktap_merge(struct test_list *into, struct test_list *from);

/*
 * The boots that are needed after one that was cut, as values of
 * kunit.filter_glob, by the settled and merged tests so far: "suite" for each
 * expected suite of which nothing was seen, "suite.case" for each case still
 * missing in a suite with an ERROR. Appends what *filters does not hold yet:
 * who keeps one list and walks it to its end comes to an end.
 */
void ktap_next_filters(const struct suite_list *expected, const struct test_list *tests,
		       struct strv *filters);

#endif
