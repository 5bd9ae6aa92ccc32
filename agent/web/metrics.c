// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/buf.h"
#include "base/err.h"
#include "web/site.h"
#include "web/web_room.h"

int metrics_write(struct site *s, int64_t now, struct buf *ret, struct err *err)
{
	(void)s, (void)now, (void)err;
	buf_str(ret, "dmalab_up 1\n");
	return 0;
}
