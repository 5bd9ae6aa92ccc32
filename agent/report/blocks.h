/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_BLOCKS_H
#define DMALAB_REPORT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/verdict.h"

/* What is the same on several targets is told once: a block is the reasons of one kind, subject and
 * patch, a group the changes of one class, subject and signature. */

bool block_begins(const struct reason_list *l, size_t i);
bool block_has(const struct reason_list *l, size_t begin, size_t i);
/* "virt, smdkc210"; "" where it concerns none. Caller frees. */
char *block_targets(const struct reason_list *l, size_t begin);

bool group_begins(const struct change_list *l, size_t i);
bool group_has(const struct change_list *l, size_t begin, size_t i);

/* Whether the series is blamed for it: not for a warning, and not for the lab's trouble. */
bool reason_blames(enum reason_kind k);

/* Whether its subject is the patch: it needs not be named again. */
bool reason_names_patch(enum reason_kind k);

/* "kind on targets: subject", made fit to be shown. Caller frees. */
char *block_title(const struct reason_list *l, size_t begin);

#endif
