/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_FOLLOWER_ROOM_H
#define DMALAB_PIPELINE_FOLLOWER_ROOM_H

/* What the follower's files share: follower.c is its loop, sending.c how a boot gets to the
 * server, waiting.c how long the queue there is, following.c what comes of it. */

#include <time.h>

#include "base/buf.h"
#include "model/lab.h"
#include "pipeline/follower.h"
#include "stage/lab/log.h"
#include "stage/lab/server.h"

enum {
	ANSWER_MS = 20 * 1000, /* the longest that the server may take to answer */
	/* After so long a POST that was not answered has been stored, or never will be. */
	DOUBT_S = 30,
	CANCEL_AGAIN_S = 2, /* where LAVA did not take it: a job that just began may be missed */
};

/* A submission that has not ended. */
struct followed {
	struct submission s;
	struct lab_log *log; /* while it runs; NULL: nothing read yet */
	int64_t line;	     /* of the log, the next to be read */
	int64_t canceled;    /* when we last asked the server to end it; 0 never */
	bool late;	     /* our own deadline for it has passed */
	bool unfetched;	     /* … while LAVA looked for its files */
	int64_t looks_ms;    /* since when LAVA does; 0: it does not */
	int missing;	     /* lists in a row of the server that do not have it */
	bool due;	     /* to be looked at this time */
};

/* What waits for devices of a type. */
struct lab_queue {
	char *type;
	int jobs;   /* of anybody */
	int others; /* of those, not ours */
};

struct lab_queues {
	struct lab_queue *v;
	size_t n;
};

void lab_queues_done(struct lab_queues *l);

struct follower {
	const struct config *config;
	struct store *store;
	const struct lab_config *lab;
	const struct follower_spec *spec;
	struct net *net;
	struct lab_server *server;
	struct followed *v;
	size_t n, cap;
	struct strv uploaded;		/* names of files */
	struct lab_device_list devices; /* as last seen */
	struct lab_queues queues;	/* likewise */
	int64_t queues_ms;		/* when to count them again */
	int64_t devices_ms;		/* when to look at them again */
	int64_t looked;			/* the last queued one that had its turn, its lava_id */
	int64_t poll_ms;		/* when to look at our jobs again */
	char *bell;			/* follower_bell() */
	struct timespec rung;		/* when it last rang */
	int64_t awake_until;
	int64_t quiet_ms;     /* until then the server is left alone */
	int64_t silent_since; /* when it stopped to answer; 0: it answers */
	int failures;	      /* one after the other */
};

void follower_note(const struct follower *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The errors of one request: 0 go on; negative: what is not the server's own trouble. */
int follower_took(struct follower *f, int r, struct err *err) __attribute__((warn_unused_result));

/* sending.c: WANTED, POSTED → QUEUED. */
int followed_send(struct follower *f, struct followed *j, struct err *err)
	__attribute__((warn_unused_result));
int followed_find(struct follower *f, struct followed *j, struct err *err)
	__attribute__((warn_unused_result));
/* uploading.c: PUTs its files where lab.yaml says that workers get them; once each. */
int followed_upload(struct follower *f, const struct followed *j, struct err *err)
	__attribute__((warn_unused_result));
/* Whether the lab has a device that could run it, and neither we nor others have too many there. */
bool follower_has_room(const struct follower *f, const struct followed *j);

/* waiting.c: counts anew where that is due. */
int follower_count_queues(struct follower *f, const char *const *types, size_t n, struct err *err)
	__attribute__((warn_unused_result));
int follower_queued(const struct follower *f); /* jobs of anybody */
/* Whether more jobs of others wait for such a device than lab.yaml wants ours behind. */
bool follower_queue_is_long(const struct follower *f, const char *type);

/*
 * following.c: which jobs the server is asked for this time (`due`), their ids in *ids (room for
 * f->n): all that run or are to be taken back, of each target the next few, and of those that wait
 * far behind some in turn. So a look costs the same however many wait. Returns how many.
 */
size_t follower_pick_due(struct follower *f, int64_t *ids);
/* What the server lists of the job; `listed` NULL: it has none of that id. */
int followed_look(struct follower *f, struct followed *j, const struct lava_job *listed,
		  struct err *err) __attribute__((warn_unused_result));
/* Ends it without the server's word. */
int followed_give_up(struct follower *f, struct followed *j, enum job_outcome outcome,
		     const char *reason, struct err *err) __attribute__((warn_unused_result));

#endif
