/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BASE_HEX_H
#define DMALAB_BASE_HEX_H

/* The byte that two hexadecimal digits are; -1: they are none. Reads no further than a NUL. */
int hex_byte(const char *two);

#endif
