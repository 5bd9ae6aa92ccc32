// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/agent.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/message.h"
#include "model/task.h"
#include "pipeline/agent_room.h"
#include "pipeline/health.h"
#include "pipeline/work.h"
#include "store/bisections.h"
#include "store/outbox.h"
#include "store/queue.h"
#include "store/store.h"
#include "yaml/config.h"

enum {
	TICK_MS = 500,		     /* deadlines of children, new tasks of other processes */
	LOOK_MS = 1000,		     /* between looks for tasks */
	LEASE_S = 60,		     /* of a task */
	RENEW_MS = 15 * 1000,	     /* while its child lives */
	HEALTH_MS = 60 * 1000,	     /* between looks after targets' health */
	OUTBOX_MS = 2000,	     /* between looks into the outbox */
	OUTBOX_AGAIN_MS = 60 * 1000, /* after it failed */
	BISECT_AGAIN_S = 60,	     /* after one failed: twice that after the next ... */
	BISECT_AGAIN_MAX_S = 900,    /* ... but not more */
};

void agent_log(struct agent *a, enum agent_level level, const char *fmt, ...)
{
	CLEANUP(free_ptr) char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	a->spec->log(a->spec->arg, level, text);
}

static void test_ended(struct agent *a, const struct child *c, const char *how)
{
	struct err err;
	int r;

	if (a->stopping)
		r = store_task_return(a->store, c->task, a->owner, TASK_WAITING, 0, true, "", &err);
	else
		r = work_died(&a->config, a->store, c->task, a->owner, how, a->spec->words, &err);
	if (r < 0)
		agent_log(a, AGENT_ERROR, "%s: %s", c->name, err.msg);
}

static void bisect_ended(struct agent *a, bool good)
{
	int64_t s = BISECT_AGAIN_S;

	a->bisect_failures = good ? 0 : a->bisect_failures + 1;
	for (int i = 1; i < a->bisect_failures && s < BISECT_AGAIN_MAX_S; i++)
		s *= 2;
	a->bisect_ms = good ? 0 : clock_ms() + s * 1000;
}

static void outbox_ended(struct agent *a, bool good)
{
	a->sending = false;
	a->sending_failed = !good;
	a->outbox_ms = clock_ms() + (good ? OUTBOX_MS : OUTBOX_AGAIN_MS);
}

void agent_child_ended(struct agent *a, const struct child *c, bool good, const char *how)
{
	if (c->kind == CHILD_TEST)
		test_ended(a, c, how);
	else if (c->kind == CHILD_OUTBOX)
		outbox_ended(a, good);
	else if (c->kind == CHILD_BISECT)
		bisect_ended(a, good);
	else if (c->kind != CHILD_HEALTH)
		turn_ended(a, c, good);
	if (!good && !a->stopping && strncmp(how, "exit ", 5) != 0)
		agent_log(a, AGENT_WARNING, "%s: its process ended by %s", c->name, how);
	a->look_ms = 0; /* a slot is free, and there may be new tasks */
}

/* Claims and starts one test. 1 done, 0 there is none. */
static int test_start(struct agent *a, struct err *err)
{
	struct task t = { 0 };
	int next_s = -1;
	int r = store_task_claim(a->store, a->owner, LEASE_S, INT16_MAX, &t, &next_s, err);

	if (r == 1 && child_start(a, CHILD_TEST, t.name ? t.name : "", t.num, err) < 0) {
		struct err ignored;

		agent_log(a, AGENT_ERROR, "%s: %s", t.name, err->msg);
		/* where this fails, too, the lease runs out */
		(void)!store_task_return(a->store, t.num, a->owner, TASK_WAITING, clock_now() + 60,
					 true, "", &ignored);
		r = 0;
	}
	task_done(&t);
	return r;
}

static void tests_start(struct agent *a)
{
	struct err err;
	int r = 1;

	if (clock_ms() < a->look_ms)
		return;
	a->look_ms = clock_ms() + LOOK_MS;
	while (r == 1 && a->n_tests < a->config.agent.tests)
		r = test_start(a, &err);
	a->idle = r == 0;
	if (r < 0)
		agent_log(a, AGENT_ERROR, "%s", err.msg);
}

