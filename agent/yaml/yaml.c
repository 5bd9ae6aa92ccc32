// SPDX-License-Identifier: GPL-2.0-or-later
#include "yaml/yaml.h"

#include <errno.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"

struct yaml {
	char *name;
	struct buf text; /* libfyaml points into it */
	struct fy_diag *diag;
	struct fy_parser *parser;
	struct fy_document *doc;
};

/* A node of ours is one of libfyaml's under another name. */
static struct fy_node *raw(const struct yaml_node *n)
{
	return (struct fy_node *)n;
}

static const struct yaml_node *ours(struct fy_node *n)
{
	return (const struct yaml_node *)n;
}

void yaml_free(struct yaml **py)
{
	struct yaml *y = *py;

	if (!y)
		return;
	if (y->doc)
		fy_parse_document_destroy(y->parser, y->doc);
	if (y->parser)
		fy_parser_destroy(y->parser);
	if (y->diag)
		fy_diag_destroy(y->diag);
	buf_done(&y->text);
	free(y->name);
	free(y);
	*py = NULL;
}

/* A collecting, silent diag: the library prints nothing. */
static struct fy_diag *make_diag(void)
{
	struct fy_diag_cfg cfg;
	struct fy_diag *diag;

	fy_diag_cfg_default(&cfg);
	cfg.fp = NULL;
	cfg.colorize = false;
	diag = fy_diag_create(&cfg);
	if (diag)
		fy_diag_set_collect_errors(diag, true);
	return diag;
}

/* The library's first complaint with its line, or `otherwise`. */
static int complain(const struct yaml *y, const char *otherwise, struct err *err)
{
	void *prev = NULL;
	const struct fy_diag_error *e = fy_diag_errors_iterate(y->diag, &prev);

	if (e)
		return err_set(err, EINVAL, "%s:%d: %s", y->name, e->line, e->msg);
	return err_set(err, EINVAL, "%s: %s", y->name, otherwise);
}

static int load(struct yaml *y, struct err *err)
{
	struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG };
	struct fy_document *more;
	void *prev = NULL;
	size_t bad;

	bad = utf8_valid(y->text.data, y->text.len);
	if (bad < y->text.len)
		return err_set(err, EILSEQ, "%s: byte %zu is not UTF-8", y->name, bad + 1);
	y->diag = make_diag();
	cfg.diag = y->diag;
	y->parser = y->diag ? fy_parser_create(&cfg) : NULL;
	if (!y->parser || fy_parser_set_string(y->parser, buf_text(&y->text), y->text.len) < 0)
		return err_set(err, ENOMEM, "%s: no memory to parse it", y->name);

	y->doc = fy_parse_load_document(y->parser);
	if (!y->doc || !fy_document_root(y->doc))
		return complain(y, "empty", err);
	more = fy_parse_load_document(y->parser);
	if (more) {
		fy_parse_document_destroy(y->parser, more);
		return err_set(err, EINVAL, "%s: more than one YAML document", y->name);
	}
	if (fy_diag_errors_iterate(y->diag, &prev))
		return complain(y, "", err);
	return 0;
}

int yaml_parse(const char *name, const char *text, size_t len, struct yaml **ret, struct err *err)
{
	CLEANUP(yaml_free) struct yaml *y = mem_zalloc(sizeof(*y));
	int r;

	y->name = mem_strdup(name);
	buf_add(&y->text, text, len);
	r = load(y, err);
	if (r < 0)
		return r;
	*ret = y;
	y = NULL;
	return 0;
}

int yaml_read(const char *path, size_t limit, struct yaml **ret, struct err *err)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	int r = fs_read(path, limit, &b, err);

	return r < 0 ? r : yaml_parse(path, buf_text(&b), b.len, ret, err);
}

const char *yaml_name(const struct yaml *y)
{
	return y->name;
}

const struct yaml_node *yaml_root(const struct yaml *y)
{
	return ours(fy_document_root(y->doc));
}

enum yaml_kind yaml_kind(const struct yaml_node *n)
{
	if (!n || fy_node_is_alias(raw(n)))
		return YAML_OTHER;
	switch (fy_node_get_type(raw(n))) {
	case FYNT_SCALAR:
		return YAML_TEXT;
	case FYNT_SEQUENCE:
		return YAML_LIST;
	case FYNT_MAPPING:
		return YAML_MAP;
	}
	return YAML_OTHER;
}

