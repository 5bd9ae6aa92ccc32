// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "cli/answer_print.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "model/config.h"
#include "stage/source/source.h"
#include "store/ask.h"
#include "store/store.h"

enum { LIMIT_DEFAULT = 20 };

static void wanted_upper(const struct ask_param *p, char *text, size_t room)
{
	snprintf(text, room, "%s", p->name);
	for (char *c = text; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
}

/* " SERIES TEST": what must be given. */
static void usage_print(const struct ask_question *q)
{
	char name[32];

	for (size_t i = 0; i < ask_params(q); i++)
		if (!q->params[i].fallback) {
			wanted_upper(&q->params[i], name, sizeof(name));
			printf(" %s", name);
		}
}

static int question_help(const char *name, struct err *err)
{
	const struct ask_question *q = ask_find(name);
	char upper[32];

	if (!q)
		return usage_error("query", err, "no question '%s'", name);
	printf("Usage: dmalab query %s", q->name);
	usage_print(q);
	printf(" [OPTION]…\n\n%s\n\n", q->about);
	for (size_t i = 0; i < ask_params(q); i++) {
		const struct ask_param *p = &q->params[i];

		wanted_upper(p, upper, sizeof(upper));
		if (!p->fallback)
			printf("  %-15s %s\n", upper, p->about);
		else if (p->type == ASK_DAYS)
			printf("  --days N        %s (default %s)\n", p->about, p->fallback);
		else
			printf("  --%-6s %-6s %s\n", p->name, upper, p->about);
	}
	printf("  --limit N       at most so many rows (default %d)\n"
	       "  --after KEY     those behind the row of this key: the next page\n"
	       "  --csv, --json   for programs\n",
	       LIMIT_DEFAULT);
	return EXIT_PASS;
}

static int questions_json(struct err *err)
{
	json_t *a = json_array();
	const struct ask_question *q;

	for (size_t i = 0; (q = ask_at(i)); i++) {
		json_t *params = json_array();

		for (size_t k = 0; k < ask_params(q); k++)
			json_array_append_new(params,
					      json_pack("{s:s,s:b,s:s}", "name", q->params[k].name,
							"wanted", !q->params[k].fallback, "about",
							q->params[k].about));
		json_array_append_new(a, json_pack("{s:s,s:s,s:o}", "question", q->name, "about",
						   q->about, "params", params));
	}
	return json_print(a, err);
}

static int questions_list(struct session *s, struct err *err)
{
	const struct ask_question *q;

	if (s->json)
		return questions_json(err);
	for (size_t i = 0; (q = ask_at(i)); i++)
		printf("%-11s %s\n", q->name, q->about);
	printf("\n'dmalab query QUESTION --help' says what it wants, docs/queries.md more.\n");
	return EXIT_PASS;
}

/* Takes the words that the question wants; returns how many. */
static int words_take(int argc, char **argv, struct ask *a, char **msgid, struct err *err)
{
	const struct ask_question *q = a->question;
	int taken = 0;

	for (size_t i = 0; i < ask_params(q); i++) {
		const char *word = taken + 2 < argc ? argv[taken + 2] : "-";

		if (q->params[i].fallback)
			continue;
		if (word[0] == '-')
			return usage_error("query", err, "%s wants a %s", q->name,
					   q->params[i].name);
		if (q->params[i].type == ASK_SERIES) {
			*msgid = source_msgid(word);
			word = *msgid ? *msgid : word;
		}
		a->values[i] = word;
		taken++;
	}
	return taken;
}

static int after_take(const char *word, int64_t *ret, struct err *err)
{
	char *end;

	if (!word)
		return 0;
	errno = 0;
	*ret = strtoll(word, &end, 10);
	if (end == word || *end || errno)
		return usage_error("query", err, "--after '%s' is no key of a row", word);
	return 0;
}

static int question_ask(struct session *s, const struct ask *a, enum answer_form form,
			struct err *err)
{
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(answer_done) struct answer answer = { 0 };
	int r = store_open_reader(s->config->work_dir, &store, err);

	if (r == 0)
		r = store_ask(store, a, &answer, err);
	if (r == 0)
		r = answer_print(&answer, answer.n_columns - 1, form, err);
	if (r == 0 && answer.more)
		fprintf(stderr, "there are more: --after %lld\n", (long long)answer.after);
	return r;
}

int cmd_query(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(free_ptr) char *msgid = NULL;
	struct ask a = { .now = clock_now(), .after = INT64_MAX };
	struct option_to options[ASK_PARAMS_MAX + 3];
	const char *limit = NULL, *after = NULL;
	int64_t n_rows = LIMIT_DEFAULT;
	enum answer_form form;
	bool csv = false;
	size_t n = 0;
	int taken, r;

	if (s->help && argc > 1)
		return question_help(argv[1], err);
	if (s->help) {
		command_usage(command_find("query"));
		return EXIT_PASS;
	}
	if (argc == 1)
		return questions_list(s, err);
	a.question = ask_find(argv[1]);
	if (!a.question)
		return usage_error("query", err, "no question '%s'; 'dmalab query' lists them",
				   argv[1]);
	taken = words_take(argc, argv, &a, &msgid, err);
	if (taken < 0)
		return taken;
	for (size_t i = 0; i < ask_params(a.question); i++)
		if (a.question->params[i].fallback)
			options[n++] = (struct option_to){ .name = a.question->params[i].name,
							   .value = &a.values[i] };
	options[n++] = (struct option_to){ .name = "limit", .value = &limit };
	options[n++] = (struct option_to){ .name = "after", .value = &after };
	options[n++] = (struct option_to){ .name = "csv", .flag = &csv };
	argv[taken + 1] = argv[0];
	r = options_read(argc - taken - 1, argv + taken + 1, options, n, err);
	if (r == 0)
		r = count_take("query", "limit", limit, ASK_LIMIT_MAX, &n_rows, err);
	if (r == 0)
		r = after_take(after, &a.after, err);
	if (r == 0)
		r = form_take("query", s->json, csv, &form, err);
	a.limit = (int)n_rows;
	return r < 0 ? r : question_ask(s, &a, form, err);
}
