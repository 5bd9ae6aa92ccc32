// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/outbox.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "model/message.h"
#include "pipeline/pipeline.h"
#include "stage/deliver/deliver.h"
#include "store/ingest.h"
#include "store/outbox.h"

enum {
	TRIES_MAX = 24,	  /* five days, with the waits below */
	FIRST_PART = 3,	  /* the first wait is this part of the patience, ... */
	WAIT_GROWS = 4,	  /* ... each next one so many times the last, ... */
	WAIT_MAX = 120,	  /* ... but no more than so many times the patience */
	LIMIT_WAIT = 20,  /* times the patience, where an address had its mails of the day */
	SILENT_AFTER = 2, /* messages in a row that a receiver did not answer */
	DAY_S = 86400,
	OPEN_MAX = 1 << 20, /* rows that are looked through */
	NOTES_MAX = 20,
};

/* Whom messages go to, and how that went in this run. */
struct receiver {
	char *name;
	int troubles; /* one after the other */
};

struct outbox {
	const struct config *config;
	struct store *store;
	const struct outbox_request *req;
	const struct progress *progress;
	struct outbox_counts *n;
	int64_t patience;
	struct receiver *receivers;
	size_t n_receivers, cap;
};

void outbox_counts_done(struct outbox_counts *n)
{
	strv_done(&n->notes);
	*n = (struct outbox_counts){ 0 };
}

static void outbox_done(struct outbox *o)
{
	for (size_t i = 0; i < o->n_receivers; i++)
		free(o->receivers[i].name);
	free(o->receivers);
}

/* A server of ours takes all mails; each Patchwork has its checks. */
static struct receiver *receiver_of(struct outbox *o, const struct message *m)
{
	const char *to = m->kind == MESSAGE_CHECK ? m->to : "";
	CLEANUP(free_ptr) char *name = mem_printf("%s %s", message_kind_name(m->kind), to);

	for (size_t i = 0; i < o->n_receivers; i++)
		if (strcmp(o->receivers[i].name, name) == 0)
			return &o->receivers[i];
	o->receivers = mem_grow(o->receivers, o->n_receivers, &o->cap, sizeof(*o->receivers));
	o->receivers[o->n_receivers] = (struct receiver){ .name = mem_strdup(name) };
	return &o->receivers[o->n_receivers++];
}

static int64_t wait_s(const struct outbox *o, int attempts)
{
	int64_t s = o->patience / FIRST_PART, most = o->patience * WAIT_MAX;

	for (int i = 1; i < attempts && s < most; i++)
		s *= WAIT_GROWS;
	return s < 1 ? 1 : s < most ? s : most;
}

static void note(struct outbox *o, const struct message *m, const char *what, const char *why)
{
	if (o->n->notes.n < NOTES_MAX)
		strv_addf(&o->n->notes, "%s %lld (%s) %s: %s", message_kind_name(m->kind),
			  (long long)m->num, m->subject, what, why);
}

/* The operator may have dropped it meanwhile: that is no error. */
static int move(struct outbox *o, const struct message *m, enum message_state state,
		int64_t not_before, const char *why, struct err *err)
{
	int r = store_message_move(o->store, m->num, state, not_before, why, err);

	if (r <= 0)
		return r;
	o->n->sent += state == MESSAGE_SENT;
	o->n->later += state == MESSAGE_WAITING;
	o->n->failed += state == MESSAGE_FAILED;
	o->n->held += state == MESSAGE_HELD;
	if (state == MESSAGE_FAILED || state == MESSAGE_HELD)
		note(o, m, message_state_name(state), why);
	return 0;
}

static int give_up(struct outbox *o, const struct message *m, int attempts, const char *why,
		   struct err *err)
{
	CLEANUP(free_ptr) char *last = mem_printf("given up after %d tries: %s", attempts, why);

	return move(o, m, MESSAGE_FAILED, 0, last, err);
}

/* Tried in vain: it certainly is not there. */
static int put_off(struct outbox *o, const struct message *m, const char *why, struct err *err)
{
	const int attempts = m->attempts + 1;

	if (attempts >= TRIES_MAX)
		return give_up(o, m, attempts, why, err);
	return move(o, m, MESSAGE_WAITING, clock_now() + wait_s(o, attempts), why, err);
}

/* A mail of which nobody knows whether it came. One that a source has brought back has arrived. */
static int doubt(struct outbox *o, const struct message *m, struct err *err)
{
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };
	int r = store_mails_by_id(o->store, m->key, &l, err);

	if (r < 0)
		return r;
	if (l.n)
		return move(o, m, MESSAGE_SENT, 0, "", err);
	return move(o, m, MESSAGE_HELD, 0,
		    "cut off while it was sent: it may have arrived; approve sends it again", err);
}

/* No answer came: it stays as what was cut off, until its receiver has surely decided. */
static int unsure(struct outbox *o, const struct message *m, const char *why, struct err *err)
{
	if (m->kind != MESSAGE_MAIL && m->attempts + 1 >= TRIES_MAX)
		return give_up(o, m, m->attempts + 1, why, err);
	o->n->later++;
	return 0;
}

