/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CLI_LAB_VIEW_H
#define DMALAB_CLI_LAB_VIEW_H

#include <stddef.h>

#include "model/config.h"
#include "model/lab.h"
#include "store/labs.h"

struct err;
struct session;

/* What `dmalab lab` shows of a lab and of a target. */
struct lab_shown {
	const struct lab_config *config;
	struct lab_sight sight; /* .lab NULL: its server was never asked */
	struct lab_device_list devices;
};

struct target_shown {
	const struct target_config *config;
	const struct lab_config *lab;
	struct target_record record;
};

/* Zero is nothing; the caller's: lab_view_done(). */
struct lab_view {
	struct lab_shown *labs;
	size_t n_labs;
	struct target_shown *targets;
	size_t n_targets;
};

void lab_view_done(struct lab_view *v);
/* All labs with their targets, or the one that is named: -ENOENT where lab.yaml has it not. */
int lab_view_read(struct session *s, const char *name, struct lab_view *ret, struct err *err)
	__attribute__((warn_unused_result));
int lab_view_print(const struct lab_view *v, struct err *err) __attribute__((warn_unused_result));
int lab_view_json(const struct lab_view *v, struct err *err) __attribute__((warn_unused_result));

#endif
