/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_SOURCE_MANIFEST_H
#define DMALAB_STAGE_SOURCE_MANIFEST_H

#include "stage/source/room.h"

/*
 * What a public-inbox says of its epochs: manifest.js.gz, as grokmirror made it. Epochs are git
 * repositories URL/0, URL/1, …; all but the newest stay as they are, but for purges.
 */

enum { EPOCHS_MAX = 1000, FINGERPRINT_LEN = 40 };

struct epoch {
	int num;
	char print[FINGERPRINT_LEN + 1]; /* over its refs; "" not known */
};

struct manifest {
	struct epoch *v; /* by number */
	size_t n, cap;
};

void manifest_done(struct manifest *m);
void manifest_add(struct manifest *m, int num, const char *print);

/* The epochs of unpacked JSON. -EINVAL: it is JSON, and no manifest of an inbox with epochs. */
int manifest_read(const char *data, size_t len, struct manifest *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Where a poll of an inbox stood. Text: {"first":1,"manifest":"…","time":…,
 * "epochs":{"1":{"at":"COMMIT","print":"…"}}}.
 */
struct stand {
	int num;
	char at[41];   /* the last commit whose mail was taken; "" none */
	int64_t since; /* with no `at`: mails that are committed before are not wanted; 0 all */
	char print[FINGERPRINT_LEN + 1];
};

struct inbox_cursor {
	int first;	/* epochs below are not looked at; -1: there was no poll */
	char *modified; /* Last-Modified of the manifest that these stands are of; "" none */
	int64_t time;	/* of the last poll: what to fetch again when the mirror is gone */
	struct stand *v;
	size_t n, cap;
};

void inbox_cursor_read(const char *text, struct inbox_cursor *ret);
char *inbox_cursor_write(const struct inbox_cursor *c); /* caller frees */
void inbox_cursor_done(struct inbox_cursor *c);
/* The stand of an epoch; NULL: it is not there. Until the next stand_add(). */
struct stand *stand_find(struct inbox_cursor *c, int num);
struct stand *stand_add(struct inbox_cursor *c, int num);

/* 40 lower-case hex digits. */
bool is_commit(const char *text);

#endif
