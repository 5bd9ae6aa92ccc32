/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_LAB_H
#define DMALAB_MODEL_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What goes to a LAVA server, and what it says. Strings are owned. Times are seconds since 1970. */

/* A job's state there; LAVA's words are "Submitted", "Scheduling", … */
enum lava_state {
	LAVA_SUBMITTED,
	LAVA_SCHEDULING,
	LAVA_SCHEDULED,
	LAVA_RUNNING,
	LAVA_CANCELING,
	LAVA_FINISHED, /* only this is final */
};

/* "Unknown", "Complete", "Incomplete", "Canceled". None of them is a verdict. */
enum lava_health { LAVA_UNKNOWN, LAVA_COMPLETE, LAVA_INCOMPLETE, LAVA_CANCELED };

const char *lava_state_name(enum lava_state s);
const char *lava_health_name(enum lava_health h);
/* 0 and *ret; -1 for a word that is none. */
int lava_state_parse(const char *word, enum lava_state *ret);
int lava_health_parse(const char *word, enum lava_health *ret);

/* A job as a server lists it. */
struct lava_job {
	int64_t id;
	char *description; /* job_name of the definition */
	char *device;	   /* "" while it waits */
	enum lava_state state;
	enum lava_health health;
	int64_t submitted, started, ended; /* 0: not yet */
};

struct lava_job_list {
	struct lava_job *v;
	size_t n, cap;
};

void lava_job_done(struct lava_job *j);
void lava_job_list_done(struct lava_job_list *l);

/* A device of a lab. */
struct lab_device {
	char *lab;
	char *name;   /* hostname; of lava-run: the target's */
	char *type;   /* LAVA's device type; "" of lava-run */
	char *health; /* "Good", "Unknown", "Looping", "Bad", "Maintenance", "Retired" */
	char *state;  /* "Idle", "Reserved", "Running"; "" of lava-run */
	char *worker; /* "" where there is none */
	bool online;  /* its worker answers; true of lava-run */
};

struct lab_device_list {
	struct lab_device *v;
	size_t n, cap;
};

void lab_device_done(struct lab_device *d);
void lab_device_list_done(struct lab_device_list *l);
/* Whether a job may be sent to it: neither Bad, Maintenance nor Retired, and online. */
bool lab_device_is_usable(const struct lab_device *d);

/* How far a boot that a LAVA server is to do has come. */
enum submission_state {
	SUBMISSION_WANTED,  /* never sent */
	SUBMISSION_POSTED,  /* may be there: to be looked for before it is sent again */
	SUBMISSION_QUEUED,  /* LAVA has it, under lava_id */
	SUBMISSION_RUNNING, /* on `device` */
	SUBMISSION_ENDED,   /* job_id says what came of it */
};

const char *submission_state_name(enum submission_state s); /* "wanted", "posted", … */
int submission_state_parse(const char *word, enum submission_state *ret);

enum submission_purpose {
	SUBMISSION_TEST,
	SUBMISSION_HEALTH, /* a kernel that is known to be good, to judge the device */
};

/* A boot by a LAVA server. It outlives the process that wants it. */
struct submission {
	int64_t num;
	char *key; /* unique for ever; stands in LAVA's job_name */
	char *lab, *target;
	char *build_id;
	char *filter;		      /* kunit.filter_glob; "" for all suites */
	char *kernel, *ramdisk, *dtb; /* names of published files (stage/lab/publish.h); dtb ""
				       * where there is none */
	enum submission_purpose purpose;
	int64_t task; /* that wants it; 0: none */
	enum submission_state state;
	bool cancel;				 /* nobody wants it any longer */
	int64_t lava_id;			 /* 0 unknown */
	int64_t created, posted, started, ended; /* 0: not yet; posted: the last time */
	char *device;				 /* "" not yet */
	char *job_id;				 /* "" not yet; of the store's job */
};

void submission_done(struct submission *s);

#endif
