// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/table.h"
#include "pipeline/manual.h"
#include "store/known.h"

enum { DATE_LEN = 10, HEX_SHOWN = 12 };

/* The last day on which it holds, "YYYY-MM-DD"; room as for clock_iso(). */
static void last_day(const struct known *k, char *text)
{
	clock_iso(k->until - 1, text);
	text[DATE_LEN] = '\0';
}

static json_t *known_json(const struct known *k)
{
	CLEANUP(free_ptr) char *what = foreign_utf8(k->what);
	CLEANUP(free_ptr) char *why = foreign_utf8(k->why);
	CLEANUP(free_ptr) char *by = foreign_utf8(k->by);
	char until[CLOCK_ISO_LEN], created[CLOCK_ISO_LEN];

	last_day(k, until);
	clock_iso(k->created, created);
	return json_pack("{s:I,s:s,s:s,s:s,s:b,s:s,s:s,s:s}", "known", (json_int_t)k->num, "kind",
			 k->is_signature ? "signature" : "test", "what", what, "until", until,
			 "over", k->until <= clock_now(), "why", why, "by", by, "created", created);
}

static void row_fill(const void *arg, size_t row, char **cells)
{
	const struct known *k = &((const struct known_list *)arg)->v[row];
	CLEANUP(free_ptr) char *what = k->is_signature ? mem_strndup(k->what, HEX_SHOWN) : NULL;
	char day[CLOCK_ISO_LEN];

	last_day(k, day);
	cells[0] = mem_printf("%lld", (long long)k->num);
	cells[1] = foreign_line(what ? what : k->what);
	cells[2] = mem_printf("%s%s", day, k->until <= clock_now() ? " (over)" : "");
	cells[3] = foreign_line(k->by);
	cells[4] = foreign_line(k->why);
}

static int known_list(struct session *s, bool all, struct err *err)
{
	static const char *const heads[] = { "NUM", "WHAT", "UNTIL", "BY", "WHY" };
	CLEANUP(known_list_done) struct known_list l = { 0 };
	json_t *a;
	int r = store_knowns(s->store, all ? 0 : clock_now(), &l, err);

	if (r < 0)
		return r;
	if (!s->json) {
		const struct table t = { heads, 5, 1, l.n, row_fill, &l };

		return l.n ? table_print(&t, err) : 0;
	}
	a = json_array();
	for (size_t i = 0; i < l.n; i++)
		json_array_append_new(a, known_json(&l.v[i]));
	return json_print(a, err);
}

/* Who is at the keyboard. */
static const char *operator(void)
{
	const char *mail = getenv("EMAIL"), *login = getlogin();
	const struct passwd *user = getpwuid(getuid());

	if (mail && mail[0])
		return mail;
	return login ? login : user ? user->pw_name : "";
}

/* What is not there could yet be meant. */
static int hint(const struct mask *m, struct err *err)
{
	CLEANUP(free_ptr) char *what = mem_strdup(err->msg);

	if (err->code == EINVAL)
		return usage_error("known", err, "%s", what);
	if (err->code != ENOENT)
		return -err->code;
	return err_set(err, ENOENT, "%s; %s", what,
		       mask_is_signature(m) ? "'dmalab show JOB' says a boot's, as its issue"
					    : "--force adds it all the same");
}

static int known_add(struct session *s, const struct mask *m, struct err *err)
{
	CLEANUP(known_done) struct known k = { 0 };
	char day[CLOCK_ISO_LEN];

	if (!m->until || !m->why || !m->why[0])
		return usage_error("known", err, "add wants --until DATE and --why TEXT");
	if (manual_mask(s->store, m, &k, err) < 0)
		return hint(m, err);
	if (s->json)
		return json_print(known_json(&k), err);
	last_day(&k, day);
	printf("known issue %lld: %s, until %s\n", (long long)k.num, k.what, day);
	return 0;
}

static int known_remove(struct session *s, const char *word, struct err *err)
{
	int r = manual_unmask(s->store, word, err);

	if (r == -EINVAL)
		return usage_error("known", err, "'%s' is no number of a known issue", word);
	if (r == -ENOENT)
		return err_set(err, ENOENT, "no known issue %s; 'dmalab known --all' lists them",
			       word);
	if (r < 0)
		return r;
	return s->json ? json_print(json_pack("{s:I}", "removed", (json_int_t)atoll(word)), err)
		       : 0;
}

int cmd_known(struct session *s, int argc, char **argv, struct err *err)
{
	const char *verb = argc > 1 && argv[1][0] != '-' ? argv[1] : NULL;
	const char *what = verb && argc > 2 && argv[2][0] != '-' ? argv[2] : NULL;
	const int taken = (verb != NULL) + (what != NULL);
	struct mask a = { .what = what, .by = operator() };
	bool all = false;
	const struct option_to list[] = { { .name = "all", .flag = &all } };
	const struct option_to add[] = { { .name = "until", .value = &a.until },
					 { .name = "why", .value = &a.why },
					 { .name = "force", .flag = &a.force } };
	int r;

	argv[taken] = argv[0];
	argv += taken;
	argc -= taken;
	if (!verb || strcmp(verb, "list") == 0) {
		r = what ? usage_error("known", err, "unexpected '%s'", what)
			 : options_read(argc, argv, list, 1, err);
		return r < 0 ? r : known_list(s, all, err);
	}
	if (strcmp(verb, "add") != 0 && strcmp(verb, "remove") != 0)
		return usage_error("known", err, "'%s' is none of list, add, remove", verb);
	if (!what)
		return usage_error("known", err, "%s wants %s", verb,
				   verb[0] == 'a' ? "a signature or a test" : "a number");
	if (verb[0] == 'r') {
		r = options_read(argc, argv, NULL, 0, err);
		return r < 0 ? r : known_remove(s, what, err);
	}
	r = options_read(argc, argv, add, 3, err);
	return r < 0 ? r : known_add(s, &a, err);
}
