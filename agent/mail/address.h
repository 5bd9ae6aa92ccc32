/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_ADDRESS_H
#define DMALAB_MAIL_ADDRESS_H

#include <stdbool.h>

struct person;
struct strv;

/*
 * Name and address of a decoded From: line, as git mailinfo takes them: quotes go, what is round
 * the address is the name, and a name that is none ("a@b", none, 61 bytes) is the address.
 * false: there is no address; *ret has "" in both.
 */
bool address_read(const char *from, struct person *ret);

/* A Message-ID's value without angle brackets. Caller frees. */
char *msgid_read(const char *value);

/* Adds the ids of In-Reply-To or References, `backwards` last first; what is there stays once. */
void msgids_read(const char *value, bool backwards, struct strv *ret);

#endif
