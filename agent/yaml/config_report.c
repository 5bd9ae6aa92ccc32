// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "yaml/config_parts.h"
#include "yaml/fields.h"
#include "yaml/yaml.h"

/* `confidence:` and `report:` of lab.yaml: how sure a verdict has to be, and who hears of it. */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int config_confidence(const struct yaml *y, const struct yaml_node *map, struct config *c,
		      struct err *err)
{
	struct confidence_config *f = &c->confidence;
	const struct field fields[] = {
		{ "blame", FIELD_SHARE, &f->blame, false, 0, 0 },
		{ "repeats", FIELD_NUMBER, &f->repeats, false, 1, 1000 },
		{ "rate", FIELD_SHARE, &f->rate, false, 0, 0 },
		{ "missed", FIELD_SHARE, &f->missed, false, 0, 0 },
		{ "paths", FIELD_TEXTS, &f->paths, false, 0, 0 },
	};

	f->blame = 0.01;
	f->repeats = 30;
	f->missed = 0.05;
	return map ? fields_read(y, map, "confidence", fields, COUNT(fields), err) : 0;
}

/* A word of a list and the bit that it stands for. */
struct word {
	const char *name;
	int bit;
};

static int bits_read(const struct yaml *y, const struct yaml_node *map, const char *key,
		     const struct strv *given, const struct word *words, size_t n, int *bits,
		     struct err *err)
{
	if (given->n)
		*bits = 0;
	for (size_t i = 0; i < given->n; i++) {
		size_t k = 0;

		while (k < n && strcmp(words[k].name, given->v[i]) != 0)
			k++;
		if (k == n)
			return fields_error(y, yaml_get(map, key), "report", err,
					    "'%s' is nothing that '%s' can have", given->v[i], key);
		*bits |= words[k].bit;
	}
	return 0;
}

static int wrong(const struct yaml *y, const struct yaml_node *map, const char *key,
		 const char *what, struct err *err)
{
	return fields_error(y, yaml_get(map, key), "report", err, "'%s' %s", key, what);
}

/* scheme://HOST…, without a user in it. */
static bool is_url(const char *url, const char *const *schemes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(schemes[i]);

		if (strncmp(url, schemes[i], len) == 0)
			return url[len] && !strchr("/:", url[len]) && !strpbrk(url, " \"'<>\\?#@");
	}
	return false;
}

static bool is_address(const char *text)
{
	const char *at = strchr(text, '@');

	return at && at != text && at[1] && !strchr(at + 1, '@') && !strpbrk(text, " ,;<>\"\\()");
}

/* "a@b", or "Name <a@b>". */
static bool is_person(const char *text)
{
	const char *open = strrchr(text, '<');
	CLEANUP(free_ptr) char *inside = NULL;
	size_t len = strlen(text);

	if (!open)
		return is_address(text);
	if (text[len - 1] != '>')
		return false;
	inside = mem_strndup(open + 1, (size_t)(text + len - 1 - open - 1));
	return is_address(inside);
}

static int report_check(const struct yaml *y, const struct yaml_node *map, const struct config *c,
			struct err *err)
{
	static const char *const web[] = { "https://", "http://" };
	static const char *const mail[] = { "smtp://", "smtps://" };
	const struct report_config *f = &c->report;

	if (f->url && !is_url(f->url, web, 2))
		return wrong(y, map, "url", "is not of the form https://HOST/PATH", err);
	if (f->from && !is_person(f->from))
		return wrong(y, map, "from", "is not of the form Name <a@example.org>", err);
	for (size_t i = 0; i < f->operator.n; i++)
		if (!is_person(f->operator.v[i]))
			return wrong(y, map, "operator", "has something that is no address", err);
	if (f->smtp && !is_url(f->smtp, mail, 2))
		return wrong(y, map, "smtp", "is not of the form smtp://HOST:PORT", err);
	if (f->smtp && yaml_get(map, "sendmail"))
		return wrong(y, map, "smtp", "and 'sendmail' are two ways; take one", err);
	if (f->sendmail && f->sendmail[0] != '/')
		return wrong(y, map, "sendmail", "must be a program's whole path", err);
	if (!!f->smtp_user != !!f->smtp_password_file)
		return wrong(y, map, f->smtp_user ? "smtp_user" : "smtp_password_file",
			     "needs the other of smtp_user and smtp_password_file", err);
	if (!fields_is_name(f->context) || !fields_is_name(f->kcidb_origin))
		return wrong(y, map, fields_is_name(f->context) ? "kcidb_origin" : "context",
			     "is no name", err);
	if (f->kcidb_url && !is_url(f->kcidb_url, web, 2))
		return wrong(y, map, "kcidb_url", "is not of the form https://HOST/PATH", err);
	for (size_t i = 0; i < f->checks.n; i++) {
		const struct source_config *s = config_source(c, f->checks.v[i]);

		if (!s || s->type != SOURCE_PATCHWORK || !s->token_file)
			return fields_error(y, yaml_get(map, "checks"), "report", err,
					    "'%s' is no source of type patchwork with a token_file",
					    f->checks.v[i]);
	}
	return 0;
}

