/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_SET_H
#define DMALAB_REPORT_SET_H

#include <stdint.h>

struct json_t;

/* Foreign text and moments as JSON has them. */

struct json_t *text_json(const char *foreign); /* foreign_utf8(); a new reference */
void set_text(struct json_t *o, const char *key, const char *foreign);
void set_time(struct json_t *o, const char *key, int64_t when); /* ISO 8601; null where it is 0 */

#endif
