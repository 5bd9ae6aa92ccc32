// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/manners.h"

enum { RETRY_AFTER_MAX_S = 5 * 60, BACKOFF_MAX_MS = 60 * 1000 };

struct net_manners manners_full(const struct net_manners *m)
{
	struct net_manners full = *m;

	if (full.answer_bytes == 0)
		full.answer_bytes = (size_t)64 << 20;
	if (full.answer_ms <= 0)
		full.answer_ms = 60 * 1000;
	if (full.tries <= 0)
		full.tries = 4;
	if (full.backoff_ms <= 0)
		full.backoff_ms = 1000;
	return full;
}

bool status_may_pass(int status)
{
	return status == 408 || status == 429 || status / 100 == 5;
}

int net_retry_ms(const struct net_manners *m, enum net_fault fault, int status, int retry_after_s,
		 int tried, unsigned random)
{
	const struct net_manners full = manners_full(m);
	int wait = full.backoff_ms < BACKOFF_MAX_MS ? full.backoff_ms : BACKOFF_MAX_MS;

	if (fault == NET_NONE || fault == NET_TOO_LONG || tried >= full.tries ||
	    (fault == NET_STATUS && !status_may_pass(status)))
		return -1;
	if (fault == NET_STATUS && retry_after_s > 0)
		return 1000 *
		       (retry_after_s < RETRY_AFTER_MAX_S ? retry_after_s : RETRY_AFTER_MAX_S);
	for (int i = 1; i < tried && wait < BACKOFF_MAX_MS; i++)
		wait = wait < BACKOFF_MAX_MS / 2 ? 2 * wait : BACKOFF_MAX_MS;
	return wait - (int)(random % ((unsigned)wait / 2 + 1));
}
