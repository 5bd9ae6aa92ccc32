// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/table.h"
#include "model/config.h"
#include "pipeline/outbox.h"
#include "pipeline/pipeline.h"
#include "report/set.h"
#include "store/ingest.h"
#include "store/outbox.h"

enum { OUTBOX_SHOWN = 1000, MINUTE_S = 60, HOUR_S = 3600, DAY_S = 24 * 3600 };

static json_t *message_json(const struct message *m, bool whole)
{
	json_t *o = json_pack("{s:I,s:s,s:s}", "message", (json_int_t)m->num, "kind",
			      message_kind_name(m->kind), "state", message_state_name(m->state));

	set_text(o, "key", m->key);
	set_text(o, "to", m->to);
	set_text(o, "subject", m->subject);
	json_object_set_new(o, "series", m->series ? json_integer(m->series) : json_null());
	set_text(o, "verdict", m->verdict_id);
	set_time(o, "created", m->created);
	set_time(o, "not_before", m->not_before);
	set_time(o, "tried", m->tried);
	set_time(o, "ended", m->ended);
	json_object_set_new(o, "attempts", json_integer(m->attempts));
	set_text(o, "why", m->why);
	if (whole)
		set_text(o, "body", m->body);
	return o;
}

/* The first receiver, and how many more there are. */
static char *receivers(const char *to)
{
	size_t len = strcspn(to, "\n"), more = 0;
	CLEANUP(free_ptr) char *first = mem_strndup(to, len);
	CLEANUP(free_ptr) char *clean = foreign_line(first);

	for (const char *c = to + len; *c; c++)
		more += *c == '\n' && c[1] && c[1] != '\n';
	return more ? mem_printf("%s +%zu", clean, more) : mem_strdup(clean);
}

static char *age(int64_t created)
{
	const long long s = clock_now() - created;

	if (s < HOUR_S)
		return mem_printf("%lld min", s < 0 ? 0 : s / MINUTE_S);
	if (s < 2 * DAY_S)
		return mem_printf("%lld h", s / HOUR_S);
	return mem_printf("%lld d", s / DAY_S);
}

static void row_fill(const void *arg, size_t row, char **cells)
{
	const struct message *m = &((const struct message_list *)arg)->v[row];

	cells[0] = mem_printf("%lld", (long long)m->num);
	cells[1] = mem_strdup(message_kind_name(m->kind));
	cells[2] = mem_strdup(message_state_name(m->state));
	cells[3] = age(m->created);
	cells[4] = receivers(m->to);
	cells[5] = foreign_line(m->subject);
	cells[6] = foreign_line(m->why);
}

static int outbox_list(struct session *s, bool all, struct err *err)
{
	static const char *const heads[] = {
		"NUM", "KIND", "STATE", "AGE", "TO", "SUBJECT", "WHY"
	};
	CLEANUP(message_list_done) struct message_list l = { 0 };
	json_t *a;
	int r = store_messages(s->store, all, OUTBOX_SHOWN, &l, err);

	if (r < 0)
		return r;
	if (!s->json) {
		const struct table t = { heads, 7, 3, l.n, row_fill, &l };

		return l.n ? table_print(&t, err) : 0;
	}
	a = json_array();
	for (size_t i = 0; i < l.n; i++)
		json_array_append_new(a, message_json(&l.v[i], false));
	return json_print(a, err);
}

/* The message of a number; it must be there. */
static int message_of(struct session *s, const char *word, struct message *ret, struct err *err)
{
	char *end = NULL;
	long long num = strtoll(word, &end, 10);
	int r;

	if (end == word || *end)
		return usage_error("outbox", err, "'%s' is no number of a message", word);
	r = store_message_get(s->store, num, ret, err);
	if (r == 0)
		return err_set(err, ENOENT, "no message %lld; 'dmalab outbox --all' lists them",
			       num);
	return r < 0 ? r : 0;
}

static int outbox_show(struct session *s, const char *word, struct err *err)
{
	CLEANUP(message_done) struct message m = { 0 };
	CLEANUP(free_ptr) char *text = NULL;
	size_t len;
	int r = message_of(s, word, &m, err);

	if (r < 0)
		return r;
	if (s->json)
		return json_print(message_json(&m, true), err);
	text = foreign_text(m.body);
	len = strlen(text);
	printf("%s%s", text, len && text[len - 1] != '\n' ? "\n" : "");
	return 0;
}

/* The operator's word on a message. */
struct decision {
	const char *verb;
	enum message_state state;
	const char *why;
};

/* Sending what is under way once more would be twice. */
static bool may_decide(const struct decision *d, const struct message *m)
{
	if (d->state == MESSAGE_WAITING)
		return m->state == MESSAGE_HELD || m->state == MESSAGE_FAILED;
	return m->state != MESSAGE_SENT && m->state != MESSAGE_DROPPED;
}

static int decide_one(struct session *s, const struct decision *d, const char *word,
		      struct err *err)
{
	CLEANUP(message_done) struct message m = { 0 };
	int r = message_of(s, word, &m, err);

