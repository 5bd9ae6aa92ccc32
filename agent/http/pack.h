/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTTP_PACK_H
#define DMALAB_HTTP_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Text and its like: worth to be packed. type: of Content-Type; NULL: no. */
bool pack_suits(const char *type);
/* As gzip. False: it would not be smaller, or there is no memory. */
bool pack(const char *data, size_t len, struct buf *ret);

#endif