/* 1: another check of the patch is in doubt, and may come in any moment until *until; 0. */
static int overtakes(struct outbox *o, const struct message *m, int64_t *until, struct err *err)
{
	CLEANUP(message_list_done) struct message_list l = { 0 };
	int r = m->kind == MESSAGE_CHECK ? store_messages(o->store, false, OPEN_MAX, &l, err) : 0;

	for (size_t i = 0; r >= 0 && i < l.n; i++) {
		CLEANUP(message_done) struct message other = { 0 };

		if (l.v[i].state != MESSAGE_SENDING || l.v[i].num == m->num)
			continue;
		r = store_message_get(o->store, l.v[i].num, &other, err);
		*until = l.v[i].not_before;
		if (r == 1 && deliver_same(m, &other))
			return 1;
	}
	return r < 0 ? r : 0;
}

/* 1: an address has had its mails of the day, *why says which; 0. */
static int over_limit(struct outbox *o, const struct message *m, char **why, struct err *err)
{
	const int64_t since = clock_now() - DAY_S;
	int r = 0;

	for (const char *at = m->kind == MESSAGE_MAIL ? m->to : ""; *at && r == 0;) {
		size_t n = strcspn(at, "\n");
		CLEANUP(free_ptr) char *address = mem_strndup(at, n);

		at += n + (at[n] == '\n');
		r = store_messages_count_to(o->store, address, since, err);
		if (r >= o->config->report.per_day)
			*why = mem_printf("%s had %d mails in a day", address, r);
		r = r < 0 ? r : *why != NULL;
	}
	return r;
}

/* What the receiver says is what counts: 1 it has it, 0 it has not, or cannot be asked. */
static int look(struct outbox *o, const struct message *m, struct err *err)
{
	int r = deliver_look(o->config, m, o->req->cancel_fd, err);

	return r == -EOPNOTSUPP ? 0 : r;
}

static int ended(struct outbox *o, const struct message *m, enum delivery d, const struct err *why,
		 struct err *err)
{
	struct receiver *to = receiver_of(o, m);

	to->troubles = d == DELIVERY_UNKNOWN || (d == DELIVERY_LATER && why->code == EAGAIN)
			       ? to->troubles + 1
			       : 0;
	if (why->code == ECANCELED && d == DELIVERY_LATER) {
		int r = move(o, m, MESSAGE_WAITING, 0, why->msg, err);

		return r < 0 ? r : err_set(err, ECANCELED, "%s", why->msg);
	}
	if (why->code == ECANCELED) /* it stays as what was cut off */
		return err_set(err, ECANCELED, "%s", why->msg);
	switch (d) {
	case DELIVERY_DONE:
		return move(o, m, MESSAGE_SENT, 0, why->msg, err);
	case DELIVERY_LATER:
		return put_off(o, m, why->msg, err);
	case DELIVERY_REFUSED:
		return move(o, m, MESSAGE_FAILED, 0, why->msg, err);
	case DELIVERY_UNKNOWN:
		break;
	}
	return unsure(o, m, why->msg, err);
}

static int try(struct outbox *o, const struct message *m, struct err *err)
{
	struct err why = { 0 };
	const int64_t now = clock_now(), wait = wait_s(o, m->attempts + 1);
	int r = look(o, m, &why), begun;
	enum delivery d;

	if (r == 1)
		return move(o, m, MESSAGE_SENT, 0, "", err);
	if (r == -ECANCELED)
		return err_set(err, ECANCELED, "%s", why.msg);
	begun = store_message_trying(o->store, m->num, now,
				     now + (wait > o->patience ? wait : o->patience), err);
	if (begun < 0)
		return begun == -ESTALE ? 0 : begun;
	if (r < 0) {
		d = r == -EINVAL ? DELIVERY_REFUSED : DELIVERY_LATER;
	} else {
		why = (struct err){ 0 };
		d = deliver_send(o->config, m, o->req->cancel_fd, &why);
	}
	return ended(o, m, d, &why, err);
}

static int one(struct outbox *o, const struct message *m, struct err *err)
{
	CLEANUP(free_ptr) char *why = NULL;
	int64_t until = 0;
	int r;

	if (o->progress->tick)
		o->progress->tick(o->progress->arg, m->subject);
	if (m->kind == MESSAGE_MAIL && m->state == MESSAGE_SENDING)
		return doubt(o, m, err);
	if (receiver_of(o, m)->troubles >= SILENT_AFTER)
		return move(o, m, MESSAGE_WAITING, clock_now() + wait_s(o, 1),
			    "its receiver does not answer", err);
	r = over_limit(o, m, &why, err);
	if (r == 1)
		return move(o, m, MESSAGE_WAITING, clock_now() + o->patience * LIMIT_WAIT, why,
			    err);
	if (r == 0)
		r = overtakes(o, m, &until, err);
	if (r == 1)
		return move(o, m, MESSAGE_WAITING, until + 1,
			    "an earlier check of the patch may still be on its way", err);
	return r < 0 ? r : try(o, m, err);
}

int outbox_run(const struct config *c, struct store *s, const struct outbox_request *req,
	       const struct progress *progress, struct outbox_counts *ret, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/outbox.lock", c->work_dir);
	CLEANUP(outbox_done)
	struct outbox o = { .config = c,
			    .store = s,
			    .req = req,
			    .progress = progress,
			    .n = ret,
			    .patience = req->patience_s ? req->patience_s : DELIVERY_PATIENCE_S };
	CLEANUP(close_fd) int lock = fs_lock(path, false, err);
	int r = 1;

	if (lock < 0)
		return lock;
	while (r == 1) {
		CLEANUP(message_done) struct message m = { 0 };

		r = store_message_next(s, clock_now(), &m, &ret->next, err);
		if (r == 1) {
			r = one(&o, &m, err);
			r = r < 0 ? r : 1;
		}
	}
	return r;
}
