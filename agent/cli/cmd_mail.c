// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "mail/mail.h"
#include "mail/mbox.h"
#include "mail/series.h"
#include "report/set.h"

/* What is kept of a file's mails for their series; texts and diffs go once they were shown. */
struct mails {
	struct mail *v;
	size_t n, cap;
};

static void mails_done(struct mails *m)
{
	for (size_t i = 0; i < m->n; i++)
		mail_done(&m->v[i]);
	free(m->v);
}

static void drop(char **text)
{
	free(*text);
	*text = mem_strdup("");
}

/* A series needs little of a mail, and of answers nothing. */
static void drop_texts(struct mail *m)
{
	drop(&m->message);
	drop(&m->diff);
	m->diff_len = 0;
	strv_done(&m->paths);
	if (m->kind == MAIL_COMMENT || m->kind == MAIL_OTHER) {
		strv_done(&m->refs);
		strv_done(&m->lists);
		strv_done(&m->prefixes);
		strv_done(&m->needs.others);
		drop(&m->subject);
		drop(&m->name);
	}
}

static json_t *text_or_null(const char *s)
{
	return s && s[0] ? text_json(s) : json_null();
}

static json_t *texts(const struct strv *s)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(a, text_json(s->v[i]));
	return a;
}

static json_t *mail_json(const struct mail *m, size_t index)
{
	json_t *o = json_object(), *author = json_object();

	json_object_set_new(author, "name", text_json(m->author.name));
	json_object_set_new(author, "email", text_json(m->author.email));
	json_object_set_new(o, "index", json_integer((json_int_t)index));
	json_object_set_new(o, "kind", json_string(mail_kind_name(m->kind)));
	json_object_set_new(o, "msgid", text_json(m->msgid));
	json_object_set_new(o, "subject", text_json(m->subject));
	json_object_set_new(o, "name", text_json(m->name));
	json_object_set_new(o, "number",
			    m->total > 0 || m->kind != MAIL_PATCH ? json_integer(m->number)
								  : json_integer(1));
	json_object_set_new(o, "total", json_integer(m->total > 0 ? m->total : 1));
	json_object_set_new(o, "version", json_integer(m->version));
	json_object_set_new(o, "prefixes", texts(&m->prefixes));
	json_object_set_new(o, "date", text_or_null(m->date));
	json_object_set_new(o, "author", author);
	json_object_set_new(o, "patch_id", text_or_null(m->patch_id));
	json_object_set_new(o, "revision", json_integer(m->revision));
	json_object_set_new(o, "pull", text_or_null(m->pull));
	json_object_set_new(o, "refs", texts(&m->refs));
	json_object_set_new(o, "reason", text_or_null(m->reason));
	return o;
}

static json_t *parts_json(const struct mails *m, const struct mail_part *parts, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *pair = json_array();

		json_array_append_new(pair, json_integer(parts[i].number));
		json_array_append_new(pair, text_json(m->v[parts[i].mail].msgid));
		json_array_append_new(a, pair);
	}
	return a;
}

static json_t *index_json(ptrdiff_t i)
{
	return i >= 0 ? json_integer((json_int_t)i) : json_null();
}

static json_t *series_json(const struct mails *m, const struct mail_series *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "version", json_integer(s->version));
	json_object_set_new(o, "total", json_integer(s->total));
	json_object_set_new(o, "received", json_integer((json_int_t)s->received));
	json_object_set_new(o, "complete", json_boolean(s->complete));
	json_object_set_new(o, "cover",
			    s->cover >= 0 ? text_json(m->v[s->cover].msgid) : json_null());
	json_object_set_new(o, "patches", parts_json(m, s->parts, s->n_parts));
	json_object_set_new(o, "base_commit", text_or_null(s->needs.base_commit));
	json_object_set_new(o, "change_id", text_or_null(s->needs.change_id));
	json_object_set_new(o, "prerequisites", texts(&s->needs.others));
	json_object_set_new(o, "revision", json_integer(s->revision));
	json_object_set_new(o, "name", text_json(s->name));
	json_object_set_new(o, "rfc", json_boolean(s->rfc));
	json_object_set_new(o, "resend", json_boolean(s->resend));
	json_object_set_new(o, "older", index_json(s->older));
	json_object_set_new(o, "same", index_json(s->same));
	json_object_set_new(o, "full", parts_json(m, s->full, s->n_full));
	json_object_set_new(o, "full_complete", json_boolean(s->full_complete));
	return o;
}

/* An element of an array, on a line of its own. */
static void element_print(FILE *out, json_t *o, size_t nth)
{
	fputs(nth > 0 ? ",\n" : "\n", out);
	json_dumpf(o, out, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII);
	json_decref(o);
}

