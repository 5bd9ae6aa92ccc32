/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_LINK_H
#define DMALAB_REPORT_LINK_H

struct config;
struct test_report;

/* Where things can be seen, and what to type. Callers free. */

/* A mail's page in the archive that lab.yaml's first public-inbox belongs to, or with `raw` its
 * bytes; NULL: lab.yaml has none, or the id would not stand in a URL. */
char *link_mail(const struct config *c, const char *msgid, const char *raw);

/* A verdict's page, NULL: lab.yaml names none. */
char *link_verdict(const struct config *c, const char *id);

/* What to type to test the same again. */
char *link_command(const struct test_report *r);

#endif
