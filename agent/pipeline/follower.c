// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/follower.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "net/net.h"
#include "pipeline/follower_room.h"
#include "pipeline/helpers.h"
#include "store/labs.h"

enum {
	AWAKE_MS = 1000, /* between looks while the bell has just rung */
	AWAKE_FOR_MS = 5000,
	BELL_MS = 500,		   /* between the bell and a look at our jobs */
	LOOK_MS = 300,		   /* between looks for new submissions */
	DEVICES_MS = 30 * 1000,	   /* between looks at devices */
	WANTED_MS = 5000,	   /* … while something is to be sent */
	SILENT_MAX_MS = 60 * 1000, /* between tries of a server that does not answer */
	LAST_WORDS_MS = 5000,
};

void follower_note(const struct follower *f, const char *fmt, ...)
{
	CLEANUP(free_ptr) char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	f->spec->note(f->spec->arg, text);
}

static void followed_done(struct followed *j)
{
	submission_done(&j->s);
	lab_log_freep(&j->log);
}

static void follower_done(struct follower *f)
{
	for (size_t i = 0; i < f->n; i++)
		followed_done(&f->v[i]);
	free(f->v);
	strv_done(&f->uploaded);
	free(f->bell);
	lab_device_list_done(&f->devices);
	lab_queues_done(&f->queues);
	lab_server_freep(&f->server);
	net_freep(&f->net);
}

/* What `dmalab lab` shows; devices NULL: as they were. */
static int sight_put(struct follower *f, const char *trouble, const struct lab_device_list *devices,
		     struct err *err)
{
	const struct lab_sight sight = {
		.lab = f->lab->name,
		.seen = trouble[0] ? 0 : clock_now(),
		.asked = clock_now(),
		.trouble = (char *)trouble,
		.queued = follower_queued(f),
	};

	return store_lab_seen(f->store, &sight, devices, err);
}

/* 1: it answered. 0: leave it alone for a while. */
int follower_took(struct follower *f, int r, struct err *err)
{
	int64_t wait = 1000;

	if (r >= 0) {
		if (f->silent_since)
			follower_note(f, "lab %s answers again", f->lab->name);
		f->silent_since = 0;
		f->failures = 0;
		return 1;
	}
	if (r != -EAGAIN && r != -EACCES && r != -EBADMSG && r != -EFBIG)
		return r;
	for (int i = 0; i < f->failures && wait < SILENT_MAX_MS; i++)
		wait *= 2;
	f->quiet_ms = clock_ms() + (wait < SILENT_MAX_MS ? wait : SILENT_MAX_MS);
	f->failures++;
	if (f->silent_since)
		return 0;
	f->silent_since = clock_now();
	follower_note(f, "lab %s: %s", f->lab->name, err->msg);
	return sight_put(f, err->msg, NULL, &(struct err){ 0 });
}

static int follow(struct follower *f, int64_t num, struct err *err)
{
	struct followed j = { 0 };
	int r = store_submission_get(f->store, num, &j.s, err);

	if (r <= 0)
		return r;
	f->v = mem_grow(f->v, f->n, &f->cap, sizeof(*f->v));
	f->v[f->n++] = j;
	return 0;
}

/*
 * Takes over what the store says is open; what has ended is forgotten. Both are in the order of
 * their numbers, and a new one's is the highest. What is open is moved on by us alone, but that it
 * may be canceled: so each is read once.
 */
static int list_take(struct follower *f, struct err *err)
{
	CLEANUP(submission_marks_done) struct submission_marks l = { 0 };
	int r = store_submissions_open(f->store, f->lab->name, &l, err);
	size_t kept = 0, at = 0;

	if (r < 0)
		return r;
	for (size_t i = 0; i < f->n; i++) {
		if (at == l.n || l.v[at].num != f->v[i].s.num) {
			followed_done(&f->v[i]);
			continue;
		}
		f->v[i].s.cancel = l.v[at++].cancel;
		f->v[kept++] = f->v[i];
	}
	f->n = kept;
	for (; r == 0 && at < l.n; at++)
		r = follow(f, l.v[at].num, err);
	return r;
}

static bool wants_any(const struct follower *f, enum submission_state state)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].s.state == state)
			return true;
	return false;
}

