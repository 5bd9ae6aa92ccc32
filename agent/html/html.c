// SPDX-License-Identifier: GPL-2.0-or-later
#include "html/html.h"

#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/foreign.h"
#include "base/mem.h"

struct html {
	enum html_kind kind;
	xmlTextWriterPtr writer;
	struct buf out;
	/* Of each open element: it is one that HTML writes without an end. */
	bool *is_void;
	size_t depth, cap;
};

static const char *const beginnings[] = {
	[HTML_PAGE] = "<!DOCTYPE html>\n",
	[HTML_XML] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
};

/* https://html.spec.whatwg.org/multipage/syntax.html#void-elements */
static const char *const voids[] = { "area",  "base", "br",   "col",	"embed", "hr", "img",
				     "input", "link", "meta", "source", "track", "wbr" };
static const char *const links[] = { "href", "src", "action", "formaction", "xlink:href" };

#define HAS(list, name) has(list, sizeof(list) / sizeof(*(list)), name)
static bool has(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

/* The writer fails for want of memory only. */
static void must(bool ok)
{
	if (!ok)
		abort(); /* as mem_printf() would have done */
}

static int on_bytes(void *arg, const char *data, int len)
{
	struct html *h = arg;

	buf_add(&h->out, data, (size_t)len);
	return len;
}

struct html *html_new(enum html_kind kind)
{
	struct html *h = mem_zalloc(sizeof(*h));
	xmlOutputBufferPtr out = xmlOutputBufferCreateIO(on_bytes, NULL, h, NULL);

	must(out);
	h->kind = kind;
	h->writer = xmlNewTextWriter(out); /* owns out */
	must(h->writer);
	must(xmlTextWriterWriteRaw(h->writer, BAD_CAST beginnings[kind]) >= 0);
	return h;
}

void html_freep(struct html **html)
{
	struct html *h = *html;

	if (!h)
		return;
	xmlFreeTextWriter(h->writer);
	buf_done(&h->out);
	free(h->is_void);
	free(h);
	*html = NULL;
}

/* It means the same to every reader as it stands. */
static bool is_plain(const char *text)
{
	for (const unsigned char *u = (const unsigned char *)text; *u; u++)
		if (*u >= 0x7f || (*u < 0x20 && *u != '\t' && *u != '\n'))
			return false;
	return true;
}

/* U+FFFE and U+FFFF are well-formed UTF-8 and no characters of XML (XML 1.0, 2.2). */
static void without_noncharacters(char *text)
{
	for (unsigned char *u = (unsigned char *)text; *u; u++)
		if (u[0] == 0xef && u[1] == 0xbf && u[2] >= 0xbe)
			u[2] = 0xbd;
}

/* NULL: the text may stay as it is. */
static char *cleaned(const char *text)
{
	CLEANUP(free_ptr) char *utf8 = NULL;
	char *shown;

	if (is_plain(text))
		return NULL;
	utf8 = foreign_utf8(text);
	shown = foreign_text(utf8);
	without_noncharacters(shown);
	return shown;
}

/*
 * Within the site, or of a scheme that runs nothing. Browsers take tabs and newlines out of a link,
 * drop what stands before it, and read '\' as '/' (https://url.spec.whatwg.org/#url-parsing): one
 * with a control character is no link, nor is "//host".
 */
static bool is_link(const char *value)
{
	static const char *const schemes[] = { "http:", "https:", "mailto:" };

	for (const unsigned char *u = (const unsigned char *)value; *u; u++)
		if (*u < 0x20 || *u == 0x7f)
			return false;
	if (value[0] == '?' || value[0] == '#')
		return true;
	if (value[0] == '/')
		return value[1] != '/' && value[1] != '\\';
	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (strncasecmp(value, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return false;
}

static void attribute(struct html *h, const char *name, const char *value)
{
	CLEANUP(free_ptr) char *copy = value ? cleaned(value) : NULL;
	bool is_changed = copy && strcmp(copy, value) != 0;

	/* What would be shown as "\xc2" is no part of a link, where '\' has a meaning. */
	if (!value || (HAS(links, name) && (is_changed || !is_link(value))))
		return;
	must(xmlTextWriterWriteAttribute(h->writer, BAD_CAST name, BAD_CAST(copy ? copy : value)) >=
	     0);
}

static void element(struct html *h, const char *name, va_list ap)
{
	const char *attr;

	must(xmlTextWriterStartElement(h->writer, BAD_CAST name) >= 0);
	h->is_void = mem_grow(h->is_void, h->depth, &h->cap, sizeof(*h->is_void));
	h->is_void[h->depth++] = HAS(voids, name);
	while ((attr = va_arg(ap, const char *)))
		attribute(h, attr, va_arg(ap, const char *));
}

void html_open(struct html *h, const char *name, ...)
{
	va_list ap;

	va_start(ap, name);
	element(h, name, ap);
	va_end(ap);
}

void html_close(struct html *h)
{
	if (h->depth == 0)
		return;
	h->depth--;
	/* "<p/>" opens a paragraph in HTML, and "<br></br>" is two breaks. */
	if (h->kind == HTML_PAGE && !h->is_void[h->depth])
		must(xmlTextWriterFullEndElement(h->writer) >= 0);
	else
		must(xmlTextWriterEndElement(h->writer) >= 0);
}

void html_text(struct html *h, const char *text)
{
	CLEANUP(free_ptr) char *copy = NULL;

	if (!text || !*text)
		return;
	copy = cleaned(text);
	must(xmlTextWriterWriteString(h->writer, BAD_CAST(copy ? copy : text)) >= 0);
}

void html_textf(struct html *h, const char *fmt, ...)
{
	CLEANUP(free_ptr) char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	html_text(h, text);
}

void html_leaf(struct html *h, const char *name, const char *text, ...)
{
	va_list ap;

	va_start(ap, text);
	element(h, name, ap);
	va_end(ap);
	html_text(h, text);
	html_close(h);
}

void html_take(struct html *h, struct buf *ret)
{
	while (h->depth > 0)
		html_close(h);
	must(xmlTextWriterFlush(h->writer) >= 0);
	*ret = h->out;
	h->out = (struct buf){ 0 };
}

char *html_url(const char *prefix, const char *part)
{
	/* RFC 3986: unreserved, and '@' of a Message-ID. */
	static const char kept[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "-._~@";
	struct buf b = { 0 };

	buf_str(&b, prefix);
	while (*part) {
		size_t n = strspn(part, kept);

		buf_add(&b, part, n);
		part += n;
		if (*part)
			buf_printf(&b, "%%%02X", (unsigned char)*part++);
	}
	return buf_take(&b);
}
