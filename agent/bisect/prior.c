// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/prior.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"

static const double subject_weight = 16;
static const double near_weight = 8;   /* one of its files is what the lab is about */
static const double out_weight = 0.02; /* none of its files is in the kernel that boots */

/* What no kernel is made of. */
static const char *const outside[] = { "Documentation/", "tools/",    "samples/", "LICENSES/",
				       "MAINTAINERS",	 "CREDITS",   "README",	  "debian/",
				       ".mailmap",	 ".gitignore" };

static bool begins(const char *path, const char *with)
{
	return strncmp(path, with, strlen(with)) == 0;
}

static bool ends(const char *path, const char *with)
{
	size_t n = strlen(path), k = strlen(with);

	return n >= k && strcmp(path + n - k, with) == 0;
}

/* Of arch/, what is of another architecture: include/ of one is no other's. */
static bool is_foreign(const struct prior *p, const char *path)
{
	size_t n = strlen(p->architecture);

	return begins(path, "arch/") && strchr(path + 5, '/') &&
	       !(strncmp(path + 5, p->architecture, n) == 0 && path[5 + n] == '/');
}

static bool is_out(const struct prior *p, const char *path)
{
	for (size_t i = 0; i < sizeof(outside) / sizeof(*outside); i++)
		if (begins(path, outside[i]))
			return true;
	return ends(path, ".rst") || is_foreign(p, path) || (p->is_out && p->is_out(p->arg, path));
}

double prior_weight(const struct prior *p, const struct strv *files)
{
	double weight = files->n == 0 ? 1 : out_weight; /* a merge: anything */

	for (size_t i = 0; i < files->n; i++) {
		if (is_out(p, files->v[i]))
			continue;
		if (p->is_subject && p->is_subject(p->arg, files->v[i]))
			return subject_weight;
		weight = fmax(weight,
			      p->is_near && p->is_near(p->arg, files->v[i]) ? near_weight : 1);
	}
	return weight;
}
