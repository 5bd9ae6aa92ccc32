// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/series_arg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "cli/cli.h"
#include "stage/source/source.h"
#include "store/ingest.h"

int series_arg(struct session *s, const char *command, int argc, char **argv,
	       struct series_row *ret, struct err *err)
{
	CLEANUP(free_ptr) char *msgid = NULL;
	int r;

	if (argc != 2)
		return usage_error(command, err, "it wants one series");
	if (argv[1][strspn(argv[1], "0123456789")] == '\0') {
		r = store_series_get(s->store, atoll(argv[1]), ret, err);
	} else {
		msgid = source_msgid(argv[1]);
		r = msgid ? store_series_find(s->store, msgid, ret, err) : 0;
	}
	if (r == 0)
		return err_set(err, ENOENT,
			       "no series '%s' in the store; 'dmalab fetch' brings one", argv[1]);
	return r < 0 ? r : 0;
}
