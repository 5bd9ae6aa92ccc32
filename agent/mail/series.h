/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_SERIES_H
#define DMALAB_MAIL_SERIES_H

#include <stddef.h>

#include "model/mail.h"

/*
 * Puts mails together to series. A pure function of the set of mails: their order is of no
 * consequence, and a mail that is there twice (same Message-ID and hash) counts once. Comments and
 * others are looked at by nobody.
 *
 * n/m of one version and one m belong together when one answers the other, or when they answer the
 * same mail and have one sender; without threads, when one sender sent them within
 * SERIES_WINDOW_S. A number that is there twice makes two series of it.
 *
 * A newer version is known by its change-id, else by author and subject: .older. One that answers
 * into the older one and has only some of its patches is a partial reroll: .full is what is to be
 * tested. While patches may still be on their way, .full of an incomplete series is a guess.
 *
 * To use it as mails arrive: collect what has one of the new mail's ids in its own id or refs, what
 * its sender sent in that window, and what has its change-id or author and name; assemble these.
 */
void series_assemble(const struct mail *mails, size_t n, struct mail_series_list *ret);

enum { SERIES_WINDOW_S = 20 * 60 };

#endif
