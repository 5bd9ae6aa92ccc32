// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/table.h"
#include "store/known.h"

enum { DAY_S = 24 * 3600, DATE_LEN = 10, HEX_MIN = 8, HEX_SHOWN = 12 };

/* What `dmalab known add` was given. */
struct known_args {
	const char *what, *until, *why;
	bool force;
};

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

/* The end of a day, UTC. */
static int day_end(const char *date, int64_t *ret)
{
	struct tm tm = { 0 };
	const char *rest = strptime(date, "%Y-%m-%d", &tm);
	struct tm same = tm;
	time_t t = timegm(&same);

	/* a 30th of February becomes another day */
	if (!rest || *rest || strlen(date) != DATE_LEN || same.tm_mday != tm.tm_mday)
		return -1;
	*ret = (int64_t)t + DAY_S;
	return 0;
}

static bool is_hex(const char *text)
{
	return text[0] && !text[strspn(text, "0123456789abcdefABCDEF")];
}

/* "suite.case" or "suite.*" */
static bool is_test(const char *text)
{
	const char *dot = strchr(text, '.'), *star = strchr(text, '*');

	for (const char *c = text; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == '\x7f')
			return false;
	return dot && dot > text && dot[1] && (!star || (star == dot + 1 && !star[1]));
}

static int signature_take(struct session *s, const char *digits, struct known *k, struct err *err)
{
	CLEANUP(free_ptr) char *prefix = mem_strdup(digits);
	int r;

	for (char *c = prefix; *c; c++)
		if (*c >= 'A' && *c <= 'F')
			*c += 'a' - 'A';
	if (strlen(prefix) < HEX_MIN)
		return usage_error("known", err, "'%s': a signature needs %d digits or more",
				   digits, HEX_MIN);
	r = store_signature_find(s->store, prefix, &k->what, err);
	if (r == -EEXIST)
		return err_set(err, EINVAL, "several signatures begin with '%s': give more digits",
			       digits);
	if (r == 0)
		return err_set(err, ENOENT,
			       "no report in the store has signature '%s'; 'dmalab show JOB' says "
			       "a boot's, as its issue",
			       digits);
	k->is_signature = true;
	return r < 0 ? r : 0;
}

static int test_take(struct session *s, const struct known_args *a, struct known *k,
		     struct err *err)
{
	int r;

	if (!is_test(a->what))
		return usage_error("known", err,
				   "'%s' is neither a signature nor suite.case nor suite.*",
				   a->what);
	r = a->force ? 1 : store_test_known(s->store, a->what, err);
	if (r == 0)
		return err_set(err, ENOENT,
			       "no boot has run '%s' yet; --force adds it all the same", a->what);
	k->what = mem_strdup(a->what);
	return r < 0 ? r : 0;
}

static int when_take(const struct known_args *a, struct known *k, struct err *err)
{
	if (!a->until || !a->why || !a->why[0])
		return usage_error("known", err, "add wants --until DATE and --why TEXT");
	if (day_end(a->until, &k->until) < 0)
		return usage_error("known", err, "--until '%s' is no date YYYY-MM-DD", a->until);
	if (k->until <= clock_now())
		return usage_error("known", err, "--until '%s' is over", a->until);
	return 0;
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

static int known_add(struct session *s, const struct known_args *a, struct err *err)
{
	CLEANUP(known_done) struct known k = { .created = clock_now() };
	char day[CLOCK_ISO_LEN];
	int r = when_take(a, &k, err);

	if (r == 0)
		r = is_hex(a->what) ? signature_take(s, a->what, &k, err)
				    : test_take(s, a, &k, err);
	if (r < 0)
		return r;
	k.why = mem_strdup(a->why);
	k.by = mem_strdup(operator());
	r = store_known_put(s->store, &k, err);
	if (r < 0)
		return r;
	if (s->json)
		return json_print(known_json(&k), err);
	last_day(&k, day);
	printf("known issue %lld: %s, until %s\n", (long long)k.num, k.what, day);
	return 0;
}

static int known_remove(struct session *s, const char *word, struct err *err)
{
	char *end = NULL;
	long long num = strtoll(word, &end, 10);
	int r;

	if (end == word || *end)
		return usage_error("known", err, "'%s' is no number of a known issue", word);
	r = store_known_remove(s->store, num, err);
	if (r == 0)
		return err_set(err, ENOENT, "no known issue %lld; 'dmalab known --all' lists them",
			       num);
	if (r < 0)
		return r;
	return s->json ? json_print(json_pack("{s:I}", "removed", (json_int_t)num), err) : 0;
}

int cmd_known(struct session *s, int argc, char **argv, struct err *err)
{
	const char *verb = argc > 1 && argv[1][0] != '-' ? argv[1] : NULL;
	const char *what = verb && argc > 2 && argv[2][0] != '-' ? argv[2] : NULL;
	const int taken = (verb != NULL) + (what != NULL);
	struct known_args a = { .what = what };
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