/* A target in doubt has a known-good kernel booted on it, before more is said of patches there. */
static void health_start(struct agent *a)
{
	const struct config *c = &a->config;
	struct err err;

	if (a->spec->once || clock_ms() < a->health_ms || a->n_tests >= c->agent.tests)
		return;
	a->health_ms = clock_ms() + HEALTH_MS;
	for (size_t i = 0; i < c->n_targets && a->n_tests < c->agent.tests; i++) {
		int r = health_due(a->store, c, &c->targets[i], &err);

		if (r == 0)
			r = child_start(a, CHILD_HEALTH, c->targets[i].name, 0, &err);
		if (r < -1)
			agent_log(a, AGENT_ERROR, "%s: %s", c->targets[i].name, err.msg);
	}
}

/* What a watch began, one after the other; new commits go first. */
static void bisect_start(struct agent *a)
{
	CLEANUP(free_ptr) char *name = NULL;
	int64_t num = 0;
	struct err err;
	int r;

	if (a->n_searches || clock_ms() < a->bisect_ms)
		return;
	a->bisect_ms = clock_ms() + LOOK_MS;
	r = store_bisection_begun(a->store, &num, &err);
	if (r == 1) {
		name = mem_printf("%lld", (long long)num);
		r = child_start(a, CHILD_BISECT, name, 0, &err);
	}
	if (r < 0)
		agent_log(a, AGENT_ERROR, "bisection: %s", err.msg);
}

/* Nothing is searched for, nor could be now. */
static bool bisect_is_over(struct agent *a)
{
	struct err ignored;
	int64_t num;

	return !a->n_searches &&
	       (a->bisect_failures || store_bisection_begun(a->store, &num, &ignored) != 1);
}

/* 1: something waits in the outbox that may go now; 0. */
static int outbox_due(struct agent *a, struct err *err)
{
	CLEANUP(message_done) struct message m = { 0 };

	return store_message_next(a->store, clock_now(), &m, NULL, err);
}

static void outbox_start(struct agent *a)
{
	struct err err;
	int r;

	if (a->sending || clock_ms() < a->outbox_ms)
		return;
	a->outbox_ms = clock_ms() + OUTBOX_MS;
	r = outbox_due(a, &err);
	if (r == 1) {
		r = child_start(a, CHILD_OUTBOX, "outbox", 0, &err);
		a->sending = r == 0;
	}
	if (r < 0)
		agent_log(a, AGENT_ERROR, "outbox: %s", err.msg);
}

/* A task that became another's (we slept too long) is stopped. */
static void leases_renew(struct agent *a)
{
	struct err err;

	if (clock_ms() < a->renew_ms)
		return;
	a->renew_ms = clock_ms() + RENEW_MS;
	for (struct child *c = a->children; c; c = c->next) {
		int r = c->kind == CHILD_TEST
				? store_task_renew(a->store, c->task, a->owner, LEASE_S, &err)
				: 1;

		if (r == 0)
			run_stop(&c->run, RUN_CANCELED);
		else if (r < 0)
			agent_log(a, AGENT_ERROR, "%s", err.msg);
	}
}

/* `once` is over when every turn had its time and nothing is to be tested or sent now. */
static bool once_is_over(struct agent *a)
{
	struct err ignored;

	if (!a->spec->once || a->n_tests || a->n_fetches || !a->idle || !bisect_is_over(a))
		return false;
	for (size_t i = 0; i < a->n_turns; i++)
		if (!a->turns[i].done && !child_stays(a->turns[i].kind))
			return false;
	return !a->sending && (a->sending_failed || outbox_due(a, &ignored) != 1);
}

static void status_tell(const struct agent *a)
{
	(void)sd_notifyf(0, "STATUS=%d test%s, %d fetch%s", a->n_tests, a->n_tests == 1 ? "" : "s",
			 a->n_fetches, a->n_fetches == 1 ? "" : "es");
}

