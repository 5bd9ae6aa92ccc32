// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/relevance/relevance.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/config.h"
#include "model/mail.h"

void relevance_done(struct relevance *r)
{
	for (size_t i = 0; i < r->n; i++) {
		strv_done(&r->v[i].hits);
		strv_done(&r->v[i].misses);
	}
	free(r->v);
	*r = (struct relevance){ 0 };
}

/* A star takes as little as fits, and only the last one is ever widened: what the ones before it
 * took can stay. So a path costs at most its length times the glob's. */
bool relevance_path(const char *glob, const char *path)
{
	const char *start = glob;
	const char *star = NULL, *from = NULL;

	for (;;) {
		bool below = !*glob && glob > start && glob[-1] == '/';

		if (below || (!*glob && !*path))
			return true;
		if (*glob == '*') {
			star = ++glob;
			from = path;
			continue;
		}
		if (*path && (*glob == '?' || *glob == *path)) {
			glob++;
			path++;
			continue;
		}
		if (!star || !*from)
			return false;
		glob = star;
		path = ++from;
	}
}

/* ASCII, whatever the locale. */
static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool is_letter(char c)
{
	unsigned char l = lower(c);

	return (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9') || l == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Behind the word where text begins with it; NULL where it does not. */
static const char *word_at(const char *word, size_t len, const char *text)
{
	for (size_t i = 0; i < len;) {
		if (is_blank(word[i]) != is_blank(*text) ||
		    (!is_blank(*text) && lower(word[i]) != lower(*text)))
			return NULL;
		if (!is_blank(*text)) {
			i++;
			text++;
			continue;
		}
		while (is_blank(word[i]))
			i++;
		while (is_blank(*text))
			text++;
	}
	return text;
}

bool relevance_word(const char *word, const char *text)
{
	char first[3] = "";
	size_t len;

	while (is_blank(*word))
		word++;
	len = strlen(word);
	while (len && is_blank(word[len - 1]))
		len--;
	if (!len)
		return false;
	first[0] = first[1] = (char)lower(word[0]);
	if (first[0] >= 'a' && first[0] <= 'z')
		first[1] = (char)(first[0] - 'a' + 'A');
	for (const char *p = strpbrk(text, first); p; p = strpbrk(p + 1, first)) {
		const char *end;

		if (is_letter(word[0]) && p > text && is_letter(p[-1]))
			continue;
		end = word_at(word, len, p);
		if (end && !(is_letter(word[len - 1]) && is_letter(*end)))
			return true;
	}
	return false;
}

/* What a series has, for all rules. */
struct looked {
	const struct mail *const *mails;
	size_t n;
	const struct strv *sources;
	const char **paths; /* of all mails, each once, sorted; borrowed */
	size_t n_paths;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void paths_collect(struct looked *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->mails[i]->paths.n;
	l->paths = mem_zalloc(n * sizeof(*l->paths));
	n = 0;
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->mails[i]->paths.n; k++)
			l->paths[n++] = l->mails[i]->paths.v[k];
	if (n)
		qsort(l->paths, n, sizeof(*l->paths), by_text);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(l->paths[i], l->paths[l->n_paths - 1]) != 0)
			l->paths[l->n_paths++] = l->paths[i];
}

/* Each of these adds a hit where the series has what the rule names. */
typedef void look_fn(const struct looked *l, const char *name, struct strv *hits);

static void look_path(const struct looked *l, const char *glob, struct strv *hits)
{
	const char *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < l->n_paths; i++)
		if (relevance_path(glob, l->paths[i])) {
			first = first ? first : l->paths[i];
			n++;
		}
	if (n == 1)
		strv_addf(hits, "path %s (%s)", first, glob);
	else if (n > 1)
		strv_addf(hits, "path %s and %zu more (%s)", first, n - 1, glob);
}

static void look_word(const struct looked *l, const char *word, struct strv *hits)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct mail *m = l->mails[i];
		bool subject = relevance_word(word, m->subject);

		if (!subject && !relevance_word(word, m->message))
			continue;
		strv_addf(hits, "word %s (%s of \"%s\")", word, subject ? "subject" : "message",
			  m->subject);
		return;
	}
}

static void look_list(const struct looked *l, const char *list, struct strv *hits)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->mails[i]->lists.n; k++)
			if (strcasecmp(l->mails[i]->lists.v[k], list) == 0) {
				strv_addf(hits, "list %s", list);
				return;
			}
}

static void look_source(const struct looked *l, const char *source, struct strv *hits)
{
	if (strv_has(l->sources, source))
		strv_addf(hits, "source %s", source);
}

/* One kind of a rule. false: the rule names some, and the series has none of them. */
static bool look(const struct looked *l, const char *kind, const struct strv *names, look_fn *one,
		 struct rule_match *ret)
{
	CLEANUP(buf_done) struct buf miss = { 0 };
	size_t before = ret->hits.n;

	for (size_t i = 0; i < names->n; i++)
		one(l, names->v[i], &ret->hits);
	if (names->n == 0 || ret->hits.n > before)
		return true;
	for (size_t i = 0; i < names->n; i++)
		buf_printf(&miss, "%s%s", i ? ", " : "", names->v[i]);
	strv_addf(&ret->misses, "no %s of: %s", kind, buf_text(&miss));
	return false;
}

void relevance_of(const struct config *c, const struct mail *const *mails, size_t n,
		  const struct strv *sources, struct relevance *ret)
{
	struct looked l = { .mails = mails, .n = n, .sources = sources };

	paths_collect(&l);
	*ret = (struct relevance){ .relevant = c->n_rules == 0 };
	ret->v = mem_zalloc(c->n_rules * sizeof(*ret->v));
	for (size_t i = 0; i < c->n_rules; i++) {
		const struct rule_config *rule = &c->rules[i];
		struct rule_match *m = &ret->v[ret->n++];
		bool paths = look(&l, "path", &rule->paths, look_path, m);
		bool words = look(&l, "word", &rule->words, look_word, m);
		bool lists = look(&l, "list", &rule->lists, look_list, m);

		m->rule = rule;
		m->matches = look(&l, "source", &rule->sources, look_source, m) && paths && words &&
			     lists;
		if (m->matches && !ret->rule)
			ret->rule = rule;
	}
	ret->relevant |= ret->rule != NULL;
	free(l.paths);
}
