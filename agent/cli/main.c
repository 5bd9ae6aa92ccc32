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
#include "store/store.h"
#include "yaml/config.h"

/* Options that every command takes, anywhere before a "--". */
struct globals {
	const char *config;
	bool json;
	bool help;
};

/* Takes the global options out of argv; the rest stays in order. Returns the new argc. */
static int globals_take(int argc, char **argv, struct globals *g, struct err *err)
{
	int n = 0;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			while (i < argc)
				argv[n++] = argv[i++];
			break;
		}
		if (strcmp(argv[i], "--json") == 0) {
			g->json = true;
		} else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			g->help = true;
		} else if (strcmp(argv[i], "--config") == 0) {
			if (i + 1 == argc)
				return err_set(err, EINVAL, "--config wants a file");
			g->config = argv[++i];
		} else if (strncmp(argv[i], "--config=", 9) == 0) {
			g->config = argv[i] + 9;
		} else {
			argv[n++] = argv[i];
		}
	}
	argv[n] = NULL;
	return n;
}

static int session_open(const struct command *c, const struct globals *g, struct session *s,
			struct err *err)
{
	CLEANUP(free_ptr) char *path = NULL;
	int r;

	s->json = g->json;
	s->help = g->help;
	if (s->help || !(c->flags & (COMMAND_CONFIG | COMMAND_STORE)))
		return 0;
	r = config_find(g->config, &path, err);
	if (r == 0)
		r = config_read(path, s->config, err);
	if (r == 0 && c->flags & COMMAND_STORE)
		r = store_open(s->config->work_dir, &s->store, err);
	return r;
}

/* The one place that reports an error. */
static int complain(struct err *err, bool json)
{
	struct err ignored;

	if (json) {
		CLEANUP(free_ptr) char *text = foreign_utf8(err->msg);

		if (json_print(json_pack("{s:s}", "error", text), &ignored) < 0)
			return EXIT_USAGE;
	} else {
		CLEANUP(free_ptr) char *line = foreign_line(err->msg);

		fprintf(stderr, "dmalab: %s\n", line);
	}
	return err->code == ECANCELED ? EXIT_NO_VERDICT : EXIT_USAGE;
}

static int command_run(const struct command *c, const struct globals *g, int argc, char **argv,
		       struct err *err)
{
	CLEANUP(config_done) struct config config = { 0 };
	CLEANUP(store_freep) struct store *store = NULL;
	struct session s = { .config = &config };
	int r;

	if (g->json && !(c->flags & COMMAND_JSON))
		return usage_error(c->name, err, "it has no --json");
	r = session_open(c, g, &s, err);
	store = s.store;
	return r < 0 ? r : c->run(&s, argc, argv, err);
}

int main(int argc, char **argv)
{
	struct globals g = { 0 };
	struct err err = { 0 };
	const struct command *c;
	int r;

	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		printf("dmalab %s\n", DMALAB_VERSION);
		return EXIT_PASS;
	}
	argc = globals_take(argc, argv, &g, &err);
	if (argc < 0)
		return complain(&err, g.json);
	if (argc < 2) {
		r = cmd_help(NULL, 1, argv, &err);
		return g.help ? r : EXIT_USAGE;
	}
	c = command_find(argv[1]);
	if (!c) {
		(void)err_set(&err, EINVAL, "no command '%s'; try 'dmalab help'", argv[1]);
		return complain(&err, g.json);
	}
	if (g.help && !(c->flags & COMMAND_HELP)) {
		command_usage(c);
		return EXIT_PASS;
	}
	r = command_run(c, &g, argc - 1, argv + 1, &err);
	if (r >= 0 && (fflush(stdout) == EOF || ferror(stdout)))
		r = err_set(&err, EIO, "cannot write to standard output");
	return r < 0 ? complain(&err, g.json) : r;
}
