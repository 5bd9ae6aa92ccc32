// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/bisection.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const kinds[] = { "test", "signature", "build", "boot", "run", NULL };
static const char *const states[] = { "running", "found",  "range", "never-bad",
				      "was-bad", "failed", NULL };
static const char *const reverts[] = { "", "yes", "no", "unrevertable", NULL };
static const char *const builds[] = { "unknown", "built", "unbuildable", NULL };
static const char *const verdicts[] = { "good", "bad", "infra", NULL };

static int parse(const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

const char *bisection_kind_name(enum bisection_kind k)
{
	return kinds[k];
}

const char *bisection_state_name(enum bisection_state s)
{
	return states[s];
}

const char *bisection_reverted_name(enum bisection_reverted r)
{
	return reverts[r];
}

const char *bisection_build_name(enum bisection_build b)
{
	return builds[b];
}

const char *bisection_verdict_name(enum bisection_verdict v)
{
	return verdicts[v];
}

int bisection_kind_parse(const char *word)
{
	return parse(kinds, word);
}

int bisection_state_parse(const char *word)
{
	return parse(states, word);
}

int bisection_reverted_parse(const char *word)
{
	return parse(reverts, word);
}

int bisection_build_parse(const char *word)
{
	return parse(builds, word);
}

int bisection_verdict_parse(const char *word)
{
	return parse(verdicts, word);
}

void bisection_done(struct bisection *b)
{
	for (size_t i = 0; i < b->n_commits; i++) {
		struct bisection_commit *c = &b->commits[i];

		free(c->commit);
		free(c->subject);
		free(c->build_id);
		free(c->image_hash);
		free(c->why);
	}
	for (size_t i = 0; i < b->n_runs; i++)
		free(b->runs[i].job_id);
	free(b->commits);
	free(b->runs);
	free(b->key);
	free(b->tree);
	free(b->good);
	free(b->bad);
	free(b->subject);
	free(b->filter);
	free(b->target);
	free(b->fix);
	strv_done(&b->paths);
	free(b->watch);
	free(b->series);
	free(b->culprit);
	free(b->why);
	*b = (struct bisection){ 0 };
}

struct bisection_commit *bisection_commit_add(struct bisection *b, const char *commit,
					      const char *subject)
{
	struct bisection_commit *c;

	b->commits = mem_grow(b->commits, b->n_commits, &b->cap_commits, sizeof(*b->commits));
	c = &b->commits[b->n_commits++];
	*c = (struct bisection_commit){
		.commit = mem_strdup(commit),
		.subject = mem_strdup(subject),
		.weight = 1,
		.build_id = mem_strdup(""),
		.image_hash = mem_strdup(""),
		.why = mem_strdup(""),
	};
	return c;
}

void bisection_run_add(struct bisection *b, size_t seq, enum bisection_verdict v, const char *job,
		       int64_t ms)
{
	b->runs = mem_grow(b->runs, b->n_runs, &b->cap_runs, sizeof(*b->runs));
	b->runs[b->n_runs++] = (struct bisection_run){
		.seq = seq, .verdict = v, .job_id = mem_strdup(job), .ms = ms
	};
}

int bisection_count(const struct bisection *b, size_t seq, enum bisection_verdict v)
{
	int n = 0;

	for (size_t i = 0; i < b->n_runs; i++)
		n += b->runs[i].seq == seq && b->runs[i].verdict == v;
	return n;
}
