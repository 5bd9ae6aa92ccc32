/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_ANSWER_ROOM_H
#define DMALAB_STAGE_LAB_ANSWER_ROOM_H

#include <jansson.h>

#include "stage/lab/answer.h"

/* What the readers of answers share: answer.c has those of jobs, answer_rows.c the others. */

static inline void json_done(json_t **j)
{
	json_decref(*j);
}

/* -EBADMSG with "LAVA's answer has WHAT". */
int answer_wrong(struct err *err, const char *what);
/* A list as LAVA pages it; *rows is part of *ret. */
int answer_page(const char *data, size_t len, json_t **ret, const json_t **rows,
		struct answer_page *page, struct err *err) __attribute__((warn_unused_result));
/* "" where there is none. */
const char *answer_text(const json_t *row, const char *key);
/* Of bounded length, and nothing in it that a terminal would take for a command. */
bool answer_is_name(const char *text);
/* The number of a job or a case: -1 where there is none. */
int64_t answer_id(const json_t *row);

#endif
