// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/mail.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/hash.h"
#include "base/mem.h"
#include "mail/address.h"
#include "mail/body.h"
#include "mail/decode.h"
#include "mail/diff.h"
#include "mail/head.h"
#include "mail/info.h"
#include "mail/needs.h"
#include "mail/subject.h"

/* What the header says, until it is put into the mail. */
struct head {
	char *from; /* decoded; NULL none, as the others */
	char *subject;
	struct field date; /* as it stands */
	struct part part;
	struct strv answers; /* In-Reply-To */
	struct strv thread;  /* References, last first */
	bool fields;	     /* there is a header at all */
};

static void head_done(struct head *h)
{
	free(h->from);
	free(h->subject);
	part_done(&h->part);
	strv_done(&h->answers);
	strv_done(&h->thread);
}

/* The first reason stays: later ones follow from it. */
static void reason_set(struct mail *m, const char *why)
{
	if (!m->reason && why)
		m->reason = mem_strdup(why);
}

static char *text_of(const struct field *f, size_t max)
{
	return decode_header(f->value, f->value_len < max ? f->value_len : max);
}

/* Replaces *to, as git mailinfo does when a header is there twice. */
static void list_add(const struct field *f, struct mail *ret)
{
	CLEANUP(free_ptr) char *text = text_of(f, MAIL_SUBJECT_MAX);
	CLEANUP(free_ptr) char *id = msgid_read(text);

	if (id[0] && !strv_has(&ret->lists, id) && ret->lists.n < 20)
		strv_add(&ret->lists, id);
}

static void msgid_set(const struct field *f, struct mail *ret)
{
	CLEANUP(free_ptr) char *text = NULL;

	if (ret->msgid && ret->msgid[0])
		return;
	if (f->value_len > MAIL_MSGID_MAX)
		reason_set(ret, "the Message-ID is longer than 4096 bytes and was cut");
	text = text_of(f, MAIL_MSGID_MAX);
	mem_set(&ret->msgid, msgid_read(text));
}

static void refs_add(const struct field *f, bool backwards, struct strv *ret)
{
	CLEANUP(free_ptr) char *text = decode_header(f->value, f->value_len);

	msgids_read(text, backwards, ret);
}

static void field_read(const struct field *f, struct head *h, struct mail *ret)
{
	switch (f->name_len) {
	case 4:
		if (field_is(f, "From"))
			mem_set(&h->from, text_of(f, MAIL_SUBJECT_MAX));
		else if (field_is(f, "Date"))
			h->date = *f;
		break;
	case 7:
		if (field_is(f, "Subject"))
			mem_set(&h->subject, text_of(f, MAIL_SUBJECT_MAX));
		else if (field_is(f, "List-Id"))
			list_add(f, ret);
		break;
	case 10:
		if (field_is(f, "Message-ID"))
			msgid_set(f, ret);
		else if (field_is(f, "References"))
			refs_add(f, true, &h->thread);
		break;
	case 11:
		if (field_is(f, "In-Reply-To"))
			refs_add(f, false, &h->answers);
		break;
	default:
		part_field(&h->part, f);
		break;
	}
}

/* Reads the header; returns where the body begins, NULL: the header goes over a limit. */
static const char *header_read(const char *raw, size_t len, struct head *h, struct mail *ret)
{
	const char *end = raw + len, *p = raw, *next;
	const char *stop = len > MAIL_HEADER_MAX ? raw + MAIL_HEADER_MAX : end;
	struct field f;
	size_t n = 0;

	while ((next = head_next(p, stop, &f))) {
		if (next == stop && stop < end) {
			reason_set(ret, "the header is larger than 512 KB");
			return NULL;
		}
		if (++n > MAIL_FIELDS_MAX) {
			reason_set(ret, "the header has more than 5000 fields");
			return NULL;
		}
		if (f.name_len > 0)
			h->fields = true;
		field_read(&f, h, ret);
		p = next;
	}
	return head_end(p, stop);
}

static void header_use(const struct head *h, struct mail *ret)
{
	char iso[32] = "";

	ret->subject = mem_strdup(h->subject ? h->subject : "");
	for (size_t i = 0; i < h->answers.n; i++)
		strv_add(&ret->refs, h->answers.v[i]);
	for (size_t i = 0; i < h->thread.n; i++)
		if (!strv_has(&ret->refs, h->thread.v[i]))
			strv_add(&ret->refs, h->thread.v[i]);
	if (!h->fields)
		reason_set(ret, "no mail: it has no header");
	if (!h->from || !address_read(h->from, &ret->sender)) {
		if (!h->from)
			ret->sender = (struct person){ mem_strdup(""), mem_strdup("") };
		reason_set(ret, h->from ? "the From: line has no address" : "no From: line");
	}
	if (!h->subject)
		reason_set(ret, "no Subject: line");
	if (!ret->msgid || !ret->msgid[0])
		reason_set(ret, "no Message-ID");
	if (!h->date.name)
		reason_set(ret, "no Date: line");
	else if (!decode_date(h->date.value, h->date.value_len, iso, &ret->time))
		reason_set(ret, "the Date: line is no date");
	ret->date = mem_strdup(iso);
}

