// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "yaml/config_parts.h"
#include "yaml/fields.h"
#include "yaml/yaml.h"

/* `trees:` and `watch:` of lab.yaml. */

enum { WEEKS_4 = 28 * 24 * 3600 };

static const char debian[] = "debian:linux-source-";
static const char git[] = "git:";

/* No user, no blank, nothing that git or a shell would read as anything but an address. */
static bool is_git_url(const char *url)
{
	static const char *const schemes[] = { "https://", "http://", "git://", "file:///" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		size_t len = strlen(schemes[i]);

		if (strncmp(url, schemes[i], len) == 0)
			return url[len] && url[len] != '/' && !strpbrk(url, " \"'\\@?#");
	}
	return false;
}

/* What git takes for a branch or tag, as far as it matters on a command line: git-check-ref-format
 * (1). */
static bool is_ref(const char *ref)
{
	size_t len = strlen(ref);

	return len <= 200 && ref[0] != '-' && ref[0] != '/' && ref[0] != '+' &&
	       !strpbrk(ref, " ~^:?*[\\") && !strstr(ref, "..") && !strstr(ref, "@{") &&
	       !strstr(ref, "//") && ref[len - 1] != '/' && ref[len - 1] != '.';
}

static int tree_entry(const struct yaml *y, const struct yaml_node *n, const char *where, void *to,
		      struct err *err)
{
	static const char *const of_git[] = { "ref", "depth", "every", "fetch_s", "limit_mb" };
	struct tree_config *t = to;
	const struct field fields[] = {
		{ "source", FIELD_TEXT, &t->source, true, 0, 0 },
		{ "ref", FIELD_TEXT, &t->ref, false, 0, 0 },
		{ "depth", FIELD_NUMBER, &t->depth, false, 0, 1 << 24 },
		{ "every", FIELD_NUMBER, &t->every_s, false, 1, WEEKS_4 },
		{ "fetch_s", FIELD_NUMBER, &t->fetch_s, false, 1, 86400 },
		{ "limit_mb", FIELD_NUMBER, &t->limit_mb, false, 1, 1 << 20 },
	};
	bool is_git;
	int r;

	t->depth = 1;
	t->every_s = 3600;
	t->fetch_s = 1800;
	t->limit_mb = 4096;
	r = fields_read(y, n, where, fields, sizeof(fields) / sizeof(*fields), err);
	if (r < 0)
		return r;
	is_git = strncmp(t->source, git, strlen(git)) == 0;
	for (size_t i = 0; !is_git && i < sizeof(of_git) / sizeof(*of_git); i++)
		if (yaml_get(n, of_git[i]))
			return fields_error(y, yaml_get(n, of_git[i]), where, err,
					    "'%s' is for a source 'git:URL' only", of_git[i]);
	if (is_git && !is_git_url(t->source + strlen(git)))
		return fields_error(y, yaml_get(n, "source"), where, err,
				    "source '%s' is not 'git:' and a URL of https, http, git or "
				    "file",
				    t->source);
	if (!is_git && (strncmp(t->source, debian, strlen(debian)) != 0 ||
			!fields_is_name(t->source + strlen("debian:")) || strchr(t->source, '_')))
		return fields_error(y, yaml_get(n, "source"), where, err,
				    "source '%s' is neither of the form '%sVERSION' nor 'git:URL'",
				    t->source, debian);
	if (t->ref && !is_ref(t->ref))
		return fields_error(y, yaml_get(n, "ref"), where, err,
				    "'%s' is no name of a branch or tag", t->ref);
	if (!t->ref)
		t->ref = mem_strdup("HEAD");
	return 0;
}

int config_trees(const struct yaml *y, const struct yaml_node *map, struct config *c,
		 struct err *err)
{
	return config_entries(y, map, "trees", (void **)&c->trees, &c->n_trees, sizeof(*c->trees),
			      tree_entry, err);
}

static int watch_entry(const struct yaml *y, const struct yaml_node *n, const char *where, void *to,
		       struct err *err)
{
	struct watch_config *w = to;
	const struct field fields[] = {
		{ "tree", FIELD_TEXT, &w->tree, true, 0, 0 },
		{ "plan", FIELD_TEXT, &w->plan, false, 0, 0 },
		{ "fix", FIELD_TEXT, &w->fix, false, 0, 0 },
		{ "first_parent", FIELD_BOOL, &w->first_parent, false, 0, 0 },
		{ "paths", FIELD_TEXTS, &w->paths, false, 0, 0 },
	};

	return fields_read(y, n, where, fields, sizeof(fields) / sizeof(*fields), err);
}

int config_watches(const struct yaml *y, const struct yaml_node *map, struct config *c,
		   struct err *err)
{
	return map ? config_entries(y, map, "watch", (void **)&c->watches, &c->n_watches,
				    sizeof(*c->watches), watch_entry, err)
		   : 0;
}
