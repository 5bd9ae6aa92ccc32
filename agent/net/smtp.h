/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_NET_SMTP_H
#define DMALAB_NET_SMTP_H

#include <stddef.h>

#include "base/buf.h"

struct err;
struct net;

/* A mail on its way to a server (RFC 5321). All borrowed. */
struct net_mail {
	const char *url;	   /* "smtp://host:port", "smtps://…" */
	const char *user, *secret; /* both or none; the secret goes into no message */
	const char *from;	   /* address; "" for the null sender */
	const char *const *to;	   /* addresses */
	size_t n_to;
	const char *data; /* lines end in "\n" */
	size_t len;
};

enum net_mail_end {
	NET_MAIL_TAKEN,	  /* the server answers for it now; *refused says to whom not */
	NET_MAIL_LATER,	  /* it certainly has it not, and may take it later (4xx, no connection) */
	NET_MAIL_REFUSED, /* it certainly has it not: 5xx */
	NET_MAIL_UNKNOWN, /* it had all of it, and gave no answer */
};

/*
 * Hands a mail over, once. TLS from the beginning with smtps; else where the server offers it
 * (STARTTLS), and always before a password goes to another machine; a server on loopback is spoken
 * to as it is. Certificates are checked.
 *
 * A receiver that the server refuses for good (5xx) is left out and appended to `refused` with the
 * server's words; the others get the mail. One that it cannot take now (4xx) lets all of them
 * wait. What a server says to us before it knows the mail (a login, a greeting) is never for good.
 *
 * *err is set but for NET_MAIL_TAKEN; its code is EBUSY where the server takes other mails. Until
 * the server has all of it, cancel_fd ends the conversation (-ECANCELED in *err, NET_MAIL_LATER).
 */
enum net_mail_end net_mail_send(struct net *n, const struct net_mail *m, struct strv *refused,
				struct err *err);

#endif
