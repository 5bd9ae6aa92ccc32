/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTML_HTML_H
#define DMALAB_HTML_HTML_H

#include <stdbool.h>

struct buf;

/*
 * Markup that cannot be broken by what it shows: HTML, SVG and Atom by libxml2's writer. Every
 * text and value is anybody's: markup in it is escaped, a byte that is no UTF-8 becomes U+FFFD, a
 * control character "\x1b" (base/foreign.h). A link (href, src, action) that is neither within the
 * site ("/…", "?…", "#…") nor http:, https: or mailto: is left out with its attribute.
 */
struct html;

enum html_kind {
	HTML_PAGE, /* HTML 5, with its doctype; elements without content stay open as HTML wants */
	HTML_XML   /* XML 1.0 with its declaration: SVG as a file of its own, Atom */
};

struct html *html_new(enum html_kind kind);
void html_freep(struct html **h);

/* Attributes in pairs of name and value, NULL behind the last; one whose value is NULL is left out.
 * Names of elements and attributes are ours. */
void html_open(struct html *h, const char *name, ...) __attribute__((sentinel));
/* Closes the innermost. */
void html_close(struct html *h);
void html_text(struct html *h, const char *text);
void html_textf(struct html *h, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* An element with a text (NULL: empty) and nothing else. */
void html_leaf(struct html *h, const char *name, const char *text, ...) __attribute__((sentinel));
/* All that was written, with what is open closed; h is good for nothing else then. */
void html_take(struct html *h, struct buf *ret);

/* "/series/" and "a/b@c d" → "/series/a%2Fb@c%20d": a part of a path, or a value of a query.
 * Caller frees. */
char *html_url(const char *prefix, const char *part);

#endif
