/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_TELL_ROOM_H
#define DMALAB_REPORT_TELL_ROOM_H

#include "model/message.h"

struct err;
struct tell_facts;

/* Parts of report_messages(). */

/* Adds a message about the facts' series and verdict; takes ownership of the texts. */
struct message *tell_message(const struct tell_facts *f, struct message_list *ret,
			     enum message_kind kind, char *key, char *subject, char *to,
			     char *body);
int tell_mail(const struct tell_facts *f, struct message_list *ret, struct err *err)
	__attribute__((warn_unused_result));
void tell_checks(const struct tell_facts *f, struct message_list *ret);

#endif