static void series_print(FILE *out, const struct mails *m, const struct mail_series *s)
{
	CLEANUP(free_ptr) char *name = foreign_line(s->name);
	const struct mail *first = &m->v[s->cover >= 0 ? (size_t)s->cover : s->parts[0].mail];
	CLEANUP(free_ptr) char *author = foreign_line(first->author.name);

	fprintf(out, "\n%s%s", name, s->rfc ? " (RFC)" : "");
	if (s->revision > 1)
		fprintf(out, ", version %d", s->revision);
	fprintf(out, "\n  by %s, %.10s, %zu of %d patches%s%s\n", author, first->date, s->received,
		s->total, s->cover >= 0 ? ", with cover" : "", s->complete ? "" : ", incomplete");
	if (s->same >= 0)
		fputs("  sent before with the same patches\n", out);
	if (s->needs.base_commit[0])
		fprintf(out, "  base %.12s\n", s->needs.base_commit);
	for (size_t i = 0; i < s->needs.others.n; i++) {
		CLEANUP(free_ptr) char *need = foreign_line(s->needs.others.v[i]);

		fprintf(out, "  needs %s\n", need);
	}
	for (size_t i = 0; i < s->n_full; i++) {
		const struct mail *p = &m->v[s->full[i].mail];
		CLEANUP(free_ptr) char *line = foreign_line(p->name);
		CLEANUP(free_ptr) char *pull = foreign_line(p->pull);

		fprintf(out, "  %d/%d %s%s%s%s\n", s->full[i].number, s->total, line,
			p->pull ? ": pull " : "", pull,
			s->full[i].from_older ? " (of the version before)" : "");
	}
}

/* What was not understood is said of each mail; of answers, how many. */
static void rest_print(FILE *out, const struct mails *m)
{
	size_t comments = 0, others = 0;

	for (size_t i = 0; i < m->n; i++) {
		CLEANUP(free_ptr) char *reason = foreign_line(m->v[i].reason);

		comments += m->v[i].kind == MAIL_COMMENT;
		others += m->v[i].kind == MAIL_OTHER;
		if (reason[0])
			fprintf(out, "mail %zu: %s\n", i, reason);
	}
	fprintf(out, "%zu mails, %zu comments, %zu others\n", m->n, comments, others);
}

static void mails_read_one(FILE *out, bool json, const char *raw, size_t len, struct mails *m)
{
	struct mail *x;

	m->v = mem_grow(m->v, m->n, &m->cap, sizeof(*m->v));
	x = &m->v[m->n];
	mail_parse(raw, len, 0, x);
	if (json)
		element_print(out, mail_json(x, m->n), m->n);
	drop_texts(x);
	m->n++;
}

static int file_show(FILE *out, const char *path, bool json, struct err *err)
{
	CLEANUP(mail_series_list_done) struct mail_series_list l = { 0 };
	CLEANUP(mails_done) struct mails m = { 0 };
	CLEANUP(mbox_close) struct mbox box = { .fd = -1 };
	CLEANUP(free_ptr) char *line = foreign_line(path);
	char *raw;
	size_t len;
	int r = mbox_open(&box, path, MAIL_BYTES_MAX, err);

	if (r < 0)
		return r;
	if (json) {
		json_t *name = text_json(path);

		fputs("{\"file\":", out);
		json_dumpf(name, out, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
		json_decref(name);
		fputs(",\"mails\":[", out);
	} else {
		fprintf(out, "%s: ", line);
	}
	while ((r = mbox_next(&box, &raw, &len, err)) > 0)
		mails_read_one(out, json, raw, len, &m);
	if (r < 0)
		return r;
	series_assemble(m.v, m.n, &l);
	if (json) {
		fputs("],\n\"series\":[", out);
		for (size_t i = 0; i < l.n; i++)
			element_print(out, series_json(&m, &l.v[i]), i);
		fputs("]}", out);
		return 0;
	}
	rest_print(out, &m);
	for (size_t i = 0; i < l.n; i++)
		series_print(out, &m, &l.v[i]);
	return 0;
}

static int copy_out(FILE *from, struct err *err)
{
	char block[1 << 16];
	size_t n;

	if (fflush(from) == EOF || ferror(from) || fseek(from, 0, SEEK_SET) < 0)
		return err_set(err, EIO, "cannot write a temporary file");
	while ((n = fread(block, 1, sizeof(block), from)) > 0)
		if (fwrite(block, 1, n, stdout) < n)
			return err_set(err, EIO, "cannot write to standard output");
	if (ferror(from))
		return err_set(err, EIO, "cannot read a temporary file");
	return 0;
}

/* An error is a document of its own, so nothing is printed before all files were read. */
int cmd_mail(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(close_file) FILE *out = NULL;
	int first = 1;

	if (argc > 1 && strcmp(argv[1], "--") == 0)
		first = 2;
	for (int i = first; first == 1 && i < argc; i++)
		if (argv[i][0] == '-' && argv[i][1])
			return usage_error("mail", err, "unknown option '%s'", argv[i]);
	if (first == argc)
		return usage_error("mail", err, "a FILE is missing");
	out = tmpfile();
	if (!out)
		return err_errno(err, errno, "cannot make a temporary file");
	if (s->json)
		fputs("[", out);
	for (int i = first; i < argc; i++) {
		int r;

		if (i > first)
			fputs(s->json ? ",\n" : "\n", out);
		r = file_show(out, argv[i], s->json, err);
		if (r < 0)
			return r;
	}
	if (s->json)
		fputs("]\n", out);
	return copy_out(out, err);
}
