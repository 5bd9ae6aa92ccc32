// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "html/html.h"

#define DOCTYPE "<!DOCTYPE html>\n"
#define XML	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

/* What was written, and h's end; the caller's. */
static char *taken(struct html *h)
{
	struct buf b = { 0 };

	html_take(h, &b);
	html_freep(&h);
	return buf_take(&b);
}

static void is_written(struct html *h, const char *want)
{
	CLEANUP(free_ptr) char *got = taken(h);

	assert_string_equal(got, want);
}

static void text_is(const char *text, const char *want)
{
	CLEANUP(free_ptr) char *whole = mem_printf(DOCTYPE "<p>%s</p>", want);
	struct html *h = html_new(HTML_PAGE);

	html_leaf(h, "p", text, NULL);
	is_written(h, whole);
}

static void value_is(const char *name, const char *value, const char *want)
{
	CLEANUP(free_ptr) char *whole = mem_printf(DOCTYPE "<a%s></a>", want);
	struct html *h = html_new(HTML_PAGE);

	html_leaf(h, "a", NULL, name, value, NULL);
	is_written(h, whole);
}

static void a_page_has_its_elements_in_their_order(void **state)
{
	struct html *h = html_new(HTML_PAGE);

	(void)state;
	html_open(h, "html", "lang", "en", NULL);
	html_open(h, "head", NULL);
	html_leaf(h, "meta", NULL, "charset", "utf-8", NULL);
	html_leaf(h, "title", "x", NULL);
	html_close(h);
	html_open(h, "body", NULL);
	html_textf(h, "%d of %s", 2, "<3>");
	html_leaf(h, "br", NULL, NULL);
	html_leaf(h, "p", "y", "class", "a b", "id", NULL, "title", "t", NULL);
	html_close(h);
	html_close(h);
	is_written(h, DOCTYPE "<html lang=\"en\"><head><meta charset=\"utf-8\"/><title>x</title>"
			      "</head><body>2 of &lt;3&gt;<br/><p class=\"a b\" title=\"t\">y</p>"
			      "</body></html>");
}

static void an_empty_element_of_a_page_has_an_end(void **state)
{
	static const char *const ended[] = { "p",      "div",	   "script", "td",
					     "iframe", "textarea", "svg",    "path" };
	static const char *const open[] = { "br", "hr", "img", "input", "link", "meta" };

	(void)state;
	for (size_t i = 0; i < sizeof(ended) / sizeof(*ended); i++) {
		CLEANUP(free_ptr) char *want = mem_printf(DOCTYPE "<%s></%s>", ended[i], ended[i]);
		struct html *h = html_new(HTML_PAGE);

		html_leaf(h, ended[i], "", NULL);
		is_written(h, want);
	}
	for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++) {
		CLEANUP(free_ptr) char *want = mem_printf(DOCTYPE "<%s/>", open[i]);
		struct html *h = html_new(HTML_PAGE);

		html_leaf(h, open[i], NULL, NULL);
		is_written(h, want);
	}
}

static void a_file_of_xml_has_its_declaration(void **state)
{
	struct html *h = html_new(HTML_XML);

	(void)state;
	html_open(h, "svg", "xmlns", "http://www.w3.org/2000/svg", NULL);
	html_leaf(h, "path", NULL, "d", "M0 0", NULL);
	html_leaf(h, "text", "ä", NULL);
	is_written(h, XML "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/>"
			  "<text>ä</text></svg>");
}

static void what_is_open_is_closed_at_the_end(void **state)
{
	enum { DEEP = 40 };
	CLEANUP(buf_done) struct buf want = { 0 };
	struct html *h = html_new(HTML_PAGE);

	(void)state;
	html_close(h); /* of nothing */
	buf_str(&want, DOCTYPE);
	for (int i = 0; i < DEEP; i++) {
		html_open(h, i % 2 ? "b" : "i", NULL);
		buf_str(&want, i % 2 ? "<b>" : "<i>");
	}
	html_close(h);
	html_open(h, "div", NULL);
	buf_str(&want, "</b><div></div>");
	for (int i = DEEP - 2; i >= 0; i--)
		buf_str(&want, i % 2 ? "</b>" : "</i>");
	is_written(h, want.data);
	is_written(html_new(HTML_PAGE), DOCTYPE);
}

static void markup_in_a_text_is_text(void **state)
{
	(void)state;
	text_is("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;");
	text_is("]]>--></p><!--<![CDATA[", "]]&gt;--&gt;&lt;/p&gt;&lt;!--&lt;![CDATA[");
	text_is("&lt;&amp;&#60;&", "&amp;lt;&amp;amp;&amp;#60;&amp;");
	text_is("<?php \"x\" 'y' `z` ?>", "&lt;?php &quot;x&quot; 'y' `z` ?&gt;");
	text_is("", "");
	text_is(NULL, "");
}

static void a_value_does_not_leave_its_quotes(void **state)
{
	(void)state;
	value_is("title", "\"><script>x</script>",
		 " title=\"&quot;&gt;&lt;script&gt;x&lt;/script&gt;\"");
	value_is("title", "' onload='x", " title=\"' onload='x\"");
	value_is("title", "&quot;", " title=\"&amp;quot;\"");
	value_is("title", "a\tb\nc", " title=\"a&#9;b&#10;c\"");
	value_is("title", "ä", " title=\"&#xE4;\"");
	value_is("title", "\xff\x1b\xe2\x80\xae", " title=\"&#xFFFD;\\x1b\\xe2\\x80\\xae\"");
	value_is("title", "", " title=\"\"");
}

