// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const kinds[] = {
	[MESSAGE_MAIL] = "mail",
	[MESSAGE_CHECK] = "check",
	[MESSAGE_KCIDB] = "kcidb",
};

static const char *const states[] = {
	[MESSAGE_HELD] = "held", [MESSAGE_WAITING] = "waiting", [MESSAGE_SENDING] = "sending",
	[MESSAGE_SENT] = "sent", [MESSAGE_DROPPED] = "dropped", [MESSAGE_FAILED] = "failed",
};

const char *message_kind_name(enum message_kind k)
{
	return kinds[k];
}

int message_kind_parse(const char *word, enum message_kind *ret)
{
	for (enum message_kind k = MESSAGE_MAIL; k <= MESSAGE_KCIDB; k++)
		if (strcmp(word, kinds[k]) == 0) {
			*ret = k;
			return 0;
		}
	return -1;
}

const char *message_state_name(enum message_state s)
{
	return states[s];
}

int message_state_parse(const char *word, enum message_state *ret)
{
	for (enum message_state s = MESSAGE_HELD; s <= MESSAGE_FAILED; s++)
		if (strcmp(word, states[s]) == 0) {
			*ret = s;
			return 0;
		}
	return -1;
}

struct message *message_add(struct message_list *l, enum message_kind kind)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n] = (struct message){
		.kind = kind,
		.state = MESSAGE_WAITING,
		.key = mem_strdup(""),
		.subject = mem_strdup(""),
		.to = mem_strdup(""),
		.body = mem_strdup(""),
		.verdict_id = mem_strdup(""),
		.why = mem_strdup(""),
	};
	return &l->v[l->n++];
}

void message_done(struct message *m)
{
	free(m->key);
	free(m->subject);
	free(m->to);
	free(m->body);
	free(m->verdict_id);
	free(m->why);
	*m = (struct message){ 0 };
}

void message_list_done(struct message_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		message_done(&l->v[i]);
	free(l->v);
	*l = (struct message_list){ 0 };
}
