// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/series_arg.h"

#include <errno.h>

#include "base/err.h"
#include "cli/cli.h"
#include "pipeline/manual.h"

int series_arg(struct session *s, const char *command, int argc, char **argv,
	       struct series_row *ret, struct err *err)
{
	int r;

	if (argc != 2)
		return usage_error(command, err, "it wants one series");
	r = manual_series(s->store, argv[1], ret, err);
	if (r == -ENOENT)
		return err_set(err, ENOENT,
			       "no series '%s' in the store; 'dmalab fetch' brings one", argv[1]);
	return r;
}