static void what_a_reader_would_obey_is_shown(void **state)
{
	(void)state;
	text_is("a\tb\nc\n", "a\tb\nc\n");
	text_is("a\r\nb\x1b[31m\x01\x08", "a\\x0d\nb\\x1b[31m\\x01\\x08");
	text_is("\x7f", "\\x7f");
	text_is("\xc2\x9b\xe2\x80\xae<\xe2\x81\xa6",
		"\\xc2\\x9b\\xe2\\x80\\xae&lt;\\xe2\\x81\\xa6");
	text_is("ä€𝄞", "ä€𝄞");
}

#define R "\xef\xbf\xbd" /* U+FFFD */
static void what_is_no_character_is_replaced(void **state)
{
	(void)state;
	text_is("\xff<\xfe", R "&lt;" R);
	text_is("a\xc3", "a" R);
	text_is("\xc3<b>", R "&lt;b&gt;");
	text_is("\xc0\xbcscript\xc0\xbe", R R "script" R R); /* an overlong '<' */
	text_is("\xed\xa0\x80", R R R);			     /* half of a pair */
	text_is("\xf4\x90\x80\x80", R R R R);
	text_is("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd\xef\xbf\xbc", R R R "\xef\xbf\xbc");
}

static void a_link_leads_nowhere_but_into_the_site_or_the_web(void **state)
{
	static const char *const good[] = { "/",	   "/series/a@b",   "?days=7",
					    "#L12",	   "http://x.y/z",  "https://x.y/",
					    "HTTPS://x.y", "mailto:a@b.org" };
	static const char *const bad[] = {
		"javascript:alert(1)",
		"JavaScript:alert(1)",
		" javascript:alert(1)",
		"\tjavascript:alert(1)",
		"java\tscript:alert(1)",
		"java\nscript:alert(1)",
		"\x01javascript:alert(1)",
		"&#106;avascript:alert(1)",
		"data:text/html,<script>",
		"vbscript:x",
		"file:///etc/passwd",
		"ftp://x",
		"blob:x",
		"//evil.example",
		"/\\evil.example",
		"\\\\evil.example",
		"\\/evil.example",
		"/\t/evil.example",
		"/\n/evil.example",
		"\t//evil.example",
		" //evil.example",
		"/\x7f/",
		"#a\rb",
		"/\xc2\x9e/evil.example",
		"/\xff",
		"?\xe2\x80\xae",
		"http",
		"httpx:",
		"https//x",
		"relative",
		"",
	};
	static const char *const names[] = { "href", "src", "action", "formaction", "xlink:href" };

	(void)state;
	for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++) {
		for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
			CLEANUP(free_ptr) char *want = mem_printf(" %s=\"%s\"", names[n], good[i]);

			value_is(names[n], good[i], want);
		}
		for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
			value_is(names[n], bad[i], "");
	}
	value_is("href", "/?a=1&b=\"2\"<", " href=\"/?a=1&amp;b=&quot;2&quot;&lt;\"");
	value_is("href", "?q=ä", " href=\"?q=&#xE4;\"");
	value_is("title", "javascript:x", " title=\"javascript:x\"");
}

static void a_long_text_is_whole(void **state)
{
	enum { TIMES = 100000 };
	CLEANUP(buf_done) struct buf text = { 0 }, want = { 0 };
	struct html *h = html_new(HTML_PAGE);

	(void)state;
	buf_str(&want, DOCTYPE "<p title=\"");
	for (int i = 0; i < TIMES; i++) {
		buf_str(&text, "<b>\xff");
		buf_str(&want, "&lt;b&gt;&#xFFFD;");
	}
	buf_str(&want, "\">");
	for (int i = 0; i < TIMES; i++)
		buf_str(&want, "&lt;b&gt;" R);
	buf_str(&want, "</p>");
	html_leaf(h, "p", text.data, "title", text.data, NULL);
	is_written(h, want.data);
}

static void a_part_of_a_link_is_one_part(void **state)
{
	static const struct {
		const char *prefix, *part, *want;
	} t[] = {
		{ "/series/", "a/b@c d", "/series/a%2Fb@c%20d" },
		{ "/issue/", "../?x=1&y=#z", "/issue/..%2F%3Fx%3D1%26y%3D%23z" },
		{ "?q=", "100% + ~a-b_c.d", "?q=100%25%20%2B%20~a-b_c.d" },
		{ "", "\"<'>\\\n\x7f\xc3\xa4\xff", "%22%3C%27%3E%5C%0A%7F%C3%A4%FF" },
		{ "/", "javascript:x", "/javascript%3Ax" },
		{ "/x/", "", "/x/" },
		{ "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		CLEANUP(free_ptr) char *url = html_url(t[i].prefix, t[i].part);

		assert_non_null(url);
		assert_string_equal(url, t[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_has_its_elements_in_their_order),
		cmocka_unit_test(an_empty_element_of_a_page_has_an_end),
		cmocka_unit_test(a_file_of_xml_has_its_declaration),
		cmocka_unit_test(what_is_open_is_closed_at_the_end),
		cmocka_unit_test(markup_in_a_text_is_text),
		cmocka_unit_test(a_value_does_not_leave_its_quotes),
		cmocka_unit_test(what_a_reader_would_obey_is_shown),
		cmocka_unit_test(what_is_no_character_is_replaced),
		cmocka_unit_test(a_link_leads_nowhere_but_into_the_site_or_the_web),
		cmocka_unit_test(a_long_text_is_whole),
		cmocka_unit_test(a_part_of_a_link_is_one_part),
	};

	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
