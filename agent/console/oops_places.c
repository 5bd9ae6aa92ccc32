// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "console/oops.h"
#include "console/oops_class.h"
#include "model/oops.h"

static bool never_blamed(const struct oops *o, size_t i)
{
	unsigned class = class_of(o->frames[i]);

	if (o->places[i])
		class |= class_of_file(o->places[i]);
	return (class & CLASS_NEVER) != 0;
}

/* "… in old" becomes "… in new" at a title's end. */
static void rename_end(char **title, const char *old, const char *new)
{
	size_t len = strlen(*title), n = strlen(old);
	char *text;

	if (len < n + 4 || strcmp(*title + len - n, old) != 0 ||
	    memcmp(*title + len - n - 4, " in ", 4) != 0)
		return;
	text = mem_printf("%.*s%s", (int)(len - n), *title, new);
	free(*title);
	*title = text;
}

void oops_use_places(struct oops *o)
{
	size_t i = 0;

	if (!o->places)
		return;
	while (i < o->n_frames && strcmp(o->frames[i], o->function) != 0)
		i++;
	if (i == o->n_frames || !never_blamed(o, i))
		return;
	while (i < o->n_frames && never_blamed(o, i))
		i++;
	if (i == o->n_frames)
		return;
	rename_end(&o->title, o->function, o->frames[i]);
	for (size_t k = 0; k < o->n_alt; k++)
		rename_end(&o->alt[k], o->function, o->frames[i]);
	mem_set_copy(&o->function, o->frames[i]);
}
