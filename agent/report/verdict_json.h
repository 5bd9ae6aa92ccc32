/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_VERDICT_JSON_H
#define DMALAB_REPORT_VERDICT_JSON_H

struct change_list;
struct json_t;
struct reason_list;

/* Parts that `dmalab test --json` and `dmalab show --json` have in common (docs/design.md). New
 * references, the caller's. */
struct json_t *reasons_json(const struct reason_list *l);
struct json_t *changes_json(const struct change_list *l);

#endif
