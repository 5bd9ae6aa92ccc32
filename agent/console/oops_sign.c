// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/hash.h"
#include "console/oops_class.h"
#include "console/oops_report.h"
#include "model/oops.h"

/*
 * The signature's version and how many functions go into it; docs/signatures.md
 * says what of a report is in it and why. A change of what it is made of, of
 * the classes too, is a new version.
 */
#define SIGNATURE "oops-3"
enum { SIGNATURE_FRAMES = 4 };

/* Names of sections differ by compiler and build where they only wrap: "__se_sys_x", "__do_sys_x".
 */
static const char *plain(const char *name)
{
	while (*name == '_')
		name++;
	return name;
}

void report_sign(const struct report *r, const char *function, struct oops *ret)
{
	unsigned skip = CLASS_NEVER | r->kind->skip;
	size_t steps[OOPS_FRAMES], n = report_frames(r, steps), from = n, used = 1;
	struct hash h;

	hash_start(&h);
	hash_field(&h, SIGNATURE);
	hash_field(&h, ret->type);
	if (!function[0] || r->kind->place == PLACE_NONE)
		hash_field(&h, ret->title); /* its words are what tells it from others */
	if (!function[0]) {
		hash_hex(&h, ret->hash);
		return;
	}
	hash_field(&h, plain(ret->function));
	for (size_t i = 0; i < n && from == n; i++)
		if (strcmp(report_name(r, steps[i]), function) == 0)
			from = i + 1;
	for (size_t i = from; i < n && used < SIGNATURE_FRAMES; i++) {
		const char *name = report_name(r, steps[i]);
		unsigned class = class_of(name);

		if (class & CLASS_OUTER)
			break;
		if (class & skip)
			continue;
		hash_field(&h, plain(name));
		used++;
	}
	hash_hex(&h, ret->hash);
}
