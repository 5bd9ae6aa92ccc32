// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/manual.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "stage/source/source.h"
#include "store/ingest.h"
#include "store/known.h"
#include "store/labs.h"
#include "store/queue.h"

enum { DAY_S = 24 * 3600, DATE_LEN = 10, HEX_MIN = 8 };

int manual_series(struct store *s, const char *what, struct series_row *ret, struct err *err)
{
	CLEANUP(free_ptr) char *msgid = NULL;
	int r;

	if (what[0] && what[strspn(what, "0123456789")] == '\0') {
		r = store_series_get(s, atoll(what), ret, err);
	} else {
		msgid = source_msgid(what);
		r = msgid ? store_series_find(s, msgid, ret, err) : 0;
	}
	if (r == 0)
		return err_set(err, ENOENT, "no series '%s' in the store", what);
	return r < 0 ? r : 0;
}

int manual_retest(struct store *s, const struct series_row *series, int64_t *task, struct err *err)
{
	int r = store_task_again(s, series->num, TASK_AGAIN, task, err);

	if (r == 0)
		return err_set(err, ENOENT, "%s was never tested", series->message_id);
	return r < 0 ? r : 0;
}

int manual_approve(struct store *s, const struct series_row *series, const char *by, int64_t *task,
		   struct err *err)
{
	int r = store_approve(s, series->num, by, err);

	*task = 0;
	/* What was left out is tested now; what is known is not done again. */
	if (r == 0)
		r = store_task_again(s, series->num, TASK_BY_HAND, task, err);
	return r < 0 ? r : 0;
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

bool mask_is_signature(const struct mask *m)
{
	return m->what[0] && !m->what[strspn(m->what, "0123456789abcdefABCDEF")];
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

static int signature_take(struct store *s, const char *digits, struct known *k, struct err *err)
{
	CLEANUP(free_ptr) char *prefix = mem_strdup(digits);
	int r;

	for (char *c = prefix; *c; c++)
		if (*c >= 'A' && *c <= 'F')
			*c += 'a' - 'A';
	if (strlen(prefix) < HEX_MIN)
		return err_set(err, EINVAL, "'%s': a signature needs %d digits or more", digits,
			       HEX_MIN);
	r = store_signature_find(s, prefix, &k->what, err);
	if (r == -EEXIST)
		return err_set(err, EINVAL, "several signatures begin with '%s': give more digits",
			       digits);
	if (r == 0)
		return err_set(err, ENOENT, "no report in the store has signature '%s'", digits);
	k->is_signature = true;
	return r < 0 ? r : 0;
}

static int test_take(struct store *s, const struct mask *m, struct known *k, struct err *err)
{
	int r;

	if (!is_test(m->what))
		return err_set(err, EINVAL,
			       "'%s' is neither a signature nor suite.case nor suite.*", m->what);
	r = m->force ? 1 : store_test_known(s, m->what, err);
	if (r == 0)
		return err_set(err, ENOENT, "no boot has run '%s' yet", m->what);
	k->what = mem_strdup(m->what);
	return r < 0 ? r : 0;
}

int manual_mask(struct store *s, const struct mask *m, struct known *ret, struct err *err)
{
	CLEANUP(known_done) struct known k = { .created = clock_now() };
	int r;

	if (!m->why[0])
		return err_set(err, EINVAL, "a reason is wanted, for who reads the report");
	if (day_end(m->until, &k.until) < 0)
		return err_set(err, EINVAL, "'%s' is no date YYYY-MM-DD", m->until);
	if (k.until <= k.created)
		return err_set(err, EINVAL, "'%s' is over", m->until);
	r = mask_is_signature(m) ? signature_take(s, m->what, &k, err) : test_take(s, m, &k, err);
	if (r < 0)
		return r;
	k.why = mem_strdup(m->why);
	k.by = mem_strdup(m->by);
	r = store_known_put(s, &k, err);
	if (r < 0)
		return r;
	*ret = k;
	k = (struct known){ 0 };
	return 0;
}

int manual_unmask(struct store *s, const char *known, struct err *err)
{
	char *end = NULL;
	long long num = strtoll(known, &end, 10);
	int r;

	if (end == known || *end)
		return err_set(err, EINVAL, "'%s' is no number of a known issue", known);
	r = store_known_remove(s, num, err);
	if (r == 0)
		return err_set(err, ENOENT, "no known issue %lld", num);
	return r < 0 ? r : 0;
}
