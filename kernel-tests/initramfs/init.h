/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INIT_H
#define INIT_H

/* Runs the tests of user space.  Without selftests.c an init has none. */
void selftests(int console) __attribute__((weak));

#endif
