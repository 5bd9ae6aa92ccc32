// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/build.h"

#include <stdlib.h>

void diagnostic_done(struct diagnostic *d)
{
	free(d->file);
	free(d->text);
	free(d->excerpt);
	*d = (struct diagnostic){ 0 };
}

void build_done(struct build *b)
{
	free(b->id);
	free(b->checkout_id);
	free(b->config_name);
	free(b->toolchain);
	free(b->architecture);
	free(b->command);
	free(b->log);
	free(b->options);
	diagnostic_done(&b->error);
	for (size_t i = 0; i < b->n_warnings; i++)
		diagnostic_done(&b->warnings[i]);
	free(b->warnings);
	for (size_t i = 0; i < b->n_artifacts; i++)
		free(b->artifacts[i].name);
	free(b->artifacts);
	*b = (struct build){ 0 };
}

const char *build_status_name(enum build_status s)
{
	static const char *const names[] = {
		[BUILD_PASS] = "PASS",
		[BUILD_FAIL] = "FAIL",
		[BUILD_ERROR] = "ERROR",
	};

	return names[s];
}
