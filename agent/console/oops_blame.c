// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "console/oops_class.h"
#include "console/oops_report.h"

/*
 * Whom a report blames: the innermost function of its own trace that no rule
 * takes out. docs/signatures.md has the rules.
 */

struct steps {
	size_t v[OOPS_FRAMES];
	size_t n;
};

static bool is_sure(const struct report *r, size_t i)
{
	return !(r->steps[i].flags & STEP_UNSURE);
}

/* The end of a part in steps. */
static size_t part_end(const struct report *r, size_t part)
{
	return part + 1 < r->n_parts ? r->parts[part + 1].first : r->n_steps;
}

/* Adds a part's steps, without those marked "? " unless there are no others. */
static void add_part(const struct report *r, size_t part, struct steps *ret)
{
	size_t from = r->parts[part].first, end = part_end(r, part), was = ret->n;

	for (size_t i = from; i < end; i++)
		if (is_sure(r, i))
			ret->v[ret->n++] = i;
	for (size_t i = from; ret->n == was && i < end; i++)
		ret->v[ret->n++] = i;
}

/* The first part of the report's own that has steps; n_parts where there is none. */
static size_t own_part(const struct report *r)
{
	size_t any = r->n_parts, other = r->n_parts;

	for (size_t p = 0; p < r->n_parts; p++) {
		if (r->parts[p].first == part_end(r, p))
			continue;
		if (r->parts[p].kind == PART_OWN)
			return p;
		if (r->parts[p].kind == PART_OTHER)
			other = other == r->n_parts ? p : other;
		else
			any = any == r->n_parts ? p : any;
	}
	return any < r->n_parts ? any : other;
}

static void own_steps(const struct report *r, struct steps *ret)
{
	size_t part = own_part(r);

	ret->n = 0;
	if (part < r->n_parts)
		add_part(r, part, ret);
}

size_t report_frames(const struct report *r, size_t ret[OOPS_FRAMES])
{
	struct steps s;

	own_steps(r, &s);
	memcpy(ret, s.v, s.n * sizeof(*ret));
	return s.n;
}

static const char *name(const struct report *r, const struct steps *s, size_t i)
{
	return report_name(r, s->v[i]);
}

static void set(char ret[OOPS_NAME], const char *text)
{
	snprintf(ret, OOPS_NAME, "%s", text);
}

/*
 * Whether a frame is the function behind the one that was called from: a call
 * that never returns (panic) may be the last of its function, and the address
 * to return to is then the begin of the next.
 */
static bool is_next(const struct report *r, size_t i)
{
	const struct step *s = &r->steps[i];

	return s->offset == 0 && s->size > 0 && !(s->flags & STEP_REGISTER);
}

/* The first step from `from` on that no class of `skip` holds; n where there is none. */
static size_t first_of(const struct report *r, const struct steps *s, size_t from, unsigned skip)
{
	for (size_t i = from; i < s->n; i++)
		if (!is_next(r, s->v[i]) && !(class_of(name(r, s, i)) & skip))
			return i;
	return s->n;
}

/* Where nothing is left: the fault's entry says more than what printed the report. */
static void fall_back(const struct report *r, const struct steps *s, char ret[OOPS_NAME])
{
	for (size_t i = 0; i < s->n; i++)
		if (!is_next(r, s->v[i]) &&
		    !(class_of(name(r, s, i)) & (CLASS_REPORT | CLASS_PRINT))) {
			set(ret, name(r, s, i));
			return;
		}
	if (s->n > 0 && !is_next(r, s->v[s->n - 1]))
		set(ret, name(r, s, s->n - 1));
}

static void blame_trace(const struct report *r, size_t from, const struct steps *s,
			char ret[OOPS_NAME])
{
	unsigned skip = CLASS_NEVER | r->kind->skip;
	size_t i;

	for (i = from; r->kind->place == PLACE_PC && i < s->n; i++)
		if (r->steps[s->v[i]].flags & STEP_REGISTER) {
			from = i; /* what stands above it is another's */
			break;
		}
	i = first_of(r, s, from, skip);
	if (i < s->n)
		set(ret, name(r, s, i));
	else if (s->n > 0)
		fall_back(r, s, ret);
	else if (r->lr[0] && !(class_of(r->lr) & skip))
		set(ret, r->lr);
}

/* The function of the first line where it may be to blame, else the trace below it. */
static void blame_head(const struct report *r, char ret[OOPS_NAME])
{
	unsigned skip = CLASS_NEVER | r->kind->skip;
	struct steps s;
	size_t from = 0;

	if (r->at[0] && !(class_of(r->at) & skip)) {
		set(ret, r->at);
		return;
	}
	own_steps(r, &s);
	for (size_t i = 0; r->at[0] && i < s.n; i++)
		if (strcmp(name(r, &s, i), r->at) == 0) {
			from = i + 1;
			break;
		}
	if (first_of(r, &s, from, skip) == s.n && r->at[0]) {
		set(ret, r->at);
		return;
	}
	blame_trace(r, from, &s, ret);
}

