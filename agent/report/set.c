// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/set.h"

#include <jansson.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/foreign.h"

json_t *text_json(const char *foreign)
{
	CLEANUP(free_ptr) char *clean = foreign_utf8(foreign);

	return json_string(clean);
}

void set_text(json_t *o, const char *key, const char *foreign)
{
	json_object_set_new(o, key, text_json(foreign));
}

void set_time(json_t *o, const char *key, int64_t when)
{
	char iso[CLOCK_ISO_LEN];

	clock_iso(when, iso);
	json_object_set_new(o, key, when ? json_string(iso) : json_null());
}
