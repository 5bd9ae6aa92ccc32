/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_VERSIONS_H
#define DMALAB_MAIL_VERSIONS_H

#include <stddef.h>

#include "model/mail.h"

/* Finds for each series which one it supersedes or repeats, and what it borrows of it. */
void versions_link(const struct mail *mails, struct mail_series_list *l);

#endif
