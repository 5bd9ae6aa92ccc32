/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_MAIL_H
#define DMALAB_MODEL_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum mail_kind {
	MAIL_OTHER,   /* none of the others, or not to be understood: .reason */
	MAIL_PATCH,   /* carries what `git am` would take, or asks to pull */
	MAIL_COVER,   /* number 0 of a series, without a diff */
	MAIL_COMMENT, /* answers something; what it has of a diff is kept, and no patch of a series
		       */
};

const char *mail_kind_name(enum mail_kind k); /* "other", "patch", "cover", "comment" */

/* Somebody in a mail. Strings are owned, "" where there is none. */
struct person {
	char *name;
	char *email;
};

/*
 * What a series needs under it, of base-commit's companions and of Depends-on:
 * "patch-id:HEX", "change-id:ID:vN", "message-id:ID".
 */
struct mail_needs {
	char *base_commit;  /* 40 hex digits; "" none */
	char *change_id;    /* of the series over all its versions; "" none */
	struct strv others; /* in the order of the mail */
};

void mail_needs_done(struct mail_needs *n);

/*
 * One mail as a mailing list carries it. Strings are owned, never NULL, UTF-8 where the mail
 * says truly what it is written in. Owned by the caller: mail_done().
 */
struct mail {
	enum mail_kind kind;
	char *msgid;	   /* without angle brackets */
	struct strv refs;  /* whom it answers, nearest first, each once, without angle brackets */
	struct strv lists; /* List-Id, the name in the angle brackets */
	char *subject;	   /* decoded, on one line */
	char *name;	   /* without Re: and brackets; of a patch, as git am would call it */
	struct strv prefixes; /* words of the brackets without PATCH: "v2", "RFC", "1/3" */
	int number, total;    /* n/m; 0, 0 where the subject has none */
	int version;  /* of a "v2" among the brackets' words, as Patchwork counts; 1 without */
	int revision; /* the same, with "PATCHv2", which Patchwork takes for the first */
	bool resend;  /* the subject says that it was sent before */
	char *date;   /* ISO 8601 with the sender's offset; "" where unreadable */
	int64_t time; /* the same, seconds since 1970 UTC; 0 where unreadable */
	struct person sender; /* of the header */
	struct person author; /* of the commit: an in-body From goes before the header's */
	char *message;	      /* of the commit, without its subject */
	char *diff; /* what git am would apply, from "---" or "diff" on; bytes, maybe NULs */
	size_t diff_len;
	struct strv paths; /* that the diff touches, each once, sorted */
	char patch_id[41]; /* git patch-id --stable; "" where git finds none */
	char *pull;	   /* repository and ref of a pull request */
	struct mail_needs needs;
	char *reason;  /* what was not understood or went over a limit; "" where all was well */
	char hash[65]; /* SHA-256 over who and what: equal for copies by several lists */
};

void mail_done(struct mail *m);

/* One place in a series. */
struct mail_part {
	int number;
	size_t mail;	 /* index into the mails that were assembled */
	bool from_older; /* of an older version that this one leaves unchanged */
};

/* Mails that belong together. Strings are owned. */
struct mail_series {
	int version, revision; /* of the cover, else of the first patch; as of a mail */
	int total;	       /* m of n/m, 1 for a single patch */
	size_t received;       /* of its own mails, without the cover */
	bool complete;	       /* 1..total are there */
	bool rfc;
	bool resend;		 /* of a series that is among the mails, too: .same */
	ptrdiff_t cover;	 /* index of a mail; -1 none */
	struct mail_part *parts; /* its own patches, by number */
	size_t n_parts, cap_parts;
	struct mail_part *full; /* with what an older version lends; as parts where it needs none */
	size_t n_full, cap_full;
	bool full_complete;
	char *name;		 /* of the cover, else of the first patch */
	struct mail_needs needs; /* of its cover and patches together */
	ptrdiff_t older;	 /* index of the series that this one supersedes; -1 none */
	ptrdiff_t same;		 /* index of the earlier series with the same patches; -1 none */
	int64_t time;		 /* of its first mail */
};

struct mail_series_list {
	struct mail_series *v;
	size_t n;
	size_t cap;
};

void mail_series_list_done(struct mail_series_list *l);

#endif
