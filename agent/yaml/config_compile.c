// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/err.h"
#include "model/config.h"
#include "yaml/config_parts.h"
#include "yaml/fields.h"
#include "yaml/yaml.h"

/* `compile:` of lab.yaml: how builds reach beyond this machine. */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int config_compile(const struct yaml *y, const struct yaml_node *map, struct config *c,
		   struct err *err)
{
	struct compile_config *compile = &c->compile;
	const struct field fields[] = {
		{ "ccache", FIELD_TEXT, &compile->ccache, false, 0, 0 },
		{ "icecc", FIELD_BOOL, &compile->icecc, false, 0, 0 },
		{ "jobs", FIELD_NUMBER, &compile->jobs, false, 0, 1024 },
	};
	int r = map ? fields_read(y, map, "compile", fields, COUNT(fields), err) : 0;

	if (r == 0 && compile->jobs && !compile->icecc)
		r = fields_error(y, yaml_get(map, "jobs"), "compile", err,
				 "'jobs' is for icecc, which is off; limits has its own");
	return r;
}
