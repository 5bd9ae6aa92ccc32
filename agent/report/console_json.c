// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/console_json.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/foreign.h"
#include "model/oops.h"
#include "model/test.h"

static json_t *text(const char *s)
{
	json_t *j = json_string(s);

	if (!j) { /* no UTF-8 */
		CLEANUP(free_ptr) char *plain = foreign_utf8(s);

		j = json_string(plain);
	}
	return j;
}

/* Whether text stands in JSON as it is. */
static bool is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\')
			return false;
	return true;
}

static void add_text(struct buf *b, const char *s)
{
	size_t len = strlen(s);

	if (is_plain(s, len)) {
		buf_add(b, "\"", 1);
		buf_add(b, s, len);
		buf_add(b, "\"", 1);
	} else {
		json_t *j = text(s);
		CLEANUP(free_ptr) char *quoted = json_dumps(j, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);

		buf_str(b, quoted);
		json_decref(j);
	}
}

/* The keys are in order and end with ':', the first one has '{' before it. */
static void add_string(struct buf *b, const char *key, const char *s)
{
	buf_str(b, key);
	add_text(b, s);
}

/* None of a report's numbers is negative. */
static void add_number(struct buf *b, const char *key, long n)
{
	char text[24], *end = text + sizeof(text), *at = end;

	do
		*--at = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	buf_str(b, key);
	buf_add(b, at, (size_t)(end - at));
}

/* Names of functions, which are plain: agent/console takes nothing else for one. */
static void add_names(struct buf *b, const char *key, char *const *v, size_t n)
{
	buf_str(b, key);
	for (size_t i = 0; i < n; i++) {
		buf_str(b, i ? "\",\"" : "[\"");
		buf_str(b, v[i]);
	}
	buf_str(b, n ? "\"]" : "[]");
}

static void add_list(struct buf *b, const char *key, char *const *v, size_t n)
{
	buf_str(b, key);
	for (size_t i = 0; i < n; i++) {
		buf_add(b, i ? "," : "[", 1);
		if (v[i])
			add_text(b, v[i]);
		else
			buf_str(b, "null");
	}
	buf_str(b, n ? "]" : "[]");
}

void oops_json(const struct oops *o, struct buf *ret)
{
	add_string(ret, "{\"title\":", o->title);
	add_string(ret, ",\"type\":", o->type);
	add_string(ret, ",\"function\":", o->function);
	add_list(ret, ",\"alt\":", o->alt, o->n_alt);
	add_names(ret, ",\"frames\":", o->frames, o->n_frames);
	if (o->places)
		add_list(ret, ",\"places\":", o->places, o->n_frames);
	add_string(ret, ",\"hash\":", o->hash);
	add_number(ret, ",\"first_line\":", (long)o->first_line);
	add_number(ret, ",\"last_line\":", (long)o->last_line);
	buf_str(ret, o->corrupted ? ",\"corrupted\":true" : ",\"corrupted\":false");
	if (o->reason)
		add_string(ret, ",\"reason\":", o->reason);
	buf_str(ret, o->fatal ? ",\"fatal\":true" : ",\"fatal\":false");
	if (o->cpu >= 0)
		add_number(ret, ",\"cpu\":", o->cpu);
	if (o->pid >= 0)
		add_number(ret, ",\"pid\":", o->pid);
	if (o->comm)
		add_string(ret, ",\"task\":", o->comm);
	if (o->taint)
		add_string(ret, ",\"taint\":", o->taint);
	buf_add(ret, "}", 1);
}

json_t *ktap_json(const struct test *t)
{
	json_t *j = json_object();

	json_object_set_new_nocheck(j, "path", text(t->path));
	json_object_set_new_nocheck(j, "status", json_string(test_status_name(t->status)));
	json_object_set_new_nocheck(j, "line", json_integer((json_int_t)t->line));
	json_object_set_new_nocheck(j, "comment", text(t->comment));
	return j;
}
