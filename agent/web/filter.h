/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_FILTER_H
#define DMALAB_WEB_FILTER_H

struct html;
struct page;

/* A form with each parameter of the page's questions once, which asks for the same page; nothing
 * where there are none. */
void filter_html(const struct page *p, struct html *h);

#endif