int yaml_line(const struct yaml_node *n)
{
	const struct fy_mark *mark;
	struct fy_token *t;

	/* A map or a list has no token of its own; go down to its first value. */
	for (int depth = 0; n && yaml_kind(n) != YAML_TEXT && depth < 64; depth++)
		n = yaml_kind(n) == YAML_MAP ? yaml_key(n, 0) : yaml_at(n, 0);
	t = n ? fy_node_get_scalar_token(raw(n)) : NULL;
	mark = t ? fy_token_start_mark(t) : NULL;
	return mark ? mark->line + 1 : 0;
}

const char *yaml_text(const struct yaml_node *n, size_t *len)
{
	const char *text;
	size_t got;

	if (yaml_kind(n) != YAML_TEXT)
		return NULL;
	text = fy_node_get_scalar0(raw(n));
	if (!text)
		return NULL;
	if (len)
		*len = fy_node_get_scalar(raw(n), &got) ? got : strlen(text);
	return text;
}

size_t yaml_count(const struct yaml_node *n)
{
	int count = 0;

	if (yaml_kind(n) == YAML_LIST)
		count = fy_node_sequence_item_count(raw(n));
	else if (yaml_kind(n) == YAML_MAP)
		count = fy_node_mapping_item_count(raw(n));
	return count > 0 ? (size_t)count : 0;
}

const struct yaml_node *yaml_at(const struct yaml_node *n, size_t i)
{
	if (i >= yaml_count(n))
		return NULL;
	if (yaml_kind(n) == YAML_LIST)
		return ours(fy_node_sequence_get_by_index(raw(n), (int)i));
	return ours(fy_node_pair_value(fy_node_mapping_get_by_index(raw(n), (int)i)));
}

const struct yaml_node *yaml_key(const struct yaml_node *map, size_t i)
{
	if (yaml_kind(map) != YAML_MAP || i >= yaml_count(map))
		return NULL;
	return ours(fy_node_pair_key(fy_node_mapping_get_by_index(raw(map), (int)i)));
}

/* The index of a key, or -1. */
static int index_of(const struct yaml_node *map, const char *key, size_t key_len)
{
	size_t n = yaml_kind(map) == YAML_MAP ? yaml_count(map) : 0;

	for (size_t i = 0; i < n; i++) {
		size_t len;
		const char *k = yaml_text(yaml_key(map, i), &len);

		if (k && len == key_len && memcmp(k, key, len) == 0)
			return (int)i;
	}
	return -1;
}

static const struct yaml_node *child(const struct yaml_node *n, const char *name, size_t len)
{
	int i;

	if (yaml_kind(n) == YAML_LIST) {
		char *end;
		unsigned long at = strtoul(name, &end, 10);

		return len > 0 && end == name + len ? yaml_at(n, at) : NULL;
	}
	i = index_of(n, name, len);
	return i < 0 ? NULL : yaml_at(n, (size_t)i);
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	return yaml_kind(map) == YAML_MAP ? child(map, key, strlen(key)) : NULL;
}

/* Walks to the value that holds the last name of the path; *last is that name. */
static const struct yaml_node *walk(const struct yaml *y, const char *path, const char **last)
{
	const struct yaml_node *n = yaml_root(y);
	const char *slash;

	while (n && (slash = strchr(path, '/'))) {
		n = child(n, path, (size_t)(slash - path));
		path = slash + 1;
	}
	*last = path;
	return n;
}

const struct yaml_node *yaml_find(const struct yaml *y, const char *path)
{
	const char *last;
	const struct yaml_node *n = walk(y, path, &last);

	return n ? child(n, last, strlen(last)) : NULL;
}

/* Parses a value; the library keeps the text, which is taken, and frees it. */
static struct fy_node *node_of(const struct yaml *y, struct buf *text)
{
	size_t len = text->len;

	return fy_node_build_from_malloc_string(y->doc, buf_take(text), len);
}

/*
 * A string as a node. libfyaml 0.7.12 writes a scalar that was made from text as
 * it likes ("- x" and " x" plain, which read back as something else), but keeps
 * what it has parsed in double quotes: so the string is quoted and parsed.
 */
static struct fy_node *string_node(const struct yaml *y, const char *text)
{
	CLEANUP(buf_done) struct buf quoted = { 0 };

