// SPDX-License-Identifier: GPL-2.0-or-later
#include "yaml/lava_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "yaml/yaml.h"

void lava_line_done(struct lava_line *l)
{
	free(l->level);
	free(l->text);
	free(l->definition);
	free(l->test_case);
	free(l->result);
	free(l->error_type);
	free(l->error_msg);
	*l = (struct lava_line){ 0 };
}

static char *copy(const struct yaml_node *n)
{
	size_t len;
	const char *text = n ? yaml_text(n, &len) : NULL;

	return text ? mem_strndup(text, len) : NULL;
}

/*
 * LAVA puts a backslash before each double quote of the console (ShellLogger in
 * lava_dispatcher/shell.py) besides what YAML needs; that one goes again.
 */
static char *unquote(const char *text, size_t len, size_t *ret_len)
{
	char *out = mem_zalloc(len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] != '\\' || i + 1 == len || text[i + 1] != '"')
			out[n++] = text[i];
	*ret_len = n;
	return out;
}

int lava_line_is_console(const struct lava_line *l)
{
	return l->text && (strcmp(l->level, "target") == 0 || strcmp(l->level, "feedback") == 0);
}

int lava_line_is_job_result(const struct lava_line *l)
{
	return l->definition && l->test_case && strcmp(l->level, "results") == 0 &&
	       strcmp(l->definition, "lava") == 0 && strcmp(l->test_case, "job") == 0;
}

static void take_message(const struct yaml_node *msg, struct lava_line *l)
{
	size_t len;
	const char *text = yaml_text(msg, &len);

	if (text) {
		l->text = mem_zalloc(len + 1);
		memcpy(l->text, text, len);
		l->text_len = len;
	}
	if (lava_line_is_console(l)) {
		char *sent = unquote(l->text, len, &l->text_len);

		free(l->text);
		l->text = sent;
	}
	if (yaml_kind(msg) != YAML_MAP)
		return;
	l->definition = copy(yaml_get(msg, "definition"));
	l->test_case = copy(yaml_get(msg, "case"));
	l->result = copy(yaml_get(msg, "result"));
	l->error_type = copy(yaml_get(msg, "error_type"));
	l->error_msg = copy(yaml_get(msg, "error_msg"));
}

int lava_line_parse(const char *line, size_t len, struct lava_line *ret)
{
	CLEANUP(yaml_free) struct yaml *y = NULL;
	CLEANUP(lava_line_done) struct lava_line l = { 0 };
	const struct yaml_node *msg;
	struct err err;

	/* Cheaper than a parser's complaint, and no log line begins otherwise. */
	if (len == 0 || line[0] != '{')
		return -1;
	if (yaml_parse("log", line, len, &y, &err) < 0)
		return -1;
	l.level = copy(yaml_get(yaml_root(y), "lvl"));
	msg = yaml_get(yaml_root(y), "msg");
	if (!l.level || !msg)
		return -1;
	take_message(msg, &l);
	*ret = l;
	l = (struct lava_line){ 0 };
	return 0;
}
