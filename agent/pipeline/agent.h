/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_AGENT_H
#define DMALAB_PIPELINE_AGENT_H

#include <stdbool.h>

struct err;
struct work_words;

/* How much a line of the agent's log matters; numbers of syslog(3). */
enum agent_level { AGENT_ERROR = 3, AGENT_WARNING = 4, AGENT_INFO = 6 };

struct agent_spec {
	const char *config_file;
	bool once;			/* ask every source, test what can be tested now, end */
	const struct work_words *words; /* of a test that is given up */
	void (*log)(void *arg, enum agent_level level, const char *text);
	void *arg;
};

/*
 * Asks the sources of lab.yaml in their turn, fetches its trees, tests what waits. Each of these is
 * a child process of the same program ("dmalab agent --child …"); the store is all that they share.
 * Returns 0 when it was asked to end (SIGTERM, SIGINT; or `once` is over): what ran is handed
 * back by then. SIGHUP rereads lab.yaml. Speaks systemd's sd_notify(3) and watchdog.
 * -EWOULDBLOCK: another one runs.
 */
int agent_run(const struct agent_spec *spec, struct err *err) __attribute__((warn_unused_result));

#endif
