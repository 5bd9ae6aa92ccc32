// SPDX-License-Identifier: GPL-2.0-or-later
/* Pages: which there are, what they are asked by, and what they say in each format. */
#include "web_fixture.h"

#include "model/config.h"
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
}

static void a_question_is_a_page_of_its_own(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr)
	char *csv = written(f, "/query/only.csv",
			    "series=https://lore.kernel.org/lkml/2@x/&test=vb2.import");

	has(csv, "smdkc210,arm,FAIL,ERROR,crashed,j6,8,");
}

static json_t *next_of(struct fixture *f, const char *url, const char *section, json_t **ret_next)
{
	CLEANUP(free_ptr) char *path = mem_strndup(url, strcspn(url, "?"));
	CLEANUP(free_ptr)
	char *text = written(f, path, strchr(url, '?') ? strchr(url, '?') + 1 : "");
	json_t *page = json_loads(text, 0, NULL);
	json_t *rows = json_incref(json_object_get(json_object_get(page, "sections"), section));

	*ret_next = json_incref(json_object_get(page, "next"));
	json_decref(page);
	return rows;
}

static void pages_of_one_row_are_the_whole(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *url = mem_strdup("/series.json?source=lkml&limit=1");
	json_t *next, *all, *whole = next_of(f, "/series.json?source=lkml", "series", &next);

	assert_true(json_is_null(next) && json_array_size(whole) == 4);
	json_decref(next);
	all = json_array();
	for (int i = 0; i < 4; i++) {
		json_t *rows = next_of(f, url, "series", &next);

		assert_int_equal(json_array_size(rows), 1);
		json_array_extend(all, rows);
		json_decref(rows);
		if (i < 3)
			has(json_string_value(next), "/series.json?source=lkml&limit=1&after=");
		else
			assert_true(json_is_null(next));
		mem_set_copy(&url, i < 3 ? json_string_value(next) : "");
		json_decref(next);
	}
	assert_true(json_equal(all, whole));
	json_decref(all);
	json_decref(whole);
}

static void json_is_of_the_documented_shape(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *json = written(f, "/known.json", "limit=1");

	assert_string_equal(json,
			    "{\"next\": \"/known.json?limit=1&after=-4301634561638402\", \"page\": "
			    "\"/known\", \"sections\": {\"known\": [{\"by\": \"ann@x\", "
			    "\"days_left\": 27805, \"ends\": \"2099-12-31T00:00:00+00:00\", "
			    "\"key\": -4301634561638402, \"known\": 2, \"what\": "
			    "\"aaaa111122223333\", \"why\": \"bug 7\"}]}, \"subject\": \"\", "
			    "\"title\": \"Known issues\"}");
}

static void csv_is_of_one_section(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *csv = written(f, "/series/2@x.csv", "section=versions");

	assert_string_equal(csv, "version,when,series,state,reason,message_id,verdict,key\r\n"
				 "2,2023-11-13T18:26:40+00:00,dma: keep <b>the</b> size,fail,"
				 "new-crash BUG: x in sg_page,2@x,v2,2\r\n"
				 "1,2023-11-12T14:40:00+00:00,dma: keep <b>the</b> size,pass,,1@x,"
				 "v1,1\r\n");
}

static void a_feed_is_atom(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *atom = written(f, "/verdicts.atom", "limit=1&kind=pass");

	assert_string_equal(
		atom,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<feed xmlns=\"http://www.w3.org/2005/Atom\">"
		"<title type=\"text\">Verdicts – dmalab</title>"
		"<id>tag:lab.example.org,2026:/verdicts.atom?limit=1&amp;kind=pass</id>"
		"<updated>2023-11-12T17:26:40+00:00</updated>"
		"<author><name>dmalab</name></author>"
		"<link rel=\"self\" type=\"application/atom+xml\" "
		"href=\"https://lab.example.org/verdicts.atom?limit=1&amp;kind=pass\"/>"
		"<link rel=\"alternate\" type=\"text/html\" "
		"href=\"https://lab.example.org/verdicts?limit=1&amp;kind=pass\"/>"
		"<entry><title type=\"text\">pass, dma: keep &lt;b&gt;the&lt;/b&gt; size</title>"
		"<id>tag:lab.example.org,2026:/verdict/v1/1</id>"
		"<updated>2023-11-12T17:26:40+00:00</updated>"
		"<link rel=\"alternate\" href=\"https://lab.example.org/verdict/v1\"/>"
		"<content type=\"text\">when: 2023-11-12T17:26:40+00:00\nkind: pass\n"
		"series: dma: keep &lt;b&gt;the&lt;/b&gt; size\nseconds: 90\nmessage_id: "
		"1@x\nverdict: v1\n"
		"</content></entry></feed>");
}

static void a_page_without_news_has_no_entries(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *atom = written(f, "/labs.atom", "");

	has(atom, "<updated>1970-01-01T00:00:00+00:00</updated>");
	has_not(atom, "<entry>");
}

static void a_job_of_a_lava_server_leads_there(void **state)
{
	struct fixture *f = *state;
	struct lab_config lab = { .name = (char *)"farm",
				  .url = (char *)"https://lava.example.org" };
	const struct config c = { .labs = &lab, .n_labs = 1 };
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(seen_done) struct seen s = { 0 };
	CLEANUP(buf_done) struct buf html = { 0 };
	json_t *json, *facts;

	OK(db_exec(db,
		   "INSERT INTO submissions VALUES(1, 'farm', 'smdkc210', 'b3', '', '', '', '', "
		   "'test', NULL, 'ended', 0, 77, 1, 1, 1, 1, 'board-1', 'j6')",
		   &f->err));
	assert_int_equal(see(f, "/job/j6", "", &s), 0);
	page_complete(&s.page, &c);
	page_html(&s.page, &html);
	has(buf_text(&html), "<a href=\"https://lava.example.org/scheduler/job/77\">");
	json = page_json(&s.page);
	facts = json_array_get(json_object_get(json_object_get(json, "sections"), "facts"), 0);
	assert_string_equal(json_string_value(json_object_get(facts, "lava_url")),
			    "https://lava.example.org/scheduler/job/77");
	assert_string_equal(json_string_value(json_object_get(facts, "target")), "smdkc210");
	assert_true(json_is_integer(json_object_get(facts, "key")));
	json_decref(json);
}

static void a_job_of_no_lava_server_leads_nowhere_else(void **state)
{
	struct fixture *f = *state;
	const struct config c = { 0 };
	CLEANUP(seen_done) struct seen s = { 0 };
	CLEANUP(buf_done) struct buf html = { 0 };

	assert_int_equal(see(f, "/job/j6", "", &s), 0);
	page_complete(&s.page, &c);
	page_html(&s.page, &html);
	has(buf_text(&html), "<h1>Job j6</h1>");
	has_not(buf_text(&html), "Lava url");
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
		TEST(pages_of_one_row_are_the_whole),
		TEST(json_is_of_the_documented_shape),
		TEST(csv_is_of_one_section),
		TEST(a_feed_is_atom),
		TEST(a_page_without_news_has_no_entries),
		TEST(a_job_of_a_lava_server_leads_there),
		TEST(a_job_of_no_lava_server_leads_nowhere_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
