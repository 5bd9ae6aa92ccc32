/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_KTAP_H
#define DMALAB_CONSOLE_KTAP_H

#include <stdbool.h>
#include <stddef.h>

struct test_list;

/*
 * Reads the test results that a kernel printed on its console: KTAP version 1,
 * TAP version 13 and 14 (Documentation/dev-tools/ktap.rst), with "[ 1.23] "
 * time stamps, kernel lines mixed in, CR LF, nested blocks, plans early, late
 * or missing. A test that was running when the console ends becomes ERROR,
 * planned tests that never came become MISS only where their names are known
 * (they are not: see suites.yaml); lines that are no KTAP change nothing.
 *
 * Appends to *ret one test a case as "suite.case"; a top-level test without
 * cases as "suite". Returns true when every block that was opened was closed
 * and every plan was kept. Any bytes are valid input.
 */
bool ktap_parse(const char *text, size_t len, struct test_list *ret);

#endif
