// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "model/config.h"
#include "stage/tree/tree.h"

/* A tree is imported or fetched by the first command that needs it; this one does too, where it
 * is the default or asked for by name. */
static int take_tree(struct session *s, const struct tree_config *tc, struct tree *t,
		     struct err *err)
{
	CLEANUP(close_fd) int cancel = -1;
	int r = tree_is_stale(s->config, tc, err);

	if (r > 0)
		fprintf(stderr,
			tree_is_fetched(tc) ? "fetching %s\n" : "importing %s (about a minute)\n",
			tc->source);
	if (r < 0)
		return r;
	cancel = cancel_open(err);
	return cancel < 0 ? cancel : tree_open(s->config, tc, cancel, t, err);
}

static json_t *tree_json(const struct tree *t, const char *source)
{
	CLEANUP(free_ptr) char *trouble = t->trouble ? foreign_utf8(t->trouble) : NULL;

	return json_pack("{s:s,s:s,s:s,s:s?,s:s?,s:s?}", "name", t->name, "source", source, "path",
			 t->repo, "base", t->base, "version", t->version, "trouble", trouble);
}

/* A tree that nobody has asked for yet: what is known of it without importing it. */
static int tree_later(struct session *s, const struct tree_config *tc, json_t *list)
{
	CLEANUP(free_ptr) char *repo = tree_repo(s->config, tc);
	const struct tree t = { .name = tc->name, .repo = repo };

	if (s->json)
		json_array_append_new(list, tree_json(&t, tc->source));
	else
		printf("%-12s %s  %s\n", tc->name,
		       tree_is_fetched(tc) ? "not fetched lately" : "not imported", tc->source);
	return 0;
}

static int tree_print(struct session *s, const struct tree_config *tc, bool path, json_t *list,
		      struct err *err)
{
	CLEANUP(tree_done) struct tree t = { 0 };
	int r = take_tree(s, tc, &t, err);

	if (r < 0)
		return r;
	if (t.trouble) {
		CLEANUP(free_ptr) char *trouble = foreign_line(t.trouble);

		fprintf(stderr, "tree %s is what it was: %s\n", t.name, trouble);
	}
	if (s->json)
		json_array_append_new(list, tree_json(&t, tc->source));
	else if (path)
		printf("%s\n", t.repo);
	else
		printf("%-12s %.12s  %s  %s\n", t.name, t.base, t.version, t.repo);
	return 0;
}

int cmd_tree(struct session *s, int argc, char **argv, struct err *err)
{
	json_t *list = s->json ? json_array() : NULL;
	const char *name = NULL;
	bool path = false;
	int r = 0;

	for (int i = 1; r == 0 && i < argc; i++)
		if (strcmp(argv[i], "--path") == 0)
			path = true;
		else if (argv[i][0] == '-' || name)
			r = usage_error("tree", err, "unexpected '%s'", argv[i]);
		else
			name = argv[i];
	if (r == 0 && name && !config_tree(s->config, name))
		r = err_set(err, EINVAL, "no tree '%s' in %s", name, s->config->file);
	for (size_t i = 0; r == 0 && i < s->config->n_trees; i++) {
		const struct tree_config *tc = &s->config->trees[i];

		if (name ? strcmp(tc->name, name) != 0 : (i > 0 && path))
			continue;
		if (!name && i > 0 && tree_is_stale(s->config, tc, err) != 0)
			r = tree_later(s, tc, list);
		else
			r = tree_print(s, tc, path, list, err);
	}
	if (r < 0)
		json_decref(list);
	else if (s->json)
		r = json_print(list, err);
	return r;
}
