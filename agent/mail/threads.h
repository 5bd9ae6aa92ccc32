/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_THREADS_H
#define DMALAB_MAIL_THREADS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/mail.h"

/* A patch or cover, and with which others it lies in one thread. */
struct node {
	const struct mail *mail;
	size_t index;  /* of the mail */
	size_t thread; /* equal for all that are joined */
	size_t order;  /* by time */
};

struct node_list {
	struct node *v;
	size_t n;
};

/*
 * The patches and covers with n/m (numbered) or without, each once, those of a thread side by side
 * in the order of time. What may be of one series is in one thread; a thread may hold several.
 */
void threads_find(const struct mail *mails, size_t n, bool numbered, struct node_list *ret);
void node_list_done(struct node_list *l);

/* One version (as the mails say) and one m. */
bool mails_are_of_one_set(const struct mail *x, const struct mail *y);
/* Sent within SERIES_WINDOW_S of each other. */
bool mails_are_near(const struct mail *x, const struct mail *y);

#endif
