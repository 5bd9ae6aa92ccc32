// SPDX-License-Identifier: GPL-2.0-or-later
/* A mail, by sendmail(8) or by SMTP. */
#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/run.h"
#include "mail/address.h"
#include "model/config.h"
#include "model/mail.h"
#include "net/smtp.h"
#include "stage/deliver/room.h"

enum {
	SENDMAIL_MS = 120 * 1000,
	SAID_MAX = 64 << 10,
	RECEIVERS_MAX = 500,
};

/* The address of lab.yaml's from; NULL and *err: there is none. Caller frees. */
static char *sender_of(const struct config *c, struct err *err)
{
	struct person p = { 0 };

	if (!c->report.from || !address_read(c->report.from, &p)) {
		free(p.name);
		free(p.email);
		err_set(err, EINVAL, "lab.yaml says not whom mails are from: set report.from");
		return NULL;
	}
	free(p.name);
	return p.email;
}

static int receivers_of(const struct message *m, struct strv *to, struct err *err)
{
	for (const char *at = m->to; *at;) {
		size_t n = strcspn(at, "\n");

		if (n)
			strv_take(to, mem_strndup(at, n));
		at += n + (at[n] == '\n');
	}
	if (to->n == 0 || to->n > RECEIVERS_MAX)
		return err_set(err, EINVAL, "a mail to %zu receivers", to->n);
	return 0;
}

/* The last thing that a tool said into a file, on one line. */
static const char *said(int fd, struct buf *b)
{
	struct err ignored;
	const char *line;

	if (lseek(fd, 0, SEEK_SET) < 0 || fs_read_fd(fd, "", SAID_MAX, b, &ignored) < 0)
		return "it says too much";
	buf_trim(b);
	if (b->len == 0)
		return "it says nothing";
	for (char *p = b->data; *p; p++)
		if ((*p < ' ' || *p > '~') && *p != '\n')
			*p = '?';
	line = strrchr(b->data, '\n');
	return line ? line + 1 : b->data;
}

static enum delivery sendmail_end(const char *program, const struct run_result *res, int out,
				  struct err *err)
{
	CLEANUP(buf_done) struct buf words = { 0 };
	char text[32];

	if (res->end != RUN_EXITED) {
		err_set(err, EAGAIN, "%s ended by %s: it may have taken the mail", program,
			run_end_text(res, text));
		return DELIVERY_UNKNOWN;
	}
	if (res->status == EX_OK)
		return DELIVERY_DONE;
	err_set(err, res->status == EX_TEMPFAIL ? EAGAIN : EINVAL, "%s: %s: %.300s", program,
		run_end_text(res, text), said(out, &words));
	switch (res->status) {
	case EX_TEMPFAIL:
	case EX_OSERR: /* no room, no process: of this machine, not of the mail */
	case EX_IOERR:
	case EX_CANTCREAT:
	case EX_CONFIG:
		return DELIVERY_LATER;
	default:
		return DELIVERY_REFUSED;
	}
}

/* It is not cancelled: it takes the mail into its queue in no time, and nobody knew whether. */
static enum delivery by_sendmail(const char *program, const char *from, const struct strv *to,
				 const struct message *m, struct err *err)
{
	CLEANUP(strv_done) struct strv argv = { 0 };
	CLEANUP(close_fd) int fd = fs_unnamed(m->body, strlen(m->body), err);
	CLEANUP(close_fd) int out = fs_unnamed("", 0, err);
	struct run_spec spec;
	struct run_result res;
	int r;

	if (fd < 0 || out < 0)
		return DELIVERY_LATER;
	strv_all(&argv, (const char *const[]){ program, "-i", "-f", from, "--", NULL });
	for (size_t i = 0; i < to->n; i++)
		strv_add(&argv, to->v[i]);
	spec = run_spec_of((const char *const *)argv.v, SENDMAIL_MS);
	spec.stdin_fd = fd;
	spec.out_fd = out;
	r = run_tool(&spec, &res, err);
	if (r == -ENOENT || r == -EACCES) /* no such program */
		return DELIVERY_LATER;
	return r < 0 ? DELIVERY_UNKNOWN : sendmail_end(program, &res, out, err);
}

static enum delivery by_smtp(const struct report_config *f, const char *from, const struct strv *to,
			     const struct message *m, struct net *net, struct err *err)
{
	CLEANUP(free_ptr) char *secret = NULL;
	CLEANUP(strv_done) struct strv refused = { 0 };
	const struct net_mail mail = {
		.url = f->smtp,
		.user = f->smtp_user,
		.from = from,
		.to = (const char *const *)to->v,
		.n_to = to->n,
		.data = m->body,
		.len = strlen(m->body),
	};
	struct net_mail with = mail;

	if (f->smtp_user && f->smtp_password_file &&
	    net_secret_read(f->smtp_password_file, &secret, err) < 0)
		return DELIVERY_LATER; /* for the operator to mend */
	with.secret = secret;
	switch (net_mail_send(net, &with, &refused, err)) {
	case NET_MAIL_TAKEN:
		if (refused.n) /* the others have it: that is what came of it */
			err_set(err, 0, "not to %s%s", refused.v[0],
				refused.n > 1 ? ", and others" : "");
		return DELIVERY_DONE;
	case NET_MAIL_LATER:
		return DELIVERY_LATER;
	case NET_MAIL_REFUSED:
		return DELIVERY_REFUSED;
	case NET_MAIL_UNKNOWN:
		break;
	}
	return DELIVERY_UNKNOWN;
}

enum delivery mail_deliver(const struct config *c, const struct message *m, struct net *net,
			   struct err *err)
{
	const struct report_config *f = &c->report;
	CLEANUP(free_ptr) char *from = sender_of(c, err);
	CLEANUP(strv_done) struct strv to = { 0 };

	if (!from || receivers_of(m, &to, err) < 0)
		return DELIVERY_REFUSED;
	if (f->smtp)
		return by_smtp(f, from, &to, m, net, err);
	if (f->sendmail)
		return by_sendmail(f->sendmail, from, &to, m, err);
	err_set(err, EINVAL, "lab.yaml has neither report.sendmail nor report.smtp");
	return DELIVERY_REFUSED;
}