static int on_tick(sd_event_source *s, uint64_t usec, void *arg)
{
	struct agent *a = arg;

	(void)usec;
	children_poll(a);
	if (!a->stopping) {
		turns_start(a);
		leases_renew(a);
		health_start(a);
		tests_start(a);
		bisect_start(a);
		outbox_start(a);
		status_tell(a);
	}
	if (!a->stopping && once_is_over(a)) {
		a->stopping = true;
		children_stop(a); /* those that stay */
	}
	if (a->stopping && !a->children)
		return sd_event_exit(a->event, 0);
	(void)sd_event_source_set_time_relative(s, TICK_MS * 1000);
	return sd_event_source_set_enabled(s, SD_EVENT_ONESHOT);
}

static int on_stop(sd_event_source *s, const struct signalfd_siginfo *si, void *arg)
{
	struct agent *a = arg;

	(void)s;
	(void)si;
	if (!a->stopping)
		(void)sd_notify(0, "STOPPING=1");
	a->stopping = true;
	children_stop(a);
	return sd_event_source_set_time_relative(a->tick, 0);
}

/* A lab.yaml that cannot be read leaves the old one in force. */
static int on_reload(sd_event_source *s, const struct signalfd_siginfo *si, void *arg)
{
	struct agent *a = arg;
	struct config fresh = { 0 };
	struct err err;
	int r = config_read(a->spec->config_file, &fresh, &err);

	(void)s;
	(void)si;
	if (r == 0 && strcmp(fresh.work_dir, a->config.work_dir) != 0)
		r = err_set(&err, EINVAL, "work_dir has changed: that needs a restart");
	if (r < 0) {
		config_done(&fresh);
		agent_log(a, AGENT_ERROR, "lab.yaml is not taken: %s", err.msg);
		return 0;
	}
	config_done(&a->config);
	a->config = fresh;
	turns_make(a);
	children_renew(a, CHILD_SERVE); /* the next one reads it, too */
	agent_log(a, AGENT_INFO, "lab.yaml is read again");
	return 0;
}

static int signals_watch(struct agent *a)
{
	static const struct {
		int signal;
		sd_event_signal_handler_t fn;
	} v[] = { { SIGTERM, on_stop }, { SIGINT, on_stop }, { SIGHUP, on_reload } };
	sigset_t set;
	int r = 0;

	sigemptyset(&set);
	for (size_t i = 0; i < 3; i++)
		sigaddset(&set, v[i].signal);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	for (size_t i = 0; r >= 0 && i < 3; i++)
		r = sd_event_add_signal(a->event, NULL, v[i].signal, v[i].fn, a);
	return r;
}

static int loop(struct agent *a, struct err *err)
{
	int r = sd_event_new(&a->event);

	if (r >= 0)
		r = signals_watch(a);
	if (r >= 0)
		r = sd_event_add_time_relative(a->event, &a->tick, CLOCK_MONOTONIC, 0, 1000,
					       on_tick, a);
	if (r >= 0)
		r = sd_event_set_watchdog(a->event, true);
	if (r >= 0) {
		(void)sd_notify(0, "READY=1");
		r = sd_event_loop(a->event);
	}
	return r < 0 ? err_errno(err, -r, "the agent's loop") : 0;
}

static void agent_done(struct agent *a)
{
	children_free(a);
	sd_event_source_unref(a->tick);
	sd_event_unref(a->event);
	turns_free(a->turns, a->n_turns);
	store_freep(&a->store);
	close_fd(&a->lock);
	config_done(&a->config);
	free(a->owner);
}

int agent_run(const struct agent_spec *spec, struct err *err)
{
	CLEANUP(agent_done) struct agent a = { .spec = spec, .lock = -1, .owner = work_owner() };
	int r = config_read(spec->config_file, &a.config, err);

	if (r == 0)
		r = store_open(a.config.work_dir, &a.store, err);
	if (r < 0)
		return r;
	a.lock = work_lock(&a.config, err);
	if (a.lock == -EWOULDBLOCK)
		return err_set(err, EWOULDBLOCK, "another agent works here (%s/agent.lock)",
			       a.config.work_dir);
	if (a.lock < 0)
		return a.lock;
	r = store_tasks_reclaim(a.store, WORK_OWNER, err);
	if (r < 0)
		return r;
	if (r > 0)
		agent_log(&a, AGENT_WARNING, "the last agent ended in the middle of %d test%s", r,
			  r == 1 ? "" : "s");
	turns_make(&a);
	return loop(&a, err);
}
