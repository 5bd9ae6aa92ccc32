/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_SERIES_MAIL_HEAD_H
#define DMALAB_STAGE_SERIES_MAIL_HEAD_H

/*
 * "[PATCH v2 3/5] dma: x" → "dma: x", with *number and *total from n/m (0 where
 * the prefix has none). The result points into subject. Any text is valid.
 */
const char *mail_subject(const char *subject, int *number, int *total);

/* The Message-ID of a raw mail's header, without angle brackets; "" none. Caller frees. */
char *mail_message_id(const char *raw);

#endif