/* The device types of our targets there. Borrowed names; the caller frees the array. */
static const char **types_of(const struct follower *f, size_t *n)
{
	const struct config *c = f->config;
	const char **v = mem_zalloc((c->n_targets + 1) * sizeof(*v));

	*n = 0;
	for (size_t i = 0; i < c->n_targets; i++) {
		const struct target_config *t = &c->targets[i];
		bool known = !t->lab || strcmp(t->lab, f->lab->name) != 0;

		for (size_t k = 0; !known && k < *n; k++)
			known = strcmp(v[k], t->device_type) == 0;
		if (!known)
			v[(*n)++] = t->device_type;
	}
	return v;
}

/* 1 done or not due; 0: leave the server alone. */
static int devices_look(struct follower *f, struct err *err)
{
	CLEANUP(lab_device_list_done) struct lab_device_list fresh = { 0 };
	const char **types;
	size_t n;
	int r;

	if (clock_ms() < f->devices_ms)
		return 1;
	types = types_of(f, &n);
	r = lab_server_devices(f->server, types, n, &fresh, err);
	if (r == 0)
		r = follower_count_queues(f, types, n, err);
	free(types);
	if (r < 0)
		return follower_took(f, r, err);
	lab_device_list_done(&f->devices);
	f->devices = fresh;
	fresh = (struct lab_device_list){ 0 };
	f->devices_ms = clock_ms() + DEVICES_MS;
	r = sight_put(f, "", &f->devices, err);
	return r < 0 ? r : follower_took(f, 0, err);
}

/* Sends what is wanted, looks for what may be there. 1 done, 0: leave the server alone. */
static int send_all(struct follower *f, struct err *err)
{
	int r = 1;

	for (size_t i = 0; r > 0 && i < f->n; i++) {
		struct followed *j = &f->v[i];

		if (j->s.state == SUBMISSION_POSTED)
			r = followed_find(f, j, err);
		else if (j->s.state == SUBMISSION_WANTED && follower_has_room(f, j))
			r = followed_send(f, j, err);
	}
	return r;
}

static const struct lava_job *listed_of(const struct lava_job_list *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == id)
			return &l->v[i];
	return NULL;
}

/* What became of our jobs. Likewise. */
static int look_all(struct follower *f, struct err *err)
{
	CLEANUP(lava_job_list_done) struct lava_job_list l = { 0 };
	CLEANUP(free_ptr) int64_t *ids = NULL;
	size_t n;
	int r;

	if (clock_ms() < f->poll_ms)
		return 1;
	ids = mem_zalloc((f->n + 1) * sizeof(*ids));
	n = follower_pick_due(f, ids);
	if (!n)
		return 1;
	r = lab_server_jobs(f->server, ids, n, &l, err);
	r = r < 0 ? follower_took(f, r, err) : follower_took(f, 0, err);
	/* The newest first: what is taken back then frees no device for the next that is. */
	for (size_t i = f->n; r > 0 && i-- > 0;)
		if (f->v[i].due)
			r = followed_look(f, &f->v[i], listed_of(&l, f->v[i].s.lava_id), err);
	f->poll_ms = clock_ms() +
		     (clock_ms() < f->awake_until ? AWAKE_MS : 1000 * (int64_t)f->lab->poll_s);
	return r;
}

/* Nothing waits for ever: neither for a device nor for a server that is gone. */
static int give_up_old(struct follower *f, struct err *err)
{
	int64_t now = clock_now();
	int r = 0;

	for (size_t i = 0; r == 0 && i < f->n; i++) {
		struct followed *j = &f->v[i];
		CLEANUP(free_ptr) char *why = NULL;
		const struct target_config *t; /* NULL where lab.yaml has it no longer */

		if (now - j->s.created <= f->lab->queue_s)
			continue;
		t = config_target(f->config, j->s.target);
		if (f->silent_since && now - f->silent_since > f->lab->queue_s)
			why = mem_printf("lab %s has not answered for %lld s", f->lab->name,
					 (long long)(now - f->silent_since));
		else if (!f->silent_since && j->s.state == SUBMISSION_WANTED)
			why = mem_printf("no device of type %s could take it within %d s in lab %s",
					 t ? t->device_type : "?", f->lab->queue_s, f->lab->name);
		if (why)
			r = followed_give_up(f, j, JOB_INFRA, why, err);
	}
	return r;
}

