/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CLI_CLI_H
#define DMALAB_CLI_CLI_H

#include <stdbool.h>

struct config;
struct err;
struct json_t;
struct store;

/* What a command gets: what its flags asked for is open. */
struct session {
	struct config *config; /* lab.yaml, read */
	struct store *store;   /* NULL unless COMMAND_STORE */
	bool json;	       /* --json was given */
	bool help;	       /* --help was given: of COMMAND_HELP only, and nothing is open */
};

enum command_flags {
	COMMAND_CONFIG = 1 << 0, /* read lab.yaml first */
	COMMAND_STORE = 1 << 1,	 /* and open the store */
	COMMAND_JSON = 1 << 2,	 /* takes --json */
	COMMAND_HELP = 1 << 3,	 /* answers --help itself */
};

/* What the process returns. 1 is a fail verdict's alone. */
enum exit_code {
	EXIT_PASS = 0,
	EXIT_FAIL = 1,
	EXIT_USAGE = 2,	     /* wrong use, configuration or unreadable input */
	EXIT_NO_VERDICT = 3, /* infrastructure, or interrupted */
};

/* argv[0] is the command's name. Returns an exit code, or a negative errno with *err. */
typedef int command_fn(struct session *s, int argc, char **argv, struct err *err);

struct command {
	const char *name;
	const char *args;
	const char *summary;
	const char *help; /* options and examples */
	command_fn *run;
	int flags;
};

/* NULL: no such command. */
const struct command *command_find(const char *name);
/* The i-th command; NULL behind the last. */
const struct command *command_at(int i);
void command_usage(const struct command *c);

command_fn cmd_test, cmd_matrix, cmd_build, cmd_tree, cmd_list, cmd_show, cmd_doctor, cmd_help;
command_fn cmd_oops, cmd_ktap, cmd_mail, cmd_agent, cmd_fetch, cmd_why, cmd_queue, cmd_retest,
	cmd_drop, cmd_gc, cmd_lab, cmd_approve, cmd_known, cmd_outbox, cmd_check, cmd_bisect,
	cmd_query, cmd_sql, cmd_serve;

/* Makes SIGINT, SIGTERM and SIGHUP a descriptor: whoever waits for a tool watches it too. */
int cancel_open(struct err *err);

/* Wrong use of a command: *err says how, exit 2. */
int usage_error(const char *command, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The lab's own trouble (*err) where there is no verdict to hold it: says it. Exit 3. */
int lab_trouble(struct session *s, struct err *err);

/* A line of a log on stderr, of a level of syslog(3): systemd's journal reads it where it listens.
 */
void log_line(int level, const char *text);

/* `dmalab serve` as a child of the agent's. */
int child_serve(struct session *s, int cancel, struct err *err);

/* Prints a JSON document on stdout and drops the reference. */
int json_print(struct json_t *doc, struct err *err);

#endif
