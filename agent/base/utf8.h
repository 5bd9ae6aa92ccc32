/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BASE_UTF8_H
#define DMALAB_BASE_UTF8_H

#include <stddef.h>

/* The length of the longest start of the text that is well-formed UTF-8 (RFC 3629). */
size_t utf8_valid(const char *text, size_t len);

#endif
