// SPDX-License-Identifier: GPL-2.0-or-later
/* Pages: which there are, what they are asked by, and what they say as HTML. */
#include "web_fixture.h"

#include "store/page.h"

struct way {
	const char *path, *query;
	const char *page, *subject;
	enum format format;
};

static void is_way(const struct way *w)
{
	CLEANUP(wanted_done) struct wanted got = { 0 };
	struct err err = { 0 };

	if (wanted_read(w->path, w->query, &got, &err) < 0)
		fail_msg("%s: %s", w->path, err.msg);
	assert_string_equal(got.spec->path, w->page);
	assert_string_equal(got.subject, w->subject);
	assert_int_equal(got.format, w->format);
}

static void a_path_names_page_subject_and_format(void **state)
{
	static const struct way ways[] = {
		{ "/", "", "/", "", FORMAT_HTML },
		{ "/index.json", "", "/", "", FORMAT_JSON },
		{ "/", "format=atom", "/", "", FORMAT_ATOM },
		{ "/series", "", "/series", "", FORMAT_HTML },
		{ "/series.atom", "", "/series", "", FORMAT_ATOM },
		{ "/series/1@x", "", "/series/", "1@x", FORMAT_HTML },
		{ "/series/a/b@x.y.json", "", "/series/", "a/b@x.y", FORMAT_JSON },
		{ "/test/vb2.import", "days=7", "/test/", "vb2.import", FORMAT_HTML },
		{ "/test/vb2.import.csv", "", "/test/", "vb2.import", FORMAT_CSV },
		{ "/test/vb2.import.svg", "", "/test/", "vb2.import", FORMAT_SVG },
		{ "/test/vb2.json", "format=html", "/test/", "vb2.json", FORMAT_HTML },
		{ "/test/vb2.json.json", "", "/test/", "vb2.json", FORMAT_JSON },
		{ "/query/rate", "", "/query/", "rate", FORMAT_HTML },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		is_way(&ways[i]);
}

static void another_path_or_query_is_refused(void **state)
{
	static const char *const nowhere[] = { "",	   "/nothing", "/test/",   "/job/",
					       "/seriesx", "series",   "/index/x", "/series.txt" };
	static const char *const unreadable[] = { "a=%4",  "a=%zz", "a=%00",
						  "a=%0a", "=x",    "format=exe" };
	struct wanted w = { 0 };
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++)
		if (wanted_read(nowhere[i], "", &w, &err) != -ENOENT)
			fail_msg("'%s' is a page", nowhere[i]);
	for (size_t i = 0; i < sizeof(unreadable) / sizeof(*unreadable); i++)
		if (wanted_read("/series", unreadable[i], &w, &err) != -EINVAL)
			fail_msg("'%s' is a query", unreadable[i]);
	assert_null(w.spec);
}

static void parameters_are_decoded_and_empty_ones_are_none(void **state)
{
	CLEANUP(wanted_done) struct wanted w = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(wanted_read("/series", "words=a+b%26c&source=&words=2&state", &w, &err),
			 0);
	assert_string_equal(wanted_param(&w, "words"), "a b&c");
	assert_null(wanted_param(&w, "source"));
	assert_null(wanted_param(&w, "state"));
}

