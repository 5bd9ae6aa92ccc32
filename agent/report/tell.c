// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/tell.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "model/config.h"
#include "pipeline/pipeline.h"
#include "pipeline/tell.h"
#include "report/link.h"
#include "report/report.h"
#include "report/tell_room.h"

enum { DESCRIPTION_MAX = 200, SUBJECT_MAX = 500 };

/* At most so many bytes of a line, not cut within a character. */
static char *shortened(const char *text, size_t max)
{
	static const char more[] = "…";
	size_t len = strlen(text);

	if (len <= max)
		return mem_strdup(text);
	len = utf8_valid(text, max - (sizeof(more) - 1));
	return mem_printf("%.*s%s", (int)len, text, more);
}

struct message *tell_message(const struct tell_facts *f, struct message_list *ret,
			     enum message_kind kind, char *key, char *subject, char *to, char *body)
{
	struct message *m = message_add(ret, kind);

	m->series = f->series.num;
	m->created = f->now;
	if (f->report)
		mem_set_copy(&m->verdict_id, f->report->verdict.id);
	mem_set(&m->key, key);
	mem_set(&m->subject, subject);
	mem_set(&m->to, to);
	mem_set(&m->body, body);
	return m;
}

static bool warns(const struct verdict *v)
{
	for (size_t i = 0; i < v->reasons.n; i++)
		if (v->reasons.v[i].kind == REASON_BUILD_WARNING)
			return true;
	return false;
}

/* Patchwork's word. */
static const char *check_state(const struct verdict *v)
{
	switch (v->kind) {
	case VERDICT_PASS:
		return warns(v) ? "warning" : "success";
	case VERDICT_FAIL:
		return "fail";
	case VERDICT_NONE:
		break;
	}
	return "pending";
}

static char *check_body(const char *msgid, const char *state, const char *context,
			const char *description, const char *url)
{
	CLEANUP(free_ptr) char *id = foreign_utf8(msgid);
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s}", "msgid", id, "state", state, "context",
			      context, "description", description, "target_url", url);
	char *text = json_dumps(o, JSON_COMPACT);

	json_decref(o);
	return text;
}

void tell_checks(const struct tell_facts *f, struct message_list *ret)
{
	const struct report_config *rc = &f->config->report;
	const struct verdict *v = f->report ? &f->report->verdict : NULL;
	const char *context = rc->context ? rc->context : "dmalab";
	const char *state = v ? check_state(v) : f->gone ? "warning" : "pending";
	CLEANUP(free_ptr)
	char *line = v	       ? report_headline(v)
		     : f->gone ? mem_printf("not tested: %s", f->gone)
			       : mem_strdup("being tested");
	CLEANUP(free_ptr) char *description = shortened(line, DESCRIPTION_MAX);
	CLEANUP(free_ptr) char *url = v ? link_verdict(f->config, v->id) : NULL;
	CLEANUP(free_ptr)
	char *id = v ? mem_strdup(v->id)
		     : mem_printf("%s:%lld:%s", f->gone ? "gone" : "begin",
				  (long long)f->series.num, f->series.digest);

	for (size_t s = 0; s < rc->checks.n; s++)
		for (size_t i = 0; i < f->mails.n; i++) {
			const struct mail *mail = &f->mails.v[i].mail;

			if (mail->kind != MAIL_PATCH || !mail->msgid[0])
				continue;
			tell_message(f, ret, MESSAGE_CHECK,
				     mem_printf("check:%s:%s:%s:%s:%s", rc->checks.v[s],
						mail->msgid, context, state, id),
				     mem_printf("%s %s: %s", state, context, mail->subject),
				     mem_strdup(rc->checks.v[s]),
				     check_body(mail->msgid, state, context, description,
						url ? url : ""));
		}
}

static void tell_kcidb(const struct tell_facts *f, struct message_list *ret)
{
	json_t *doc = report_kcidb(f->report, f->config);

	tell_message(f, ret, MESSAGE_KCIDB, mem_printf("kcidb:%s", f->report->verdict.id),
		     mem_printf("%s: %s", verdict_name(f->report->verdict.kind), f->series.name),
		     mem_strdup(""), json_dumps(doc, JSON_COMPACT | JSON_PRESERVE_ORDER));
	json_decref(doc);
}

int report_messages(const struct tell_facts *f, struct message_list *ret, struct err *err)
{
	const struct report_config *rc = &f->config->report;

	tell_checks(f, ret);
	if (!f->report || !f->report->verdict.id)
		return 0;
	if (rc->kcidb_url || rc->kcidb_dir)
		tell_kcidb(f, ret);
	return tell_mail(f, ret, err);
}

/* A warning is what a reader may overlook; a failure is not. */
static const char *b4_status(const struct verdict *v)
{
	if (!v || v->kind == VERDICT_NONE)
		return "warn";
	if (v->kind == VERDICT_FAIL)
		return "fail";
	return warns(v) ? "warn" : "pass";
}

json_t *report_b4(const struct verdict *v, const char *url, const char *why)
{
	CLEANUP(free_ptr) char *line = v ? report_headline(v) : foreign_line(why);
	CLEANUP(free_ptr) char *summary = shortened(line, SUBJECT_MAX);
	CLEANUP(free_ptr) char *details = foreign_utf8(v && v->text ? v->text : "");

	return json_pack("[{s:s,s:s,s:s,s:s,s:s}]", "tool", "dmalab", "status", b4_status(v),
			 "summary", summary, "url", url ? url : "", "details", details);
}

char *report_regzbot(const char *good, const char *bad, const char *title)
{
	CLEANUP(free_ptr) char *line = foreign_line(title);

	return mem_printf("#regzbot introduced: %s..%s\n#regzbot title: %s\n", good, bad, line);
}
