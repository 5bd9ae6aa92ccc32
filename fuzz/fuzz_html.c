// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer's entry; with gcc, replay.c calls it with the corpus. */
#include <libxml/parser.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "html/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* The bytes as value, link and text. */
static struct buf written(enum html_kind kind, const char *text)
{
	struct html *h = html_new(kind);
	struct buf b = { 0 };

	html_open(h, "r", "v", text, "href", text, NULL);
	html_leaf(h, "t", text, NULL);
	html_text(h, text);
	html_take(h, &b);
	html_freep(&h);
	return b;
}

/* A link that is left is of the site's own or harmless, whatever a browser takes out of it. */
static void check_link(const char *link)
{
	static const char *const schemes[] = { "http:", "https:", "mailto:" };
	bool ok = link[0] == '?' || link[0] == '#' ||
		  (link[0] == '/' && link[1] != '/' && link[1] != '\\');

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		ok |= strncasecmp(link, schemes[i], strlen(schemes[i])) == 0;
	must(ok && !strpbrk(link, "\t\r\n"));
}

/* Its elements and attributes are ours; the same text is found thrice. */
static void check_tree(const xmlNode *r)
{
	xmlChar *value = xmlGetProp(r, BAD_CAST "v"), *link = xmlGetProp(r, BAD_CAST "href");
	xmlChar *text;
	int n = 0;

	must(r && !r->next && strcmp((const char *)r->name, "r") == 0);
	for (const xmlAttr *a = r->properties; a; a = a->next)
		n++;
	must(value && n == (link ? 2 : 1));
	if (link)
		check_link((const char *)link);
	must(r->children && strcmp((const char *)r->children->name, "t") == 0);
	text = xmlNodeGetContent(r->children);
	must(strcmp((const char *)value, (const char *)text) == 0);
	must(!r->children->properties);
	if (*text) {
		const xmlNode *last = r->children->next;

		must(last && last->type == XML_TEXT_NODE && !last->next &&
		     strcmp((const char *)last->content, (const char *)text) == 0);
	}
	xmlFree(value);
	xmlFree(link);
	xmlFree(text);
}

static size_t count(const char *text, char c)
{
	size_t n = 0;

	while ((text = strchr(text, c))) {
		n++;
		text++;
	}
	return n;
}

/* A part of a link: bytes that mean themselves, and that mean the same again. */
static void check_url(const char *text)
{
	char *url = html_url("/x/", text);
	char *u = url + 3;

	for (; *u; u++, text++)
		if (*u == '%') {
			char hex[] = { u[1], u[2], '\0' };

			must(strtoul(hex, NULL, 16) == (unsigned char)*text);
			u += 2;
		} else {
			must(*u == *text && !strchr("/?#&=+\"'<>\\ ;", *u));
		}
	must(!*text);
	free(url);
}

/* Whatever the bytes: the parser reads the document without a complaint. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { OURS = 5 }; /* of the doctype, of r and t, of their ends */
	char *text = mem_strndup((const char *)data, size);
	struct buf xml = written(HTML_XML, text), page = written(HTML_PAGE, text);
	xmlDoc *doc = xmlReadMemory(xml.data, (int)xml.len, NULL, NULL,
				    XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOERROR |
					    XML_PARSE_NOWARNING);

	must(doc);
	must(xmlGetLastError() == NULL);
	check_tree(xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
	must(count(page.data, '<') == OURS);
	must(count(page.data, '>') == OURS);
	check_url(text);
	buf_done(&xml);
	buf_done(&page);
	free(text);
	return 0;
}
