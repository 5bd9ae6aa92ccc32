/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_YAML_FIELDS_H
#define DMALAB_YAML_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct err;
struct yaml;
struct yaml_node;

enum field_type {
	FIELD_TEXT,    /* to: char **, owned by the caller */
	FIELD_NUMBER,  /* to: int *, within min … max */
	FIELD_SHARE,   /* to: double *, above 0 and below 1: "0.05" */
	FIELD_TEXTS,   /* to: struct strv *, at least one */
	FIELD_ADDRESS, /* to: uint32_t *, "0x…" or decimal */
	FIELD_BOOL,    /* to: bool *, "true" or "false" */
	FIELD_MAP,     /* to: const struct yaml_node ** */
	FIELD_LIST,    /* the same */
};

/* A key that a map may have. */
struct field {
	const char *key;
	enum field_type type;
	void *to; /* left as it is where the key is absent */
	bool required;
	int min, max;
};

/*
 * Reads a map: every key must be one of the fields, of its type, and every
 * required one be there. `where` names the map in errors, as "targets.virt"; "" at the top.
 */
int fields_read(const struct yaml *y, const struct yaml_node *map, const char *where,
		const struct field *fields, size_t n_fields, struct err *err)
	__attribute__((warn_unused_result));

/* A scalar that is text: not empty, without control characters. Borrowed from y. */
int fields_text(const struct yaml *y, const struct yaml_node *n, const char *where, const char *key,
		const char **ret, struct err *err) __attribute__((warn_unused_result));

/* "FILE:LINE: WHERE: what", with the line of n. */
int fields_error(const struct yaml *y, const struct yaml_node *n, const char *where,
		 struct err *err, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Whether it can name a thing and a folder: letters, digits, "._-", not first a dot, at most 64. */
bool fields_is_name(const char *text);

/* "127.0.0.1:8090", "[::1]:8090", ":8090": what is before the port is the server's to know. */
bool fields_is_listen(const char *text);

/* The version key of a file: 1. */
int fields_version(const struct yaml *y, const struct yaml_node *map, int version, struct err *err)
	__attribute__((warn_unused_result));

#endif
