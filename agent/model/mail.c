// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/mail.h"

#include <stdlib.h>

const char *mail_kind_name(enum mail_kind k)
{
	static const char *const names[] = { "other", "patch", "cover", "comment" };

	return names[k];
}

void mail_needs_done(struct mail_needs *n)
{
	free(n->base_commit);
	free(n->change_id);
	strv_done(&n->others);
	*n = (struct mail_needs){ 0 };
}

static void person_done(struct person *p)
{
	free(p->name);
	free(p->email);
}

void mail_done(struct mail *m)
{
	free(m->msgid);
	strv_done(&m->refs);
	strv_done(&m->lists);
	free(m->subject);
	free(m->name);
	strv_done(&m->prefixes);
	free(m->date);
	person_done(&m->sender);
	person_done(&m->author);
	free(m->message);
	free(m->diff);
	strv_done(&m->paths);
	free(m->pull);
	mail_needs_done(&m->needs);
	free(m->reason);
	*m = (struct mail){ 0 };
}

void mail_series_list_done(struct mail_series_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].parts);
		free(l->v[i].full);
		free(l->v[i].name);
		mail_needs_done(&l->v[i].needs);
	}
	free(l->v);
	*l = (struct mail_series_list){ 0 };
}
