// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/goal.h"

#include <dirent.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/build.h"

bool goal_is_dtb(const char *goal)
{
	size_t n = strlen(goal);

	return n > 4 && !strcmp(goal + n - 4, ".dtb");
}

/* A vendor's folder: the source is foreign, and what this names becomes an argument of make. */
static bool is_vendor(const struct dirent *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t n = strlen(e->d_name);

	return n > 0 && n < 64 && e->d_name[0] != '-' && strspn(e->d_name, letters) == n;
}

char *goal_in_source(const struct build_spec *spec, const char *goal)
{
	CLEANUP(free_ptr)
	char *dts = mem_printf("%s/arch/%s/boot/dts", spec->src, spec->kernel->architecture);
	CLEANUP(free_ptr) char *file = mem_printf("%.*ss", (int)strlen(goal) - 1, goal);
	CLEANUP(free_ptr) char *here = mem_printf("%s/%s", dts, file);
	char *found = NULL;
	struct dirent *e;
	DIR *d;

	if (!goal_is_dtb(goal) || strchr(goal, '/') || fs_exists(here))
		return mem_strdup(goal);
	d = opendir(dts);
	while (d && !found && (e = readdir(d))) {
		CLEANUP(free_ptr) char *there = mem_printf("%s/%s/%s", dts, e->d_name, file);

		if (is_vendor(e) && fs_exists(there))
			found = mem_printf("%s/%s", e->d_name, goal);
	}
	if (d)
		closedir(d);
	return found ? found : mem_strdup(goal);
}