static void slash_off(char *url)
{
	for (size_t len = url ? strlen(url) : 0; len > 0 && url[len - 1] == '/';)
		url[--len] = '\0';
}

static void set_default(char **text, const char *value)
{
	if (!*text)
		*text = mem_strdup(value);
}

int config_report(const struct yaml *y, const struct yaml_node *map, struct config *c,
		  struct err *err)
{
	static const struct word receivers[] = {
		{ "operator", REPORT_OPERATOR },
		{ "author", REPORT_AUTHOR },
		{ "cc", REPORT_CC },
	};
	static const struct word verdicts[] = {
		{ "pass", REPORT_ON_PASS },
		{ "fail", REPORT_ON_FAIL },
		{ "none", REPORT_ON_NONE },
	};
	struct report_config *f = &c->report;
	CLEANUP(strv_done) struct strv to = { 0 }, on = { 0 };
	const struct field fields[] = {
		{ "url", FIELD_TEXT, &f->url, false, 0, 0 },
		{ "from", FIELD_TEXT, &f->from, false, 0, 0 },
		{ "operator", FIELD_TEXTS, &f->operator, false, 0, 0 },
		{ "to", FIELD_TEXTS, &to, false, 0, 0 },
		{ "on", FIELD_TEXTS, &on, false, 0, 0 },
		{ "moderate", FIELD_BOOL, &f->moderate, false, 0, 0 },
		{ "per_day", FIELD_NUMBER, &f->per_day, false, 1, 100000 },
		{ "sendmail", FIELD_TEXT, &f->sendmail, false, 0, 0 },
		{ "smtp", FIELD_TEXT, &f->smtp, false, 0, 0 },
		{ "smtp_user", FIELD_TEXT, &f->smtp_user, false, 0, 0 },
		{ "smtp_password_file", FIELD_TEXT, &f->smtp_password_file, false, 0, 0 },
		{ "checks", FIELD_TEXTS, &f->checks, false, 0, 0 },
		{ "context", FIELD_TEXT, &f->context, false, 0, 0 },
		{ "kcidb_url", FIELD_TEXT, &f->kcidb_url, false, 0, 0 },
		{ "kcidb_token_file", FIELD_TEXT, &f->kcidb_token_file, false, 0, 0 },
		{ "kcidb_dir", FIELD_TEXT, &f->kcidb_dir, false, 0, 0 },
		{ "kcidb_origin", FIELD_TEXT, &f->kcidb_origin, false, 0, 0 },
	};
	int r;

	f->to = REPORT_OPERATOR;
	f->on = REPORT_ON_FAIL;
	f->moderate = true;
	f->per_day = 20;
	r = map ? fields_read(y, map, "report", fields, COUNT(fields), err) : 0;
	if (r == 0)
		r = bits_read(y, map, "to", &to, receivers, COUNT(receivers), &f->to, err);
	if (r == 0)
		r = bits_read(y, map, "on", &on, verdicts, COUNT(verdicts), &f->on, err);
	set_default(&f->context, "dmalab");
	set_default(&f->kcidb_origin, "dmalab");
	slash_off(f->url);
	if (r == 0)
		r = report_check(y, map, c, err);
	if (r == 0 && !f->smtp)
		set_default(&f->sendmail, "/usr/sbin/sendmail");
	return r;
}