/* A job is over: LAVA's own answers follow within a second or so. */
static void bell_listen(struct follower *f)
{
	struct stat st;

	if (!f->lab->wake || stat(f->bell, &st) < 0 ||
	    (st.st_mtim.tv_sec == f->rung.tv_sec && st.st_mtim.tv_nsec == f->rung.tv_nsec))
		return;
	f->rung = st.st_mtim;
	f->awake_until = clock_ms() + AWAKE_FOR_MS;
	if (f->poll_ms > clock_ms() + BELL_MS)
		f->poll_ms = clock_ms() + BELL_MS;
}

static int pass(struct follower *f, struct err *err)
{
	int r = list_take(f, err);

	if (r == 0)
		r = give_up_old(f, err);
	bell_listen(f);
	if (r < 0 || clock_ms() < f->quiet_ms)
		return r;
	r = devices_look(f, err);
	if (r > 0)
		r = look_all(f, err);
	if (r > 0)
		r = send_all(f, err);
	return r < 0 ? r : 0;
}

/* Those that nobody wants any longer and that the server may have. */
static bool any_to_take_back(const struct follower *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].s.cancel && f->v[i].s.state != SUBMISSION_WANTED)
			return true;
	return false;
}

/* 1 to be done again, 0: leave the server alone. */
static int last_pass(struct follower *f, struct err *err)
{
	int r = 1;

	for (size_t i = 0; r > 0 && i < f->n; i++)
		if (f->v[i].s.cancel && f->v[i].s.state == SUBMISSION_POSTED)
			r = followed_find(f, &f->v[i], err);
	f->poll_ms = 0;
	return r > 0 ? look_all(f, err) : r;
}

/* Asked to end: what nobody wants any longer is taken back first. */
static int last_words(struct follower *f, struct err *err)
{
	const int64_t until = clock_ms() + LAST_WORDS_MS;
	int r = list_take(f, err);

	while (r == 0 && any_to_take_back(f) && clock_ms() < until) {
		r = last_pass(f, err);
		if (r <= 0)
			return r;
		(void)poll(NULL, 0, LOOK_MS);
		r = list_take(f, err);
	}
	return r;
}

static int loop(struct follower *f, struct err *err)
{
	struct pollfd cancel = { .fd = f->spec->cancel_fd, .events = POLLIN };
	int r = 0;

	while (r == 0 && poll(&cancel, 1, LOOK_MS) == 0) {
		r = pass(f, err);
		if (wants_any(f, SUBMISSION_WANTED) && f->devices_ms > clock_ms() + WANTED_MS)
			f->devices_ms = clock_ms() + WANTED_MS;
	}
	return r;
}

static int serve(struct follower *f, struct err *err)
{
	const struct net_manners manners = {
		.answer_bytes = (size_t)f->config->limits.answer_mb << 20,
		.answer_ms = ANSWER_MS,
		.tries = 1, /* when again is decided here */
		.cancel_fd = f->spec->cancel_fd,
	};
	const struct net_manners last = { .answer_ms = 3000, .tries = 1, .cancel_fd = -1 };
	int r = net_open(&manners, &f->net, err);

	if (r == 0)
		r = lab_server_open(f->lab, f->net, &f->server, err);
	if (r == 0)
		r = loop(f, err);
	if (r < 0 && r != -ECANCELED)
		return r;
	lab_server_freep(&f->server);
	net_freep(&f->net);
	r = net_open(&last, &f->net, err);
	if (r == 0)
		r = lab_server_open(f->lab, f->net, &f->server, err);
	return r < 0 ? r : last_words(f, err);
}

int follower_run(const struct config *c, struct store *store, const struct lab_config *lab,
		 const struct follower_spec *spec, struct err *err)
{
	CLEANUP(follower_done)
	struct follower f = {
		.config = c, .store = store, .lab = lab, .spec = spec, .bell = follower_bell(c, lab)
	};
	CLEANUP(close_fd) int lock = helper_lock(c, "lab", lab->name, err);

	if (lock == -EWOULDBLOCK)
		return 0;
	return lock < 0 ? lock : serve(&f, err);
}