/* Text as a string: a NUL has no place in it. */
static char *take_text(struct buf *b, struct mail *ret)
{
	size_t n = 0;

	if (b->len > 0 && memchr(b->data, '\0', b->len)) {
		reason_set(ret, "the text has NUL bytes; they were left out");
		for (size_t i = 0; i < b->len; i++)
			if (b->data[i])
				b->data[n++] = b->data[i];
		b->len = n;
		b->data[n] = '\0';
	}
	return buf_take(b);
}

/* Who wrote the commit and what it is called: the body's word goes before the header's. */
static void commit_use(struct info *i, bool patch, struct mail *ret)
{
	struct buf *from = &i->header[INFO_FROM], *subject = &i->header[INFO_SUBJECT];

	if (patch && from->len > 0 && !address_read(from->data, &ret->author)) {
		free(ret->author.name);
		free(ret->author.email);
		ret->author = (struct person){ 0 };
	}
	if (patch && subject->len > 1)
		mem_set(&ret->name, subject_bare(subject->data));
	ret->diff_len = i->patch.len;
	ret->diff = buf_take(&i->patch);
	ret->message = take_text(&i->message, ret);
}

static enum mail_kind kind_of(const struct mail *m, bool answer, bool diff)
{
	if (answer)
		return MAIL_COMMENT;
	if (m->total > 0 && m->number == 0)
		return MAIL_COVER; /* a diff in it is one between versions */
	if (diff || m->pull)
		return MAIL_PATCH;
	return m->refs.n > 0 ? MAIL_COMMENT : MAIL_OTHER;
}

/*
 * Lists put their own headers and footers to a mail, and some a word into its subject. What could
 * not be understood is only equal to itself.
 */
static void content_hash(struct mail *m, const char *raw, size_t len)
{
	struct hash h;

	hash_start(&h);
	hash_field(&h, m->sender.email);
	hash_field(&h, m->name);
	hash_field(&h, m->patch_id);
	if (!m->patch_id[0] && m->kind == MAIL_PATCH)
		hash_bytes(&h, m->diff, m->diff_len);
	if (m->kind == MAIL_OTHER && m->reason[0])
		hash_bytes(&h, raw, len);
	hash_hex(&h, m->hash);
}

static void body_use(const char *body, size_t len, struct head *h, int flags, bool answer,
		     struct mail *ret)
{
	CLEANUP(info_done) struct info i = { .scissors = flags & MAIL_SCISSORS, .room = len + 1 };
	bool diff, patch, cut;

	reason_set(ret, body_read(body, len, &h->part, &i));
	if (i.bad_charset)
		reason_set(ret, "the text is not in the charset that it claims");
	diff = diff_read(buf_text(&i.patch), i.patch.len, &ret->paths, &cut);
	if (cut)
		reason_set(ret, "the diff is cut short, or its lines are broken");
	diff_patch_id(buf_text(&i.patch), i.patch.len, ret->patch_id);
	patch = i.patch.len > 0;
	needs_read(buf_text(&i.message), i.message.len, &ret->needs);
	needs_read(buf_text(&i.patch), i.patch.len, &ret->needs);
	commit_use(&i, patch, ret);
	if (!diff) {
		ret->pull = pull_read(ret->message, strlen(ret->message));
		if (!ret->pull)
			ret->pull = pull_read(ret->diff, ret->diff_len);
	}
	ret->kind = kind_of(ret, answer, diff);
}

/* No pointer of a mail is NULL but .pull. Who sent it wrote it, where nothing else is said. */
static void fill(struct mail *m)
{
	char **texts[] = { &m->msgid,	    &m->subject,	   &m->name,
			   &m->date,	    &m->sender.name,	   &m->sender.email,
			   &m->author.name, &m->author.email,	   &m->message,
			   &m->diff,	    &m->needs.base_commit, &m->needs.change_id,
			   &m->reason };

	if (!m->author.email) {
		m->author.name = mem_strdup(m->sender.name);
		m->author.email = mem_strdup(m->sender.email);
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (!*texts[i])
			*texts[i] = mem_strdup("");
}

void mail_parse(const char *raw, size_t len, int flags, struct mail *ret)
{
	CLEANUP(head_done) struct head h = { 0 };
	const char *end = raw + len, *body;
	bool answer;

	*ret = (struct mail){ 0 };
	while (raw < end && strchr(" \t\r\n", *raw) && *raw)
		raw++;
	if (raw == end)
		reason_set(ret, "no mail: it is empty");
	body = header_read(raw, (size_t)(end - raw), &h, ret);
	header_use(&h, ret);
	answer = subject_read(ret->subject, ret);
	if (len > MAIL_BYTES_MAX)
		reason_set(ret, "the mail is larger than 16 MB");
	else if (body && raw < end)
		body_use(body, (size_t)(end - body), &h, flags, answer, ret);
	fill(ret);
	content_hash(ret, raw, (size_t)(end - raw));
}
