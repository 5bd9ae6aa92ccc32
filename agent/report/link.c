// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/link.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/config.h"
#include "pipeline/pipeline.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

enum { MSGID_MAX = 250 };

static const char lore[] = "https://lore.kernel.org/";

static bool is_msgid(const char *msgid)
{
	if (!msgid || !strchr(msgid, '@') || strlen(msgid) > MSGID_MAX || msgid[0] == '-')
		return false;
	for (; *msgid; msgid++)
		if (*msgid <= ' ' || *msgid > '~')
			return false;
	return true;
}

/* All of lore's lists answer to one name: a series need not be in the one that is polled. */
static const char *archive(const struct config *c)
{
	for (size_t i = 0; c && i < c->n_sources; i++)
		if (c->sources[i].type == SOURCE_PUBLIC_INBOX && c->sources[i].url)
			return strncmp(c->sources[i].url, lore, sizeof(lore) - 1) == 0
				       ? "https://lore.kernel.org/all"
				       : c->sources[i].url;
	return NULL;
}

char *link_mail(const struct config *c, const char *msgid, const char *raw)
{
	const char *root = archive(c);
	struct buf b = { 0 };

	if (!root || !is_msgid(msgid))
		return NULL;
	buf_printf(&b, "%s/", root);
	for (; *msgid; msgid++)
		if (strchr(LETTERS "@.-_~+=!$&',;:", *msgid))
			buf_add(&b, msgid, 1);
		else
			buf_printf(&b, "%%%02X", (unsigned char)*msgid);
	buf_printf(&b, "/%s", raw ? raw : "");
	return buf_take(&b);
}

char *link_verdict(const struct config *c, const char *id)
{
	if (!c || !c->report.url || !id || !id[0])
		return NULL;
	return mem_printf("%s/verdict/%s", c->report.url, id);
}

/* A word for a shell, whatever a stranger's Message-ID has in it. */
static void word(struct buf *b, const char *text)
{
	buf_str(b, " ");
	if (text[0] && text[strspn(text, LETTERS "@.-_+=:,/")] == '\0') {
		buf_str(b, text);
		return;
	}
	buf_str(b, "'");
	for (; *text; text++)
		if (*text == '\'')
			buf_str(b, "'\\''");
		else
			buf_add(b, text, 1);
	buf_str(b, "'");
}

static void option(struct buf *b, const char *name, const char *value)
{
	if (value && value[0]) {
		buf_printf(b, " --%s", name);
		word(b, value);
	}
}

char *link_command(const struct test_report *r)
{
	struct buf b = { 0 };

	if (is_msgid(r->series.message_id)) {
		buf_str(&b, "b4 am -o -");
		word(&b, r->series.message_id);
		buf_str(&b, " | dmalab test --mbox -");
	} else {
		buf_str(&b, "dmalab test --mbox FILE");
	}
	option(&b, "tree", r->patched.tree_name);
	option(&b, "base", r->patched.base);
	option(&b, "fix", r->base.fix ? r->base.fix : "none");
	for (size_t i = 0; i < r->n_outcomes; i++)
		option(&b, "target", r->base_outcomes[i].target);
	return buf_take(&b);
}