/* What an interrupt found running, or all of the trace where none was interrupted. */
static void running_steps(const struct report *r, struct steps *ret)
{
	size_t first = r->n_steps, part;

	for (size_t i = 0; i < r->n_steps; i++)
		if (r->steps[i].flags & STEP_ENTRY) {
			first = i;
			break;
		}
	ret->n = 0;
	if (first == r->n_steps) {
		own_steps(r, ret);
		return;
	}
	part = r->steps[first].part;
	for (size_t i = first; i < part_end(r, part); i++)
		if (is_sure(r, i))
			ret->v[ret->n++] = i;
}

/*
 * A loop is found at a random point of it. What tells loops apart is the work
 * that was called: the frame next to whoever called it by number or pointer.
 */
static void blame_stall(const struct report *r, char ret[OOPS_NAME])
{
	unsigned skip = CLASS_NEVER | CLASS_RCU | r->kind->skip;
	struct steps s;
	const char *before = NULL;

	own_steps(r, &s);
	if (s.n == 0 || !(r->steps[s.v[0]].flags & STEP_REGISTER) || (r->kind->skip & CLASS_RCU))
		running_steps(r, &s);
	for (size_t i = 0; i < s.n; i++) {
		unsigned class = class_of(name(r, &s, i));

		if (strncmp(name(r, &s, i), "smp_call_function", 17) == 0) {
			set(ret, name(r, &s, i)); /* it waits for another CPU, whoever asked */
			return;
		}
		if (!(class & CLASS_DISPATCH) && (class & skip))
			continue;
		if (class & CLASS_DISPATCH) {
			set(ret, before ? before : name(r, &s, i));
			return;
		}
		before = name(r, &s, i);
	}
}

/* All who wait for one and the same are one defect: what they wait for is its name. */
static const char *common_wait(const char *f)
{
	static const char *const waits[] = { "rtnl_lock", "synchronize_rcu", "synchronize_srcu",
					     "synchronize_net", "synchronize_sched" };

	for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++)
		if (strncmp(f, waits[i], strlen(waits[i])) == 0)
			return f;
	return NULL;
}

static void blame_hung(const struct report *r, char ret[OOPS_NAME])
{
	struct steps s;
	size_t i;

	own_steps(r, &s);
	for (i = 0; i < s.n; i++)
		if (common_wait(name(r, &s, i))) {
			set(ret, name(r, &s, i));
			return;
		}
	i = first_of(r, &s, 0, CLASS_WAIT | CLASS_LOCK | CLASS_REPORT);
	if (i < s.n)
		set(ret, name(r, &s, i));
}

/* Who takes the lock, who holds the other, else who is in the traces. */
static void blame_lock(const struct report *r, char ret[OOPS_NAME])
{
	unsigned skip = CLASS_NEVER | r->kind->skip | CLASS_DISPATCH | CLASS_OUTER;
	struct steps s = { .n = 0 };

	if (r->at[0] && !(class_of(r->at) & skip)) {
		set(ret, r->at);
		return;
	}
	if (r->second[0] && !(class_of(r->second) & skip) &&
	    strcmp(r->kind->title, "possible deadlock") == 0) {
		set(ret, r->second);
		return;
	}
	if (strcmp(r->kind->title, "possible deadlock") == 0 && r->n_parts > 0)
		for (size_t i = 0; i < r->n_steps; i++)
			s.v[s.n++] = i;
	else
		own_steps(r, &s);
	if (first_of(r, &s, 0, skip) == s.n && r->at[0])
		set(ret, r->at);
	else
		blame_trace(r, first_of(r, &s, 0, skip), &s, ret);
}

/* How the lock came to be what it is. */
static void blame_chain(const struct report *r, char ret[OOPS_NAME])
{
	struct steps s = { .n = 0 };

	for (size_t i = 0; i < r->n_steps; i++)
		s.v[s.n++] = i;
	blame_trace(r, 0, &s, ret);
}

void report_blame(const struct report *r, char ret[OOPS_NAME])
{
	struct steps s;

	ret[0] = '\0';
	switch (r->kind->place) {
	case PLACE_NONE:
	case PLACE_PC:
	case PLACE_TRACE:
		own_steps(r, &s);
		blame_trace(r, 0, &s, ret);
		break;
	case PLACE_HEAD:
		blame_head(r, ret);
		break;
	case PLACE_LOCK:
		blame_lock(r, ret);
		break;
	case PLACE_CHAIN:
		blame_chain(r, ret);
		break;
	case PLACE_LAST:
		set(ret, r->at);
		break;
	case PLACE_STALL:
		blame_stall(r, ret);
		break;
	case PLACE_HUNG:
		blame_hung(r, ret);
		break;
	}
}

void report_origin(const struct report *r, char ret[OOPS_NAME])
{
	unsigned skip = CLASS_NEVER | CLASS_MAKE;

	ret[0] = '\0';
	for (size_t p = 0; p < r->n_parts; p++)
		for (size_t i = r->parts[p].first; r->parts[p].origin && i < part_end(r, p); i++)
			if (is_sure(r, i) && !(class_of(report_name(r, i)) & skip)) {
				set(ret, report_name(r, i));
				return;
			}
}
