// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/clock.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

int64_t clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_boottime_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int clock_boot_id(char *text, struct err *err)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	int r = fs_read(BOOT_ID, 1024, &b, err);

	if (r < 0)
		return r;
	buf_trim(&b);
	if (b.len != CLOCK_BOOT_LEN - 1)
		return err_set(err, EPROTO, "'" BOOT_ID "' is no id: '%s'", buf_text(&b));
	memcpy(text, b.data, CLOCK_BOOT_LEN);
	return 0;
}

int64_t clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec;
}

void clock_iso(int64_t seconds, char *text)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	text[0] = '\0';
	if (gmtime_r(&t, &tm))
		strftime(text, CLOCK_ISO_LEN, "%Y-%m-%dT%H:%M:%S+00:00", &tm);
}
