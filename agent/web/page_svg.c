// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "base/cleanup.h"
#include "html/html.h"
#include "web/page.h"

int page_svg(const struct page *p, struct buf *ret)
{
	for (size_t i = 0; i < p->n_sections; i++) {
		const struct section *s = &p->sections[i];
		CLEANUP(html_freep) struct html *h = NULL;

		if (s->spec->view != VIEW_PICTURE)
			continue;
		h = html_new(HTML_XML);
		s->spec->picture(&s->rows, h);
		html_take(h, ret);
		return 0;
	}
	return -ENOENT;
}