static void a_link_keeps_the_filters(void **state)
{
	static const struct {
		const char *path, *query;
		enum format format;
		const char *name, *value, *want;
	} links[] = {
		{ "/", "", FORMAT_HTML, NULL, NULL, "/" },
		{ "/", "", FORMAT_JSON, NULL, NULL, "/index.json" },
		{ "/test/a.b", "days=7&target=x%26y", FORMAT_HTML, "after", "-9",
		  "/test/a.b?days=7&target=x%26y&after=-9" },
		{ "/test/a.b", "after=3&days=7", FORMAT_CSV, "after", NULL,
		  "/test/a.b.csv?days=7" },
		{ "/series/a/b c@x", "", FORMAT_ATOM, NULL, NULL, "/series/a%2Fb%20c@x.atom" },
		{ "/test/a.json", "format=html", FORMAT_HTML, "days", "2",
		  "/test/a.json?format=html&days=2" },
		{ "/test/a.json", "format=html", FORMAT_JSON, NULL, NULL, "/test/a.json.json" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		CLEANUP(wanted_done) struct wanted w = { 0 };
		CLEANUP(free_ptr) char *url = NULL;
		struct err err = { 0 };

		assert_int_equal(wanted_read(links[i].path, links[i].query, &w, &err), 0);
		url = wanted_url(&w, links[i].format, links[i].name, links[i].value);
		assert_string_equal(url, links[i].want);
	}
}

/* One line a page, an example of its links. */
static void links_of_the_first_release_lead_to_pages(void **state)
{
	FILE *list = fopen("tests/web/links-v1.txt", "r");
	char line[256];
	size_t n = 0, n_pages = 0;

	(void)state;
	assert_non_null(list);
	while (fgets(line, sizeof(line), list)) {
		CLEANUP(wanted_done) struct wanted w = { 0 };
		struct err err = { 0 };

		line[strcspn(line, "\n")] = '\0';
		if (wanted_read(line, "", &w, &err) < 0)
			fail_msg("%s: %s", line, err.msg);
		n++;
	}
	fclose(list);
	while (page_at(n_pages))
		n_pages++;
	assert_int_equal(n, n_pages); /* a new page's link is given out, so it is listed */
}

static void section_is_sound(const struct page_spec *p, size_t i)
{
	const struct section_spec *s = &p->sections[i];

	for (size_t k = 0; k < i; k++)
		assert_string_not_equal(s->name, p->sections[k].name);
	if (s->question && !page_question(s->question) && !ask_find(s->question))
		fail_msg("%s asks '%s', which is no question", p->path, s->question);
	assert_true(s->question || s->rows || strcmp(p->path, "/query/") == 0);
	assert_true((s->view == VIEW_PICTURE) == (s->picture != NULL));
}

static void a_page_is_made_of_questions_that_exist(void **state)
{
	const struct page_spec *p;

	(void)state;
	for (size_t i = 0; (p = page_at(i)); i++) {
		bool has_news = !p->news;
		size_t k = 0, n_paged = 0;

		for (; k < SECTIONS_MAX && p->sections[k].name; k++) {
			section_is_sound(p, k);
			has_news = has_news || strcmp(p->news, p->sections[k].name) == 0;
			n_paged += p->sections[k].question && p->sections[k].limit == 0;
		}
		assert_true(k > 0 && has_news && n_paged <= 1);
	}
}

/* Paths of things that the fixture's store has. */
static const char *const paths[] = {
	"/",	       "/series",	   "/series/2@x", "/verdicts",
	"/verdict/v2", "/checkout/c4",	   "/build/b3",	  "/log/j6",
	"/log/b3",     "/job/j6",	   "/tests",	  "/test/vb2.import",
	"/issues",     "/issue/aaaa1111",  "/bisections", "/bisection/1",
	"/targets",    "/target/smdkc210", "/designs",	  "/design/none",
	"/labs",       "/queue",	   "/known",	  "/queries",
	"/query/only", "/about",
};

static void looks_like_a_page(const char *path, const char *html)
{
	const char *h1 = strstr(html, "<h1>");

	has(html, "<!DOCTYPE html>\n<html lang=\"en\">");
	has(html, "name=\"viewport\"");
	has(html, "<a class=\"skip\" href=\"#main\">");
	if (!h1 || strstr(h1 + 1, "<h1"))
		fail_msg("%s has not one h1", path);
	for (const char *th = html; (th = strstr(th, "<th ")); th++)
		if (strncmp(th, "<th scope=\"col\"", 15) != 0)
			fail_msg("%s: %.40s", path, th);
	has_not(html, " style=");
	has_not(html, " onclick=");
	has(html, "</footer></body></html>");
}

static void every_page_is_written_in_every_format(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		const char *path = paths[i][1] ? paths[i] : "/index";
		bool is_form = strcmp(path, "/query/only") == 0;
		CLEANUP(free_ptr) char *html = written(f, path, "");
		CLEANUP(free_ptr) char *json_path = mem_printf("%s.json", path);
		CLEANUP(free_ptr) char *csv_path = mem_printf("%s.csv", path);

		looks_like_a_page(path, html);
		if (!is_form) {
			CLEANUP(free_ptr) char *json = written(f, json_path, "");
			CLEANUP(free_ptr) char *csv = written(f, csv_path, "");

			has(json, "\"next\": ");
			has(csv, "key\r\n");
		}
	}
}

static void an_empty_store_has_pages_but_no_things(void **state)
{
	struct fixture *f = *state;
	const struct page_spec *p;

	for (size_t i = 0; (p = page_at(i)); i++) {
		CLEANUP(free_ptr) char *path = mem_printf("%s%s", p->path, "1");
		size_t len = strlen(p->path);
		CLEANUP(seen_done) struct seen s = { 0 };
		bool is_of_one = len > 1 && p->path[len - 1] == '/';
		int r = see(f, is_of_one ? path : p->path, "", &s);

		if (r != (is_of_one ? -ENOENT : 0))
			fail_msg("%s: %d %s", p->path, r, f->err.msg);
		if (r == 0) {
			CLEANUP(free_ptr) char *html = written(f, p->path, "");

			looks_like_a_page(p->path, html);
		}
	}
}