	if (r < 0)
		return r;
	if (!may_decide(d, &m))
		return err_set(err, EINVAL, "message %lld is %s: there is nothing to %s",
			       (long long)m.num, message_state_name(m.state), d->verb);
	r = store_message_move(s->store, m.num, d->state, 0, d->why, err);
	return r < 0 ? r : 0;
}

/* All of them, or, where one cannot be, none. */
static int outbox_decide(struct session *s, const struct decision *d, int n, char **words,
			 struct err *err)
{
	CLEANUP(together_done) struct together t = { 0 };
	int r = n ? together_begin(s->store, &t, err)
		  : usage_error("outbox", err, "%s wants a number", d->verb);

	for (int i = 0; r == 0 && i < n; i++)
		r = decide_one(s, d, words[i], err);
	if (r == 0)
		r = together_commit(&t, err);
	if (r < 0)
		return r;
	return s->json ? json_print(json_pack("{s:s,s:i}", "state", message_state_name(d->state),
					      "messages", n),
				    err)
		       : 0;
}

static int send_json(const struct outbox_counts *n, struct err *err)
{
	json_t *notes = json_array();
	json_t *o = json_pack("{s:I,s:I,s:I,s:I}", "sent", (json_int_t)n->sent, "later",
			      (json_int_t)n->later, "failed", (json_int_t)n->failed, "held",
			      (json_int_t)n->held);

	set_time(o, "next", n->next);
	for (size_t i = 0; i < n->notes.n; i++) {
		CLEANUP(free_ptr) char *clean = foreign_utf8(n->notes.v[i]);

		json_array_append_new(notes, json_string(clean));
	}
	json_object_set_new(o, "notes", notes);
	return json_print(o, err);
}

static void send_say(const struct outbox_counts *n)
{
	for (size_t i = 0; i < n->notes.n; i++) {
		CLEANUP(free_ptr) char *line = foreign_line(n->notes.v[i]);

		printf("%s\n", line);
	}
	printf("%zu sent, %zu to be tried again", n->sent, n->later);
	if (n->next)
		printf(" (the next in %lld s)", (long long)(n->next - clock_now()));
	printf(", %zu failed, %zu held\n", n->failed, n->held);
}

/* What waits and may go now, as the agent does it. */
static int outbox_send(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(outbox_counts_done) struct outbox_counts n = { 0 };
	CLEANUP(close_fd) int cancel = cancel_open(err);
	struct outbox_request req = { .cancel_fd = cancel };
	const struct progress quiet = { 0 };
	const char *patience = NULL;
	const struct option_to to[] = { { .name = "patience", .value = &patience } };
	int r = cancel < 0 ? cancel : options_read(argc, argv, to, 1, err);

	if (r == 0 && patience) {
		req.patience_s = atoi(patience);
		if (req.patience_s < 1 || req.patience_s > DAY_S)
			return usage_error("outbox", err, "--patience wants seconds, 1 to %d",
					   DAY_S);
	}
	if (r == 0)
		r = outbox_run(s->config, s->store, &req, &quiet, &n, err);
	if (r == -EWOULDBLOCK)
		return err_set(err, EWOULDBLOCK, "the agent is sending what waits");
	if (r == 0 && !s->json)
		send_say(&n);
	return r < 0 ? r : s->json ? send_json(&n, err) : 0;
}

int cmd_outbox(struct session *s, int argc, char **argv, struct err *err)
{
	static const struct decision approve = { "approve", MESSAGE_WAITING, "" };
	static const struct decision drop = { "drop", MESSAGE_DROPPED, "by hand" };
	const char *verb = argc > 1 && argv[1][0] != '-' ? argv[1] : NULL;
	bool all = false;
	const struct option_to to[] = { { .name = "all", .flag = &all } };
	int r;

	if (!verb || strcmp(verb, "list") == 0) {
		if (verb)
			argv[1] = argv[0];
		r = options_read(argc - (verb != NULL), argv + (verb != NULL), to, 1, err);
		return r < 0 ? r : outbox_list(s, all, err);
	}
	argv[1] = argv[0];
	if (strcmp(verb, "send") == 0)
		return outbox_send(s, argc - 1, argv + 1, err);
	for (int i = 2; i < argc; i++)
		if (argv[i][0] == '-')
			return usage_error("outbox", err, "unknown option '%s'", argv[i]);
	if (strcmp(verb, "approve") == 0)
		return outbox_decide(s, &approve, argc - 2, argv + 2, err);
	if (strcmp(verb, "drop") == 0)
		return outbox_decide(s, &drop, argc - 2, argv + 2, err);
	if (strcmp(verb, "show") != 0)
		return usage_error("outbox", err, "'%s' is none of list, show, approve, drop, send",
				   verb);
	if (argc != 3)
		return usage_error("outbox", err, "show wants one number");
	return outbox_show(s, argv[2], err);
}
