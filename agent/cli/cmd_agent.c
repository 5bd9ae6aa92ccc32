// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "bisect/bisect.h"
#include "bisect/watch.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "model/config.h"
#include "pipeline/agent.h"
#include "pipeline/follower.h"
#include "pipeline/health.h"
#include "pipeline/ingest.h"
#include "pipeline/outbox.h"
#include "pipeline/work.h"
#include "report/report.h"
#include "report/tell.h"
#include "stage/tree/tree.h"

/* What the command line says; the last three are for children of the agent. */
struct agent_args {
	bool once;
	const char *child, *parent, *owner;
};

static void say(void *arg, enum agent_level level, const char *text)
{
	(void)arg;
	log_line(level, text);
}

/* A child ends with its agent. */
static int follow_parent(const char *parent, struct err *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return err_errno(err, errno, "cannot follow the agent");
	if (getppid() != atol(parent))
		return err_set(err, ECANCELED, "the agent is gone");
	return 0;
}

static int child_poll(struct session *s, const char *name, int cancel, struct err *err)
{
	const struct source_config *source = config_source(s->config, name);
	struct ingest_counts n = { 0 };
	char text[200];
	int r;

	if (!source)
		return err_set(err, EINVAL, "no source '%s' in %s", name, s->config->file);
	r = ingest_poll(s->config, s->store, source, cancel, &n, err);
	for (size_t i = 0; i < n.notes.n; i++)
		say(NULL, AGENT_WARNING, n.notes.v[i]);
	strv_done(&n.notes);
	if (n.fresh || n.tasks) {
		snprintf(text, sizeof(text), "%s: %zu new mail%s, %zu series, %zu to be tested",
			 name, n.fresh, n.fresh == 1 ? "" : "s", n.series, n.tasks);
		say(NULL, AGENT_INFO, text);
	}
	return r;
}

static int child_tree(struct session *s, const char *name, int cancel, struct err *err)
{
	const struct tree_config *tc = config_tree(s->config, name);

	int r;

	if (!tc)
		return err_set(err, EINVAL, "no tree '%s' in %s", name, s->config->file);
	r = tree_fetch(s->config, tc, cancel, err);
	return r < 0 ? r : 0;
}

static int child_watch(struct session *s, const char *name, int cancel, struct err *err)
{
	const struct watch_config *w = config_watch(s->config, name);
	CLEANUP(strv_done) struct strv notes = { 0 };
	const struct progress quiet = { 0 };
	int r;

	if (!w)
		return err_set(err, EINVAL, "no watch '%s' in %s", name, s->config->file);
	r = watch_run(s->config, s->store, w, cancel, &quiet, &notes, err);
	for (size_t i = 0; i < notes.n; i++)
		say(NULL, AGENT_INFO, notes.v[i]);
	return r;
}

static int child_bisect(struct session *s, const char *num, int cancel, struct err *err)
{
	const struct bisect_request req = { .resume = atoll(num), .cancel_fd = cancel };
	CLEANUP(bisection_done) struct bisection b = { 0 };
	CLEANUP(free_ptr) char *text = NULL;
	const struct progress quiet = { 0 };
	bool input_error;
	int r = bisect_run(s->config, s->store, &req, &quiet, &b, &input_error, err);

	if (r < 0 && input_error) { /* it would be the same the next time */
		struct err ignored;

		(void)!bisect_give_up(s->store, req.resume, err->msg, &ignored);
	}
	if (r < 0)
		return r;
	text = bisect_line(&b);
	say(NULL, AGENT_INFO, text);
	return 0;
}

/* One line says what came of it; steps are for `dmalab queue` and the store. */
static int child_test(struct session *s, const char *task, const char *owner, int cancel,
		      struct err *err)
{
	CLEANUP(test_report_done) struct test_report report = { 0 };
	const struct progress quiet = { 0 };
	const struct work_words words = { report_messages, report_print };
	bool again = false;
	char text[600];
	int r = work_test(s->config, s->store, atoll(task), owner, cancel, &quiet, &words, &report,
			  &again, err);

	if (r < 0)
		return r;
	snprintf(text, sizeof(text), "%s: %s (%.1f s)%s", verdict_name(report.verdict.kind),
		 report.series.name ? report.series.name : "?",
		 (double)report.verdict.duration_ms / 1000, again ? ", to be tried again" : "");
	say(NULL, report.verdict.kind == VERDICT_NONE ? AGENT_WARNING : AGENT_INFO, text);
	for (size_t i = 0; i < report.notes.n; i++)
		say(NULL, AGENT_INFO, report.notes.v[i]);
	return 0;
}

static void note(void *arg, const char *text)
{
	say(arg, AGENT_WARNING, text);
}