static void what_is_asked_wrongly_says_so(void **state)
{
	static const struct {
		const char *path, *query;
		int want;
	} asked[] = {
		{ "/job/j6", "section=nothing", -ENOENT },
		{ "/job/nothing", "", -ENOENT },
		{ "/target/nothing", "", -ENOENT },
		{ "/query/nothing", "", -ENOENT },
		{ "/log/j", "", -ENOENT },
		{ "/test/vb2.import", "days=x", -EINVAL },
		{ "/test/vb2.import", "days=0", -EINVAL },
		{ "/tests", "limit=201", -EINVAL },
		{ "/tests", "limit=0", -EINVAL },
		{ "/tests", "after=x", -EINVAL },
		{ "/log/j6", "from=0", -EINVAL },
		{ "/log/j6", "from=99999999999999999999", -EINVAL },
		{ "/query/only.json", "", -EINVAL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		CLEANUP(seen_done) struct seen s = { 0 };
		int r = see(f, asked[i].path, asked[i].query, &s);

		if (r != asked[i].want)
			fail_msg("%s?%s: %d", asked[i].path, asked[i].query, r);
	}
}

static void a_page_reads_as_the_fixture_says(void **state)
{
	struct fixture *f = *state;
	CLEANUP(buf_done) struct buf want = { 0 };
	CLEANUP(free_ptr) char *html = written(f, "/known", "");
	CLEANUP(free_ptr) char *main = NULL;
	const char *from = strstr(html, "<main"), *to = strstr(html, "</body>");

	OK(fs_read("tests/fixtures/web/known.html", 1 << 20, &want, &f->err));
	assert_true(from && to && from < to);
	main = mem_strndup(from, (size_t)(to - from));
	buf_trim(&want);
	assert_string_equal(main, buf_text(&want));
}

static void a_row_has_its_excerpt_under_it_and_its_rate_in_one_cell(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *none = written(f, "/verdict/v2", "");
	CLEANUP(free_ptr) char *html = NULL;
	CLEANUP(db_freep) struct db *db = raw_db(f);

	has_not(none, "class=\"excerpt\"");
	OK(db_exec(db,
		   "UPDATE reasons SET excerpt = 'a <b>' || char(10) || 'c', patched_bad = 3,"
		   " patched_runs = 8 WHERE verdict = 2 AND seq = 0",
		   &f->err));
	html = written(f, "/verdict/v2", "");
	has(html, "<tr class=\"excerpt\"><td colspan=\"");
	has(html, "<pre>a &lt;b&gt;\nc</pre></td></tr>");
	has(html, "<td class=\"num\">3 of 8</td>");
	has_not(html, ">Patched runs</th>");
	has_not(html, ">Excerpt</th>");
}

static void filters_are_a_form_that_keeps_what_it_does_not_ask(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr)
	char *html = written(f, "/test/vb2.import", "target=%22%3Cb%3E&limit=3&after=1");
	CLEANUP(free_ptr) char *form = written(f, "/query/only", "test=vb2.import");

	has(html, "<form class=\"filter\" method=\"get\" action=\"/test/vb2.import\">");
	has(html, "<label><span>Target</span><input type=\"text\" name=\"target\" "
		  "value=\"&quot;&lt;b&gt;\"");
	has(html, "<input type=\"hidden\" name=\"limit\" value=\"3\"/>");
	has_not(html, "name=\"after\"");
	has_not(html, "name=\"test\"");
	has(html, "name=\"days\"");
	assert_null(strstr(strstr(html, "name=\"days\"") + 1, "name=\"days\""));
	has(form, "name=\"series\" required=\"required\"");
	has(form, "value=\"vb2.import\" required=\"required\"");
	has(form, "Asked once the form says which series.");
	has_not(form, ".json");
}

static void a_question_is_a_page_of_its_own(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr)
	char *csv = written(f, "/query/only.csv",
			    "series=https://lore.kernel.org/lkml/2@x/&test=vb2.import");

	has(csv, "smdkc210,arm,FAIL,ERROR,crashed,j6,8,");
}

#define TEST(name)  cmocka_unit_test_setup_teardown(name, setup_filled, teardown)
#define EMPTY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_names_page_subject_and_format),
		cmocka_unit_test(another_path_or_query_is_refused),
		cmocka_unit_test(parameters_are_decoded_and_empty_ones_are_none),
		cmocka_unit_test(a_link_keeps_the_filters),
		cmocka_unit_test(links_of_the_first_release_lead_to_pages),
		cmocka_unit_test(a_page_is_made_of_questions_that_exist),
		TEST(every_page_is_written_in_every_format),
		EMPTY(an_empty_store_has_pages_but_no_things),
		TEST(what_is_asked_wrongly_says_so),
		TEST(a_page_reads_as_the_fixture_says),
		TEST(a_row_has_its_excerpt_under_it_and_its_rate_in_one_cell),
		TEST(filters_are_a_form_that_keeps_what_it_does_not_ask),
		TEST(a_question_is_a_page_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