	buf_str(&quoted, "\"");
	for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_printf(&quoted, "\\%c", *s);
		else if (*s < 0x20 || *s == 0x7f)
			buf_printf(&quoted, "\\x%02x", *s);
		else
			buf_add(&quoted, s, 1);
	}
	buf_str(&quoted, "\"");
	return node_of(y, &quoted);
}

/* Puts a new node where the path's last name is. */
static int put(struct yaml *y, const char *path, struct fy_node *node, struct err *err)
{
	const char *last;
	const struct yaml_node *at = walk(y, path, &last);
	const struct yaml_node *old = at ? child(at, last, strlen(last)) : NULL;
	struct fy_node *key;
	int r = -1;

	if (yaml_kind(at) == YAML_MAP && old) {
		int i = index_of(at, last, strlen(last));

		r = fy_node_pair_set_value(fy_node_mapping_get_by_index(raw(at), i), node);
	} else if (yaml_kind(at) == YAML_MAP) {
		key = string_node(y, last);
		r = key ? fy_node_mapping_append(raw(at), key, node) : -1;
	} else if (yaml_kind(at) == YAML_LIST && old) {
		r = fy_node_sequence_insert_after(raw(at), raw(old), node);
		if (r == 0)
			fy_node_free(fy_node_sequence_remove(raw(at), raw(old)));
	}
	if (r == 0)
		return 0;
	fy_node_free(node);
	return err_set(err, ENOENT, "%s: no place for '%s'", y->name, path);
}

static int check_text(const struct yaml *y, const char *path, const char *text, struct err *err)
{
	size_t len = strlen(text);

	if (utf8_valid(text, len) == len)
		return 0;
	return err_set(err, EILSEQ, "%s: text for '%s' is not UTF-8", y->name, path);
}

int yaml_set(struct yaml *y, const char *path, const char *text, struct err *err)
{
	struct fy_node *node;
	int r = check_text(y, path, text, err);

	if (r < 0)
		return r;
	node = string_node(y, text);
	if (!node)
		return complain(y, "cannot make a value", err);
	return put(y, path, node, err);
}

int yaml_set_number(struct yaml *y, const char *path, long number, struct err *err)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	struct fy_node *node;

	buf_printf(&text, "%ld", number);
	node = node_of(y, &text);
	if (!node)
		return complain(y, "cannot make a value", err);
	return put(y, path, node, err);
}

int yaml_set_empty(struct yaml *y, const char *path, enum yaml_kind kind, struct err *err)
{
	struct fy_node *node = kind == YAML_LIST ? fy_node_create_sequence(y->doc)
						 : fy_node_create_mapping(y->doc);

	if (!node)
		return complain(y, "cannot make a value", err);
	return put(y, path, node, err);
}

int yaml_append(struct yaml *y, const char *path, const char *text, struct err *err)
{
	const struct yaml_node *list = yaml_find(y, path);
	struct fy_node *node;
	int r = check_text(y, path, text, err);

	if (r < 0)
		return r;
	if (yaml_kind(list) != YAML_LIST)
		return err_set(err, ENOENT, "%s: '%s' is no list", y->name, path);
	node = string_node(y, text);
	if (!node || fy_node_sequence_append(raw(list), node) < 0) {
		fy_node_free(node);
		return complain(y, "cannot add to a list", err);
	}
	return 0;
}

int yaml_remove(struct yaml *y, const char *path, struct err *err)
{
	const char *last;
	const struct yaml_node *at = walk(y, path, &last);
	int i = index_of(at, last, strlen(last));

	if (i < 0)
		return err_set(err, ENOENT, "%s: no '%s' to remove", y->name, path);
	/* Frees pair and key; fy_node_mapping_remove() frees neither. */
	fy_node_free(fy_node_mapping_remove_by_key(raw(at), raw(yaml_key(at, (size_t)i))));
	return 0;
}

int yaml_emit(const struct yaml *y, struct buf *ret, struct err *err)
{
	CLEANUP(free_ptr)
	char *text = fy_emit_document_to_string(y->doc, FYECF_MODE_BLOCK | FYECF_WIDTH_INF);

	if (!text)
		return err_set(err, ENOMEM, "%s: cannot be written as text", y->name);
	buf_str(ret, text);
	return 0;
}