static const struct lab_config *lab_of(struct session *s, const char *name, struct err *err)
{
	const struct lab_config *lab = config_lab(s->config, name);

	if (!lab || lab->driver != LAB_LAVA_SERVER)
		err_set(err, EINVAL, "no lab '%s' with a LAVA server in %s", name, s->config->file);
	return lab && lab->driver == LAB_LAVA_SERVER ? lab : NULL;
}

static int child_lab(struct session *s, const char *name, int cancel, struct err *err)
{
	const struct lab_config *lab = lab_of(s, name, err);
	const struct follower_spec spec = { cancel, note, NULL };

	return lab ? follower_run(s->config, s->store, lab, &spec, err) : -EINVAL;
}

static int child_files(struct session *s, const char *name, int cancel, struct err *err)
{
	const struct lab_config *lab = lab_of(s, name, err);

	return lab ? files_run(s->config, lab, cancel, err) : -EINVAL;
}

static int child_health(struct session *s, const char *target, int cancel, struct err *err)
{
	CLEANUP(health_list_done) struct health_list l = { 0 };
	const struct health_request req = { &target, 1, 1, cancel };
	const struct progress quiet = { 0 };
	CLEANUP(free_ptr) char *text = NULL;
	bool ignored;
	int r = pipeline_health(s->config, s->store, &req, &quiet, &l, &ignored, err);

	if (r < 0)
		return r;
	text = mem_printf("%s: health boot %s%s%s", target, l.v[0].failed ? "failed: " : "passed",
			  l.v[0].reason, l.v[0].failed ? "; it is out until one passes" : "");
	say(NULL, l.v[0].failed ? AGENT_ERROR : AGENT_INFO, text);
	return 0;
}

/* One line says what came of it, and one each of what needs somebody. */
static int child_outbox(struct session *s, int cancel, struct err *err)
{
	CLEANUP(outbox_counts_done) struct outbox_counts n = { 0 };
	const struct outbox_request req = { .cancel_fd = cancel };
	const struct progress quiet = { 0 };
	char text[200];
	int r = outbox_run(s->config, s->store, &req, &quiet, &n, err);

	if (r == -EWOULDBLOCK)
		return 0; /* `dmalab outbox send` works on it */
	for (size_t i = 0; i < n.notes.n; i++)
		say(NULL, AGENT_WARNING, n.notes.v[i]);
	snprintf(text, sizeof(text),
		 "outbox: %zu sent, %zu to be tried again, %zu failed, %zu held", n.sent, n.later,
		 n.failed, n.held);
	if (n.sent + n.later + n.failed + n.held)
		say(NULL, n.later ? AGENT_WARNING : AGENT_INFO, text);
	return r;
}

/* What begins with `word` and a colon is that errand, of what is named behind it. */
static const char *errand_of(const char *child, const char *word)
{
	size_t n = strlen(word);

	return strncmp(child, word, n) == 0 && child[n] == ':' ? child + n + 1 : NULL;
}

static int child_run(struct session *s, const struct agent_args *a, struct err *err)
{
	CLEANUP(close_fd) int cancel = cancel_open(err);
	int r = cancel < 0 ? cancel : a->parent ? follow_parent(a->parent, err) : 0;
	const char *name;

	if (r < 0)
		return r;
	if ((name = errand_of(a->child, "poll")))
		return child_poll(s, name, cancel, err);
	if ((name = errand_of(a->child, "tree")))
		return child_tree(s, name, cancel, err);
	if ((name = errand_of(a->child, "lab")))
		return child_lab(s, name, cancel, err);
	if ((name = errand_of(a->child, "files")))
		return child_files(s, name, cancel, err);
	if ((name = errand_of(a->child, "health")))
		return child_health(s, name, cancel, err);
	if ((name = errand_of(a->child, "watch")))
		return child_watch(s, name, cancel, err);
	if ((name = errand_of(a->child, "bisect")))
		return child_bisect(s, name, cancel, err);
	if (strcmp(a->child, "serve") == 0)
		return child_serve(s, cancel, err);
	if (strcmp(a->child, "outbox") == 0)
		return child_outbox(s, cancel, err);
	if ((name = errand_of(a->child, "test")) && a->owner)
		return child_test(s, name, a->owner, cancel, err);
	return usage_error("agent", err, "'%s' is no errand", a->child);
}

int cmd_agent(struct session *s, int argc, char **argv, struct err *err)
{
	struct agent_args a = { 0 };
	const struct option_to to[] = {
		{ .name = "once", .flag = &a.once },
		{ .name = "child", .value = &a.child },
		{ .name = "parent", .value = &a.parent },
		{ .name = "owner", .value = &a.owner },
	};
	int r = options_read(argc, argv, to, sizeof(to) / sizeof(*to), err);

	if (r == 0 && a.child)
		return child_run(s, &a, err);
	if (r == 0) {
		const struct work_words words = { report_messages, report_print };
		const struct agent_spec spec = { s->config->file, a.once, &words, say, NULL };

		r = agent_run(&spec, err);
	}
	return r;
}
