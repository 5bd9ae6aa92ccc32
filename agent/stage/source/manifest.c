// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/source/manifest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"

enum { COMMIT_LEN = 40, MODIFIED_MAX = 60 };

bool is_commit(const char *text)
{
	return strlen(text) == COMMIT_LEN && strspn(text, "0123456789abcdef") == COMMIT_LEN;
}

void manifest_done(struct manifest *m)
{
	free(m->v);
	*m = (struct manifest){ 0 };
}

/* A number of at most EPOCHS_MAX with nothing behind but `rest`; -1: it is none. */
static int epoch_number(const char *text, const char *rest)
{
	size_t digits = strspn(text, "0123456789");
	int num;

	if (digits < 1 || digits > 4 || strcmp(text + digits, rest) != 0)
		return -1;
	num = atoi(text);
	return num < EPOCHS_MAX ? num : -1;
}

void manifest_add(struct manifest *m, int num, const char *print)
{
	struct epoch e = { .num = num };
	size_t i;

	for (i = m->n; i > 0 && m->v[i - 1].num >= num; i--)
		if (m->v[i - 1].num == num)
			return;
	if (is_commit(print)) /* a SHA-1 as well */
		memcpy(e.print, print, sizeof(e.print));
	m->v = mem_grow(m->v, m->n, &m->cap, sizeof(*m->v));
	memmove(m->v + i + 1, m->v + i, (m->n - i) * sizeof(*m->v));
	m->v[i] = e;
	m->n++;
}

int manifest_read(const char *data, size_t len, struct manifest *ret, struct err *err)
{
	CLEANUP(json_done) json_t *j = json_read(data, len, err);
	struct manifest m = { 0 };
	const char *path;
	json_t *repo;

	if (!j)
		return -err->code;
	json_object_foreach(j, path, repo)
	{
		const char *git = strstr(path, "/git/");
		int num = git ? epoch_number(git + 5, ".git") : -1;

		if (num >= 0)
			manifest_add(&m, num, json_text(repo, "fingerprint"));
	}
	if (m.n == 0)
		return err_set(err, EINVAL,
			       "its manifest has no epochs: only public-inboxes of version 2 do");
	*ret = m;
	return 0;
}

struct stand *stand_find(struct inbox_cursor *c, int num)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].num == num)
			return &c->v[i];
	return NULL;
}

struct stand *stand_add(struct inbox_cursor *c, int num)
{
	c->v = mem_grow(c->v, c->n, &c->cap, sizeof(*c->v));
	c->v[c->n] = (struct stand){ .num = num };
	return &c->v[c->n++];
}

void inbox_cursor_read(const char *text, struct inbox_cursor *ret)
{
	CLEANUP(json_done) json_t *j = json_loads(text, 0, NULL);
	json_t *epochs = json_object_get(j, "epochs"), *e;
	int64_t first = json_number(j, "first");
	const char *num;

	*ret = (struct inbox_cursor){ .first = first < EPOCHS_MAX ? (int)first : -1,
				      .time = json_number(j, "time"),
				      .modified = mem_strdup(json_text(j, "manifest")) };
	json_object_foreach(epochs, num, e)
	{
		struct stand *s;

		if (epoch_number(num, "") < 0)
			continue;
		s = stand_add(ret, epoch_number(num, ""));
		if (is_commit(json_text(e, "at")))
			memcpy(s->at, json_text(e, "at"), sizeof(s->at));
		if (is_commit(json_text(e, "print")))
			memcpy(s->print, json_text(e, "print"), sizeof(s->print));
		if (json_number(e, "since") > 0)
			s->since = json_number(e, "since");
	}
}

char *inbox_cursor_write(const struct inbox_cursor *c)
{
	CLEANUP(json_done) json_t *j = json_object();
	json_t *epochs = json_object();
	char num[16];

	json_object_set_new(j, "first", json_integer(c->first));
	json_object_set_new(j, "time", json_integer(c->time > 0 ? c->time : 0));
	if (c->modified[0] && strlen(c->modified) < MODIFIED_MAX)
		json_object_set_new(j, "manifest", json_string(c->modified));
	for (size_t i = 0; i < c->n; i++) {
		json_t *e = json_object();

		if (c->v[i].at[0])
			json_object_set_new(e, "at", json_string(c->v[i].at));
		else if (c->v[i].since)
			json_object_set_new(e, "since", json_integer(c->v[i].since));
		if (c->v[i].print[0])
			json_object_set_new(e, "print", json_string(c->v[i].print));
		snprintf(num, sizeof(num), "%d", c->v[i].num);
		json_object_set_new(epochs, num, e);
	}
	json_object_set_new(j, "epochs", epochs);
	return json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS);
}

void inbox_cursor_done(struct inbox_cursor *c)
{
	free(c->modified);
	free(c->v);
	*c = (struct inbox_cursor){ 0 };
}
