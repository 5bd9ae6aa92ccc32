// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "mail/letter.h"
#include "model/config.h"
#include "pipeline/pipeline.h"
#include "pipeline/tell.h"
#include "report/report.h"
#include "report/tell_room.h"

enum { SUBJECT_MAX = 500, MSGID_MAX = 250, REFERENCES_MAX = 20 };

static bool is_wanted(const struct report_config *rc, enum verdict_kind k)
{
	static const int flag[] = { [VERDICT_PASS] = REPORT_ON_PASS,
				    [VERDICT_FAIL] = REPORT_ON_FAIL,
				    [VERDICT_NONE] = REPORT_ON_NONE };

	return rc->on & flag[k];
}

/* Whether the reader does not know it yet. */
static bool is_news(const struct tell_facts *f)
{
	const struct verdict *now = &f->report->verdict;
	CLEANUP(free_ptr) char *before = NULL;
	CLEANUP(free_ptr) char *state = NULL;

	if (!f->told.id || now->kind == VERDICT_NONE)
		if (!is_wanted(&f->config->report, now->kind))
			return false;
	if (!f->told.id)
		return true;
	before = judge_state(&f->told);
	state = judge_state(now);
	return strcmp(before, state) != 0;
}

/* To, Cc, and all their addresses, each once and never our own. */
struct receivers {
	struct strv to, cc, all;
	char *own;
};

static void receivers_done(struct receivers *r)
{
	strv_done(&r->to);
	strv_done(&r->cc);
	strv_done(&r->all);
	free(r->own);
}

static bool has_address(const struct strv *l, const char *address)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcasecmp(l->v[i], address) == 0)
			return true;
	return false;
}

static void receiver(struct receivers *r, struct strv *where, const char *person)
{
	CLEANUP(free_ptr) char *address = letter_address(person);

	if (!address || strcasecmp(address, r->own) == 0 || has_address(&r->all, address))
		return;
	strv_add(&r->all, address);
	strv_add(where, address);
}

/* The author is written to, the others get a copy; without them it is the operator's. */
static void receivers_choose(const struct tell_facts *f, struct receivers *r)
{
	const struct report_config *rc = &f->config->report;

	r->own = letter_address(rc->from);
	if (!r->own)
		r->own = mem_strdup("");
	if (rc->to & REPORT_AUTHOR)
		receiver(r, &r->to, f->series.author ? f->series.author : "");
	for (size_t i = 0; rc->to & REPORT_CC && i < f->cc.n; i++)
		receiver(r, r->to.n ? &r->cc : &r->to, f->cc.v[i]);
	for (size_t i = 0; rc->to & REPORT_OPERATOR && i < rc->operator.n; i++)
		receiver(r, rc->to == REPORT_OPERATOR || !r->to.n ? &r->to : &r->cc,
			 rc->operator.v[i]);
}

/* What may stand between angle brackets, whoever sent it. */
static bool is_msgid(const char *id)
{
	if (!id || !strchr(id, '@') || strlen(id) > MSGID_MAX)
		return false;
	for (; *id; id++)
		if (*id <= ' ' || *id > '~' || *id == '<' || *id == '>')
			return false;
	return true;
}

/* The thread down to the mail that is answered. */
static void references(const struct mail *m, struct strv *ret)
{
	size_t n = m->refs.n < REFERENCES_MAX ? m->refs.n : REFERENCES_MAX;

	for (size_t i = n; i > 0; i--)
		if (is_msgid(m->refs.v[i - 1]))
			strv_add(ret, m->refs.v[i - 1]);
	strv_add(ret, m->msgid);
}

static char *subject(const struct tell_facts *f)
{
	const char *of = f->mails.n ? f->mails.v[0].mail.subject : f->series.name;
	CLEANUP(free_ptr) char *line = foreign_line(of);
	const char *text = strncasecmp(line, "Re: ", 4) == 0 ? line + 4 : line;
	size_t len = strlen(text);

	if (len > SUBJECT_MAX)
		len = utf8_valid(text, SUBJECT_MAX);
	return mem_printf("Re: %.*s", (int)len, text);
}

/* Why it waits for the operator, NULL: it does not. */
static const char *held(const struct tell_facts *f)
{
	if (!report_is_provable(&f->report->verdict))
		return "nothing to show for it";
	return f->config->report.moderate ? "moderated" : NULL;
}

static char *lines_of(const struct strv *l)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < l->n; i++)
		buf_printf(&b, "%s%s", i ? "\n" : "", l->v[i]);
	return buf_take(&b);
}

int tell_mail(const struct tell_facts *f, struct message_list *ret, struct err *err)
{
	const struct report_config *rc = &f->config->report;
	const struct mail *first = f->mails.n ? &f->mails.v[0].mail : NULL;
	const bool threads = first && is_msgid(first->msgid);
	CLEANUP(receivers_done) struct receivers to = { 0 };
	CLEANUP(strv_done) struct strv refs = { 0 };
	CLEANUP(buf_done) struct buf mail = { 0 };
	CLEANUP(free_ptr) char *msgid = NULL;
	CLEANUP(free_ptr) char *line = NULL;
	CLEANUP(free_ptr) char *text = NULL;
	struct message *m;
	struct letter l;
	int r;

	if (!rc->from || !is_news(f))
		return 0;
	receivers_choose(f, &to);
	if (!to.all.n)
		return 0;
	if (threads)
		references(first, &refs);
	line = subject(f);
	text = report_print(f->config, f->report);
	msgid = mem_printf("dmalab.%s@%s", f->report->verdict.id,
			   to.own[0] ? strchr(to.own, '@') + 1 : "localhost");
	l = (struct letter){
		.from = rc->from,
		.to = &to.to,
		.cc = &to.cc,
		.subject = line,
		.message_id = msgid,
		.in_reply_to = threads ? first->msgid : NULL,
		.references = threads ? &refs : NULL,
		.date = f->now,
		.text = text,
	};
	r = letter_write(&l, &mail, err);
	if (r < 0)
		return r;
	m = tell_message(f, ret, MESSAGE_MAIL, mem_strdup(msgid), mem_strdup(line),
			 lines_of(&to.all), buf_take(&mail));
	if (held(f)) {
		m->state = MESSAGE_HELD;
		mem_set_copy(&m->why, held(f));
	}
	return 0;
}
