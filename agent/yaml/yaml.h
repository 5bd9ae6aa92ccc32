/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_YAML_YAML_H
#define DMALAB_YAML_YAML_H

#include <stddef.h>

struct buf;
struct err;

/*
 * One YAML document, read, edited by path and written. libfyaml stays behind
 * this header. Aliases are not followed, so no document grows by reading it.
 */
struct yaml;
struct yaml_node; /* a value in a document; valid as long as that, until it is edited */

enum yaml_kind {
	YAML_TEXT, /* any scalar: its meaning is its reader's business */
	YAML_LIST,
	YAML_MAP,
	YAML_OTHER, /* an alias; nothing that we read has one */
};

/*
 * Parses text that is exactly one document in UTF-8. Errors read "name:LINE: what".
 * *ret is the caller's: yaml_free().
 */
int yaml_parse(const char *name, const char *text, size_t len, struct yaml **ret, struct err *err)
	__attribute__((warn_unused_result));
/* The same from a file of at most `limit` bytes. */
int yaml_read(const char *path, size_t limit, struct yaml **ret, struct err *err)
	__attribute__((warn_unused_result));
void yaml_free(struct yaml **y); /* for CLEANUP(); NULL in it is fine */

const char *yaml_name(const struct yaml *y);
const struct yaml_node *yaml_root(const struct yaml *y);

enum yaml_kind yaml_kind(const struct yaml_node *n);
/* From 1; of a map or list the line of its first value. 0: unknown. */
int yaml_line(const struct yaml_node *n);
/* A scalar's bytes, 0-terminated besides; NULL for what is no scalar. "null" is text too. */
const char *yaml_text(const struct yaml_node *n, size_t *len);

/* Values of a list or a map, in their order. */
size_t yaml_count(const struct yaml_node *n);
const struct yaml_node *yaml_at(const struct yaml_node *n, size_t i);
/* The key of a map's value i, as a node; its text is NULL where it is no scalar. */
const struct yaml_node *yaml_key(const struct yaml_node *map, size_t i);
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* The value at "actions/0/deploy/to": names of maps, numbers of lists. NULL: not there. */
const struct yaml_node *yaml_find(const struct yaml *y, const char *path);

/*
 * Sets the value at a path to a string, whatever bytes it has: it reads back as
 * that string and as nothing else. The last name may be new, all before it are there.
 */
int yaml_set(struct yaml *y, const char *path, const char *text, struct err *err)
	__attribute__((warn_unused_result));
int yaml_set_number(struct yaml *y, const char *path, long number, struct err *err)
	__attribute__((warn_unused_result));
/* Likewise to an empty YAML_LIST or YAML_MAP. */
int yaml_set_empty(struct yaml *y, const char *path, enum yaml_kind kind, struct err *err)
	__attribute__((warn_unused_result));
/* Adds a string behind the last of the list at path. */
int yaml_append(struct yaml *y, const char *path, const char *text, struct err *err)
	__attribute__((warn_unused_result));
/* Takes a map's value away with its name. */
int yaml_remove(struct yaml *y, const char *path, struct err *err)
	__attribute__((warn_unused_result));

/* Appends the document as text. */
int yaml_emit(const struct yaml *y, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
