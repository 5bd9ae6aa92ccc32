/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BASE_CLOCK_H
#define DMALAB_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void);		 /* monotonic, for durations and deadlines */
int64_t clock_boottime_ms(void); /* likewise, and runs on through suspend */
int64_t clock_now(void);	 /* wall clock, seconds since 1970 UTC, for rows and reports */

struct err;

enum { CLOCK_ISO_LEN = 32, CLOCK_BOOT_LEN = 37 };

/* The id of this boot of the machine; text has room for CLOCK_BOOT_LEN. */
int clock_boot_id(char *text, struct err *err) __attribute__((warn_unused_result));

/* "2026-11-23T03:30:00+00:00" into text, which has room for CLOCK_ISO_LEN. */
void clock_iso(int64_t seconds, char *text);

#endif
